"""A person in the store: found by what was typed, moved to new keys, erased for good."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.rings import DAY, FIELDS, NAME, NUMBER, PERSON, joined, ring

from xianjie.errors import InputError
from xianjie.vault import (
    Purpose,
    Spot,
    Suite,
    VaultError,
    changed_person,
    erased_person,
    is_erased,
    keys_of,
    lookup,
    lookups,
    opened,
    person_key,
    rekey,
    rekeyed,
    renewed,
    rotated,
    sealed_person,
    without,
)

OTHER = "p-q2xc"


def code(call: object) -> str:
    with pytest.raises(VaultError) as raised:
        call()  # type: ignore[operator]
    return raised.value.code


@pytest.mark.parametrize("suite", Suite)
def test_a_person_is_kept_sealed_and_found_again(suite: Suite) -> None:
    one = ring("k-a", suite=suite)
    body = sealed_person(one, PERSON, FIELDS)
    assert set(body) == {"data_key", "name", "number", "phone", "name_hmac", "number_hmac"}
    assert {name: opened(one, PERSON, body, name) for name in FIELDS} == FIELDS
    assert opened(one, PERSON, body, "address") is None
    assert body["number_hmac"] == lookup(one, "number", "９９０１０１ 19900230 123x")
    assert body["name_hmac"] == lookup(one, "name", "赵 无名")
    written = json.dumps(body, ensure_ascii=False)
    assert NAME not in written
    assert "9900230" not in written


def test_what_is_looked_up_says_nothing_of_what_it_is() -> None:
    one = ring("k-a")
    body, again = sealed_person(one, PERSON, FIELDS), sealed_person(one, OTHER, FIELDS)
    assert body["number_hmac"] == again["number_hmac"]
    assert lookup(one, "name", "x") != lookup(one, "number", "x"), "a hash is of its field"
    assert lookup(one, "number", NUMBER) != lookup(ring("k-b"), "number", NUMBER)
    assert set(body.values()) & set(again.values()) == {body["number_hmac"], body["name_hmac"]}


def test_a_field_is_replaced_under_the_same_key_with_its_hash() -> None:
    one = ring("k-a")
    body = sealed_person(one, PERSON, FIELDS)
    after = changed_person(one, PERSON, {**body, "division": "990101"}, {"name": "赵有名"})
    assert opened(one, PERSON, after, "name") == "赵有名"
    assert after["name_hmac"] == lookup(one, "name", "赵有名")
    assert {name: after[name] for name in ("data_key", "number", "number_hmac")} == {
        name: body[name] for name in ("data_key", "number", "number_hmac")
    }
    assert after["division"] == "990101"


@pytest.mark.parametrize("fields", [{"name": " "}, {"number": ""}, {"number": "1\ud800"}, {"note": "\ud800"}])
def test_a_person_that_cannot_be_kept_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(InputError):
        sealed_person(ring("k-a"), PERSON, fields)


def test_a_record_moved_to_another_person_does_not_open() -> None:
    one = ring("k-a")
    mine = sealed_person(one, PERSON, FIELDS)
    theirs = sealed_person(one, OTHER, {"name": "钱无名", "number": "990102199002301236"})
    assert code(lambda: opened(one, OTHER, mine, "name")) == "cipher-broken"
    for name, asked in (("name", "name"), ("number", "number"), ("data_key", "name")):
        swapped = {**theirs, name: mine[name]}
        assert code(partial(opened, one, OTHER, swapped, asked)) == "cipher-broken"
    crossed = {**mine, "number": mine["name"]}
    assert code(lambda: opened(one, PERSON, crossed, "number")) == "cipher-broken"


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in Suite for b in Suite])
def test_rotation_opens_with_the_old_key_and_seals_with_the_new(before: Suite, after: Suite) -> None:
    old = ring("k-a", suite=before)
    new = joined(old, ring("k-b", suite=after))
    body = sealed_person(old, PERSON, FIELDS)
    assert opened(new, PERSON, body, "name") == NAME
    found = rekeyed(new, PERSON, body)
    changes_suite = before is not after
    assert (found.data_keys, found.fields, found.lookups) == (1, 3 if changes_suite else 0, 2)
    assert keys_of(found.body) == ("k-b", "k-b", "k-b")
    assert found.body["number_hmac"] == lookup(new, "number", NUMBER)
    alone = without(new, "k-a")
    assert {name: opened(alone, PERSON, found.body, name) for name in FIELDS} == FIELDS
    assert code(lambda: opened(alone, PERSON, body, "name")) == "key-unknown"
    again = rekeyed(new, PERSON, found.body)
    assert not again.is_changed
    assert again.body is found.body


def test_texts_elsewhere_stay_readable_when_the_data_key_is_sealed_anew() -> None:
    old = ring("k-a")
    new = joined(old, ring("k-b", suite=Suite.SM))
    body = sealed_person(old, PERSON, FIELDS)
    spot = Spot("referrals", "r-1", "letter")
    letter = person_key(old, PERSON, body).seal(spot, "兹转介")
    after = rekeyed(new, PERSON, body).body
    assert person_key(without(new, "k-a"), PERSON, after).open(spot, letter) == "兹转介"
    assert person_key(new, PERSON, after).seal(spot, "x").startswith("f1.sm.")


def test_until_all_is_rekeyed_every_key_may_find_the_person() -> None:
    old = ring("k-a", "k-b")
    body = sealed_person(old, PERSON, FIELDS)
    new = rotated(old, Suite.SM, DAY)
    candidates = lookups(new, "number", NUMBER)
    assert body["number_hmac"] in candidates
    assert candidates[0] == lookup(new, "number", NUMBER)
    assert len(candidates) == 3
    assert lookups(new, "number", "990102199002301236")[0] not in candidates


def test_all_people_are_rekeyed_and_counted() -> None:
    old = ring("k-a")
    new = joined(old, ring("k-b"))
    people: dict[str, Any] = {f"p-{at}": sealed_person(old, f"p-{at}", {"name": NAME}) for at in range(5)}
    people["p-1"] = dict(rekeyed(new, "p-1", people["p-1"]).body)
    people["p-2"] = erased_person(DAY)
    people["p-3"] = sealed_person(old, "p-3", {})
    tally = rekey(new, list(people.items()), people.__setitem__)
    assert (tally.seen, tally.changed, tally.erased) == (5, 3, 1)
    assert (tally.data_keys, tally.fields, tally.lookups) == (3, 0, 2)
    assert dict(tally.keys) == {"k-b": 7}
    again = rekey(new, list(people.items()), lambda *_: pytest.fail("nothing is left to do"))
    assert (again.seen, again.changed) == (5, 0)


def test_one_unreadable_record_stops_the_rekeying_before_anything_is_dropped() -> None:
    old = ring("k-a")
    body = sealed_person(old, PERSON, FIELDS)
    bad = {**body, "name": sealed_person(old, PERSON, FIELDS)["name"], "name_hmac": body["name_hmac"]}
    new = joined(old, ring("k-b"))
    assert code(lambda: rekey(new, [(PERSON, bad)], lambda *_: None)) == "cipher-broken"


def test_an_erased_person_is_gone_wherever_sealed_texts_are_left() -> None:
    one = ring("k-a")
    body = sealed_person(one, PERSON, FIELDS)
    spot = Spot("referrals", "r-1", "letter")
    letter = person_key(one, PERSON, body).seal(spot, NAME)
    commitment = person_key(one, PERSON, body).commitment(b"content")
    left = erased_person(DAY)
    assert left == {"erased": "2025-05-01"}
    assert is_erased(left)
    assert not is_erased(body)
    for call in (
        lambda: opened(one, PERSON, left, "name"),
        lambda: person_key(one, PERSON, left),
        lambda: changed_person(one, PERSON, left, {"name": NAME}),
        lambda: renewed(one, PERSON, left),
    ):
        assert code(call) == "person-erased"
    # the data key alone taken out of an old copy: all the rest of it is of no use, whatever keys are tried
    rest = {name: value for name, value in body.items() if name != "data_key"}
    assert code(lambda: opened(one, PERSON, rest, "name")) == "person-erased"
    for other in (sealed_person(one, PERSON, {}), sealed_person(one, OTHER, {})):
        for person in (PERSON, OTHER):
            mended = {**rest, "data_key": other["data_key"]}
            assert code(partial(opened, one, person, mended, "name")) == "cipher-broken"
    fresh = person_key(one, PERSON, sealed_person(one, PERSON, {}))
    assert code(lambda: fresh.open(spot, letter)) == "cipher-broken"
    assert fresh.commitment(b"content") != commitment
    assert not rekeyed(joined(one, ring("k-b")), PERSON, left).is_changed


def test_once_the_old_key_is_dropped_old_copies_are_gone_too() -> None:
    old = ring("k-a")
    backup = sealed_person(old, PERSON, FIELDS)
    new = without(joined(old, ring("k-b")), "k-a")
    assert code(lambda: opened(new, PERSON, backup, "name")) == "key-unknown"


def test_after_an_exposure_everything_is_sealed_with_a_new_data_key() -> None:
    old = ring("k-a")
    body = sealed_person(old, PERSON, FIELDS)
    spot = Spot("referrals", "r-1", "letter")
    letter = person_key(old, PERSON, body).seal(spot, "兹转介")
    new = joined(old, ring("k-b"))
    after, elsewhere = renewed(new, PERSON, body, {spot: letter})
    assert {name: opened(new, PERSON, after, name) for name in FIELDS} == FIELDS
    assert person_key(new, PERSON, after).open(spot, elsewhere[spot]) == "兹转介"
    assert set(keys_of(after)) == {"k-b"}
    exposed = person_key(old, PERSON, body)
    assert code(lambda: exposed.open(spot, elsewhere[spot])) == "cipher-broken"
    assert code(lambda: exposed.open(Spot("persons", PERSON, "name"), after["name"])) == "cipher-broken"


@settings(max_examples=15, deadline=None)
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}_text", fullmatch=True), st.text("赵钱孙李x ", max_size=30), max_size=4),
    st.lists(st.sampled_from(list(Suite)), min_size=1, max_size=4),
)
def test_however_often_keys_change_the_texts_stay(fields: dict[str, str], suites: list[Suite]) -> None:
    one = ring("k-start")
    body: Any = sealed_person(one, PERSON, fields)
    for suite in suites:
        one = rotated(one, suite, DAY, [Purpose.ENCRYPT, Purpose.LOOKUP])
        body = rekeyed(one, PERSON, body).body
    assert {name: opened(one, PERSON, body, name) for name in fields} == fields
    assert set(keys_of(body)) == {one.current[Purpose.ENCRYPT]}
