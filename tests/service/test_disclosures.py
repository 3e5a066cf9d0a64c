"""Disclosures over HTTP: within a consent and not beyond, opened by those alone whom they were made to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.service.somebody import (
    ADMIN,
    AUDITOR,
    NAME,
    NUMBER,
    OFFICER,
    WORKER,
    ask,
    case,
    consent,
    disclosure,
    offices,
    organisation,
    person,
    told,
)

from xianjie.plugins import Regions
from xianjie.service.routes.disclosures import DisclosureOpened, DisclosureShown, DisclosuresShown

PATH = "/v1/disclosures"


@pytest.fixture(scope="module")
def office(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client of an application that the tests of this file share."""
    with offices(tmp_path_factory.mktemp("offices"), regions) as client:
        yield client


def test_a_charity_opens_what_was_disclosed_to_it_and_no_more(office: TestClient) -> None:
    whose, to = person(office, number=NUMBER), organisation(office)
    agreed = consent(office, whose, to, "identity", "health", "household")
    body = {"consent": agreed, "categories": ["identity", "health"], "case": case(office, whose)}
    answer = ask(office, OFFICER, "POST", PATH, body)
    assert answer.status_code == 201
    made = answer.json()
    DisclosureShown.model_validate(made)
    assert (made["recipient"], made["categories"], made["at"]) == (
        to,
        ["health", "identity"],
        "2025-08-01T01:30:00+00:00",
    )
    for who in (f"charity_user 8801 {to}", OFFICER):
        opened = ask(office, who, "GET", f"{answer.headers['location']}/content")
        DisclosureOpened.model_validate(opened.json())
        assert opened.headers["cache-control"] == "no-store"
        assert opened.json() == {
            "id": made["id"],
            "categories": ["health", "identity"],
            "person": {"name": NAME, "number": NUMBER},
            "facts": {"person": {"disabled": True}},
        }
        assert told(office, who, "GET", answer.headers["location"]) == made
        listed = told(office, who, "GET", f"{PATH}?consent={agreed}&person={whose}&recipient={to}")
        DisclosuresShown.model_validate(listed)
        assert listed["items"] == [made]
    assert told(office, AUDITOR, "GET", answer.headers["location"]) == made


@pytest.mark.parametrize(
    ("more", "status", "where", "code"),
    [
        ({"consent": None}, 409, "/consent", "consent-missing"),
        ({"consent": "nothing"}, 404, "/consent", "record-unknown"),
        ({"categories": ["identity", "aid"]}, 409, "/categories", "consent-category"),
        ({"categories": ["health"]}, 409, "/case", "case-needed"),
        ({"case": "nothing"}, 404, "/case", "record-unknown"),
        ({"referral": "nothing"}, 404, "/referral", "record-unknown"),
        ({"categories": []}, 422, "/categories", "list-too-short"),
    ],
)
def test_what_is_refused_says_why(office: TestClient, more: dict[str, Any], status: int, where: str, code: str) -> None:
    agreed = consent(office, person(office), organisation(office), "identity", "health")
    body = {"consent": agreed, "categories": ["identity"], **more}
    answer = ask(office, OFFICER, "POST", PATH, body)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (status, where, code)


@pytest.mark.parametrize(("until", "code"), [("2025-08-01", None), ("2025-07-31", "consent-expired")])
def test_the_last_day_counts(office: TestClient, until: str, code: str | None) -> None:
    agreed = consent(office, person(office), organisation(office), until=until)
    answer = ask(office, OFFICER, "POST", PATH, {"consent": agreed, "categories": ["identity"]})
    assert answer.json().get("code") == code


def test_who_has_no_business_with_it_gets_404_as_if_there_were_none(office: TestClient) -> None:
    whose, to = person(office), organisation(office)
    agreed = consent(office, whose, to)
    id = disclosure(office, agreed)
    for who in (
        "referral_officer 8802",
        f"charity_user 8802 {to}",
        f"charity_user 8801 {organisation(office)}",
    ):
        for path in (f"{PATH}/{{}}", f"{PATH}/{{}}/content"):
            answers = [ask(office, who, "GET", path.format(one)).json() for one in (id, "nothing")]
            there, nowhere = ({name: value for name, value in one.items() if name != "instance"} for one in answers)
            assert there == nowhere
            assert (there["status"], there["code"]) == (404, "record-unknown")
        assert told(office, who, "GET", PATH)["items"] == []
    for one in (agreed, "nothing"):
        body = {"consent": one, "categories": ["identity"]}
        answer = ask(office, "referral_officer 8802", "POST", PATH, body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (404, "/consent")


def test_who_may_not_by_role_is_told_so(office: TestClient) -> None:
    agreed = consent(office, person(office), to := organisation(office))
    id = disclosure(office, agreed)
    body = {"consent": agreed, "categories": ["identity"]}
    for who in (WORKER, AUDITOR, ADMIN, f"charity_user 8801 {to}"):
        assert ask(office, who, "POST", PATH, body).status_code == 403
    for who in (WORKER, AUDITOR, ADMIN):
        assert ask(office, who, "GET", f"{PATH}/{id}/content").status_code == 403
    assert ask(office, ADMIN, "GET", f"{PATH}/{id}").status_code == 403
