"""Referrals in columns: gates, steps and directions side by side, a simplified procedure, and what somebody owes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.population.people import Held, case_of, invent
from tests.population.telling import differing, part_told

from xianjie.api import installed_engine
from xianjie.engine.inquiry import Settings
from xianjie.language.calendar import NEVER
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.columns import facts_frame
from xianjie.population.compiler.policies import Compiled, compiled
from xianjie.population.compiler.referral import ReferralColumns
from xianjie.population.compiler.terms import Terms
from xianjie.population.expanding import expanded_part

FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
TODAY = dt.date(2025, 8, 1).toordinal()
POLICIES = answering_policies(installed_engine(), FIVE, TODAY)
PLAN = compiled(POLICIES, TODAY, None, ("referral",))
Facts = dict[str, Held]


def told(region: str, *rows: Facts, plan: Compiled = PLAN, settings: Settings | None = None) -> list[dict[str, Any]]:
    """Answer rows in columns, and look that the engine says the same."""
    out = plan.answer(facts_frame(rows, plan.layout).lazy()).collect()
    found = [expanded_part(row, plan, region, "referral") for row in out.iter_rows(named=True)]
    for facts, entry in zip(rows, found, strict=True):
        answer = installed_engine().assess(case_of(facts), [region], TODAY, settings)["regions"][region]
        assert part_told(entry, "referral") == part_told(answer.get("referral"), "referral")
    return found


def referral(**facts: Any) -> Facts:
    return {f"referral.{name}": value for name, value in facts.items()}


FORWARD: Facts = {
    **referral(direction="forward", initiator="civil_affairs", informed=True, consent_given=True),
    **referral(matches_project_conditions=True, handled_during_acceptance=True),
    "aid.meets_conditions": False,
    "person.dibao_recipient": False,
}


def test_each_gate_that_is_closed_or_open_names_the_step_and_what_comes_next() -> None:
    ready = {**FORWARD, **referral(letter_issued=True, consent_date=TODAY - 2, letter_date=TODAY - 1)}
    rows: list[Facts] = [
        ready,
        {**FORWARD, **referral(letter_issued=False, materials_sealed=False)},
        {**ready, **referral(letter_date=TODAY - 3)},
        {**ready, **referral(letter_date=TODAY - 2)},
        {**ready, **referral(informed=False, matches_project_conditions=False)},
        {**ready, **referral(matches_project_conditions=False)},
        {name: value for name, value in FORWARD.items() if name != "referral.informed"},
        {**FORWARD, **referral(consent_given=False, consent_date=NEVER)},
        {name: value for name, value in FORWARD.items() if name != "referral.initiator"},
        {**FORWARD, **referral(initiator="charity")},
    ]
    entries = told("hubei", *rows)
    assert [(entry["status"], entry["missing_step"], entry["next_step"]) for entry in entries] == [
        ("allowed", None, "refer"),
        ("allowed", None, "letter_or_seal"),
        ("refused", "consent_before_letter", "reissue_letter"),
        ("allowed", None, "refer"),
        ("refused", "inform", "inform"),
        ("refused", "match_project", "match_project"),
        ("undetermined", None, "inform"),
        ("refused", "consent", "consent"),
        ("undetermined", None, None),
        ("not_stipulated", None, None),
    ]
    assert entries[6]["missing"] == ["referral.informed"]
    assert entries[8]["missing"] == ["referral.initiator"]
    assert {entry["rule"] for entry in entries} == {"forward-referral"}


def test_rows_of_every_direction_stand_side_by_side() -> None:
    reverse = {**referral(direction="reverse", possibly_meets_aid_conditions=True), "aid.received": False}
    rows: list[Facts] = [
        {**reverse, **referral(initiator="charity")},
        {**reverse, "aid.received": True, **referral(initiator="charity")},
        {**reverse, **referral(initiator="charity", review_passed=True)},
        referral(direction="community_report", initiator="committee"),
        FORWARD,
        referral(informed=True),
        {"aid.received": True},
    ]
    hubei = told("hubei", *rows)
    assert [None if entry is None else (entry["direction"], entry["status"]) for entry in hubei] == [
        ("reverse", "allowed"),
        ("reverse", "not_triggered"),
        ("reverse", "allowed"),
        ("community_report", "not_stipulated"),
        ("forward", "allowed"),
        (None, "undetermined"),
        None,
    ]
    assert hubei[5]["missing"] == ["referral.direction"]
    assert [[one["status"] for one in entry["accompanying"]] for entry in hubei[:4]] == [
        ["undetermined"],
        ["undetermined"],
        ["applies"],
        [],
    ]
    assert [one["status"] for one in hubei[4]["accompanying"]] == ["applies", *["undetermined"] * 3]
    shanghai = told("shanghai", *rows)
    assert [None if entry is None else entry["status"] for entry in shanghai] == [
        *["not_stipulated"] * 3,
        "allowed",
        "not_stipulated",
        "undetermined",
        None,
    ]
    assert shanghai[4]["rule"] == "forward-mechanism"  # a mechanism is named, no steps
    assert told("shanxi", FORWARD)[0]["status"] == "not_reported"


def test_a_simplified_procedure_inside_and_outside_its_scope() -> None:
    papers = referral(letter_issued=True)
    none = referral(letter_issued=False, materials_sealed=False)
    rows: list[Facts] = [
        {**FORWARD, **papers},
        {**FORWARD, **none},
        {**FORWARD, **none, **referral(initiator="township")},
        {**FORWARD},
        {**referral(direction="reverse", initiator="charity")},
    ]
    found = [entry["simplification"] for entry in told("hubei", *rows)]
    assert [None if one is None else one["status"] for one in found] == [
        "available",
        "not_available",
        "not_stipulated",
        "undetermined",
        None,
    ]
    assert found[3]["missing"] == ["referral.letter_issued", "referral.materials_sealed"]


def test_a_reading_that_is_advised_against_is_flagged_and_one_chosen_decides() -> None:
    policies = {"hubei": POLICIES["hubei"]}
    row = {**FORWARD, "person.elderly": False}
    outside = {spec: False for spec in PLAN.layout.names if spec.startswith(("person.", "household.elderly"))}
    row = {**outside, **row, "aid.exit_date": NEVER}
    (entry,) = told("hubei", row)
    for one in entry["readings"]:
        chosen = Settings(readings={"hubei:referral-scope": one["reading"]})
        plan = compiled(policies, TODAY, chosen, ("referral",))
        (settled,) = told("hubei", row, plan=plan, settings=chosen)
        assert settled["status"] == one["status"]
    assert {one["status"] for one in entry["readings"]} == {"allowed", "not_triggered"}
    assert (entry["status"], entry["flagged"]) == ("allowed", True)


EXPECTED = {
    "hubei": {"allowed", "refused", "not_triggered", "undetermined", "not_stipulated", "none"},
    "jinhua": {"allowed", "refused", "not_triggered", "undetermined", "not_stipulated", "none"},
    # no gate and no situation there, or only a mechanism
    "shanghai": {"allowed", "undetermined", "not_stipulated", "none"},
    "shanxi": {"undetermined", "not_reported", "none"},
    "tianjin": {"allowed", "refused", "not_triggered", "undetermined", "not_stipulated", "none"},
}
"""No trigger can be read in ways that leave the text ambiguous, so that no referral of the five is."""


NEVER_MISSING = {("referral.consent_date",), ("referral.letter_date",)}
"""Conditions on these ask first whether they are known, so that they are never waited for."""


@pytest.fixture(scope="module")
def answered() -> Any:
    people = invent(PLAN.layout, list(POLICIES.values()), 6_000, 11, TODAY)
    return PLAN.answer(people.frame.lazy()).collect()


def test_every_status_and_step_that_a_region_can_give_occurs(answered: Any) -> None:
    for region, parts in PLAN.parts.items():
        part = parts["referral"]
        assert isinstance(part, ReferralColumns)
        found = {part.status.words[code] for code in answered[part.status.name].unique()}
        assert found == EXPECTED[region]
        for choice in part.choices:
            seen = {choice.words[code] for code in answered[choice.name].unique()}
            never = {"not_available"} if region == "tianjin" else set()  # its scope is its condition there
            assert {choice.words[code] for _, code in choice.cases} - never <= seen, choice.name
        for field in part.fields:
            for meaning in field.meanings:
                place = field.bit(meaning)
                assert place is not None
                if meaning in NEVER_MISSING:
                    continue
                assert (answered[place[0]] & place[1] != 0).any(), (field.name, meaning)


@pytest.mark.parametrize("as_of", ["2024-02-29", "2025-08-01", "2026-01-01"])
def test_many_rows_are_the_engines(as_of: str) -> None:
    today = dt.date.fromisoformat(as_of).toordinal()
    policies = answering_policies(installed_engine(), FIVE, today)
    plan = compiled(policies, today, None, ("referral",))
    people = invent(plan.layout, list(policies.values()), 300, today, today)
    assert differing(installed_engine(), plan, people) == (1_500, [])


def test_a_row_that_records_no_referral_has_none_whatever_else_it_records() -> None:
    people = invent(PLAN.layout, list(POLICIES.values()), 300, 2, TODAY)
    names = [name for name in PLAN.layout.names if not name.startswith("referral.")]
    rows = [{name: value for name, value in facts.items() if name in names} for facts in people.facts()]
    assert any(rows)
    out = PLAN.answer(facts_frame(rows, PLAN.layout).lazy()).collect()
    assert {value for name in out.columns for value in out[name].unique()} == {0}


# -- does the comparison bite? -----------------------------------------------------------------------------------------


def test_a_slip_in_the_columns_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Terms.is_open
    monkeypatch.setattr(Terms, "is_open", lambda self, part: self.fails(part) if part % 5 == 2 else whole(self, part))
    plan = compiled(POLICIES, TODAY, None, ("referral",))
    people = invent(plan.layout, list(POLICIES.values()), 500, 1, TODAY)
    assert differing(installed_engine(), plan, people)[1]
