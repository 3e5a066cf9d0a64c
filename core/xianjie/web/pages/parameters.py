"""Read what pages are asked for by address or form: names, dimensions, a day; faults are told at their parameter."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.datastructures import ImmutableMultiDict

from xianjie.api import day_of
from xianjie.errors import InputError, Problem
from xianjie.service.problems import parameter
from xianjie.service.state import Service
from xianjie.vocabulary.terms import DIMENSIONS

T = TypeVar("T")
Given = ImmutableMultiDict[str, str]


def several(given: Given, name: str) -> tuple[str, ...]:
    """Give what was chosen of a list, each once and in its order; nothing that is empty."""
    return tuple(dict.fromkeys(one for one in given.getlist(name) if one))


def dimensions_asked(given: Given) -> tuple[str, ...]:
    """Give the dimensions that were chosen; InputError `dimension-unknown` where one is not there."""
    found = several(given, "dimension")
    if not set(found) <= set(DIMENSIONS):
        known = "、".join(DIMENSIONS)
        zh, en = f"没有这个维度；有：{known}", f"no such dimension; known: {known.replace('、', ', ')}"
        raise InputError(Problem("dimension-unknown", zh, en, parameter("dimension")))
    return found


def day_asked(given: Given, service: Service, name: str = "as_of") -> int:
    """Read a day, as an ordinal; today where none is given."""
    day = told_at(name, lambda: day_of(given.get(name) or None))
    return day or service.settings.today().toordinal()


def told_at(name: str, read: Callable[[], T]) -> T:
    """Read a parameter; what is wrong with it is told at its name."""
    try:
        return read()
    except InputError as error:
        raise InputError([Problem(one.code, one.zh, one.en, parameter(name)) for one in error.problems]) from None
