"""A table is read as a file of the same rows would be: every type, the strangest values, any name, at one moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pytest
from tests.population.database.tables import Hearing, create, execute, people, question, rows, run

from xianjie.population.database.connecting import connected
from xianjie.population.database.refusals import DatabaseError
from xianjie.population.database.sources import Asking, described, name_of, source_of
from xianjie.population.database.staging import Reading, opened, read_all
from xianjie.population.job.asked import Mapped
from xianjie.population.job.parts import parts_of
from xianjie.population.job.running import run_parts

TYPED = """
CREATE TYPE word AS ENUM ('低保', '特困');
CREATE DOMAIN amount AS numeric(30,6);
CREATE TABLE t (
  id int PRIMARY KEY, flag boolean, small smallint, large bigint, money numeric(30,6), own amount, plain numeric,
  real real, double double precision, day date, moment timestamp, zoned timestamptz, text text, fixed char(6),
  word word, words text[], enums word[]
)
"""
NAMES = [
    *("flag", "small", "large", "money", "own", "plain", "real", "double", "day", "moment", "zoned", "text", "fixed"),
    *("word", "words", "enums"),
]


def staged(
    url: str,
    out: Path,
    asking: Asking,
    facts: list[str],
    keep: Sequence[str] = (),
    most: int = 1000,
    tell: Callable[[int], None] = lambda _: None,
) -> tuple[pl.DataFrame, Reading]:
    """Read a source into a folder; gives its rows and how it was read."""
    with connected(url) as connection:
        source = source_of(connection, asking, described(connection, asking), facts, keep)
        reading = read_all(connection, source, opened(source, out), most, tell)
    frames = [part.scan().collect() for part in reading.parts]
    return pl.concat(frames, how="vertical_relaxed"), reading


def fault(url: str, out: Path, asking: Asking, facts: list[str] | None = None) -> str:
    with pytest.raises(DatabaseError) as raised:
        staged(url, out, asking, facts or [])
    return raised.value.code


def test_every_type_is_read_exactly(database: str, tmp_path: Path) -> None:
    execute(
        database,
        TYPED,
        "INSERT INTO t VALUES (1, true, -32768, 9223372036854775807, 80000.555, 0.5, 123456789012345678901234567890.1,"
        " 0.1, 0.1, '2025-05-01', '2025-05-01 23:59', '2025-04-30 16:30+00', E'a,\"b\"\\n二', '特困', '低保',"
        " ARRAY['住房', 'a\"b,c'], ARRAY['特困']::word[])",
        "INSERT INTO t (id) VALUES (2)",
    )
    frame, _ = staged(database, tmp_path, Asking(name_of("t")), NAMES)
    first, second = frame.rows()
    assert first == (
        *(1, True, -32768, 2**63 - 1, "80000.555", "0.5", "123456789012345678901234567890.1", 0.1, 0.1),
        *(dt.date(2025, 5, 1), dt.date(2025, 5, 1), dt.date(2025, 5, 1), 'a,"b"\n二', "特困", "低保"),
        *(["住房", 'a"b,c'], ["特困"]),
    )
    assert second == (2, *[None] * len(NAMES))


@pytest.mark.parametrize(
    ("column", "value", "held"),
    [
        ("day", "infinity", "infinity"),
        ("day", "0044-03-15 BC", "0044-03-15 BC"),
        ("day", "12024-01-01", "12024-01-01"),
        ("moment", "-infinity", "-infinity"),
        ("plain", "NaN", "NaN"),
        ("double", "Infinity", float("inf")),
        ("text", "", ""),
        ("text", "\\.", "\\."),
        ("text", "NULL", "NULL"),
        ("text", " x\r\n", " x\r\n"),
        ("words", "{}", []),
        ("words", "{NULL}", [None]),
        ("words", "{{a,b},{c,d}}", [None]),
    ],
)
def test_strange_values_come_as_they_are(database: str, tmp_path: Path, column: str, value: str, held: Any) -> None:
    execute(database, TYPED)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"INSERT INTO t (id, {column}) VALUES (1, %s), (2, NULL)".encode(), [value])
    frame, _ = staged(database, tmp_path, Asking(name_of("t")), [column])
    assert frame[column].to_list() == [held, None]


def test_one_infinite_day_leaves_the_days_of_other_parts_days(database: str, tmp_path: Path) -> None:
    execute(
        database,
        "CREATE TABLE t (id int PRIMARY KEY, day date)",
        "INSERT INTO t VALUES (1, '2025-05-01'), (2, 'infinity'), (3, '2025-05-03')",
    )
    _, reading = staged(database, tmp_path, Asking(name_of("t")), ["day"], most=2)
    first, second = (part.scan().collect()["day"] for part in reading.parts)
    assert first.to_list() == ["2025-05-01", "infinity"]
    assert second.to_list() == [dt.date(2025, 5, 3)]


@pytest.mark.parametrize("kept", ["moment", "zoned", "fixed", "money", "words"])
def test_what_only_goes_along_keeps_its_text(database: str, tmp_path: Path, kept: str) -> None:
    execute(
        database,
        TYPED,
        "INSERT INTO t (id, moment, zoned, fixed, money, words) VALUES"
        " (1, '2025-05-01 23:59', '2025-05-01 00:30+08', 'ab', 1.5, ARRAY['a', 'b'])",
    )
    frame, _ = staged(database, tmp_path, Asking(name_of("t")), [], [kept])
    told = {
        "moment": "2025-05-01 23:59:00",
        "zoned": "2025-05-01 00:30:00+08",
        "fixed": "ab",
        "money": "1.500000",
        "words": "{a,b}",
    }
    assert frame[kept].to_list() == [told[kept]]


def as_read_from_a_file(out: Path, file: Path, mapped: Mapped) -> tuple[pl.DataFrame, pl.DataFrame]:
    run_parts(question(mapped), parts_of([file], 1000), out, 1, lambda _: None)
    answers = pl.concat([pl.read_parquet(path) for path in sorted((out / "answers").glob("*.parquet"))])
    found = sorted((out / "rejects").glob("*.parquet"))
    rejects = pl.concat([pl.read_parquet(path) for path in found]) if found else pl.DataFrame()
    return answers, rejects


def test_the_answers_are_those_of_the_same_rows_in_a_file(database: str, tmp_path: Path) -> None:
    frame = people(3500)
    create(database, frame)
    file = tmp_path / "people.parquet"
    frame.write_parquet(file)
    expected, rejects = as_read_from_a_file(tmp_path / "file", file, Mapped(keep=("id",)))
    assert rejects.is_empty()
    out = tmp_path / "table"
    done = run(database, out)
    assert [piece.rows for piece in done.reading.pieces] == [1000, 1000, 1000, 500]
    answers = pl.concat([pl.read_parquet(path) for path in sorted((out / "answers").glob("*.parquet"))])
    assert answers.equals(expected)
    columns = [name for name in expected.columns if name != "row"]
    signed = expected.select(
        pl.col(name).reinterpret(signed=True) if expected.schema[name] == pl.UInt64 else pl.col(name)
        for name in columns
    )
    assert rows(database, "SELECT * FROM answers_packed ORDER BY id") == signed.rows()
    assert not list((out / ".read").glob("*.parquet")), "what was read goes when all is answered"


MONEY, DAY, SIZE, SET = "household.annual_income", "aid.exit_date", "household.size", "aid.special_programmes"


def test_bad_rows_are_put_aside_with_their_keys_and_codes(database: str, tmp_path: Path) -> None:
    create(database, people(2100))
    execute(
        database,
        f'ALTER TABLE people ALTER "{MONEY}" TYPE numeric(30,6), ALTER "{SET}" TYPE text[]',
        f"""UPDATE people SET "{MONEY}" = 80000.555 WHERE id = 10""",
        f"""UPDATE people SET "{MONEY}" = 80000.550 WHERE id = 13""",
        f"""UPDATE people SET "{MONEY}" = 'NaN', "{SIZE}" = -1 WHERE id = 16""",
        f"""UPDATE people SET "{DAY}" = 'infinity' WHERE id = 3010""",
        f"""UPDATE people SET "{DAY}" = '0044-03-15 BC' WHERE id = 3013""",
        f"""UPDATE people SET "{SET}" = ARRAY[ARRAY['住房'], ARRAY['医疗']] WHERE id = 3016""",
    )
    done = run(database, tmp_path / "out")
    found = rows(database, "SELECT * FROM answers_rejects ORDER BY id, column_name")
    codes = {(key, column): code for key, column, code in found}
    assert codes == {
        (10, MONEY): codes[10, MONEY],
        (16, MONEY): "cell-money",
        (16, SIZE): codes[16, SIZE],
        (3010, DAY): "type-date",
        (3013, DAY): "type-date",
        (3016, SET): codes[3016, SET],
    }
    assert done.finished.rejected == 5
    kept = {key for (key,) in rows(database, "SELECT id FROM answers")}
    assert kept == {10 + 3 * number for number in range(2100)} - {10, 16, 3010, 3013, 3016}


def test_the_table_is_read_as_it_stood_at_one_moment(database: str, tmp_path: Path) -> None:
    create(database, people(2500))

    def meddle(count: int) -> None:
        if count == 1000:
            execute(database, "DELETE FROM people WHERE id % 2 = 0", "INSERT INTO people (id) VALUES (100000)")

    done = run(database, tmp_path, telling=Hearing(meddle))
    assert len(done.reading.stretches) == 1
    assert rows(database, "SELECT count(*), max(id) FROM answers") == [(2500, 10 + 3 * 2499)]


@pytest.mark.parametrize(
    ("key", "type_", "values"),
    [
        ("k", "uuid", ["00000000-0000-0000-0000-00000000000a", "ffffffff-ffff-ffff-ffff-ffffffffffff"]),
        ("k", "char(8)", ["ab", "b'\"\\"]),
        ("k", "text", ["", "\\.", "二"]),
        ("k", "date", ["0044-03-15 BC", "2025-05-01", "infinity"]),
        ("k", "numeric(20,4)", ["-1.5000", "3.0000"]),
        ("k", "smallint", ["-5", "7", "10", "100"]),
        ("k", "numeric", ["-5", "7", "10", "100.5"]),
        ('"编 ""号"', "text", ["乙", "甲"]),
    ],
)
def test_any_kind_of_key_goes_through_and_takes_up_after_itself(
    database: str, tmp_path: Path, key: str, type_: str, values: list[str]
) -> None:
    execute(database, f"CREATE TABLE t ({key} {type_} PRIMARY KEY, x int)")
    with psycopg.connect(database, autocommit=True) as connection:
        for value in values:
            connection.execute(f"INSERT INTO t ({key}) VALUES (%s)".encode(), [value])
    count = 0

    def stop(_: int) -> None:
        nonlocal count
        count += 1
        if count <= len(values):
            raise KeyboardInterrupt

    asking = Asking(name_of("t"))
    for _ in values:
        with pytest.raises(KeyboardInterrupt):
            staged(database, tmp_path, asking, ["x"], most=1, tell=stop)
    frame, reading = staged(database, tmp_path, asking, ["x"], most=1)
    assert len(reading.stretches) == len(values) + 1
    assert len(frame) == len(values)
    assert [str(value) for value in frame[:, 0]] == values


def test_a_key_of_several_columns_is_taken_up_in_its_order(database: str, tmp_path: Path) -> None:
    execute(
        database,
        "CREATE TABLE t (a int, b text, PRIMARY KEY (b, a))",
        "INSERT INTO t SELECT n % 7, chr(97 + n / 7) FROM generate_series(0, 48) n",
    )
    asking = Asking(name_of("t"))
    for stop_at in (10, 20, 30):

        def stop(count: int, stop_at: int = stop_at) -> None:
            if count >= stop_at:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            staged(database, tmp_path, asking, [], most=3, tell=stop)
    frame, reading = staged(database, tmp_path, asking, [], most=3)
    assert len(reading.stretches) == 4
    assert frame.columns == ["b", "a"]
    assert frame.rows() == sorted((chr(97 + n // 7), n % 7) for n in range(49))


def test_views_and_queries_are_read_by_a_key_that_is_named(database: str, tmp_path: Path) -> None:
    execute(
        database,
        "CREATE TABLE t (id int, x numeric(8,2))",
        "INSERT INTO t VALUES (2, 2.50), (1, NULL)",
        "CREATE VIEW v AS SELECT * FROM t",
    )
    view, _ = staged(database, tmp_path / "view", Asking(name_of("v"), key=("id",)), ["x"])
    query, _ = staged(
        database,
        tmp_path / "query",
        Asking(query="SELECT id, x FROM t WHERE '100%' <> '{}' -- all of them\n;", key=("id",)),
        ["x"],
    )
    assert view.rows() == query.rows() == [(1, None), (2, "2.5")]


def test_an_empty_table_is_one_part_without_rows(database: str, tmp_path: Path) -> None:
    create(database, people(0))
    done = run(database, tmp_path)
    assert (done.finished.answered, len(done.reading.pieces)) == (0, 1)
    assert rows(database, "SELECT count(*) FROM answers") == [(0,)]


@pytest.mark.parametrize(
    ("statements", "asking", "code"),
    [
        ([], Asking(name_of("nowhere")), "database-table-unknown"),
        ([], Asking(name_of("no.where")), "database-table-unknown"),
        (["CREATE TABLE t (id int)"], Asking(name_of("t")), "database-key-missing"),
        ([], Asking(query="SELECT 1 AS id"), "database-key-missing"),
        ([], Asking(query="SELECT 1 AS id", key=("di",)), "database-key-unknown"),
        ([], Asking(query="SELECT 1 AS id, 2 AS id", key=("id",)), "database-query"),
        ([], Asking(query="SELEKT 1", key=("id",)), "database-query"),
        (["CREATE TABLE t (id int)"], Asking(query="DELETE FROM t RETURNING id", key=("id",)), "database-query"),
        ([], Asking(query="SELECT 0.1::float8 AS id", key=("id",)), "database-key-type"),
        ([], Asking(query="SELECT unnest(ARRAY[1, NULL]) AS id", key=("id",)), "database-key-null"),
        ([], Asking(query="SELECT unnest(ARRAY[1, 2, 1]) AS id", key=("id",)), "database-key-doubled"),
        ([], Asking(query="SELECT 1 AS id, 1 / 0 AS x", key=("id",)), "database-failed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    database: str, tmp_path: Path, statements: list[str], asking: Asking, code: str
) -> None:
    execute(database, *statements)
    assert fault(database, tmp_path, asking, ["x"] if "x" in (asking.query or "") else None) == code


def test_a_key_that_is_double_across_parts_is_noticed(database: str, tmp_path: Path) -> None:
    asking = Asking(query="SELECT unnest(ARRAY[1, 2, 2, 3]) AS id", key=("id",))
    with pytest.raises(DatabaseError) as raised:
        staged(database, tmp_path, asking, [], most=2)
    assert raised.value.code == "database-key-doubled"


def test_no_value_stands_in_an_error(database: str, tmp_path: Path) -> None:
    execute(database, "CREATE TABLE t (id int PRIMARY KEY, x text)", "INSERT INTO t VALUES (1, '王小明')")
    with pytest.raises(DatabaseError) as raised:
        staged(database, tmp_path, Asking(query="SELECT id, x::int AS x FROM t", key=("id",)), ["x"])
    assert raised.value.code == "database-failed"
    assert "王" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_another_source_is_not_mixed_into_a_folder(database: str, tmp_path: Path) -> None:
    execute(database, "CREATE TABLE t (id int PRIMARY KEY, x int, y int)", "INSERT INTO t VALUES (1, 2, 3)")
    staged(database, tmp_path, Asking(name_of("t")), ["x"])
    assert fault(database, tmp_path, Asking(name_of("t")), ["y"]) == "database-read-otherwise"


def test_what_was_read_and_is_damaged_is_refused(database: str, tmp_path: Path) -> None:
    execute(database, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    _, reading = staged(database, tmp_path, Asking(name_of("t")), [])
    reading.path(0).write_bytes(b"x")
    assert fault(database, tmp_path, Asking(name_of("t"))) == "database-read-damaged"


@pytest.mark.parametrize(
    ("text", "schema", "table"),
    [
        ("t", None, "t"),
        ("S.T", "s", "t"),
        ('"S"."a.b"', "S", "a.b"),
        (' 模式 . "表 ""x""" ', "模式", '表 "x"'),
        ("Ä", None, "Ä"),
    ],
)
def test_names_are_read_as_sql_has_them(text: str, schema: str | None, table: str) -> None:
    found = name_of(text)
    assert (found.schema, found.table) == (schema, table)


@pytest.mark.parametrize("text", ["", ".", "a.", "a.b.c", "a b", '"', '""', "1a", "t; DROP TABLE t", "a\x00"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        name_of(text)
    assert raised.value.code == "database-name"


def test_exact_sums_stay_exact(database: str, tmp_path: Path) -> None:
    execute(
        database,
        "CREATE TABLE t (id int PRIMARY KEY, x numeric)",
        "INSERT INTO t VALUES (1, 0.10), (2, 1e20), (3, 99999999999999.99), (4, 0.000001)",
    )
    frame, _ = staged(database, tmp_path, Asking(name_of("t")), ["x"])
    assert frame["x"].to_list() == ["0.1", "1" + "0" * 20, "99999999999999.99", "0.000001"]
    assert [Decimal(text) for text in frame["x"]] == [
        Decimal("0.1"),
        10**20,
        Decimal("99999999999999.99"),
        Decimal("1e-6"),
    ]
