"""`/v1/questions`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.client.call import Call, ask, given, path, reads
from xianjie.client.shape import Shape


class QuestionsReport(Shape):
    """还要问什么 the smallest set of questions that decides the case, the best first."""

    case: str | None
    dimensions: list[str]
    passed_over: list[str]
    state: str
    as_of: str
    policies: dict[str, str]
    points: dict[str, dict[str, Any]]
    questions: list[dict[str, Any]]
    checked: dict[str, bool]
    left_out: dict[str, list[str]]
    bounds: dict[str, list[Any]]


def find_next_questions(
    *,
    case: Mapping[str, Any],
    regions: Sequence[str],
    dimensions: Sequence[str] | None = None,
    readings: Mapping[str, Any] | None = None,
    as_of: dt.date | str | None = None,
    seconds: int | None = None,
    office: str | None = None,
) -> Call[QuestionsReport]:
    """还要问什么 What to ask."""
    return ask(
        path("v1", "questions"),
        {
            "case": case,
            "regions": regions,
            **given(
                {"dimensions": dimensions, "readings": readings, "as_of": as_of, "seconds": seconds, "office": office}
            ),
        },
        reads(QuestionsReport),
    )
