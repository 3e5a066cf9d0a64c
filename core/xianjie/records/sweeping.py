"""Remove records that ended days ago, some at a time, as others of their kind are written."""

from __future__ import annotations

import datetime as dt

from xianjie.records.desk import Change


def sweep(change: Change, collection: str, path: str, days: range, most: int) -> None:
    """Remove at most `most` records of each of some days before today, by the day that stands at an indexed path."""
    for before in days:
        gone = {path: (change.today - dt.timedelta(days=before)).isoformat()}
        for record in change.view.find(collection, gone, limit=most):
            change.transaction.delete(collection, record.id, record.version)
