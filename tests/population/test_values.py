"""Values read many at a time are those read one by one, whatever the column's type, and faults are told alike."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.population import values
from xianjie.population.compiler.columns import Layout, laid_out
from xianjie.population.values import meant, read_value, values_of
from xianjie.vocabulary import BASE

FLAG, SIZE, MONEY, DAY = "person.orphan", "household.size", "household.annual_income", "aid.exit_date"
WORD, SET = "aid.exit_programme", "aid.special_programmes"


def one(name: str) -> Layout:
    return laid_out({name: {"住房", "医疗"} if name == SET else set()}, BASE)


def many(name: str, raw: pl.Series, words: dict[str, str] | None = None) -> list[tuple[Any, str | None]]:
    """Read a column as jobs do; gives value and fault of each row."""
    (column,) = one(name).columns
    read, faulty = values_of("raw", raw.dtype, column, BASE, words or {}, coded=True)
    out = pl.DataFrame({"raw": raw}).lazy().select(read.alias("read")).collect()["read"]
    if not faulty:
        return [(value, None) for value in out.to_list()]
    assert out.struct.field("value").dtype == column.dtype
    return [(pair["value"], pair["fault"]) for pair in out.to_list()]


def singly(name: str, raw: pl.Series, words: dict[str, str] | None = None) -> list[tuple[Any, str | None]]:
    (column,) = one(name).columns
    return [
        (None, None) if item is None else read_value(meant(item, words or {}), column, BASE) for item in raw.to_list()
    ]


FLAGS = st.sampled_from(["是", "否", "true", "FALSE", "不清楚", "", " 是", "也许", "1"])
WORDS = st.sampled_from(
    ["dibao", "tekun", "低保", "最低生活保障", "特困人员", "other", "其他", "DIBAO", "无此", "", "未知"]
)
DAYS = st.one_of(
    st.dates().map(str), st.sampled_from(["2025-02-30", "0000-01-01", "never", "从未", "2025/5/1", "", "2025-13-01"])
)
COUNTS = st.one_of(st.integers(-5, 120).map(str), st.sampled_from(["3.0", "９", "1e2", "0009", "9999999999", "两", ""]))
AMOUNTS = st.one_of(
    st.decimals(-2, 10**15 + 1, places=3).map(str),
    st.sampled_from(["8万元", "80,000", "007.5", "1.", "", "5元", "不清楚"]),
)
LISTS = st.lists(
    st.sampled_from(["住房", "医疗", "教育", "a1", "", None, "x" * 201, "一" * 200, "11010519491231002X"]), max_size=4
)


@pytest.mark.parametrize(
    ("name", "values", "dtype"),
    [
        (FLAG, st.booleans(), pl.Boolean),
        (FLAG, FLAGS, pl.String),
        (FLAG, FLAGS, pl.Categorical),
        (WORD, WORDS, pl.String),
        (WORD, WORDS, pl.Categorical),
        (WORD, st.sampled_from(["dibao", "tekun"]), pl.Enum(["tekun", "dibao"])),
        (WORD, st.sampled_from(["dibao", "gone"]), pl.Enum(["gone", "dibao"])),
        (DAY, st.dates(), pl.Date),
        (DAY, st.datetimes(dt.datetime(1, 1, 2), dt.datetime(2200, 1, 1)), pl.Datetime("us")),
        (DAY, DAYS, pl.String),
        (SIZE, st.integers(-128, 127), pl.Int8),
        (SIZE, st.integers(-(2**63), 2**63 - 1), pl.Int64),
        (SIZE, st.integers(0, 2**64 - 1), pl.UInt64),
        (SIZE, COUNTS, pl.String),
        (MONEY, st.integers(-(2**63), 2**63 - 1), pl.Int64),
        (MONEY, st.integers(-10, 10**15 + 2), pl.Int64),
        (MONEY, st.decimals(-2, 10**9, places=0), pl.Decimal(12, 0)),
        (MONEY, st.decimals(-2, 10**15 + 1, places=2), pl.Decimal(18, 2)),
        (MONEY, st.decimals(-2, 10**15 + 1, places=4), pl.Decimal(38, 4)),
        (MONEY, st.decimals(-2, 10**6, places=9), pl.Decimal(38, 9)),
        (MONEY, st.decimals(-2, 10**5, places=2).map(lambda one: one.quantize(Decimal("1E-12"))), pl.Decimal(38, 12)),
        (MONEY, st.decimals(0, 10**14, places=2).map(float), pl.Float64),
        (MONEY, AMOUNTS, pl.String),
        (SET, LISTS, pl.List(pl.String)),
        (SET, st.sampled_from(["住房", "住房、医疗", "无", "无、住房", "", "教育;a"]), pl.String),
    ],
)  # fmt: skip
def test_a_column_is_read_as_its_values_are(name: str, values: Any, dtype: Any) -> None:
    @given(st.lists(st.one_of(st.none(), values), max_size=12))
    @settings(max_examples=25, deadline=None)
    def alike(given_values: list[Any]) -> None:
        raw = pl.Series("raw", given_values, dtype)
        assert many(name, raw) == singly(name, raw)

    alike()


@given(st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=12))
@settings(max_examples=25, deadline=None)
def test_words_are_meant_as_a_mapping_says(codes: list[int | None]) -> None:
    words = {"0": "否", "1": "是", "2": "", "3": "也许"}
    for dtype in (pl.Int8, pl.Float64):
        raw = pl.Series("raw", codes, dtype)
        assert many(FLAG, raw, words) == singly(FLAG, raw, words)
    assert many(FLAG, pl.Series("raw", [2, 1, None, 0]), words) == [
        (None, None),
        (True, None),
        (None, None),
        (False, None),
    ]


def test_a_day_that_no_calendar_has_is_told() -> None:
    raw = pl.Series("raw", [-719_163, 2_932_897, 0]).cast(pl.Int32).cast(pl.Date)
    assert many(DAY, raw) == [(None, "date-impossible"), (None, "date-impossible"), (719_163, None)]


def test_a_column_in_which_nothing_can_be_at_fault_carries_no_faults() -> None:
    for name, dtype in ((FLAG, pl.Boolean()), (FLAG, pl.Null()), (WORD, pl.Enum(["tekun", "dibao"]))):
        (column,) = one(name).columns
        assert not values_of("raw", dtype, column, BASE, {}).faulty
    (column,) = one(WORD).columns
    assert values_of("raw", pl.Enum(["dibao", "gone"]), column, BASE, {}).faulty


def test_one_list_that_is_not_plain_has_no_other_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[object] = []

    def watched(raw: object, *around: Any) -> Any:
        looked_at.append(raw)
        return read_value(raw, *around)

    monkeypatch.setattr(values, "read_value", watched)
    raw = pl.Series([["住房"], [], None, ["a1"], ["医疗", "住房"]] * 50, dtype=pl.List(pl.String))
    assert many(SET, raw) == singly(SET, raw)
    assert looked_at == [["a1"]] * 50
