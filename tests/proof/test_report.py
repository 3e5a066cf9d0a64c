"""The report of a difference: equality said twice, classes with their cases, and what decides them on either side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.engine.asking import AS_OF, day, small_policy
from tests.proof.test_difference import one_group
from tests.proof.test_duties import counted, ledgers

import xianjie
from xianjie.policy.prepared import Policy
from xianjie.proof.report import ALL_DIMENSIONS, difference

DAY = day(AS_OF)


def points(report: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {point["key"]: point for point in report["points"]}


def test_equal_policies_are_said_to_be_equal_twice(policies: Mapping[str, Policy]) -> None:
    report = difference(policies["tianjin"], policies["tianjin"], DAY)
    assert report["equality"] == {"complete": "none", "with_unknown": "none", "points": []}
    assert not any(cell["differ"] for point in report["points"] for cell in point["cells"])


def test_a_report_is_plain_data_and_every_case_in_it_can_be_asked(policies: Mapping[str, Policy]) -> None:
    report = json.loads(json.dumps(difference(policies["hubei"], policies["tianjin"], DAY), ensure_ascii=False))
    assert report["as_of"] == AS_OF
    assert report["left"]["sha256"] == policies["hubei"].sha256
    assert report["scope"]["dimensions"] == list(ALL_DIMENSIONS)
    asked = 0
    for point in report["points"]:
        assert point["not_decided"] == 0
        for cell in point["cells"]:
            witness = cell["witness"]
            answer = xianjie.assess(witness["case"], ["hubei", "tianjin"], report["as_of"]).to_json()["regions"]
            if point["key"] == "eligibility":
                found = [answer[region]["eligibility"]["status"] for region in ("hubei", "tianjin")]
                assert found == [cell["left"]["status"], cell["right"]["status"]]
                asked += 1
            for ground in witness["clauses"]:
                assert ground["text"]
                silent = ground["status"] in ("not_stipulated", "not_reported", "undetermined")
                assert ground["clause"] or silent
    assert asked >= 5


def test_a_row_of_statuses_counts_what_is_proved_empty(policies: Mapping[str, Policy]) -> None:
    found = points(difference(policies["hubei"], policies["tianjin"], DAY, ["eligibility"]))["eligibility"]
    assert len(found["cells"]) + found["proved_empty"] == 16
    assert found["dimension"] == "eligibility"


def test_a_changed_force_is_shown_though_no_status_differs() -> None:
    report = difference(one_group("person.minor"), one_group("person.minor", force="may"), DAY)
    assert report["equality"]["with_unknown"] == "some"
    cells = [cell for cell in points(report)["eligibility"]["cells"] if cell["differ"]]
    assert [(cell["left"]["force"], cell["right"]["force"]) for cell in cells] == [("definition", "may")]
    assert [ground["force"] for ground in cells[0]["witness"]["clauses"]] == ["definition", "may"]


def test_duties_take_part_in_equality() -> None:
    same = difference(ledgers(), ledgers(), DAY, ["duties"])
    apart = difference(ledgers(), ledgers("P7M"), DAY, ["duties"])
    assert same["equality"]["with_unknown"] == "none"
    assert apart["equality"] == {"complete": "some", "with_unknown": "some", "points": ["ledger.supply"]}
    pairs = {(cell["left"]["status"], cell["right"]["status"]) for cell in points(apart)["ledger.supply"]["cells"]}
    assert {("overdue", "ambiguous"), ("due_today", "fresh"), ("fresh", "fresh")} <= pairs
    assert difference(counted(), counted(3), DAY, ["duties"])["equality"]["points"] == ["duty.consultation"]


def test_what_a_duty_is_about_is_named_as_what_it_is() -> None:
    cells = points(difference(ledgers(), ledgers("P7M"), DAY, ["duties"]))["ledger.supply"]["cells"]
    sides = [cell[side] for cell in cells for side in ("left", "right") if cell[side]["status"] == "fresh"]
    assert {side["period"] for side in sides} == {"P6M", "P7M"}
    assert all("missing_step" not in side for side in sides)
    assert {side["compliance"] for side in sides} <= {"full", "partial", "unknown"}
    meetings = points(difference(counted(), counted(3), DAY, ["duties"]))["duty.consultation"]["cells"]
    assert {side["required"] for cell in meetings for side in (cell["left"], cell["right"]) if "required" in side} >= {
        "3"
    }


def test_dimensions_not_asked_for_are_left_out() -> None:
    report = difference(ledgers(), ledgers("P7M"), DAY, ["eligibility"])
    assert report["equality"]["with_unknown"] == "none"
    assert report["points"] == [] or {point["dimension"] for point in report["points"]} == {"eligibility"}


def test_complete_cases_alone() -> None:
    left, right = one_group("household.annual_income < line"), one_group("household.annual_income <= line")
    report = difference(left, right, DAY, ["eligibility"], complete=True)
    (cell,) = [cell for cell in points(report)["eligibility"]["cells"] if cell["differ"]]
    assert cell["witness"]["case"] == {"household": {"annual_income": 100_000}}
    assert (cell["left"]["status"], cell["right"]["status"]) == ("not_matched", "covered")


def test_parts_that_one_version_lacks_are_told() -> None:
    more = (
        "- {part: advice, id: tip, advice: apply_for_government_aid, force: may, zh: 一, en: one, when: person.minor}"
    )
    report = difference(one_group("person.minor"), one_group("person.minor", more), DAY, ["eligibility"])
    cells = points(report)["advice.tip"]["cells"]
    assert {(cell["left"]["status"], cell["right"]["status"]) for cell in cells} == {
        ("absent", "applies"),
        ("absent", "none"),
    }


def test_accompanying_duties_and_groups_are_told() -> None:
    def version(when: str) -> Policy:
        return small_policy(
            f"""
            groups: [{{id: people, gives: coverage, zh: 人, en: a}}, {{id: more, gives: coverage, zh: 更, en: b}}]
            clauses:
              - path: 一
                treatment: rules
                rules:
                  - {{part: group, id: a, group: people, force: definition, zh: 一, en: one, when: person.minor}}
                  - {{part: group, id: b, group: more, force: definition, zh: 一, en: one, when: "{when}"}}
                  - part: referral
                    id: route
                    direction: forward
                    force: may
                    zh: 一
                    en: one
                    initiators: [township]
                  - {{part: referral_duty, id: owed, direction: forward, force: must, zh: 一, en: one, when: "{when}"}}
            """
        )

    report = difference(version("person.minor and person.disabled"), version("person.disabled"), DAY)
    assert {"group.more", "accompanying.owed", "eligibility"} <= set(points(report))
    grounds = points(report)["accompanying.owed"]["cells"][0]["witness"]["clauses"]
    assert [ground["clause"] for ground in grounds] == ["一", "一"]
