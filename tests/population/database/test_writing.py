"""Answers in the database: in words and in bits, once each, under any name, and refused where it must be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pytest
from tests.population.database.tables import REGIONS, Hearing, create, execute, people, question, rows, run

from xianjie.errors import InputError
from xianjie.population.compiler.eligibility import STATUSES
from xianjie.population.compiler.fields import Choice, Field
from xianjie.population.database import connecting
from xianjie.population.database.assessing import Place
from xianjie.population.database.connecting import checked_address, connected, mapped
from xianjie.population.database.naming import LONGEST, naming_of
from xianjie.population.database.refusals import DatabaseError
from xianjie.population.database.sources import Asking, name_of
from xianjie.population.expanding import expanded_part
from xianjie.population.job.asked import Mapped, compiled_for

HELD = "database-held"


def refusal(url: str, out: Path, **given: Any) -> str:
    with pytest.raises(DatabaseError) as raised:
        run(url, out, **given)
    return raised.value.code


def test_the_view_says_in_words_what_the_answers_mean(database: str, tmp_path: Path) -> None:
    create(database, people(1500))
    done = run(database, tmp_path)
    compiled = compiled_for(done.asked.text)
    packed = pl.concat([pl.read_parquet(path) for path in sorted((tmp_path / "answers").glob("*.parquet"))])
    named = "SELECT attname FROM pg_attribute WHERE attrelid = 'answers'::regclass AND attnum > 0 ORDER BY attnum"
    columns = [name for (name,) in rows(database, named)]
    shown = {row[0]: dict(zip(columns, row, strict=True)) for row in rows(database, "SELECT * FROM answers")}
    assert len(shown) == 1500
    for row in packed.iter_rows(named=True):
        view = shown[row["id"]]
        assert view["as_of"].isoformat() == "2025-08-01"
        assert view["question_sha256"] == done.asked.digest
        for region in REGIONS:
            told = expanded_part(row, compiled, region, "eligibility")
            assert view[f"{region}_eligibility_status"] == told["status"]
            assert set(view[f"{region}_eligibility_missing"]) == set(told["missing"])
            groups = {group["id"]: group["status"] for group in told["groups"]}
            words = view[f"{region}_eligibility_groups"]
            assert {name: words.get(name) in ("matched",) for name in words} == {
                name: groups[name] in ("matched", "covered", "priority_match") for name in words
            }
            assert all(words[name] == groups[name] for name in words if words[name] != "matched")


def test_the_legend_tells_every_code_and_bit(database: str, tmp_path: Path) -> None:
    create(database, people(10))
    done = run(database, tmp_path)
    compiled = compiled_for(done.asked.text)
    found = rows(database, "SELECT column_name, code, bit, answer, meaning FROM answers_legend")
    codes = {(answer, code): meaning for _, code, bit, answer, meaning in found if bit is None}
    bits = {(column, bit): meaning for column, code, bit, _, meaning in found if code is None}
    for region in REGIONS:
        part = compiled.parts[region]["eligibility"]
        assert [codes[f"{region}.eligibility.status", code] for code in range(len(STATUSES))] == list(STATUSES)
        for field in part.fields:
            for meaning in field.meanings:
                place = field.bit(meaning)
                assert place is not None
                column = place[0].replace(".", "_")
                assert bits[column, place[1].bit_length() - 1] == (" ".join(map(str, meaning)) or "*")


def test_all_64_bits_of_a_column_come_back(database: str) -> None:
    field = Field("r.d.missing", tuple((f"f{number}",) for number in range(70)), tuple(range(2, 72)))
    choice = Choice("r.d.status", (), 0, ("one", "two"))
    named = {"r.d.missing": "a", "r.d.missing.1": "b", "r.d.status": "c"}
    from xianjie.population.database.naming import _in_words

    for item, value, expected in (
        (field, (-(2**63), 33, 0), ["f63", "f64", "f69"]),
        (field, (1, 0, 0), ["f0"]),
        (choice, (0, 0, 1), "two"),
    ):
        words = _in_words(item, named)
        assert words is not None
        with psycopg.connect(database) as connection:
            query = psycopg.sql.SQL("SELECT {} FROM (VALUES (%s::bigint, %s::bigint, %s::smallint)) AS t (a, b, c)")
            assert connection.execute(query.format(words), value).fetchone() == (expected,)


def test_what_is_done_is_not_done_again(database: str, tmp_path: Path) -> None:
    create(database, people(2500))
    assert run(database, tmp_path).written == 3
    before = rows(database, "SELECT * FROM answers_parts")
    execute(database, "DROP TABLE people CASCADE")
    create(database, people(10, seed=2))
    again = run(database, tmp_path)
    assert (again.written, again.reading.rows) == (0, 2500)
    assert rows(database, "SELECT * FROM answers_parts") == before
    assert rows(database, "SELECT count(*) FROM answers") == [(2500,)]


def test_a_part_that_is_in_is_never_written_twice(database: str, tmp_path: Path) -> None:
    """The transaction may have come through though nobody heard of it: the receipt is in the table, and counts."""
    create(database, people(2500))

    def stop(receipt: Any) -> None:
        if receipt.part.number == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(database, tmp_path, telling=Hearing(part=stop))
    assert rows(database, "SELECT count(*) FROM answers_packed") == [(2000,)]
    assert rows(database, "SELECT to_regclass('answers')::text, (SELECT finished FROM answers_run)") == [(None, None)]
    assert run(database, tmp_path).written == 1
    assert rows(database, "SELECT count(*), count(DISTINCT id) FROM answers") == [(2500, 2500)]
    assert rows(database, "SELECT finished IS NOT NULL FROM answers_run") == [(True,)]


@pytest.mark.parametrize("when", ["read", "part"])
def test_a_lost_connection_is_told_and_the_run_goes_on_later(database: str, tmp_path: Path, when: str) -> None:
    create(database, people(3500))
    counts = {"read": 0, "part": 0}

    def hear(what: str) -> None:
        counts[what] += 1
        if what == when and counts[what] == 2:
            # more rows than lie ready on the way are still to come, or another part to be written
            execute(
                database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'xianjie'"
            )

    wide = "repeat('x', 3000) AS wide"
    given: dict[str, Any] = {
        "asking": Asking(query=f"SELECT *, {wide} FROM people", key=("id",)),
        "asked": question(Mapped(keep=("wide",))),
    }
    code = refusal(database, tmp_path, telling=Hearing(lambda _: hear("read"), lambda _: hear("part")), **given)
    assert code == "database-lost"
    done = run(database, tmp_path, **given)
    assert len(done.reading.stretches) == (2 if when == "read" else 1)
    assert rows(database, "SELECT count(*), count(DISTINCT id) FROM answers") == [(3500, 3500)]


def test_two_runs_at_once_are_one_too_many(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create(database, people(1500))
    monkeypatch.setattr(connecting, "PATIENCE", 0.2)
    found = []

    def meddle(_: Any) -> None:
        found.append(refusal(database, tmp_path))
        found.append(refusal(database, tmp_path / "elsewhere"))

    run(database, tmp_path, telling=Hearing(part=meddle))
    assert found == [HELD] * 4


def test_a_table_of_other_answers_is_left_alone(database: str, tmp_path: Path) -> None:
    create(database, people(100))
    run(database, tmp_path / "one")
    assert refusal(database, tmp_path / "two") == "database-target-taken"
    assert refusal(database, tmp_path / "three", asked=question(regions=REGIONS[:1])) == "database-target-taken"
    execute(database, "CREATE TABLE other (x int)", "CREATE TABLE more_run (question text)")
    assert refusal(database, tmp_path / "four", place=Place(database, name_of("other"))) == "database-target-taken"
    assert refusal(database, tmp_path / "five", place=Place(database, name_of("more"))) == "database-target-taken"
    assert rows(database, "SELECT count(*) FROM answers") == [(100,)]


def test_a_part_unlike_the_one_in_the_table_is_refused(database: str, tmp_path: Path) -> None:
    create(database, people(100))
    run(database, tmp_path)
    execute(database, "UPDATE answers_parts SET sha256 = 'another'")
    assert refusal(database, tmp_path) == "database-part-unlike"


def test_read_anew_for_another_table(database: str, tmp_path: Path) -> None:
    create(database, people(100))
    run(database, tmp_path)
    execute(database, "DELETE FROM people WHERE id > 100")
    assert refusal(database, tmp_path, place=Place(database, name_of("later"))) == "database-read-damaged"
    done = run(database, tmp_path, fresh=True, place=Place(database, name_of("later")))
    assert done.reading.rows == 31
    assert rows(database, "SELECT count(*) FROM later") == [(31,)]


def test_unusual_names_and_a_column_called_as_ours(database: str, tmp_path: Path) -> None:
    execute(database, 'CREATE SCHEMA "模 式"')
    frame = people(50).rename({"id": "as_of", "aid.received": '收到"帮扶"'}).with_columns(pl.lit(7).alias("code"))
    table = '"模 式"."人""员.表"'
    create(database, frame, table, "as_of")
    execute(database, f'UPDATE {table} SET "household.size" = -1 WHERE as_of = 10')
    run(
        database,
        tmp_path,
        asked=question(Mapped({"aid.received": '收到"帮扶"'}, keep=("code",))),
        asking=Asking(name_of(table)),
        place=Place(database, name_of('"模 式"."结""果"')),
    )
    view = '"模 式"."结""果"'
    assert rows(database, f"SELECT count(*), max(as_of), max(code), max(xianjie_as_of)::text FROM {view}") == [
        (49, 157, 7, "2025-08-01")
    ]
    rejects = view.replace("果", "果_rejects")
    assert rows(database, f"SELECT as_of, column_name FROM {rejects}") == [(10, "household.size")]


ROLE = """
DROP ROLE IF EXISTS assessor;
CREATE ROLE assessor LOGIN;
GRANT USAGE ON SCHEMA public TO assessor;
CREATE SCHEMA results;
"""


def as_assessor(url: str) -> str:
    return url.replace("postgres@", "assessor@", 1)


def drop_role(url: str) -> None:
    execute(url, "DROP SCHEMA results CASCADE", "DROP OWNED BY assessor", "DROP ROLE assessor")


def test_the_rights_that_the_docs_name_are_enough_and_all_are_needed(database: str, tmp_path: Path) -> None:
    create(database, people(100))
    execute(database, ROLE)
    try:
        url = as_assessor(database)
        given = {"place": Place(url, name_of("results.answers"))}
        assert refusal(url, tmp_path, **given) == "database-denied"
        execute(database, "GRANT SELECT ON people TO assessor")
        assert refusal(url, tmp_path, **given) == "database-denied"
        assert not (tmp_path / ".read").exists(), "told before anything is read"
        execute(database, "GRANT USAGE, CREATE ON SCHEMA results TO assessor")
        assert run(url, tmp_path, **given).written == 1
        assert refusal(url, tmp_path, place=Place(url, name_of("no.where"))) == "database-table-unknown"
    finally:
        drop_role(database)


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ('ALTER TABLE people RENAME "aid.received" TO "aid.recieved"', "aid.received", "column-missing"),
        ('ALTER TABLE people ALTER "aid.received" TYPE json USING NULL', "aid.received", "column-type"),
        ('ALTER TABLE people ALTER "aid.received" TYPE int USING NULL', "aid.received", "column-type"),
        ('ALTER TABLE people ALTER "household.size" TYPE date USING NULL', "household.size", "column-type"),
    ],
)
def test_columns_that_do_not_fit_are_told_before_a_row_is_read(
    database: str, tmp_path: Path, change: str, path: str, code: str
) -> None:
    create(database, people(10))
    execute(database, change)
    with pytest.raises(InputError) as raised:
        run(database, tmp_path)
    assert [(one.code, one.place.path) for one in raised.value.problems] == [(code, path)]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://somebody:hunter2@host/db", "database-password"),
        ("host=h password=hunter2", "database-password"),
        ("postgresql://h/db?sslpassword=hunter2", "database-password"),
        ("postgresql://[", "database-address"),
        ("hunter2 hunter2", "database-address"),
        ("nonsense=hunter2", "database-address"),
    ],
)
def test_no_secret_is_taken_in_a_command_or_repeated(address: str, code: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        checked_address(address)
    assert raised.value.code == code
    assert "hunter2" not in str(raised.value)


def test_addresses_may_be_left_to_the_environment(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert checked_address(None) == ""
    found = psycopg.conninfo.conninfo_to_dict(database)
    services = tmp_path / "services"
    services.write_text(f"[county]\nhost={found['host']}\nuser=postgres\ndbname=postgres\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    with connected(checked_address("service=county")) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("postgres",)
    monkeypatch.setenv("PGSERVICE", "county")
    with connected(checked_address(None)) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("postgres",)


def test_a_server_that_is_not_there_is_told_without_its_address(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError) as raised, connected(f"postgresql://secret-user@/x?host={tmp_path}"):
        pass
    assert raised.value.code == "database-unavailable"
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (psycopg.errors.DiskFull, "database-full"),
        (psycopg.errors.OutOfMemory, "database-full"),
        (psycopg.errors.AdminShutdown, "database-lost"),
        (psycopg.errors.ConnectionFailure, "database-lost"),
        (psycopg.errors.IdleSessionTimeout, "database-lost"),
        (psycopg.OperationalError, "database-lost"),
        (psycopg.errors.InsufficientPrivilege, "database-denied"),
        (psycopg.errors.QueryCanceled, "database-failed"),
        (psycopg.errors.UniqueViolation, "database-failed"),
        (psycopg.InterfaceError, "database-failed"),
    ],
)
def test_each_of_the_drivers_errors_has_its_code(error: type[psycopg.Error], code: str) -> None:
    told = mapped(error("王小明"))
    assert told.code == code
    assert "王" not in str(told)


def test_long_and_equal_names_are_told_apart(database: str, tmp_path: Path) -> None:
    create(database, people(10))
    assert refusal(database, tmp_path, place=Place(database, name_of("x" * 56))) == "database-name-long"
    done = run(database, tmp_path, place=Place(database, name_of("x" * 55)))
    compiled = compiled_for(done.asked.text)
    taken = ["id", "jinhua_eligibility_status"]
    naming = naming_of(compiled, (), taken)
    names = [*naming.named.values(), *taken]
    assert len(set(names)) == len(names)
    assert max(len(name.encode()) for name in names) <= LONGEST


def test_the_folder_is_for_its_owner_and_names_no_row(database: str, tmp_path: Path) -> None:
    create(database, people(10))
    done = run(database, tmp_path)
    assert (tmp_path / ".read").stat().st_mode & 0o777 == 0o700
    told = json.loads((tmp_path / ".read" / "reading.json").read_text(encoding="utf-8"))
    assert told["named"] == "people"
    assert [set(stretch) for stretch in told["stretches"]] == [{"first", "snapshot", "at"}]
    assert rows(database, "SELECT reading FROM answers_run") == [(told["stretches"],)]
    assert done.reading.id == told["id"]
    pieces = [json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / ".read").glob("part-*.json")]
    assert [(piece["rows"], piece["last"]) for piece in pieces] == [(10, [])]
