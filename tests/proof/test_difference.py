"""Where two policies differ: every pair of answers has its case or is proved empty; equality is said twice."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from tests.engine.asking import AS_OF, day, small_policy
from tests.proof.refactored import refactored

import xianjie
from xianjie.engine.assess import Engine
from xianjie.errors import InternalError
from xianjie.policy.prepared import Policy
from xianjie.proof.difference import ABSENT, Pairing
from xianjie.proof.solving import Found, OutOfTimeError
from xianjie.proof.witness import label_in

DAY = day(AS_OF)


def one_group(when: str, more: str = "", force: str = "definition", region: str = "small") -> Policy:
    return small_policy(
        f"""
        parameters:
          line: {{zh: 线, en: line, type: money, values: [{{value: 100000}}]}}
          years: {{zh: 年, en: years, type: number, unit: years, values: [{{value: 1}}]}}
        groups:
          - {{id: people, gives: coverage, zh: 人, en: people}}
        clauses:
          - path: 一
            treatment: rules
            rules:
              - {{part: group, id: rule, group: people, force: {force}, zh: 一, en: one, when: "{when}"}}
              {more}
        """,
        region,
    )


def pair(left: str, right: str) -> Pairing:
    return Pairing(one_group(left), one_group(right), DAY)


SAME = (
    ("person.minor and person.disabled", "not (not person.disabled or not person.minor)"),
    ("household.annual_income < line", "not household.annual_income >= line"),
    ("household.annual_income * 2 < line", "household.annual_income + household.annual_income < line"),
    ("organisation.stage in ('founding', 'early')", "not organisation.stage == 'established'"),
    ("within(aid.exit_date, years=years)", "within(aid.exit_date, months=12)"),
    ("person.minor or (person.minor and person.disabled)", "person.minor"),
)


@pytest.mark.parametrize(("left", "right"), SAME)
def test_a_refactored_policy_is_proved_equal(left: str, right: str) -> None:
    equality = pair(left, right).equality()
    assert (equality.complete, equality.with_unknown, equality.keys) == (Found.NONE, Found.NONE, ())


def test_equality_for_complete_cases_is_not_equality_with_unknown_facts() -> None:
    equality = pair(
        "person.minor", "(person.minor and person.disabled) or (person.minor and not person.disabled)"
    ).equality()
    assert (equality.complete, equality.with_unknown) == (Found.NONE, Found.SOME)
    assert "eligibility" in equality.keys


@pytest.mark.parametrize(
    ("left", "right", "fact", "value"),
    [
        ("household.annual_income < line", "household.annual_income <= line", "household.annual_income", 10_000_000),
        ("household.size > 3", "household.size >= 3", "household.size", 3),
        ("household.size == 4", "household.size != 4 and household.size < 0", "household.size", 4),
        ("within(aid.exit_date, years=1)", "under(aid.exit_date, years=1)", "aid.exit_date", day("2024-08-01")),
        ("within(aid.exit_date, years=1)", "within(aid.exit_date, days=364)", "aid.exit_date", day("2024-08-01")),
    ],
)
def test_one_threshold_moved_gives_one_class_and_a_case_exactly_on_it(
    left: str, right: str, fact: str, value: int
) -> None:
    found = pair(left, right).classes("eligibility", complete=True)
    assert len(found) == 1
    assert found[0].witness is not None
    assert found[0].witness.facts == {fact: value}
    assert {label[0][0] for label in (found[0].left, found[0].right)} == {"covered", "not_matched"}


def test_a_force_is_a_difference_of_versions_and_the_status_none() -> None:
    pairing = Pairing(one_group("person.minor"), one_group("person.minor", force="may"), DAY)
    assert {"eligibility", "group.people"} <= set(pairing.equality().keys)
    assert all(
        cell.statuses[0] == cell.statuses[1] for cell in pairing.cells("eligibility") if cell.found is Found.SOME
    )
    (found,) = pairing.classes("eligibility")
    assert (found.left[0][3], found.right[0][3]) == ("definition", "may")


def test_policies_of_two_regions_are_compared_by_status() -> None:
    here, there = one_group("person.minor"), one_group("person.minor", force="may", region="other")
    assert Pairing(here, there, DAY).equality().with_unknown is Found.NONE


def test_a_rule_that_one_version_lacks_is_absent_there() -> None:
    more = "- {part: service, id: help, service: education, force: may, zh: 一, en: one, beneficiary: person.student}"
    pairing = Pairing(one_group("person.minor"), one_group("person.minor", more), DAY)
    keys = pairing.equality().keys
    assert {"service.education", "service.education/help"} <= set(keys)
    cells = pairing.classes("service.education/help")
    assert {cell.left for cell in cells} == {(ABSENT,)}
    assert all(cell.witness is None for cell in cells)
    shown = pairing.cells("service.education")
    assert {cell.statuses for cell in shown if cell.found is Found.SOME} == {
        ("not_stipulated", "applies"),
        ("not_stipulated", "does_not_apply"),
        ("not_stipulated", "undetermined"),
    }


def test_settled_readings_take_part() -> None:
    body = """
        readings:
          size:
            differ: ambiguous
            options: [{id: flat, recommended: true, zh: 甲, en: flat}, {id: other, zh: 乙, en: other}]
        groups: [{id: people, gives: coverage, zh: 人, en: people}]
        clauses:
          - path: 一
            treatment: rules
            rules:
              - part: group
                id: rule
                group: people
                force: definition
                zh: 一
                en: one
                when: {by: size, readings: {flat: person.minor, other: person.elderly}}
    """
    policy = small_policy(body)
    open_, settled = Pairing(policy, policy, DAY), Pairing(policy, policy, DAY, chosen=({}, {"size": "flat"}))
    assert open_.equality().with_unknown is Found.NONE
    cells = {cell.statuses: cell for cell in settled.cells("eligibility") if cell.found is Found.SOME}
    witness = cells["ambiguous", "covered"].witness
    assert witness is not None
    assert dict(witness.facts) == {"person.minor": True, "person.elderly": False}


def values(fact: str) -> list[Any]:
    return [None, True, False] if fact != "household.size" else [None, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("person.minor and person.disabled", "person.minor or person.elderly"),
        ("household.size >= 3 and person.minor", "household.size > 3 or person.disabled"),
        ("person.minor or not known(person.elderly)", "person.minor and household.size < 2"),
    ],
)
def test_every_cell_agrees_with_going_through_all_cases(left: str, right: str) -> None:
    """The reference: every case over the facts, put to both policies."""
    pairing = pair(left, right)
    engines = [Engine([policy], policy.vocabulary) for policy in pairing.policies]
    facts = ("person.minor", "person.disabled", "person.elderly", "household.size")
    wanted: dict[tuple[str, str], int] = {}
    for choice in product(*(values(fact) for fact in facts)):
        case: dict[str, dict[str, Any]] = {}
        for fact, value in zip(facts, choice, strict=True):
            record, _, name = fact.partition(".")
            case.setdefault(record, {})[name] = value
        known = sum(value is not None for value in choice)
        here, there = (
            xianjie.assess(case, ["small"], AS_OF, engine=engine).regions["small"].eligibility.status
            for engine in engines
        )
        wanted[here, there] = min(known, wanted.get((here, there), known))
    cells = pairing.cells("eligibility")
    assert {cell.statuses for cell in cells if cell.found is Found.SOME} == set(wanted)
    for cell in cells:
        if cell.witness is not None:
            assert len(cell.witness.facts) == wanted[cell.statuses], cell.statuses


def statuses(cells: list[Any]) -> set[tuple[str, str]]:
    return {cell.statuses for cell in cells if cell.found is Found.SOME}


def test_two_regions_whose_documents_cover_different_people(policies: Mapping[str, Policy]) -> None:
    pairing = Pairing(policies["hubei"], policies["tianjin"], DAY)
    assert ("not_matched", "covered") in statuses(pairing.cells("eligibility"))
    assert ("covered", "not_matched") not in statuses(pairing.cells("eligibility"))
    by_group = {
        (cell.left[0][0], cell.right[0][1] if len(cell.right[0]) > 1 else ""): cell
        for cell in pairing.classes("eligibility")
    }
    # a recipient without residual hardship, and a person outside the database who does not meet the conditions
    recipient = by_group["not_matched", "recognised_recipient"].witness
    outsider = by_group["not_matched", "conditions_not_met"].witness
    assert recipient is not None
    assert outsider is not None
    assert recipient.facts["aid.still_in_difficulty"] is False
    assert outsider.facts["person.in_low_income_database"] is False
    assert outsider.facts["aid.meets_conditions"] is False
    for witness in (recipient, outsider):
        answer = xianjie.assess(witness.record, ["hubei", "tianjin"])
        assert [answer.regions[region].eligibility.status for region in answer.regions] == ["not_matched", "covered"]
        assert "二" in {group.clause for group in answer.regions["hubei"].eligibility.groups}


@pytest.mark.parametrize(("left", "right"), [("hubei", "jinhua"), ("jinhua", "tianjin"), ("shanghai", "shanxi")])
def test_the_cells_of_two_regions_are_all_decided(left: str, right: str, policies: Mapping[str, Policy]) -> None:
    pairing = Pairing(policies[left], policies[right], DAY)
    for key in pairing.shared():
        for cell in pairing.cells(key):
            assert cell.found in (Found.SOME, Found.NONE)
            assert (cell.witness is not None) == (cell.found is Found.SOME)


def test_a_policy_is_equal_to_itself(policies: Mapping[str, Policy]) -> None:
    for policy in policies.values():
        equality = Pairing(policy, policy, DAY).equality()
        assert (equality.complete, equality.with_unknown, equality.keys) == (Found.NONE, Found.NONE, ())


def test_a_policy_that_is_written_otherwise_is_proved_equal(policies: Mapping[str, Policy]) -> None:
    for policy in policies.values():
        other = refactored(policy, policy.vocabulary.events)
        assert [node for block in other.blocks.values() for _, node in block.conditions] != [
            node for block in policy.blocks.values() for _, node in block.conditions
        ]
        equality = Pairing(policy, other, DAY).equality()
        assert (equality.complete, equality.with_unknown, equality.keys) == (Found.NONE, Found.NONE, ())


def test_a_time_out_is_not_taken_for_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    pairing = pair("person.minor", "person.minor and person.disabled")
    monkeypatch.setattr(pairing.solving, "check", lambda *_: Found.NOT_DECIDED)
    equality = pairing.equality()
    assert (equality.complete, equality.with_unknown) == (Found.NOT_DECIDED, Found.NOT_DECIDED)
    cells = pairing.cells("eligibility")
    assert Found.NOT_DECIDED in {cell.found for cell in cells}
    assert Found.SOME not in {cell.found for cell in cells}


def test_a_case_that_cannot_be_made_small_in_time_is_not_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    pairing = pair("person.minor", "person.minor and person.disabled")

    def late(*_: object) -> None:
        raise OutOfTimeError

    monkeypatch.setattr(pairing.solving, "_smallest", late)
    cells = pairing.cells("eligibility")
    assert {cell.found for cell in cells} == {Found.NOT_DECIDED, Found.NONE}
    assert all(cell.witness is None for cell in cells)
    assert pairing.solving.strict is False


def test_a_spurious_case_is_our_own_defect() -> None:
    pairing = pair("person.minor", "person.elderly")
    asked = [pairing.point(side, "eligibility") for side in (0, 1)]
    with pytest.raises(InternalError) as caught:
        pairing.replay(asked, [[("covered", "people", "rule", "definition", "一")], [("not_matched",)]], {})
    assert caught.value.problems[0].code == "witness-spurious"


def test_a_witness_is_a_case_that_anybody_can_put_to_the_engine(policies: Mapping[str, Policy]) -> None:
    pairing = Pairing(policies["hubei"], policies["tianjin"], DAY)
    for key in ("referral.forward", "simplification", "instrument.commendation", "service.service_type_assistance"):
        for cell in pairing.classes(key):
            assert cell.witness is not None
            answer = xianjie.assess(cell.witness.record, ["hubei", "tianjin"]).to_json()["regions"]
            assert label_in(answer["hubei"], key) == cell.left[0]
            assert label_in(answer["tianjin"], key) == cell.right[0]


def test_the_scope_names_dates_and_bounds() -> None:
    pairing = Pairing(one_group("household.annual_income < line"), one_group("happened(aid.exit_date)"), DAY)
    assert pairing.scope.as_of == AS_OF
    assert pairing.scope.bounds["household.annual_income"] == ("0", "10000000")
    assert pairing.scope.bounds["aid.exit_date"] == ("1925-08-01", "2035-08-02")
