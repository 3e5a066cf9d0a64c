"""PostgreSQL beyond the contract: several processes, migrations, a driver that fails, and secrets that stay secret."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from tests.store.layouts import AT, code_of, small_layout

from xianjie.store import Collection, Store, StoreError, Transaction, layout, open_store
from xianjie.store.postgres import PostgresStore
from xianjie.store.schema import metadata

PROCESSES = 4
THREADS = 8
EACH = 10

OPEN = """
import sys
from xianjie.store import open_store
from tests.store.layouts import small_layout

open_store(sys.argv[1], small_layout())
"""

WORK = f"""
import datetime as dt, sys, threading
from xianjie.store import open_store
from tests.store.layouts import AT, small_layout

store = open_store(sys.argv[1], small_layout())
failures = []

def work(name):
    try:
        for number in range({EACH}):
            with store.transaction() as t:
                found = t.get("notes", "counter")
                t.replace("notes", "counter", {{"n": found.body["n"] + 1}}, found.version)
                t.insert("notes", f"{{name}}-{{number}}", {{"kind": name}})
                t.append("audit", {{"by": name, "number": number}}, AT)
    except BaseException as error:
        failures.append(error)

threads = [threading.Thread(target=work, args=(f"{{sys.argv[2]}}-{{name}}",)) for name in range({THREADS})]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit(str(failures) if failures else 0)
"""


def test_processes_lose_no_update_and_fork_no_chain(database: str) -> None:
    # all of them come to an empty database at once, and make its tables
    processes = [subprocess.Popen([sys.executable, "-W", "ignore", "-c", OPEN, database]) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    with open_store(database, small_layout()) as store:
        with store.transaction() as t:
            t.insert("notes", "counter", {"n": 0})
        processes = [
            subprocess.Popen([sys.executable, "-W", "ignore", "-c", WORK, database, str(name)], stderr=subprocess.PIPE)
            for name in range(PROCESSES)
        ]
        ended = [(process.communicate()[1].decode(), process.returncode) for process in processes]
        assert ended == [("", 0)] * PROCESSES
        total = PROCESSES * THREADS * EACH
        with store.read() as view:
            counter = view.get("notes", "counter")
            assert counter is not None
            assert (counter.version, counter.body["n"]) == (total + 1, total)
            assert view.count("notes") == total + 1
            links = view.entries("audit", limit=total + 1)
        assert [link.seq for link in links] == list(range(1, total + 1))
        for name in {link.body["by"] for link in links}:
            assert [link.body["number"] for link in links if link.body["by"] == name] == list(range(EACH))
        assert store.verify().problems == ()


def test_a_transaction_that_waits_too_long_is_told_so(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.store.schema.PATIENCE", "50ms")
    with open_store(database, small_layout()) as store, store.transaction() as t:
        t.insert("notes", "N-1", {})
        told: list[str] = []

        def other() -> None:
            try:
                with store.transaction():
                    pass
            except StoreError as error:
                told.append(code_of(error))

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert told == ["store-busy"]
        assert t.get("notes", "N-1") is not None


def test_what_the_database_refuses_in_a_block_is_never_acknowledged(database: str) -> None:
    """A server that has given a transaction up answers COMMIT without an error."""
    with open_store(database, small_layout()) as store:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("ALTER TABLE xianjie_keys RENAME TO gone")

            def swallow(t: Transaction) -> None:
                t.append("audit", {}, AT)
                with pytest.raises(StoreError):
                    t.insert("notes", "N-1", {"kind": "a"})

            with pytest.raises(StoreError) as raised, store.transaction() as t:
                swallow(t)
            assert code_of(raised.value) == "store-unavailable"
            connection.execute("ALTER TABLE gone RENAME TO xianjie_keys")
        with store.read() as view:
            assert view.tip("audit") is None
            assert view.get("notes", "N-1") is None


def test_a_connection_that_is_cut_is_told_and_made_anew(database: str) -> None:
    with open_store(database, small_layout()) as store:

        def write(t: Transaction) -> None:
            t.insert("notes", "N-1", {})
            cut(database)
            t.insert("notes", "N-2", {})

        with pytest.raises(StoreError) as raised, store.transaction() as t:
            write(t)
        assert code_of(raised.value) == "store-unavailable"
        cut(database)
        with store.transaction() as t:
            t.insert("notes", "N-3", {})
        with store.read() as view:
            assert [one.id for one in view.find("notes")] == ["N-3"]


def cut(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'xianjie'")


def test_a_newer_schema_is_refused(database: str) -> None:
    open_store(database, small_layout()).close()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE xianjie_schema SET version_num = '9999'")
    with pytest.raises(StoreError) as raised:
        open_store(database, small_layout())
    assert code_of(raised.value) == "store-version"


def test_a_database_that_does_not_hold_every_character_is_refused(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS latin")
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StoreError) as raised:
        open_store(server.replace("/postgres?", "/latin?"), small_layout())
    assert code_of(raised.value) == "store-encoding"


def test_where_there_must_be_a_store_none_is_made(database: str) -> None:
    with pytest.raises(StoreError) as raised:
        open_store(database, small_layout(), create=False)
    assert code_of(raised.value) == "store-absent"
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    open_store(database, small_layout()).close()
    open_store(database, small_layout(), create=False).close()


def test_the_migrations_make_the_tables_that_are_used(database: str) -> None:
    open_store(database, small_layout()).close()
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT table_name, column_name, is_nullable, COALESCE(collation_name, '') FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'xianjie_schema'"
        ).fetchall()
    declared = {
        (table.name, column.name, "NO", getattr(column.type, "collation", None) or "")
        for table in metadata.sorted_tables
        for column in table.columns
    }
    assert set(found) == declared


def test_another_layout_makes_the_keys_anew(database: str) -> None:
    with open_store(database, small_layout()) as store, store.transaction() as t:
        t.insert("notes", "N-1", {"kind": "a", "text": "x"})
        t.insert("notes", "N-2", {"kind": "b", "text": "x"})
    other = layout(Collection("notes", indexed=("text",)))
    with open_store(database, other) as store:
        with store.read() as view:
            assert [one.id for one in view.find("notes", {"text": "x"})] == ["N-1", "N-2"]
        assert store.verify().problems == ()
    with pytest.raises(StoreError) as raised:
        open_store(database, layout(Collection("notes", unique=("text",))))
    assert code_of(raised.value) == "store-duplicate"
    with open_store(database, small_layout()) as store, store.read() as view:
        assert [one.id for one in view.find("notes", {"kind": "b"})] == ["N-2"]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM xianjie_keys WHERE path = 'kind' AND id = 'N-1'",
        "UPDATE xianjie_keys SET key = '\"z\"' WHERE path = 'kind' AND id = 'N-1'",
        "UPDATE xianjie_records SET body = '{\"kind\": \"z\"}' WHERE id = 'N-1'",
    ],
)
def test_verify_finds_keys_that_differ_and_compact_mends_them(database: str, change: str) -> None:
    with open_store(database, small_layout()) as store:
        with store.transaction() as t:
            t.insert("notes", "N-1", {"kind": "a"})
        meddle(database, change)
        assert [problem.code for problem in store.verify().problems] == ["store-index"]
        store.compact()
        assert store.verify().problems == ()


def meddle(database: str, change: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(change.encode())


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("UPDATE xianjie_entries SET body = '{\"n\": 9}' WHERE seq = 2", ["audit[2]"]),
        ("UPDATE xianjie_entries SET at = '2026-01-01T00:00:00.000000Z' WHERE seq = 2", ["audit[2]"]),
        ("DELETE FROM xianjie_entries WHERE seq = 2", ["audit[3]"]),
        ("DELETE FROM xianjie_entries WHERE seq = 1", ["audit[2]"]),
        (
            "UPDATE xianjie_entries SET seq = seq + 10 WHERE seq IN (2, 3);"
            "UPDATE xianjie_entries SET seq = 15 - seq WHERE seq > 10",
            ["audit[2]", "audit[2]", "audit[3]", "audit[3]", "audit[4]"],
        ),
    ],
)
def test_verify_tells_which_link_was_edited_dropped_or_moved(database: str, change: str, where: list[str]) -> None:
    with open_store(database, small_layout()) as store:
        with store.transaction() as t:
            for number in range(1, 5):
                t.append("audit", {"n": number}, AT)
        meddle(database, change)
        problems = store.verify().problems
        assert {problem.code for problem in problems} == {"chain-broken"}
        assert [problem.place.path for problem in problems] == where


SECRET = "hunter2-geheim"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{SECRET}@127.0.0.1:1/none",
        f"postgresql://me:{SECRET}@nowhere.invalid/none",
        f"postgresql://me:{SECRET}@[::1/none",
        f"postgresql://me:{SECRET}@127.0.0.1:port/none",
        f"mysql://me:{SECRET}@127.0.0.1/none",
        f"://{SECRET}",
    ],
)
def test_no_message_holds_a_password_or_an_address(url: str) -> None:
    with pytest.raises(StoreError) as raised:
        open_store(url)
    assert code_of(raised.value) in ("store-url", "store-unavailable")
    said = f"{raised.value} {raised.value.problems} {raised.value.__cause__}"
    for secret in (SECRET, "127.0.0.1", "nowhere", "me:"):
        assert secret not in said
    assert raised.value.__context__ is None or raised.value.__suppress_context__


def test_the_address_chooses_the_store(database: str, tmp_path: Path) -> None:
    store: Store
    with open_store(database.replace("postgresql://", "postgresql+psycopg://"), small_layout()) as store:
        assert isinstance(store, PostgresStore)
    for place in (tmp_path / "a", str(tmp_path / "b")):
        with open_store(place, small_layout()) as store:
            assert not isinstance(store, PostgresStore)
