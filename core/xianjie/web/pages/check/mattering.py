"""Which facts the rules of the chosen regions read, and which of them can still change what follows.

What is claimed is strict: whatever the facts are that are said not to matter, all of them together, no conclusion
changes. A conclusion is a status of the answer: coverage, priority and advice; each kind of help and each instrument;
the referral, whether it may be simplified, and what is owed around it. That a fact is not recorded counts as open even
where a document turns on that (`known(…)`), because recording it can then change the status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xianjie.cases import Case
from xianjie.cases.steps import DATED, after_steps, on_day, with_steps
from xianjie.engine.assess import Engine
from xianjie.engine.deciders import PolicyAt
from xianjie.engine.openness import Joint
from xianjie.engine.referral import PAPERS
from xianjie.language import nodes
from xianjie.language.evaluate import Value, World, evaluate
from xianjie.language.generate import FALSE, TRUE, UNKNOWN
from xianjie.policy.prepared import Line, Policy, ReferralLine
from xianjie.vocabulary.facts import LISTS

Facts = Mapping[str, Value]
Names = frozenset[str]

DIRECTION, INITIATOR = "referral.direction", "referral.initiator"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer that is decided by itself: the facts that it reads, and those it still wants."""

    reads: Names
    wants: Callable[[Case, World], Names]


@dataclass(frozen=True, slots=True)
class Document:
    """One document on a day, its answer taken apart by dimension; `reads` is what it reads in each."""

    at: PolicyAt
    parts: Mapping[str, tuple[Part, ...]]
    reads: Mapping[str, Names]


def document(engine: Engine, region: str, day: int) -> Document:
    """Take the answer of a region on a day apart; it is costly, and worth keeping."""
    at = engine.at(region, day, "zh")
    writer = _Writer(at)
    parts = {
        "eligibility": tuple(writer.eligibility()),
        "services": tuple(writer.entitlement("services", line) for line in at.policy.services),
        "incentives": tuple(writer.entitlement("incentives", line) for line in at.policy.incentives),
        "referral": (writer.referral(),),
        "duties": (),
    }
    reads = {name: _all(part.reads for part in found) for name, found in parts.items()}
    return Document(at, parts, {**reads, "duties": _duties(at.policy)})


class Bearing:
    """What facts come to in the documents and dimensions that were chosen."""

    def __init__(self, documents: Sequence[Document], dimensions: Sequence[str], day: int) -> None:
        self.day = day
        self._parts = [(one.at, part) for one in documents for name in dimensions for part in one.parts[name]]
        reads = _all(one.reads[name] for one in documents for name in dimensions)
        self.reads = reads | _told_beside(reads)

    def wanted(self, case: Case) -> Names:
        """Name the facts that are not recorded and could still change a conclusion."""
        return self._wanted(case, self._parts)

    def settled(self, case: Case) -> Names:
        """Name recorded facts that do not matter any more, all of them together: the others settle what is settled."""
        out: set[str] = set()
        for name in reversed(tuple(case.given)):
            if name not in self.reads or name.split(".", 1)[0] in LISTS:
                continue
            without = _without(case, name)
            if without is None:
                continue
            touched = {name} | {flag for flag, date in DATED if date == name}
            parts = [(at, part) for at, part in self._parts if part.reads & touched]
            if not touched & self._wanted(without, parts):
                out.add(name)
                case = without
        return frozenset(out)

    def _wanted(self, case: Case, parts: Iterable[tuple[PolicyAt, Part]]) -> Names:
        known = on_day(case, self.day)
        worlds: dict[int, World] = {}
        found: set[str] = set()
        for at, part in parts:
            world = worlds.get(id(at))
            if world is None:
                policy = at.policy
                world = worlds[id(at)] = World(
                    known.facts, self.day, at.parameters, policy.definitions, policy.vocabulary.events
                )
            found |= part.wants(known, world)
        return frozenset(name for name in found | _told_beside(found) if name not in case.given)


