"""Every address of the workbench, out of its own list: forms from elsewhere, roles that may not, offices of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.service.invented import drifting
from tests.service.somebody import SaidSo
from tests.web.conftest import serving, token
from tests.web.pages.deadlines_kept import duty, ledger

from xianjie.access import Action, Principal, Resource, Role, loopback
from xianjie.access.rules import BY_PLACE
from xianjie.service.state import Service
from xianjie.web.door.addresses import At
from xianjie.web.jobs import Job, State
from xianjie.web.showing.rendering import Workbench
from xianjie.web.workbench import ROUTES

OURS, THEIRS = "420502", "330702"
AS_DATA = {"accept": "application/json"}
POSTS = [at for at in ROUTES if at.method == "POST"]
GETS = [at for at in ROUTES if at.method == "GET"]
FREE = {(Resource.POLICY, Action.READ), (Resource.ASSESSMENT, Action.RUN)}
"""What shows nothing that an office keeps."""
FACTS: dict[str, Any] = {"person": {"dibao_recipient": True}}


@dataclass
class World:
    """A workbench with one of everything, kept by one office."""

    client: TestClient
    ids: Mapping[str, str]

    @property
    def service(self) -> Service:
        return cast(Service, cast(FastAPI, self.client.app).state.service)

    @property
    def workbench(self) -> Workbench:
        return cast(Workbench, cast(FastAPI, self.client.app).state.workbench)

    def job(self, owner: str) -> str:
        """Put a job there; one of this machine's user has ended."""
        jobs = self.workbench.jobs
        state = State.DONE if owner == "loopback" else State.RUNNING
        made = Job(f"{jobs._mine}.{owner}", owner, ("甲", "a"), "/jobs/{id}", "/", state=state)
        jobs._all[made.id] = made
        return made.id

    def path(self, at: At, owner: str = "loopback", **ids: str) -> str:
        """Write the address of a record that is there."""
        given = {"policy": "yunlu-2024", "axis": self.ids["axis"], "policy_id": "yunlu-2024", "topic": "coverage"}
        given |= {"form": "xlsx", "name": "diff.md", "file": "marked"} | ids
        family = at.path.split("/")[1]
        if "{id}" in at.path and "id" not in ids:
            given["id"] = self.ids[family] if family in self.ids else self.job(owner)
        return re.sub(r"\{(\w+)\}", lambda found: given[found[1]], at.path)

    def changes(self) -> int:
        """Count what was written down, reading apart."""
        with self.service.keeping.store.read() as view:
            told = [str(one.body["event"]) for one in view.entries("audit", limit=1000)]
        return len([one for one in told if not one.endswith(("_read", "_opened", "opened", "read"))])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("everywhere")
    with serving(folder, drifting(folder / "yunlu"), SaidSo()) as client:
        client.headers["authorization"] = "Bearer nobody-looks-at-it"
        worker = {"x-as": f"case_worker {OURS}"}
        decision = client.post("/v1/assessments", json={"case": FACTS, "regions": ["yunlu"]}, headers=worker)
        opened = {"region": "yunlu", "direction": "forward", "division": OURS, "facts": FACTS}
        referral = client.post("/v1/referrals", json=opened)
        assert referral.status_code == 201, referral.text
        ids = {
            "decisions": decision.json()["decision_id"],
            "ledgers": ledger(client, "yunlu", OURS),
            "duties": duty(client, "yunlu", OURS),
            "referrals": referral.json()["id"],
            "axis": "",
        }
        made = World(client, ids)
        (document,) = made.service.answering.engine.documents.timelines["yunlu"].all
        yield World(client, {**ids, "axis": next(iter(document.file.readings))})


def names(ats: list[At]) -> list[str]:
    return [f"{at.method} {at.path}" for at in ats]


