"""A referral's log: the steps that were recorded, and the withdrawal that a consent's end stands for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xianjie.records.desk import Desk
from xianjie.records.people import consents
from xianjie.records.referring.walk import Path, Taken, Walked
from xianjie.store import Record, View

COLLECTION = "referral_events"
MOST = 100
"""Steps of one referral; a withdrawal that stands for a consent's end comes on top of them."""

Decided = Literal["in_turn", "passed_over", "no_procedure"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a referral. `number` counts from 1; None for a withdrawal that follows from a consent's end.

    `by` tells who took it, a role; `consent` names the record that it rests on. `decided`: it was in turn, the document
    does not know it (`passed_over`), or it sets out no steps at all (`no_procedure`). `state` is that after it.
    `origin`: a person recorded it, or it follows from the consent.
    """

    number: int | None
    event: str
    on: dt.date
    by: str | None
    consent: str | None
    decided: Decided
    state: str | None
    recorded: str | None
    origin: Literal["recorded", "consent"] = "recorded"

    @property
    def ends(self) -> bool:
        """Tell whether nothing follows: it was withdrawn, and the document does not know what would come then."""
        return self.event == "withdrawn" and self.decided != "in_turn"

    @property
    def taken(self) -> Taken:
        """Give what the statechart is told of it."""
        return Taken(self.event, self.on)

    def shown(self) -> dict[str, Any]:
        """Write it as JSON."""
        return {
            "number": self.number,
            "event": self.event,
            "on": self.on.isoformat(),
            "by": self.by,
            "consent": self.consent,
            "decided": self.decided,
            "state": self.state,
            "recorded": self.recorded,
            "origin": self.origin,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a referral stands: its steps, with the withdrawal that a consent's end stands for, and their walk."""

    steps: Sequence[Step]
    walked: Walked
    ended: bool

    @property
    def name(self) -> str | None:
        """Name the state: the statechart's, or `withdrawn` where a withdrawal ended what the document does not."""
        return "withdrawn" if self.ended else self.walked.state


def log(view: View, referral: str) -> list[Step]:
    """List the recorded steps in their order."""
    return [_step(record) for record in view.find(COLLECTION, {"referral": referral}, limit=2 * MOST + 1)]


def _step(record: Record) -> Step:
    body = record.body
    told = ("number", "event", "by", "consent", "decided", "state", "recorded", "origin")
    return Step(on=dt.date.fromisoformat(body["on"]), **{name: body[name] for name in told})


def id_of(referral: str, number: int) -> str:
    """Make the id of a step's record: in the order of ids stand the steps in theirs, and no number twice."""
    return f"{referral}-{number:03d}"


def now_standing(
    desk: Desk, path: Path, steps: Sequence[Step], day: dt.date | None = None, lang: str = "zh"
) -> Standing:
    """Walk the log. Where the consent that it rests on ended by a `day` (None: today), a withdrawal is added to it.

    It is added only where the document knows a withdrawal that can be made now: once help is given, there is nothing to
    be taken back, and where the document asks for no consent, its end stops disclosures and not the referral.
    """
    taken = [step.taken for step in steps]
    ended = any(step.ends for step in steps)
    walked = path.walk(taken, lang)
    lapsed = _lapsed(desk, steps)
    if ended or lapsed is None or lapsed[1] > (day or desk.today) or "withdrawn" not in walked.open_events:
        return Standing(steps, walked, ended)
    on = max(lapsed[1], steps[-1].on)
    after = path.walk([*taken, Taken("withdrawn", on)], lang)
    step = Step(None, "withdrawn", on, None, lapsed[0], "in_turn", after.state, None, "consent")
    return Standing([*steps, step], after, False)


def rests_on(steps: Sequence[Step]) -> Step | None:
    """Find the step `consented` that a referral rests on; None before it, and once it was withdrawn."""
    last = next((step for step in reversed(steps) if step.event in ("consented", "withdrawn")), None)
    return None if last is None or last.event == "withdrawn" else last


def _lapsed(desk: Desk, steps: Sequence[Step]) -> tuple[str, dt.date] | None:
    """Find the consent that the log rests on and that stands no more, with the day on which it ended."""
    last = rests_on(steps)
    if last is None or last.consent is None:
        return None
    if consents.is_standing(desk.view, last.consent, desk.today):
        return None
    return last.consent, _ended(desk, last.consent)


def _ended(desk: Desk, consent: str) -> dt.date:
    withdrawal = desk.view.get(consents.WITHDRAWALS, consent)
    if withdrawal is not None:
        return dt.date.fromisoformat(withdrawal.body["on"])
    found = desk.view.get(consents.COLLECTION, consent)
    until = found.body["until"] if found is not None else None
    if until is not None and until < desk.today.isoformat():
        return dt.date.fromisoformat(until) + dt.timedelta(days=1)
    return desk.today
