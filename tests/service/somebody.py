"""A door that lets everybody in as whom they say they are: only for tests."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.testclient import TestClient
from tests.service.conftest import AT_HOME, TODAY, kept

from xianjie.access import Grant, Principal, Role, division, loopback
from xianjie.plugins import Regions
from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.service.problems import refuse
from xianjie.service.settings import ServiceSettings


class SaidSo:
    """Read the role, its division and, for a charity's user, the organisation out of the header `x-as`."""

    async def principal(self, request: Request) -> Principal:
        said = request.headers.get("x-as")
        if said is None:
            return loopback()
        role, place, *organisation = said.split()
        try:
            grant = Grant(Role(role), division(place))
        except ValueError:
            raise refuse(401, "access-anonymous", "需要登录或接口密钥", "log in or give an API key") from None
        return Principal(f"key-{role}-{place}", f"holder-{role}", frozenset({grant}), *organisation)


@contextmanager
def offices(folder: Path, regions: Regions, log: io.BytesIO | None = None) -> Iterator[TestClient]:
    """Give a client of an application over a store of its own, to which everybody comes as whom they say they are."""
    with kept(folder) as keeping:
        settings = ServiceSettings(today=lambda: TODAY)
        app = create_app(keeping, settings, regions, make_log("debug", log or io.BytesIO()), SaidSo())
        with TestClient(app, AT_HOME) as client:
            yield client


def ask(client: TestClient, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """Ask as somebody; give the answer."""
    sent = {"x-as": who, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return client.request(method, path, headers=sent, **({} if body is None else {"json": body}))


def told(client: TestClient, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """Ask as somebody for what must be given; give what it says."""
    answer = ask(client, who, method, path, body, **headers)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


WORKER = "case_worker 8801"
OFFICER = "referral_officer 8801"
ADMIN = "administrator 8801"
AUDITOR = "auditor 8801"
NAME = "东方无名"
NUMBER = "88010119900101001X"
"""Nobody's: there is no division 880101, and the check digit is wrong."""
PERSON = {"name": NAME, "number": NUMBER, "phone": "电话一二三", "address": "无名路一号", "division": "880101"}
FACTS = {
    "case": "E-1",
    "person": {"dibao_recipient": True, "disabled": True},
    "household": {"size": 3, "annual_income": 80000},
    "aid": {"received": True, "still_in_difficulty": True},
}


def person(client: TestClient, **more: Any) -> str:
    """Record somebody, without a number unless it is given: a number is taken once."""
    more = {"number": None, **more}
    return str(told(client, "case_worker 88", "POST", "/v1/persons", {**PERSON, **more})["id"])


def organisation(client: TestClient, place: str = "8801") -> str:
    body = {"name": "示例慈善会", "division": place}
    return str(told(client, f"referral_officer {place}", "POST", "/v1/organisations", body)["id"])


def case(client: TestClient, person: str | None, **more: Any) -> str:
    body = {"division": "880101", "person": person, "regions": ["hubei", "tianjin"], "case": FACTS, **more}
    return str(told(client, WORKER, "POST", "/v1/cases", body)["id"])


def consent(client: TestClient, person: str, recipient: str, *categories: str, **more: Any) -> str:
    body = {
        "person": person,
        "recipient": recipient,
        "purpose": "aid_referral",
        "categories": categories or ["identity"],
        "form": "written",
        "on": "2025-07-01",
        **more,
    }
    return str(told(client, OFFICER, "POST", "/v1/consents", body)["id"])


def disclosure(client: TestClient, consent: str, *categories: str, **more: Any) -> str:
    body = {"consent": consent, "categories": categories or ["identity"], **more}
    return str(told(client, OFFICER, "POST", "/v1/disclosures", body)["id"])
