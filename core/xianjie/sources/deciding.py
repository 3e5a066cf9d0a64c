"""Tell which cases of a corpus rest on given rules: what a drift of those rules' sentences would put in question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.cases import Case
from xianjie.engine.assess import Engine
from xianjie.policy.prepared import Policy

Entry = Mapping[str, Any]

_SILENT = ("not_stipulated", "not_reported")
_WITHOUT_EFFECT = frozenset(("not_matched", "does_not_apply", "condition_not_met", "not_triggered", "not_available"))
_OPEN = frozenset(("undetermined", "ambiguous"))


@dataclass(frozen=True, slots=True)
class Rest:
    """A part of an answer that rests on a rule, and the status that it comes to.

    `weight`: `decides` where the rule takes effect, `open` where it is not settled, `fails` where it is not met.
    """

    rule: str
    part: str
    status: str

    @property
    def weight(self) -> str:
        """Say what the rule does in this answer."""
        return "open" if self.status in _OPEN else "fails" if self.status in _WITHOUT_EFFECT else "decides"


@dataclass(frozen=True, slots=True)
class Decided:
    """A case with the rules that its answer rests on. `number` counts the cases from 1."""

    number: int
    label: str | None
    rests: tuple[Rest, ...]


def cases_deciding(
    policy: Policy, rules: Collection[str], cases: Sequence[Case], as_of: int | None = None
) -> list[Decided]:
    """Put cases to a policy, and list those whose answer rests on one of the rules.

    `as_of` is an ordinal, for the cases without a date of their own; InputError where a case then has none.
    """
    wanted = frozenset(rules)
    engine = Engine([policy], policy.vocabulary)
    out = []
    try:
        for number, case in enumerate(cases, 1):
            day = case.as_of if case.as_of is not None else as_of
            answer = engine.assess(case, [policy.region], day)["regions"][policy.region]
            rests = tuple(dict.fromkeys(rest for rest in _rests(policy, answer) if rest.rule in wanted))
            if rests:
                out.append(Decided(number, case.label, rests))
    finally:
        engine.close()
    return out


def _rests(policy: Policy, answer: Entry) -> Iterator[Rest]:
    """List what each part of an answer rests on."""
    members = {line.group.id: [rule for rule, _, _ in line.rules] for line in policy.groups}
    for group in answer["eligibility"]["groups"]:
        said = group["why"]["rule"]
        for rule in [said] if said in members[group["id"]] else members[group["id"]]:
            yield Rest(rule, "eligibility", group["status"])
    for advice in answer["eligibility"]["advice_details"]:
        yield Rest(advice["why"]["rule"], "eligibility", "applies")
    for part in ("services", "duties", "incentives"):
        for entry in answer.get(part) or ():
            yield from _one(entry, part)
    referral = answer.get("referral")
    if referral is not None:
        for entry in (referral, referral["simplification"], *referral["accompanying"]):
            if entry is not None:
                yield from _one(entry, "referral")


def _one(entry: Entry, part: str) -> Iterator[Rest]:
    if entry["rule"] is not None and entry["status"] not in _SILENT:
        yield Rest(entry["rule"], part, entry["status"])
