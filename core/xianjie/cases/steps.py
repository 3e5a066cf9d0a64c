"""What recorded steps and dates say themselves: that somebody was informed, consented, issued a letter, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xianjie.cases.case import Case, ReferralEvent
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value

_TOLD_BY: Mapping[str, tuple[str, str | None]] = {
    "informed": ("referral.informed", None),
    "consented": ("referral.consent_given", "referral.consent_date"),
    "letter_issued": ("referral.letter_issued", "referral.letter_date"),
    "materials_sealed": ("referral.materials_sealed", None),
}
"""The fact, and the date, that a step tells."""

DATED: tuple[tuple[str, str], ...] = (
    ("referral.consent_given", "referral.consent_date"),
    ("referral.letter_issued", "referral.letter_date"),
)
"""Facts that have a date beside them."""

TOLD: tuple[str, ...] = tuple(name for pair in _TOLD_BY.values() for name in pair if name is not None)
"""All that steps tell."""


def with_steps(given: Mapping[str, Value], events: Sequence[ReferralEvent]) -> tuple[dict[str, Value], list[str]]:
    """Add to the recorded facts what dates and steps tell; second, the names of facts that contradict them.

    A date tells that it happened, `never` that it did not. Consent given again, or a letter issued anew, replaces the
    old one. After a withdrawal consent is not given.
    """
    facts, wrong = dict(given), []
    for flag, day in DATED:
        if day in facts:
            facts.setdefault(flag, facts[day] != NEVER)
    withdrawn = False
    told: dict[str, None] = {}
    days: dict[str, list[int | None]] = {}
    for event in events:
        again = withdrawn and event.event == "consented"
        withdrawn = event.event == "withdrawn" or (withdrawn and not again)
        if event.event not in _TOLD_BY:
            continue
        flag, date = _TOLD_BY[event.event]
        told[flag] = None
        if date is not None:
            before = days.get(date, [])
            days[date] = [event.on, *before] if again or event.event == "letter_issued" else [*before, event.on]
    for flag in told:
        if facts.get(flag) is False and not (withdrawn and flag == "referral.consent_given"):
            wrong.append(flag)
        facts.setdefault(flag, True)
    for day, found in days.items():
        recorded = facts.get(day)
        if recorded is not None and recorded not in found and (recorded == NEVER or None not in found):
            wrong.append(day)
        if found[0] is not None:
            facts.setdefault(day, found[0])
    if withdrawn:
        facts["referral.consent_given"] = False
    for flag, day in DATED:
        taken_back = flag == "referral.consent_given" and any(event.event == "withdrawn" for event in events)
        if day in facts and (facts[day] != NEVER) is not facts[flag] and not taken_back:
            wrong.append(day)
    return facts, list(dict.fromkeys(wrong))


def on_day(case: Case, day: int) -> Case:
    """Give the case as it stood on a day: steps after it have not been taken, and a later consent is not given yet.

    A step without a day is as late as those before it.
    """
    late = (number for number, event in enumerate(case.events) if event.on is not None and event.on > day)
    return after_steps(case, next(late, len(case.events)), day)


def after_steps(case: Case, count: int, day: int) -> Case:
    """Give the case as it stood on a day, when the first `count` of its steps had been taken and none after them.

    It is what was known then: what only a later step tells nobody knew, and of a consent or a letter with a later date
    there was none.
    """
    if count == len(case.events) and not any(_after(case.facts, date, day) for _, date in DATED):
        return case
    events = case.events[:count]
    given = dict(case.given)
    for flag, date in DATED:
        if _after(given, date, day):
            given[flag] = False
    return replace(case, facts=with_steps(given, events)[0], events=events)


def _after(facts: Mapping[str, Value], date: str, day: int) -> bool:
    value = facts.get(date)
    return isinstance(value, int) and value > day
