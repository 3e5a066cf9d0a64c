"""Where two policies answer differently: every pair of answers with its smallest case, or proved to be impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import z3

from xianjie.language.calendar import iso
from xianjie.language.evaluate import Value
from xianjie.language.smt import NO, bounds_of, either
from xianjie.policy.prepared import Policy
from xianjie.proof.domain import Domain
from xianjie.proof.points import DIMENSIONS, Label, Point
from xianjie.proof.solving import TIMEOUT_MS, Found, OutOfTimeError, Solving
from xianjie.proof.witness import Answering, Witness
from xianjie.vocabulary import FactType

Labels = tuple[Label, ...]
Answers = Mapping[Labels, z3.BoolRef]

ABSENT: Label = ("absent",)
"""What stands for a part that one of two policies does not have."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A pair of answers: `left` here, `right` there; `found` says whether any case gets both.

    `witness` is the smallest such case; None where there is none, or where it was not decided. `exact`: the answers are
    told apart by rule, force and clause too, not by status alone.
    """

    key: str
    left: Labels
    right: Labels
    found: Found
    witness: Witness | None
    exact: bool = False

    @property
    def statuses(self) -> tuple[str, str]:
        """Name the two statuses."""
        return self.left[0][0], self.right[0][0]

    @property
    def differ(self) -> bool:
        """Tell whether the two answers are not the same: in status, and in the rest of the label where it is exact."""
        return self.statuses[0] != self.statuses[1] or (self.exact and self.left != self.right)


@dataclass(frozen=True, slots=True)
class Equality:
    """Whether two policies answer alike: for complete cases, and for cases with facts that nobody recorded.

    `NONE` means that no case tells them apart: proved. `keys` name the points where the answers can differ.
    """

    complete: Found
    with_unknown: Found
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a statement about two policies holds for: the date, the dimensions, and the bounds of the facts."""

    as_of: str
    dimensions: tuple[str, ...]
    bounds: Mapping[str, tuple[str, str]]


