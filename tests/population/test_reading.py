"""Raw columns mean what the same cells of a table mean; every bad value is told by row, column and code."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.cases.read import read_case
from xianjie.errors import InputError
from xianjie.population.compiler.columns import Layout, facts_frame, frame_of, laid_out
from xianjie.population.reading import Read, read_columns, read_whole
from xianjie.population.values import read_value
from xianjie.vocabulary import BASE

TOO_LARGE = "number-too-large"
AS_OF = dt.date(2025, 8, 1).toordinal()
MONEY, SIZE, DAY, FLAG = "household.annual_income", "household.size", "aid.exit_date", "person.orphan"
WORD, SET = "aid.exit_programme", "aid.special_programmes"
LAYOUT = laid_out({name: {"住房"} if name == SET else set() for name in (MONEY, SIZE, DAY, FLAG, WORD, SET)}, BASE)
ENGINES: tuple[Any, ...] = ("streaming", "in-memory")


def one(name: str) -> Layout:
    return laid_out({name: {"住房"} if name == SET else set()}, BASE)


def collected(read: Read, engine: Any = "streaming") -> tuple[pl.DataFrame, pl.DataFrame]:
    rows, rejects = pl.collect_all([read.rows, read.rejects], engine=engine)
    return rows, rejects


def column(name: str, values: list[Any], dtype: Any = None) -> tuple[dict[int, Any], dict[int, str]]:
    """Read one column; gives by row what it holds, and the codes of faults."""
    frame = pl.LazyFrame({name: pl.Series(values, dtype=dtype)})
    rows, rejects = collected(read_columns(frame, one(name), AS_OF))
    good, at_fault = read_whole(frame.with_columns(beside=1), lambda facts: read_columns(facts, one(name), AS_OF))
    assert good.equals(rows)
    assert at_fault.equals(rejects.sort("row"))
    assert rejects["column"].to_list() == [name] * len(rejects)
    held = dict(zip(rows["row"].to_list(), rows[name].to_list(), strict=True))
    faults = dict(zip(rejects["row"].to_list(), rejects["code"].to_list(), strict=True))
    assert set(held) | set(faults) == set(range(len(values)))
    assert not set(held) & set(faults)
    return held, faults


def as_a_case(record: dict[str, Any], name: str) -> tuple[Any, str | None]:
    """Read a case; gives the fact, or the code of its first fault."""
    try:
        return read_case(record, BASE).facts.get(name), None
    except InputError as error:
        return None, error.problems[0].code


TEXTS: dict[str, list[str]] = {
    FLAG: ["是", "否", "TRUE", "false", "不清楚", "unknown", "", "  ", "1", "yes", "是的", "t"],
    SIZE: ["3", "3.0", "1", "0", "-1", "三", "1e3", "1000000001", "2.5", "未知", "３"],
    MONEY: [
        *("80000", "80000.5", "80000.55", "80000.555", "80000.550", "0", "-1", "8万元", "80,000 元", "８００", "1e5"),
        *(
            "1000000000000000",
            "1000000000000000.01",
            "9999999999999.99",
            "99999999999999.99",
            "007",
            ".5",
            "5.",
            "元",
            "NaN",
        ),
        *("0.1", "0.01", "0.001", "不清楚", " 5 ", "+5", "1234567890123456789"),
    ],
    DAY: [
        "2025-05-01",
        "2025/5/1",
        "2025年5月1日",
        "2025-02-30",
        "2024-02-29",
        "从未",
        "NEVER",
        "0000-01-01",
        "明天",
        "45778",
    ],
    WORD: [
        "dibao",
        "低保",
        "最低生活保障",
        "subsistence allowance",
        "other",
        "其他",
        "OTHER",
        "none",
        "未知",
        "dibao、tekun",
    ],
    SET: ["住房", "住房、医疗", "无", "无、住房", ";", "不清楚", "住 房", "a" * 300],
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_means_what_the_cell_of_a_table_means(name: str) -> None:
    held, faults = column(name, TEXTS[name], pl.String)
    layout = one(name)
    for number, text in enumerate(TEXTS[name]):
        value, code = read_value(text, layout.column(name), BASE)
        assert faults.get(number) == code, text
        if code is None:
            assert held[number] == value, text
    assert faults
    assert len(held) > 1


@given(
    st.lists(st.text("0123456789.,-元万 e", max_size=18) | st.decimals(-10, 10**15 + 1, places=3).map(str), max_size=20)
)
@settings(max_examples=60, deadline=None)
def test_amounts_read_many_at_a_time_are_those_read_one_by_one(texts: list[str]) -> None:
    held, faults = column(MONEY, texts, pl.String)
    for number, text in enumerate(texts):
        value, code = read_value(text, one(MONEY).column(MONEY), BASE)
        assert (held.get(number), faults.get(number)) == (value, code), text


@given(st.lists(st.floats(-1, 2e15) | st.integers(0, 10**14).map(lambda fen: fen / 100) | st.floats(), max_size=20))
@settings(max_examples=60, deadline=None)
def test_floating_amounts_are_read_by_their_shortest_decimal_form(values: list[float]) -> None:
    held, faults = column(MONEY, values, pl.Float64)
    for number, value in enumerate(values):
        assert (held.get(number), faults.get(number)) == as_a_case({"household": {"annual_income": value}}, MONEY), (
            value
        )


def test_the_float_beside_an_amount_is_no_amount() -> None:
    amounts = [fen / 100 for fen in range(3_333_300, 3_333_400)]
    held, faults = column(MONEY, amounts, pl.Float64)
    assert (list(held.values()), faults) == (list(range(3_333_300, 3_333_400)), {})
    _, faults = column(MONEY, [math.nextafter(amount, math.inf) for amount in amounts], pl.Float64)
    assert faults == dict.fromkeys(range(100), "number-too-fine")


@pytest.mark.parametrize(
    ("name", "values", "dtype", "held", "faults"),
    [
        (FLAG, [True, False, None], pl.Boolean, {0: True, 1: False, 2: None}, {}),
        (SIZE, [1, 0, None, -3], pl.Int8, {0: 1, 2: None}, {1: "number-too-small", 3: "number-too-small"}),
        (SIZE, [2**63, 100, 99], pl.UInt64, {2: 99}, {0: "number-too-large", 1: "number-too-large"}),
        (SIZE, [3.0, 2.5, float("nan")], pl.Float64, {0: 3}, {1: "type-int", 2: "type-int"}),
        (MONEY, [5, -1, 10**15, 10**15 + 1], pl.Int64, {0: 500, 2: 10**17}, {1: "money-negative", 3: TOO_LARGE}),
        (MONEY, [Decimal("5.05"), None], pl.Decimal(12, 2), {0: 505, 1: None}, {}),
        (MONEY, [Decimal("5.055")], pl.Decimal(12, 3), {}, {0: "money-fen"}),
        (DAY, [dt.date(2025, 5, 1), None, dt.date(1, 1, 1)], pl.Date, {0: 739_372, 1: None, 2: 1}, {}),
        (DAY, [dt.datetime(2025, 5, 1, 13)], pl.Datetime("ms"), {0: 739_372}, {}),
        (WORD, ["dibao", "tekun", None], pl.Categorical, {0: 0, 1: 1, 2: None}, {}),
        (WORD, ["dibao", "gone"], pl.Enum(["gone", "dibao"]), {0: 0}, {1: "word-unknown"}),
        (SET, [["住房", "a"], [], None, ["a"]], pl.List(pl.String), {0: 3, 1: 0, 2: None, 3: 1}, {}),
        (SET, [[None], [""]], pl.List(pl.String), {}, {0: "type-set", 1: "type-set"}),
        (FLAG, [None, None], pl.Null, {0: None, 1: None}, {}),
    ],
)  # fmt: skip
def test_typed_columns(name: str, values: list[Any], dtype: Any, held: dict[int, Any], faults: dict[int, str]) -> None:
    assert column(name, values, dtype) == (held, faults)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_fault_of_a_row_is_told_and_the_row_put_aside(engine: Any) -> None:
    frame = pl.LazyFrame(
        {
            "id": ["a", "b", "c", "d"],
            "收入": ["80000", "-1", "5", "x"],
            SIZE: [3, 0, 4, 0],
            DAY: ["never", "2025-02-30", "", "2025-05-01"],
        }
    )
    read = read_columns(frame, LAYOUT, AS_OF, {MONEY: "收入"}, {FLAG, WORD, SET}, ["id"])
    rows, rejects = collected(read, engine)
    assert rows.columns == ["row", "id", *LAYOUT.names]
    assert rows.select("row", "id", MONEY, DAY, FLAG).rows() == [
        (0, "a", 8_000_000, 0, None),
        (2, "c", 500, None, None),
    ]
    assert rows.drop("row", "id").schema == LAYOUT.schema
    assert sorted(rejects.rows()) == [
        (1, DAY, "date-impossible"),
        (1, SIZE, "number-too-small"),
        (1, "收入", "money-negative"),
        (3, SIZE, "number-too-small"),
        (3, "收入", "cell-money"),
    ]


def test_columns_are_checked_before_a_row_is_read() -> None:
    def never(_: pl.Series) -> pl.Series:
        raise AssertionError

    frame = pl.LazyFrame({SIZE: [True], "household.anual_income": [1], DAY: [1.5], SET: [[1]], WORD: [3]})
    with pytest.raises(InputError) as caught:
        read_columns(
            frame.with_columns(pl.col(SIZE).map_batches(never, return_dtype=pl.Boolean)), LAYOUT, AS_OF, keep=["id"]
        )
    found = {(problem.code, problem.place.path) for problem in caught.value.problems}
    assert found == {
        ("column-missing", MONEY),
        ("column-missing", FLAG),
        ("column-missing", "id"),
        ("column-type", SIZE),
        ("column-type", DAY),
        ("column-type", SET),
        ("column-type", WORD),
    }
    assert "household.anual_income" in next(p.en for p in caught.value.problems if p.place.path == MONEY)


def test_dates_tell_the_flags_beside_them_as_in_a_case() -> None:
    consent, day = "referral.consent_given", "referral.consent_date"
    given: list[tuple[bool | None, str | None]] = [
        *(
            (flag, date)
            for flag in (None, True, False)
            for date in (None, "never", "2025-07-31", "2025-08-01", "2025-08-02")
        )
    ]
    layout = laid_out({consent: set()}, BASE)
    frame = pl.LazyFrame({consent: [flag for flag, _ in given], day: [date for _, date in given]})
    rows, rejects = collected(read_columns(frame, layout, AS_OF))
    held = {row["row"]: row for row in rows.iter_rows(named=True)}
    faults = {row: (name, code) for row, name, code in rejects.iter_rows()}
    for number, (flag, date) in enumerate(given):
        record = {key: value for key, value in (("consent_given", flag), ("consent_date", date)) if value is not None}
        fault = as_a_case({"referral": record}, consent)[1]
        assert faults.get(number) == (None if fault is None else (day, fault))
        if fault is not None:
            continue
        case = read_case({"referral": record}, BASE)
        wanted = frame_of([case], layout, AS_OF).row(0, named=True)
        assert {name: held[number][name] for name in (consent, day)} == {name: wanted[name] for name in (consent, day)}
    assert len(faults) == 4


def test_a_frame_written_as_values_comes_back_as_it_was_laid_out() -> None:
    facts: list[dict[str, Any]] = [
        {MONEY: 8_000_055, SIZE: 3, DAY: 739_372, FLAG: True, WORD: "other", SET: frozenset({"住房"})},
        {DAY: 0, FLAG: False, SET: frozenset()},
    ]
    raw = pl.LazyFrame(
        {
            MONEY: [80000.55, None],
            SIZE: [3, None],
            DAY: ["2025-05-01", "never"],
            FLAG: [True, False],
            WORD: ["other", None],
            SET: [["住房"], []],
        }
    )
    rows, rejects = collected(read_columns(raw, LAYOUT, AS_OF))
    assert rejects.is_empty()
    assert rows.drop("row").equals(facts_frame(facts, LAYOUT))


def test_a_column_called_row_is_no_hindrance() -> None:
    rows, _ = collected(read_columns(pl.LazyFrame({"row": [5], SIZE: [3]}), one(SIZE), AS_OF))
    assert rows.rows() == [(0, 3)]
    with pytest.raises(InputError, match="header-doubled"):
        read_columns(pl.LazyFrame({"row": [5], SIZE: [3]}), one(SIZE), AS_OF, keep=["row"])


def test_a_layout_without_columns_keeps_the_rows() -> None:
    rows, rejects = collected(read_columns(pl.LazyFrame({"id": ["a", "b"]}), laid_out({}, BASE), AS_OF))
    assert rows["row"].to_list() == [0, 1]
    assert rejects.is_empty()
    rows, rejects = read_whole(
        pl.LazyFrame({"id": ["a", "b"]}), lambda facts: read_columns(facts, laid_out({}, BASE), AS_OF)
    )
    assert rows["row"].to_list() == [0, 1]
    assert rejects.is_empty()


def test_a_ledger_never_established_has_no_date_of_update() -> None:
    made, day = "ledger.established", "ledger.last_updated"
    layout = laid_out({made: set(), day: set()}, BASE)
    given = [(flag, date) for flag in (None, True, False) for date in (None, "never", "2025-07-31")]
    frame = pl.LazyFrame({made: [flag for flag, _ in given], day: [date for _, date in given]})
    rows, rejects = collected(read_columns(frame, layout, AS_OF))
    faults = {row: code for row, _, code in rejects.iter_rows()}
    for number, (flag, date) in enumerate(given):
        record = {key: value for key, value in (("established", flag), ("last_updated", date)) if value is not None}
        assert faults.get(number) == as_a_case({"ledgers": [record]}, made)[1]
    assert list(faults.values()) == ["facts-contradict"]
    assert rows["row"].to_list() == [number for number in range(len(given)) if number not in faults]


NUMBER = "target.value"


@pytest.mark.parametrize(
    ("values", "dtype", "held", "faults"),
    [
        (["3.5", "-0.000000001", "", "1e3"], pl.String, {0: "3.5", 1: "-1e-9", 2: None}, {3: "type-number"}),
        (["0.0000000001", "1" + "0" * 15], pl.String, {1: "1e15"}, {0: "number-too-fine"}),
        (["1" + "0" * 14 + "1"], pl.String, {}, {0: TOO_LARGE}),
        ([3.5, 0.1, None], pl.Float64, {0: "3.5", 1: "0.1", 2: None}, {}),
        ([7, -(10**15) - 1], pl.Int64, {0: "7"}, {1: TOO_LARGE}),
        ([Decimal("3.500000001")], pl.Decimal(20, 9), {0: "3.500000001"}, {}),
        ([Decimal("3.5000000001")], pl.Decimal(20, 10), {}, {0: "number-too-fine"}),
    ],
)  # fmt: skip
def test_numbers_are_read_exactly(
    values: list[Any], dtype: Any, held: dict[int, str | None], faults: dict[int, str]
) -> None:
    exact = {row: None if text is None else Decimal(text) for row, text in held.items()}
    assert column(NUMBER, values, dtype) == (exact, faults)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_an_instant_is_not_taken_for_a_day(zone: str) -> None:
    """Midnight in Beijing is the day before in UTC, and which was meant a column of instants does not say."""
    instants = pl.Series(DAY, [dt.datetime(2025, 7, 31, 16)], pl.Datetime("us", zone))
    with pytest.raises(InputError) as caught:
        read_columns(pl.LazyFrame([instants]), one(DAY), AS_OF)
    assert [problem.code for problem in caught.value.problems] == ["column-type"]
