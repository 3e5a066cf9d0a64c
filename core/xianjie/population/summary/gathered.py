"""A population's counts with all that is needed to read them: which documents answered, and what everything is called.

`summary.json` holds it: nothing else is asked when it is shown, neither rows nor policies, nor what counts them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xianjie.errors import InputError, Place, Problem
from xianjie.population.summary.guarding import guarded, hidden
from xianjie.source import read_text

if TYPE_CHECKING:
    from xianjie.plugins import Regions

Pair = tuple[str, str]
"""Words in Chinese and in English."""

FILE = "summary.json"
LARGEST = 64 * 1024 * 1024
"""Bytes of the largest summary that is read."""
FORM = 1


@dataclass(frozen=True, slots=True)
class Side:
    """One name that was asked for: its region, the document that answered, and what its groups and rules are called.

    `base` is the name without what is `supposed`. `groups` are in the document's order: id, what it gives, names.
    `rules` names each rule, with its clause. `readings` lists by dimension, and by group, rule or choice, the ways in
    which it can be read: what follows where they differ, and what they are called.
    """

    name: str
    region: str
    base: str
    supposed: bool
    zh: str
    en: str
    policy: Mapping[str, Any]
    groups: tuple[tuple[str, str, str, str], ...]
    rules: Mapping[str, tuple[str, str, str]]
    readings: Mapping[str, Mapping[str, tuple[tuple[str, str, str], ...]]] = field(default_factory=dict)

    def read_as(self, dimension: str, key: str, differ: str) -> Pair | None:
        """Call the ways to read something that differ so (`ambiguous`, `recommended`); None where there are none."""
        found = [one for one in self.readings.get(dimension, {}).get(key, ()) if one[0] == differ]
        return ("；".join(zh for _, zh, _ in found), "; ".join(en for _, _, en in found)) if found else None

    @property
    def label(self) -> Pair:
        """Call it as a table does: the region, the document where one was named, and that something is supposed."""
        document = self.base.partition("@")[2]
        zh, en = (f"{self.zh}（{document}）", f"{self.en} ({document})") if document else (self.zh, self.en)
        return (f"{zh}（设想）", f"{en} (supposed)") if self.supposed else (zh, en)


@dataclass(frozen=True)
class Summary:
    """What a population came to. `suppressed`: no count below it is told or can be worked out; None: all are told."""

    asked: str
    as_of: str
    dimensions: tuple[str, ...]
    division: str | None
    sides: tuple[Side, ...]
    facts: Mapping[str, Pair]
    tally: Mapping[str, Any]
    rejected: int = 0
    suppressed: int | None = None

    @cached_property
    def text(self) -> str:
        """Write it as JSON, the same for the same counts."""
        held = asdict(self)
        return json.dumps({"form": FORM, **held}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def rows(self) -> int | None:
        """Give the number of people; None where it is not told."""
        found: int | None = self.tally["rows"]
        return found

    @classmethod
    def read(cls, text: str, file: str = FILE) -> Summary:
        """Read what `text` wrote. Raises InputError for anything else."""
        try:
            found = json.loads(text)
            if found.pop("form") != FORM:
                raise KeyError("form")
            sides = tuple(
                Side(
                    **{
                        **side,
                        "groups": tuple((str(a), str(b), str(c), str(d)) for a, b, c, d in side["groups"]),
                        "rules": {name: (str(a), str(b), str(c)) for name, (a, b, c) in side["rules"].items()},
                        "readings": {
                            dimension: {
                                key: tuple((str(a), str(b), str(c)) for a, b, c in found) for key, found in keys.items()
                            }
                            for dimension, keys in side.get("readings", {}).items()
                        },
                    }
                )
                for side in found.pop("sides")
            )
            facts = {name: (str(zh), str(en)) for name, (zh, en) in found.pop("facts").items()}
            return cls(**{**found, "dimensions": tuple(found["dimensions"])}, sides=sides, facts=facts)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                Problem(
                    "summary-form",
                    "这不是 xianjie 写的汇总文件，或与本程序版本不合，请重新汇总",
                    "this is no summary that xianjie wrote, or one of another version: assess anew",
                    Place(file),
                )
            ) from error

    @classmethod
    def of(cls, folder: Path) -> Summary:
        """Read a finished population's summary. Raises InputError where there is none."""
        path = folder / FILE
        if not path.is_file():
            raise InputError(
                Problem(
                    "summary-missing",
                    f"文件夹里没有 {FILE}：还没有全部判定完",
                    f"the folder has no {FILE}: not all of it has been assessed yet",
                    Place(str(folder)),
                )
            )
        return cls.read(read_text(path, LARGEST), str(path))

    def guarded(self, least: int) -> Summary:
        """Give it without counts from 1 to below `least`, and without those by which one of them could be found."""
        return replace(self, tally=guarded(self.tally, least), suppressed=least)

    def within(self, divisions: Collection[str]) -> Summary:
        """Give it as somebody sees it who may see these divisions alone: their counts, and nothing of all together."""
        kept = {name: entry for name, entry in self.tally["divisions"].items() if name in divisions}
        tally = {"rows": None, "parts": hidden(self.tally["parts"]), "divisions": kept, "flows": {}}
        return replace(self, tally=tally, rejected=0)

    def side(self, name: str) -> Side:
        """Find what was asked for; KeyError where it was not."""
        for side in self.sides:
            if side.name == name:
                return side
        raise KeyError(name)

    @property
    def supposed(self) -> tuple[tuple[Side, Side], ...]:
        """Pair each region that was asked with what is supposed of it with the region as it is."""
        by_name = {side.name: side for side in self.sides}
        return tuple((by_name[side.base], side) for side in self.sides if side.supposed and side.base in by_name)

    def flow(self, one: str, other: str) -> dict[str, dict[str, int | None]]:
        """Tell how often each status of one goes with each of another. Empty where it was not counted."""
        flows = self.tally["flows"]
        if one == other:
            words = self.statuses(one)
            return {word: {word: count} for word, count in words.items()}
        if one < other:
            return dict(flows.get(one, {}).get(other, {}))
        out: dict[str, dict[str, int | None]] = {}
        for there, row in flows.get(other, {}).get(one, {}).items():
            for here, count in row.items():
                out.setdefault(here, {})[there] = count
        return out

    def statuses(self, name: str, dimension: str = "eligibility", choice: str = "status") -> dict[str, int | None]:
        """Count a region's people by status; None where a count is not told."""
        part = self.tally["parts"].get(name, {}).get(dimension, {})
        return dict(part.get("choices", {}).get(choice, {}))


def summary_of(asked_text: str, tally: Mapping[str, Any], rejected: int = 0, regions: Regions | None = None) -> Summary:
    """Put merged counts together with the names that they are read by; `rejected` rows were put aside."""
    from xianjie.population.summary.naming import named

    return named(asked_text, tally, rejected, regions)
