"""The numbers that policies compare a fact with: where an answer turns, and where invented cases crowd."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from xianjie.engine.openness import Joint
from xianjie.language import ir
from xianjie.policy.prepared import Policy

_SIZES = range(1, 7)
"""What a fact beside it in a product is taken to be: a household's size, mostly."""


def limits_of(policies: Sequence[Policy], as_of: int) -> dict[str, list[int]]:
    """Find for each fact the numbers (fen, days, counts) that conditions compare it with on a day (an ordinal).

    In a product, or a sum, the other facts are small whole numbers.
    """
    found: dict[str, set[int]] = {}
    for policy in policies:
        frame = ir.Frame(as_of, policy.parameters_at(as_of), policy.vocabulary.events)
        nodes = [node for block in policy.blocks.values() for _, node in block.conditions]
        for atom in Joint(nodes, policy.definitions).atoms:
            _walk(ir.lower(atom, frame), found)
    return {name: sorted(numbers) for name, numbers in found.items()}


def _walk(part: ir.Ir, found: dict[str, set[int]]) -> None:
    match part:
        case ir.Linear(_, terms, constant, needs):
            for fact in needs:
                found.setdefault(fact, set()).update(_turning(fact, terms, constant))
        case ir.Negation(operand):
            _walk(operand, found)
        case ir.All(operands) | ir.Any(operands):
            for operand in operands:
                _walk(operand, found)


def _turning(fact: str, terms: Sequence[tuple[int, tuple[str, ...]]], constant: int) -> set[int]:
    found: set[int] = set()
    others = [coefficient for coefficient, monomial in terms if fact not in monomial]
    for coefficient, monomial in terms:
        if fact in monomial:
            sizes = (1,) if len(monomial) == 1 else _SIZES
            found.update(abs(int(Fraction(constant, coefficient))) // size for size in sizes)
            found.update(abs(other * size // coefficient) for other in others for size in _SIZES)
    return found
