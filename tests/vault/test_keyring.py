"""The ring: subkeys by purpose, one current key for each, rotation, and what is not to be had."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from tests.vault.plain_sm3 import plain_hkdf, sm3
from tests.vault.rings import DAY, ring, secret, secrets_of
from tests.vault.test_suites import sha256

from xianjie.vault import Purpose, Suite, VaultError, new_ring, rotated, suites, without
from xianjie.vault.keyring import KEY_ID, new_key
from xianjie.vault.suites import framed


def code(raised: pytest.ExceptionInfo[VaultError]) -> str:
    return raised.value.code


@pytest.mark.parametrize("suite", Suite)
def test_every_key_and_purpose_has_a_subkey_of_its_own(suite: Suite) -> None:
    found = list(secrets_of(ring("k-a", "k-b", suite=suite)))
    assert len(found) == 2 * (1 + len(Purpose))
    assert all(one != other for one, other in combinations(found, 2))
    assert {len(one) for one in found} == {32}


@pytest.mark.parametrize(("suite", "hash_"), [(Suite.AES, sha256), (Suite.SM, sm3)])
def test_subkeys_are_hkdf_of_the_secret_with_purpose_suite_and_id(suite: Suite, hash_: object) -> None:
    """Fixed for ever: another derivation would make everything that is stored unreadable."""
    info = framed("subkey", "lookup", suite.value, "k-a")
    expected = plain_hkdf(hash_, secret("k-a"), b"xianjie vault 1", info, 32)  # type: ignore[arg-type]
    assert ring("k-a", suite=suite).named("k-a").subkey(Purpose.LOOKUP) == expected


def test_a_new_ring_uses_its_one_key_for_everything() -> None:
    one, other = new_ring(Suite.SM, DAY), new_ring(Suite.SM, DAY)
    (key_id,) = one.keys
    assert {one.current[purpose] for purpose in Purpose} == {key_id}
    assert KEY_ID.fullmatch(key_id)
    assert (one.using(Purpose.AUDIT).suite, one.using(Purpose.AUDIT).created) == (Suite.SM, DAY)
    assert one.named(key_id).secret != other.named(*other.keys).secret


def test_rotation_adds_a_key_for_the_purposes_named_and_keeps_the_old() -> None:
    before = ring("k-a")
    after = rotated(before, Suite.SM, DAY, [Purpose.ENCRYPT])
    assert set(after.keys) > {"k-a"}
    assert after.using(Purpose.ENCRYPT).suite is Suite.SM
    assert {after.current[purpose] for purpose in Purpose if purpose is not Purpose.ENCRYPT} == {"k-a"}
    assert after.named("k-a").secret == before.named("k-a").secret
    assert before.keys.keys() == {"k-a"}, "a ring is not changed"
    assert set(rotated(before, Suite.AES, DAY).current.values()).isdisjoint({"k-a"})


def test_keys_are_tried_from_the_current_to_the_oldest() -> None:
    one = ring("k-a", "k-b", "k-c")
    assert [key.id for key in one.trying(Purpose.LOOKUP)] == ["k-c", "k-b", "k-a"]
    older = rotated(one, Suite.AES, DAY - dt.timedelta(9), [Purpose.AUDIT])
    assert [key.id for key in older.trying(Purpose.AUDIT)][1:] == ["k-c", "k-b", "k-a"]
    assert [key.id for key in older.trying(Purpose.LOOKUP)][:3] == ["k-c", "k-b", "k-a"]


def test_a_key_that_is_not_there_is_named() -> None:
    with pytest.raises(VaultError) as raised:
        ring("k-a").named("k-gone")
    assert code(raised) == "key-unknown"
    assert "k-gone" in str(raised.value)
    with pytest.raises(VaultError) as raised:
        ring("k-a").named("990101199002301234")
    assert "99010119" not in str(raised.value), "what is no id of a key is not repeated"


def test_a_current_key_is_not_dropped_and_a_retired_one_is() -> None:
    one = ring("k-a", "k-b")
    assert set(without(one, "k-a").keys) == {"k-b"}
    for key_id, expected in (("k-b", "key-in-use"), ("k-c", "key-unknown")):
        with pytest.raises(VaultError) as raised:
            without(one, key_id)
        assert code(raised) == expected


def test_a_ring_opens_only_with_suites_that_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suites, "mac", lambda *_: bytes(32))
    for make in (lambda: ring("k-a"), lambda: new_ring(Suite.SM, DAY), lambda: new_key(Suite.AES, DAY)):
        with pytest.raises(VaultError) as raised:
            make()
        assert code(raised) == "suite-wrong"
