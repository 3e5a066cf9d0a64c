"""A sealed field opens in its own place alone, with the person's own key, unaltered."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.rings import NAME, PERSON, joined, ring

from xianjie.errors import InputError
from xianjie.vault import Purpose, Spot, Suite, VaultError, rotated
from xianjie.vault.fields import BLOCK, field_suite, new_person_key, unwrapped, wrapped, wrapping_key

SPOT = Spot("persons", PERSON, "name")
SUITES = pytest.mark.parametrize("suite", Suite)


def broken(call: object) -> str:
    with pytest.raises(VaultError) as raised:
        call()  # type: ignore[operator]
    return raised.value.code


@SUITES
@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80))
def test_a_text_comes_back_as_it_was_given(suite: Suite, text: str) -> None:
    key = new_person_key(ring("k-a", suite=suite), PERSON)
    sealed = key.seal(SPOT, text)
    assert key.open(SPOT, sealed) == text
    assert field_suite(sealed) is suite
    assert not text or len(text) < 3 or text not in sealed


@SUITES
def test_every_character_of_a_sealed_field_counts(suite: Suite) -> None:
    key = new_person_key(ring("k-a", suite=suite), PERSON)
    sealed = key.seal(SPOT, NAME)
    others = "A_-.0z\x00" + NAME[0]
    for at in range(len(sealed)):
        for other in set(others) - {sealed[at]}:
            assert broken(lambda at=at, other=other: key.open(SPOT, sealed[:at] + other + sealed[at + 1 :])) == (
                "cipher-broken"
            )
        assert broken(lambda at=at: key.open(SPOT, sealed[:at] + sealed[at + 1 :])) == "cipher-broken"
        assert broken(lambda at=at: key.open(SPOT, sealed[:at])) == "cipher-broken"
    for bad in (sealed + "A", sealed + "=", sealed + "\n", " " + sealed, sealed.upper(), "f1.aes.", "f2" + sealed[2:]):
        assert broken(lambda bad=bad: key.open(SPOT, bad)) == "cipher-broken"


@SUITES
def test_every_character_of_a_sealed_data_key_counts(suite: Suite) -> None:
    one = ring("k-a", "k-b", suite=suite)
    sealed = wrapped(one, new_person_key(one, PERSON))
    for at in range(len(sealed)):
        other = "A" if sealed[at] != "A" else "B"
        found = broken(lambda at=at, other=other: unwrapped(one, PERSON, sealed[:at] + other + sealed[at + 1 :]))
        assert found in ("cipher-broken", "key-unknown")
    for bad in (
        "",
        "w1",
        sealed.replace("k-b", "k-a"),
        sealed.replace(f".{suite}.", ".sm." if suite == "aes" else ".aes."),
    ):
        assert broken(lambda bad=bad: unwrapped(one, PERSON, bad)) == "cipher-broken"


@SUITES
@pytest.mark.parametrize(
    "other",
    [
        Spot("persons", "p-9", "name"),
        Spot("persons", PERSON, "number"),
        Spot("referrals", PERSON, "name"),
        Spot("persons", PERSON + "name", ""),
        Spot("person", "s" + PERSON, "name"),
    ],
)
def test_a_sealed_field_opens_in_its_own_place_alone(suite: Suite, other: Spot) -> None:
    key = new_person_key(ring("k-a", suite=suite), PERSON)
    assert broken(lambda: key.open(other, key.seal(SPOT, NAME))) == "cipher-broken"


@SUITES
def test_nothing_of_one_person_opens_for_another(suite: Suite) -> None:
    one = ring("k-a", suite=suite)
    key, other = new_person_key(one, PERSON), new_person_key(one, "p-9")
    assert broken(lambda: other.open(SPOT, key.seal(SPOT, NAME))) == "cipher-broken"
    assert broken(lambda: unwrapped(one, "p-9", wrapped(one, key))) == "cipher-broken"
    stolen = unwrapped(one, PERSON, wrapped(one, key))
    assert stolen.open(SPOT, key.seal(SPOT, NAME)) == NAME, "its own does"


def test_another_ring_does_not_open_a_data_key() -> None:
    sealed = wrapped(ring("k-a"), new_person_key(ring("k-a"), PERSON))
    assert broken(lambda: unwrapped(ring("k-b"), PERSON, sealed)) == "key-unknown"
    renamed = sealed.replace("k-a", "k-b")
    assert broken(lambda: unwrapped(ring("k-b"), PERSON, renamed)) == "cipher-broken"
    assert broken(lambda: unwrapped(ring("k-a", suite=Suite.SM), PERSON, sealed)) == "cipher-broken"


def test_a_data_key_names_the_key_that_sealed_it() -> None:
    one = ring("k-a", "k-b")
    assert wrapping_key(wrapped(one, new_person_key(one, PERSON))) == "k-b"
    after = rotated(one, Suite.AES, one.named("k-a").created, [Purpose.AUDIT])
    assert wrapping_key(wrapped(after, new_person_key(after, PERSON))) == "k-b"


def test_lengths_do_not_tell_names() -> None:
    key = new_person_key(ring("k-a"), PERSON)
    lengths = {
        len(key.seal(SPOT, name)) for name in ("赵", "赵无", "赵无名", "欧阳无名", "阿依古丽·买买提", "x" * (BLOCK - 1))
    }
    assert len(lengths) == 1
    assert len(key.seal(SPOT, "x" * BLOCK)) > lengths.pop()


def test_the_same_text_is_never_sealed_alike() -> None:
    key = new_person_key(ring("k-a"), PERSON)
    assert len({key.seal(SPOT, NAME) for _ in range(200)}) == 200


@pytest.mark.parametrize("text", ["赵\ud800", "x" * 65_537, "a\0b"])
def test_what_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        new_person_key(ring("k-a"), PERSON).seal(SPOT, text)
    key = new_person_key(ring("k-a"), PERSON)
    assert key.open(SPOT, key.seal(SPOT, "x" * 65_536)) == "x" * 65_536


def test_a_commitment_is_of_the_person_and_of_the_data() -> None:
    one = ring("k-a")
    key, other = new_person_key(one, PERSON), new_person_key(one, PERSON)
    again = unwrapped(one, PERSON, wrapped(one, key))
    assert key.commitment(b"x") == again.commitment(b"x") != other.commitment(b"x")
    assert key.commitment(b"x") != key.commitment(b"y")
    assert len(key.commitment(b"")) == len("c1.aes.") + 64
    assert again.is_committed(b"x", key.commitment(b"x"))
    assert not again.is_committed(b"y", key.commitment(b"x"))
    assert not other.is_committed(b"x", key.commitment(b"x"))
    assert not key.is_committed(b"x", "\ud800")


def test_a_commitment_outlives_a_change_of_suite() -> None:
    old = ring("k-a")
    key = new_person_key(old, PERSON)
    after = unwrapped(joined(old, ring("k-b", suite=Suite.SM)), PERSON, wrapped(old, key))
    assert after.suite is Suite.SM
    assert after.commitment(b"x") != key.commitment(b"x")
    assert after.is_committed(b"x", key.commitment(b"x"))
