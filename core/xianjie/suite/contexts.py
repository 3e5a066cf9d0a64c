"""Find the contexts in which one atom alone decides a rule, and vary the atom's fact in each over its boundary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from xianjie.cases.steps import DATED
from xianjie.language import nodes
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value, World, evaluate
from xianjie.policy.prepared import Policy
from xianjie.proof.deciding import Aim, By, Cases, Deciding, Formula
from xianjie.proof.solving import Found
from xianjie.suite.atoms import Atom, Mark, Path, Variation, at, opened, operands_of, replaced, variations, walk
from xianjie.suite.parts import Options, Part

Facts = Mapping[str, Value]
BY: tuple[By, ...] = ("status", "label", "anyhow")
Places = tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Some values of an atom's fact, at each of which the atom is to decide its rule's point alone.

    `by` says how far the answer hangs on it. `exact`: the boundary itself is met.
    """

    part: Part
    atom: Atom
    variation: Variation
    marks: tuple[Mark, ...]
    by: By = "status"
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """A case to be: its facts, the points that it is about, and what it is called.

    `varied` is the fact that was set and its mark; `serves` lists what it was made for, the first first.
    """

    facts: Facts
    varied: tuple[str, Mark] | None
    serves: tuple[tuple[Part, Atom], ...]
    keys: tuple[tuple[str, Options], ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """What no case shows: an atom that does not decide alone at a mark, or at all while it has a truth value.

    `proved`: the solver showed it; else it was not decided in time.
    """

    part: Part
    atom: Atom
    fact: str
    mark: Mark | None
    value: bool | None
    proved: bool


@dataclass(slots=True)
class Findings:
    """What a search brought: samples, and what no case shows."""

    samples: list[Sample] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    sought: int = 0


def _new(whole: nodes.Condition, before: nodes.Condition | None) -> Iterator[Atom]:
    """Walk the parts of a condition, without those that stand alike in it under an earlier reading.

    What stands in it several times is given once for each place, and once for all of them together.
    """
    found: dict[nodes.Condition, list[Path]] = {}
    for path, node in walk(whole):
        if before is None or at(before, path) != node:
            yield Atom(path, node)
            found.setdefault(node, []).append(path)
    for node, (path, *also) in found.items():
        if also:
            yield Atom(path, node, tuple(also))


def search(deciding: Deciding, parts: Sequence[Part], given: Facts) -> Findings:
    """Look through the conditions of one stage, fact by fact, sharing a context among as many as it can hold for."""
    policy, out = deciding.policy, Findings()
    by_fact: dict[str, list[Sought]] = {}
    asking = _Asking(deciding)
    before: dict[tuple[str, str, str], nodes.Condition] = {}
    pieces: dict[Part, list[Atom]] = {}
    for part in parts:
        text = (part.key, part.slot, part.rule.id)
        new = pieces[part] = list(_new(asking.whole(part), before.get(text)))
        before.setdefault(text, asking.whole(part))
        for atom in new:
            for variation in variations(atom.node, deciding.frame, policy.vocabulary):
                by_fact.setdefault(variation.fact, []).append(Sought(part, atom, variation, variation.marks))
                out.sought += len(variation.marks)
        out.sought += 3 * len(new)
    for fact in sorted(by_fact, key=policy.vocabulary.slot.__getitem__):
        pending = by_fact[fact]
        while pending:
            pending = _one_context(asking, fact, pending, given, out)
    _both_ways(asking, pieces, given, out)
    return out


def _both_ways(asking: _Asking, firsts: Mapping[Part, Sequence[Atom]], given: Facts, out: Findings) -> None:
    """See to it that each part of a condition decides while true, while false and while open, where a case can show it.

    What is joined of others decides also while they do not agree. Where an atom decides, so do the parts it stands in.
    """
    deciding = asking.deciding
    shown = _shown(asking, out.samples)
    for part, pieces in firsts.items():
        for piece in pieces:
            seen = shown.get((part, piece.places), set())
            for value in (True, False, None):
                if value in seen:
                    continue
                found = _one_way(asking, part, piece, deciding.comes_to(piece.node, value), given, out)
                if found is not Found.SOME and _tells(piece, value):
                    fact = nodes.facts_of(piece.node)[0]
                    out.missed.append(Missed(part, piece, fact, None, value, found is Found.NONE))
            operands = operands_of(piece.node)
            if len(operands) > 1 and "mixed" not in seen:
                mixed = deciding.unlike(nodes.And(operands), nodes.Or(operands))
                _one_way(asking, part, piece, mixed, given, out)


Seen = bool | None | Literal["mixed"]


def _shown(asking: _Asking, samples: Iterable[Sample]) -> dict[tuple[Part, Places], set[Seen]]:
    """Gather what the parts came to in the samples in which they decide."""
    out: dict[tuple[Part, Places], set[Seen]] = {}
    for sample in samples:
        world = world_of(asking.deciding.policy, sample.facts, asking.deciding.as_of)
        for part, atom in sample.serves:
            out.setdefault((part, atom.places), set()).update(_seen(atom.node, world))
            for length in range(0 if atom.also else len(atom.path)):
                inner = at(asking.whole(part), atom.path[:length])
                assert inner is not None
                out.setdefault((part, (atom.path[:length],)), set()).update(_seen(inner, world))
    return out


def _seen(node: nodes.Condition, world: World) -> Iterator[Seen]:
    yield evaluate(node, world)
    if len({evaluate(operand, world) for operand in operands_of(node)}) > 1:
        yield "mixed"


def _one_way(asking: _Asking, part: Part, piece: Atom, wanted: Formula, given: Facts, out: Findings) -> Found:
    """Find a case in which a part of a condition decides alone while something holds."""
    deciding, key = asking.deciding, (part.key, part.chosen)
    names = nodes.facts_of(piece.node)
    found = Found.NONE
    for by in BY:
        with deciding.cases(given) as cases:
            found = cases.take(asking.decides(part, piece.places, by), wanted)
            if found is Found.SOME:
                facts = cases.smallest(deciding.facts_of([key]))
                if facts is None:
                    return Found.NOT_DECIDED
                varied = (names[0], Mark("")) if names else None
                out.samples.append(Sample(facts, varied, ((part, piece),), (key,), ("condition",)))
                break
    return found


def _tells(piece: Atom, value: bool | None) -> bool:
    """Tell whether it says something that a part never decides: what has no facts, or is joined of others, does not."""
    alone = bool(nodes.facts_of(piece.node)) and not operands_of(piece.node) and not piece.also
    return alone and not (value is None and isinstance(piece.node, nodes.Known))


def world_of(policy: Policy, facts: Facts, as_of: int) -> World:
    """Give the world of a case on its day: a date tells that it happened, or that it has not happened yet."""
    told: dict[str, Value] = {}
    for flag, day in DATED:
        value = facts.get(day)
        if isinstance(value, int):
            told[flag] = NEVER < value <= as_of
    parameters = policy.parameters_at(as_of)
    return World({**facts, **told}, as_of, parameters, policy.definitions, policy.vocabulary.events)


def _one_context(asking: _Asking, fact: str, pending: list[Sought], given: Facts, out: Findings) -> list[Sought]:
    """Take what one context can hold for; give what is left, the first, where even it does not hold, in easier form."""
    with asking.deciding.cases(given) as cases:
        first, *rest = pending
        found = asking.take(cases, first)
        if found is not Found.SOME:
            easier = list(_easier(first))
            if not easier and _bounds(first) and not first.atom.also:
                proved = found is Found.NONE
                out.missed.append(Missed(first.part, first.atom, fact, first.marks[0], None, proved))
            return [*easier, *rest]
        more, left = _shared(asking, cases, rest)
        taken = [first, *more]
        keys = tuple(dict.fromkeys((one.part.key, one.part.chosen) for one in taken))
        facts = cases.smallest(asking.deciding.facts_of(keys))
    if facts is None:
        out.missed.append(Missed(first.part, first.atom, fact, first.marks[0], None, proved=False))
        return rest
    out.samples += _samples(fact, taken, facts)
    return left


def _shared(asking: _Asking, cases: Cases, rest: Sequence[Sought]) -> tuple[list[Sought], list[Sought]]:
    """Take as many more as the context can hold for: all at once where that goes, else half by half."""
    if not rest or asking.take(cases, *rest) is Found.SOME:
        return list(rest), []
    if len(rest) == 1:
        return [], list(rest)
    middle = len(rest) // 2
    (taken, left), (more, other) = (_shared(asking, cases, half) for half in (rest[:middle], rest[middle:]))
    return [*taken, *more], [*left, *other]


def _easier(one: Sought) -> Iterator[Sought]:
    """Ask for less: the values one at a time, in contexts of their own; beside the boundary; without sharpness."""
    if len(one.marks) > 1:
        yield from (replace(one, marks=(mark,)) for mark in one.marks)
        return
    step = one.marks[0].step
    if one.by != BY[-1]:
        yield replace(one, by=BY[BY.index(one.by) + 1])
    elif one.exact and step in _SIDES:  # where nothing is exactly on it, a boundary has two sides only
        yield replace(one, marks=(_SIDES[step],), by=BY[0], exact=False)


_SIDES = {-1: Mark("边界以下", step=0), 0: Mark("边界以下", step=0), 1: Mark("边界以上", step=1)}


def _bounds(one: Sought) -> bool:
    """Tell whether a value is one of a boundary, not only one that makes the atom true, false or open."""
    (mark,) = one.marks
    return _is_boundary(one.atom.node) and (mark.step is not None or mark.value not in (None, NEVER))


def _is_boundary(node: nodes.Condition) -> bool:
    return isinstance(node, nodes.Compare | nodes.Within | nodes.Happened)


def _samples(fact: str, taken: Sequence[Sought], context: Facts) -> Iterator[Sample]:
    found: dict[Value | None, list[tuple[Sought, Mark]]] = {}
    for one in taken:
        for mark in one.marks:
            value = mark.value
            if mark.step is not None:
                base = context[fact]
                assert isinstance(base, int)
                value = base + mark.step
            found.setdefault(value, []).append((one, mark))
    for value, served in found.items():
        facts = {name: held for name, held in context.items() if name != fact}
        if value is not None:
            facts[fact] = value
        boundary = any(_is_boundary(one.atom.node) for one, _ in served)
        kind = "unknown" if value is None else "threshold" if boundary else "condition"
        yield Sample(
            facts,
            (fact, max((mark for _, mark in served), key=lambda mark: (mark.step is not None, len(mark.zh)))),
            tuple((one.part, one.atom) for one, _ in served),
            tuple(dict.fromkeys((one.part.key, one.part.chosen) for one, _ in served)),
            (kind,),
        )


@dataclass(frozen=True, slots=True)
class _Asking:
    deciding: Deciding
    known: dict[tuple[Part, Places, By], Formula] = field(default_factory=dict)
    wholes: dict[Part, nodes.Condition] = field(default_factory=dict)

    def whole(self, part: Part) -> nodes.Condition:
        """Give a condition with its definitions written out."""
        if part not in self.wholes:
            self.wholes[part] = opened(part.condition(self.deciding.policy), self.deciding.policy.definitions)
        return self.wholes[part]

    def take(self, cases: Cases, *every: Sought) -> Found:
        return cases.take(*(formula for one in every for formula in self.formulas(one)))

    def formulas(self, one: Sought) -> Iterable[Formula]:
        """State that the atom decides at each value; where values hang on other facts, that the boundary is there."""
        decides = self.decides(one.part, one.atom.places, one.by)
        fact, deciding = one.variation.fact, self.deciding
        if one.variation.on:
            yield from self._boundary(one)
        for mark in one.marks:
            if mark.step is None:
                yield deciding.with_value(decides, fact, mark.value)
            else:
                yield deciding.beside(decides, fact, mark.step)

    def _boundary(self, one: Sought) -> Iterable[Formula]:
        same, atom = one.variation.on
        if all(mark.step is None for mark in one.marks):
            return
        yield self.deciding.recorded(one.variation.fact)
        if one.exact:
            yield self.deciding.holds(same)
        else:
            yield self.deciding.turns_beside(atom, one.variation.fact)

    def decides(self, part: Part, places: Places, by: By) -> Formula:
        """State that what stands at some places of a condition decides the condition's point alone."""
        key = (part, places, by)
        if key not in self.known:
            met = unmet = self.whole(part)
            for path in places:
                met, unmet = replaced(met, path, nodes.Truth(True)), replaced(unmet, path, nodes.Truth(False))
            aim = Aim(part.block, part.place, met, unmet, part.key, part.chosen)
            self.known[key] = self.deciding.decides(aim, by)
        return self.known[key]


def settled(facts: Facts, keys: Iterable[tuple[str, Options]], tags: tuple[str, ...]) -> Sample:
    """Make a sample that was not varied."""
    return Sample(facts, None, (), tuple(keys), tags)
