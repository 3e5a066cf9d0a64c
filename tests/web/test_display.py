"""What somebody chooses to be shown: kept in a cookie, and never a way to another host."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import token
from tests.web.reading import read

FORM = {"lang": "en", "theme": "dark", "contrast": "more", "text": "larger"}


def test_choices_are_kept_and_followed(client: TestClient) -> None:
    answer = client.post("/display", data={**token(client), **FORM, "back": "/compare?only=1"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/compare?only=1")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    html = read(client.get("/").text).one("html").attributes
    assert html == {"lang": "en", "data-theme": "dark", "data-contrast": "more", "data-text": "larger"}
    chosen = [
        (one.attributes["name"], one.attributes["value"])
        for one in read(client.get("/display").text).all("input", type="radio")
        if "checked" in one.attributes
    ]
    assert dict(chosen) == FORM


def test_a_language_in_the_address_is_kept(client: TestClient) -> None:
    client.get("/compare?lang=en")
    assert read(client.get("/").text).one("html").attributes["lang"] == "en"
    client.get("/?lang=zh")
    assert read(client.get("/").text).one("html").attributes["lang"] == "zh-CN"


def test_without_a_choice_the_browser_decides(client: TestClient) -> None:
    english = client.get("/", headers={"accept-language": "en-GB,en;q=0.9"})
    assert read(english.text).one("html").attributes["lang"] == "en"


@pytest.mark.parametrize("value", ["", "x", "xx.yy.zz.ww", "en.<script>.more.large", "....", "." * 3000, "%00.%0a"])
def test_a_cookie_that_makes_no_sense_is_passed_over(client: TestClient, value: str) -> None:
    answer = client.get("/", headers={"cookie": f"xianjie_display={value}"})
    assert answer.status_code == 200
    assert read(answer.text).one("html").attributes["data-theme"] == "auto"


@pytest.mark.parametrize(
    "back",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "x",
        "",
        "/\r\nset-cookie: a=b",
        "/ü",
    ],
)
def test_nobody_is_sent_elsewhere(client: TestClient, back: str) -> None:
    answer = client.post("/display", data={**token(client), "theme": "dark", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"
    assert read(client.get("/display", params={"back": back}).text).one("input", name="back").attributes["value"] == "/"


def test_a_form_of_another_site_changes_nothing(client: TestClient) -> None:
    answer = client.post("/display", data={**token(client), **FORM}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_body_that_is_no_form_or_too_large_is_refused(client: TestClient) -> None:
    assert client.post("/display", json=FORM).status_code == 415
    assert client.post("/display", data={"back": "/" + "x" * 5000}).status_code == 413
    # as many fields as there is room for
    many = urlencode(token(client)) + "&" + "&".join(f"a{number}=1" for number in range(100))
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/display", content=many, headers=form).status_code == 200
