"""Put regression cases to the engine, and find what the answers hold otherwise than expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xianjie.engine.assess import Engine
from xianjie.engine.deciders import EngineName
from xianjie.errors import InputError, PolicyError, Problem
from xianjie.language.calendar import iso
from xianjie.plugins import Regions
from xianjie.policy.overlay import overlaid, overlay_of, read_overlay
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.prepared import Policy
from xianjie.reference import region_of, resolve
from xianjie.regression.model import Expectation, RegressionCase
from xianjie.regression.paths import Name, Nowhere, Steps, find, same

MOST_GROUNDS = 3
"""How many grounds are told for one difference."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a part of the answer rests on: its name (None: the part itself), status, force, clause, and explanation."""

    name: str | None
    status: str | None
    force: str | None
    clause: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One expectation that does not hold. `found` is `Nowhere` where the path led to no one place."""

    expectation: Expectation
    found: object
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A case with what its answer holds otherwise; `policy` is the answer's own word on the document that was asked."""

    case: RegressionCase
    as_of: str
    policy: Mapping[str, Any]
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Tell whether every expectation holds."""
        return not self.differences

    @property
    def overlay(self) -> Mapping[str, Any] | None:
        """Give the answer's own word on what it supposes; None where it supposes nothing."""
        found: Mapping[str, Any] | None = self.policy["overlay"]
        return found


def answer_of(case: RegressionCase, engine: Engine, lang: str = "zh") -> Mapping[str, Any]:
    """Put a case to an engine that holds its region, or that holds nothing but its policy; give the region's answer.

    Raises InputError where the engine refuses the case's settings.
    """
    reference = _asked(case, engine)
    answer = engine.assess(case.case, [reference], case.as_of, case.settings, lang)
    region: Mapping[str, Any] = answer["regions"][reference]
    return region


def _asked(case: RegressionCase, engine: Engine) -> str:
    return case.region if case.region.partition("@")[0] in engine.policies else next(iter(engine.policies))


def run(case: RegressionCase, engine: Engine, lang: str = "zh") -> Result:
    """Put a case to its engine, and compare. Raises InputError where the engine refuses the case's settings."""
    answer = answer_of(case, engine, lang)
    differences = []
    for one in case.expect:
        found = find(answer, one.steps)
        if not same(one.value, found):
            why = () if isinstance(found, Nowhere) else grounds(answer, one.steps)
            differences.append(Difference(one, found, why))
    return Result(case, iso(case.as_of), answer["policy"], tuple(differences))


class Engines:
    """Make the engine of a case when first needed: one for each region, and for each overlay; kept until closed."""

    def __init__(self, regions: Regions, engine: EngineName = "generated") -> None:
        """Take the installed regions; `engine` chooses how conditions are decided, never the answer."""
        self.regions, self.engine = regions, engine
        self._bases: dict[str, Engine] = {}
        self._overlays: dict[Path, Overlay] = {}
        self._patched: dict[tuple[int, str, str], Engine] = {}

    def of(self, case: RegressionCase) -> Engine:
        """Give the engine of a case: that of its region, on which its overlay is put where it has one.

        Raises InputError, PolicyError or PluginError where its region, its overlay or a policy is at fault.
        """
        base = self._base(case)
        policy = base.documents.answering(_asked(case, base), case.as_of)
        overlay = self._overlay(case, policy)
        if overlay is None:
            return base
        key = (id(base), policy.id, overlay.sha256)
        if key not in self._patched:
            self._patched[key] = base.under({policy.id: overlaid(policy, overlay)})
        return self._patched[key]

    def check(self, cases: Iterable[RegressionCase]) -> None:
        """Refuse cases whose region, overlay or settings do not fit; InputError with every fault and its place.

        PolicyError or PluginError where a region's own policy is at fault.
        """
        problems: dict[Problem, None] = {}
        for case in cases:
            try:
                self._base(case)
            except (InputError, PolicyError) as error:
                if isinstance(error, PolicyError) and region_of(case.region.partition("@")[0], self.regions):
                    raise
                problems.update((_placed(problem, case, "region"), None) for problem in error.problems)
                continue
            try:
                self.of(case).check_settings(case.settings)
            except (InputError, PolicyError) as error:
                part = "overlay" if isinstance(error, PolicyError) else "settings"
                problems.update((_placed(problem, case, part), None) for problem in error.problems)
        if problems:
            raise InputError(list(problems))

    def close(self) -> None:
        """Free what the engines hold outside Python."""
        for engine in (*self._patched.values(), *self._bases.values()):
            engine.close()
        self._patched.clear()
        self._bases.clear()

    def _base(self, case: RegressionCase) -> Engine:
        """Give the engine of a region's documents, or of the policy that a file holds."""
        head = case.region.partition("@")[0]
        region = region_of(head, self.regions)
        key = region or case.region
        if key not in self._bases:
            policies = [resolve(case.region, self.regions)] if region is None else self.regions.load([region])
            self._bases[key] = Engine(policies, self.regions.vocabulary, self.engine)
        found = self._bases[key]
        if region is not None:
            found.documents.check([case.region])
        return found

    def _overlay(self, case: RegressionCase, policy: Policy) -> Overlay | None:
        source = case.overlay
        if source is None:
            return None
        if source.file is not None:
            if source.file not in self._overlays:
                self._overlays[source.file] = read_overlay(source.file)
            return self._overlays[source.file]
        unsaid = {
            "overlay": 1,
            "id": "in-the-case",
            "base": policy.id,
            "zh": "个案里的改动",
            "en": "changes in the case",
        }
        return overlay_of({**unsaid, **(source.value or {})})


def _placed(problem: Problem, case: RegressionCase, part: str) -> Problem:
    """Put a fault that has no line of its own at the part of the case that it is about."""
    place = problem.place
    if place.line is not None:
        return problem
    here = case.places[part]
    deeper = place.path if part == "overlay" and place.file is None else None
    return replace(problem, place=replace(here, path=f"{here.path}.{deeper}" if deeper else here.path))


# Why ---------------------------------------------------------------------------------------------------------------


def grounds(answer: Mapping[str, Any], steps: Steps) -> tuple[Ground, ...]:
    """Tell what the part of the answer that a path enters rests on: the innermost one that has an explanation.

    Of eligibility, which is drawn from its groups, those are told that its status follows.
    """
    held: Mapping[str, Any] | None = None
    for end in range(1, len(steps) + 1):
        here = find(answer, steps[:end])  # nowhere, where only the next bracket leaves one entry
        if isinstance(here, Mapping) and ("why" in here or "groups" in here):
            held = here
    if held is None:
        return ()
    if "why" in held:
        return (_ground(held, None),)
    asked = steps[1].name if len(steps) > 1 and isinstance(steps[1], Name) else "status"
    status = held.get(asked) if asked in ("coverage", "priority") else held["status"]
    told = [group for group in held["groups"] if group["status"] == status] or held["groups"]
    return tuple(_ground(group, group["name"]) for group in told[:MOST_GROUNDS])


def _ground(part: Mapping[str, Any], name: str | None) -> Ground:
    return Ground(name, part.get("status"), part.get("force"), part.get("clause"), part["why"]["text"])
