"""Consents over HTTP: given to one recipient, withdrawn once, and then no more of any use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient
from tests.service.somebody import (
    AUDITOR,
    OFFICER,
    WORKER,
    ask,
    consent,
    disclosure,
    offices,
    organisation,
    person,
    told,
)

from xianjie.plugins import Regions
from xianjie.records.people import consents as records
from xianjie.service.routes.consents import Category, Channel, ConsentListed, ConsentShown, ConsentsShown, Form, Purpose

PATH = "/v1/consents"


@pytest.fixture(scope="module")
def office(regions: Regions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client of an application that the tests of this file share."""
    with offices(tmp_path_factory.mktemp("offices"), regions) as client:
        yield client


def given(person: str, to: str, **more: Any) -> dict[str, Any]:
    return {
        "person": person,
        "recipient": to,
        "purpose": "aid_referral",
        "categories": ["identity"],
        "form": "written",
        "on": "2025-07-01",
        **more,
    }


def test_the_words_are_those_of_the_records() -> None:
    for words, table in (
        (Category, records.CATEGORIES),
        (Purpose, records.PURPOSES),
        (Form, records.FORMS),
        (Channel, records.CHANNELS),
    ):
        assert get_args(words) == tuple(table)


def test_a_consent_is_recorded_read_and_listed(office: TestClient) -> None:
    whose, to = person(office), organisation(office)
    body = given(whose, to, categories=["identity", "aid", "identity"], note="为了转介", until="2025-12-31")
    answer = ask(office, OFFICER, "POST", PATH, body)
    assert answer.status_code == 201
    made = answer.json()
    ConsentListed.model_validate(made)
    assert made["categories"] == ["aid", "identity"]
    assert (made["standing"], made["ended"], made["withdrawn"]) == (True, None, None)
    opened = told(office, AUDITOR, "GET", answer.headers["location"])
    ConsentShown.model_validate(opened)
    assert opened == {**made, "note": "为了转介"}
    listed = told(office, WORKER, "GET", f"{PATH}?person={whose}&recipient={to}&division=880101")
    ConsentsShown.model_validate(listed)
    assert listed["items"] == [made]
    assert told(office, WORKER, "GET", f"{PATH}?person={to}")["items"] == []


@pytest.mark.parametrize(
    ("more", "status", "where", "code"),
    [
        ({"on": "2025-08-02"}, 422, "/on", "day-future"),
        ({"until": "2025-06-30"}, 422, "/until", "until-earlier"),
        ({"categories": []}, 422, "/categories", "list-too-short"),
        ({"categories": ["everything"]}, 422, "/categories/0", "word-unknown"),
        ({"purpose": "because"}, 422, "/purpose", "word-unknown"),
        ({"person": "nobody"}, 404, "/person", "record-unknown"),
        ({"recipient": "nobody"}, 404, "/recipient", "record-unknown"),
        ({"referral": "nothing"}, 404, "/referral", "record-unknown"),
        ({"note": "88010119900101001X"}, 422, "/note", "citizen-number"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    office: TestClient, more: dict[str, Any], status: int, where: str, code: str
) -> None:
    answer = ask(office, OFFICER, "POST", PATH, {**given(person(office), organisation(office)), **more})
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (status, where, code)


def test_a_withdrawal_ends_it_at_once_and_is_entered_once(office: TestClient) -> None:
    whose, to = person(office), organisation(office)
    id = consent(office, whose, to)
    made = disclosure(office, id)
    charity = f"charity_user 8801 {to}"
    content = f"/v1/disclosures/{made}/content"
    assert ask(office, charity, "GET", content).status_code == 200
    shown = told(office, charity, "POST", f"{PATH}/{id}/withdrawal", {"channel": "recipient"})
    assert (shown["standing"], shown["ended"]) == (False, "withdrawn")
    assert shown["withdrawn"] == {"on": "2025-08-01", "channel": "recipient"}
    assert ask(office, charity, "GET", content).status_code == 404
    answer = ask(office, OFFICER, "GET", content)
    assert (answer.status_code, answer.json()["code"]) == (409, "consent-withdrawn")
    answer = ask(office, OFFICER, "POST", "/v1/disclosures", {"consent": id, "categories": ["identity"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "consent-withdrawn")
    answer = ask(office, OFFICER, "POST", f"{PATH}/{id}/withdrawal", {"channel": "office"})
    assert (answer.status_code, answer.json()["code"]) == (409, "consent-withdrawn")


@pytest.mark.parametrize(
    ("on", "code"),
    [("2025-06-30", "withdrawal-early"), ("2025-07-01", None), ("2025-08-01", None), ("2025-08-02", "day-future")],
)
def test_the_day_of_a_withdrawal(office: TestClient, on: str, code: str | None) -> None:
    id = consent(office, person(office), organisation(office))
    answer = ask(office, OFFICER, "POST", f"{PATH}/{id}/withdrawal", {"channel": "office", "on": on})
    assert answer.json().get("code") == code
    assert answer.status_code == (200 if code is None else 422)


def test_who_has_no_business_with_it_gets_404_as_if_there_were_none(office: TestClient) -> None:
    whose, to = person(office), organisation(office)
    id = consent(office, whose, to)
    strangers = (
        "referral_officer 8802",
        "case_worker 8802",
        f"charity_user 8802 {to}",
        f"charity_user 8801 {organisation(office)}",
    )
    for who in strangers:
        for method, path, body in (
            ("GET", f"{PATH}/{{}}", None),
            ("POST", f"{PATH}/{{}}/withdrawal", {"channel": "office"}),
        ):
            answers = [ask(office, who, method, path.format(one), body).json() for one in (id, "nothing")]
            there, nowhere = ({name: value for name, value in one.items() if name != "instance"} for one in answers)
            assert there == nowhere
            assert (there["status"], there["code"]) == (404, "record-unknown")
        answers = [ask(office, who, "POST", PATH, given(one, to)).json() for one in (whose, "nobody")]
        there, nowhere = ({name: value for name, value in one.items() if name != "instance"} for one in answers)
        assert there == nowhere
        assert there["status"] == 404
        assert told(office, who, "GET", PATH)["items"] == []
    assert ask(office, AUDITOR, "POST", f"{PATH}/{id}/withdrawal", {"channel": "office"}).status_code == 403
