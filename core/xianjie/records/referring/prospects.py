"""What may come next in a referral: for each step, whether it would be taken now, and if not what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xianjie.engine.assess import Engine
from xianjie.errors import InputError
from xianjie.records.desk import Change
from xianjie.records.people import persons
from xianjie.records.referring import referrals
from xianjie.records.referring.log import MOST, Standing, log, now_standing
from xianjie.records.referring.walk import Path, Taken, kept
from xianjie.store import Record
from xianjie.vocabulary.terms import EVENTS

Outcome = Literal["in_turn", "passed_over", "no_procedure", "out_of_turn", "contradicts"]
"""What would come of a step: the statechart takes it; the document does not know it; it sets out no steps; it is out of
turn; a recorded fact says otherwise."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would come of a step. `state` is that after it, None where it would not be recorded.

    `missing_step` comes first, `missing` names facts that are not recorded, or that contradict it; `text` is the
    engine's own sentence on a step out of turn.
    """

    event: str
    outcome: Outcome
    state: str | None = None
    missing_step: str | None = None
    missing: tuple[str, ...] = ()
    text: str | None = None

    @property
    def open(self) -> bool:
        """Tell whether the step would be recorded."""
        return self.outcome in ("in_turn", "passed_over", "no_procedure")


@dataclass(frozen=True, slots=True)
class Outlook:
    """A referral with what comes next. `standing`, `path` and prospects are missing where it cannot be walked any more:

    its document is not installed, or its person was erased. `full`: no more steps are taken but a withdrawal.
    """

    record: Record
    told: Mapping[str, Any]
    path: Path | None
    standing: Standing | None
    prospects: Sequence[Prospect]
    full: bool


def outlook(change: Change, engine: Engine, id: str, lang: str = "zh") -> Outlook:
    """Show a referral whole, with what would come of each step today; that it was read is noted."""
    record, told = referrals.whole(change, engine, id, lang)
    body = record.body
    gone = body["person"] is not None and persons.is_gone(change.view, body["person"])
    if gone or kept(engine, body["region"], body["policy"]["id"]) is None:
        return Outlook(record, told, None, None, (), False)
    path = referrals.path_of(change, engine, record)
    recorded = log(change.view, id)
    standing = now_standing(change, path, recorded, lang=lang)
    taken = [step.taken for step in standing.steps]
    found = () if standing.ended else prospects(path, taken, change.today, lang)
    return Outlook(record, told, path, standing, found, len(recorded) >= MOST)


def prospects(path: Path, taken: Sequence[Taken], day: dt.date, lang: str = "zh") -> list[Prospect]:
    """Try each step of the vocabulary on a day after the steps that were taken, which must themselves be in turn."""
    before = path.walk(taken, lang)
    return [_tried(path, taken, before.passed_over, Taken(event, day), lang) for event in EVENTS]


def _tried(path: Path, taken: Sequence[Taken], passed_over: int, step: Taken, lang: str) -> Prospect:
    try:
        after = path.walk([*taken, step], lang)
    except InputError as error:
        names = tuple((problem.place.path or "").removeprefix("facts.") for problem in error.problems)
        return Prospect(step.event, "contradicts", missing=names)
    if not after.has_procedure:
        return Prospect(step.event, "no_procedure")
    if after.refused is not None:
        text = str(after.answer["procedure"]["refused"]["text"])
        refused = after.refused
        return Prospect(step.event, "out_of_turn", None, refused.missing_step, refused.missing, text)
    outcome: Outcome = "passed_over" if after.passed_over > passed_over else "in_turn"
    return Prospect(step.event, outcome, after.state)


def retrace(path: Path, taken: Sequence[Taken], lang: str = "zh") -> list[tuple[Taken, Prospect]]:
    """Take steps one by one, and say what came of each; the first that is refused, or ends all, is the last."""
    out: list[tuple[Taken, Prospect]] = []
    passed_over = 0
    for number, step in enumerate(taken):
        found = _tried(path, taken[:number], passed_over, step, lang)
        passed_over += found.outcome == "passed_over"
        out.append((step, found))
        if not found.open or ends(step, found):
            break
    return out


def ends(step: Taken, found: Prospect) -> bool:
    """Tell whether nothing follows a step: a withdrawal, where the document does not know what would come then."""
    return step.event == "withdrawn" and found.open and found.outcome != "in_turn"
