"""Keys are shown once, kept as hashes over all that they are good for, and let in at their time alone."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import json
import pickle
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.rings import joined, ring, told

from xianjie.access import NATIONAL, AccessError, Division, Grant, IssuedKey, KeyRecord, Role, issue, key_id

from xianjie.access import record_from, rehashed, revoked, verified  # isort: skip
from xianjie.access.api_keys import SKEW
from xianjie.vault import Purpose, Tagger

AT = dt.datetime(2025, 5, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))
ENDS = AT + dt.timedelta(days=90)
MOMENT = dt.timedelta(microseconds=1)
HASHING = Tagger(ring("k-a"), Purpose.ACCESS)
CITY = Division("8801")
GRANTS = (Grant(Role.CASE_WORKER, CITY), Grant(Role.READER, NATIONAL))


def made(**changes: Any) -> IssuedKey:
    given = {"label": "窗口系统", "holder": "h-1", "grants": GRANTS, "organisation": None, "at": AT, "expires": ENDS}
    return issue(HASHING, **(given | changes))


ONE = made()


def refused(text: str, record: KeyRecord | None, at: dt.datetime = AT) -> AccessError:
    with pytest.raises(AccessError) as raised:
        verified(HASHING, text, record, at)
    return raised.value


def test_a_key_has_its_form_and_never_two_alike() -> None:
    assert re.fullmatch(r"xjk_[a-z2-7]{10}_[a-z2-7]{52}_[a-z2-7]{7}", ONE.text)
    assert len({made().text for _ in range(50)} | {made().record.id for _ in range(50)}) == 100
    assert key_id(ONE.text) == ONE.record.id


def test_a_key_lets_its_holder_in_with_its_roles() -> None:
    who = verified(HASHING, f"  {ONE.text}\n", ONE.record, AT)
    assert (who.id, who.holder, who.grants) == (f"key:{ONE.record.id}", "h-1", frozenset(GRANTS))
    charity = made(grants=[Grant(Role.CHARITY_USER, CITY)], organisation="org-1")
    assert verified(HASHING, charity.text, charity.record, AT).organisation == "org-1"


def test_the_record_goes_through_json_and_holds_no_secret() -> None:
    for record in (
        ONE.record,
        revoked(ONE.record, ENDS),
        made(organisation="o", grants=[Grant(Role.CHARITY_USER, CITY)]).record,
    ):
        written = json.dumps(record.body())
        assert record_from(json.loads(written)) == record
        assert ONE.text.split("_")[2] not in written


@pytest.mark.parametrize("at", range(len(ONE.text)))
def test_every_slip_of_the_hand_is_told_apart_from_a_wrong_key(at: int) -> None:
    for other in "a7x":
        slip = ONE.text[:at] + other + ONE.text[at + 1 :]
        if slip != ONE.text:
            assert refused(slip, ONE.record).code in ("api-key-mistyped", "api-key-malformed")
    swapped = ONE.text[:at] + ONE.text[at : at + 2][::-1] + ONE.text[at + 2 :]
    if swapped != ONE.text:
        assert refused(swapped, ONE.record).code in ("api-key-mistyped", "api-key-malformed")
    assert refused(ONE.text[:at], ONE.record).code == "api-key-malformed"


@pytest.mark.parametrize(
    "text",
    ["", " ", "xjk_", "Bearer x", "x" * 10_000, ONE.text.upper(), ONE.text + "a", "xjk" + "_" * 80, "\ud800", "钥匙"],
    ids=range(10),  # a key is another one in every process
)
def test_what_is_no_key_is_refused_before_anything_is_looked_up(text: str) -> None:
    assert refused(text, None).code == "api-key-malformed"
    with pytest.raises(AccessError):
        key_id(text)


def test_an_unknown_id_and_a_wrong_secret_are_refused_in_the_same_words() -> None:
    other = made()
    with_my_id = dataclasses.replace(other.record, id=ONE.record.id)
    found = [refused(ONE.text, record) for record in (None, other.record, with_my_id)]
    assert {error.code for error in found} == {"api-key-refused"}
    assert len({str(error) for error in found}) == 1


WIDENED: list[dict[str, Any]] = [
    {"grants": frozenset({*GRANTS, Grant(Role.ADMINISTRATOR, NATIONAL)})},
    {"grants": frozenset({Grant(Role.CASE_WORKER, Division("88"))})},
    {"grants": frozenset(GRANTS[:1])},
    {"expires": ENDS + dt.timedelta(days=900)},
    {"created": AT - dt.timedelta(days=1)},
    {"holder": "h-2"},
    {"label": "另一个"},
    {"organisation": "org-1"},
    {"hash": ""},
    {"hash": "k-a."},
    {"hash": made().record.hash},
    {"hash": Tagger(ring("k-z"), Purpose.ACCESS).tag(b"")},
]


@pytest.mark.parametrize("change", WIDENED)
def test_a_record_altered_in_the_store_lets_nobody_in(change: dict[str, Any]) -> None:
    assert refused(ONE.text, dataclasses.replace(ONE.record, **change)).code == "api-key-refused"


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (AT - SKEW - MOMENT, "api-key-early"),
        (AT - SKEW, None),
        (AT, None),
        (ENDS - MOMENT, None),
        (ENDS, "api-key-expired"),
        (ENDS + MOMENT, "api-key-expired"),
        (ENDS.astimezone(dt.UTC), "api-key-expired"),
    ],
)
def test_a_key_is_good_in_its_time_alone(at: dt.datetime, code: str | None) -> None:
    if code is None:
        assert verified(HASHING, ONE.text, ONE.record, at).holder == "h-1"
    else:
        assert refused(ONE.text, ONE.record, at).code == code


def test_a_revoked_key_stays_revoked() -> None:
    gone = revoked(ONE.record, AT + MOMENT)
    assert refused(ONE.text, gone).code == "api-key-revoked"
    assert revoked(gone, ENDS) == gone
    assert refused(made().text, gone).code == "api-key-refused", "to others nothing is told"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires": AT}, "api-key-lifetime"),
        ({"expires": AT - MOMENT}, "api-key-lifetime"),
        ({"expires": AT + dt.timedelta(days=366) + MOMENT}, "api-key-lifetime"),
        ({"expires": AT + dt.timedelta(days=366)}, None),
        ({"expires": AT + MOMENT}, None),
        ({"grants": ()}, "grants-none"),
        ({"grants": [Grant(Role.CHARITY_USER, CITY)]}, "organisation-needed"),
        ({"organisation": "org-1"}, "organisation-needed"),
        ({"grants": [*GRANTS, Grant(Role.CHARITY_USER, CITY)], "organisation": "org-1"}, "roles-mixed"),
        ({"label": "张某 990101199002301234"}, "citizen-number"),
        ({"label": "９９０１０１１９９００２３０１２３４"}, "citizen-number"),
        ({"holder": "99010119900230123X"}, "citizen-number"),
    ],
)
def test_what_must_not_be_issued_is_refused(change: dict[str, Any], code: str | None) -> None:
    if code is None:
        assert made(**change).record.expires > AT
        return
    with pytest.raises(AccessError) as raised:
        made(**change)
    assert raised.value.code == code
    assert "9901" not in told(raised.value)


def test_after_a_rotation_keys_stay_good_and_are_hashed_anew_as_they_are_used() -> None:
    new = Tagger(joined(ring("k-a"), ring("k-b")), Purpose.ACCESS)
    assert verified(new, ONE.text, ONE.record, AT).holder == "h-1"
    after = rehashed(new, ONE.text, ONE.record)
    assert after.hash.startswith("k-b.")
    assert rehashed(new, ONE.text, after) is after
    alone = Tagger(ring("k-b"), Purpose.ACCESS)
    assert verified(alone, ONE.text, after, AT).holder == "h-1"
    with pytest.raises(AccessError) as raised:
        verified(alone, ONE.text, ONE.record, AT)
    assert raised.value.code == "api-key-refused"


def read(body: dict[str, Any]) -> KeyRecord | str:
    try:
        return record_from(body)
    except AccessError as error:
        return error.code


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(ONE.record.body())),
    st.none() | st.integers() | st.text() | st.just([[1]]) | st.just([["reader"]]),
)
def test_a_record_that_is_none_is_refused(name: str, value: object) -> None:
    body = ONE.record.body() | {name: value}
    found = read(body)
    if isinstance(found, str):
        assert found == "api-key-record"
    elif found != ONE.record:
        assert refused(ONE.text, found).code in ("api-key-refused", "api-key-revoked")
    del body[name]
    assert read(body) == "api-key-record"


def test_the_key_is_shown_by_its_text_alone() -> None:
    secret = ONE.text.split("_")[2]
    shown = [repr(ONE), str(ONE), f"{ONE}", repr(ONE.record), str(ONE.record.body())]
    shown += [
        told(refused(ONE.text, None)),
        told(refused(ONE.text[:-1] + "!", None)),
        told(refused(ONE.text, ONE.record, ENDS)),
    ]
    assert not any(secret in text for text in shown)
    for make in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            make(ONE)
