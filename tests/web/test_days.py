"""Every field for a day says, in the page's language, how a day is given: browsers show it in their own language."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import token
from tests.web.pages.deadlines_kept import ledger
from tests.web.reading import Element, faults_of, read

FORMAT = {"zh": "年、月、日，次序随浏览器", "en": "year, month and day, in your browser’s order"}
MONTH = {"zh": "年、月，如 2025-08", "en": "year and month, such as 2025-08"}
PATHS = [
    "/compare",
    "/check?regions=jinhua&dimension=eligibility&dimension=duties&dimension=referral",
    "/batch",
    "/ledgers",
    "/ledgers/new",
    "/duties",
    "/duties/new",
    "/calendar",
    "/timeline",
    "/cadence",
    "/referrals/procedures",
    "/referrals/walk?region=hubei&direction=forward",
    "/referrals/new",
    "/referrals/new?region=hubei&direction=forward",
    "/incentives",
    "/decisions",
    "/revise/edit?base=tianjin-2024-22",
]


def told_at(page: Element, field: Element) -> str:
    """Give the words that a field is described by; each of them stands on the page to be seen."""
    words = []
    for id in field.attributes.get("aria-describedby", "").split():
        (one,) = [each for each in page.walk() if each.attributes.get("id") == id]
        assert "unseen" not in one.attributes.get("class", "")
        words.append(one.text)
    return " ".join(words)


def see(page: Element, lang: str) -> int:
    assert faults_of(page) == []
    days, months = page.all("input", type="date"), page.all("input", type="month")
    for one in days:
        assert FORMAT[lang] in told_at(page, one), one.attributes
    for one in months:
        assert MONTH[lang] in told_at(page, one), one.attributes
    return len(days) + len(months)


@pytest.mark.parametrize("path", PATHS)
def test_each_field_says_how_a_day_is_given(client: TestClient, path: str) -> None:
    for lang in ("zh", "en"):
        page = read(client.get(path, headers={"accept-language": lang}).text)
        assert see(page, lang) > 0
        client.cookies.clear()


def test_the_pages_of_one_ledger_and_of_a_form_with_sources_do_as_well(client: TestClient) -> None:
    id = ledger(client, last_updated="2025-01-01")
    assert see(read(client.get(f"/ledgers/{id}").text), "zh") == 2
    form = {**token(client, "/check"), "m0.person.tekun": "true", "household.size": "3", "regions": "jinhua"}
    page = read(client.post("/check", data=form).text)
    sources = [one for one in page.all("input", type="date") if one.attributes["name"].startswith("said.")]
    assert len(sources) == 2
    # said once for all of them, above
    assert {one.attributes["aria-describedby"] for one in sources} == {"q-said_on-hint"}
    assert see(page, "zh") > 3


def test_what_is_wrong_with_a_day_is_told_beside_how_it_is_given(client: TestClient) -> None:
    page = read(client.get("/ledgers?as_of=2025-02-30").text)
    assert FORMAT["zh"] in told_at(page, page.one("input", id="f-as-of"))
