"""Find on a procedure the steps that were taken, the present state, and what may come next, in words for a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from xianjie.engine.wording import fact_term
from xianjie.records.referring.prospects import Prospect
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.terms import EVENTS, STEPS, term
from xianjie.web.pages.referral.picture import Progress
from xianjie.web.pages.referral.procedure import Procedure
from xianjie.web.showing.rendering import day_text

_EVENT_OF: Mapping[str, str] = {"inform": "informed", "consent": "consented"}
"""The step that does what is missing."""


@dataclass(frozen=True, slots=True)
class Trodden:
    """A step that was taken; `state` is that after it, None where it moved nothing."""

    event: str
    on: dt.date
    state: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A step as a form offers it, or says why it does not: its words, where it leads, and what is wanting."""

    event: str
    words: str
    leads_to: str
    reason: str
    known: bool
    open: bool


def progress_of(
    procedure: Procedure,
    trodden: Sequence[Trodden],
    present: str | None,
    prospects: Sequence[Prospect],
    vocabulary: Vocabulary,
    lang: str,
    lacking: str | None = None,
) -> Progress:
    """Mark a procedure with the steps taken and the prospects from the present state."""
    here = next((state.id for state in procedure.states if state.is_start), None)
    been: dict[str, list[str]] = {} if here is None else {here: []}
    done: dict[int, list[str]] = {}
    for step in trodden:
        if step.state is None:
            continue
        move = next((m for m in procedure.leaving(here or "") if (m.event, m.target) == (step.event, step.state)), None)
        if move is not None:
            done.setdefault(move.number, []).append(day_text(step.on, lang))
        been.setdefault(step.state, []).append(day_text(step.on, lang))
        here = step.state
    by_event = {one.event: one for one in prospects}
    opened: set[int] = set()
    closed: dict[int, str] = {}
    for move in procedure.leaving(present or "") if prospects else ():
        found = by_event[move.event]
        if found.outcome == "in_turn" and found.state == move.target:
            opened.add(move.number)
        else:
            closed[move.number] = reason_told(found, vocabulary, lang, done_since(trodden))
    return Progress(present, been, done, frozenset(opened), closed, lacking)


def reason_told(prospect: Prospect, vocabulary: Vocabulary, lang: str, done: Collection[str] = ()) -> str:
    """Say why a step would not be recorded now; `done` are the steps that were taken since the last withdrawal."""

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    facts = say("、", ", ").join(fact_term(name, vocabulary, lang) for name in prospect.missing)
    if prospect.outcome == "contradicts":
        return say(f"与已记录的事实相矛盾：{facts}；先更正事实", f"contradicts a recorded fact: {facts}; mend it first")
    parts = []
    first = prospect.missing_step
    if first is not None and _EVENT_OF.get(first) not in (prospect.event, *done):
        parts.append(say(f"还不能：先“{term(STEPS, first)}”", f"not yet: first {term(STEPS, first, 'en')}"))
    if facts:
        parts.append(say(f"还不清楚：{facts}", f"not known yet: {facts}"))
    out_of_place = say("从现在的状态没有这一步", "no such step leads out of the present state")
    return say("；", "; ").join(parts) or out_of_place


def done_since(trodden: Sequence[Trodden]) -> tuple[str, ...]:
    """Name the steps that were taken since the last withdrawal."""
    last = max((place for place, step in enumerate(trodden, 1) if step.event == "withdrawn"), default=0)
    return tuple(dict.fromkeys(step.event for step in trodden[last:]))


def choices(
    procedure: Procedure,
    prospects: Sequence[Prospect],
    vocabulary: Vocabulary,
    lang: str,
    done: Collection[str] = (),
) -> tuple[list[Choice], list[Choice], list[Choice]]:
    """Sort the steps: those that may be taken, those that may not yet, and those the document does not know.

    A withdrawal stands last, for it is not what comes next.
    """
    events = procedure.events
    order = {event: number for number, event in enumerate(events)}
    opened: list[Choice] = []
    closed: list[Choice] = []
    unknown: list[Choice] = []
    for one in sorted(prospects, key=lambda one: (one.event == "withdrawn", order.get(one.event, len(order)))):
        leads_to = ""
        if one.outcome == "in_turn" and one.state is not None:
            leads_to = procedure.state(one.state).name.said(lang)
        reason = "" if one.open else reason_told(one, vocabulary, lang, done)
        known = one.event in order
        made = Choice(one.event, term(EVENTS, one.event, lang), leads_to, reason, known, one.open)
        if not made.open:
            closed.append(made)
        else:
            # at the start `identified` is in turn and moves nothing: it is what the start means
            (opened if known or one.outcome == "no_procedure" else unknown).append(made)
    return opened, closed, unknown
