"""`/v1/cases`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.client.call import Call, ask, get, given, path, reads, write
from xianjie.client.shape import Shape
from xianjie.engine.answer import Answer


class DocumentGoverning(Shape):
    """提出之日适用的文件 the document that governed a region on the day on which the case was asked about."""

    policy: str
    version: str
    sha256: str
    region: str


class CaseClosing(Shape):
    """结案 why and when a case was closed."""

    reason: str
    on: str


class CaseListed(Shape):
    """一个个案，不含事实 a case without its facts."""

    id: str
    version: int
    division: str
    person: str | None
    asked_on: str
    governed: list[DocumentGoverning]
    state: str
    closing: CaseClosing | None


class CasesShown(Shape):
    """一页个案 a page of cases."""

    next: str | None
    items: list[CaseListed]


class CaseShown(Shape):
    """一个个案 a case with its facts."""

    id: str
    version: int
    division: str
    person: str | None
    asked_on: str
    governed: list[DocumentGoverning]
    state: str
    closing: CaseClosing | None
    case: dict[str, Any]


class DocumentNamed(Shape):
    """一份文件 a document, and the hash of its very words."""

    policy: str
    version: str
    sha256: str


class CaseRevision(Shape):
    """一个地区今日适用另一份文件 a region whose document is another one today."""

    region: str
    then: DocumentNamed
    today: DocumentNamed
    recorded: DocumentGoverning | None
    differs: dict[str, bool]


class CaseAnswer(Shape):
    """答案，以及哪些地区的文件已经不同 the answer, and the regions whose documents have changed since."""

    answer: Answer
    revisions: list[CaseRevision]


def record_case(
    *,
    division: str,
    regions: Sequence[str],
    case: Mapping[str, Any],
    person: str | None = None,
    asked_on: dt.date | str | None = None,
    idempotency_key: str | None = None,
) -> Call[CaseListed]:
    """登记个案 Record a case."""
    return write(
        "POST",
        path("v1", "cases"),
        {"division": division, "regions": regions, "case": case, **given({"person": person, "asked_on": asked_on})},
        reads(CaseListed),
        idempotency_key=idempotency_key,
    )


def list_cases(
    *,
    division: str | None = None,
    person: str | None = None,
    state: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Call[CasesShown]:
    """列出个案 List cases."""
    return get(
        path("v1", "cases", division=division, person=person, state=state, after=after, limit=limit), reads(CasesShown)
    )


def open_case(id: str) -> Call[CaseShown]:
    """打开个案 Open a case."""
    return get(path("v1", "cases", id), reads(CaseShown))


def change_case(
    id: str,
    version_read: int,
    *,
    division: str,
    regions: Sequence[str],
    case: Mapping[str, Any],
    person: str | None = None,
    asked_on: dt.date | str | None = None,
    idempotency_key: str | None = None,
) -> Call[CaseListed]:
    """更正个案 Change a case."""
    return write(
        "PUT",
        path("v1", "cases", id),
        {"division": division, "regions": regions, "case": case, **given({"person": person, "asked_on": asked_on})},
        reads(CaseListed),
        version=version_read,
        idempotency_key=idempotency_key,
    )


def close_case(id: str, *, reason: str, idempotency_key: str | None = None) -> Call[CaseListed]:
    """结案 Close a case."""
    return write(
        "POST",
        path("v1", "cases", id, "closing"),
        {"reason": reason},
        reads(CaseListed),
        idempotency_key=idempotency_key,
    )


def assess_case(
    id: str, *, regions: Sequence[str] | None = None, as_of: dt.date | str | None = None, lang: str | None = None
) -> Call[CaseAnswer]:
    """判定个案 Assess a case on record."""
    return ask(
        path("v1", "cases", id, "assessments"),
        given({"regions": regions, "as_of": as_of, "lang": lang}),
        reads(CaseAnswer),
    )
