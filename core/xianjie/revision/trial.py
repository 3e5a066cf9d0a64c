"""Put a region's own regression cases to a revision: which of them would come out otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xianjie.engine.assess import Engine
from xianjie.plugins import Regions
from xianjie.policy.prepared import Policy
from xianjie.regression.model import RegressionCase
from xianjie.regression.read import read_cases_file
from xianjie.regression.run import Result, run


@dataclass(frozen=True, slots=True)
class Trial:
    """How the cases came out: how many were put to the revision, and those that do not hold under it."""

    cases: int
    failed: Sequence[Result]


def suite_of(regions: Regions, region: str) -> list[RegressionCase]:
    """Read the cases that a region brings, those with an overlay of their own left out; InputError with every fault."""
    found = regions.regions.get(region)
    files = [] if found is None else found.case_files()
    cases = [case for file in files for case in read_cases_file(file, regions.vocabulary, regions)]
    return [case for case in cases if case.overlay is None and case.region.partition("@")[0] == region]


def tried(
    engine: Engine, old: Policy, new: Policy, cases: Sequence[RegressionCase], step: Callable[[int], None]
) -> Trial:
    """Put cases to the engine with the revision in the place of the document; `step` is told how many are done."""
    under = engine.under({old.id: new})
    try:
        failed = []
        for number, case in enumerate(cases):
            step(number)
            result = run(case, under)
            if not result.holds:
                failed.append(result)
        return Trial(len(cases), failed)
    finally:
        under.close()
