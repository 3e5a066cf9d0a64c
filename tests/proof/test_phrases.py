"""Ranges are said with their round end: below 100,000 yuan, not at most 99,999.99."""

from __future__ import annotations

import pytest
from tests.engine.asking import day

from xianjie.language.evaluate import Value
from xianjie.language.smt import OTHER_WORD
from xianjie.proof.kinds import Kind
from xianjie.proof.phrases import change_text, kind_text
from xianjie.vocabulary import BASE, FactSpec

INCOME, SIZE, EXIT, TEKUN = (
    BASE[name] for name in ("household.annual_income", "household.size", "aid.exit_date", "person.tekun")
)
JULY, AUGUST = day("2024-07-31"), day("2025-08-01")


@pytest.mark.parametrize(
    ("spec", "least", "most", "zh", "en"),
    [
        (INCOME, None, 9_999_999, "低于 100000 元", "below 100000 yuan"),
        (INCOME, None, 10_000_000, "不超过 100000 元", "at most 100000 yuan"),
        (INCOME, 10_000_000, None, "不低于 100000 元", "at least 100000 yuan"),
        (INCOME, 10_000_001, None, "超过 100000 元", "above 100000 yuan"),
        (INCOME, 3_333_334, None, "不低于 33333.34 元", "at least 33333.34 yuan"),
        (INCOME, 5_000_000, 9_999_999, "50000 元 至 99999.99 元", "50000 yuan to 99999.99 yuan"),
        (INCOME, 5_000_000, 5_000_000, "50000 元", "50000 yuan"),
        (INCOME, None, None, "任何数值", "any"),
        (SIZE, 4, None, "不低于 4", "at least 4"),
        (SIZE, None, 3, "不超过 3", "at most 3"),
        (SIZE, 11, None, "超过 10", "above 10"),
        (EXIT, None, JULY, "2024-07-31 或更早", "2024-07-31 or earlier"),
        (EXIT, AUGUST, None, "2025-08-01 或更晚", "2025-08-01 or later"),
        (EXIT, JULY, AUGUST, "2024-07-31 至 2025-08-01", "2024-07-31 to 2025-08-01"),
        (EXIT, None, None, "任何一天", "any"),
    ],
)
def test_a_range_is_said_by_its_ends(spec: FactSpec, least: int | None, most: int | None, zh: str, en: str) -> None:
    kind = Kind(least or most or 0, least, most, ranged=True)
    assert kind_text(kind, spec, "zh") == zh
    assert kind_text(kind, spec, "en") == en


@pytest.mark.parametrize(
    ("fact", "value", "zh", "en"),
    [
        ("person.tekun", True, "是", "yes"),
        ("person.tekun", False, "否", "no"),
        ("aid.exit_date", 0, "从未发生", "never"),
        ("aid.exit_programme", "dibao", "最低生活保障", "subsistence allowance"),
        ("aid.special_programmes", frozenset(), "无", "none"),
        ("aid.special_programmes", frozenset({OTHER_WORD}), "有", "some"),
        ("aid.special_programmes", frozenset({"医疗"}), "医疗", "医疗"),
        ("aid.special_programmes", frozenset({"医疗", OTHER_WORD}), "医疗、其他项目", "医疗, something else"),
    ],
)
def test_a_single_answer_is_said_as_it_is(fact: str, value: Value, zh: str, en: str) -> None:
    assert kind_text(Kind(value), BASE[fact], "zh") == zh
    assert kind_text(Kind(value), BASE[fact], "en") == en
    assert change_text(value, None, BASE[fact], "zh") == zh


def test_a_change_without_ends_is_said_by_its_value() -> None:
    assert change_text(6_000_000, Kind(6_000_000, None, None, ranged=True), INCOME, "zh") == "60000 元"
    assert change_text(6_000_000, Kind(6_000_000, None, 9_999_999, ranged=True), INCOME, "zh") == "低于 100000 元"
    assert TEKUN.fixed is False
