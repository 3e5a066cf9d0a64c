"""What one case comes to, topic by topic, beside what the documents say."""

from __future__ import annotations

from typing import Any

import pytest
from tests.compare.documents import DAY, made, policies

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.compare.case import ORDER, by_topic, outcomes
from xianjie.engine.assess import Engine
from xianjie.policy.overlay import overlaid, parse_overlay
from xianjie.vocabulary import BASE
from xianjie.vocabulary.terms import STATUSES
from xianjie.vocabulary.topics import TOPIC

FAMILY: dict[str, Any] = {
    "case": "E-0007",
    "person": {"dibao_recipient": True},
    "aid": {"received": True, "still_in_difficulty": True, "meets_conditions": True},
    "organisation": {"charitable": True, "stage": "early"},
    "ledgers": [{"kind": "supply", "level": "county", "last_updated": "2024-11-15"}],
    "duties": [{"kind": "consultation", "level": "county", "year": 2024, "count": 1}],
    "targets": [{"item": 15, "year": 2024, "value": 70}],
    "referral": {"direction": "forward", "initiator": "civil_affairs", "consent_given": False},
}
TWO = ("hubei", "tianjin")


def case(**changes: Any) -> Case:
    return read_case({**FAMILY, **changes}, BASE)


def of(topic: str, region: str, **changes: Any) -> tuple[str, ...] | None:
    found = outcomes(case(**changes), [policies()[region]], DAY).of(0, topic)
    return None if found is None else found.statuses


@pytest.mark.parametrize(
    ("topic", "region", "status"),
    [
        ("coverage", "hubei", "covered"),
        ("coverage", "shanghai", "not_stipulated"),
        ("coverage", "shanxi", "not_reported"),
        ("priority", "shanghai", "priority_match"),
        ("ledger.supply", "hubei", "fresh"),
        ("supply_interval", "hubei", "fresh"),
        ("supply_interval", "tianjin", "overdue"),
        ("ledger.supply", "jinhua", "not_stipulated"),
        ("duty.consultation", "jinhua", "not_met"),
        ("targets", "jinhua", "met"),
        ("targets", "hubei", "not_stipulated"),
        ("forward", "jinhua", "refused"),
        ("forward", "shanxi", "not_reported"),
        ("simplification", "hubei", "undetermined"),
        ("instrument.premises", "tianjin", "applies"),
        ("instrument.premises", "shanghai", "not_stipulated"),
        ("service.education", "jinhua", "undetermined"),
    ],
)
def test_a_topic_comes_to_the_status_of_its_entry(topic: str, region: str, status: str) -> None:
    found = of(topic, region)
    assert found is not None
    assert found[0] == status


def test_a_topic_without_a_record_has_no_outcome() -> None:
    assert of("reverse", "hubei") is None
    assert of("ledger.demand", "hubei") is None
    assert of("residence", "hubei") is None
    found = outcomes(read_case({"case": "E-0001", "aid": {"received": True}}, BASE), [policies()["hubei"]], DAY)
    assert set(found.by_column[0]) == {"coverage", "priority"}


def test_the_reverse_route_has_the_governments_duty() -> None:
    reverse = {
        "direction": "reverse",
        "initiator": "charity",
        "possibly_meets_aid_conditions": True,
        "review_passed": True,
    }
    assert of("government_duty", "hubei", referral=reverse, aid={"received": False}) == ("applies",)
    assert of("government_duty", "jinhua", referral=reverse, aid={"received": False}) == ("not_stipulated",)
    assert of("reverse", "hubei", referral=reverse, aid={"received": False}) == ("allowed",)


def test_several_entries_of_one_topic_are_all_told_what_matters_first() -> None:
    both = [
        {"kind": "supply", "level": "county", "last_updated": "2025-07-01"},
        {"kind": "supply", "level": "province", "last_updated": "2020-01-01"},
    ]
    assert of("supply_interval", "hubei", ledgers=both) == ("overdue", "fresh")


def test_two_documents_of_one_region_answer_each_for_itself() -> None:
    text = "overlay: 1\nid: slower\nbase: tianjin-2024-22\nzh: 一年一次\nen: yearly\n"
    text += "rules: {district-supply-directory: {interval: P1Y}}\n"
    tianjin = policies()["tianjin"]
    slower = overlaid(tianjin, parse_overlay(text, "o.yaml"))
    found = outcomes(case(), [tianjin, slower], DAY)
    assert [one["supply_interval"].statuses[0] for one in found.by_column] == ["overdue", "fresh"]


def test_a_draft_that_is_named_answers() -> None:
    draft = made(("standing: issued", "standing: draft"), ("validity: in_force", "validity: not_in_force"))
    assert outcomes(case(), [draft], DAY).of(0, "coverage") is not None


def test_the_statuses_agree_with_the_engine() -> None:
    regions = list(policies().values())
    engine = Engine(regions, BASE)
    try:
        answer = engine.assess(case(), [policy.region for policy in regions], DAY)
    finally:
        engine.close()
    found = outcomes(case(), regions, DAY)
    for number, policy in enumerate(regions):
        assert found.by_column[number] == by_topic(answer["regions"][policy.region])


def test_the_outcomes_are_json_shaped_and_name_known_topics() -> None:
    made_ = outcomes(case(), [policies()[region] for region in TWO], DAY).as_json()
    assert (made_["case"], made_["as_of"]) == ("E-0007", "2025-08-01")
    for column in made_["columns"]:
        assert set(column) <= set(TOPIC)
        assert all(entry["status"] == entry["statuses"][0] for entry in column.values())
    assert made_["columns"][0]["simplification"]["missing"]


def test_the_order_knows_every_status() -> None:
    assert sorted(ORDER) == sorted(STATUSES)
