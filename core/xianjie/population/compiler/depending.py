"""Whether it still depends on an atom if any of several conditions holds, told column-wise by a decision diagram.

The engine asks for an unknown fact at the status where its atom stands in a prime implicant of what is left open. An
atom stands in one exactly where what is left depends on it, so the diagram gives the same facts without implicants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xianjie.engine.openness import Joint
from xianjie.language import nodes
from xianjie.language.generate import UNKNOWN
from xianjie.population.compiler.terms import NO, YES, Terms

MOST = 3_000
"""How many vertices, or pairs of them, are followed; beyond that every open fact is told."""


class Vertex(NamedTuple):
    """A choice by one atom (its number in the order): where it is false, where it is true."""

    atom: int
    low: int
    high: int


class TooLargeError(Exception):
    """The diagram has grown beyond its bound."""


class Diagram:
    """A reduced ordered binary decision diagram over atoms; vertices 0 and 1 are false and true."""

    def __init__(self, order: Sequence[nodes.Condition], definitions: Mapping[str, nodes.Condition]) -> None:
        """Take the atoms in the order in which they are chosen by."""
        self.order = tuple(order)
        self._place = {atom: number for number, atom in enumerate(self.order)}
        self._definitions = definitions
        self.vertices: list[Vertex] = [Vertex(len(order), 0, 0), Vertex(len(order), 1, 1)]
        self._numbers: dict[Vertex, int] = {}
        self._joined: dict[tuple[str, int, int], int] = {}
        self._built: dict[nodes.Condition, int] = {}

    def any_of(self, conditions: Sequence[nodes.Condition]) -> int:
        """Give the vertex that says whether any condition holds; TooLargeError beyond the bound."""
        root = 0
        for node in conditions:
            root = self._join("any", root, self._condition(node))
        return root

    def _vertex(self, atom: int, low: int, high: int) -> int:
        if low == high:
            return low
        vertex = Vertex(atom, low, high)
        if vertex not in self._numbers:
            if len(self.vertices) > MOST:
                raise TooLargeError
            self._numbers[vertex] = len(self.vertices)
            self.vertices.append(vertex)
        return self._numbers[vertex]

    def _condition(self, node: nodes.Condition) -> int:
        if node not in self._built:
            self._built[node] = self._new(node)
        return self._built[node]

    def _new(self, node: nodes.Condition) -> int:
        match node:
            case nodes.Definition(name):
                return self._condition(self._definitions[name])
            case nodes.Not(operand):
                return self._join("not", self._condition(operand), 0)
            case nodes.And(operands) | nodes.Or(operands):
                join, out = ("all", 1) if isinstance(node, nodes.And) else ("any", 0)
                for operand in operands:
                    out = self._join(join, out, self._condition(operand))
                return out
            case nodes.Truth(value):
                return int(value)
            case _:
                return self._vertex(self._place[node], 0, 1)

    def _join(self, join: str, a: int, b: int) -> int:
        match join:
            case "not" if a < 2:
                return 1 - a
            case "all" if a < 2 or b < 2 or a == b:
                return min(a, b) if a == b or 0 in (a, b) else max(a, b)
            case "any" if a < 2 or b < 2 or a == b:
                return 1 if 1 in (a, b) else max(a, b)
        key = (join, a, b)
        if key not in self._joined:
            first, second = self.vertices[a], self.vertices[b]
            atom = first.atom if join == "not" else min(first.atom, second.atom)
            low = self._join(join, *self._branches(a, b, atom, join, 0))
            high = self._join(join, *self._branches(a, b, atom, join, 1))
            self._joined[key] = self._vertex(atom, low, high)
        return self._joined[key]

    def _branches(self, a: int, b: int, atom: int, join: str, value: int) -> tuple[int, int]:
        return self.branch(a, atom, value), b if join == "not" else self.branch(b, atom, value)

    def branch(self, number: int, atom: int, value: int) -> int:
        """Follow a vertex where an atom has a value."""
        vertex = self.vertices[number]
        return number if vertex.atom != atom else vertex.high if value else vertex.low

    def reached(self, root: int) -> list[int]:
        """List the vertices under a root that choose, those above first."""
        found, rest = {root}, [root]
        while rest:
            vertex = self.vertices[rest.pop()]
            for number in (vertex.low, vertex.high):
                if number not in found:
                    found.add(number)
                    rest.append(number)
        return sorted((number for number in found if number > 1), key=lambda number: self.vertices[number].atom)


class Turn(NamedTuple):
    """What conditions put together depend on: by fact the term that says so; `any` for any atom at all.

    `exact` tells that the engine asks for the very same facts; otherwise it may ask for more. None for `facts`: the
    diagram is too large.
    """

    facts: Mapping[str, int] | None
    any: int
    exact: bool


def turn_of(
    conditions: Sequence[nodes.Condition],
    definitions: Mapping[str, nodes.Condition],
    values: Mapping[nodes.Condition, int],
    terms: Terms,
) -> Turn:
    """Tell on which facts it depends whether any condition holds. `values` gives the atoms' terms."""
    best: tuple[Diagram, int] | None = None
    for order in _orders(conditions, definitions):
        diagram = Diagram(order, definitions)
        try:
            root = diagram.any_of(conditions)
        except (TooLargeError, RecursionError):
            continue
        if best is None or len(diagram.reached(root)) < len(best[0].reached(best[1])):
            best = diagram, root
    if best is None:
        return Turn(None, NO, False)
    diagram, root = best
    joint = Joint(conditions, definitions)
    exact = root < 2 or joint.wanted([UNKNOWN] * len(joint.atoms)) is not None
    try:
        atoms = _depends(diagram, root, [values[atom] for atom in diagram.order], terms)
    except TooLargeError:
        return Turn(None, NO, False)
    facts: dict[str, list[int]] = {}
    for atom, term in atoms.items():
        for name in nodes.facts_of(diagram.order[atom]):
            facts.setdefault(name, []).append(term)
    return Turn({name: terms.any_of(found) for name, found in facts.items()}, terms.any_of(atoms.values()), exact)


