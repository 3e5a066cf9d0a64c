"""Logging in: by a key, for a working day, ended for good; and no page, form or file is seen without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.service.conftest import NOW
from tests.service.invented import drifting
from tests.service.let_in import Ticks, bearing, guarded, key_of, service_behind
from tests.web.conftest import serving, token
from tests.web.pages.filling import begun, posted_in, pressed
from tests.web.reading import faults_of, read

from xianjie.access import loopback, record_from
from xianjie.records import api_keys, sessions
from xianjie.service.door.credentials import COOKIE, Credentials
from xianjie.web.workbench import ROUTES

READER = (("reader", "national"),)


class Closed:
    """A workbench behind a door, whose clocks a test turns."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.ticks, self.now = client, Ticks(), NOW
        service = service_behind(client)
        service.keeping = replace(service.keeping, instant=lambda: self.now)
        self.door: Credentials = guarded(client, self.ticks)

    def key(self, *grants: tuple[str, str], **more: Any) -> str:
        return key_of(service_behind(self.client).keeping, *(grants or READER), **more)

    def log_in(self, key: str, back: str = "/") -> Any:
        data = {**token(self.client, "/login"), "key": key, "back": back}
        return self.client.post("/login", data=data, follow_redirects=False)

    def later(self, **passed: float) -> None:
        self.now += dt.timedelta(**passed)
        self.ticks.pass_seconds(dt.timedelta(**passed).total_seconds())


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Closed]:
    with serving(tmp_path, drifting(tmp_path / "yunlu")) as client:
        yield Closed(client)


def test_no_page_is_seen_without_a_login(closed: Closed) -> None:
    assert len(ROUTES) > 5
    for at in ROUTES:
        path = at.path.replace("{", "").replace("}", "")
        answer = closed.client.request(at.method, path, follow_redirects=False)
        if at.method == "GET":
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login"), path
        else:
            assert answer.status_code == 401, path
        assert "云麓" not in answer.text
    style = read(closed.client.get("/login").text).all("link", rel="stylesheet")[0].attributes["href"]
    assert closed.client.get(style).status_code == 200


def test_who_logs_in_comes_back_to_where_they_were_going(closed: Closed) -> None:
    sent = closed.client.get("/compare?only=1", follow_redirects=False).headers["location"]
    page = read(closed.client.get(sent).text)
    assert faults_of(page) == []
    assert page.one("input", name="back").attributes["value"] == "/compare?only=1"
    assert page.one("input", name="key").attributes["type"] == "password"
    answer = closed.log_in(closed.key(holder="zhang-office-3"), "/compare?only=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compare?only=1")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(COOKIE)).lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert f"max-age={8 * 3600}" in cookie
    seen = closed.client.get("/compare")
    assert seen.status_code == 200
    assert "云麓" in seen.text
    assert read(seen.text).one("form", action="/logout").one("button").attributes["title"] == "zhang-office-3"


@pytest.mark.parametrize(
    "key", ["", "nonsense", "xjk_guess", f"xjk_{'a' * 10}_{'a' * 52}_{'a' * 7}", "口令", "x" * 3000]
)
def test_what_is_no_key_is_told_at_the_field_and_never_shown_again(closed: Closed, key: str) -> None:
    answer = closed.log_in(key)
    page = read(answer.text)
    assert answer.status_code == 401
    assert page.one("input", name="key").attributes["aria-invalid"] == "true"
    assert page.one("input", name="key").attributes["value"] == ""
    assert not key or key not in answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_a_key_cannot_be_guessed_for_long(closed: Closed) -> None:
    answers = [closed.log_in("xjk_guess").status_code for _ in range(30)]
    assert 429 in answers
    assert answers[0] == 401


def test_whoever_looks_at_pages_without_a_login_is_not_taken_for_a_guesser(closed: Closed) -> None:
    for _ in range(50):
        closed.client.get("/compare", follow_redirects=False)
    assert closed.log_in(closed.key()).status_code == 303


def test_a_login_lasts_for_a_working_day(closed: Closed) -> None:
    closed.log_in(closed.key())
    kept = closed.client.cookies[COOKIE]
    closed.later(hours=7, minutes=59)
    assert closed.client.get("/", follow_redirects=False).status_code == 200
    closed.later(minutes=1)
    answer = closed.client.get("/", headers={"cookie": f"{COOKIE}={kept}"}, follow_redirects=False)
    assert answer.status_code == 303


