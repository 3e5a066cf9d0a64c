"""The layout: which facts are read, how each is held, and cases laid out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from tests.engine.asking import small_policy

from xianjie.api import installed_engine
from xianjie.cases.read import read_case
from xianjie.errors import InputError
from xianjie.language.evaluate import Value
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.columns import EXACT, facts_frame, frame_of, laid_out, layout_of
from xianjie.vocabulary import BASE, FactType

AS_OF = dt.date(2025, 8, 1).toordinal()
FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")


def test_only_facts_that_are_read_have_a_column_in_the_vocabularys_order() -> None:
    policies = answering_policies(installed_engine(), FIVE, AS_OF)
    narrow, wide = (
        layout_of(policies.values(), dimensions) for dimensions in (("eligibility",), ("eligibility", "incentives"))
    )
    assert "household.annual_income" in narrow.names
    assert "organisation.field" not in narrow.names
    assert set(narrow.names) < set(wide.names)
    assert list(narrow.names) == sorted(narrow.names, key=BASE.slot.__getitem__)
    assert layout_of([policies["shanxi"]]).columns == ()


def test_a_definition_is_entered_under_every_reading() -> None:
    policy = small_policy(
        """
        readings:
          way:
            differ: ambiguous
            options:
              - {id: a, zh: 甲, en: a, recommended: true}
              - {id: b, zh: 乙, en: b}
        definitions:
          inner: {by: way, readings: {a: person.orphan, b: "'住房' in aid.special_programmes"}}
          outer: inner and not person.minor
        groups:
          - {id: g, gives: coverage, zh: 组, en: group}
        clauses:
          - path: 一
            treatment: rules
            rules:
              - {part: group, id: r, group: g, force: may, zh: 则。, en: Rule., when: outer or happened(aid.exit_date)}
        """
    )
    layout = layout_of([policy])
    assert layout.names == ("person.orphan", "person.minor", "aid.exit_date", "aid.special_programmes")
    assert layout.column("aid.special_programmes").words == ("住房",)


def test_each_type_is_held_in_its_own_way_and_comes_back() -> None:
    facts: dict[str, Value] = {
        "person.orphan": False,
        "household.size": 4,
        "household.annual_income": 9_999_999,
        "aid.exit_date": 0,
        "aid.application_refused": 739_372,
        "aid.exit_programme": "tekun",
        "aid.special_programmes": frozenset({"住房", "别的"}),
    }
    layout = laid_out({name: {"住房", "医疗"} if name == "aid.special_programmes" else set() for name in facts}, BASE)
    frame = facts_frame([facts, {}], layout)
    assert (
        frame.schema
        == layout.schema
        == {
            "person.orphan": pl.Boolean,
            "household.size": pl.Int64,
            "household.annual_income": pl.Int64,
            "aid.exit_date": pl.Int32,
            "aid.exit_programme": pl.UInt8,
            "aid.application_refused": pl.Int32,
            "aid.special_programmes": pl.UInt8,
        }
    )
    assert frame.row(1) == (None,) * 7
    held = frame.row(0, named=True)
    for name, value in facts.items():
        back = layout.column(name).value(held[name])
        assert back == (frozenset({"住房"}) if name == "aid.special_programmes" else value)
    other = layout.column("aid.special_programmes")
    assert other.code(frozenset()) == 0
    assert other.code(frozenset({"别的"})) == 1
    assert other.value(1) == frozenset({"…"})
    assert other.value(0) == frozenset()


def test_a_set_asked_for_many_words_takes_more_bits() -> None:
    words = {f"项目{number}" for number in range(20)}
    column = laid_out({"aid.special_programmes": words}, BASE).column("aid.special_programmes")
    assert column.dtype == pl.UInt32
    everything = column.code(frozenset(words))
    assert everything == (1 << 21) - 1
    assert column.value(everything) == frozenset(words)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("aid.exit_programme", "nothing", "word-unknown"),
        ("household.size", 0, "number-too-small"),
        ("household.size", 100, "number-too-large"),
        ("duty.count", 10**9 + 1, "number-too-large"),
        ("household.annual_income", -1, "number-too-small"),
        ("household.annual_income", 10**17 + 1, "number-too-large"),
        ("aid.exit_date", -1, "number-too-small"),
        ("aid.exit_date", dt.date.max.toordinal() + 1, "number-too-large"),
    ],
)
def test_a_value_that_no_checked_case_has_is_refused_and_not_repeated(name: str, value: str | int, code: str) -> None:
    with pytest.raises(InputError) as caught:
        facts_frame([{name: value}], laid_out({name: set()}, BASE))
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.place.path == name
    assert str(value) not in problem.en.replace(name, "")


def test_cases_are_laid_out_as_they_stood_on_the_day() -> None:
    layout = laid_out({"referral.consent_given": set(), "person.orphan": set()}, BASE)
    assert layout.names == ("person.orphan", "referral.consent_given", "referral.consent_date")
    case = read_case({"case": "E-1", "referral": {"consent_date": "2025-05-02"}}, BASE)
    for text, consent in (("2025-05-01", False), ("2025-05-02", True)):
        row = frame_of([case], layout, dt.date.fromisoformat(text).toordinal()).row(0, named=True)
        assert row["case"] == "E-1"
        assert row["referral.consent_given"] is consent
        assert row["person.orphan"] is None


def test_every_fact_of_the_vocabulary_has_a_column() -> None:
    layout = laid_out({spec.name: set() for spec in BASE.facts}, BASE)
    assert layout.names == BASE.names
    kinds = {column.spec.type: column.dtype for column in layout.columns}
    assert set(kinds) == set(FactType)
    assert kinds[FactType.NUMBER] == EXACT
    assert facts_frame([{}], layout).schema == layout.schema


def test_a_number_is_held_to_its_last_decimal_and_comes_back() -> None:
    column = laid_out({"target.value": set()}, BASE).column("target.value")
    values = [Decimal("3.5"), Decimal(0), Decimal("-0.000000001"), Decimal(10**15), Decimal(-(10**15))]
    frame = facts_frame([{"target.value": value} for value in values], laid_out({"target.value": set()}, BASE))
    assert frame["target.value"].to_list() == values
    assert [column.value(column.code(value)) for value in values] == values
    for value, code in (
        (Decimal("0.0000000001"), "number-too-fine"),
        (Decimal(10**15) + Decimal("1e-9"), "number-too-large"),
        (Decimal(-(10**15)) - 1, "number-too-small"),
    ):
        with pytest.raises(InputError, match=code):
            column.code(value)


def test_every_fact_of_a_record_is_read_whatever_the_regions_so_that_the_answer_is_the_same_beside_others() -> None:
    policies = answering_policies(installed_engine(), FIVE, AS_OF)
    for policy in policies.values():
        names = set(layout_of([policy], ("duties", "referral")).names)
        for record in ("ledger", "duty", "target", "referral"):
            assert names >= {spec.name for spec in BASE.of_record(record)}
    assert not any(name.startswith(("ledger.", "target.")) for name in layout_of(policies.values()).names)


def test_the_first_ledger_duty_and_target_of_a_case_stand_in_its_row() -> None:
    layout = laid_out({name: set() for name in ("ledger.kind", "duty.count", "target.value", "target.year")}, BASE)
    several = {
        "ledgers": [{"kind": "supply"}, {"kind": "demand"}],
        "duties": [{"count": 3}],
        "targets": [{"value": "3.25"}, {"year": 2025}],
    }
    frame = frame_of([read_case(several, BASE), read_case({}, BASE)], layout, AS_OF)
    assert frame.drop("case").rows() == [(0, 3, None, Decimal("3.25")), (None, None, None, None)]


def test_what_nobody_records_has_no_column_but_a_flag_that_its_date_tells() -> None:
    jinhua = [answering_policies(installed_engine(), ["jinhua"], AS_OF)["jinhua"]]
    flag, date, other = "referral.consent_given", "referral.consent_date", "referral.informed"
    whole = layout_of(jinhua, ("referral",))
    assert {flag, date, other} <= set(whole.names)
    told = layout_of(jinhua, ("referral",), [flag, other])
    assert told.unrecorded == {other}
    both = layout_of(jinhua, ("referral",), [flag, date])
    assert both.unrecorded == {flag, date}
    assert set(both.names) == set(whole.names) - {flag, date}