def conclusions(answer: Mapping[str, Any], dimensions: Sequence[str]) -> list[Any]:
    """Take out of an answer what is claimed not to change."""
    out: list[Any] = []
    for region in answer["regions"].values():
        for dimension in dimensions:
            part = region.get(dimension)
            match dimension:
                case "eligibility":
                    out.append([part[name] for name in ("status", "coverage", "priority", "advice")])
                case "referral" if part is not None:
                    simple = part["simplification"]
                    out.append([part["status"], simple and simple["status"]])
                    out.append([(one["duty"], one["status"]) for one in part["accompanying"]])
                case "services" | "incentives" if part is not None:
                    out.append([(one["rule"], one["status"]) for one in part])
    return out


def _without(case: Case, name: str) -> Case | None:
    """Take a fact out of a case; None where dates and steps that stay tell it all the same."""
    given = {key: value for key, value in case.given.items() if key != name}
    facts, wrong = with_steps(given, case.events)
    return None if wrong or name in facts else replace(case, given=given, facts=facts)


def _told_beside(names: Iterable[str]) -> Names:
    """Name the dates that tell one of these facts beside what they say themselves."""
    return frozenset(date for flag, date in DATED if flag in names)


def _duties(policy: Policy) -> Names:
    """Name what is read about ledgers, counted duties and targets: all of each record, and what conditions add."""
    found = {spec.name for spec in policy.vocabulary.facts if spec.record in LISTS}
    for block in ("ledger", "duty", "target"):
        if block in policy.blocks:
            found |= {name for _, node in policy.blocks[block].conditions for name in _reads(policy, node)}
    return frozenset(found)


def _all(names: Iterable[Names]) -> Names:
    return frozenset(name for some in names for name in some)


def _reads(policy: Policy, node: nodes.Condition) -> Names:
    found = set(nodes.facts_of(node))
    for name in nodes.definitions_of(node):
        found |= _reads(policy, policy.definitions[name])
    return frozenset(found)


# -- conditions -----------------------------------------------------------------------------------------------------


def _value(node: nodes.Condition, world: World) -> bool | None:
    """Decide a condition as `evaluate` does, only that nobody knows whether a fact will be recorded that is not yet."""
    match node:
        case nodes.Known(fact):
            return True if fact.name in world.facts else None
        case nodes.Definition(name):
            return _value(world.definitions[name], world)
        case nodes.Not(operand):
            value = _value(operand, world)
            return None if value is None else not value
        case nodes.And(operands) | nodes.Or(operands):
            decisive = isinstance(node, nodes.Or)
            values = {_value(operand, world) for operand in operands}
            return decisive if decisive in values else None if None in values else not decisive
        case _:
            return evaluate(node, world)


class _Open:
    """Conditions of which any may hold: whether one does, and the facts that can still change that."""

    def __init__(self, policy: Policy, conditions: Sequence[nodes.Condition]) -> None:
        self.conditions = tuple(conditions)
        self.reads = frozenset(name for node in conditions for name in _reads(policy, node))
        self._joint = Joint(conditions, policy.definitions)

    def value(self, world: World) -> bool | None:
        values = {_value(node, world) for node in self.conditions}
        return True if True in values else None if None in values else False

    def wants(self, world: World) -> Names:
        if self.value(world) is not None:
            return frozenset()
        atoms = self._joint.atoms
        values = [_value(atom, world) for atom in atoms]
        codes = [UNKNOWN if value is None else TRUE if value else FALSE for value in values]
        wanted = self._joint.wanted(codes)
        if wanted is None:
            open_ = (atom for atom, value in zip(atoms, values, strict=True) if value is None)
            wanted = frozenset(name for atom in open_ for name in nodes.facts_of(atom))
        return frozenset(name for name in wanted if name not in world.facts)


# -- the parts of a policy's answer ---------------------------------------------------------------------------------


