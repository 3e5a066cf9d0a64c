"""`xianjie access` on screen and as JSON: keys are shown once, listed without their secret, and revoked for good."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from xianjie.service.running.kept import opened_keeping


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path / "home"))
    for name in ("XIANJIE_DATABASE_URL", "XIANJIE_KEYS_FILE", "XIANJIE_KEYS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def test_the_first_administrator_s_key_goes_to_stdout_and_nowhere_else(run: Run, home: Path) -> None:
    done = run("access", "issue", "--holder", "admin01", "--role", "administrator@national")
    assert done.exit_code == 0
    (key,) = done.stdout.splitlines()
    assert key.startswith("xjk_")
    assert f"编号 {key[4:14]}" in done.stderr
    assert "[keys-made]" in done.stderr
    assert key[15:67] not in done.stderr
    assert stat.S_IMODE((home / "keys.json").stat().st_mode) == 0o600
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert key[15:67].encode() not in kept
    listed = run("access", "list")
    assert listed.stdout.splitlines()[2].split()[:3] == [key[4:14], "admin01", "administrator@national"]
    assert "✓ 有效" in listed.stdout


def test_as_json_a_key_comes_with_all_that_is_known_of_it(run: Run) -> None:
    done = run(
        "access", "issue", "--holder", "b", "--role", "case_worker@880102", "--role", "auditor@8801", "--json",
        "--days", "5", "--label", "台账程序",
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["key"].startswith(f"xjk_{told['id']}_")
    assert (told["label"], told["holder"], told["division"]) == ("台账程序", "b", "8801")
    assert told["grants"] == [["auditor", "8801"], ["case_worker", "880102"]]
    (listed,) = json.loads(run("access", "list", "--json").stdout)
    assert listed == {name: value for name, value in told.items() if name != "key"}


def test_a_key_is_revoked_by_its_id(run: Run) -> None:
    key = run("access", "issue", "--holder", "a", "--role", "reader@88").stdout.strip()
    for _ in range(2):
        assert run("access", "revoke", key[4:14]).stdout == f"已吊销 {key[4:14]}\n"
    assert "× 已吊销" in run("access", "list").stdout
    assert "[record-unknown]" in run("access", "revoke", "aaaaaaaaaa").stderr
    refused = run("access", "revoke", key)
    assert "[api-key-not-id]" in refused.stderr
    assert key[15:67] not in refused.stderr


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["--holder", "a", "--role", "king@88"], "grant-form"),
        (["--holder", "a", "--role", "reader"], "grant-form"),
        (["--holder", "a", "--role", "reader@"], "grant-form"),
        (["--holder", "a", "--role", "reader@9"], "division-form"),
        (["--holder", "张三", "--role", "reader@88"], "holder-form"),
        (["--holder", "", "--role", "reader@88"], "holder-form"),
        (["--holder", "a" + "1" * 18, "--role", "reader@88"], "citizen-number"),
        (["--holder", "a", "--role", "reader@88", "--label", ""], "label-form"),
        (["--holder", "command-line", "--role", "reader@88"], "access-own-hand"),
        (["--holder", "a", "--role", "reader@88", "--role", "charity_user@88"], "roles-mixed"),
        (["--holder", "a", "--role", "charity_user@88"], "organisation-needed"),
        (["--holder", "a", "--role", "charity_user@88", "--organisation", "nowhere"], "record-unknown"),
    ],
)
def test_what_cannot_be_issued_is_refused_and_nothing_stands(run: Run, given: list[str], code: str) -> None:
    done = run("access", "issue", *given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"[{code}]" in done.stderr
    assert "111111111111111" not in done.stderr
    assert "没有接口密钥" in run("access", "list").stdout or "[store-absent]" in run("access", "list").stderr


def test_while_somebody_has_the_folder_in_use_no_key_is_issued(run: Run, home: Path) -> None:
    assert run("access", "issue", "--holder", "a", "--role", "reader@88").exit_code == 0
    with opened_keeping(os.environ, home).store:
        done = run("access", "issue", "--holder", "a", "--role", "reader@88")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "[store-locked]" in done.stderr
