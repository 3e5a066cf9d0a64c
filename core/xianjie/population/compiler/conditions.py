"""From conditions to terms: their values by Kleene, and for each unknown fact whether it is missing for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from xianjie.language import ir, nodes
from xianjie.population.compiler.terms import NO, YES, Between, Terms


class Conditions:
    """The conditions of one policy at one date, as terms of a table that several policies share."""

    def __init__(
        self,
        terms: Terms,
        definitions: Mapping[str, nodes.Condition],
        frame: ir.Frame,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        """Take the table, the policy's definitions, and the frame that its conditions are lowered in.

        Facts that are `hidden` are unknown to them, whatever a row records.
        """
        self.terms, self.definitions, self.frame, self.hidden = terms, definitions, frame, hidden
        self._values: dict[nodes.Condition, int] = {}
        self._missing: dict[nodes.Condition, Mapping[str, int]] = {}

    def value(self, node: nodes.Condition) -> int:
        """Number the term of a condition's value."""
        if node not in self._values:
            self._values[node] = self._lowered(ir.lower(node, self.frame))
        return self._values[node]

    def _lowered(self, part: ir.Ir) -> int:
        terms = self.terms
        match part:
            case ir.Constant(value):
                return YES if value else NO
            case ir.Flag() | ir.OneOfWords() | ir.HasWord() | ir.Recorded() | ir.Linear():
                return terms.atom(part, self.hidden)
            case ir.Negation(operand):
                return terms.opposite(self._lowered(operand))
            case ir.All((ir.Linear(">=", low) as least, ir.Linear("<=", high) as most)) if (
                low == high == ((1, least.needs),) and least.needs == most.needs and len(least.needs) == 1
            ):
                return terms.atom(Between(least.needs[0], least.constant, most.constant), self.hidden)
            case ir.All(operands):
                return terms.all_of([self._lowered(operand) for operand in operands])
            case ir.Any(operands):
                return terms.any_of([self._lowered(operand) for operand in operands])
            case ir.Named(name):
                return self.value(self.definitions[name])
            case _:
                assert_never(part)

    def missing(self, node: nodes.Condition) -> Mapping[str, int]:
        """Number, for each fact that can be missing, the term that says whether it is; in the text's order.

        It is where it is unknown, and stands in a part that is open, as is all that the part is in.
        """
        if node not in self._missing:
            self._missing[node] = self._walked(node)
        return self._missing[node]

    def _walked(self, node: nodes.Condition) -> Mapping[str, int]:
        terms = self.terms
        found: dict[str, list[int]] = {}

        def walk(part: nodes.Condition, above: int, seen: frozenset[int]) -> None:
            is_open = terms.is_open(self.value(part))
            here = above if is_open in seen else terms.all_of((above, is_open))
            if here == NO:
                return
            seen = seen | {is_open}
            match part:
                case nodes.Definition(name):
                    walk(self.definitions[name], here, seen)
                case nodes.Not(operand):
                    walk(operand, here, seen)
                case nodes.And(operands) | nodes.Or(operands):
                    for operand in operands:
                        walk(operand, here, seen)
                case _:
                    facts = nodes.facts_of(part)
                    for name in facts:
                        alone = len(facts) == 1
                        known = terms.atom(ir.Recorded(name), self.hidden)
                        unknown = here if alone else terms.all_of((here, terms.opposite(known)))
                        found.setdefault(name, []).append(unknown)

        walk(node, YES, frozenset())
        return {name: terms.any_of(places) for name, places in found.items()}
