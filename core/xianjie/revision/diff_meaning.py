"""Tell whether two conditions mean the same for sure: alike once opened, whatever the order of their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xianjie.language import nodes
from xianjie.policy.model import ByReading, ConditionModel
from xianjie.revision.diff_sides import Pair, Side

_FLIPPED: Mapping[nodes.CompareOp, nodes.CompareOp] = {">": "<", ">=": "<="}


def model_same(pair: Pair, old: ConditionModel, new: ConditionModel) -> bool:
    """Tell whether two conditions mean the same for sure: alike once opened, whatever the order of their parts.

    What their names stand for may still have changed; that is told of the names.
    """
    if isinstance(old, str) and isinstance(new, str):
        return _normal(pair.old, pair.old.parsed(old)) == _normal(pair.new, pair.new.parsed(new))
    if isinstance(old, ByReading) and isinstance(new, ByReading):
        return (
            old.by == new.by
            and old.readings.keys() == new.readings.keys()
            and all(model_same(pair, text, new.readings[option]) for option, text in old.readings.items())
        )
    return False


def _normal(side: Side, node: nodes.Condition) -> nodes.Condition:
    return normal_form(side.opened(node))


def normal_form(node: nodes.Condition) -> nodes.Condition:
    """Give a form that conditions share which mean the same by rules that hold of unknowns and of days never come."""
    match node:
        case nodes.Not(operand):
            match normal_form(operand):
                case nodes.Not(inner):
                    return inner
                case nodes.Truth(value):
                    return nodes.Truth(not value)
                case inner:
                    return nodes.Not(inner)
        case nodes.And(operands):
            return _flat(operands, nodes.And, neutral=True)
        case nodes.Or(operands):
            return _flat(operands, nodes.Or, neutral=False)
        case nodes.Compare(op, left, right) if op in _FLIPPED:
            return nodes.Compare(_FLIPPED[op], right, left)
        case nodes.Member(fact, words):
            return nodes.Member(fact, tuple(sorted(set(words))))
        case _:
            return node


def _flat(
    operands: Sequence[nodes.Condition], kind: type[nodes.And] | type[nodes.Or], neutral: bool
) -> nodes.Condition:
    parts: set[nodes.Condition] = set()
    for operand in operands:
        one = normal_form(operand)
        if isinstance(one, nodes.Truth):
            if one.value is not neutral:
                return one
            continue
        parts.update(one.operands if isinstance(one, kind) else (one,))
    if not parts:
        return nodes.Truth(neutral)
    return next(iter(parts)) if len(parts) == 1 else kind(tuple(sorted(parts, key=repr)))
