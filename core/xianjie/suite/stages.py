"""The stages of a suite: conditions that are asked about together, and how a case of theirs is recorded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from xianjie.language.calendar import iso
from xianjie.language.evaluate import World, evaluate
from xianjie.policy.model import LedgerRule
from xianjie.policy.prepared import Line, Policy, ReferralLine
from xianjie.proof.deciding import Deciding
from xianjie.proof.points import DIMENSIONS
from xianjie.proof.witness import record_of
from xianjie.suite.contexts import Facts, Sample
from xianjie.suite.parts import Part, parts_of

Record = dict[str, Any]
Write = Callable[[Sample], Record | None]

LEVELS = ("province", "city", "county", "township")


@dataclass(frozen=True, slots=True)
class Stage:
    """Conditions of one dimension: what every case of theirs is given, and the points that they move.

    `write` records a sample; None where no record can hold it.
    """

    name: str
    parts: tuple[Part, ...]
    given: Facts
    keys: tuple[str, ...]
    write: Write = field(repr=False)

    @property
    def answered(self) -> bool:
        """Tell whether an answer has the stage's points: what a ledger or a step asks has none of its own."""
        return "/" not in self.name and not self.name.startswith("ledger.")


def stages_of(deciding: Deciding) -> list[Stage]:
    """List the stages of a policy: a dimension each, a direction of referral, a ledger rule, a step with a guard."""
    policy = deciding.policy
    parts = parts_of(policy)
    out = [
        _stage(deciding, name, [part for part in parts if part.block == name], {})
        for name in ("eligibility", "services", "incentives")
    ]
    for direction in ("forward", "reverse", "community_report"):
        block = f"referral.{direction}"
        own = [part for part in parts if part.block == block]
        given = {"referral.direction": direction}
        out.append(_stage(deciding, block, [part for part in own if "/step:" not in part.key], given))
        for key in dict.fromkeys(part.key for part in own if "/step:" in part.key):
            guarded = tuple(part for part in own if part.key == key)
            write = _walked(deciding, policy.referrals[direction], int(key.rpartition(":")[2]))
            out.append(Stage(key, guarded, given, (key,), write))
    for line in policy.ledgers:
        own = [part for part in parts if part.block == "ledger" and part.rule is line.rule]
        place = reached(policy, line)
        if own and place is not None:
            keys = tuple(dict.fromkeys(part.key for part in own))
            out.append(Stage(f"ledger.{line.rule.id}", tuple(own), {}, keys, _ledger(deciding, *place)))
    return [stage for stage in out if stage.keys]


def _stage(deciding: Deciding, name: str, parts: Sequence[Part], given: Facts) -> Stage:
    dimension = name.partition(".")[0]
    assert dimension in DIMENSIONS
    keys = []
    for key in deciding.every_key:
        point = deciding.point(key)
        same = point.dimension == dimension and all(given.get(fact) == word for fact, word in point.given.items())
        if same and "/step:" not in key and (dimension != "referral" or point.given):
            keys.append(key)

    def write(sample: Sample) -> Record:
        asked = [deciding.point(key, chosen) for key, chosen in sample.keys]
        return plain(deciding.policy, sample.facts, deciding.as_of, asked)

    return Stage(name, tuple(parts), given, tuple(keys), write)


def plain(policy: Policy, facts: Facts, as_of: int, asked: Sequence[Any] = ()) -> Record:
    """Record facts in the contract's shape, in the vocabulary's order, without the date of evaluation."""
    ordered = {name: facts[name] for name in sorted(facts, key=policy.vocabulary.slot.__getitem__)}
    record = record_of(ordered, policy.vocabulary, as_of, asked)
    del record["as_of"]
    return record


# -- ledgers -----------------------------------------------------------------------------------------------------------


def reached(policy: Policy, line: Line) -> tuple[str, str | None] | None:
    """Find a kind and a level of ledger that a rule decides; None where rules before it decide them all."""
    assert isinstance(line.rule, LedgerRule)
    for kind in line.rule.ledgers:
        for level in line.rule.levels or ("county", *LEVELS):
            for other in policy.ledgers:
                assert isinstance(other.rule, LedgerRule)
                if kind in other.rule.ledgers and (other.rule.levels is None or level in other.rule.levels):
                    if other is line:
                        return kind, level
                    break
    return None


def _ledger(deciding: Deciding, kind: str, level: str | None) -> Write:
    def write(sample: Sample) -> Record:
        record = plain(deciding.policy, sample.facts, deciding.as_of)
        own = {"kind": kind, "level": level, **record.pop("ledger", {})}
        own.setdefault("last_updated", iso(deciding.as_of))
        return {**record, "ledgers": [own]}

    return write


# -- procedures --------------------------------------------------------------------------------------------------------


def way_to(line: ReferralLine, state: str, holds: Callable[[int], bool | None]) -> list[str] | None:
    """Give the shortest run of steps from the start to a state; None where none leads there.

    `holds` decides the guard at a place of the direction's block.
    """
    assert line.rule.procedure is not None
    start = next(iter(line.rule.procedure.states))
    ways: dict[str, list[str]] = {start: []}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if here == state:
            return ways[here]
        for step in line.steps:
            new = here in step.model.leaves and step.model.to not in ways
            if new and (step.guard is None or holds(step.guard) is True):
                ways[step.model.to] = [*ways[here], step.model.on]
                queue.append(step.model.to)
    return None


def guards(policy: Policy, direction: str, facts: Facts, as_of: int) -> Callable[[int], bool | None]:
    """Decide the guards of a direction's steps on some facts."""
    block = policy.blocks[f"referral.{direction}"]
    world = World(facts, as_of, policy.parameters_at(as_of), policy.definitions, policy.vocabulary.events)

    def holds(place: int) -> bool | None:
        return evaluate(block.conditions[place][1], world)

    return holds


def _walked(deciding: Deciding, line: ReferralLine, number: int) -> Write:
    """Record a sample with the steps that lead to the guarded one, and that one."""
    policy, direction = deciding.policy, line.rule.direction
    step = line.steps[number]

    def write(sample: Sample) -> Record | None:
        holds = guards(policy, direction, sample.facts, deciding.as_of)
        for leaf in step.model.leaves:
            way = way_to(line, leaf, holds)
            if way is not None:
                return with_events(policy, line, sample.facts, [*way, step.model.on], deciding.as_of)
        return None

    return write


def with_events(policy: Policy, line: ReferralLine, facts: Facts, events: Sequence[str], as_of: int) -> Record:
    """Record facts with the steps that were taken."""
    record = plain(policy, facts, as_of)
    begun = {"direction": line.rule.direction, "initiator": line.rule.initiators[0]}
    told = {**begun, **record.get("referral", {}), "events": [{"event": event} for event in events]}
    return {**record, "referral": told}
