"""`xianjie population assess-table`: from a table to the folder and back into tables, with nothing secret said."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import psycopg
import pytest
from tests.population.database.tables import create, execute, people, rows
from typer.testing import CliRunner, Result

from xianjie.cli import create_app
from xianjie.cli.population.database import TableProgress

FAULTY = "household.size"


@pytest.fixture
def server_by_environment(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the PG… variables tell where the database is."""
    found = psycopg.conninfo.conninfo_to_dict(database)
    for name in ("host", "user"):
        monkeypatch.setenv(f"PG{name.upper()}", str(found[name]))
    monkeypatch.setenv("PGDATABASE", "postgres")
    return database


def command(*given: str) -> Result:
    words = ("population", "assess-table", *given, "--regions", "jinhua", "--as-of", "2025-08-01", "--workers", "1")
    return CliRunner().invoke(create_app(), words)


def test_a_table_is_assessed_and_the_answers_are_in_a_view(server_by_environment: str, tmp_path: Path) -> None:
    frame = people(300).with_columns(pl.when(pl.col("id") == 13).then(-1).otherwise(pl.col(FAULTY)).alias(FAULTY))
    create(server_by_environment, frame)
    out = tmp_path / "out"
    done = command("people", str(out), "--to", "answers", "--lang", "en")
    assert done.exit_code == 4, done.stderr
    assert "299 rows answered, 1 put aside" in done.stdout
    assert "written to the table answers (1 parts just now)" in done.stderr
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["rows"], manifest["rejected"]) == (300, 1)
    assert rows(server_by_environment, "SELECT count(*) FROM answers") == [(299,)]
    assert rows(server_by_environment, "SELECT * FROM answers_rejects") == [(13, FAULTY, "number-too-small")]
    assert "0 parts just now" in command("people", str(out), "--to", "answers", "--lang", "en").stderr


def test_a_query_in_a_file_with_a_key_and_a_mapping(server_by_environment: str, tmp_path: Path) -> None:
    create(server_by_environment, people(50))
    query, mapping = tmp_path / "people.sql", tmp_path / "mapping.yaml"
    query.write_text('SELECT id AS "编号", "aid.received" AS "收到帮扶" FROM people -- 全部\n;\n', encoding="utf-8")
    mapping.write_text("columns:\n  aid.received: 收到帮扶\nunrecorded: rest\n", encoding="utf-8")
    done = command(str(query), str(tmp_path / "out"), "--key", "编号", "--mapping", str(mapping))
    assert done.exit_code == 4, done.stderr
    answers = pl.read_parquet(tmp_path / "out" / "answers" / "*.parquet")
    assert answers["编号"].to_list() == list(range(10, 160, 3))


def test_strict_leaves_no_view_where_a_row_is_put_aside(server_by_environment: str, tmp_path: Path) -> None:
    create(server_by_environment, people(20).with_columns(pl.lit(-1).alias(FAULTY)))
    done = command("people", str(tmp_path / "out"), "--to", "answers", "--strict")
    assert done.exit_code == 2
    assert "population-rejected" in done.stderr
    assert rows(server_by_environment, "SELECT to_regclass('answers')::text") == [(None,)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["--database", "postgresql://me:hunter2@host/db"], "database-password"),
        (["--to-database", "host=h password=hunter2"], "database-password"),
        (["--to", "a b"], "database-name"),
        (["--key", "nothing"], "database-key-unknown"),
    ],
)
def test_what_is_wrong_with_the_command_is_told(
    server_by_environment: str, tmp_path: Path, given: list[str], code: str
) -> None:
    create(server_by_environment, people(5))
    done = command("people", str(tmp_path / "out"), *given)
    assert done.exit_code == 2
    assert f"[{code}]" in done.stderr
    assert "hunter2" not in done.output + done.stderr
    assert done.stdout == ""


def test_after_ctrl_c_the_same_command_goes_on_and_says_what_that_means(
    server_by_environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(server_by_environment, people(30))
    given = ("people", str(tmp_path / "out"), "--to", "answers", "--rows-per-part", "10", "--lang", "en")

    def stop(_: TableProgress, count: int) -> None:
        if count == 20:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(TableProgress, "read", stop)
        assert command(*given).exit_code == 130
    done = command(*given)
    assert "the rows were read in 2 goes, not as they stood at one moment" in done.stderr
    assert rows(server_by_environment, "SELECT count(*) FROM answers") == [(30,)]
    execute(server_by_environment, "DROP VIEW answers", "DROP TABLE answers_packed, answers_parts")
    execute(server_by_environment, "DROP TABLE answers_rejects, answers_legend, answers_run")
    assert "goes" not in command(*given, "--fresh").stderr
