"""Walks of a referral's procedure: a case for each step from each state, and one for each event out of turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from xianjie.errors import InputError
from xianjie.policy.prepared import ReferralLine
from xianjie.proof.deciding import Deciding
from xianjie.suite.contexts import Facts
from xianjie.suite.expected import expected
from xianjie.suite.model import Entry
from xianjie.suite.naming import Naming
from xianjie.suite.stages import Record, guards, way_to, with_events
from xianjie.vocabulary.terms import EVENTS, term

Answer = Callable[[Record], Mapping[str, Any]]


def walks(deciding: Deciding, answer: Answer, naming: Naming) -> Iterator[Entry]:
    """Give the walks of every procedure, on the facts of a referral that would go ahead."""
    for direction, line in deciding.policy.referrals.items():
        if line.rule.procedure is None or line.rule.mechanism_only:
            continue
        with deciding.cases({"referral.direction": direction}) as cases:
            key = f"referral.{direction}"
            cases.take(deciding.gives(key, ["allowed"]))
            facts = cases.smallest(deciding.facts_of([(key, ())]))
        yield from _walked(deciding, line, facts or {}, answer, naming)


def _walked(deciding: Deciding, line: ReferralLine, facts: Facts, answer: Answer, naming: Naming) -> Iterator[Entry]:
    procedure = line.rule.procedure
    assert procedure is not None
    direction = line.rule.direction
    holds = guards(deciding.policy, direction, facts, deciding.as_of)
    known = list(dict.fromkeys(step.model.on for step in line.steps))
    key = f"referral.{direction}/step:0"
    refused: set[str] = set()
    for state, name in procedure.states.items():
        way = way_to(line, state, holds)
        if way is None:
            continue
        for event in (None, *known):
            events = [*way, event] if event is not None else way
            record = with_events(deciding.policy, line, facts, events, deciding.as_of)
            try:
                found = answer(record)
            except InputError:  # the steps contradict the facts of this case
                continue
            here = f"在“{name}”" if event is None else f"在“{name}”记“{term(EVENTS, event)}”"
            told = found["referral"]["procedure"]
            if event is not None and told["refused"]:
                if event in refused:
                    continue
                refused.add(event)
            end = "" if event is None else "，不合次序" if told["refused"] else f"，转为“{told['name']}”"
            yield Entry(
                name=naming.alone(f"{naming.point(key)}：{here}{end}"),
                as_of=deciding.as_of,
                record=record,
                expect=expected(found, [key]),
                note=f"{line.clause}；{line.rule.id} 的程序",
                rows=tuple(line.rule.rows),
                tags=("procedure",),
                serves=(f"{line.rule.id} step: {state} {event or ''}".rstrip(),),
            )
