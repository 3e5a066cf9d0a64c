"""Find the facts that can still change whether any of several conditions holds, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from xianjie.language import nodes
from xianjie.language.evaluate import World, evaluate, missing
from xianjie.language.generate import FALSE, TRUE, UNKNOWN

MOST = 400

Implicant = int
"""Atoms with their signs: for atom n, bit 2n where it is to be true, bit 2n + 1 where it is to be false."""

_OPPOSITES = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}


class _TooManyError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a condition: an atom by its number, or parts that are joined (`all`, `any`, `not`)."""

    join: str
    atom: int
    parts: tuple[_Part, ...]


class Joint:
    """Several conditions of which any may hold, spelled out over their atoms. Safe to share between threads."""

    def __init__(self, conditions: Sequence[nodes.Condition], definitions: Mapping[str, nodes.Condition]) -> None:
        self._atoms: dict[nodes.Condition, int] = {}
        self._definitions = definitions
        self._parts = [self._part(node) for node in conditions]
        self.atoms = tuple(self._atoms)
        self._even = sum(1 << 2 * number for number in range(len(self.atoms)))
        self._names = [nodes.facts_of(atom) for atom in self.atoms]
        self._whole = self._nothing_known()

    def wanted(self, codes: Sequence[int]) -> frozenset[str] | None:
        """Name, by the codes of the atoms' values, the facts of all atoms on which it still depends whether one holds.

        The open parts are brought to their prime implicants, in which an atom stands only if it matters. None where
        there are too many, or none is left (the parts cancel out): then every open part is to be listed.
        """
        try:
            primes = self._left(codes) if self._whole is not None else self._primes(codes)
        except _TooManyError:
            return None
        if not primes or 0 in primes:
            return None
        together = 0
        for prime in primes:
            together |= prime
        return frozenset(
            name for number, names in enumerate(self._names) if together >> 2 * number & 3 for name in names
        )

    # ------------------------------------------------------------------------------------------------------------

    def _part(self, node: nodes.Condition) -> _Part:
        match node:
            case nodes.Definition(name):
                return self._part(self._definitions[name])
            case nodes.Not(operand):
                return _Part("not", -1, (self._part(operand),))
            case nodes.And(operands) | nodes.Or(operands):
                join = "all" if isinstance(node, nodes.And) else "any"
                return _Part(join, -1, tuple(self._part(operand) for operand in operands))
            case _:
                return _Part("atom", self._atoms.setdefault(node, len(self._atoms)), ())

    def _nothing_known(self) -> set[Implicant] | None:
        """Find the prime implicants with nothing known; None where there are too many."""
        try:
            return self._primes([UNKNOWN] * len(self.atoms))
        except _TooManyError:
            return None

    def _left(self, codes: Sequence[int]) -> set[Implicant]:
        """Give what some known atoms leave of the whole: of prime implicants prime ones are left, and all of them."""
        true = false = 0
        for number, code in enumerate(codes):
            if code == TRUE:
                true |= 1 << 2 * number
            elif code == FALSE:
                false |= 1 << 2 * number
        settled, ruled_out = true | false << 1, false | true << 1
        assert self._whole is not None
        return _absorb({one & ~settled for one in self._whole if not one & ruled_out})

    def _implicants(self, part: _Part, wanted: bool, codes: Sequence[int]) -> set[Implicant]:
        value = _value(part, codes)
        if value != UNKNOWN:
            return {0} if (value == TRUE) is wanted else set()
        if part.join == "atom":
            return {1 << 2 * part.atom + (not wanted)}
        if part.join == "not":
            return self._implicants(part.parts[0], not wanted, codes)
        found = [self._implicants(inner, wanted, codes) for inner in part.parts]
        return self._together(found) if (part.join == "all") is wanted else _absorb(set().union(*found))

    def _together(self, parts: Sequence[set[Implicant]]) -> set[Implicant]:
        out: set[Implicant] = {0}
        for part in parts:
            both = {a | b for a in out for b in part}
            out = _absorb({one for one in both if not one & one >> 1 & self._even})  # no atom true and false at once
        return out

    def _primes(self, codes: Sequence[int]) -> set[Implicant]:
        """Close under consensus: two that oppose each other in one atom alone give what both have beside it."""
        implicants = _absorb({one for part in self._parts for one in self._implicants(part, True, codes)})
        while self._both_signs(implicants):
            found: set[Implicant] = set()
            for a, b in combinations(implicants, 2):
                opposed = a & self._turned(b)
                if opposed.bit_count() == 1:
                    found.add((a & ~opposed) | (b & ~self._turned(opposed)))
            grown = _absorb(implicants | found)
            if grown == implicants:
                break
            implicants = grown
        return implicants

    def _both_signs(self, implicants: set[Implicant]) -> bool:
        """Tell whether an atom stands with both signs: where none does, all are prime."""
        signs = 0
        for one in implicants:
            signs |= one
        return bool(signs & signs >> 1 & self._even)

    def _turned(self, implicant: Implicant) -> Implicant:
        """Give every atom the opposite sign."""
        return (implicant & self._even) << 1 | implicant >> 1 & self._even


def facts_that_matter(
    conditions: Sequence[nodes.Condition], world: World, joint: Joint | None = None
) -> tuple[str, ...]:
    """List, in the text's order, the unknown facts on which it still depends whether any condition is true.

    `joint` spells the conditions out, where somebody has it at hand.
    """
    joint = joint or Joint(conditions, world.definitions)
    listed = dict.fromkeys(name for node in conditions for name in missing(node, world))
    values = [evaluate(atom, world) for atom in joint.atoms]
    wanted = joint.wanted([UNKNOWN if value is None else TRUE if value else FALSE for value in values])
    return tuple(name for name in listed if wanted is None or name in wanted)


def _value(part: _Part, codes: Sequence[int]) -> int:
    match part.join:
        case "atom":
            return codes[part.atom]
        case "not":
            return _OPPOSITES[_value(part.parts[0], codes)]
    values = [_value(inner, codes) for inner in part.parts]
    return min(values) if part.join == "all" else max(values)


def _absorb(implicants: set[Implicant]) -> set[Implicant]:
    kept: list[Implicant] = []
    for implicant in sorted(implicants, key=int.bit_count):
        if not any(other & implicant == other for other in kept):
            kept.append(implicant)
    if len(kept) > MOST:
        raise _TooManyError
    return set(kept)
