"""The counts of one part's answers, and how counts of several parts go together.

A tally is a tree of names with whole numbers for leaves, so that two of them are put together leaf by leaf.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import Any, cast

import polars as pl

from xianjie.policy.prepared import GroupLine
from xianjie.population.compiler.eligibility import BITS, EligibilityColumns, default_rule
from xianjie.population.compiler.entitlements import STATUSES as RULED
from xianjie.population.compiler.entitlements import EntitlementColumns
from xianjie.population.compiler.fields import Choice, Field, Part
from xianjie.population.compiler.policies import Compiled
from xianjie.population.summary.counting import ALL, CODES, COUNT, NONE, Count, Counting, Found, Wanted, together
from xianjie.population.summary.guarding import POINTS, STANDINGS

Tally = Mapping[str, Any]

FLOWING = "eligibility"
"""The dimension whose status is told pair by pair of regions."""

_DIVISION = "·division"


class Tallying:
    """How a question's answers are counted, by the values of the column `division` where one is named.

    It is written once and asked of each part. Rows without a division count under the empty name. What was left out of
    the answers is not counted. The terms in `truths` must stand beside the answers.
    """

    def __init__(self, compiled: Compiled, leaving_out: Collection[str] = (), division: str | None = None) -> None:
        """Take policies compiled, and the names of the fields left out of their answers."""
        facts = pl.LazyFrame(schema=compiled.layout.schema)
        self._counting = Counting(compiled.answer(facts, (), leaving_out).collect_schema())
        self._parts = {
            region: {
                dimension: _part(self._counting, part, f"{region}.{dimension}") for dimension, part in named.items()
            }
            for region, named in compiled.parts.items()
        }
        self._compiled, self._division = compiled, division

    @property
    def truths(self) -> tuple[int, ...]:
        """List the terms that are looked at."""
        return tuple(self._counting.truths)

    def of(self, answers: pl.DataFrame) -> dict[str, Any]:
        """Count the answers of a part. Gives what JSON holds."""
        counting, compiled, division = self._counting, self._compiled, self._division
        out = {
            "rows": len(answers),
            "parts": counting.told(self._parts, answers),
            "divisions": {} if division is None else _divisions(answers, counting, compiled, division),
            "flows": _flows(answers, counting, compiled),
        }
        return cast("dict[str, Any]", _sorted(out))


def merged(tallies: Iterable[Tally]) -> dict[str, Any]:
    """Put the counts of parts together, in whatever order they come."""
    return cast("dict[str, Any]", _sorted(reduce(_added, tallies, {"rows": 0})))


def _added(one: Any, other: Any) -> Any:
    if not isinstance(one, Mapping):
        return one + other
    return {**one, **{name: _added(one[name], value) if name in one else value for name, value in other.items()}}


def _sorted(tree: Any) -> Any:
    return {name: _sorted(tree[name]) for name in sorted(tree)} if isinstance(tree, Mapping) else tree


def _part(counting: Counting, part: Part, prefix: str) -> dict[str, Any]:
    out: dict[str, Any] = {
        "choices": {choice.name.removeprefix(f"{prefix}."): counting.words(choice) for choice in _there(counting, part)}
    }
    match part:
        case EligibilityColumns():
            return out | _eligibility(counting, part)
        case EntitlementColumns():
            return out | _entitlements(counting, part)
        case _:
            fields = [field for field in part.fields if counting.has(field)]
            out["fields"] = {field.name.removeprefix(f"{prefix}."): _named(counting, field) for field in fields}
            return out


def _eligibility(counting: Counting, part: EligibilityColumns) -> dict[str, Any]:
    out: dict[str, Any] = {}
    lines = part.policy.groups
    if counting.has(part.groups):
        out["groups"] = {
            line.group.id: {name: counting.held(*_stands(part.groups, line, name)) for name in STANDINGS}
            for line in lines
        }
        if counting.has(part.rules):
            out["rules"] = {line.group.id: _deciding(counting, part, line) for line in lines}
    if counting.has(part.missing):
        out["missing"] = _missing(counting, part.missing)
    if counting.has(part.flagged):
        found = _named(counting, part.flagged)
        out["flagged"] = {"status": found.pop("", NONE), "groups": found}
    return out


def _stands(field: Field, line: GroupLine, standing: str) -> list[Wanted]:
    return [(field, (line.group.id, bit), bit in BITS[standing]) for bit in (0, 1)]


def _deciding(counting: Counting, part: EligibilityColumns, line: GroupLine) -> dict[str, Count]:
    """Count, among rows that a group matches, the rule that is named for it: a default where no other one is."""
    match = _stands(part.groups, line, "matched")
    group, default = line.group.id, line.rules[default_rule(line)][0]
    named = {
        rule: counting.held(*match, (part.rules, (group, rule), True)) for rule, _, _ in line.rules if rule != default
    }
    return {default: counting.held(*match).less(tuple(named.values())), **named}


def _missing(counting: Counting, field: Field) -> dict[str, Any]:
    """Count by fact how many rows lack it for their status, and how many of them lack nothing else."""
    return {
        "open": ALL.less([counting.only(field, None)]) if field.meanings else NONE,
        "lacking": Found({str(fact): count for (fact,), count in counting.bits(field).items()}),
        "alone": Found({str(meaning[0]): counting.only(field, meaning) for meaning in field.meanings}),
    }


def _entitlements(counting: Counting, part: EntitlementColumns) -> dict[str, Any]:
    out: dict[str, Any] = {}
    rules = [line.rule.id for line in part.lines]
    if counting.has(part.statuses):
        out["statuses"] = {
            rule: {
                status: counting.held(*((part.statuses, (rule, bit), bool(code >> bit & 1)) for bit in range(3)))
                for code, status in enumerate(RULED)
            }
            for rule in rules
        }
    if counting.has(part.missing):
        lacking = counting.bits(part.missing)
        out["missing"] = {
            rule: Found({str(fact): count for (named, fact), count in lacking.items() if named == rule})
            for rule in rules
        }
    if counting.has(part.flagged):
        out["flagged"] = _named(counting, part.flagged)
    return out


def _named(counting: Counting, field: Field) -> dict[str, Count]:
    """Count the rows in which each bit is set, under its meaning's names with a stroke between."""
    return {"/".join(map(str, meaning)): count for meaning, count in counting.bits(field).items()}


