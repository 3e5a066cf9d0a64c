"""One scope, one date and one speaker for the tests of the language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from xianjie.language import ir, nodes
from xianjie.language.evaluate import Value, World
from xianjie.language.names import ParameterType, Scope
from xianjie.language.parse import parse_condition
from xianjie.language.prose import Speaker
from xianjie.language.text import ExpressionError
from xianjie.vocabulary import BASE

PARAMETERS: dict[str, Fraction] = {
    "income_line": Fraction(10_000_000),
    "size_limit": Fraction(3),
    "window": Fraction(2),
    "bare": Fraction(4),
}
"""Values as the engine holds them: the income line is 100,000 yuan."""

SCOPE = Scope(
    BASE,
    {
        "income_line": ParameterType(True, None),
        "size_limit": ParameterType(False, "persons"),
        "window": ParameterType(False, "years"),
        "bare": ParameterType(False, None),
    },
    frozenset({"hardship"}),
)
HARDSHIP: nodes.Condition = nodes.And((nodes.Fact("aid.received"), nodes.Fact("aid.still_in_difficulty")))
DEFINITIONS: dict[str, nodes.Condition] = {"hardship": HARDSHIP}


def day(text: str) -> int:
    """Give the ordinal of an ISO date."""
    return dt.date.fromisoformat(text).toordinal()


AS_OF = day("2025-05-01")
FRAME = ir.Frame(AS_OF, PARAMETERS, BASE.events)


def parse(text: str) -> nodes.Condition:
    """Read a condition in the scope of the tests."""
    return parse_condition(text, SCOPE)


def fault(text: str) -> ExpressionError:
    """Give the fault that reading the text meets."""
    try:
        found = parse_condition(text, SCOPE)
    except ExpressionError as error:
        return error
    raise AssertionError(f"read without a fault: {found}")


def world(
    facts: Mapping[str, Value], as_of: int = AS_OF, definitions: Mapping[str, nodes.Condition] = DEFINITIONS
) -> World:
    """Lay facts out on a date."""
    return World(facts, as_of, PARAMETERS, definitions, BASE.events)


def speaker(lang: str = "zh") -> Speaker:
    """Speak of the scope of the tests."""
    return Speaker(BASE, PARAMETERS, lang)
