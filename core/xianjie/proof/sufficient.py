"""The smallest set of further facts that decides points of policies, whatever those facts turn out to be.

By implicit hitting sets. The solver looks for a case in which the facts of a set are all recorded and a point is still
undetermined. There is none: the set is enough. There is one: it is grown, while the point stays undetermined, and rules
out every set inside it. A set that is cheapest among those not ruled out, and enough, is cheapest of all.

Where a condition asks whether a fact is recorded, more facts need not settle more. A case then rules out only the sets
that agree with it on those facts, unless it was seen to stay open with them and without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import z3

from xianjie.cases.steps import DATED
from xianjie.errors import InternalError, Problem
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.language.smt import NO, either
from xianjie.proof.domain import Domain
from xianjie.proof.filling import UNDETERMINED, Asked, Deciders, with_told
from xianjie.proof.hitting import Clause, TooManyStepsError, cheapest
from xianjie.proof.points import Point
from xianjie.proof.solving import TIMEOUT_MS, Found, Solving
from xianjie.vocabulary import FactSpec, FactType

_TROUBLE = {
    FactType.BOOL: 0,
    FactType.ENUM: 1,
    FactType.SET: 2,
    FactType.INT: 2,
    FactType.NUMBER: 2,
    FactType.EVENT: 3,
    FactType.MONEY: 3,
}
"""How much it takes to answer a question; of several sets of the least size, the one with the least trouble."""

_A_QUESTION = 1000

_MOST_WORLDS = 64


@dataclass(frozen=True, slots=True)
class StillOpen:
    """A case that leaves a point undetermined: the candidates recorded in it, and the facts that the point hangs on.

    `clause` is what a set of candidates must do to escape the case; `strict` what is known even if values change that
    the point hangs on.
    """

    asked: Asked
    known: frozenset[str]
    facts: Mapping[str, Value]
    clause: Clause
    strict: Clause


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest set of facts that decides. `found`: SOME, NONE where no set does, or NOT_DECIDED.

    `proof` holds the cases for which no smaller set does.
    """

    found: Found
    facts: tuple[str, ...] = ()
    proof: tuple[StillOpen, ...] = ()