@pytest.mark.parametrize("at", POSTS, ids=names(POSTS))
def test_a_form_from_elsewhere_is_refused_and_changes_nothing(world: World, at: At) -> None:
    client, path = world.client, world.path(at)
    before = world.changes()
    foreign = token(client)
    client.cookies.clear()
    own = token(client)
    for data in ({}, {"form_token": ""}, {"form_token": "x" * 64}, foreign):
        answer = client.post(path, data={**data, "do": "publish"}, headers=AS_DATA, follow_redirects=False)
        assert (answer.status_code, answer.json()["code"]) == (403, "form-foreign"), path
    for site, code in (("cross-site", "cross-site"), ("same-site", "form-foreign")):
        answer = client.post(path, data=own, headers={**AS_DATA, "sec-fetch-site": site}, follow_redirects=False)
        assert (answer.status_code, answer.json()["code"]) == (403, code), path
    for kind in ("text/plain", "application/json"):  # what another page can send without asking first
        sent = {**AS_DATA, "content-type": kind}
        answer = client.post(path, content=f"form_token={own['form_token']}", headers=sent, follow_redirects=False)
        assert answer.status_code == 415, path
    assert world.changes() == before


@pytest.mark.parametrize("role", list(Role))
def test_a_page_is_for_the_roles_of_the_table_and_for_no_others(world: World, role: Role) -> None:
    who = f"{role.value} {OURS}" + (" o-1" if role is Role.CHARITY_USER else "")
    sent = {**AS_DATA, "x-as": who}
    for at in ROUTES:
        path = world.path(at, f"key-{role.value}-{OURS}")
        answer = world.client.request(at.method, path, headers=sent, follow_redirects=False)
        refused = answer.status_code == 403 and answer.json()["code"] == "access-role"
        assert refused == (role not in BY_PLACE[at.needs].roles), (role, at.path, answer.text[:300])
        assert answer.status_code < 500, (role, at.path)


def test_nothing_of_an_office_is_shown_to_another(world: World) -> None:
    for role in Role:
        who = f"{role.value} {THEIRS}" + (" o-1" if role is Role.CHARITY_USER else "")
        for at in ROUTES:
            if "{id}" not in at.path:
                continue
            answer = world.client.request(
                at.method, world.path(at), headers={**AS_DATA, "x-as": who}, follow_redirects=False
            )
            fine = (303,) if at.path.endswith(("/updates", "/events", "/steps")) and at.method == "GET" else ()
            # a form is looked at before what it is about
            assert answer.status_code in (403, 404, 415, *fine), (role, at.path, answer.text[:300])
        for path in ("/decisions", "/referrals", "/ledgers", "/duties", "/check/cases", "/calendar", "/timeline"):
            answer = world.client.get(path, headers={"x-as": who})
            shown = [id for id in world.ids.values() if id in answer.text]
            assert shown == [], (role, path)
        for name in ("from", "case"):
            answer = world.client.get(f"/check?{name}={world.ids['decisions']}", headers={**AS_DATA, "x-as": who})
            assert answer.status_code in (403, 404), (role, name)


def test_what_is_guessed_is_not_there(world: World) -> None:
    for at in ROUTES:
        for id in ("0", "a-b", "../x", "x" * 101, "%00", "é", "x y", "-"):
            if "{id}" not in at.path or "/" in id:
                continue
            path = world.path(at, id=id)
            answer = world.client.request(at.method, path, headers=AS_DATA, follow_redirects=False)
            fine = (303,) if at.path.endswith(("/updates", "/events", "/steps")) and at.method == "GET" else ()
            assert answer.status_code in (403, 404, 415, *fine), (at.path, id, answer.text[:300])


@pytest.mark.parametrize("at", GETS, ids=names(GETS))
def test_what_an_office_keeps_is_kept_by_no_browser(world: World, at: At) -> None:
    answer = world.client.get(world.path(at), follow_redirects=False)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "public" not in answer.headers["cache-control"]
    if at.needs not in FREE:
        assert answer.headers["cache-control"] == "no-store", at.path


def test_another_person_s_work_is_not_there(world: World) -> None:
    id = world.job("somebody-else")
    for at in ROUTES:
        if at.path.startswith(("/jobs/", "/batch/{id}", "/revise/results")):
            path = world.path(at, id=id)
            answer = world.client.request(at.method, path, headers=AS_DATA, follow_redirects=False)
            assert (answer.status_code, answer.json()["code"]) == (404, "job-gone"), path
    assert world.client.get(f"/revise/edit?job={id}", headers=AS_DATA).status_code == 404


def test_every_need_is_one_of_the_table() -> None:
    assert all(at.needs in BY_PLACE for at in ROUTES)
    assert isinstance(loopback(), Principal)
