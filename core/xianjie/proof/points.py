"""The points of an answer as formulas: each status with the condition under which a policy gives it.

A point is one place of an answer, as `eligibility`, `service.medical` or `referral.forward`. Its labels are what can
stand there: a status first, then the rule, force and clause that go with it. Exactly one label holds in every case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import z3

from xianjie.engine.eligibility import MATCH
from xianjie.engine.readings import standing_readings
from xianjie.language import ir, nodes
from xianjie.language.smt import NO, YES, Pair, Terms, both, either, no
from xianjie.policy.prepared import GroupLine, Line, Policy, Readings, ReferralLine
from xianjie.vocabulary.terms import INSTRUMENTS, SERVICES

Label = tuple[str, ...]
"""A status, and where a rule gives it: the rule, its force and its clause."""

DIMENSIONS = ("eligibility", "services", "referral", "incentives")
"""The dimensions whose answers hang on conditions alone. Duties hang on dates and counts as well."""

_DUTIES = ("ledger", "duty", "target")
"""What the keys of duties begin with."""

_RECORDS: Mapping[str, tuple[str, ...]] = {
    "eligibility": (),
    "services": ("person",),
    "referral": ("referral",),
    "incentives": ("organisation",),
}

ENTITLED = ("applies", "undetermined", "ambiguous", "condition_not_met", "does_not_apply")
"""Which status speaks for an instrument or a kind of help on which several rules stand: the first of these."""


@dataclass(frozen=True, slots=True)
class Point:
    """One place of an answer: its labels with their formulas, the facts they hang on, and what the case must hold.

    `detail`: names parts of one policy (a group, a rule), so that only versions of one policy share it.
    """

    key: str
    dimension: str
    labels: Mapping[Label, z3.BoolRef]
    facts: frozenset[str]
    given: Mapping[str, str] = field(default_factory=dict)
    detail: bool = False

    @property
    def records(self) -> tuple[str, ...]:
        """Name the records that a case must hold for the point to be answered."""
        return _RECORDS[self.dimension]

    def statuses(self) -> dict[str, z3.BoolRef]:
        """Gather the labels by status."""
        out: dict[str, list[z3.BoolRef]] = {}
        for label, formula in self.labels.items():
            out.setdefault(label[0], []).append(formula)
        return {status: either(formulas) for status, formulas in out.items()}


def parts_of(key: str, label: Label) -> dict[str, str]:
    """Name the parts of a label: its status, and the group, rule, force, clause and missing step that go with it.

    Of a duty, its period (an ISO 8601 one, or the document's word where it gives no number), what is asked for, and how
    far its further conditions are met.
    """
    names: tuple[str, ...] = ("status", "rule", "force", "clause", "missing_step")
    if key in ("eligibility", "coverage", "priority"):
        names = ("status", "group", "rule", "force", "clause")
    elif key.partition(".")[0] in _DUTIES:
        names = ("status", "rule", "force", "clause", "period", "required", "compliance", "unmet")
    return {name: part for name, part in zip(names, label, strict=False) if part}


def points(
    policy: Policy, terms: Terms, chosen: Mapping[str, str] | None = None, dimensions: Collection[str] = DIMENSIONS
) -> dict[str, Point]:
    """Write every point of a policy's answers at the terms' date; `chosen` settles readings, as in an assessment."""
    return {point.key: point for point in _Writer(policy, terms, chosen or {}).points(dimensions)}


class _Writer:
    def __init__(self, policy: Policy, terms: Terms, chosen: Mapping[str, str]) -> None:
        self.policy, self.terms, self.chosen = policy, terms, chosen
        frame = ir.Frame(terms.as_of, policy.parameters_at(terms.as_of), policy.vocabulary.events)
        self.definitions = {name: ir.lower(node, frame) for name, node in policy.definitions.items()}
        self.frame = frame
        self._definition_facts: dict[str, frozenset[str]] = {}
        self._pairs: dict[tuple[str, int], Pair] = {}

    def points(self, dimensions: Collection[str]) -> Iterable[Point]:
        if "eligibility" in dimensions:
            yield from self.eligibility()
        if "services" in dimensions:
            yield from self.entitlements("services", "service", SERVICES, self.policy.services)
        if "incentives" in dimensions:
            yield from self.entitlements("incentives", "instrument", INSTRUMENTS, self.policy.incentives)
        for direction in ("forward", "reverse", "community_report") if "referral" in dimensions else ():
            yield from self.referral(direction)

    # -- conditions ------------------------------------------------------------------------------------------------

    def pair(self, block: str, place: int) -> Pair:
        key = (block, place)
        if key not in self._pairs:
            node = self.policy.blocks[block].conditions[place][1]
            self._pairs[key] = self.terms.pair(ir.lower(node, self.frame), self.definitions)
        return self._pairs[key]

    def facts(self, block: str, places: Iterable[int]) -> frozenset[str]:
        conditions = self.policy.blocks[block].conditions if block in self.policy.blocks else ()
        return frozenset(name for place in places for name in self.facts_of(conditions[place][1]))

    def facts_of(self, node: nodes.Condition) -> frozenset[str]:
        found = frozenset(nodes.facts_of(node))
        for name in nodes.definitions_of(node):
            if name not in self._definition_facts:
                self._definition_facts[name] = self.facts_of(self.policy.definitions[name])
            found |= self._definition_facts[name]
        return found

    def settled(self, readings: Readings, outcomes: Sequence[Mapping[str, z3.BoolRef]]) -> dict[str, z3.BoolRef]:
        """Draw one status from a rule's readings, as `readings.settle` does."""
        _, standing = standing_readings(readings, self.chosen)
        if len(standing) == 1:
            return dict(outcomes[standing[0]])
        taking_part = [outcomes[number] for number in standing]
        open_ = either(outcome.get("undetermined", NO) for outcome in taking_part)
        statuses = dict.fromkeys(status for outcome in taking_part for status in outcome)
        out = {
            status: both(outcome.get(status, NO) for outcome in taking_part)
            for status in statuses
            if status != "undetermined"
        }
        agreed = either(out.values())
        out["undetermined"] = open_
        out["ambiguous"] = both([no(open_), no(agreed)])
        return out

    # -- eligibility -----------------------------------------------------------------------------------------------

    def eligibility(self) -> Iterable[Point]:
        groups = [(line, *self.group(line)) for line in self.policy.groups]
        everything = {
            gives: self.overall([(line, settled, main) for line, settled, main in groups if line.group.gives == gives])
            for gives in MATCH
        }
        coverage, priority = everything["coverage"], everything["priority"]
        facts = frozenset[str]().union(*(self.facts("eligibility", _places(line)) for line, _, _ in groups))
        status = dict(coverage)
        silent = (self.policy.silence,)
        if coverage.keys() == {silent}:
            # priority speaks only where it matches
            status = {label: formula for label, formula in priority.items() if label[0] == MATCH["priority"]}
            status[silent] = no(either(status.values()))
        yield Point("eligibility", "eligibility", status, facts)
        yield Point("coverage", "eligibility", coverage, facts, detail=True)
        yield Point("priority", "eligibility", priority, facts, detail=True)
        for line, settled, main in groups:
            match = MATCH[line.group.gives]
            labels: dict[Label, z3.BoolRef] = {
                (name, "", "", ""): formula for name, formula in settled.items() if name != match
            }
            for rule, formula in main.items():
                labels[match, *rule] = both([settled.get(match, NO), formula])
            own = self.facts("eligibility", _places(line))
            yield Point(f"group.{line.group.id}", "eligibility", labels, own, detail=True)
        for advice in self.policy.advice:
            true, _ = self.pair("eligibility", advice.places[0]["when"])
            given: dict[Label, z3.BoolRef] = {("applies", *_stated(advice)): true, ("none",): no(true)}
            own = self.facts("eligibility", _places(advice))
            yield Point(f"advice.{advice.rule.id}", "eligibility", given, own, detail=True)

    def group(self, line: GroupLine) -> tuple[dict[str, z3.BoolRef], dict[Label, z3.BoolRef]]:
        """Give a group's status, and for a match the rule that decides it under the main reading."""
        match = MATCH[line.group.gives]
        outcomes = []
        for places in line.places:
            pairs = [self.pair("eligibility", place) for place in places.values()]
            hit, miss = either(true for true, _ in pairs), both(false for _, false in pairs)
            outcomes.append({match: hit, "not_matched": miss, "undetermined": both([no(hit), no(miss)])})
        candidates, _ = standing_readings(line.readings, self.chosen)
        before: list[z3.BoolRef] = []
        deciding: dict[Label, z3.BoolRef] = {}
        for rule, (_, model, clause) in zip(line.places[0], line.rules, strict=True):
            true, _ = self.pair("eligibility", line.places[candidates[0]][rule])
            deciding[rule, model.force, clause] = both([true, *(no(earlier) for earlier in before)])
            before.append(true)
        return self.settled(line.readings, outcomes), deciding

    def overall(
        self, groups: Sequence[tuple[GroupLine, dict[str, z3.BoolRef], dict[Label, z3.BoolRef]]]
    ) -> dict[Label, z3.BoolRef]:
        """Draw coverage or priority from the groups; a match names the first group that matches."""
        if not groups:
            return {(self.policy.silence,): YES}
        match = MATCH[groups[0][0].group.gives]
        out: dict[Label, z3.BoolRef] = {}
        earlier: list[z3.BoolRef] = []
        for line, settled, deciding in groups:
            hit = settled.get(match, NO)
            for rule, formula in deciding.items():
                out[match, line.group.id, *rule] = both([hit, formula, *(no(other) for other in earlier)])
            earlier.append(hit)
        none = no(either(earlier))
        open_ = either(settled.get("undetermined", NO) for _, settled, _ in groups)
        torn = either(settled.get("ambiguous", NO) for _, settled, _ in groups)
        out["undetermined",] = both([none, open_])
        out["ambiguous",] = both([none, no(open_), torn])
        out["not_matched",] = both([none, no(open_), no(torn)])
        return out

    # -- services and incentives -------------------------------------------------------------------------------------

    def entitlements(self, dimension: str, kind: str, names: Iterable[str], lines: Sequence[Line]) -> Iterable[Point]:
        ruled: dict[str, list[tuple[Line, dict[str, z3.BoolRef]]]] = {}
        for line in lines:
            outcomes = [self.entitlement(dimension, places) for places in line.places]
            settled = self.settled(line.readings, outcomes)
            named = getattr(line.rule, "instruments", None) or [getattr(line.rule, "service", "")]
            for name in named:
                ruled.setdefault(name, []).append((line, settled))
        for name in names:
            stand = ruled.get(name, [])
            facts = frozenset[str]().union(*(self.facts(dimension, _places(line)) for line, _ in stand))
            yield Point(f"{kind}.{name}", dimension, self.best(stand), facts)
            for line, settled in stand:
                labels: dict[Label, z3.BoolRef] = {(status, *_stated(line)): f for status, f in settled.items()}
                own = self.facts(dimension, _places(line))
                yield Point(f"{kind}.{name}/{line.rule.id}", dimension, labels, own, detail=True)

    def entitlement(self, block: str, places: Mapping[str, int]) -> dict[str, z3.BoolRef]:
        who, outsider = self.pair(block, places["beneficiary"])
        met, unmet = self.pair(block, places["when"])
        out = {
            "does_not_apply": outsider,
            "applies": both([who, met]),
            "condition_not_met": both([who, unmet]),
        }
        out["undetermined"] = no(either(out.values()))
        return out

    def best(self, stand: Sequence[tuple[Line, dict[str, z3.BoolRef]]]) -> dict[Label, z3.BoolRef]:
        """Let the most telling status speak where several rules stand, and the first rule that gives it."""
        if not stand:
            return {(self.policy.silence,): YES}
        out: dict[Label, z3.BoolRef] = {}
        earlier: list[z3.BoolRef] = []
        for status in ENTITLED:
            for line, settled in stand:
                formula = settled.get(status, NO)
                if z3.is_false(formula):
                    continue
                out[status, *_stated(line)] = both([formula, *(no(other) for other in earlier)])
                earlier.append(formula)
        return out

    # -- referral --------------------------------------------------------------------------------------------------

    def referral(self, direction: str) -> Iterable[Point]:
        given = {"referral.direction": direction}
        block = f"referral.{direction}"
        line = self.policy.referrals.get(direction)
        silent: dict[Label, z3.BoolRef] = {(self.policy.silence,): YES}
        if line is None:
            yield Point(block, "referral", silent, frozenset(), given)
        elif line.rule.mechanism_only:
            named: Label = (self.policy.silence, line.rule.id, line.rule.force, line.clause)
            yield Point(block, "referral", {named: YES}, frozenset(), given)
        else:
            facts = self.facts(block, _referral_places(line)) | {"referral.initiator", "referral.direction"}
            yield Point(block, "referral", self.route(line, block), facts, given)
        if direction == "forward":
            eased, facts = silent, frozenset[str]()
            for rule in self.policy.simplifications[:1]:
                eased = {(status, *_stated(rule)): formula for status, formula in self.simplified(rule, block).items()}
                facts = self.facts(block, _places(rule))
            yield Point("simplification", "referral", eased, facts, given)
        for duty in self.policy.referral_duties:
            if getattr(duty.rule, "direction", None) != direction:
                continue
            outcomes = []
            for places in duty.places:
                met, unmet = self.pair(block, places["when"])
                open_ = both([no(met), no(unmet)])
                outcomes.append({"applies": met, "condition_not_met": unmet, "undetermined": open_})
            settled = self.settled(duty.readings, outcomes)
            owed: dict[Label, z3.BoolRef] = {(status, *_stated(duty)): formula for status, formula in settled.items()}
            own = self.facts(block, _places(duty))
            yield Point(f"accompanying.{duty.rule.id}", "referral", owed, own, given, detail=True)

    def route(self, line: ReferralLine, block: str) -> dict[Label, z3.BoolRef]:
        """Write a referral of which no step is recorded: `engine.referral` in formulas."""
        terms, rule = self.terms, line.rule
        told = terms.known("referral.initiator")
        named = either(terms.holds("referral.initiator", initiator) for initiator in rule.initiators)
        stranger = both([told, no(named)])
        closed: list[tuple[str, z3.BoolRef]] = []
        wide: list[z3.BoolRef] = [told]
        gates: dict[str, Pair] = {gate.step: self.pair(block, place) for gate, place in line.gates}
        order = gates.get("consent_before_letter")
        for step, (true, false) in gates.items():
            wide.append(true)
            if step == "consent" and order is not None:
                # a letter before a consent that came later is told as the order of the two
                day = "referral.consent_date"
                came = both([terms.known(day), no(terms.holds(day, 0))])
                false = both([false, no(both([order[1], came]))])
            closed.append((step, false))
        refusals: dict[str, z3.BoolRef] = {}
        for number, (step, false) in enumerate(closed):
            refusals[step] = both([false, *(no(earlier) for _, earlier in closed[:number])])
        shut, passed = either(false for _, false in closed), both(wide)
        numbers = range(len(line.trigger.readings.all)) if line.trigger else range(1)
        outcomes = []
        for number in numbers:
            arises, lacks = self.pair(block, line.trigger.places[number]["trigger"]) if line.trigger else (YES, NO)
            asked = both([no(stranger), no(lacks)])
            outcomes.append(
                {
                    self.policy.silence: stranger,
                    "not_triggered": both([no(stranger), lacks]),
                    "refused": both([asked, shut]),
                    "allowed": both([asked, no(shut), arises, passed]),
                    "undetermined": both([asked, no(shut), no(both([arises, passed]))]),
                }
            )
        settled = self.settled(line.trigger.readings, outcomes) if line.trigger else outcomes[0]
        out: dict[Label, z3.BoolRef] = {}
        for status, formula in settled.items():
            if status != "refused":
                out[status, rule.id, rule.force, line.clause] = formula
                continue
            for step, narrow in refusals.items():
                out[status, rule.id, rule.force, line.clause, step] = both([formula, narrow])
        return out

    def simplified(self, line: Line, block: str) -> dict[str, z3.BoolRef]:
        outcomes = []
        for places in line.places:
            inside, outside = self.pair(block, places["scope"]) if "scope" in places else (YES, NO)
            met, unmet = self.pair(block, places["when"])
            out = {
                self.policy.silence: outside,
                "available": both([inside, met]),
                "not_available": both([inside, unmet]),
            }
            out["undetermined"] = no(either(out.values()))
            outcomes.append(out)
        return self.settled(line.readings, outcomes)


def _stated(line: Line) -> Label:
    return line.rule.id, line.rule.force, line.clause


def _places(line: Line | GroupLine) -> frozenset[int]:
    return frozenset(place for places in line.places for place in places.values())


def _referral_places(line: ReferralLine) -> frozenset[int]:
    gates = frozenset(place for _, place in line.gates)
    return reduce(frozenset.union, [_places(line.trigger)] if line.trigger else [], gates)
