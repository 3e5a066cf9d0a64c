"""`xianjie audit` on screen and as JSON: what it examines, lists and carries out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run


@pytest.fixture
def home(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home where two keys were issued and one was revoked."""
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path / "home"))
    for name in ("XIANJIE_DATABASE_URL", "XIANJIE_KEYS_FILE", "XIANJIE_KEYS"):
        monkeypatch.delenv(name, raising=False)
    first, _ = (run("access", "issue", "--holder", holder, "--role", "reader@8801").stdout for holder in ("a1", "a2"))
    assert run("access", "revoke", first[4:14]).exit_code == 0
    return tmp_path / "home"


def test_a_whole_chain_gives_its_anchor(run: Run, home: Path) -> None:
    done = run("audit", "verify")
    assert (done.exit_code, done.stderr) == (0, "")
    whole, anchor = done.stdout.splitlines()
    assert whole == "✓ 完好，共 3 条"
    assert anchor.startswith("锚 3:k-")
    again = run("audit", "verify", "--anchor", anchor.removeprefix("锚 "), "--lang", "en")
    assert again.stdout.splitlines()[0] == "✓ whole, 3 entries"
    told = json.loads(run("audit", "verify", "--json").stdout)
    assert told == {"whole": True, "entries": 3, "anchor": anchor.removeprefix("锚 "), "problems": []}


def test_an_anchor_that_is_not_in_the_chain_is_told(run: Run, home: Path) -> None:
    done = run("audit", "verify", "--anchor", "4:k-abcdefgh:00")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "audit[4]: 锚所记的一条不在链里：末尾被截去，或整条链被换过 [audit-anchor-lost]\n"
    told = run("audit", "verify", "--anchor", "4:k-abcdefgh:00", "--json")
    assert told.exit_code == 2
    (problem,) = json.loads(told.stdout)["problems"]
    assert (problem["code"], problem["place"]) == ("audit-anchor-lost", "audit[4]")
    assert "[anchor-form]" in run("audit", "verify", "--anchor", "x").stderr


def test_entries_are_listed_in_beijing_s_time(run: Run, home: Path) -> None:
    done = run("audit", "list", "--lang", "en")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["1", "2", "3"]
    assert lines[2].split("   ")[2:4] != []
    assert "an API key issued" in lines[2]
    assert "an API key revoked" in lines[4]
    assert "command-line" in lines[2]
    assert run("audit", "list", "--after", "2", "--limit", "5").stdout.splitlines()[2].split()[0] == "3"
    assert run("audit", "list", "--after", "3").stdout == "没有记录\n"
    for width in (60, 80, 120):
        for line in run("audit", "list", width=width).stdout.splitlines():
            assert len(line) <= width


def test_an_export_is_a_line_for_each_entry(run: Run, home: Path) -> None:
    done = run("audit", "export", "--after", "1")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["seq"] for one in entries] == [2, 3]
    assert entries[1]["previous"] == entries[0]["hash"]
    assert entries[1]["body"]["event"] == "api_key_revoked"


def test_where_there_is_no_store_that_is_said(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XIANJIE_DATABASE_URL", raising=False)
    for command in ("verify", "list", "export"):
        done = run("audit", command)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "[store-absent]" in done.stderr
    assert not (tmp_path / "home").exists()
