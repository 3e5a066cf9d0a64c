"""What a suite is made of: cases with what must hold of their answers, and what no case can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xianjie.cases.read import read_case
from xianjie.engine.inquiry import Settings
from xianjie.errors import Place
from xianjie.language.calendar import iso
from xianjie.regression.model import Expectation, RegressionCase
from xianjie.regression.paths import parse_path
from xianjie.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Entry:
    """One case of a suite: what is recorded, on which day (an ordinal), and what every path of the answer must hold.

    `serves` names the rules' conditions that it was made for, as `rule slot: atom`.
    """

    name: str
    as_of: int
    record: Mapping[str, Any]
    expect: Mapping[str, Any]
    note: str
    rows: tuple[str, ...]
    tags: tuple[str, ...]
    serves: tuple[str, ...] = field(repr=False)

    def case(self, region: str, vocabulary: Vocabulary) -> RegressionCase:
        """Give the entry as a regression case of a region."""
        read = read_case({**self.record, "as_of": iso(self.as_of)}, vocabulary)
        place = Place(path=self.name)
        expect = []
        for path, value in self.expect.items():
            steps = parse_path(path)
            assert steps is not None, path
            expect.append(Expectation(path, steps, value, place))
        return RegressionCase(
            name=self.name,
            region=region,
            case=read,
            as_of=self.as_of,
            expect=tuple(expect),
            overlay=None,
            settings=Settings(),
            rows=self.rows,
            note=self.note,
            tags=self.tags,
            place=place,
            places={},
        )


@dataclass(frozen=True, slots=True)
class Unmet:
    """A thing that no case shows: proved to be so, or, where `proved` is false, not decided in time."""

    rule: str
    clause: str
    what: str
    why: str
    proved: bool


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases that a policy's rules call for at one date (an ordinal), and what no case can show.

    `sought` counts what was looked for: each value of each atom that alone decides, each status, each reading.
    `supposed` names the patches that somebody only supposes.
    """

    policy: str
    region: str
    title: str
    sha256: str
    as_of: int
    entries: tuple[Entry, ...]
    unmet: tuple[Unmet, ...]
    sought: int
    supposed: tuple[str, ...] = ()

    def cases(self, vocabulary: Vocabulary) -> list[RegressionCase]:
        """Give the suite as regression cases of its region."""
        return [entry.case(self.region, vocabulary) for entry in self.entries]
