"""Tests of `xianjie keys`: the file is made, listed, rotated and reduced, and no secret is shown."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from xianjie.vault import read_ring, suites

from .conftest import Run


@pytest.fixture
def file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys.json"
    monkeypatch.delenv("XIANJIE_KEYS", raising=False)
    monkeypatch.setenv("XIANJIE_KEYS_FILE", str(path))
    assert run("keys", "new", str(path)).exit_code == 0
    return path


def secrets(file: Path) -> list[str]:
    return [key["secret"] for key in json.loads(file.read_text(encoding="utf-8"))["keys"]]


def test_a_key_file_is_made_for_its_owner_alone_and_never_over_another(run: Run, file: Path) -> None:
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    again = run("keys", "new", str(file))
    assert (again.exit_code, again.stdout) == (2, "")
    assert "[file-exists]" in again.stderr
    assert file.read_bytes() == before


def test_keys_are_listed_without_their_secrets(run: Run, file: Path) -> None:
    (key_id,) = read_ring(file).keys
    shown = run("keys", "list")
    assert f"{key_id}   aes" in shown.stdout
    assert "加密、查找、决定编号、审计链、接口密钥" in shown.stdout
    assert "encrypt, lookup, decisions, audit, access" in run("keys", "list", "--lang", "en").stdout
    (described,) = json.loads(run("keys", "list", "--json").stdout)
    assert set(described) == {"id", "suite", "created", "current_for"}
    for output in (shown.stdout, run("keys", "list", "--json").stdout):
        assert not any(secret in output for secret in secrets(file))


def test_keys_are_rotated_for_some_or_all_purposes_and_keep_their_suite(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "sm.json"
    assert run("keys", "new", str(path), "--suite", "sm").exit_code == 0
    options = ("--file", str(path))
    assert run("keys", "rotate", *options, "--purpose", "encrypt", "--purpose", "lookup").exit_code == 0
    first, second = json.loads(run("keys", "list", "--json", *options).stdout)
    assert (first["current_for"], second["current_for"]) == (["decisions", "audit", "access"], ["encrypt", "lookup"])
    assert first["suite"] == second["suite"] == "sm", "a rotation does not change the algorithms by itself"
    assert run("keys", "rotate", *options, "--suite", "aes").exit_code == 0
    third = json.loads(run("keys", "list", "--json", *options).stdout)[2]
    assert (third["suite"], len(third["current_for"])) == ("aes", 5)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_retired_key_is_dropped_when_it_is_said_twice(run: Run, file: Path) -> None:
    (old,) = read_ring(file).keys
    assert "[key-in-use]" in run("keys", "drop", old, "--yes").stderr
    assert run("keys", "rotate").exit_code == 0
    unsure = run("keys", "drop", old)
    assert (unsure.exit_code, "[keys-drop-unsure]" in unsure.stderr) == (2, True)
    assert old in read_ring(file).keys
    assert run("keys", "drop", old, "--yes").exit_code == 0
    assert old not in read_ring(file).keys
    assert "[key-unknown]" in run("keys", "drop", old, "--yes").stderr


def test_the_file_in_ones_own_folder_is_the_one_that_the_service_takes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XIANJIE_KEYS", "XIANJIE_KEYS_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path))
    own = tmp_path / "keys.json"
    assert run("keys", "new", str(own)).exit_code == 0
    (old,) = read_ring(own).keys
    assert old in run("keys", "list").stdout
    assert run("keys", "rotate").exit_code == 0
    assert len(read_ring(own).keys) == 2
    assert run("keys", "drop", old, "--yes").exit_code == 0
    assert old not in read_ring(own).keys


def test_rekeying_tells_what_still_needs_each_key(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XIANJIE_KEYS", "XIANJIE_KEYS_FILE", "XIANJIE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path))
    assert run("access", "issue", "--holder", "a", "--role", "reader@88").exit_code == 0
    (old,) = read_ring(tmp_path / "keys.json").keys
    assert run("keys", "rotate").exit_code == 0
    (new,) = set(read_ring(tmp_path / "keys.json").current.values())
    shown = run("keys", "rekey")
    assert [line.split() for line in shown.stdout.splitlines() if line.startswith("k-")] == [
        [old, "0", "0", "1", "1"],
        [new, "0", "0", "0", "0"],
    ]
    told = json.loads(run("keys", "rekey", "--json").stdout)
    assert told == {"people": 0, "changed": 0, "erased": 0, "needed": {old: {"api_keys": 1, "audit": 1}, new: {}}}
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path / "none"))
    assert "[store-" in run("keys", "rekey").stderr


def test_without_keys_it_says_how_to_make_some(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XIANJIE_KEYS", "XIANJIE_KEYS_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path / "home"))
    for command in (("list",), ("rotate",), ("drop", "k-a")):
        result = run("keys", *command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "[keys-missing]" in result.stderr


def test_keys_of_the_environment_are_listed_too(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANJIE_KEYS", file.read_text(encoding="utf-8"))
    monkeypatch.delenv("XIANJIE_KEYS_FILE")
    assert next(iter(read_ring(file).keys)) in run("keys", "list").stdout
    assert "[keys-missing]" in run("keys", "rotate").stderr


def test_both_suites_are_checked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("keys", "check")
    assert result.exit_code == 0, "this machine's OpenSSL has both"
    assert result.stdout.splitlines() == [
        "✓ aes  AES-256-GCM / HMAC-SHA-256  自检通过",
        "✓ sm   SM4-GCM / HMAC-SM3          自检通过",
    ]
    assert [one["problem"] for one in json.loads(run("keys", "check", "--json").stdout).values()] == [None, None]
    monkeypatch.setattr(suites, "mac", lambda *_: b"")
    broken = run("keys", "check", "--lang", "en")
    assert broken.exit_code == 2
    assert [line[0] for line in broken.stdout.splitlines()] == ["✗", "✗"]
    assert "suite-wrong" in broken.stdout
