"""The machine-comparable side of a cell: force, period, number, day, sets of classes, conditions and windows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from xianjie.compare.bilingual import NOTHING, Both, clipped, same
from xianjie.language.calendar import parse_period
from xianjie.language.prose import period_text

FORCE_RANK: Mapping[str, int] = MappingProxyType(
    {"must": 6, "must_bare": 5, "priority": 4, "encouraged": 3, "explore": 2, "may": 1}
)
"""How strongly the words oblige. A definition, a target and a principle oblige to nothing that could be ranked."""

LONGEST_WORD = 40
"""How much of a word such as 定期 is said; the words of the document are shorter by far."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that two cells can share: compared by `key`, told by `text`."""

    key: str
    text: Both = field(compare=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one rule asks: its force, what it asks in every case, and its conditions as written, under every reading.

    `about` is the group or the target that it is about, and empty where the topic itself is.
    """

    about: str
    name: Both = field(compare=False)
    force: str
    qualifier: str | None
    conditions: frozenset[Atom]
    forms: frozenset[str]

    def as_json(self, lang: str) -> Json:
        """Give it as JSON-shaped data."""
        return {
            "about": self.about or None,
            "force": self.force,
            "qualifier": self.qualifier,
            "conditions": _atoms(self.conditions, lang),
        }


@dataclass(frozen=True, slots=True)
class Timing:
    """How often, how many times a year, or by which day. Without any of them the document gives none.

    `period` is ISO 8601; `least` a number a year, or by the deadline, and `otherwise` that of other readings;
    `assumed`: the sign is not printed.
    """

    period: str | None = None
    least: int | None = None
    otherwise: tuple[int, ...] = ()
    deadline: dt.date | None = None
    cadence: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    assumed: bool = False

    @property
    def days(self) -> float | None:
        """Give the period in days, a month taken as a twelfth of a year; None without a period."""
        months, days = parse_period(self.period or "") or (0, 0)
        return months * 365.25 / 12 + days if self.period else None

    @property
    def fixed(self) -> bool:
        """Tell whether something can be late."""
        return self.period is not None or self.least is not None or self.deadline is not None

    @property
    def word(self) -> str:
        """Give the cadence on one line, a very long one cut."""
        return clipped(same(self.cadence or ""), LONGEST_WORD, LONGEST_WORD).zh

    @property
    def strictness(self) -> tuple[int, float, float]:
        """Order timings, the strictest first: a number or a day, then a word such as 定期, then nothing."""
        if self.fixed:
            return 0, self.days if self.days is not None else 366 / (self.least or 1), 0
        return (1 if self.cadence else 2), 0, 0

    def text(self) -> Both:
        """Say the timing."""
        if self.period is not None:
            return Both(period_text(self.period, "zh"), period_text(self.period, "en"))
        years = self._years()
        assumed = Both("（推定）", " (assumed)") if self.assumed else NOTHING
        if self.deadline is not None:
            day = self.deadline.isoformat()
            number = "" if self.least is None else f"，至少 {self.least} 次"
            more = "" if self.least is None else f", at least {self.least}"
            return Both(f"不晚于 {day}{number}{assumed.zh}{years.zh}", f"by {day}{more}{assumed.en}{years.en}")
        if self.least is not None:
            numbers = ", ".join(map(str, self.otherwise))
            other = Both(f"（另一读法：{numbers} 次）", f" (read otherwise: {numbers})") if numbers else NOTHING
            return Both(
                f"每年不少于 {self.least} 次{assumed.zh}{other.zh}{years.zh}",
                f"at least {self.least} a year{assumed.en}{other.en}{years.en}",
            )
        if self.cadence is not None:
            return Both(f"“{self.word}”（无期限）", f"“{self.word}” (no time limit)")
        return Both("未写次数和期限", "no number or date given")

    def _years(self) -> Both:
        first, last = self.first_year, self.last_year
        if first is None and last is None:
            return NOTHING
        if first is not None and last is not None:
            return Both(f"（{first}—{last} 年）", f" ({first}–{last})")
        return Both(f"（{first} 年起）", f" (from {first})") if first else Both(f"（至 {last} 年）", f" (to {last})")

    def as_json(self) -> Json:
        """Give the timing as JSON-shaped data; months and days of the period apart."""
        months, days = parse_period(self.period or "") or (0, 0)
        return {
            "period": self.period,
            "months": months if self.period else None,
            "days": days if self.period else None,
            "least": self.least,
            "otherwise": list(self.otherwise),
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "cadence": self.cadence,
            "first_year": self.first_year,
            "last_year": self.last_year,
            "assumed": self.assumed,
        }


@dataclass(frozen=True, slots=True)
class Window:
    """A look-back: which event, how long (`amount` of `unit`), and whether its last day is inside."""

    fact: str
    amount: int
    unit: str
    last_day_inside: bool
    term: Both = field(compare=False)
    text: Both = field(compare=False)

    @property
    def days(self) -> float:
        """Give its length in days, for an order only."""
        return self.amount * {"years": 365.25, "months": 365.25 / 12, "days": 1.0}[self.unit]


@dataclass(frozen=True, slots=True)
class Measure:
    """What of a cell can be compared. What a topic does not have is empty.

    `forces` and `timings` stand strongest and strictest first. `members` are what the topic is about: groups, papers,
    initiators, steps. `conditions` are what the strongest rule asks in every case (of groups: what most of them ask),
    `asks` what every rule asks. `levels` empty: any level. `written`: what the rules say in their own words only, which
    a machine cannot compare.
    """

    forces: tuple[str, ...] = ()
    qualifiers: frozenset[str] = frozenset()
    timings: tuple[Timing, ...] = ()
    members: frozenset[Atom] = frozenset()
    conditions: frozenset[Atom] = frozenset()
    asks: frozenset[Asked] = frozenset()
    windows: frozenset[Window] = frozenset()
    levels: frozenset[Atom] = frozenset()
    written: frozenset[str] = frozenset()

    @property
    def force(self) -> str | None:
        """Name the strongest force; None where no rule answers."""
        return self.forces[0] if self.forces else None

    @property
    def timing(self) -> Timing | None:
        """Give the strictest timing; None where the topic is not one of time."""
        return self.timings[0] if self.timings else None

    def as_json(self, lang: str) -> Json:
        """Give the measure as JSON-shaped data, lists sorted."""
        return {
            "force": self.force,
            "force_rank": FORCE_RANK.get(self.force or ""),
            "forces": list(self.forces),
            "qualifiers": sorted(self.qualifiers),
            "timings": [timing.as_json() for timing in self.timings],
            "members": _atoms(self.members, lang),
            "conditions": _atoms(self.conditions, lang),
            "windows": [
                {"fact": one.fact, "amount": one.amount, "unit": one.unit, "last_day_inside": one.last_day_inside}
                for one in sorted(self.windows, key=lambda one: (one.fact, one.days))
            ],
            "levels": _atoms(self.levels, lang),
            "asks": [one.as_json(lang) for one in sorted(self.asks, key=_by_about)],
        }


def _by_about(asked: Asked) -> tuple[str, int, list[str]]:
    return asked.about, -FORCE_RANK.get(asked.force, 0), sorted(asked.forms)


def _atoms(atoms: Iterable[Atom], lang: str) -> list[Json]:
    return [{"key": atom.key, "text": atom.text.said(lang)} for atom in sorted(atoms, key=lambda atom: atom.key)]


def by_force(forces: Iterable[str]) -> tuple[str, ...]:
    """Put forces in order, the strongest first, each once; those that have no rank come last."""
    return tuple(sorted(dict.fromkeys(forces), key=lambda force: -FORCE_RANK.get(force, 0)))


def by_strictness(timings: Sequence[Timing]) -> tuple[Timing, ...]:
    """Put timings in order, the strictest first, each once."""
    return tuple(sorted(dict.fromkeys(timings), key=lambda timing: timing.strictness))
