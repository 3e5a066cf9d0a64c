"""Read the cases of a file: YAML, JSON, CSV or XLSX, by its suffix."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xianjie.cases.case import Case
from xianjie.cases.gather import MOST_CASES, Gathering
from xianjie.cases.json_tree import JsonTree
from xianjie.cases.read import Locate
from xianjie.cases.sheets import csv_table, xlsx_table
from xianjie.cases.tables import read_table
from xianjie.errors import InputError, Place
from xianjie.policy.yaml_tree import YamlTree
from xianjie.source import decoded, fail, read_bytes
from xianjie.vocabulary import Vocabulary

LARGEST_TEXT = 8 * 1024 * 1024
LARGEST_TABLE = 64 * 1024 * 1024

SUFFIXES = (".yaml", ".yml", ".json", ".csv", ".xlsx")


def read_cases(path: Path, vocabulary: Vocabulary) -> list[Case]:
    """Read every case of a file: one mapping or a list in YAML and JSON, one row each in CSV and XLSX.

    Raises InputError with every fault of every case, each at its line and column or cell.
    """
    suffix = path.suffix.lower()
    largest = LARGEST_TABLE if suffix in (".csv", ".xlsx") else LARGEST_TEXT
    return cases_in(read_bytes(path, largest) if suffix in SUFFIXES else b"", str(path), vocabulary)


def cases_in(data: bytes, file: str, vocabulary: Vocabulary) -> list[Case]:
    """Read every case out of a file's bytes, as `read_cases` does; the suffix of `file` tells of what kind they are."""
    gathering = Gathering(vocabulary)
    match Path(file).suffix.lower():
        case ".yaml" | ".yml":
            yaml = YamlTree(decoded(data, file), file, InputError, dates=False)
            _take(yaml.value, yaml.place, gathering, file)
        case ".json":
            tree = JsonTree(decoded(data, file), file)
            _take(tree.value, tree.place, gathering, file)
        case ".csv":
            read_table(csv_table(decoded(data, file, legacy=True), file), gathering)
        case ".xlsx":
            read_table(xlsx_table(data, file), gathering)
        case _:
            known = "、".join(SUFFIXES)
            fail(
                file,
                "file-suffix",
                f"不认识这种文件；可用 {known}",
                f"not a kind of file we read; use {known.replace('、', ', ')}",
            )
    return gathering.cases(file)


def _take(value: object, place: Locate, gathering: Gathering, file: str) -> None:
    if not isinstance(value, list):
        gathering.take(value, place)
        return
    if len(value) > MOST_CASES:
        fail(file, "cases-too-many", f"个案超过 {MOST_CASES} 个", f"more than {MOST_CASES} cases")
    for number, item in enumerate(value):
        if gathering.full:
            return
        gathering.take(item, _inside(place, number))


def _inside(place: Locate, number: int) -> Locate:
    def locate(path: Sequence[str | int]) -> Place:
        return place((number, *path))

    return locate
