"""Generate cases for a policy and its revision: from a seed, with unknowns, and close to every limit of both."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from xianjie.cases import Case, ReferralEvent
from xianjie.cases.steps import with_steps
from xianjie.language import ir
from xianjie.policy.model import ReferralRule
from xianjie.policy.prepared import Policy
from xianjie.revision.sampling_records import Records
from xianjie.revision.sampling_values import Aim, Facts, Values, lowered
from xianjie.vocabulary.facts import LISTS

MOST = 200_000
"""As many cases as are generated at once."""

_UNKNOWN = (0.0, 0.08, 0.2, 0.5)
"""Shares of facts that nobody recorded; each case has one of these."""
_LIKELY = (0.03, 0.15, 0.4)
"""Shares of yes among the yes and no that no condition was aimed at."""
_ALWAYS = ("person", "household", "aid")
_SOMETIMES = {"organisation": 0.4, "referral": 0.4, "ledger": 0.2, "duty": 0.15, "target": 0.15}
"""How often a case has a record that it can do without."""
_BESIDE = {"organisation": ("area",)}
_BLOCKS = {"organisation": ("incentives",), "referral": ("referral.",)}
_WALKED = 0.1
"""The share of referrals with recorded steps: they are walked one by one, and cost more."""


def sample_cases(
    policies: tuple[Policy, Policy], count: int, seed: int, as_of: int, new_as_of: int | None = None
) -> list[Case]:
    """Invent cases, labelled S-00001 and so on; the same arguments give the same cases.

    `policies` are the old and the new one; `as_of` (an ordinal), and `new_as_of` for the new one, are the dates on
    which their limits are looked up. Each case is aimed at one to three conditions of either policy, which it meets or
    misses narrowly; other facts are drawn at random, and a share of all of them is unknown.
    """
    return list(draw_cases(policies, count, seed, as_of, new_as_of))


def draw_cases(
    policies: tuple[Policy, Policy], count: int, seed: int, as_of: int, new_as_of: int | None = None
) -> Iterator[Case]:
    """Invent the same cases as `sample_cases`, one at a time."""
    inventor = _Inventor(policies, random.Random(seed), as_of, as_of if new_as_of is None else new_as_of)
    for number in range(1, count + 1):
        yield inventor.case(f"S-{number:05}")


class _Inventor:
    def __init__(self, policies: tuple[Policy, Policy], draw: random.Random, as_of: int, new_as_of: int) -> None:
        old, new = policies
        self.draw = draw
        self.policies = (lowered(old, as_of), lowered(new, new_as_of))
        self.values = Values(self.policies, new.vocabulary, as_of, draw)
        self.records = Records(policies, self.values, draw, as_of)
        self.incentives = bool(old.incentives or new.incentives)
        self.referrals = [line.rule for policy in policies for line in policy.referrals.values()]
        self.conditions: dict[str, list[tuple[int, ir.Ir]]] = {
            record: [
                (number, part)
                for number, policy in enumerate(self.policies)
                for name, parts in policy.blocks.items()
                if name.startswith(starts)
                for part in parts
            ]
            for record, starts in {"person": ("eligibility", "services"), **_BLOCKS}.items()
        }

    def case(self, label: str) -> Case:
        draw = self.draw
        unknown, likely = draw.choice(_UNKNOWN), draw.choice(_LIKELY)
        records = {*_ALWAYS, *(name for name in _SOMETIMES if self._has(name) and draw.random() < _SOMETIMES[name])}
        given: Facts = {}
        for record in sorted(records - LISTS.keys()):
            for name in [name for one in (record, *_BESIDE.get(record, ())) for name in self.values.named(one)]:
                given[name] = self.values.of(name, likely)
        rule = draw.choice(self.referrals) if "referral" in records and self.referrals else None
        if rule is not None:
            given |= self._referral(rule)
        aimed = [self.conditions[record] for record in ("person", *_BLOCKS) if record in records]
        for conditions in [chosen for chosen in aimed if chosen for _ in range(draw.randrange(1, 3))]:
            number, part = draw.choice(conditions)
            Aim(self.values, self.policies[number].definitions, given).bring(part, draw.random() < 0.7)
        if rule is not None and draw.random() < 0.9:
            given["referral.direction"] = rule.direction
        given = {name: value for name, value in given.items() if self._kept(name, records) and draw.random() >= unknown}
        events = self._events(rule) if rule is not None and draw.random() < _WALKED else ()
        given, facts = _told(given, events)
        return Case(
            label=label,
            household_ref=None,
            as_of=None,
            given=given,
            facts=facts,
            records=frozenset(records | {"area"} if "organisation" in records else records),
            ledgers=self.records.ledgers() if "ledger" in records else (),
            duties=self.records.duties() if "duty" in records else (),
            targets=self.records.targets() if "target" in records else (),
            events=events,
            provenance={},
        )

    def _has(self, record: str) -> bool:
        """Tell whether either policy has anything to say to a record."""
        match record:
            case "organisation":
                return self.incentives or bool(self.values.named("organisation"))
            case "referral":
                return bool(self.referrals or self.values.named("referral"))
            case _:
                return self.records.has(record)

    @staticmethod
    def _kept(name: str, records: set[str]) -> bool:
        record = name.partition(".")[0]
        return record in records or (record == "area" and "organisation" in records)

    def _referral(self, rule: ReferralRule) -> Facts:
        """Draw what any referral records: the direction, who began it, and the steps that its documents speak of."""
        draw = self.draw
        drawn: Facts = {"referral.direction": rule.direction}
        words = tuple(self.values.vocabulary["referral.initiator"].words)
        drawn["referral.initiator"] = (
            draw.choice(rule.initiators or words) if draw.random() < 0.85 else draw.choice(words)
        )
        if draw.random() < 0.5:
            # as a referral goes that goes well; the aims below spoil it
            drawn |= {"referral.informed": True, "referral.consent_given": True}
            drawn |= {"referral.matches_project_conditions": True, "referral.handled_during_acceptance": True}
        return drawn

    def _events(self, rule: ReferralRule) -> tuple[ReferralEvent, ...]:
        """Take steps that follow from one another, and at times one out of turn."""
        if rule.procedure is None:
            return ()
        state = next(iter(rule.procedure.states))
        taken: list[str] = []
        for _ in range(self.draw.randrange(1, 7)):
            open_ = [step for step in rule.procedure.steps if state in step.leaves]
            if not open_:
                break
            step = self.draw.choice(open_)
            taken.append(step.on)
            state = step.to
        if self.draw.random() < 0.3:
            step = self.draw.choice(rule.procedure.steps)
            taken.insert(self.draw.randrange(len(taken) + 1), step.on)
        return tuple(ReferralEvent(event, None, None) for event in taken)


def _told(given: Facts, events: Sequence[ReferralEvent]) -> tuple[Facts, Facts]:
    """Add what dates and steps tell, and give up the recorded facts that contradict them."""
    while True:
        facts, wrong = with_steps(given, events)
        if not wrong:
            return given, facts
        given = {name: value for name, value in given.items() if name not in wrong}