class Sufficiency:
    """Look for the smallest sets of facts that decide, for one case and points of policies in one domain.

    `candidates` are the facts that can be asked for; `rigid` those of which a condition asks whether they are recorded.
    `statuses` are those of the case as it stands, `open` the points that are undetermined.
    """

    def __init__(
        self,
        domain: Domain,
        asked: Mapping[Asked, Point],
        deciders: Deciders,
        recorded: Mapping[str, Value],
        timeout_ms: int = TIMEOUT_MS,
    ) -> None:
        """Take the points, and the facts that are recorded (as they stood on the day)."""
        self.domain, self.asked, self.deciders = domain, dict(asked), deciders
        self.recorded = with_told(recorded, domain.as_of)
        self.timeout_ms = timeout_ms
        self.candidates = tuple(name for name in domain.facts_of(list(asked.values())) if name not in self.recorded)
        self.rigid = domain.terms.stand_under_known & set(self.candidates)
        self._days = {flag: day for flag, day in DATED if flag in self.candidates and day in self.candidates}
        self._hangs_on = {one: frozenset(domain.facts_of([point])) for one, point in asked.items()}
        self._open = either(point.statuses().get(UNDETERMINED, NO) for point in asked.values())
        self._pool: list[StillOpen] = []
        self._solving = self._fresh()
        self._named: dict[object, z3.BoolRef] = {}
        self.statuses = deciders.statuses(self.asked, self.recorded)
        self.open = tuple(one for one in self.asked if self.statuses[one] == UNDETERMINED)

    def _fresh(self) -> Solving:
        solving = Solving(self.domain, self.timeout_ms)
        solving.solver.add(*self.domain.recorded(self.recorded))
        return solving

    def within_bounds(self) -> Found:
        """Tell whether the recorded facts lie within the bounds: outside of them nothing is claimed."""
        return self._solving.check()

    def agrees(self, fact: str, value: Value, facts: Mapping[str, Value]) -> bool:
        """Tell whether an answer agrees with recorded facts: a date with what is recorded beside it."""
        for flag, day in DATED:
            if day == fact and flag in facts:
                return facts[flag] is with_told({day: value}, self.domain.as_of)[flag]
        return True

    def bearing(self, fact: str) -> tuple[Asked, ...]:
        """List the points still open that hang on a fact."""
        return tuple(one for one in self.open if fact in self._hangs_on[one])

    def smallest(self, answered: Mapping[str, Value] | None = None, enough: Sequence[str] | None = None) -> Smallest:
        """Find the smallest set of facts that decides all points, once others are `answered`.

        `enough` is a set known to be enough then; it is given back where nothing smaller is.
        """
        answers = with_told(answered or {}, self.domain.as_of)
        candidates = tuple(name for name in self.candidates if name not in answers)
        if z3.is_false(self._open):
            return Smallest(Found.SOME)
        open_ = self._name("open", self._open)
        costs = {name: _A_QUESTION + trouble(self.domain.vocabulary[name]) for name in candidates}
        held = self._met_before(answers)
        given = [
            self._name((name, value), z3.And(self.domain.recorded({name: value})))
            for name, value in answers.items()
            if name in self.candidates
        ]
        while True:
            try:
                chosen = cheapest(costs, list(held))
            except TooManyStepsError:
                return Smallest(Found.NOT_DECIDED)
            if chosen is None:
                return Smallest(Found.NONE, (), tuple(held.values()))
            if enough is not None and len(chosen) >= len(enough):
                return Smallest(Found.SOME, tuple(enough), tuple(held.values()))
            found = self._solving.check(*given, open_, *self._exactly(chosen, candidates))
            if found is Found.NONE:
                return Smallest(Found.SOME, chosen, tuple(held.values()))
            if found is Found.NOT_DECIDED:
                return Smallest(Found.NOT_DECIDED)
            fresh = self._examples(self._solving.model(), chosen, candidates, {**self.recorded, **answers})
            if all(_reduced(example.clause, answers).met(frozenset(chosen)) for example in fresh):
                raise _spurious()  # a case must rule out the set that it was found for, or there is no end to it
            for example in fresh:
                clause = _reduced(example.clause, answers)
                if clause not in held:
                    held[clause] = example
                    self._pool.append(example)

    def proved_enough(self, chosen: Sequence[str]) -> Found:
        """Prove anew, with a solver that has learnt nothing, that no case is open once these facts are recorded.

        NONE: there is no such case.
        """
        return self._fresh().check(self._open, *self._exactly(chosen, self.candidates))

    def proved_least(self, smallest: Smallest) -> Found:
        """Prove anew that no fewer facts would do: each case is put to the engine, and they are counted by the solver.

        NONE: no smaller set escapes all the cases.
        """
        picked = {name: z3.Bool(f"ask for {name}") for name in self.candidates}
        counting = z3.SolverFor("QF_LIA")
        counting.set("timeout", self.timeout_ms)
        for example in smallest.proof:
            if self.deciders.statuses([example.asked], example.facts)[example.asked] != UNDETERMINED:
                raise _spurious()
            alone = [z3.And(*(z3.Not(picked[name]) for name in group)) for group in example.clause.none_of]
            counting.add(z3.Or(*(picked[name] for name in sorted(example.clause.any_of)), *alone))
        if not smallest.facts:
            return Found.NONE
        result = counting.check(z3.PbLe([(flag, 1) for flag in picked.values()], len(smallest.facts) - 1))
        return Found.NONE if result == z3.unsat else Found.SOME if result == z3.sat else Found.NOT_DECIDED

    def can_become(self, one: Asked, chosen: Sequence[str]) -> tuple[str, ...]:
        """List the statuses that a point can have once some facts are recorded: all that are not proved impossible."""
        exactly = self._exactly(chosen, self.candidates)
        others = [z3.Not(self.domain.terms.known(name)) for name in self.candidates if name not in self._after(chosen)]
        return tuple(
            status
            for status, formula in self.asked[one].statuses().items()
            if not z3.is_false(formula) and self._solving.check(formula, *exactly, *others) is not Found.NONE
        )

    # -- what the solver is told ---------------------------------------------------------------------------------

    def _name(self, key: object, formula: z3.BoolRef) -> z3.BoolRef:
        """Give a formula a name that stands for it in questions: the solver is much faster with bare names."""
        if key not in self._named:
            self._named[key] = z3.Bool(f"question {len(self._named)}")
            self._solving.solver.add(z3.Implies(self._named[key], formula))
        return self._named[key]

    def _after(self, chosen: Iterable[str]) -> set[str]:
        """Name what is recorded once some facts are: what dates tell comes with them."""
        out = set(chosen)
        return out | {flag for flag, day in self._days.items() if day in out}

    def _exactly(self, chosen: Sequence[str], candidates: Sequence[str]) -> list[z3.BoolRef]:
        """State that the chosen facts are recorded; of the others only those where that could settle less are not."""
        known, terms = self._after(chosen), self.domain.terms
        return [
            terms.known(name) if name in known else z3.Not(terms.known(name))
            for name in candidates
            if name in known or name in self.rigid
        ]

    # -- cases that are still open -------------------------------------------------------------------------------

    def _examples(
        self,
        model: z3.ModelRef,
        chosen: Sequence[str],
        candidates: Sequence[str],
        facts: Mapping[str, Value],
    ) -> list[StillOpen]:
        """Read a case off a model, and for each point that it leaves open record more in it while it does."""
        values = _Values(self.domain, model)
        known = self._after(chosen)
        held = {**facts, **{name: values[name] for name in candidates if name in known}}
        statuses = self.deciders.statuses(self.asked, held)
        open_ = [one for one, status in statuses.items() if status == UNDETERMINED]
        if not open_:
            raise _spurious()
        return [self._grown(one, known, held, candidates, values) for one in open_]

    def _grown(
        self,
        one: Asked,
        known: AbstractSet[str],
        held: Mapping[str, Value],
        candidates: Sequence[str],
        values: Mapping[str, Value],
    ) -> StillOpen:
        here = self._hangs_on[one]
        grown = known | {name for name in candidates if name not in here}
        facts = {name: value for name, value in held.items() if name in here or name in self.recorded}
        for name in candidates:
            added = {name, *self._flags_of(name)}
            if name in grown or added & self.rigid:
                continue
            more = self._with(facts, name, values[name])
            if self._is_open(one, more):
                grown |= added
                facts = more
        worlds, either_way = [facts], set[str]()
        for name in candidates:
            if name not in self.rigid & here or name in self._days or 2 * len(worlds) > _MOST_WORLDS:
                continue
            turned = [
                {other: value for other, value in world.items() if other != name}
                if name in grown
                else self._with(world, name, values[name])
                for world in worlds
            ]
            if all(self._is_open(one, world) for world in turned):
                either_way.add(name)
                worlds += turned
        apart = self.rigid - here
        strict = self._clause(grown, apart)
        clause = self._clause(grown, either_way | apart) if either_way else strict
        return StillOpen(one, frozenset(grown), facts, clause, strict)

    def _is_open(self, one: Asked, facts: Mapping[str, Value]) -> bool:
        return self.deciders.statuses([one], facts)[one] == UNDETERMINED

    def _with(self, facts: Mapping[str, Value], name: str, value: Value) -> dict[str, Value]:
        """Record a fact and what it tells; a date so that it agrees with what is recorded beside it."""
        if not self.agrees(name, value, facts):
            past = any(day == name and facts.get(flag) is True for flag, day in DATED)
            value = self.domain.as_of if past else NEVER
        return {**facts, **with_told({name: value}, self.domain.as_of)}

    def _flags_of(self, day: str) -> set[str]:
        return {flag for flag, other in self._days.items() if other == day}

    def _met_before(self, answers: Mapping[str, Value]) -> dict[Clause, StillOpen]:
        """Say what the cases met so far ask of a set, once some facts are answered."""
        self._pool.sort(key=_breadth)
        out: dict[Clause, StillOpen] = {}
        forced: set[str] = set()
        for example in self._pool:
            clause = _reduced(example.clause, answers)
            if clause in out or not forced.isdisjoint(clause.any_of):
                continue  # asks for nothing that is not asked for already
            here = self._hangs_on[example.asked]
            changed = {name for name, value in answers.items() if name in here and example.facts.get(name) != value}
            if changed:
                if not self._is_open_under(example, answers):
                    continue
                clause = _reduced(example.strict, answers)
            out[clause] = example
            if len(clause.any_of) == 1 and not clause.none_of:
                forced |= clause.any_of
        return out

    def _is_open_under(self, example: StillOpen, answers: Mapping[str, Value]) -> bool:
        held = {**example.facts, **answers}
        agreed = all(self.agrees(day, held[day], held) for _, day in DATED if day in held)
        return agreed and self._is_open(example.asked, held)

    def _clause(self, known: AbstractSet[str], either_way: AbstractSet[str]) -> Clause:
        """Say what a set must do to escape a case: hold a fact that is not in it, or leave a rigid one out."""
        any_of: set[str] = set()
        none_of = []
        for name in self.candidates:
            ways = {name, self._days.get(name, name)}
            if name in either_way:
                continue
            if name not in known:
                any_of |= ways
            elif name in self.rigid:
                none_of.append(frozenset(ways))
        return Clause(frozenset(any_of), tuple(none_of))


