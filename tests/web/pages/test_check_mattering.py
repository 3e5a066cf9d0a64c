"""What is said not to matter truly does not: no conclusion changes, whatever these facts are, all of them together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.web.pages.check_filling import DAY, values

from xianjie.api import installed_engine
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.errors import InputError
from xianjie.vocabulary.facts import LISTS
from xianjie.web.pages.check.mattering import Bearing, Document, conclusions, document

REGIONS = ("hubei", "tianjin", "jinhua", "shanxi", "shanghai")
DIMENSIONS = ("eligibility", "services", "referral", "incentives")
EMPTY: dict[str, Any] = {"person": {}, "referral": {}, "organisation": {}}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return installed_engine()


@pytest.fixture(scope="module")
def documents(engine: Engine) -> dict[str, Document]:
    return {name: document(engine, name, DAY) for name in REGIONS}


def put(case: dict[str, Any], name: str, value: Any) -> None:
    record, short = name.split(".")
    case.setdefault(record, {})[short] = value


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_no_conclusion_changes_by_what_does_not_matter(
    data: st.DataObject, engine: Engine, documents: dict[str, Document]
) -> None:
    regions = data.draw(st.lists(st.sampled_from(REGIONS), min_size=1, unique=True))
    dimensions = data.draw(st.lists(st.sampled_from(DIMENSIONS), min_size=1, unique=True))
    bearing = Bearing([documents[name] for name in regions], dimensions, DAY)
    facts = {spec.name: spec for spec in engine.vocabulary.facts if spec.record not in LISTS}
    read = sorted(bearing.reads & facts.keys())
    case: dict[str, Any] = {name: {} for name in EMPTY}
    if read:
        for name in data.draw(st.lists(st.sampled_from(read), unique=True)):
            put(case, name, data.draw(values(facts[name])))
    try:
        before = read_case(case, engine.vocabulary)
    except InputError:
        assume(False)
    wanted, settled = bearing.wanted(before), bearing.settled(before)
    assert not wanted & before.given.keys()
    assert settled <= before.given.keys()
    free = sorted(settled | (facts.keys() - wanted - before.given.keys()))
    changed = {name: dict(record) for name, record in case.items()}
    for name in data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True)):
        put(changed, name, data.draw(values(facts[name])))
    for name in data.draw(st.lists(st.sampled_from(sorted(settled)), unique=True)) if settled else ():
        record, short = name.split(".")
        changed[record].pop(short, None)
    try:
        after = read_case(changed, engine.vocabulary)
    except InputError:
        assume(False)
    answers = [conclusions(engine.assess(one, regions, DAY), dimensions) for one in (before, after)]
    assert answers[0] == answers[1]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_what_an_answer_says_is_missing_is_asked(
    data: st.DataObject, engine: Engine, documents: dict[str, Document]
) -> None:
    region = data.draw(st.sampled_from(REGIONS))
    bearing = Bearing([documents[region]], DIMENSIONS, DAY)
    facts = {spec.name: spec for spec in engine.vocabulary.facts if spec.record not in LISTS}
    case: dict[str, Any] = {name: {} for name in EMPTY}
    for name in data.draw(st.lists(st.sampled_from(sorted(bearing.reads & facts.keys())), unique=True, max_size=12)):
        put(case, name, data.draw(values(facts[name])))
    try:
        before = read_case(case, engine.vocabulary)
    except InputError:
        assume(False)
    answer = engine.assess(before, [region], DAY)["regions"][region]
    missing = {*answer["eligibility"]["missing"], *answer["referral"]["missing"]}
    for entry in (*answer["services"], *answer["incentives"]):
        missing.update(entry["missing"])
    assert missing <= bearing.wanted(before)


@pytest.mark.parametrize("region", REGIONS)
def test_the_questions_get_fewer_until_none_is_left(
    region: str, engine: Engine, documents: dict[str, Document]
) -> None:
    bearing = Bearing([documents[region]], ("eligibility",), DAY)
    case: dict[str, Any] = {}
    asked: list[int] = []
    while wanted := sorted(bearing.wanted(read_case(case, engine.vocabulary))):
        asked.append(len(wanted))
        spec = engine.vocabulary[wanted[0]]
        put(
            case,
            spec.name,
            True if spec.type == "bool" else [] if spec.type == "set" else "never" if spec.type == "event date" else 3,
        )
    assert len(asked) <= len(bearing.reads)
    assert asked == sorted(asked, reverse=True) or asked == []
    status = engine.assess(read_case(case, engine.vocabulary), [region], DAY)["regions"][region]["eligibility"][
        "status"
    ]
    assert status != "undetermined"


def test_a_class_that_matches_ends_the_questions(engine: Engine, documents: dict[str, Document]) -> None:
    bearing = Bearing([documents["shanghai"]], ("eligibility",), DAY)
    assert bearing.wanted(read_case({}, engine.vocabulary))
    assert bearing.wanted(read_case({"person": {"tekun": True}}, engine.vocabulary)) == frozenset()
    assert "household.annual_income" not in bearing.reads


def test_an_answer_that_no_longer_matters_is_told_apart(engine: Engine, documents: dict[str, Document]) -> None:
    bearing = Bearing([documents["shanghai"]], ("eligibility",), DAY)
    facts = {"person": {"tekun": True}, "household": {"emergency_hardship": True}}
    assert bearing.settled(read_case(facts, engine.vocabulary)) == {"household.emergency_hardship"}
    alone = {"person": {"tekun": False}, "household": {"emergency_hardship": True}}
    assert bearing.settled(read_case(alone, engine.vocabulary)) == {"person.tekun"}
