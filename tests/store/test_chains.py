"""Chains by themselves: what an edited, dropped or moved link does, and keys that are not at hand."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import replace
from pathlib import Path

import pytest
from tests.store.layouts import AT, small_layout

from xianjie.store import Entry, Seal, open_store, plain_seal
from xianjie.store.chains import Inspection, instant, linked


def keyed(key: str) -> Seal:
    return Seal(f"hmac-sha256:{key}", lambda data: hmac.digest(key.encode(), data, hashlib.sha256).hex())


def chain(length: int, *seals: Seal) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(length):
        seal = seals[number % len(seals)] if seals else plain_seal()
        tip = entries[-1] if entries else None
        entries.append(linked("audit", tip, {"n": number, "名": "衔接"}, instant(AT), seal))
    return entries


def places(entries: list[Entry], *seals: Seal) -> list[str | None]:
    inspection = Inspection("audit", seals or (plain_seal(),))
    inspection.see(entries[:2])
    inspection.see(entries[2:])
    return [problem.place.path for problem in inspection.problems]


def test_a_whole_chain_has_no_fault() -> None:
    assert places(chain(5)) == []
    assert places([]) == []


@pytest.mark.parametrize(
    "edit",
    [
        {"body": {"n": 2}},
        {"at": "2026-03-01T01:30:00.000001Z"},
        {"hash": "sha256:" + "0" * 64},
        {"chain": "other"},
    ],
)
def test_an_edited_link_is_named(edit: dict[str, object]) -> None:
    entries = chain(5)
    entries[2] = replace(entries[2], **edit)  # type: ignore[arg-type]
    assert "audit[3]" in places(entries)
    assert set(places(entries)) <= {"audit[3]", "audit[4]"}


@pytest.mark.parametrize(
    ("order", "named"),
    [([0, 2, 3], "audit[3]"), ([1, 2, 3], "audit[2]"), ([0, 2, 1, 3], "audit[3]"), ([0, 1, 1, 2], "audit[2]")],
)
def test_a_dropped_moved_or_doubled_link_is_named(order: list[int], named: str) -> None:
    entries = chain(4)
    assert places([entries[number] for number in order])[0] == named


def test_a_chain_forged_anew_needs_the_key() -> None:
    key = keyed("k1")
    entries = chain(4, key)
    forged = [replace(one, body={"n": 0}) for one in entries]
    forged = [replace(one, hash=linked("audit", None, one.body, one.at, keyed("k2")).hash) for one in forged]
    assert places(entries, key) == []
    assert set(places(forged, key)) == {"audit[2]", "audit[3]", "audit[4]"}


def test_links_whose_key_is_not_at_hand_are_counted_and_their_order_is_checked() -> None:
    entries = chain(4, plain_seal(), keyed("k1"))
    inspection = Inspection("audit", (plain_seal(),))
    inspection.see(entries)
    assert (inspection.problems, inspection.unchecked) == ([], 2)
    (remark,) = inspection.remarks()
    assert remark.code == "chain-unchecked"
    assert places(entries, plain_seal(), keyed("k1")) == []
    del entries[2]
    assert places(entries) == ["audit[4]"]


def test_a_store_seals_with_the_first_key_and_checks_with_all(tmp_path: Path) -> None:
    for seals in ((keyed("k1"),), (keyed("k2"), keyed("k1"))):
        with open_store(tmp_path, small_layout(), seals) as store, store.transaction() as t:
            t.append("audit", {}, AT)
    with open_store(tmp_path, small_layout(), (keyed("k2"), keyed("k1"))) as store:
        assert (store.verify().problems, store.verify().remarks) == ((), ())
        with store.read() as view:
            assert [one.hash.rpartition(":")[0] for one in view.entries("audit")] == [
                "hmac-sha256:k1",
                "hmac-sha256:k2",
            ]
    with open_store(tmp_path, small_layout()) as store:
        assert store.verify().problems == ()
        assert [one.code for one in store.verify().remarks] == ["chain-unchecked"]


def test_an_instant_is_written_in_one_way() -> None:
    assert instant(AT) == instant(AT.astimezone(dt.UTC)) == "2026-03-01T01:30:00.000000Z"