def trouble(spec: FactSpec) -> int:
    """Weigh how much it takes to answer a question."""
    return _TROUBLE[spec.type]


def _breadth(example: StillOpen) -> tuple[int, int]:
    return len(example.clause.none_of), len(example.clause.any_of)


def _reduced(clause: Clause, answered: Iterable[str]) -> Clause:
    """Give a clause as it is for sets that cannot hold what is answered."""
    gone = frozenset(answered)
    if not clause.none_of and gone.isdisjoint(clause.any_of):
        return clause
    # a rigid fact that is answered is recorded, as it is in the case: there is no way out by leaving it alone
    return Clause(clause.any_of - gone, tuple(group for group in clause.none_of if group.isdisjoint(gone)))


class _Values(dict[str, Value]):
    """The values of a model, each read when it is first asked for."""

    def __init__(self, domain: Domain, model: z3.ModelRef) -> None:
        super().__init__()
        self._domain, self._model = domain, model

    def __missing__(self, name: str) -> Value:
        value = self[name] = self._domain.terms.value(name, self._model)
        return value


def _spurious() -> InternalError:
    return InternalError(
        Problem(
            "witness-spurious",
            "求解器称仍无法判定的个案，引擎已有结论",
            "the engine has decided a case that the solver calls undetermined",
        )
    )