def test_a_login_ends_with_the_key_that_was_shown(closed: Closed) -> None:
    closed.log_in(closed.key())
    keeping = service_behind(closed.client).keeping
    with keeping.change(loopback()) as change:
        [login] = change.view.find(sessions.COLLECTION)
        api_keys.revoke_key(change, login.body["origin"])
    closed.later(seconds=6)
    assert closed.client.get("/", follow_redirects=False).status_code == 303


def test_a_login_does_not_outlast_the_key(closed: Closed) -> None:
    key = closed.key(days=1)
    closed.later(hours=22)
    closed.log_in(key)
    kept = closed.client.cookies[COOKIE]
    closed.later(hours=1, minutes=59)
    assert closed.client.get("/", follow_redirects=False).status_code == 200
    closed.later(minutes=1)
    answer = closed.client.get("/", headers={"cookie": f"{COOKIE}={kept}"}, follow_redirects=False)
    assert answer.status_code == 303


def test_logging_out_ends_it_for_good(closed: Closed) -> None:
    closed.log_in(closed.key())
    kept = closed.client.cookies[COOKIE]
    answer = closed.client.post("/logout", data=token(closed.client), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert COOKIE not in closed.client.cookies
    again = closed.client.get("/", headers={"cookie": f"{COOKIE}={kept}"}, follow_redirects=False)
    assert again.status_code == 303


def test_logging_in_again_ends_the_login_that_the_browser_had(closed: Closed) -> None:
    closed.log_in(closed.key(holder="zhang"))
    first = closed.client.cookies[COOKIE]
    assert closed.client.get("/", follow_redirects=False).status_code == 200
    closed.log_in(closed.key(holder="li"))
    second = closed.client.cookies[COOKIE]
    assert first != second
    assert closed.client.get("/", follow_redirects=False).status_code == 200
    closed.client.cookies.clear()
    ended = closed.client.get("/", headers={"cookie": f"{COOKIE}={first}"}, follow_redirects=False)
    assert ended.status_code == 303  # at once, though it was found good a moment ago
    assert closed.client.get("/", headers={"cookie": f"{COOKIE}={second}"}, follow_redirects=False).status_code == 200
    with service_behind(closed.client).keeping.store.read() as view:
        events = [entry.body["event"] for entry in view.entries("audit")]
    assert events[-2:] == ["logged_out", "logged_in"]


@pytest.mark.parametrize("kept", ["nonsense", "xjk_guess", f"xjk_{'a' * 10}_{'a' * 52}_{'a' * 7}"])
def test_whatever_else_a_browser_brings_ends_nobodys_login(closed: Closed, kept: str) -> None:
    closed.log_in(closed.key(holder="zhang"))
    mine = closed.client.cookies[COOKIE]
    guessed = "_".join([*mine.split("_")[:2], "b" * 52, *mine.split("_")[3:]])
    for brought in (kept, guessed):
        closed.client.cookies.clear()
        closed.client.cookies[COOKIE] = brought
        assert closed.log_in(closed.key(holder="li")).status_code == 303
    closed.client.cookies.clear()
    answer = closed.client.get("/", headers={"cookie": f"{COOKIE}={mine}"}, follow_redirects=False)
    assert answer.status_code == 200


def test_long_work_is_a_persons_whichever_way_they_logged_in(closed: Closed) -> None:
    key = closed.key(("policy_editor", "national"), ("case_worker", "national"), holder="zhang")
    other = closed.key(("policy_editor", "national"), holder="Zhang")
    third = closed.key(("policy_editor", "national"), holder="li")
    closed.log_in(key)
    (base, *_) = [policy.id for policy in service_behind(closed.client).answering.engine.policies.values()]
    form = posted_in(read(closed.client.get(f"/revise/edit?base={base}").text), "revising")
    at = begun(pressed(closed.client, {**form, "generate": "1"}, "compare"))
    for one, found in ((other, True), (third, False)):
        closed.client.cookies.clear()
        closed.log_in(one)
        assert (closed.client.get(at, follow_redirects=False).status_code != 404) is found


def test_logging_out_needs_the_form(closed: Closed) -> None:
    closed.log_in(closed.key())
    assert closed.client.post("/logout", data={"form_token": "x"}).status_code == 403
    assert closed.client.get("/").status_code == 200


def test_a_form_sent_after_the_login_ended_says_that_nothing_was_saved(closed: Closed) -> None:
    answer = closed.client.post("/display", data={"theme": "dark"})
    assert answer.status_code == 401
    assert "另一个窗口登录" in answer.text


def test_a_part_of_a_page_asked_for_after_the_login_ended_leads_to_the_login(closed: Closed) -> None:
    asked = {"hx-request": "true", "hx-current-url": "http://testserver/compare?only=1"}
    answer = closed.client.get("/compare?regions=x", headers=asked, follow_redirects=False)
    assert answer.status_code == 204
    assert answer.headers["hx-redirect"] == "/login?back=%2Fcompare%3Fonly%3D1"
    foreign = {**asked, "hx-current-url": "https://elsewhere.example//evil.example"}
    assert closed.client.get("/compare", headers=foreign).headers["hx-redirect"] == "/login"


def test_a_login_is_no_key_for_programs_and_a_page_never_acts_for_them(closed: Closed) -> None:
    closed.log_in(closed.key())
    kept = closed.client.cookies[COOKIE]
    assert closed.client.get("/").status_code == 200
    assert closed.client.get("/v1/regions").status_code == 401
    assert closed.client.get("/v1/regions", headers=bearing(kept)).status_code == 401


def test_a_key_in_the_header_opens_pages_as_well(closed: Closed) -> None:
    assert closed.client.get("/compare", headers=bearing(closed.key()), follow_redirects=False).status_code == 200


def test_a_form_shown_before_is_good_again_for_the_same_person_and_for_nobody_else(closed: Closed) -> None:
    nobody = token(closed.client, "/login")
    closed.log_in(closed.key(holder="zhang"))
    shown = {**token(closed.client), "theme": "dark"}
    closed.client.cookies.delete(COOKIE)  # the login ended, and the form with what was typed is still open
    assert closed.client.post("/display", data=shown).status_code == 401
    closed.log_in(closed.key(holder="li"))
    assert closed.client.post("/display", data=shown, follow_redirects=False).status_code == 403
    closed.client.cookies.delete(COOKIE)
    closed.log_in(closed.key(holder="zhang"))
    assert closed.client.post("/display", data=shown, follow_redirects=False).status_code == 303
    assert closed.client.post("/display", data={**nobody, "theme": "dark"}).status_code == 403


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\x", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(closed: Closed, back: str) -> None:
    assert closed.log_in(closed.key(), back).headers["location"] == "/"
    closed.client.cookies.clear()
    page = read(closed.client.get("/login", params={"back": back}).text)
    assert page.one("input", name="back").attributes["value"] == "/"


def test_a_login_that_was_written_into_the_store_by_hand_is_worth_nothing(closed: Closed) -> None:
    closed.log_in(closed.key())
    store = service_behind(closed.client).keeping.store
    with store.transaction() as transaction:
        found = transaction.find("sessions")[0]
        widened = {**found.body, "grants": [["administrator", "national"]]}
        transaction.replace("sessions", found.id, widened, found.version)
    closed.later(seconds=6)
    assert closed.client.get("/", follow_redirects=False).status_code == 303


def test_logins_that_ended_days_ago_are_removed(closed: Closed) -> None:
    closed.log_in(closed.key())
    closed.client.cookies.clear()
    closed.later(days=3)
    closed.log_in(closed.key())
    with service_behind(closed.client).keeping.store.read() as view:
        left = view.find(sessions.COLLECTION)
    assert [record_from(one.body).created for one in left] == [closed.now]


def test_who_may_not_do_a_thing_is_not_offered_it_and_is_refused(closed: Closed) -> None:
    closed.log_in(closed.key(("auditor", "national")))
    offered = [one.attributes["href"] for one in read(closed.client.get("/").text).one("nav").all("a")]
    assert "/compare" in offered
    assert "/check" not in offered


def test_the_audit_chain_tells_of_logins_and_holds_no_secret(closed: Closed) -> None:
    key = closed.key()
    closed.log_in(key)
    kept = closed.client.cookies[COOKIE]
    closed.client.post("/logout", data=token(closed.client))
    with service_behind(closed.client).keeping.store.read() as view:
        told = [entry.body for entry in view.entries("audit")]
    events = [one["event"] for one in told]
    assert events[-2:] == ["logged_in", "logged_out"]
    assert kept.split("_")[2] not in str(told)
    assert key.split("_")[2] not in str(told)


def test_where_the_service_is_for_this_machine_alone_there_is_no_login(client: TestClient) -> None:
    answer = client.get("/login?back=/compare", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/compare")
    assert "退出" not in client.get("/").text
    app = cast(FastAPI, client.app)
    assert app.state.workbench is not None
