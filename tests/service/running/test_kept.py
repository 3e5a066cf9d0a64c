"""The store and the keys of a service: made at the first start, and never made anew over what is sealed."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path

import pytest

from xianjie.errors import XianjieError
from xianjie.service.running.kept import is_database, make_first_keys, opened_keeping, store_named
from xianjie.vault import Suite, new_ring, read_ring, rotated, write_ring


def code_of(home: Path, where: str | Path | None = None) -> str:
    with pytest.raises(XianjieError) as raised:
        opened_keeping({}, home, where)
    return raised.value.problems[0].code


def test_the_first_start_makes_keys_for_their_owner_alone_and_tells_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    told = make_first_keys({}, home, home / "store")
    assert told is not None
    assert (told.code, told.place.file) == ("keys-made", str(home / "keys.json"))
    assert stat.S_IMODE(os.stat(home / "keys.json").st_mode) == 0o600
    assert stat.S_IMODE(os.stat(home).st_mode) == 0o700
    opened_keeping({}, home).store.close()
    before = (home / "keys.json").read_bytes()
    assert make_first_keys({}, home, home / "store") is None
    assert (home / "keys.json").read_bytes() == before


def test_a_store_without_its_keys_is_not_given_others(tmp_path: Path) -> None:
    make_first_keys({}, tmp_path, tmp_path / "store")
    opened_keeping({}, tmp_path).store.close()
    (tmp_path / "keys.json").unlink()
    assert make_first_keys({}, tmp_path, tmp_path / "store") is None
    assert not (tmp_path / "keys.json").exists()
    assert code_of(tmp_path) == "keys-gone"


def test_keys_that_lack_the_one_in_use_last_are_refused_but_for_an_examination(tmp_path: Path) -> None:
    own = tmp_path / "keys.json"
    make_first_keys({}, tmp_path, tmp_path / "store")
    before = read_ring(own)
    write_ring(own, rotated(before, Suite.AES, dt.date(2025, 8, 1)), replace=True)
    keeping = opened_keeping({}, tmp_path)
    with keeping.store as store, store.transaction() as t:
        t.append("audit", {}, keeping.instant())
    write_ring(tmp_path / "before.json", before)
    write_ring(tmp_path / "another.json", new_ring(Suite.AES, dt.date(2025, 8, 1)))
    for name in ("before.json", "another.json"):
        named = {"XIANJIE_KEYS_FILE": str(tmp_path / name)}
        with pytest.raises(XianjieError) as raised:
            opened_keeping(named, tmp_path)
        problem = raised.value.problems[0]
        assert (problem.code, problem.place.file) == ("keys-other", str(tmp_path / name))
        opened_keeping(named, tmp_path, examining=True).store.close()
    opened_keeping({}, tmp_path).store.close()


def test_keys_that_are_named_are_taken_and_none_are_made(tmp_path: Path) -> None:
    make_first_keys({}, tmp_path / "other", tmp_path / "nowhere")
    named = {"XIANJIE_KEYS_FILE": str(tmp_path / "other" / "keys.json")}
    assert make_first_keys(named, tmp_path, tmp_path / "store") is None
    with opened_keeping(named, tmp_path).store:
        assert not (tmp_path / "keys.json").exists()


def test_a_database_takes_keys_that_are_named(tmp_path: Path) -> None:
    make_first_keys({}, tmp_path, tmp_path / "store")
    assert make_first_keys({}, tmp_path / "none", "postgresql://x/y") is None
    assert not (tmp_path / "none").exists()
    assert code_of(tmp_path, "postgresql://x/y") == "keys-missing"


def test_a_store_that_another_holds_is_refused(tmp_path: Path) -> None:
    make_first_keys({}, tmp_path, tmp_path / "store")
    with opened_keeping({}, tmp_path).store:
        assert code_of(tmp_path) == "store-locked"


def test_the_audit_chain_is_sealed_with_the_keys(tmp_path: Path) -> None:
    make_first_keys({}, tmp_path, tmp_path / "store")
    keeping = opened_keeping({}, tmp_path)
    with keeping.store as store, store.transaction() as t:
        assert not t.append("audit", {}, keeping.instant()).hash.startswith("sha256:")
    assert read_ring(tmp_path / "keys.json").keys.keys() == keeping.ring.keys.keys()


def test_where_the_store_is() -> None:
    home = Path("/home/x")
    assert store_named({}, home) == home / "store"
    assert store_named({"XIANJIE_DATABASE_URL": "b"}, home) == "b"
    assert store_named({"XIANJIE_DATABASE_URL": "b"}, home, "a") == "a"
    assert is_database("postgresql://h/n")
    assert not is_database("a")
    assert not is_database(home)
