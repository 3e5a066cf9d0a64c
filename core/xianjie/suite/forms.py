"""The canonical form of conditions at one date: two that are written differently and ask the same have one form.

Exact under Kleene's logic as well, so that equal forms are equal conditions; unequal forms can still be equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import gcd
from typing import assert_never

from xianjie.language import ir, nodes
from xianjie.policy.prepared import Block, Policy

Place = tuple[str, int]
"""A condition's block, and its number there."""
Form = tuple[object, ...]

_TRUE: Form = ("true",)
_FALSE: Form = ("false",)


class Forms:
    """The forms of a policy's conditions, definitions and parameters written out; shared parts are written once."""

    def __init__(self, policy: Policy, as_of: int, base: Forms | None = None) -> None:
        """Take a policy; `base` holds the forms of another one, of which this one is a variant."""
        self.policy = policy
        self._frame = ir.Frame(as_of, policy.parameters_at(as_of), policy.vocabulary.events)
        self._named: dict[str, Form] = {}
        self._base = base
        self._same_parameters = base is not None and base._frame.parameters == self._frame.parameters

    def of(self, place: Place) -> Form:
        """Give the form of the condition at a place."""
        block, number = place
        return self._form(ir.lower(self.policy.blocks[block].conditions[number][1], self._frame), False)

    def every(self) -> dict[Place, Form]:
        """Give the forms of all conditions."""
        blocks = self.policy.blocks.values()
        return {(block.name, number): self.of((block.name, number)) for block in blocks for number in _numbers(block)}

    def changed(self, base: Mapping[Place, Form]) -> dict[Place, Form]:
        """Give the forms that are not those of the base, place by place."""
        out = {}
        for place in self.touched():
            form = self.of(place)
            if form != base[place]:
                out[place] = form
        return out

    def touched(self) -> list[Place]:
        """List the places whose text, definitions or parameters are not those of the base."""
        if self._base is None:
            return list(self.every())
        other = self._base.policy
        out = []
        for block in self.policy.blocks.values():
            for number, (_, node) in enumerate(block.conditions):
                before = other.blocks[block.name].conditions[number][1]
                if node is not before or not self._same(node):
                    out.append((block.name, number))
        return out

    def _same(self, node: nodes.Condition) -> bool:
        """Tell whether what a condition names means what it means in the base."""
        if not self._same_parameters and nodes.parameters_of(node):
            return False
        return all(self._same_definition(name) for name in nodes.definitions_of(node))

    def _same_definition(self, name: str) -> bool:
        assert self._base is not None
        here, before = self.policy.definitions[name], self._base.policy.definitions.get(name)
        return here is before and self._same(here)

    # ------------------------------------------------------------------------------------------------------------

    def _form(self, part: ir.Ir, negated: bool) -> Form:
        match part:
            case ir.Constant(value):
                return _TRUE if value is not negated else _FALSE
            case ir.Flag(fact):
                return ("not", "flag", fact) if negated else ("flag", fact)
            case ir.OneOfWords(fact, words):
                return ("not", "words", fact, words) if negated else ("words", fact, words)
            case ir.HasWord(fact, word):
                return ("not", "has", fact, word) if negated else ("has", fact, word)
            case ir.Recorded(fact):
                return ("not", "known", fact) if negated else ("known", fact)
            case ir.Linear():
                return _linear(part, negated)
            case ir.Negation(operand):
                return self._form(operand, not negated)
            case ir.All(operands):
                return _joined("or" if negated else "and", (self._form(operand, negated) for operand in operands))
            case ir.Any(operands):
                return _joined("and" if negated else "or", (self._form(operand, negated) for operand in operands))
            case ir.Named(name):
                key = f"not {name}" if negated else name
                if key not in self._named:
                    node = ir.lower(self.policy.definitions[name], self._frame)
                    self._named[key] = self._form(node, negated)
                return self._named[key]
            case _:
                assert_never(part)


def _joined(op: str, forms: Iterable[Form]) -> Form:
    neutral, deciding = (_TRUE, _FALSE) if op == "and" else (_FALSE, _TRUE)
    kept: dict[Form, None] = {}
    for form in forms:
        if form == deciding:
            return deciding
        for one in form[1:] if form[0] == op else (form,):
            assert isinstance(one, tuple)
            if one != neutral:
                kept[one] = None
    if len(kept) <= 1:
        return next(iter(kept), neutral)
    return (op, *sorted(kept, key=repr))


_OPPOSITE: Mapping[ir.LinearOp, ir.LinearOp] = {"<": ">=", ">=": "<", "<=": ">", ">": "<=", "==": "!=", "!=": "=="}


def _linear(part: ir.Linear, negated: bool) -> Form:
    """Write a comparison of whole numbers as *at most*, or as *equal*, with what it needs to be known."""
    op = _OPPOSITE[part.op] if negated else part.op
    terms, constant = part.terms, part.constant
    if op in (">", ">="):
        terms, constant = tuple((-coefficient, facts) for coefficient, facts in terms), -constant
        op = "<" if op == ">" else "<="
    if op == "<":
        constant, op = constant - 1, "<="
    divisor = gcd(*(coefficient for coefficient, _ in terms)) if terms else 1
    if op == "<=":
        terms = tuple((coefficient // divisor, facts) for coefficient, facts in terms)
        constant //= divisor
    elif terms and terms[0][0] < 0:
        terms, constant = tuple((-coefficient, facts) for coefficient, facts in terms), -constant
    return ("linear", op, terms, constant, tuple(sorted(part.needs)))


def _numbers(block: Block) -> range:
    return range(len(block.conditions))
