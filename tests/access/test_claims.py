"""Claims of a token become a principal only where each of them is what it must be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.vault.rings import ring, told

from xianjie.access import AccessError, ClaimRules, Division, Grant, Principal, Role, principal_of
from xianjie.vault import Purpose, Tagger

AT = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
NOW = int(AT.timestamp())
SUBJECT = "99010119900230123X"
RULES = ClaimRules("https://login.example", "xianjie", ignored=frozenset({"offline_access"}))
CLAIMS: dict[str, Any] = {
    "iss": "https://login.example",
    "aud": "xianjie",
    "sub": SUBJECT,
    "exp": NOW + 300,
    "iat": NOW,
    "roles": ["case_worker", "reader"],
    "division": "8801",
}
PSEUDONYM: Callable[[bytes], str] = Tagger(ring("k-a"), Purpose.ACCESS).tag


def made(rules: ClaimRules = RULES, **changes: Any) -> Principal:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not ...}
    return principal_of(claims, rules, AT, PSEUDONYM)


def test_roles_hold_in_the_divisions_of_the_token() -> None:
    who = made(division=["8801", "880200"])
    places = (Division("8801"), Division("8802"))
    assert who.grants == {Grant(role, place) for role in (Role.CASE_WORKER, Role.READER) for place in places}
    assert who.organisation is None


def test_who_it_is_becomes_a_pseudonym_of_issuer_and_subject() -> None:
    who = made()
    assert who.id == who.holder == made().id
    assert SUBJECT not in repr(who)
    assert who.id.startswith("oidc:k-a.")
    assert made(sub="other").id != who.id
    assert made(ClaimRules("https://other.example", "xianjie"), iss="https://other.example").id != who.id
    # "ab" + "c" and "a" + "bc" are two people
    assert (
        made(ClaimRules("ab", "xianjie"), iss="ab", sub="c").id
        != made(ClaimRules("a", "xianjie"), iss="a", sub="bc").id
    )


def test_a_charitys_user_has_the_organisation_of_the_token_and_others_none() -> None:
    assert made(roles=["charity_user"], organisation="org-1").organisation == "org-1"
    assert made(organisation="employer").organisation is None
    for organisation in (..., "", None, 7, ["org-1"]):
        with pytest.raises(AccessError) as raised:
            made(roles=["charity_user"], organisation=organisation)
        assert raised.value.code == "organisation-needed"
    with pytest.raises(AccessError) as raised:
        made(roles=["charity_user", "reader"], organisation="org-1")
    assert raised.value.code == "roles-mixed"


def test_a_provider_may_name_things_otherwise() -> None:
    rules = ClaimRules(
        "https://login.example",
        "xianjie",
        roles={"经办": Role.CASE_WORKER},
        roles_claim=("resource_access", "xianjie", "roles"),
        division_claim=("https://example/region",),
    )
    who = made(
        rules,
        roles=...,
        division=...,
        resource_access={"xianjie": {"roles": ["经办"]}},
        **{"https://example/region": "全国"},
    )
    assert who.grants == {Grant(Role.CASE_WORKER, Division(""))}
    with pytest.raises(AccessError):
        made(rules)


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        ("sub", {"sub": ...}),
        ("sub", {"sub": ""}),
        ("sub", {"sub": 7}),
        ("sub", {"sub": "x" * 256}),
        ("iss", {"iss": ...}),
        ("iss", {"iss": "https://login.example/"}),
        ("iss", {"iss": ["https://login.example"]}),
        ("aud", {"aud": ...}),
        ("aud", {"aud": "xianjie2"}),
        ("aud", {"aud": []}),
        ("aud", {"aud": ["other"]}),
        ("aud", {"aud": {"xianjie": 1}}),
        ("azp", {"aud": ["xianjie", "other"]}),
        ("azp", {"aud": ["xianjie", "other"], "azp": "other"}),
        ("exp", {"exp": ...}),
        ("exp", {"exp": NOW - 60}),
        ("exp", {"exp": str(NOW + 300)}),
        ("exp", {"exp": True}),
        ("exp", {"exp": float("nan")}),
        ("exp", {"exp": float("inf")}),
        ("exp", {"exp": 10**400}),
        ("nbf", {"nbf": NOW + 61}),
        ("nbf", {"nbf": None}),
        ("iat", {"iat": NOW + 61}),
        ("iat", {"iat": float("nan")}),
        ("roles", {"roles": ...}),
        ("roles", {"roles": []}),
        ("roles", {"roles": ["offline_access"]}),
        ("roles", {"roles": ["case_worker", "root"]}),
        ("roles", {"roles": ["Case_Worker"]}),
        ("roles", {"roles": "root"}),
        ("roles", {"roles": ["case_worker", 7]}),
        ("roles", {"roles": {"case_worker": True}}),
        ("roles", {"roles": [["case_worker"]]}),
        ("division", {"division": ...}),
        ("division", {"division": []}),
        ("division", {"division": None}),
        ("division", {"division": 8801}),
        ("division", {"division": ["8801", 8802]}),
    ],
)
def test_a_token_that_lacks_something_is_refused_with_the_claim_and_no_value(
    claim: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(AccessError) as raised:
        made(**changes)
    assert raised.value.code == "claims-refused"
    assert raised.value.problems[0].place.path == claim
    for value in (SUBJECT, "root", "8802", "https://"):
        assert value not in told(raised.value)


@pytest.mark.parametrize("division", ["", "*", ["8801", ""], "88-01"])
def test_no_division_is_not_the_whole_country(division: object) -> None:
    with pytest.raises(AccessError) as raised:
        made(division=division)
    assert raised.value.code == "division-form"


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 59},
        {"nbf": NOW + 60},
        {"iat": NOW + 60.0},
        {"iat": ...},
        {"aud": ["xianjie"]},
        {"aud": ["xianjie", "other"], "azp": "xianjie"},
        {"roles": "reader"},
        {"roles": ["reader", "offline_access"]},
        {"division": "national"},
    ],
)
def test_what_is_right_is_let_in(changes: dict[str, Any]) -> None:
    assert made(**changes).grants