class Pairing:
    """Put two policies side by side at one date, over all the cases within the bounds."""

    def __init__(
        self,
        left: Policy,
        right: Policy,
        as_of: int,
        dimensions: Sequence[str] = DIMENSIONS,
        chosen: Sequence[Mapping[str, str]] = ({}, {}),
        timeout_ms: int = TIMEOUT_MS,
    ) -> None:
        """Write both policies over shared variables; `chosen` settles readings, one mapping for each."""
        self.policies = left, right
        self.as_of, self.dimensions, self.chosen = as_of, tuple(dimensions), tuple(chosen)
        self.domain = Domain([left, right], as_of, chosen, self.dimensions)
        self.solving = Solving(self.domain, timeout_ms)
        self.answering = Answering(self.policies, chosen)

    @property
    def scope(self) -> Scope:
        """Say what every statement holds for."""
        bounds = {}
        for name in self.domain.facts_of([self.point(side, key) for key in self.shared() for side in (0, 1)]):
            spec = self.domain.vocabulary[name]
            found = bounds_of(spec, self.as_of)
            if spec.type is FactType.EVENT:
                bounds[name] = iso(found.least), iso(found.most)
            elif spec.type is FactType.MONEY:
                bounds[name] = str(found.least // 100), str(found.most // 100)
            elif spec.type is FactType.INT:
                bounds[name] = str(found.least), str(found.most)
        return Scope(iso(self.as_of), self.dimensions, bounds)

    @property
    def versions(self) -> bool:
        """Tell whether the two are versions of one region's policy, whose rules and groups can be compared by name."""
        return self.policies[0].region == self.policies[1].region

    def shared(self, detail: bool = False) -> tuple[str, ...]:
        """List the points that can be compared; `detail` those that only versions of one policy share."""
        out: dict[str, None] = {}
        for asked in self.domain.asked:
            for key, point in asked.points.items():
                if detail or not point.detail:
                    out[key] = None
        return tuple(out)

    def point(self, side: int, key: str) -> Point:
        """Give a point of one policy; one that it does not have is absent in every case."""
        found = self.domain.asked[side].points.get(key)
        if found is not None:
            return found
        other = self.domain.asked[1 - side].points[key]
        return Point(key, other.dimension, {ABSENT: z3.BoolVal(True)}, frozenset(), other.given, other.detail)

    # -- cells and classes -------------------------------------------------------------------------------------------

    def cells(self, key: str, complete: bool = False) -> list[Cell]:
        """Go through every pair of statuses at a point; `complete` for cases with every fact recorded."""
        left, right = (_by_status(self.point(side, key)) for side in (0, 1))
        return self._pairs(key, left, right, complete, exact=False)

    def classes(self, key: str, complete: bool = False) -> list[Cell]:
        """Go through every pair of different answers at a point, told apart by group, rule, force and clause too.

        Only classes that have a case, or that were not decided, are given.
        """
        left, right = (_by_label(self.point(side, key)) for side in (0, 1))
        found = self._pairs(key, left, right, complete, exact=True)
        return [cell for cell in found if cell.found is not Found.NONE]

    def _pairs(self, key: str, left: Answers, right: Answers, complete: bool, exact: bool) -> list[Cell]:
        points = [self.point(side, key) for side in (0, 1)]
        facts = self.domain.facts_of(points)
        # a point's own given facts are put into its record, whatever the solver would choose
        fixed = self.domain.recorded(points[0].given)
        every = self.solving.complete(facts) if complete else []
        out = []
        with self.solving.within(*fixed, *every):
            for mine, theirs in product(left, right):
                if exact and mine == theirs:
                    continue
                found, witness = self._case(points, (mine, theirs), (left[mine], right[theirs]), facts, complete)
                out.append(Cell(key, mine, theirs, found, witness, exact))
        return out

    def _case(
        self,
        points: Sequence[Point],
        labels: tuple[Labels, Labels],
        formulas: tuple[z3.BoolRef, z3.BoolRef],
        facts: Sequence[str],
        complete: bool,
    ) -> tuple[Found, Witness | None]:
        """Find the smallest case that gets both answers."""
        if any(z3.is_false(formula) for formula in formulas):
            return Found.NONE, None
        with self.solving.within(*formulas):
            found = self.solving.check()
            if found is not Found.SOME:
                return found, None
            try:
                smallest = self.solving.smallest(facts, complete)
            except OutOfTimeError:
                return Found.NOT_DECIDED, None
        return found, self.replay(points, labels, smallest)

    def replay(
        self,
        points: Sequence[Point],
        labels: Sequence[Sequence[Label]],
        facts: Mapping[str, Value],
    ) -> Witness | None:
        """Put a solver's case to the engine; None where a policy does not have the point at all."""
        if any(point.labels.keys() == {ABSENT} for point in points):
            return None
        return self.answering.replayed(facts, points, labels, self.as_of)

    # -- equality ----------------------------------------------------------------------------------------------------

    def equality(self) -> Equality:
        """Prove that no case tells the two policies apart, or name the points where one does.

        Said twice: for complete cases, and with unknown facts; the second is the stronger. Versions of one policy are
        compared by status, group, rule, force and clause; policies of two regions by status.
        """
        differing = {key: self._differ(key) for key in self.shared(detail=self.versions)}
        every = either(differing.values())
        with_unknown = self.solving.check(every) if not z3.is_false(every) else Found.NONE
        if with_unknown is Found.NONE:
            return Equality(Found.NONE, Found.NONE, ())
        complete = self.solving.check(every, *self.solving.complete(self.domain.facts))
        keys = tuple(
            key
            for key, formula in differing.items()
            if not z3.is_false(formula) and self.solving.check(formula) is not Found.NONE
        )
        return Equality(complete, with_unknown, keys)

    def _differ(self, key: str) -> z3.BoolRef:
        points = [self.point(side, key) for side in (0, 1)]
        here, there = (point.labels if self.versions else point.statuses() for point in points)
        apart = []
        for label in dict.fromkeys((*here, *there)):
            mine, theirs = here.get(label, NO), there.get(label, NO)
            if not mine.eq(theirs):
                apart.append(z3.Xor(mine, theirs))
        if not apart:
            return NO
        return z3.And(*self.domain.recorded(points[0].given), either(apart))


def _by_status(point: Point) -> Answers:
    out: dict[str, list[Label]] = {}
    for label in point.labels:
        out.setdefault(label[0], []).append(label)
    return {tuple(labels): either(point.labels[label] for label in labels) for labels in out.values()}


def _by_label(point: Point) -> Answers:
    return {(label,): formula for label, formula in point.labels.items()}
