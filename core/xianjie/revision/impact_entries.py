"""Set the entries of two answers beside each other, and say of each that changed on which rule the change hangs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from xianjie.cases import Case
from xianjie.engine.inquiry import Entry
from xianjie.engine.verdicts import EligibilityVerdict, Ruled, Verdict, Verdicts
from xianjie.policy.model import CountRule, LedgerRule
from xianjie.policy.prepared import GroupLine, Policy
from xianjie.revision.impact_classes import (
    DIMENSION_OF,
    GIVEN,
    LEVELS,
    NOT_GIVEN,
    OPEN,
    Change,
    Dimension,
    Part,
    Side,
    change_between,
)

Pairing = list[tuple[int | None, int | None]]


class Row(NamedTuple):
    """One kind of change, told apart by what it befell and how: the entry, the rule it hangs on, both sides.

    `name` is a group, service, instrument, direction, duty and so on; `rule` the one whose change tells, with its
    clause, None where no rule stands on either side.
    """

    part: Part
    name: str
    change: Change
    rule: str | None
    clause: str | None
    before: Side
    after: Side

    @property
    def dimension(self) -> Dimension:
        """Name the part of an answer that the entry stands in."""
        return DIMENSION_OF[self.part]


class Entries:
    """Compare the answers of two policies entry by entry; `unchanged` counts what stayed as it was."""

    def __init__(self, old: Policy, new: Policy) -> None:
        self.old, self.new = old, new
        self.unchanged: Counter[Part] = Counter()
        self._rows: dict[tuple[object, ...], Row | None] = {}
        self._pairings: dict[tuple[Part, str], Pairing] = {}
        self._lines = tuple({line.group.id: line for line in policy.groups} for policy in (old, new))
        self._clauses = tuple({rule.id: path for path, rule in policy.rules()} for policy in (old, new))

    def changed(self, case: Case, before: Verdicts, after: Verdicts) -> list[Row]:
        """Give a row for every entry of a case that changed, the same row as often as it befell the case."""
        a, b = before.of(case), after.of(case)
        rows: list[Row] = []
        if a == b:
            self._count(a)
        else:
            groups = list(self._groups(case, a.eligibility, b.eligibility, before, after))
            rows += chain(self._status(a.eligibility, b.eligibility, groups), groups, self._rest(a, b))
        if case.records & {"ledger", "duty", "target"}:
            for one, other in zip(before.duties(case), after.duties(case), strict=True):
                rows += self._duty(one, other)
        return rows

    def _count(self, verdict: Verdict) -> None:
        count = self.unchanged
        count["status"] += 1
        count["group"] += len(verdict.eligibility.groups)
        count["advice"] += len(verdict.advice)
        count["service"] += len(verdict.services or ())
        count["incentive"] += len(verdict.incentives or ())
        if verdict.referral is not None:
            count["referral"] += 1
            count["simplification"] += verdict.referral.simplification is not None
            count["accompanying"] += len(verdict.referral.accompanying)

    def _rest(self, a: Verdict, b: Verdict) -> Iterator[Row]:
        yield from self._listed("advice", a.advice, b.advice, None)
        yield from self._listed("service", a.services or (), b.services or (), "")
        yield from self._listed("incentive", a.incentives or (), b.incentives or (), "")
        one, other = a.referral, b.referral
        if one is None or other is None:
            return
        yield from self._entry("referral", one.outcome, other.outcome, one.missing_step, other.missing_step)
        if one.simplification is not None and other.simplification is not None:
            yield from self._entry("simplification", one.simplification, other.simplification)
        yield from self._listed("accompanying", one.accompanying, other.accompanying, one.outcome.name)

    # -- one entry, and lists of them ----------------------------------------------------------------------------------

    def _entry(
        self, part: Part, one: Ruled, other: Ruled, before: str | None = None, after: str | None = None
    ) -> Iterator[Row]:
        """Give the row of one entry, if it changed; `before` and `after` are what else it says."""
        key = (part, one, other, before, after)
        if key not in self._rows:
            self._rows[key] = _row(part, one.name, _side(part, one, before), _side(part, other, after))
        row = self._rows[key]
        if row is None:
            self.unchanged[part] += 1
        else:
            yield row

    def _listed(self, part: Part, olds: Sequence[Ruled], news: Sequence[Ruled], kept: str | None) -> Iterator[Row]:
        """Compare two lists of entries. `kept` names the pairing, None where the lists depend on the case."""
        if olds == news:
            self.unchanged[part] += len(olds)
            return
        for i, j in self._pairing(part, olds, news, kept):
            one = olds[i] if i is not None else self._absent(part, self.old, self.new, news[j or 0].name)
            other = news[j] if j is not None else self._absent(part, self.new, self.old, one.name)
            if one == other:
                self.unchanged[part] += 1
            elif part == "group" and None in (i, j) and (one if j is None else other).status == "not_matched":
                continue  # a group that only one of them knows, and to which the person does not belong
            else:
                yield from self._entry(part, one, other)

    def _pairing(self, part: Part, olds: Sequence[Ruled], news: Sequence[Ruled], kept: str | None) -> Pairing:
        if kept is None:
            return pairing(olds, news, _by_rule)
        found = self._pairings.get((part, kept))
        if found is None:
            found = self._pairings[part, kept] = pairing(olds, news, _by_name if part == "group" else _by_rule)
        return found

    @staticmethod
    def _absent(part: Part, policy: Policy, known: Policy, name: str) -> Ruled:
        """Give what a policy says of an entry that it does not have, and `known` has."""
        status = NOT_GIVEN if part == "advice" else policy.silence
        if part == "group":
            gives = {line.group.gives for line in known.groups if line.group.id == name}
            ruled = any(line.group.gives in gives for line in policy.groups)
            status = "not_matched" if ruled else status
        return Ruled(name, status, None, None, None, None, False)

    # -- who is covered ------------------------------------------------------------------------------------------------

    def _groups(
        self, case: Case, a: EligibilityVerdict, b: EligibilityVerdict, before: Verdicts, after: Verdicts
    ) -> Iterator[Row]:
        for row in self._listed("group", a.groups, b.groups, ""):
            lines = (self._lines[0].get(row.name), self._lines[1].get(row.name))
            if row.before.status != row.after.status and any(line and len(line.rules) > 1 for line in lines):
                held = [
                    verdicts.rules_of(case, line) if line else {}
                    for verdicts, line in zip((before, after), lines, strict=True)
                ]
                row = self._on_its_rule(row, held[0], held[1])
            yield row

    def _on_its_rule(self, row: Row, old: dict[str, bool | None], new: dict[str, bool | None]) -> Row:
        """Name, of a group's several rules, the one that came to hold, ceased to, or came open or to a close."""
        moved = [rule for rule in (*new, *old) if new.get(rule, False) is not old.get(rule, False)]
        side = old if row.change == "lost" else new
        wanted = [rule for rule in moved if side.get(rule) is True] if row.change in ("gained", "lost") else moved
        rule = next(iter(wanted or moved), row.rule)
        if rule is None:
            return row
        clauses = self._clauses if row.change == "lost" else self._clauses[::-1]
        return row._replace(rule=rule, clause=clauses[0].get(rule) or clauses[1].get(rule))

    def _status(self, a: EligibilityVerdict, b: EligibilityVerdict, groups: Sequence[Row]) -> Iterator[Row]:
        """Compare the statuses themselves; a change is put down to the group that brought it about."""
        before, after = _decider(a, self._lines[0]), _decider(b, self._lines[1])
        key = ("status", a.status, a.flagged, before, b.status, b.flagged, after)
        if key not in self._rows:
            name = next((group.name for group in (after, before) if group is not None), "")
            self._rows[key] = _row("status", name, _status_side(a, before), _status_side(b, after))
        row = self._rows[key]
        if row is None:
            self.unchanged["status"] += 1
            return
        if row.before.status != row.after.status:
            cause = _cause(row, [group for group in groups if group.before.status != group.after.status])
            if cause is not None:
                row = row._replace(name=cause.name, rule=cause.rule, clause=cause.clause)
        yield row

    # -- duties --------------------------------------------------------------------------------------------------------

    def _duty(self, one: Entry, other: Entry) -> Iterator[Row]:
        """Compare an entry under duties; a due date that moved is a change, and does not make a row of its own."""
        name = _duty_name(one)
        before, after = _duty_side(one), _duty_side(other)
        row = _row("duty", name, before, after)
        if row is None and one["next_due"] != other["next_due"]:
            row = Row("duty", name, "reason_changed", after.rule, after.clause, before, after)
        if row is None:
            self.unchanged["duty"] += 1
        else:
            rule, clause = (row.rule, row.clause) if row.rule is not None else self._asking(one["kind"])
            yield row._replace(rule=rule, clause=clause)
        if one["rule"] is None or other["rule"] is None or one["compliance"] == other["compliance"] == "unknown":
            return
        row = _row("compliance", name, _compliance_side(one), _compliance_side(other))
        if row is None:
            self.unchanged["compliance"] += 1
        else:
            yield row

    def _asking(self, kind: str | None) -> tuple[str | None, str | None]:
        """Find the first rule on a kind of duty, for an entry that could not be placed under any."""
        for policy in (self.new, self.old):
            for clause, rule in policy.rules():
                if (isinstance(rule, LedgerRule) and kind in rule.ledgers) or (
                    isinstance(rule, CountRule) and rule.duty == kind
                ):
                    return rule.id, clause
        return None, None


