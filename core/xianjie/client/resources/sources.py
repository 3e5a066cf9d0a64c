"""`/v1/sources`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from xianjie.client.call import Call, get, path, reads
from xianjie.client.shape import Shape


class SourceShown(Shape):
    """一份文件有没有原文 whether the text of a document was added; `problem` where it is no longer whole."""

    policy: str
    region: str
    title: str
    kept: bool
    format: str | None
    added: str | None
    sha256: str | None
    policy_changed: bool | None
    problem: str | None


class SourcesShown(Shape):
    """各文件的原文 the texts of all documents."""

    items: list[SourceShown]


class SentenceShown(Shape):
    """原文的一句 a sentence of the text."""

    clause: str
    text: str
    heading: bool
    line: int
    anchor: str | None


class ClauseShown(Shape):
    """一条规则背后的原句 the sentence behind a rule; null where none was added, or nothing is like it."""

    rule: str
    clause: str
    state: str | None
    likeness: float | None
    sentence: SentenceShown | None


class ClausesShown(Shape):
    """一份文件各规则的原句 the sentences behind a document's rules."""

    policy: str
    region: str
    kept: bool
    clauses: list[ClauseShown]


def list_sources() -> Call[SourcesShown]:
    """哪些文件有原文 Which texts were added."""
    return get(path("v1", "sources"), reads(SourcesShown), cached=True)


def list_source_clauses(policy_id: str) -> Call[ClausesShown]:
    """规则背后的原句 The sentences behind a document's rules."""
    return get(path("v1", "sources", policy_id, "clauses"), reads(ClausesShown), cached=True)
