"""Records that a request refers to: one that is not for the asker is refused as one that is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from xianjie.access import Action, Target
from xianjie.errors import InputError, Place, Problem
from xianjie.records.desk import Desk
from xianjie.records.refusals import Missing
from xianjie.store import Record


def referred(
    desk: Desk, collection: str, id: str, path: str, action: Action, target: Callable[[Record], Target]
) -> Record:
    """Find the record that a part of a request names, where the asker may do this with it; Missing, at that part."""
    found = desk.view.get(collection, id)
    if found is None:
        raise unknown(path)
    try:
        desk.require(action, target(found))
    except Missing:
        raise unknown(path) from None
    return found


def unknown(path: str) -> Missing:
    """Tell that a request names a record that is not there, or not for the asker."""
    return Missing(Problem("record-unknown", "没有所指的这条记录", "there is no such record", Place(path=path)))


def check_not_later(day: dt.date, today: dt.date, path: str) -> None:
    """Refuse a day that is still to come: what did not happen yet is not recorded as done."""
    if day > today:
        raise InputError(
            Problem("day-future", "日期不得晚于今天", "the day must not be later than today", Place(path=path))
        )
