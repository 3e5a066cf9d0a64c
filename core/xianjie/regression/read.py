"""Read a file of regression cases; every fault is told at once, each with its line and column or its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from xianjie.cases.bounds import Locate
from xianjie.cases.files import LARGEST_TEXT
from xianjie.errors import InputError, Place, Problem
from xianjie.plugins import Regions
from xianjie.policy.yaml_tree import YamlTree
from xianjie.regression.entries import CaseGathering, problems_of
from xianjie.regression.model import FileShape, RegressionCase
from xianjie.regression.sheets import read_case_table
from xianjie.source import fail, read_text
from xianjie.vocabulary import Vocabulary

SUFFIXES = (".yaml", ".yml", ".csv", ".xlsx")


def read_cases_file(path: Path, vocabulary: Vocabulary, regions: Regions | None = None) -> list[RegressionCase]:
    """Read every case of a file, one for each region that its entry names.

    With `regions`, an entry that names none is put to the region whose plugin folder holds the file. Raises InputError
    with every fault: unknown keys, facts, paths that no answer has, values that can never stand there.
    """
    gathering = CaseGathering(path, vocabulary, regions)
    match path.suffix.lower():
        case ".yaml" | ".yml":
            read_case_text(read_text(path, LARGEST_TEXT), gathering)
        case ".csv" | ".xlsx":
            read_case_table(path, gathering)
        case _:
            known = "、".join(SUFFIXES)
            fail(
                str(path),
                "file-suffix",
                f"不认识这种文件；可用 {known}",
                f"not a kind of file we read; use {known.replace('、', ', ')}",
            )
    return gathering.cases()


def read_case_text(text: str, gathering: CaseGathering) -> None:
    """Read the YAML text of a file into `gathering`: a list of entries, or `defaults` and `cases`."""
    tree = YamlTree(text, gathering.file, InputError, dates=False)
    value = _with_overlays(tree)
    base: tuple[str | int, ...] = ()
    if isinstance(value, dict):
        try:
            whole = FileShape.model_validate(value)
        except ValidationError as error:
            gathering.blame(problems_of(error, FileShape, tree.place))
            return
        value, base = whole.cases, ("cases",)
        gathering.defaults, gathering.place_defaults = whole.defaults, _inside(tree.place, ("defaults",))
    if not isinstance(value, list):
        zh, en = "须是个案的列表，或 defaults 与 cases", "must be a list of cases, or `defaults` and `cases`"
        gathering.blame([Problem("cases-shape", zh, en, tree.place(()))])
        return
    for number, item in enumerate(value):
        if gathering.full:
            return
        gathering.take(item, _inside(tree.place, (*base, number)))


def _with_overlays(tree: YamlTree) -> Any:
    """Give a text's values with the overlays among them as a policy file is read, where a date is a date."""
    holders = list(_holders(tree.value))
    if any(isinstance(holder.get("overlay"), dict) for holder in holders):
        again = _holders(YamlTree(tree.text, tree.file, InputError).value)
        for holder, dated in zip(holders, again, strict=True):
            if "overlay" in holder:
                holder["overlay"] = dated["overlay"]
    return tree.value


def _holders(value: Any) -> Iterator[dict[Any, Any]]:
    """Find the mappings in which an overlay can stand: the defaults and the entries."""
    if isinstance(value, dict):
        yield from (item for item in (value.get("defaults"),) if isinstance(item, dict))
        value = value.get("cases")
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _inside(place: Locate, base: tuple[str | int, ...]) -> Locate:
    def locate(path: Sequence[str | int]) -> Place:
        return place((*base, *path))

    return locate
