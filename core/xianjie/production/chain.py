"""Chain named conditions forward on two rails, certainly true and certainly false; the rest is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from xianjie.language.ir import Ir, LinearOp
from xianjie.production.fields import Codes, Vocabulary, verdict_slug
from xianjie.production.host import Action, Firing, Production, Session, failure
from xianjie.production.verdicts import Leaf, Verdict, VerdictField, flatten

Values = dict[str, bool | int | str]


class Chain:
    """Named conditions, compiled once and safe to share between threads."""

    def __init__(self, name: str, conditions: Sequence[tuple[str, Ir]], definitions: Mapping[str, Ir]) -> None:
        """Compile the wanted conditions and the definitions that they reach.

        InternalError for a definition that is missing or names itself.
        """
        self.name = name
        flat = flatten(conditions, definitions)
        self._conditions = {
            wanted: found if isinstance(found, bool) else _place(found) for wanted, found in flat.conditions.items()
        }
        self._vocabulary = Vocabulary(flat.verdicts)
        with ExitStack() as opened:
            self._networks = [opened.enter_context(_Network(plan, self._vocabulary)) for plan in _plans(flat.verdicts)]
            self._opened = opened.pop_all()

    def decide(self, codes: Codes) -> dict[str, bool | None]:
        """Decide every wanted condition: True, False, or None where the known facts leave it open.

        Of `codes` a fact that is None or absent is unknown; a flag is a bool, an enum its word, a number or a
        day an int (fen, count, ordinal; 0 for an event that never came), a set a frozenset. InternalError for
        other types.
        """
        values = self._vocabulary.read(codes)
        for network in self._networks:
            network.run(values)
        answers: dict[str, bool | None] = {}
        for wanted, found in self._conditions.items():
            if isinstance(found, bool):
                answers[wanted] = found
            else:
                slug, positive = found
                verdict = values.get(slug)
                answers[wanted] = None if verdict is None else verdict is positive
        return answers

    def close(self) -> None:
        """Give the memory back; the chain cannot be asked again."""
        self._opened.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


@dataclass(slots=True)
class _Plan:
    """The verdicts of one ruleset by stage; a stage needs only earlier stages and earlier rulesets."""

    stages: list[dict[int, Verdict]] = field(default_factory=list)

    def stage_of(self, verdict: Verdict) -> int:
        needed = {test.field.place for test in verdict.tests if isinstance(test.field, VerdictField)}
        return max((stage + 1 for stage, held in enumerate(self.stages) if needed & held.keys()), default=0)

    def takes(self, place: int, verdict: Verdict) -> bool:
        """Add a verdict unless it would pass one of durable's limits."""
        at = self.stage_of(verdict)
        together = [*(self.stages[at].values() if at < len(self.stages) else ()), verdict]
        if (
            # two rules each, and the sink
            2 * (sum(map(len, self.stages)) + 1) + 1 > _MOST_RULES
            # the rails exclude each other, so that the two rules of a verdict match at most once per test
            or sum(len(one.tests) for one in together) > _MOST_MATCHES
            or len({test.field for one in together for test in one.tests}) > _MOST_FIELDS
        ):
            return False
        if at == len(self.stages):
            self.stages.append({})
        self.stages[at][place] = verdict
        return True


_MOST_RULES = 60
_MOST_MATCHES = 60
_MOST_FIELDS = 120


def _plans(verdicts: Sequence[Verdict]) -> list[_Plan]:
    """Spread the verdicts over rulesets, the shallow ones first; no ruleset needs a later one."""
    depths: list[int] = []
    for verdict in verdicts:
        inner = [depths[test.field.place] for test in verdict.tests if isinstance(test.field, VerdictField)]
        depths.append(max(inner, default=-1) + 1)
    plans: list[_Plan] = []
    for place in sorted(range(len(verdicts)), key=depths.__getitem__):
        if not plans or not plans[-1].takes(place, verdicts[place]):
            plans.append(_Plan())
            plans[-1].takes(place, verdicts[place])
    return plans


class _Network:
    """One ruleset. Its stages follow each other through a sink rule, which asserts the next stage's fact."""

    def __init__(self, plan: _Plan, vocabulary: Vocabulary) -> None:
        self._stages = [_slugs(stage.values(), vocabulary) for stage in plan.stages]
        self._values: Values = {}
        self._stage = 0
        rules: dict[str, object] = {}
        for number, stage in enumerate(plan.stages):
            for place, verdict in stage.items():
                for truth, rail in ((True, verdict), (False, verdict.opposite())):
                    rules[f"{verdict_slug(place)}{'t' if truth else 'f'}"] = {
                        "pri": 1,
                        "all": [{"m": _condition(number, rail, vocabulary)}],
                        "run": self._recording(verdict_slug(place), truth),
                    }
        rules["sink"] = {"pri": 2, "all": [{"m": {"$ex": {"k": 1}}}], "run": self._next_stage}
        self._production = Production(rules, lambda session: self._pass(session, {}))

    def run(self, values: Values) -> None:
        """Add the verdicts that are certain to the values."""
        with self._production.session() as session:
            self._pass(session, values)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._production.close()

    def _pass(self, session: Session, values: Values) -> None:
        self._values = values
        self._stage = 0
        session.assert_fact(self._fact())
        if self._stage != len(self._stages):
            raise failure("推理链中断", "the chain broke off")

    def _fact(self) -> Values:
        # With an id of our own, no two facts of a session are ever the same message to durable. A stage
        # carries only what its rules read.
        known = self._values
        fact: Values = {"k": f"s{self._stage}", "id": f"m{self._stage}"}
        fact.update({slug: known[slug] for slug in self._stages[self._stage] if slug in known})
        return fact

    def _recording(self, slug: str, truth: bool) -> Action:
        # An `or` fires once for every branch that is true: recording again changes nothing.
        def record(_: Firing) -> None:
            if self._values.setdefault(slug, truth) is not truth:
                raise failure("真假同时成立", "a condition came out both true and false")

        return record

    def _next_stage(self, firing: Firing) -> None:
        self._stage += 1
        if self._stage < len(self._stages):
            firing.assert_fact(self._fact())


def _place(test: Leaf) -> tuple[str, bool]:
    assert isinstance(test.field, VerdictField)
    return verdict_slug(test.field.place), test.value is True


def _slugs(verdicts: Iterable[Verdict], vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(dict.fromkeys(vocabulary.slug(test.field) for verdict in verdicts for test in verdict.tests))


_KEYS: dict[LinearOp, str] = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "!=": "$neq"}


def _condition(stage: int, rail: Verdict, vocabulary: Vocabulary) -> dict[str, object]:
    """Write one rail as durable's JSON. A test of an absent field fails, on either rail."""
    tests: list[dict[str, object]] = []
    for test in rail.tests:
        compared: dict[str, object] = {vocabulary.slug(test.field): vocabulary.constant(test)}
        tests.append(compared if test.op == "==" else {_KEYS[test.op]: compared})
    kind = {"k": f"s{stage}"}
    if rail.conjunction:
        return {"$and": [kind, *tests]}
    return {"$and": [kind, {"$or": tests} if len(tests) > 1 else tests[0]]}
