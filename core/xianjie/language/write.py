"""Write a condition's nodes back in the language of policy files, with brackets only where they are needed."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import assert_never

from xianjie.errors import InternalError, Problem
from xianjie.language import nodes
from xianjie.language.prose import number_text

_OR, _AND, _NOT, _ATOM = range(4)
"""How tightly a condition binds, as in Python."""

_SUM, _PRODUCT, _TERM = range(3)
"""How tightly a quantity binds."""

_RISING, _FALLING = frozenset({"<", "<="}), frozenset({">", ">="})


def expression(node: nodes.Node) -> str:
    """Write a node as a policy file would; reading the text gives the node back.

    Money is written in yuan. A definition made for one reading (`name@option`) is written by its name, so that the text
    stands for all readings. A group of one is written as its only part, an empty one as what it comes to. InternalError
    for a number that no decimal writes, which no text can have given.
    """
    return _written(node)[0]


def _written(node: nodes.Node) -> tuple[str, int]:
    """Give the text, and how tightly it binds."""
    match node:
        case nodes.Truth(value):
            return str(value), _ATOM
        case nodes.Number():
            return _numeral(node), _TERM
        case nodes.Day(ordinal):
            return f"date('{dt.date.fromordinal(ordinal).isoformat()}')", _TERM
        case nodes.AsOf():
            return "as_of", _TERM
        case nodes.Fact(name) | nodes.Parameter(name):
            return name, _ATOM
        case nodes.Definition(name):
            return name.partition("@")[0], _ATOM
        case nodes.Arithmetic(op, left, right):
            binds = _PRODUCT if op == "*" else _SUM
            return f"{_part(left, binds)} {op} {_part(right, binds + 1)}", binds
        case nodes.Compare(op, left, right):
            return f"{expression(left)} {op} {expression(right)}", _ATOM
        case nodes.Member():
            return _member(node, "==", "in"), _ATOM
        case nodes.Contains(fact, word):
            return f"{word!r} in {fact.name}", _ATOM
        case nodes.NotEmpty(fact):
            return f"nonempty({fact.name})", _ATOM
        case nodes.Within(fact, amount, unit, last_day_inside):
            function = "within" if last_day_inside else "under"
            return f"{function}({fact.name}, {unit}={expression(amount)})", _ATOM
        case nodes.Happened(fact):
            return f"happened({fact.name})", _ATOM
        case nodes.Known(fact):
            return f"known({fact.name})", _ATOM
        case nodes.Not(operand):
            return _opposite(operand)
        case nodes.And(operands):
            chain = _chain(operands)
            return (chain, _ATOM) if chain else _joined(operands, " and ", _AND, "True")
        case nodes.Or(operands):
            return _joined(operands, " or ", _OR, "False")
        case _:
            assert_never(node)


def _part(node: nodes.Node, least: int) -> str:
    """Write a part, in brackets where it binds less tightly than its place needs."""
    text, binds = _written(node)
    return text if binds >= least else f"({text})"


def _joined(operands: tuple[nodes.Condition, ...], word: str, binds: int, empty: str) -> tuple[str, int]:
    if len(operands) < 2:
        return _written(operands[0]) if operands else (empty, _ATOM)
    return word.join(_part(operand, binds + 1) for operand in operands), binds


def _opposite(operand: nodes.Condition) -> tuple[str, int]:
    match operand:
        case nodes.Member():
            return _member(operand, "!=", "not in"), _ATOM
        case nodes.Contains(fact, word):
            return f"{word!r} not in {fact.name}", _ATOM
        case _:
            return f"not {_part(operand, _NOT)}", _NOT


def _member(node: nodes.Member, one: str, several: str) -> str:
    if len(node.words) == 1:
        return f"{node.fact.name} {one} {node.words[0]!r}"
    return f"{node.fact.name} {several} ({', '.join(map(repr, node.words))})"


def _chain(operands: tuple[nodes.Condition, ...]) -> str:
    """Write bounds that lead from one to the next as Python chains them (`1 <= size <= 3`); empty where they do not."""
    bounds = [part for part in operands if isinstance(part, nodes.Compare)]
    ops = {bound.op for bound in bounds}
    if len(bounds) < max(2, len(operands)) or not (ops <= _RISING or ops <= _FALLING):
        return ""
    if any(one.right != other.left for one, other in pairwise(bounds)):
        return ""
    return expression(bounds[0].left) + "".join(f" {bound.op} {expression(bound.right)}" for bound in bounds)


def _numeral(node: nodes.Number) -> str:
    text = number_text(node.value / 100 if node.money else node.value)
    if "/" in text:
        raise InternalError(
            Problem("expression-unwritable", "这个数写不成小数", "the number cannot be written as a decimal")
        )
    return text