def pairing(olds: Sequence[Ruled], news: Sequence[Ruled], key: Callable[[Ruled], object]) -> Pairing:
    """Pair the entries of two lists by a key, then by name in their order; None where an entry has no counterpart."""
    places = {key(entry): number for number, entry in reversed(list(enumerate(news)))}
    pairs: Pairing = []
    single: list[int] = []
    for number, entry in enumerate(olds):
        found = places.pop(key(entry), None)
        if found is None:
            single.append(number)
        else:
            pairs.append((number, found))
    taken = {found for _, found in pairs}
    left = [number for number in range(len(news)) if number not in taken]
    for number in single:
        found = next((other for other in left if news[other].name == olds[number].name), None)
        if found is not None:
            left.remove(found)
        pairs.append((number, found))
    return [*pairs, *((None, number) for number in left)]


def _by_rule(entry: Ruled) -> object:
    return entry.name, entry.rule


def _by_name(entry: Ruled) -> object:
    return entry.name


def _side(part: Part, entry: Ruled, detail: str | None) -> Side:
    status = GIVEN if part == "advice" and entry.status == "applies" else entry.status
    return Side(status, entry.rule, entry.clause, entry.force, entry.qualifier, entry.flagged, detail)


def _row(part: Part, name: str, before: Side, after: Side) -> Row | None:
    """Make the row of an entry; None where it did not change. It hangs on what it lost, or else on what it has now."""
    change = change_between(part, before, after)
    if change == "unchanged":
        return None
    told = before if after.rule is None or (change == "lost" and before.rule is not None) else after
    return Row(part, name, change, told.rule, told.clause, *_telling(part, change, before, after))