def _depends(diagram: Diagram, root: int, atoms: Sequence[int], terms: Terms) -> dict[int, int]:
    """Give, for each atom that can matter, the term that says whether what is left depends on it.

    It does where some completion of what is known leads to a choice by it whose two branches can still differ.
    """
    can_hold = [terms.can_hold(atom) for atom in atoms]
    can_fail = [terms.can_fail(atom) for atom in atoms]
    unlike: dict[tuple[int, int], int] = {}

    def differ(a: int, b: int) -> int:
        if a == b:
            return NO
        if a < 2 and b < 2:
            return YES
        key = (min(a, b), max(a, b))
        if key not in unlike:
            if len(unlike) > MOST:
                raise TooLargeError
            atom = min(diagram.vertices[a].atom, diagram.vertices[b].atom)
            fails, holds = (differ(diagram.branch(a, atom, value), diagram.branch(b, atom, value)) for value in (0, 1))
            unlike[key] = terms.any_of((terms.all_of((can_fail[atom], fails)), terms.all_of((can_hold[atom], holds))))
        return unlike[key]

    arrivals: dict[int, list[int]] = {root: [YES]}
    found: dict[int, list[int]] = {}
    for number in diagram.reached(root):
        vertex = diagram.vertices[number]
        here = terms.any_of(arrivals[number])
        arrivals.setdefault(vertex.low, []).append(terms.all_of((here, can_fail[vertex.atom])))
        arrivals.setdefault(vertex.high, []).append(terms.all_of((here, can_hold[vertex.atom])))
        matters = terms.all_of((here, terms.is_open(atoms[vertex.atom]), differ(vertex.low, vertex.high)))
        if matters != NO:
            found.setdefault(vertex.atom, []).append(matters)
    return {atom: terms.any_of(places) for atom, places in found.items()}


def _orders(
    conditions: Sequence[nodes.Condition], definitions: Mapping[str, nodes.Condition]
) -> list[list[nodes.Condition]]:
    """Give orders worth trying: the text's, and the atoms that stand in most conditions first."""
    listed: list[nodes.Condition] = [
        atom for atom in nodes.atoms_of(conditions, definitions) if not isinstance(atom, nodes.Truth)
    ]
    standing = Counter(atom for node in conditions for atom in nodes.atoms_of([node], definitions))
    return [listed, sorted(listed, key=lambda atom: -standing[atom])]
