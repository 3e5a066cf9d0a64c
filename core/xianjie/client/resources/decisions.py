"""`/v1/decisions`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from typing import Any

from xianjie.client.call import Call, get, path, reads
from xianjie.client.shape import Shape
from xianjie.engine.answer import Answer


class DecisionListed(Shape):
    """一个决定 a decision that was given: under which documents, for which office, by which credential, and when."""

    decision_id: str
    case: str | None
    as_of: str
    policies: dict[str, str]
    readings: dict[str, str]
    engine: str
    division: str
    at: str
    by: str


class DecisionsShown(Shape):
    """一页决定 a page of decisions."""

    next: str | None
    items: list[DecisionListed]


class DecisionShown(Shape):
    """一个决定，连同所问和同样的答案 a decision with its question, and the same answer made again."""

    decision_id: str
    case: str | None
    as_of: str
    policies: dict[str, str]
    readings: dict[str, str]
    engine: str
    division: str
    at: str
    by: str
    asked: dict[str, Any]
    reproduced: str
    answer: Answer | None


def list_decisions(
    *, division: str | None = None, case: str | None = None, after: str | None = None, limit: int | None = None
) -> Call[DecisionsShown]:
    """列出决定 List decisions."""
    return get(path("v1", "decisions", division=division, case=case, after=after, limit=limit), reads(DecisionsShown))


def get_decision(id: str) -> Call[DecisionShown]:
    """一个决定 A decision."""
    return get(path("v1", "decisions", id), reads(DecisionShown))
