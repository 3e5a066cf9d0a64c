"""Gather the answers of many rows as lines of words, as they come: for one sheet, for the details, for the totals."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xianjie.batch.answering import Answered, Question
from xianjie.batch.intake import Flaw, Intake
from xianjie.batch.telling import Told, told
from xianjie.batch.words import ORDER, Entry, status_words, warnings_of
from xianjie.engine.assess import Engine
from xianjie.engine.later import later_words
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import DIMENSIONS, term

ELIGIBLE = 4
"""Columns of each region's eligibility: status, group, clauses, missing facts."""


@dataclass(frozen=True, slots=True)
class Line:
    """One answered row: its number in the file, the case's names and date, and what each region says.

    `statuses` gives by region and dimension the status to be seen first, `cells` the words for it: four for eligibility
    (status, groups, clauses, missing), else one. `later` says which of the case's dates come after `as_of`.
    """

    number: int
    label: str
    household: str
    as_of: str
    decision: str
    statuses: Mapping[tuple[str, str], str]
    cells: Mapping[tuple[str, str], tuple[str, ...]]
    later: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """One dimension of one region's answer to one row."""

    number: int
    label: str
    region: str
    told: Told


@dataclass(frozen=True, slots=True)
class Left:
    """One reason for which a row has no answer."""

    number: int
    label: str
    cell: str
    column: str
    reason: str


@dataclass
class Gathered:
    """Take answers one by one, and keep of each only its words.

    `names` gives each region's name by the reference it was asked under. `documents` are those that answered, with how
    many rows each; `totals` counts rows by region, dimension and status.
    """

    intake: Intake
    engine: Engine
    question: Question
    names: Mapping[str, str]
    lines: list[Line] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    documents: dict[tuple[str, str], tuple[Entry, Policy]] = field(default_factory=dict)
    used: Counter[tuple[str, str]] = field(default_factory=Counter)
    totals: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._policies = self.engine.documents.by_sha256()
        self._texts: dict[str, str] = {}
        for row in self.intake.bad:
            self.left += (self._left(row.number, row.label, flaw) for flaw in row.flaws)

    @property
    def lang(self) -> str:
        """Name the language of the answers."""
        return self.question.lang

    @property
    def dimensions(self) -> tuple[str, ...]:
        """List the dimensions that any row was answered in, in their order."""
        found = {dimension for _, dimension, _ in self.totals}
        return tuple(dimension for dimension in DIMENSIONS if dimension in found or dimension == "eligibility")

    @property
    def with_later(self) -> int:
        """Count the rows that have a date after their date of evaluation."""
        return sum(bool(line.later) for line in self.lines)

    def warnings(self, region: str) -> list[str]:
        """Say what a reader must know of the documents that answered for a region."""
        found = [entry for (name, _), (entry, _) in self.documents.items() if name == region]
        return list(dict.fromkeys(word for entry in found for word in warnings_of(entry, self.lang)))

    def add(self, answered: Answered) -> None:
        """Take the answer to one row."""
        row, answer = answered.row, answered.answer
        label = row.label or ""
        if answer is None:
            flaws = [Flaw(problem, None, "") for problem in answered.problems]
            self.left += (self._left(row.number, label, flaw) for flaw in flaws)
            return
        statuses: dict[tuple[str, str], str] = {}
        cells: dict[tuple[str, str], tuple[str, ...]] = {}
        for region, entry in answer["regions"].items():
            sha256 = entry["policy"]["sha256"]
            policy = self._policies[sha256]
            self.documents.setdefault((region, sha256), (entry["policy"], policy))
            self.used[region, sha256] += 1
            for one in told(entry, policy, self.lang):
                kept = Told(*(self._once(getattr(one, name)) for name in Told.__slots__))
                key = (region, one.dimension)
                statuses[key] = kept.status
                cells[key] = (kept.brief,)
                if one.dimension == "eligibility":
                    cells[key] = (kept.brief, kept.what, kept.clause, kept.missing)
                self.totals[region, kept.dimension, kept.status] += 1
                self.details.append(Detail(row.number, label, region, kept))
        household, decision = answer["household_ref"] or "", answer["decision_id"]
        as_of = self._once(answer["as_of"])
        assert row.case is not None  # it was answered
        day = dt.date.fromisoformat(as_of).toordinal()
        later = self._once(later_words(row.case, day, self.engine.vocabulary, self.lang))
        self.lines.append(Line(row.number, label, household, as_of, decision, statuses, cells, later))

    def _once(self, text: str) -> str:
        """Keep a text that many rows share only once."""
        return self._texts.setdefault(text, text)

    def _left(self, number: int, label: str | None, flaw: Flaw) -> Left:
        problem = flaw.problem
        cell = (problem.place.cell or "").rpartition("!")[2]
        return Left(number, label or "", cell, flaw.name, problem.zh if self.lang == "zh" else problem.en)

    def left_rows(self) -> Sequence[int]:
        """List the numbers of the rows that have no answer."""
        return sorted({one.number for one in self.left})

    def total_lines(self) -> list[tuple[str, str, list[int]]]:
        """Count, for each dimension and status that occurs, the rows of each region."""
        out = []
        for dimension in self.dimensions:
            for status in sorted({status for _, name, status in self.totals if name == dimension}, key=ORDER.index):
                counts = [self.totals[region, dimension, status] for region in self.question.regions]
                out.append((term(DIMENSIONS, dimension, self.lang), status_words(status, self.lang), counts))
        return out
