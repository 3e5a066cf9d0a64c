"""Numbers, values and conditions in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from tests.language.setting import AS_OF, parse, speaker

from xianjie.language import nodes
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.language.prose import condition_text, number_text, value_text, words, yuan_text
from xianjie.vocabulary import BASE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (3, "3"),
        (-3, "-3"),
        (Fraction(7, 2), "3.5"),
        (Fraction(-7, 2), "-3.5"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-1, 3), "-1/3"),
        (Fraction(1, 6), "1/6"),
        (Fraction(1, 8), "0.125"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(1, 10**7), "0.0000001"),
        (Fraction(3333, 10_000), "0.3333"),
        (Fraction(100), "100"),
        (Fraction(2000, 10), "200"),
        (Decimal("3.50"), "3.5"),
        (Decimal("1E+3"), "1000"),
        (10**17, "100000000000000000"),
        (Fraction(10**17 + 1, 100), "1000000000000000.01"),
        (Fraction(10**30 + 1, 100), "10000000000000000000000000000.01"),
    ],
)
def test_a_number_is_written_exactly(value: Fraction | int | Decimal, text: str) -> None:
    assert number_text(value) == text
    assert Fraction(text) == Fraction(value)


@pytest.mark.parametrize(
    ("fen", "zh"),
    [
        (0, "0 元"),
        (1, "0.01 元"),
        (10, "0.1 元"),
        (100, "1 元"),
        (9_999_999, "99999.99 元"),
        (Fraction(1, 3), "1/300 元"),
        (-250, "-2.5 元"),
    ],
)
def test_fen_are_said_in_yuan(fen: int | Fraction, zh: str) -> None:
    assert yuan_text(fen) == zh
    assert yuan_text(fen, "en") == zh.replace("元", "yuan")


@pytest.mark.parametrize(
    ("fact", "value", "zh", "en"),
    [
        ("aid.received", True, "是", "yes"),
        ("aid.received", False, "否", "no"),
        ("household.annual_income", 9_999_999, "99999.99 元", "99999.99 yuan"),
        ("aid.exit_date", AS_OF, "2025-05-01", "2025-05-01"),
        ("aid.exit_date", NEVER, "从未发生", "never"),
        ("referral.direction", "forward", "民政→慈善", "civil affairs to charity"),
        ("aid.special_programmes", frozenset({"住房", "医疗"}), "住房、医疗", "住房, 医疗"),
        ("aid.special_programmes", frozenset(), "无", "none"),
        ("household.size", 3, "3", "3"),
        ("duty.count", 0, "0", "0"),
        ("target.value", 80, "80", "80"),
    ],
)
def test_a_value_is_said_as_a_person_would_read_it(fact: str, value: Value, zh: str, en: str) -> None:
    assert value_text(BASE[fact], value, "zh") == zh
    assert value_text(BASE[fact], value, "en") == en


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("True", "无附加条件", "no further condition"),
        ("aid.received", "已获政府救助", "received government aid"),
        ("not aid.received", "并非（已获政府救助）", "not (received government aid)"),
        ("aid.received and person.orphan", "已获政府救助，且孤儿", "received government aid and orphan"),
        ("aid.received or person.orphan", "已获政府救助，或孤儿", "received government aid or orphan"),
        (
            "person.tekun and (aid.received or person.orphan)",
            "特困人员，且（已获政府救助，或孤儿）",
            "person in extreme hardship (tekun) and (received government aid or orphan)",
        ),
        ("hardship", "“hardship”", "“hardship”"),
        (
            "referral.direction in ('forward', 'reverse')",
            "转介方向属于 民政→慈善、慈善→民政",
            "direction of referral is one of civil affairs to charity, charity to civil affairs",
        ),
        (
            "'住房' in aid.special_programmes",
            "专项救助部门保障的项目 含 住房",
            "special-assistance programmes holds 住房",
        ),
        ("nonempty(aid.special_programmes)", "专项救助部门保障的项目：有", "special-assistance programmes: some"),
        ("known(aid.received)", "已获政府救助：有记录", "received government aid: recorded"),
        ("happened(aid.exit_date)", "退出救助范围日期（已发生）", "date of leaving assistance (past)"),
        (
            "within(aid.exit_date, months=6)",
            "退出救助范围日期，在 6 个月内",
            "date of leaving assistance, within 6 months",
        ),
        (
            "under(aid.exit_date, years=window)",
            "退出救助范围日期，未满 2 年",
            "date of leaving assistance, under 2 years",
        ),
        ("household.size < size_limit", "家庭人口 低于 3", "household size is below 3"),
        (
            "household.annual_income <= household.size * income_line + 0.5",
            "家庭年总收入 不超过 家庭人口 × 100000 元 + 0.5 元",
            "total annual household income is at most household size × 100000 yuan + 0.5 yuan",
        ),
        (
            "aid.exit_date >= date('2025-01-01')",
            "退出救助范围日期 不早于 2025-01-01",
            "date of leaving assistance is not before 2025-01-01",
        ),
        (
            "aid.exit_date < as_of",
            "退出救助范围日期 早于 判定日",
            "date of leaving assistance is before the date of evaluation",
        ),
    ],
)
def test_every_kind_of_condition_is_said(text: str, zh: str, en: str) -> None:
    assert condition_text(parse(text), speaker("zh")) == zh
    assert condition_text(parse(text), speaker("en")) == en


@pytest.mark.parametrize(
    ("op", "yes", "no"),
    [
        ("<", "低于", "不低于"),
        ("<=", "不超过", "超过"),
        (">", "超过", "不超过"),
        (">=", "不低于", "低于"),
        ("==", "等于", "不等于"),
        ("!=", "不等于", "等于"),
    ],
)
def test_a_comparison_that_fails_is_said_by_its_opposite(op: str, yes: str, no: str) -> None:
    atom = parse(f"household.size {op} 3")
    assert isinstance(atom, nodes.Compare)
    phrase = speaker().phrase(atom)
    fact = nodes.Fact("household.size")
    assert phrase.true == ("家庭人口 ", fact, f" {yes} ", "3")
    assert phrase.false == ("家庭人口 ", fact, f" {no} ", "3")
    assert phrase.unknown == ("家庭人口 ", fact, f" {yes} ", "3", "：未记录")


def test_brackets_stand_where_a_sum_is_multiplied() -> None:
    node = parse("(household.size + 1) * (2 - duty.count) - (1 + 1) < 3")
    assert condition_text(node, speaker()) == "(家庭人口 + 1) × (2 − 次数) − (1 + 1) 低于 3"


def test_the_two_languages_have_the_same_particles() -> None:
    zh, en = words("zh"), words("en")
    assert set(zh.amount) == set(en.amount) == set(zh.days) == set(en.days) == {"<", "<=", ">", ">=", "==", "!="}
    assert zh != en


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fact_has_a_term_and_every_word_a_term_of_its_own(lang: str) -> None:
    index = 0 if lang == "zh" else 1
    for spec in BASE.facts:
        assert speaker(lang).term(spec.name) == (spec.zh, spec.en)[index]
        terms = [pair[index] for pair in spec.words.values()]
        assert len(set(terms)) == len(terms)
