"""Ledgers and duties in these tests: invented offices that keep them, and the regions' real documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.records.setting import someone

from xianjie.access import Division, Role
from xianjie.engine.assess import Engine
from xianjie.plugins import discover
from xianjie.records.deadlines.due_dates import Kind, Reckoning, Standing, listed_by_state
from xianjie.records.deadlines.duties import Duty, Event, record_duty, record_event
from xianjie.records.deadlines.ledger_facts import acts
from xianjie.records.deadlines.ledgers import Ledger, Update, record_ledger, update_ledger
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.store import Record

WORKER = someone(Role.CASE_WORKER, "42", "12", "33")
TODAY = dt.date(2025, 8, 1)


@cache
def engine() -> Engine:
    regions = discover()
    return Engine(regions.load(), regions.vocabulary)


class Counting(Engine):
    """An engine that counts its questions, and at each looks at the store, which nobody may be looking at meanwhile."""

    def __init__(self, keeping: Keeping) -> None:
        regions = discover()
        super().__init__(regions.load(), regions.vocabulary)
        self.keeping, self.calls = keeping, 0

    def assess(self, *given: Any, **more: Any) -> Any:
        self.calls += 1
        with self.keeping.look(WORKER):  # would wait for ever if the store were still being looked at
            pass
        return super().assess(*given, **more)


def opened(keeping: Keeping, region: str = "hubei", place: str = "420502", **facts: Any) -> Record:
    """Open a ledger; a supply ledger of a county unless told otherwise."""
    with keeping.change(WORKER) as change:
        told = {"kind": "supply", "level": "county", **facts}
        return record_ledger(change, Ledger(None, region, Division(place), told))


def updated(
    keeping: Keeping, id: str, what: str, on: str, done: bool = True, corrects: str | None = None, by: str | None = None
) -> Record:
    with keeping.change(WORKER) as change:
        spec = acts(engine().vocabulary).get(what)
        return update_ledger(change, id, Update(what, spec, on, done, by, corrects))


def begun(keeping: Keeping, region: str = "jinhua", place: str = "330702", **facts: Any) -> Record:
    """Open a duty; consultations of a county in 2025 unless told otherwise."""
    with keeping.change(WORKER) as change:
        told = {"kind": "consultation", "level": "county", "year": 2025, **facts}
        return record_duty(change, Duty(None, region, Division(place), told))


def held(
    keeping: Keeping,
    id: str,
    on: str,
    what: str = "held",
    corrects: str | None = None,
    present: Mapping[str, bool] | None = None,
) -> Record:
    with keeping.change(WORKER) as change:
        return record_event(change, id, Event(what, on, present or {}, None, corrects))


def on(day: str, due_soon_days: int = 30) -> Reckoning:
    return Reckoning(engine(), dt.date.fromisoformat(day).toordinal(), due_soon_days)


def standing(keeping: Keeping, kind: Kind, day: str = "2025-08-01", due_soon_days: int = 30) -> Standing:
    """Give how the only record of a kind stands."""
    page = listed_by_state(keeping, WORKER, kind, Asked({}), frozenset(), on(day, due_soon_days))
    (found,) = page.standings
    return found


def state(keeping: Keeping, kind: Kind, day: str = "2025-08-01", due_soon_days: int = 30) -> dict[str, Any]:
    found = standing(keeping, kind, day, due_soon_days).state
    assert found is not None
    return dict(found)
