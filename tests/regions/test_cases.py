"""Every case of every region, on each of the three engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.regions.region_cases import REGIONS, given, policy_of

from xianjie.engine.assess import Engine
from xianjie.engine.deciders import EngineName
from xianjie.regression.model import RegressionCase
from xianjie.regression.run import run
from xianjie.regression.tell import failure_lines
from xianjie.vocabulary import BASE

ALL = [one for region in REGIONS.regions.values() for one in given(region)]
ENGINES: tuple[EngineName, ...] = ("generated", "tree", "rete")


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    made = Engine([policy_of(region) for region in REGIONS.regions.values()], BASE, request.param)
    yield made
    made.close()


@pytest.mark.parametrize("one", ALL, ids=[f"{one.region}: {one.name}" for one in ALL])
def test_case(engine: Engine, one: RegressionCase) -> None:
    result = run(one, engine)
    assert result.holds, "\n".join(failure_lines(result, one.region, BASE, "zh"))


@pytest.mark.parametrize("region", REGIONS.regions)
def test_names_of_cases_are_chinese_and_stand_once(region: str) -> None:
    names = [one.name for one in ALL if one.region == region]
    assert names, f"{region} has no cases"
    assert len(names) == len(set(names))
    assert all(any("一" <= character <= "鿿" for character in name) for name in names)


@pytest.mark.parametrize("region", REGIONS.regions)
def test_rows_of_cases_are_rows_of_the_policy(region: str) -> None:
    policy = policy_of(REGIONS.regions[region])
    known = {row for _, rule in policy.rules() for row in rule.rows}
    known |= {row for clause in policy.file.clauses for row in clause.rows}
    known |= {row for silence in policy.file.silent for row in silence.rows}
    cited = {row for one in ALL if one.region == region for row in one.rows}
    assert cited <= known


@pytest.mark.parametrize("region", REGIONS.regions)
def test_every_file_in_a_region_s_folder_of_cases_is_read(region: str) -> None:
    found = REGIONS.regions[region]
    assert found.case_files() == sorted(path for path in (found.folder / "cases").rglob("*") if path.is_file())
