"""A case is read strictly: nothing is guessed, every fault has a code and a path, no value is repeated."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from xianjie.cases import Case
from xianjie.cases.read import MOST_PROBLEMS, read_case
from xianjie.errors import InputError
from xianjie.language.calendar import NEVER
from xianjie.vocabulary import BASE

CITIZEN_NUMBER = "110101199001011234"


def read(data: Mapping[Any, Any]) -> Case:
    return read_case(data, BASE)


def faults(data: object) -> list[tuple[str, str | None]]:
    with pytest.raises(InputError) as caught:
        read_case(data, BASE)
    return [(problem.code, problem.place.path) for problem in caught.value.problems]


def events(*steps: str) -> list[dict[str, str]]:
    return [dict(zip(("event", "on"), step.split(), strict=False)) for step in steps]


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        ({"person": {"tekun": "true"}}, "type-bool", "person.tekun"),
        ({"person": {"tekun": 1}}, "type-bool", "person.tekun"),
        ({"person": {"tekun": 0}}, "type-bool", "person.tekun"),
        ({"person": {"tekun": "是"}}, "type-bool", "person.tekun"),
        ({"person": {"tekun": []}}, "type-bool", "person.tekun"),
        ({"person": []}, "type-mapping", "person"),
        ({"person": "E-0007"}, "type-mapping", "person"),
        ({"household": {"annual_income": -1}}, "money-negative", "household.annual_income"),
        ({"household": {"annual_income": "-0.01"}}, "money-negative", "household.annual_income"),
        ({"household": {"annual_income": 0.001}}, "money-fen", "household.annual_income"),
        ({"household": {"annual_income": "80000.125"}}, "money-fen", "household.annual_income"),
        ({"household": {"annual_income": "80,000"}}, "type-number", "household.annual_income"),
        ({"household": {"annual_income": "８００００"}}, "type-number", "household.annual_income"),
        ({"household": {"annual_income": "1e5"}}, "type-number", "household.annual_income"),
        ({"household": {"annual_income": ""}}, "type-number", "household.annual_income"),
        ({"household": {"annual_income": True}}, "type-number", "household.annual_income"),
        ({"household": {"annual_income": float("nan")}}, "type-number", "household.annual_income"),
        ({"household": {"annual_income": float("inf")}}, "type-number", "household.annual_income"),
        ({"household": {"annual_income": Decimal("sNaN")}}, "type-number", "household.annual_income"),
        ({"household": {"annual_income": 1e300}}, "number-too-large", "household.annual_income"),
        ({"household": {"annual_income": 10**5000}}, "number-too-large", "household.annual_income"),
        (
            {"household": {"annual_income": Decimal("1e9999999")}},
            "number-too-large",
            "household.annual_income",
        ),
        (
            {"household": {"annual_income": Decimal("1e-9999999")}},
            "number-too-fine",
            "household.annual_income",
        ),
        ({"household": {"size": 0}}, "number-too-small", "household.size"),
        ({"household": {"size": 3.0}}, "type-int", "household.size"),
        ({"household": {"size": "3"}}, "type-int", "household.size"),
        ({"household": {"size": True}}, "type-int", "household.size"),
        ({"household": {"size": 10**500}}, "number-too-large", "household.size"),
        ({"aid": {"exit_date": "2025-02-30"}}, "date-impossible", "aid.exit_date"),
        ({"aid": {"exit_date": "2025-5-1"}}, "type-date", "aid.exit_date"),
        ({"aid": {"exit_date": "２０２５-05-01"}}, "type-date", "aid.exit_date"),
        ({"aid": {"exit_date": "2025-05-01T00:00:00"}}, "type-date", "aid.exit_date"),
        ({"aid": {"exit_date": "从未"}}, "type-date", "aid.exit_date"),
        ({"aid": {"exit_date": 20250501}}, "type-date", "aid.exit_date"),
        ({"as_of": "never"}, "type-date", "as_of"),
        ({"aid": {"exit_programme": "低保"}}, "word-unknown", "aid.exit_programme"),
        ({"aid": {"special_programmes": "医疗"}}, "type-set", "aid.special_programmes"),
        ({"aid": {"special_programmes": [1]}}, "type-set", "aid.special_programmes"),
        ({"aid": {"special_programmes": [""]}}, "type-set", "aid.special_programmes"),
        ({"aid": {"special_programmes": ["x"] * 201}}, "list-too-long", "aid.special_programmes"),
        ({"aid": {"special_programmes": ["x" * 10_000_000]}}, "text-too-long", "aid.special_programmes"),
        ({"case": ""}, "text-empty", "case"),
        ({"case": 7}, "type-text", "case"),
        ({"case": "E" * 10_000_000}, "text-too-long", "case"),
        ({"ledgers": {}}, "type-list", "ledgers"),
        ({"ledgers": [{}] * 2001}, "list-too-long", "ledgers"),
        ({"ledgers": [{"kind": "supply", "level": "区"}]}, "word-unknown", "ledgers[0].level"),
        ({"duties": [{"count": -1}]}, "number-too-small", "duties[0].count"),
        ({"duties": [{"meetings": [{"charities": "是"}]}]}, "type-bool", "duties[0].meetings[0].charities"),
        ({"targets": [{"value": "79.9%"}]}, "type-number", "targets[0].value"),
        ({"targets": [{"additions": {"abc": 1}}]}, "year-form", "targets[0].additions"),
        ({"targets": [{"additions": [1]}]}, "type-mapping", "targets[0].additions"),
        ({"targets": [{"additions": {2024: 1, "2024": 2}}]}, "key-doubled", "targets[0].additions"),
        ({"referral": {"events": events("agreed")}}, "word-unknown", "referral.events[0].event"),
        ({"referral": {"events": [{}]}}, "field-missing", "referral.events[0].event"),
        ({"referral": {"events": events("consented never")}}, "type-date", "referral.events[0].on"),
        ({"referral": {"events": events("informed") * 201}}, "list-too-long", "referral.events"),
        ({"provenance": {"aid.recieved": {}}}, "fact-unknown", "provenance.aid.recieved"),
        ({"provenance": {"aid.received": {"on": "昨天"}}}, "type-date", "provenance.aid.received.on"),
        ({1: 2}, "key-form", "[1]"),
        ({"a": {}}, "fact-unknown", "a"),
        ([], "case-shape", None),
        (None, "case-shape", None),
        ("case: E-0007", "case-shape", None),
    ],
)
def test_a_fault_has_its_code_and_its_path_and_is_told_once(data: object, code: str, path: str | None) -> None:
    assert faults(data) == [(code, path)]


@pytest.mark.parametrize(
    "data",
    [
        {"case": "\ud800"},
        {"\ud800": 1},
        {"person": {"\udfff": True}},
        {"aid": {"special_programmes": ["\ud800"]}},
        {"provenance": {"aid.received": {"note": "a\ud800"}}},
        {"case": "a\x00b"},
        {"provenance": {"aid.received": {"note": "\x1b[31m"}}},
        {"aid": {"special_programmes": ["a\x7f"]}},
    ],
)
def test_half_a_character_or_none_is_refused_wherever_it_stands(data: object) -> None:
    assert {code for code, _ in faults(data)} == {"text-invalid"}


def test_a_part_with_a_thousand_keys_is_no_part_of_a_case() -> None:
    keys = {f"k{n}": 1 for n in range(1000)}
    assert {code for code, _ in faults({"person": keys})} == {"fact-unknown", "problems-more"}
    assert faults({"person": {**keys, "one more": 1}}) == [("case-too-large", "person")]


@pytest.mark.parametrize(
    ("data", "near"),
    [
        ({"aid": {"recieved": True}}, "received"),
        ({"persn": {}}, "person"),
        ({"ledgers": [{"last_update": "2025-05-01"}]}, "last_updated"),
        ({"aid.received": True}, "aid.received"),
        ({"provenance": {"aid.recieved": {}}}, "aid.received"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(data: object, near: str) -> None:
    with pytest.raises(InputError) as caught:
        read_case(data, BASE)
    (problem,) = caught.value.problems
    assert problem.code == "fact-unknown"
    assert near in problem.zh
    assert near in problem.en


@pytest.mark.parametrize(
    "data",
    [
        {"case": CITIZEN_NUMBER},
        {"case": "11010119900101123X"},
        {"household_ref": f"户{CITIZEN_NUMBER}"},
        {"case": "１１０１０１１９９００１０１１２３４"},
        {"aid": {"special_programmes": [CITIZEN_NUMBER]}},
        {"provenance": {"aid.received": {"by": CITIZEN_NUMBER}}},
        {"referral": {"events": [{"event": "informed", "by": CITIZEN_NUMBER}]}},
    ],
)
def test_a_citizens_number_is_refused_and_not_repeated(data: object) -> None:
    with pytest.raises(InputError) as caught:
        read_case(data, BASE)
    (problem,) = caught.value.problems
    assert problem.code == "citizen-number"
    assert "1101" not in repr(problem)
    assert "１" not in repr(problem)


@pytest.mark.parametrize(
    "data",
    [
        {"赵甲": 1},
        {"person": {"赵甲": True}},
        {"person": {"tekun": "赵甲"}},
        {"aid": {"exit_programme": "赵甲", "exit_date": "赵甲", "special_programmes": "赵甲"}},
        {"household": {"annual_income": "赵甲", "size": "赵甲"}},
        {"provenance": {"赵甲": {}}},
        {"targets": [{"additions": {"赵甲": "赵甲"}}]},
        {"referral": {"events": [{"event": "赵甲", "赵甲": 1}]}},
    ],
)
def test_no_submitted_value_is_repeated(data: object) -> None:
    with pytest.raises(InputError) as caught:
        read_case(data, BASE)
    assert "赵甲" not in repr(caught.value.problems)
    assert "赵甲" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "fen"),
    [
        (99999.99, 9_999_999),
        ("99999.99", 9_999_999),
        (Decimal("99999.99"), 9_999_999),
        (1e5, 10_000_000),
        (100000, 10_000_000),
        ("100000.00", 10_000_000),
        (0, 0),
        ("-0", 0),
        (0.07, 7),
        (10**15, 10**17),
    ],
)
def test_money_is_exact(given: object, fen: int) -> None:
    assert read({"household": {"annual_income": given}}).facts == {"household.annual_income": fen}


def test_absent_and_null_are_unknown() -> None:
    nothing = {spec.short: None for spec in BASE.of_record("aid")}
    assert read({}).facts == read({"aid": None}).facts == read({"aid": nothing}).facts == {}
    assert read({"aid": None}).records == frozenset()
    assert read({"aid": nothing}).records == {"aid"}


def test_never_is_known_and_an_empty_set_is_known() -> None:
    case = read({"aid": {"exit_date": "never", "special_programmes": []}})
    assert case.facts == {"aid.exit_date": NEVER, "aid.special_programmes": frozenset()}


def test_years_may_be_numbers_or_text() -> None:
    case = read({"targets": [{"item": 15, "additions": {2024: 1.1, "2025": "2.2"}}]})
    assert case.targets[0].additions == {2024: Decimal("1.1"), 2025: Decimal("2.2")}


def test_provenance_is_kept() -> None:
    given = {"aid.received": {"by": "township officer", "on": "2025-04-20", "note": "家访"}}
    assert read({"provenance": given}).provenance == given


def test_all_faults_are_told_at_once() -> None:
    data = {"case": 7, "person": {"tekun": 1}, "household": {"size": 0}, "aid": {"recieved": True}}
    assert {path for _, path in faults(data)} == {"case", "person.tekun", "household.size", "aid.recieved"}


def test_a_flood_of_faults_is_cut_short() -> None:
    found = faults({f"k{number}": 1 for number in range(900)})
    assert len(found) == MOST_PROBLEMS + 1
    assert found[-1] == ("problems-more", None)


def test_input_made_to_exhaust_is_refused() -> None:
    deep: object = {}
    for _ in range(100_000):
        deep = {"a": deep}
    assert faults(deep) == [("case-too-deep", "a")]
    wide = {"aid": {"special_programmes": ["x"] * 200_000}}
    assert faults(wide) == [("case-too-large", None)]
    ring: list[object] = []
    ring.append(ring)
    assert faults({"ledgers": ring}) == [("case-too-deep", "ledgers")]


def test_the_fact_words_are_listed_without_quotation_marks() -> None:
    with pytest.raises(InputError) as caught:
        read({"aid": {"exit_programme": "x"}})
    (problem,) = caught.value.problems
    assert problem.zh == "须是以下之一：dibao、tekun、other"
    assert problem.en == "must be one of dibao, tekun, other"
