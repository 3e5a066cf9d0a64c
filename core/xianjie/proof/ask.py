"""What to ask: the smallest set of facts that decides points of several policies, the best question first.

Whatever the answers are, no point asked about is left undetermined. That the set is enough is proved by the solver, and
that no smaller one is; both are proved a second time before the set is given. A text that allows two readings is a
status of its own (`ambiguous`): no fact can mend it, so it counts as decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from xianjie.cases import Case
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof.bearing import Bearing, bearings
from xianjie.proof.domain import Domain
from xianjie.proof.filling import UNDETERMINED, Asked, Deciders, facts_at
from xianjie.proof.next_question import Outlook, best_first
from xianjie.proof.points import Point
from xianjie.proof.solving import TIMEOUT_MS, Found
from xianjie.proof.sufficient import Sufficiency

DIRECTION = "referral.direction"

_DIMENSION: Mapping[str, str] = {
    "eligibility": "eligibility",
    "coverage": "eligibility",
    "priority": "eligibility",
    "group": "eligibility",
    "advice": "eligibility",
    "service": "services",
    "services": "services",
    "instrument": "incentives",
    "incentives": "incentives",
    "referral": "referral",
    "simplification": "referral",
    "accompanying": "referral",
}


class State(Enum):
    """What came of looking for questions. `NOT_DECIDABLE`: no facts decide; `NOT_DECIDED`: time did not suffice."""

    DECIDED = "decided"
    FOUND = "found"
    NOT_DECIDABLE = "not_decidable"
    NOT_DECIDED = "not_decided"
    OUT_OF_BOUNDS = "out_of_bounds"


@dataclass(frozen=True, slots=True)
class Now:
    """A point as it stands: its policy (`side` numbers it), its status, and the statuses that answers lead to."""

    side: int
    key: str
    status: str
    can_become: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        """Tell whether the point is decided as it stands."""
        return self.status != UNDETERMINED


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for: what its answers lead to, and the rules still open that want it, by policy and point."""

    fact: str
    outlook: Outlook
    serves: Mapping[Asked, tuple[Bearing, ...]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was proved a second time: that the questions are enough, and that no fewer are."""

    sufficient: bool
    minimal: bool


@dataclass(frozen=True, slots=True)
class Questions:
    """The smallest set of questions, the best first, with the points as they stand.

    `left_out` names points that recorded steps take part in, about which nothing is claimed.
    """

    policies: tuple[Policy, ...]
    as_of: int
    state: State
    points: tuple[Now, ...]
    questions: tuple[Question, ...] = ()
    checked: Checked = Checked(False, False)
    left_out: tuple[Asked, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Name the facts to ask for, the best question first."""
        return tuple(question.fact for question in self.questions)


def ask(
    case: Case,
    policies: Sequence[Policy],
    as_of: int,
    keys: Sequence[str] = ("eligibility",),
    chosen: Sequence[Mapping[str, str]] | None = None,
    timeout_ms: int = TIMEOUT_MS,
) -> Questions:
    """Find the smallest set of unrecorded facts that decides the points named, whatever those facts turn out to be.

    `keys` are points, as `service.medical`, or whole dimensions (`eligibility`, `services`, `incentives`, `referral`).
    `eligibility` means who comes first where a policy says nothing else. `referral` needs the case's direction.
    `chosen` settles readings, policy by policy. Raises InputError for a point that is not there.
    """
    if not policies:
        raise InputError(Problem("region-missing", "须写明地区", "name the regions", Place(path="regions")))
    settled = list(chosen) if chosen is not None else [{}] * len(policies)
    recorded = facts_at(case, as_of)
    domain = Domain(policies, as_of, settled, {dimension_of(key) for key in keys})
    asked, left_out = _asked(domain, keys, recorded, bool(case.events))
    deciders = Deciders(policies, as_of, settled, {record for point in asked.values() for record in point.records})
    sufficiency = Sufficiency(domain, asked, deciders, recorded, timeout_ms)
    return _found(sufficiency, tuple(policies), left_out)


def _found(sufficiency: Sufficiency, policies: tuple[Policy, ...], left_out: tuple[Asked, ...]) -> Questions:
    as_of = sufficiency.domain.as_of
    points = tuple(Now(one.side, one.key, status) for one, status in sufficiency.statuses.items())
    none = Questions(policies, as_of, State.NOT_DECIDED, points, left_out=left_out)
    if not sufficiency.open:
        return replace(none, state=State.DECIDED, checked=Checked(True, True))
    within = sufficiency.within_bounds()
    if within is not Found.SOME:
        return replace(none, state=State.OUT_OF_BOUNDS) if within is Found.NONE else none
    smallest = sufficiency.smallest()
    if smallest.found is not Found.SOME:
        return replace(none, state=State.NOT_DECIDABLE) if smallest.found is Found.NONE else none
    checked = Checked(
        sufficiency.proved_enough(smallest.facts) is Found.NONE,
        sufficiency.proved_least(smallest) is Found.NONE,
    )
    return Questions(
        policies,
        as_of,
        State.FOUND if checked.sufficient and checked.minimal else State.NOT_DECIDED,
        tuple(_foreseen(sufficiency, now, smallest.facts) for now in points),
        _questions(sufficiency, policies, smallest.facts),
        checked,
        left_out,
    )


def _foreseen(sufficiency: Sufficiency, now: Now, facts: Sequence[str]) -> Now:
    if now.decided:
        return now
    return replace(now, can_become=sufficiency.can_become(Asked(now.side, now.key), facts))


def _questions(sufficiency: Sufficiency, policies: Sequence[Policy], facts: Sequence[str]) -> tuple[Question, ...]:
    wanting: dict[str, dict[Asked, list[Bearing]]] = {fact: {} for fact in facts}
    for one in sufficiency.open:
        for bearing in bearings(policies[one.side], one.key, sufficiency.recorded, sufficiency.domain.as_of):
            for fact in bearing.wants:
                if fact in wanting:
                    wanting[fact].setdefault(one, []).append(bearing)
    return tuple(
        Question(outlook.fact, outlook, {one: tuple(found) for one, found in wanting[outlook.fact].items()})
        for outlook in best_first(sufficiency, facts)
    )


# -- which points -----------------------------------------------------------------------------------------------------


def dimension_of(key: str) -> str:
    """Name the dimension that a point belongs to; InputError where no point is called so."""
    kind = key.partition(".")[0]
    if kind not in _DIMENSION:
        raise _unknown(key, tuple(_DIMENSION))
    return _DIMENSION[kind]


def _unknown(key: str, known: Sequence[str]) -> InputError:
    near = nearest(key, known)
    return InputError(
        Problem(
            "point-unknown",
            "结论里没有这一处" + (f"，是否为 {near}？" if near else ""),
            "an answer has no such point" + (f"; did you mean {near}?" if near else ""),
            Place(path="keys"),
        )
    )


def _asked(
    domain: Domain, keys: Sequence[str], recorded: Mapping[str, Value], steps: bool
) -> tuple[dict[Asked, Point], tuple[Asked, ...]]:
    """Find the points that keys mean; second, those left out because recorded steps take part in them."""
    asked: dict[Asked, Point] = {}
    left_out = []
    direction = recorded.get(DIRECTION)
    for side, policy in enumerate(domain.asked):
        for key in keys:
            for name in points_meant(key, policy.points, direction):
                one = Asked(side, name)
                if steps and name.startswith("referral.") and len(policy.points[name].labels) > 1:
                    left_out.append(one)
                else:
                    asked[one] = policy.points[name]
    return asked, tuple(dict.fromkeys(left_out))


def points_meant(key: str, points: Mapping[str, Point], direction: Value | None) -> tuple[str, ...]:
    """Name the points of one policy that a key means: itself, or all of a dimension.

    Raises InputError where there is no such point, and where a referral has no direction.
    """
    match key:
        case "eligibility":
            # where the document says only who comes first, the status speaks of that, but only once somebody does
            silent = len(points["coverage"].labels) == 1
            return ("priority",) if silent and len(points["priority"].labels) > 1 else ("eligibility",)
        case "services" | "incentives":
            return tuple(name for name, point in points.items() if point.dimension == key and not point.detail)
        case "referral":
            if not isinstance(direction, str):
                raise InputError(
                    Problem(
                        "direction-missing",
                        "问转介，须先写明转介方向（referral.direction）",
                        "to ask about a referral its direction is needed (referral.direction)",
                        Place(path=DIRECTION),
                    )
                )
            return (f"referral.{direction}", *(("simplification",) if direction == "forward" else ()))
        case _:
            if key not in points:
                raise _unknown(key, tuple(points))
            return (key,)
