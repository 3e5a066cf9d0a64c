"""The button of the other language: it takes the form along as it was filled in, and nothing is recorded by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import serving, token
from tests.web.pages.deadlines_kept import kept, ledger
from tests.web.pages.filling import posted_in
from tests.web.reading import Element, faults_of, inline_code, read

OF_THE_PAGE = ("form_token", "once", "overlay")
"""Hidden fields that are other each time a form is shown; the draft of a revision follows what is typed."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("web")) as made:
        yield made


def opened(client: TestClient, path: str) -> Element:
    answer = client.get(path)
    assert answer.status_code == 200
    return read(answer.text)


def button(page: Element) -> Element:
    return page.one("button", id="to-language")


def switched(client: TestClient, page: Element, typed: Mapping[str, str]) -> Element:
    """Press the button of the other language with more filled in, and see that all of it comes back."""
    pressed = button(page)
    form = pressed.attributes["form"]
    sent = {**posted_in(page, form), **typed}
    answer = client.post(
        pressed.attributes["formaction"], data={**sent, pressed.attributes["name"]: pressed.attributes["value"]}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == pressed.attributes["lang"][:2]
    found = read(answer.text)
    assert faults_of(found) == []
    assert inline_code(found) == []
    back = posted_in(found, form)
    assert {name: back.get(name) for name in sent if name not in OF_THE_PAGE} == {
        name: value for name, value in sent.items() if name not in OF_THE_PAGE
    }
    assert "again" not in back  # else the next button would only show it again as well
    assert not found.all("div", role="alert")
    return found


def first_button(page: Element, form: str) -> Element:
    """Give the button that Enter presses in a form: the first of it on the page."""
    own = set(map(id, page.one("form", id=form).walk()))
    return next(
        one
        for one in page.walk()
        if one.tag == "button"
        and one.attributes.get("type", "submit") == "submit"
        and (one.attributes.get("form") == form or ("form" not in one.attributes and id(one) in own))
    )


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/check?regions=hubei", {"m0.person.tekun": "true", "household_ref": "甲-7", "household.size": "3"}),
        ("/ledgers/new", {"name": "甲镇“台账”", "division": "不是代码", "facts.last_updated": "2025-02-01"}),
        ("/duties/new", {"name": "<b>会商</b>", "facts.year": "2025", "facts.count": "x"}),
        ("/referrals/new?region=hubei&direction=forward", {"division": "", "person": "p-1", "as_of": "2025-02-01"}),
        ("/revise/edit?base=tianjin-2024-22", {"head/zh": "为什么", "head/en": "why"}),
    ],
)
def test_a_form_goes_there_and_back_with_all_that_is_in_it(
    client: TestClient, path: str, typed: dict[str, str]
) -> None:
    page = opened(client, path)
    english = switched(client, page, typed)
    assert english.one("html").attributes["lang"] == "en"
    chinese = switched(client, english, {})
    assert chinese.one("html").attributes["lang"] == "zh-CN"
    for each in (page, english, chinese):
        where = urlsplit(button(each).attributes["formaction"])
        assert set(parse_qs(where.query)) <= {"regions", "region", "direction", "base", "lang"}
        assert not any(value and value in where.query for value in typed.values())
        first = first_button(each, button(each).attributes["form"])
        assert first.attributes.get("name") != "again"
        assert (first.attributes["tabindex"], first.attributes["aria-hidden"]) == ("-1", "true")
    assert kept(client) == 0
    assert kept(client, "duties") == 0
    assert kept(client, "referrals") == 0


def test_what_is_open_goes_along_and_is_not_altered(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        id = ledger(client, last_updated="2025-01-01", name="甲")
        page = opened(client, f"/ledgers/{id}/edit")
        switched(client, page, {"name": "乙", "facts.last_updated": "2025-02-03"})
        entry = opened(client, f"/ledgers/{id}?as_of=2025-05-01")
        english = switched(client, entry, {"by": "科室", "on": "2025-03-04"})
        assert english.one("input", id="f-as-of").attributes["value"] == "2025-05-01"
        now = client.get(f"/v1/ledgers/{id}").json()
        assert (now["name"], now["version"]) == ("甲", 1)
        # and what was taken along can be sent
        sent = {**posted_in(english, "entry-form"), "what": "updated", "on": "2025-03-04"}
        assert client.post(f"/ledgers/{id}/updates", data=sent, follow_redirects=False).status_code == 303

        facts = {"aid": {"meets_conditions": False}}
        asked = {"region": "hubei", "direction": "forward", "division": "420502", "facts": facts}
        referral = client.post("/v1/referrals", json=asked).json()["id"]
        switched(client, opened(client, f"/referrals/{referral}/facts"), {"facts.aid.meets_conditions": "yes"})
        switched(client, opened(client, f"/referrals/{referral}"), {"by": "社区", "on": "2025-02-02"})
        assert client.get(f"/v1/referrals/{referral}").json()["version"] == 1

        links = [one.attributes.get("href", "") for one in opened(client, "/readings").all("a")]
        place = next(one for one in links if one.startswith("/readings/"))
        switched(client, opened(client, place), {"reason": "因为这样写", "authority": "文号"})
        assert client.get("/v1/reading-choices").json()["items"] == []


def test_without_a_form_the_language_is_a_link(client: TestClient) -> None:
    for path in ("/", "/glossary", "/ledgers", "/incentives", "/referrals/new"):
        page = opened(client, path)
        assert page.one("a", id="to-language").attributes["href"].endswith("lang=en")
        assert not page.all("button", id="to-language")


def test_a_form_that_was_not_shown_here_is_given_back_to_nobody(client: TestClient) -> None:
    page = opened(client, "/ledgers/new")
    sent = {**posted_in(page, "record-form"), "again": "1"}
    for wrong in ({**sent, "form_token": "x" * 96}, {key: one for key, one in sent.items() if key != "form_token"}):
        assert client.post("/ledgers/new?lang=en", data=wrong).status_code == 403
    assert client.post("/ledgers/new", data=sent, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_script_is_told_the_new_look_and_the_page_stays(client: TestClient) -> None:
    part = client.get("/display", headers={"hx-request": "true"})
    found = read(part.text)
    assert faults_of(found) == []
    form = found.one("form")
    assert form.attributes["hx-swap"] == "none"
    assert {one.attributes["name"] for one in form.all("input", type="radio")} == {"theme", "contrast", "text"}
    chosen = {**token(client), "theme": "dark", "contrast": "more", "text": "nonsense"}
    answer = client.post("/display", data=chosen, headers={"hx-request": "true"})
    assert answer.status_code == 204
    assert answer.headers["hx-trigger"] == '{"displayed": {"theme": "dark", "contrast": "more", "text": "normal"}}'
    assert opened(client, "/").one("html").attributes["data-theme"] == "dark"
    assert "location" not in answer.headers
