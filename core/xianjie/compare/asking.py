"""Read which topics a person asks for: by id, by name, by kind, or by dimension, in Chinese or in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.vocabulary.terms import DIMENSIONS
from xianjie.vocabulary.topics import TOPICS


def known_names() -> dict[str, tuple[str, ...]]:
    """Give the topics that each name stands for, in their order; names are in small letters.

    A name is a topic's id or term, the part of its term after the colon, a kind (`instrument`), or a dimension.
    """
    out: dict[str, list[str]] = {}
    for topic in TOPICS:
        names = {topic.id, topic.zh, topic.en, topic.zh.rpartition("：")[2], topic.en.rpartition(": ")[2]}
        if "." in topic.id:
            names.add(topic.id.partition(".")[0])
        for name in names:
            out.setdefault(name.lower(), []).append(topic.id)
    for dimension, terms in DIMENSIONS.items():
        within = [topic.id for topic in TOPICS if topic.dimension == dimension]
        for name in (dimension, *terms):
            out[name.lower()] = list(dict.fromkeys((*within, *out.get(name.lower(), []))))
    return {name: tuple(dict.fromkeys(topics)) for name, topics in out.items()}


def _cut(text: str, known: Mapping[str, object]) -> list[str]:
    """Cut a list at its commas; a name that holds a comma itself is kept whole."""
    if text.strip().lower() in known:
        return [text]
    return [word for word in text.replace("，", ",").split(",") if word.strip()] or [text]


def topics_named(words: Sequence[str]) -> tuple[str, ...]:
    """Give the ids of the topics that words name, in the order of the topics.

    A word may be several names with commas between. Raises InputError, with the nearest name, for each that names none.
    """
    known = known_names()
    found: set[str] = set()
    problems = []
    for number, word in enumerate(one for text in words for one in _cut(text, known)):
        topics = known.get(word.strip().lower())
        if topics is not None:
            found.update(topics)
            continue
        near = nearest(word.strip().lower(), tuple(known))
        listed = "、".join(zh for zh, _ in DIMENSIONS.values())
        problems.append(
            Problem(
                "topic-unknown",
                "没有这个议题" + (f"，是否为 {near}？" if near else f"；可写议题的编号、名称，或维度：{listed}"),
                "no such topic"
                + (
                    f"; did you mean {near}?"
                    if near
                    else f"; give a topic's id or name, or one of {', '.join(DIMENSIONS)}"
                ),
                Place(path=f"topics[{number}]"),
            )
        )
    if problems:
        raise InputError(problems)
    return tuple(topic.id for topic in TOPICS if topic.id in found)
