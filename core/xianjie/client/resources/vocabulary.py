"""`/v1/vocabulary`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from xianjie.client.call import Call, get, path, reads
from xianjie.client.shape import Shape


class RecordTerm(Shape):
    """个案的一部分 a record of a case, and the key that it has there."""

    id: str
    zh: str
    en: str
    key: str
    list: bool


class Term(Shape):
    """一个词 a word with its Chinese and English term."""

    id: str
    zh: str
    en: str


class Fact(Shape):
    """一项事实 a fact that a case can hold."""

    name: str
    record: str
    type: str
    zh: str
    en: str
    words: list[Term]
    least: int | None
    most: int | None


class TopicTerm(Shape):
    """一个议题 a topic on which documents are compared."""

    id: str
    zh: str
    en: str
    dimension: str


class Vocabulary(Shape):
    """用语 facts, records, terms and topics."""

    records: list[RecordTerm]
    facts: list[Fact]
    terms: dict[str, list[Term]]
    topics: list[TopicTerm]


def get_vocabulary() -> Call[Vocabulary]:
    """用语 The vocabulary."""
    return get(path("v1", "vocabulary"), reads(Vocabulary), cached=True)
