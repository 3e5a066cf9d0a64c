"""The fields of the form: every fact has one, cases go through it unharmed, and what is wrong is told at its field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.web.pages.check_filling import cases, values

from xianjie.cases.read import read_case
from xianjie.engine.question import canonical
from xianjie.errors import InputError
from xianjie.vocabulary import BASE, FactSpec, FactType, Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS
from xianjie.web.pages.check.filled import MOST_MEMBERS, MOST_ROWS, filled
from xianjie.web.pages.check.hints import HINTS
from xianjie.web.pages.check.questions import OF_MEMBER, SHARED, sections
from xianjie.web.pages.check.written import typed_of, unlike

FACTS = pytest.mark.parametrize("spec", BASE.facts, ids=lambda spec: spec.name)


def field_of(spec: FactSpec) -> str:
    if spec.record in LISTS:
        return f"{LISTS[spec.record]}.0.{spec.short}"
    return f"m0.{spec.name}" if spec.record in OF_MEMBER else spec.name


def held(data: Any, spec: FactSpec) -> Any:
    if spec.record in LISTS:
        return data[LISTS[spec.record]][0][spec.short]
    return data[spec.record][spec.short]


def test_every_fact_stands_in_one_group() -> None:
    found = [question.name for section in sections(BASE).values() for question in section.questions]
    assert sorted(found) == sorted(BASE.names)
    assert set(OF_MEMBER) | set(SHARED) | set(LISTS) == set(RECORDS)


def test_a_fact_that_a_region_adds_has_its_field_too() -> None:
    more = FactSpec("person.speaks_dialect", FactType.BOOL, "说方言", "speaks a dialect")
    wider = Vocabulary((*BASE.facts, more))
    assert more in [question.spec for question in sections(wider)["person"].questions]
    assert filled({"m0.person.speaks_dialect": "true"}, wider).data[0]["person"] == {"speaks_dialect": True}


def test_hints_are_those_of_facts() -> None:
    assert set(HINTS) <= set(BASE.names)


@FACTS
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_each_fact_goes_through_its_field(spec: FactSpec, data: st.DataObject) -> None:
    value = data.draw(values(spec))
    case = {LISTS[spec.record]: [{spec.short: value}]} if spec.record in LISTS else {spec.record: {spec.short: value}}
    typed = typed_of([case], BASE)
    again = filled(typed, BASE)
    assert again.faults == ()
    assert canonical(again.cases[0]) == canonical(read_case(case, BASE))
    assert field_of(spec) in {name.removesuffix(".never") for name in typed}


@FACTS
def test_an_empty_field_is_unknown_and_never_no(spec: FactSpec) -> None:
    assert filled({field_of(spec): ""}, BASE).data[0] == {}
    assert filled({field_of(spec): "  \r\n "}, BASE).data[0] == {}


@pytest.mark.parametrize(
    ("spec", "word"),
    [(spec, word) for spec in BASE.facts for word in spec.words],
    ids=lambda one: getattr(one, "name", one),
)
def test_every_word_of_every_enum_can_be_chosen(spec: FactSpec, word: str) -> None:
    assert held(filled({field_of(spec): word}, BASE).data[0], spec) == word


@settings(max_examples=30, deadline=None)
@given(cases())
def test_a_case_goes_through_the_form_as_it_is(case: dict[str, Any]) -> None:
    try:
        read = read_case(case, BASE)
    except InputError:
        assume(False)
    typed = typed_of([case], BASE)
    again = filled(typed, BASE)
    assert again.faults == ()
    assert unlike(read, typed, 0, BASE) == []
    twice = filled(typed_of(again.data, BASE), BASE)
    assert twice.data == again.data


@settings(max_examples=20, deadline=None)
@given(cases(), cases())
def test_members_have_facts_of_their_own_and_share_the_household(one: dict[str, Any], two: dict[str, Any]) -> None:
    shared = {name: one[name] for name in (*SHARED, *LISTS.values(), "household_ref") if name in one}
    two = {name: value for name, value in two.items() if name in (*OF_MEMBER, "case")} | shared
    try:
        wanted = [read_case({k: v for k, v in case.items() if k != "provenance"}, BASE) for case in (one, two)]
    except InputError:
        assume(False)
    made = filled(typed_of([{k: v for k, v in case.items() if k != "provenance"} for case in (one, two)], BASE), BASE)
    assert [canonical(case) for case in made.cases] == [canonical(case) for case in wanted]


def test_what_the_form_cannot_hold_is_named() -> None:
    case = {"aid": {"special_programmes": ["医疗、住房", "教育"]}}
    assert unlike(read_case(case, BASE), typed_of([case], BASE), 0, BASE) == ["facts"]


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"household.size": "三"}, "household.size", "type-int"),
        ({"household.size": "0"}, "household.size", "number-too-small"),
        ({"household.size": "2.5"}, "household.size", "type-int"),
        ({"household.annual_income": "8万多"}, "household.annual_income", "cell-money"),
        ({"household.annual_income": "-1"}, "household.annual_income", "money-negative"),
        ({"household.annual_income": "1.001"}, "household.annual_income", "money-fen"),
        ({"household.annual_income": "9" * 18}, "household.annual_income", "number-too-large"),
        ({"m0.aid.exit_date": "2025-02-30"}, "m0.aid.exit_date", "date-impossible"),
        ({"m0.aid.exit_date": "昨天"}, "m0.aid.exit_date", "type-date"),
        ({"m0.aid.exit_date": "?"}, "m0.aid.exit_date", "type-date"),
        ({"m0.aid.exit_date": "2025-01-01", "m0.aid.exit_date.never": "1"}, "m0.aid.exit_date", "date-and-never"),
        ({"m0.person.tekun": "maybe"}, "m0.person.tekun", "cell-truth"),
        ({"m0.referral.direction": "sideways"}, "m0.referral.direction", "word-unknown"),
        ({"m0.aid.special_programmes": "无、医疗"}, "m0.aid.special_programmes", "set-none"),
        ({"m0.aid.special_programmes": "医疗\x07"}, "m0.aid.special_programmes", "text-invalid"),
        ({"m0.label": "11010519491231002X"}, "m0.label", "citizen-number"),
        ({"m0.label": "１１０１０５１９４９１２３１００２Ｘ"}, "m0.label", "citizen-number"),
        ({"household_ref": "11010519491231002X"}, "household_ref", "citizen-number"),
        ({"said_by": "11010519491231002X", "m0.person.tekun": "true"}, "said_by", "citizen-number"),
        ({"said_by": "甲", "said_on": "2025-13-01", "m0.person.tekun": "true"}, "said_on", "date-impossible"),
        (
            {"said.m0.person.tekun.note": "11010519491231002X", "m0.person.tekun": "true"},
            "said.m0.person.tekun.note",
            "citizen-number",
        ),
        ({"m0.referral.events.3.by": "窗口"}, "m0.referral.events.3.event", "step-missing"),
        (
            {"m0.referral.events.3.event": "informed", "m0.referral.events.3.on": "x"},
            "m0.referral.events.3.on",
            "type-date",
        ),
        (
            {
                "m0.referral.events.1.event": "informed",
                "m0.referral.events.1.on": "2025-02-01",
                "m0.referral.events.4.event": "consented",
                "m0.referral.events.4.on": "2025-01-01",
            },
            "m0.referral.events.4.on",
            "events-order",
        ),
        (
            {"m0.referral.consent_given": "false", "m0.referral.consent_date": "2025-01-01"},
            "m0.referral.consent_date",
            "facts-contradict",
        ),
        ({"ledgers.2.kind": "secret"}, "ledgers.2.kind", "word-unknown"),
        (
            {"ledgers.2.established": "false", "ledgers.2.last_updated": "2025-01-01", "ledgers.0.kind": ""},
            "ledgers.2.established",
            "facts-contradict",
        ),
        ({"duties.0.count": "-1"}, "duties.0.count", "number-too-small"),
        (
            {"duties.1.count": "1", "duties.1.meetings.0.held": "1", "duties.1.meetings.1.held": "1"},
            "duties.1.count",
            "facts-contradict",
        ),
        ({"duties.0.meetings.0.charities": "so"}, "duties.0.meetings.0.departments", "cell-truth"),
        (
            {"targets.0.additions.0.year": "25", "targets.0.additions.0.value": "1"},
            "targets.0.additions.0.year",
            "year-form",
        ),
        (
            {"targets.0.additions.0.year": "2025", "targets.0.additions.0.value": "x"},
            "targets.0.additions.0.value",
            "type-number",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_the_rest_still_counts(
    typed: dict[str, str], field: str, code: str
) -> None:
    read = filled({**typed, "m0.person.elderly": "true"}, BASE)
    assert [(fault.field, fault.code) for fault in read.faults] == [(field, code)]
    assert read.data[0]["person"]["elderly"] is True
    assert (
        read.typed[field if field in typed else next(iter(typed))]
        == typed[field if field in typed else next(iter(typed))]
    )


def test_a_fault_that_all_members_share_is_told_once() -> None:
    read = filled({"household.size": "x", "m0.label": "", "m1.label": "", "m2.label": ""}, BASE)
    assert [fault.field for fault in read.faults] == ["household.size"]


def test_more_members_than_can_be_shown_are_told() -> None:
    read = filled({f"m{number}.label": "" for number in range(MOST_MEMBERS + 1)}, BASE)
    assert [fault.code for fault in read.faults] == ["members-many"]
    assert len(read.cases) == MOST_MEMBERS


def test_more_rows_than_are_read_are_told() -> None:
    read = filled({f"ledgers.{number}.kind": "supply" for number in range(MOST_ROWS + 1)}, BASE)
    assert [fault.code for fault in read.faults] == ["rows-too-many"]
    assert len(read.data[0]["ledgers"]) == MOST_ROWS


def test_who_said_so_is_kept_for_each_answered_fact() -> None:
    typed = {
        "m0.person.tekun": "true",
        "household.size": "3",
        "said_by": "本次谈话",
        "said_on": "2025-08-01",
        "said.household.size.by": "户口簿",
        "said.m0.person.orphan.by": "没有回答的",
    }
    assert filled(typed, BASE).data[0]["provenance"] == {
        "person.tekun": {"by": "本次谈话", "on": "2025-08-01"},
        "household.size": {"by": "户口簿"},
    }


def test_what_is_asked_is_there_even_where_nothing_is_known_of_it() -> None:
    read = filled({}, BASE, ["person", "referral"])
    assert read.data[0] == {"person": {}, "referral": {}}
    assert read.cases[0].records == {"person", "referral"}