class _Writer:
    def __init__(self, at: PolicyAt) -> None:
        self.at, self.policy = at, at.policy

    def condition(self, block: str, place: int) -> nodes.Condition:
        return self.policy.blocks[block].conditions[place][1]

    def open(self, block: str, places: Iterable[int]) -> _Open:
        return _Open(self.policy, [self.condition(block, place) for place in places])

    def eligibility(self) -> Iterator[Part]:
        for gives in ("coverage", "priority"):
            lines = [line for line in self.policy.groups if line.group.gives == gives]
            turns = max((len(line.places) for line in lines), default=0)
            joined = [
                self.open(
                    "eligibility",
                    [place for line in lines for place in line.places[min(turn, len(line.places) - 1)].values()],
                )
                for turn in range(turns)
            ]
            if joined:
                yield _any_of(joined)
        for advice in self.policy.advice:
            yield _any_of([self.open("eligibility", [advice.places[0]["when"]])])

    def entitlement(self, block: str, line: Line) -> Part:
        pairs = [
            (self.open(block, [places["beneficiary"]]), self.open(block, [places["when"]])) for places in line.places
        ]

        def wants(_: Case, world: World) -> Names:
            found: Names = frozenset()
            for who, when in pairs:
                if who.value(world) is not False:
                    found |= who.wants(world) | when.wants(world)
            return found

        return Part(_all(one.reads for pair in pairs for one in pair), wants)

    def referral(self) -> Part:
        """Put all directions into one part: which of them is asked about is itself a fact."""
        ways = {direction: self.direction(direction) for direction in ("forward", "reverse", "community_report")}

        def wants(case: Case, world: World) -> Names:
            direction = case.facts.get(DIRECTION)
            if not isinstance(direction, str):
                return frozenset({DIRECTION})
            return ways[direction].wants(case, world)

        return Part(frozenset({DIRECTION}) | _all(way.reads for way in ways.values()), wants)

    def direction(self, direction: str) -> Part:
        block = f"referral.{direction}"
        parts = [self.itself(block, self.policy.referrals.get(direction))]
        if direction == "forward":
            parts += [self.scoped(block, line) for line in self.policy.simplifications[:1]]
        for line in self.policy.referral_duties:
            if getattr(line.rule, "direction", None) == direction:
                parts.append(_any_of([self.open(block, [places["when"]]) for places in line.places]))

        def wants(case: Case, world: World) -> Names:
            return _all(part.wants(case, world) for part in parts)

        return Part(_all(part.reads for part in parts), wants)

    def itself(self, block: str, line: ReferralLine | None) -> Part:
        if line is None or line.rule.mechanism_only:
            return Part(frozenset(), lambda _, __: frozenset())
        initiators = line.rule.initiators
        triggers = [self.open(block, [places["trigger"]]) for places in (line.trigger.places if line.trigger else ())]
        gates = [self.open(block, [place]) for _, place in line.gates]
        guards = [self.open(block, [step.guard]) for step in line.steps if step.guard is not None]
        papers = frozenset(PAPERS[name] for name in (line.rule.documents.any_of if line.rule.documents else ()))
        reads = frozenset({INITIATOR, *papers}) | _all(one.reads for one in (*triggers, *gates, *guards))

        def wants(case: Case, world: World) -> Names:
            initiator = case.facts.get(INITIATOR)
            found: Names = frozenset() if initiator is not None else frozenset({INITIATOR})
            if initiator is not None and initiator not in initiators:
                return found
            found |= _all(trigger.wants(world) for trigger in triggers)
            if triggers and all(trigger.value(world) is False for trigger in triggers):
                return found
            if case.events:
                found |= _all(guard.wants(then) for then in _each_time(case, world) for guard in guards)
            elif any(gate.value(world) is False for gate in gates):
                return found
            found |= _all(gate.wants(world) for gate in gates)
            return found | frozenset(name for name in papers if name not in case.facts)

        return Part(reads, wants)

    def scoped(self, block: str, line: Line) -> Part:
        pairs = [
            (self.open(block, [places["scope"]]) if "scope" in places else None, self.open(block, [places["when"]]))
            for places in line.places
        ]

        def wants(_: Case, world: World) -> Names:
            found: Names = frozenset()
            for scope, when in pairs:
                if scope is None or scope.value(world) is not False:
                    found |= when.wants(world) | (scope.wants(world) if scope is not None else frozenset())
            return found

        return Part(_all(one.reads for pair in pairs for one in pair if one is not None), wants)


def _each_time(case: Case, world: World) -> Iterator[World]:
    """Give the worlds that a case's steps are judged in: each by what was known when it was taken, and now."""
    for number, event in enumerate(case.events):
        day = world.as_of if event.on is None else event.on
        yield replace(world, facts=after_steps(case, number + 1, day).facts, as_of=day)
    yield world


def _any_of(joined: Sequence[_Open]) -> Part:
    return Part(
        _all(one.reads for one in joined),
        lambda _, world: _all(one.wants(world) for one in joined),
    )
