"""What a path can lead to, read off the shape of an answer, so that a slip is told before anything is run."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from xianjie.engine.answer import ReadingEntry, RegionAnswer
from xianjie.errors import nearest
from xianjie.messages import sentence
from xianjie.regression.paths import SELECTORS, Name, Steps

Slip = tuple[str, str, str]
"""A code, and what is wrong in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What can stand at a place of an answer: words, values of plain types, one part, a list of parts or of texts."""

    words: tuple[str, ...] = ()
    plain: frozenset[type] = frozenset()
    part: type[BaseModel] | None = None
    entries: Spot | None = None
    null: bool = False

    @property
    def is_list_of_texts(self) -> bool:
        """Tell whether a list of texts stands here."""
        return self.entries is not None and self.entries.part is None


def spot(steps: Steps) -> Spot | Slip:
    """Give what a path leads to in any region's answer; a slip where no answer can have such a place."""
    here = Spot(part=RegionAnswer)
    statuses: tuple[str, ...] = ()
    selected = False
    for step in steps:
        if isinstance(step, Name):
            found = _named(here, step)
            if here.part is not None and step.name == "readings" and "status" in here.part.model_fields:
                statuses = _opened(here.part.model_fields["status"].annotation).words
            if here.part is ReadingEntry and step.name == "status":
                found = Spot(words=statuses)  # what its part can have
            selected = False
        else:
            found = here if selected and here.part is not None else _among(here)
            if isinstance(found, Spot) and step.position is None and not _selectable(found):
                return (
                    "path-selector",
                    "这里的各项没有名称，请用从 0 起的序号选取",
                    "entries have no names here: select by a number, counting from 0",
                )
            selected = True
        if not isinstance(found, Spot):
            return found
        here = found
    return here


def misfit(here: Spot, value: object) -> Slip | None:
    """Tell why a value can never stand at a place; None where it can."""
    if value is None:
        if here.null:
            return None
        return "expect-null", "这一项总有值，不会是空（null）", "this always has a value and is never null"
    if here.part is not None or (here.entries is not None and here.entries.part is not None):
        if here.entries is not None and value == []:
            return None
        return (
            "expect-whole",
            "这里是由几项组成的一部分，请把路径写到其中的一项",
            "a part with entries of its own stands here: let the path lead to one of them",
        )
    if any(_is(value, kind) for kind in here.plain) or (isinstance(value, str) and value in here.words):
        return None
    if here.is_list_of_texts and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return None
    return _wanted(here, value)


def _is(value: object, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float, Decimal) if kind is float else kind)


def _wanted(here: Spot, value: object) -> Slip:
    if here.words and (isinstance(value, str) or not here.plain):
        near = nearest(value, here.words) if isinstance(value, str) and len(value) < 100 else None
        words = "、".join(here.words)
        if near:
            return "word-unknown", f"这一项没有这个取值，是否为 {near}？", f"never has this word; did you mean {near}?"
        return (
            "word-unknown",
            f"这一项没有这个取值，须是以下之一：{words}",
            f"never has this word; one of {words.replace('、', ', ')}",
        )
    if here.entries is not None:
        return sentence("set_form", {})
    kind = "float" if float in here.plain else next((kind.__name__ for kind in here.plain), "str")
    return sentence({"bool": "bool_type", "int": "int_type", "float": "float_type"}.get(kind, "string_type"), {})


def _named(here: Spot, step: Name) -> Spot | Slip:
    if here.part is None:
        if here.entries is not None:
            return (
                "path-selector",
                "这里是列表，请先用方括号选出一项，如 [0]",
                "a list stands here: select an entry in brackets first, as [0]",
            )
        return (
            "path-unknown",
            "答案里没有这个位置：前一步已是一个值",
            "no answer has this place: a value comes before it",
        )
    field = here.part.model_fields.get(step.name)
    if field is not None:
        found = _opened(field.annotation)
        return found if field.is_required() else replace(found, null=True)
    near = nearest(step.name, tuple(here.part.model_fields))
    known = "、".join(here.part.model_fields)
    if near:
        return "path-unknown", f"答案里没有这个位置，是否为 {near}？", f"no answer has this place; did you mean {near}?"
    return (
        "path-unknown",
        f"答案里没有这个位置；此处有 {known}",
        f"no answer has this place; here there are {known.replace('、', ', ')}",
    )


def _among(here: Spot) -> Spot | Slip:
    if here.entries is None:
        return "path-selector", "方括号之前不是列表", "no list stands before the bracket"
    return here.entries


def _selectable(entry: Spot) -> bool:
    return entry.part is not None and any(key in entry.part.model_fields for key in SELECTORS)


def _opened(annotation: Any) -> Spot:
    """Take an annotation of an answer's field apart."""
    out = Spot()
    for kind in _alternatives(annotation):
        if kind is type(None):
            out = replace(out, null=True)
        elif get_origin(kind) is Literal:
            out = replace(out, words=(*out.words, *map(str, get_args(kind))))
        elif get_origin(kind) is list:
            out = replace(out, entries=_opened(get_args(kind)[0]))
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            out = replace(out, part=kind)
        else:
            out = replace(out, plain=out.plain | {kind})
    return out


def _alternatives(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for kind in get_args(annotation):
            yield from _alternatives(kind)
    else:
        yield annotation
