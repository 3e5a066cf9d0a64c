"""Find the facts that can still change whether any of several conditions holds, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from xianjie.language import nodes
from xianjie.language.evaluate import World, evaluate, missing

Literal = tuple[nodes.Condition, bool]
Implicant = frozenset[Literal]
MOST = 400


class _TooManyError(Exception):
    pass


def facts_that_matter(conditions: Sequence[nodes.Condition], world: World) -> tuple[str, ...]:
    """List, in the text's order, the unknown facts on which it still depends whether any condition is true.

    The open parts are brought to their prime implicants, in which a part stands only if it matters. Where there are too
    many, or none is left (the parts cancel out), every open part is listed instead.
    """
    listed = tuple(dict.fromkeys(name for node in conditions for name in missing(node, world)))
    try:
        primes = _primes(_absorb({part for node in conditions for part in _implicants(node, True, world)}))
    except _TooManyError:
        return listed
    if not primes or frozenset() in primes:
        return listed
    wanted = {name for prime in primes for atom, _ in prime for name in nodes.facts_of(atom) if name not in world.facts}
    return tuple(name for name in listed if name in wanted)


def _implicants(node: nodes.Condition, wanted: bool, world: World) -> set[Implicant]:
    value = evaluate(node, world)
    if value is not None:
        return {frozenset()} if value is wanted else set()
    match node:
        case nodes.Definition(name):
            return _implicants(world.definitions[name], wanted, world)
        case nodes.Not(operand):
            return _implicants(operand, not wanted, world)
        case nodes.And(operands) | nodes.Or(operands):
            parts = [_implicants(operand, wanted, world) for operand in operands]
            if isinstance(node, nodes.And) is wanted:
                return _together(parts)
            return _absorb(set().union(*parts))
        case _:
            return {frozenset({(node, wanted)})}


def _together(parts: Sequence[set[Implicant]]) -> set[Implicant]:
    out: set[Implicant] = {frozenset()}
    for part in parts:
        out = _absorb({a | b for a in out for b in part if not _contradict(a, b)})
    return out


def _contradict(a: Implicant, b: Implicant) -> bool:
    return any((atom, not sign) in b for atom, sign in a)


def _absorb(implicants: set[Implicant]) -> set[Implicant]:
    kept: list[Implicant] = []
    for implicant in sorted(implicants, key=len):
        if not any(other <= implicant for other in kept):
            kept.append(implicant)
    if len(kept) > MOST:
        raise _TooManyError
    return set(kept)


def _primes(implicants: set[Implicant]) -> set[Implicant]:
    """Close under consensus: two implicants that oppose each other in one atom alone give what both have beside it."""
    while True:
        signs = {literal for implicant in implicants for literal in implicant}
        if not any((atom, not sign) in signs for atom, sign in signs):
            return implicants
        found: set[Implicant] = set()
        for a, b in combinations(implicants, 2):
            opposed = [(atom, sign) for atom, sign in a if (atom, not sign) in b]
            if len(opposed) == 1:
                atom, sign = opposed[0]
                found.add((a - {(atom, sign)}) | (b - {(atom, not sign)}))
        grown = _absorb(implicants | found)
        if grown == implicants:
            return implicants
        implicants = grown
