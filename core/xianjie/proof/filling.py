"""A case with facts put into it as if somebody had recorded them, and what policies then say of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xianjie.cases import Case
from xianjie.cases.steps import DATED, on_day, with_steps
from xianjie.engine.inquiry import Entry
from xianjie.engine.verdicts import ReferralVerdict, Ruled, Verdict, Verdicts
from xianjie.errors import InternalError, Problem
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof.points import ENTITLED
from xianjie.proof.witness import Answering, label_in

UNDETERMINED = "undetermined"

BLANK = Case(None, None, None, {}, {}, frozenset(), (), (), (), (), {})
"""A case in which nothing is recorded."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A point that is asked about: by its key, of one of several policies (`side` numbers it)."""

    side: int
    key: str


def facts_at(case: Case, as_of: int) -> dict[str, Value]:
    """Give the facts of a case as they stood on the day of evaluation, those that dates and steps tell among them."""
    return dict(on_day(case, as_of).facts)


def with_told(facts: Mapping[str, Value], as_of: int) -> dict[str, Value]:
    """Add what dates tell: on the day of evaluation it happened, or has not happened yet."""
    out = dict(facts)
    for flag, day in DATED:
        value = facts.get(day)
        if isinstance(value, int):
            out[flag] = NEVER < value <= as_of
    return out


def told_by_steps(case: Case) -> frozenset[str]:
    """Name the facts that the case's recorded steps tell, so that they cannot be changed by themselves."""
    alone, _ = with_steps({}, case.events)
    days = {day for flag, day in DATED if flag in alone}
    return frozenset(alone) | (days & case.facts.keys())


def filled(case: Case, facts: Mapping[str, Value], records: Iterable[str] = ()) -> Case:
    """Record facts in a case, over what it holds; `records` are held even if they are empty.

    What a date tells is not recorded beside it. InternalError where the whole is no case that could be read.
    """
    given = {**case.given, **facts}
    for flag, day in DATED:
        if day in given:
            given.pop(flag, None)
    everything, wrong = with_steps(given, case.events)
    if wrong:
        raise InternalError(
            Problem(
                "case-contradicts-itself",
                f"补上的事实与个案已有的记录矛盾：{'、'.join(wrong)}",
                f"facts put into a case contradict its records: {', '.join(wrong)}",
            )
        )
    held = case.records | {name.partition(".")[0] for name in facts} | set(records)
    return replace(case, given=given, facts=everything, records=frozenset(held))


def confirmed(answering: Answering, asked: Asked, case: Case, as_of: int, status: str) -> Entry:
    """Put a case to the engine and give its whole answer; InternalError where a point has not the status claimed."""
    answer = answering.answer(asked.side, case, as_of)
    if label_in(answer, asked.key)[0] != status:
        policy = answering.policies[asked.side]
        raise InternalError(
            Problem(
                "witness-spurious",
                f"求解器所说的与引擎对 {policy.id} 的 {asked.key} 的结论不一致",
                f"what the solver says and the engine disagree on {asked.key} of {policy.id}",
            )
        )
    return answer


class Deciders:
    """Decide points of several policies at one date, without reasons: some millionths of a second each."""

    def __init__(
        self, policies: Sequence[Policy], as_of: int, chosen: Sequence[Mapping[str, str]], records: Collection[str]
    ) -> None:
        """Take the policies with the readings settled for each, and the records that the points ask for."""
        self._blank = replace(BLANK, records=frozenset(records))
        self._verdicts = tuple(
            Verdicts(policy, as_of, options) for policy, options in zip(policies, chosen, strict=True)
        )
        names = [frozenset(policy.vocabulary.names) for policy in policies]
        everything = frozenset[str]().union(*names)
        self._foreign = tuple(everything - known for known in names)

    def statuses(self, asked: Iterable[Asked], facts: Mapping[str, Value]) -> dict[Asked, str]:
        """Give the statuses of points for exactly these facts, what dates and steps tell among them."""
        verdicts: dict[int, Verdict] = {}
        out = {}
        for one in asked:
            if one.side not in verdicts:
                foreign = self._foreign[one.side]
                held = facts if not foreign else {n: value for n, value in facts.items() if n not in foreign}
                verdicts[one.side] = self._verdicts[one.side].of(replace(self._blank, given=held, facts=held))
            out[one] = status_in(verdicts[one.side], one.key)
        return out


def status_in(verdict: Verdict, key: str) -> str:
    """Read a point's status off a verdict."""
    kind, _, name = key.partition(".")
    match kind:
        case "eligibility":
            return verdict.eligibility.status
        case "coverage":
            return verdict.eligibility.coverage
        case "priority":
            return verdict.eligibility.priority
        case "group":
            return _named(verdict.eligibility.groups, name).status
        case "service":
            return _speaking(verdict.services or (), name)
        case "instrument":
            return _speaking(verdict.incentives or (), name)
        case "referral":
            return _referred(verdict).outcome.status
        case "simplification":
            eased = _referred(verdict).simplification
            assert eased is not None
            return eased.status
        case "accompanying":
            return next(entry for entry in _referred(verdict).accompanying if entry.rule == name).status
        case _:
            raise LookupError(key)


def _named(entries: Sequence[Ruled], name: str) -> Ruled:
    return next(entry for entry in entries if entry.name == name)


def _speaking(entries: Sequence[Ruled], name: str) -> str:
    """Give the status that speaks for an instrument or a kind of help; `name/rule` means one rule's own."""
    name, _, rule = name.partition("/")
    statuses = [entry.status for entry in entries if entry.name == name and rule in ("", entry.rule)]
    order = (*ENTITLED, "not_stipulated", "not_reported")
    return min(statuses, key=order.index)


def _referred(verdict: Verdict) -> ReferralVerdict:
    assert verdict.referral is not None
    return verdict.referral
