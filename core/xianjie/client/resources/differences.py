"""`/v1/differences`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from xianjie.client.call import Call, ask, given, path, reads
from xianjie.client.shape import Shape


class DifferenceReport(Shape):
    """两份文件的差别 how two documents differ over all cases: equality, then each class with its smallest case."""

    as_of: str
    left: dict[str, Any]
    right: dict[str, Any]
    scope: dict[str, Any]
    equality: dict[str, Any]
    points: list[dict[str, Any]]


def find_differences(
    *,
    left: str,
    right: str,
    dimensions: Sequence[str] | None = None,
    complete: bool | None = None,
    by_rule: bool | None = None,
    as_of: dt.date | str | None = None,
    seconds: int | None = None,
) -> Call[DifferenceReport]:
    """逐类比对两份文件 Find the cases that two documents answer differently."""
    return ask(
        path("v1", "differences"),
        {
            "left": left,
            "right": right,
            **given(
                {"dimensions": dimensions, "complete": complete, "by_rule": by_rule, "as_of": as_of, "seconds": seconds}
            ),
        },
        reads(DifferenceReport),
    )
