"""Suppose what a request's overlays change, for one answer; what is wrong with them is told without their words."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from xianjie.engine.assess import Engine
from xianjie.engine.choice import supposing
from xianjie.errors import InputError, Place, PolicyError, Problem
from xianjie.policy.overlay import overlay_of
from xianjie.service.problems import Refused

_DATES = frozenset({"adopted", "issued", "effective", "expires", "since", "deadline"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TOKEN = re.compile(r"[\w@-]+(?:\.[\w-]+)*")
_PLACE = ("settings", "overlay")
_HERE = "/" + "/".join(_PLACE)

Overlays = list[dict[str, Any]] | dict[str, Any] | None


@contextmanager
def supposed_engine(engine: Engine, given: Overlays) -> Iterator[Engine]:
    """Give an engine under overlays, and close it after use; the same engine where none is given.

    Raises Refused with 422 where an overlay is at fault.
    """
    if given is None or given == []:
        yield engine
        return
    listed = [given] if isinstance(given, dict) else given
    try:
        overlays = [
            overlay_of(_dated(one), path=_PLACE if isinstance(given, dict) else (*_PLACE, number))
            for number, one in enumerate(listed)
        ]
        made = supposing(engine.documents.timelines, overlays)
        supposed = engine.under(made)
    except (PolicyError, InputError) as error:
        hidden = frozenset(_tokens(given)) - _known(engine)
        raise Refused(422, [_told(problem, hidden) for problem in error.problems]) from None
    try:
        yield supposed
    finally:
        supposed.close()


def _dated(value: Any, key: object = None) -> Any:
    """Read dates where an overlay has them: JSON has none of its own."""
    match value:
        case dict():
            return {name: _dated(item, name) for name, item in value.items()}
        case list():
            return [_dated(item) for item in value]
        case str() if key in _DATES and _DAY.fullmatch(value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                return value
        case _:
            return value


def _told(problem: Problem, hidden: frozenset[str]) -> Problem:
    place = problem.place
    if place.file or not place.path:
        place = Place(path=_HERE)
    return Problem(problem.code, _without(problem.zh, hidden), _without(problem.en, hidden), place)


def _without(sentence: str, hidden: frozenset[str]) -> str:
    """Take out of a sentence the words that came with the request and that none of our documents uses."""
    for word in sorted((one for one in hidden if not one.isascii()), key=len, reverse=True):
        sentence = sentence.replace(word, "…")
    return _TOKEN.sub(lambda found: "…" if found[0] in hidden or _part_of(found[0], hidden) else found[0], sentence)


def _part_of(token: str, hidden: frozenset[str]) -> bool:
    return any(part in hidden for part in re.split(r"[.@]", token))


def _tokens(value: object) -> Iterator[str]:
    match value:
        case str():
            for token in _TOKEN.findall(value):
                yield token
                yield from token.split(".")
        case Mapping():
            for key, item in value.items():
                yield from _tokens(key)
                yield from _tokens(item)
        case list():
            for item in value:
                yield from _tokens(item)
        case bool() | None:
            return
        case _:
            yield str(value)


def _known(engine: Engine) -> frozenset[str]:
    """List the words of our own documents, of the vocabulary, and of the form of a policy file."""
    schema = json.dumps([type(policy.file).model_json_schema() for policy in engine.documents.every()[:1]])
    texts = [policy.file.model_dump_json() for policy in engine.documents.every()]
    names = " ".join(engine.vocabulary.names)
    return frozenset(_tokens([schema, names, *texts]))