def _telling(part: Part, change: Change, before: Side, after: Side) -> tuple[Side, Side]:
    """Keep of two sides what tells the change, so that cases changed alike fall together."""
    if before.status != after.status:
        if part in ("status", "group", "duty"):  # the row tells the rule that brought it about
            return Side(before.status), Side(after.status)
        step = after.detail if part == "referral" else None
        return before._replace(flagged=False, detail=None), after._replace(flagged=False, detail=step)
    if change == "force_changed":
        forces = ((side.status, None, None, side.force, side.qualifier) for side in (before, after))
        return Side(*next(forces)), Side(*next(forces))
    if before.flagged == after.flagged:
        before, after = before._replace(flagged=False), after._replace(flagged=False)
    if before.detail == after.detail:
        before, after = before._replace(detail=None), after._replace(detail=None)
    return before, after


def _decider(found: EligibilityVerdict, lines: dict[str, GroupLine]) -> Ruled | None:
    """Find the first group that stands where the person does; None where no group brings that about."""
    if found.status in ("not_matched", "not_stipulated", "not_reported"):
        return None
    gives = "coverage" if found.status == found.coverage else "priority"
    return next(
        entry for entry in found.groups if entry.status == found.status and lines[entry.name].group.gives == gives
    )


def _cause(row: Row, moved: Sequence[Row]) -> Row | None:
    """Find, among the groups whose status changed, the first that went the way of the person's status.

    What is given now came about by the group that gives it; what is given no more, by the group that gave it.
    """
    by_new = _gives(row.after) or (not _gives(row.before) and row.after.status in OPEN)

    def far(group: Row) -> tuple[bool, bool]:
        ends = (group.after, row.after) if by_new else (group.before, row.before)
        return ends[0].status != ends[1].status, group.change != row.change

    return min(moved, key=far, default=None)


def _gives(side: Side) -> bool:
    return LEVELS.get(side.status, 0) > 0


def _status_side(found: EligibilityVerdict, decider: Ruled | None) -> Side:
    rule, clause, force = (decider.rule, decider.clause, decider.force) if decider is not None else (None, None, None)
    return Side(found.status, rule, clause, force, None, found.flagged)


def _duty_name(entry: Entry) -> str:
    return f"target.{entry['item']}" if entry["kind"] == "target" else entry["kind"] or ""


def _duty_side(entry: Entry) -> Side:
    detail = entry["interval"] or entry["cadence"]
    if entry.get("required") is not None:
        detail = str(entry["required"])
    return _read(entry, entry["status"], detail)


def _compliance_side(entry: Entry) -> Side:
    return _read(entry, entry["compliance"], ",".join(entry["unmet"]) or None)


def _read(entry: Entry, status: str, detail: str | None) -> Side:
    return Side(status, entry["rule"], entry["clause"], entry["force"], entry["qualifier"], entry["flagged"], detail)