def _divisions(answers: pl.DataFrame, counting: Counting, compiled: Compiled, division: str) -> dict[str, Any]:
    """Count rows and every choice by the division's values."""
    named = pl.col(division).cast(pl.String).fill_null("").alias(_DIVISION)
    choices = {
        (region, dimension, choice.name.removeprefix(f"{region}.{dimension}.")): choice
        for region, parts in compiled.parts.items()
        for dimension, part in parts.items()
        for choice in _there(counting, part)
        if not choice.name.endswith(POINTS)
    }
    table = together(answers, list(choices.values()), [named])
    out: dict[str, Any] = {
        name: {"rows": count, "parts": {}}
        for name, count in table.group_by(_DIVISION).agg(pl.col(COUNT).sum()).iter_rows()
    }
    for (region, dimension, short), choice in choices.items():
        counted = table.group_by(_DIVISION, choice.name).agg(pl.col(COUNT).sum())
        for name, code, count in counted.iter_rows():
            at = out[name]["parts"].setdefault(region, {}).setdefault(dimension, {})
            at.setdefault(short, {})[choice.words[code]] = count
    return out


def _flows(answers: pl.DataFrame, counting: Counting, compiled: Compiled) -> dict[str, Any]:
    """Count, for each pair of regions in the order of their names, the statuses that go together."""
    found = {
        region: part.status
        for region, parts in sorted(compiled.parts.items())
        for part in [parts.get(FLOWING)]
        if isinstance(part, EligibilityColumns) and counting.has(part.status)
    }
    if len(found) < 2:
        return {}
    table = together(answers, list(found.values()))
    out: dict[str, Any] = {}
    for (one, first), (other, second) in combinations(found.items(), 2):
        pairs = table.group_by(pl.col(first.name) * CODES + pl.col(second.name)).agg(pl.col(COUNT).sum())
        at: dict[str, dict[str, int]] = {}
        for code, count in pairs.iter_rows():
            at.setdefault(first.words[code // CODES], {})[second.words[code % CODES]] = count
        out.setdefault(one, {})[other] = at
    return out


def _there(counting: Counting, part: Part) -> Sequence[Choice]:
    return [choice for choice in part.choices if counting.has(choice)]
