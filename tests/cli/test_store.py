"""`xianjie store` on screen and as JSON: what it examines, carries over and refuses."""

from __future__ import annotations

import datetime as dt
import json
import stat
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from xianjie.store import open_store

AT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home whose store holds a decision and a link."""
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XIANJIE_DATABASE_URL", raising=False)
    with open_store(tmp_path / "home" / "store") as store, store.transaction() as t:
        t.insert("decisions", "D-1", {"case": "c"})
        t.append("audit", {"id": "D-1"}, AT)
    return tmp_path / "home"


def test_verify_counts_and_says_that_all_is_whole(run: Run, home: Path) -> None:
    done = run("store", "verify")
    assert done.exit_code == 0
    assert [line.split() for line in done.stdout.splitlines() if "──" not in line] == [
        ["集合或链", "条数"],
        ["chain:audit", "1"],
        ["decisions", "1"],
        ["✓", "完好"],
    ]
    told = json.loads(run("store", "verify", "--json").stdout)
    assert (told["records"]["decisions"], told["entries"], told["problems"]) == (1, {"audit": 1}, [])


def test_verify_refuses_a_damaged_store_with_file_and_line(run: Run, home: Path) -> None:
    path = home / "store" / "journal-000000000000.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"D-1"', b'"D-2"'))
    done = run("store", "verify", "--lang", "en")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{path}:2: the store is damaged")
    assert "[store-broken]" in done.stderr


def test_a_chain_that_does_not_hold_is_named(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.ndjson"
    assert run("store", "export", str(file)).exit_code == 0
    lines = file.read_bytes().splitlines(keepends=True)
    import hashlib

    lines[-2] = lines[-2].replace(b'"id":"D-1"', b'"id":"D-2"')
    lines[-1] = json.dumps({"sha256": hashlib.sha256(b"".join(lines[:-1])).hexdigest()}).encode()
    file.write_bytes(b"".join(lines))
    other = str(tmp_path / "other")
    assert run("store", "import", str(file), "--store", other).exit_code == 0
    done = run("store", "verify", "--store", other)
    assert done.exit_code == 2
    assert "audit[1]: 链的第 1 条内容与哈希不符 [chain-broken]" in done.stderr
    told = json.loads(run("store", "verify", "--store", other, "--json").stdout)
    assert [(one["code"], one["place"]) for one in told["problems"]] == [("chain-broken", "audit[1]")]


def test_an_export_is_carried_over_whole(run: Run, home: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.ndjson", tmp_path / "b.ndjson"
    assert run("store", "export", str(first)).exit_code == 0
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert run("store", "import", str(first), "--store", str(tmp_path / "other")).exit_code == 0
    assert run("store", "compact", "--forget", "--store", str(tmp_path / "other")).exit_code == 0
    assert run("store", "export", str(second), env={"XIANJIE_DATABASE_URL": str(tmp_path / "other")}).exit_code == 0
    assert second.read_bytes() == first.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ndjson", "b.ndjson", "home", "other"]


def test_what_is_there_is_not_written_over(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.ndjson"
    file.write_text("mine", encoding="utf-8")
    done = run("store", "export", str(file))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "[file-exists]" in done.stderr
    assert file.read_text(encoding="utf-8") == "mine"
    assert "[file-unwritable]" in run("store", "export", str(tmp_path / "none" / "x")).stderr
    other = tmp_path / "b.ndjson"
    assert run("store", "export", str(other)).exit_code == 0
    assert "[store-not-empty]" in run("store", "import", str(other)).stderr


@pytest.mark.parametrize("command", [["verify"], ["compact"], ["export", "x.ndjson"]])
def test_where_there_is_no_store_none_is_made(run: Run, tmp_path: Path, command: list[str]) -> None:
    done = run("store", *command, "--store", str(tmp_path / "none"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "[store-absent]" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_store_in_use_is_told(run: Run, home: Path) -> None:
    with open_store(home / "store"):
        done = run("store", "verify")
    assert done.exit_code == 2
    assert "[store-locked]" in done.stderr


def test_a_torn_line_is_told_once(run: Run, home: Path) -> None:
    with (home / "store" / "journal-000000000000.jsonl").open("ab") as stream:
        stream.write(b'{"sum":"')
    done = run("store", "verify")
    assert done.exit_code == 0
    assert "[store-torn]" in done.stderr
    assert run("store", "verify").stderr == ""


def test_a_missing_export_is_told(run: Run, tmp_path: Path) -> None:
    done = run("store", "import", str(tmp_path / "none"), "--store", str(tmp_path / "s"))
    assert done.exit_code == 2
    assert "[file-unreadable]" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_import_that_fails_leaves_an_empty_store(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ndjson"
    file.write_text("{}\n", encoding="utf-8")
    done = run("store", "import", str(file), "--store", str(tmp_path / "s"))
    assert done.exit_code == 2
    assert f"{file}:1: " in done.stderr
    assert "空的存储" in run("store", "verify", "--store", str(tmp_path / "s")).stdout
