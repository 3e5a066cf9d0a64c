"""`/v1/comparisons`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.client.call import Call, ask, given, path, reads
from xianjie.client.shape import Shape


class TopicRow(Shape):
    """一个议题的一行 a topic: what each document says, whether they differ, and how, in one sentence."""

    topic: str
    name: str
    verdict: str
    verdict_text: str
    sentence: str
    cells: list[dict[str, Any]]


class DimensionRows(Shape):
    """一个维度 the topics of a dimension."""

    id: str
    name: str
    rows: list[TopicRow]


class Comparison(Shape):
    """比较 documents side by side; the cells of a row stand in the order of the columns."""

    schema_version: int
    as_of: str
    lang: str
    columns: list[dict[str, Any]]
    dimensions: list[DimensionRows]
    left_out: list[str]
    case: dict[str, Any] | None = None


def compare_documents(
    *,
    regions: Sequence[str] | None = None,
    topics: Sequence[str] | None = None,
    only_differences: bool | None = None,
    case: Mapping[str, Any] | None = None,
    as_of: dt.date | str | None = None,
    lang: str | None = None,
) -> Call[Comparison]:
    """逐个议题比较 Compare documents topic by topic."""
    return ask(
        path("v1", "comparisons"),
        given(
            {
                "regions": regions,
                "topics": topics,
                "only_differences": only_differences,
                "case": case,
                "as_of": as_of,
                "lang": lang,
            }
        ),
        reads(Comparison),
    )
