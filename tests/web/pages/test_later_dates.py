"""A date after the date of evaluation is told at its field, at the answer, among the facts, and in the grounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import serving
from tests.web.pages.check_posted import PART, form, preview
from tests.web.reading import Element, faults_of, read

LATE = {"m0.aid.exit_date": "2025-05-02", "m0.aid.exit_date.never": "", "regions": ["jinhua"]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("later")) as made:
        made.follow_redirects = False
        yield made


def at_fields(page: Element) -> list[str]:
    return [one.attributes["id"] for one in page.all("span", class_="field-late")]


def told(page: Element) -> list[str]:
    return [one.text for one in page.all("p", class_="later-dates")]


@pytest.mark.parametrize(("as_of", "late"), [("2025-05-01", True), ("2025-05-02", False), ("2025-05-03", False)])
def test_it_is_told_at_the_field_and_at_the_answer(client: TestClient, as_of: str, late: bool) -> None:
    page = preview(client, as_of=as_of, **LATE)
    assert faults_of(page) == []
    assert at_fields(page) == (["q-m0-aid-exit_date-late"] if late else [])
    assert len(told(page)) == late
    assert ("按当时尚未发生计" in page.one("div", id="live").text) is late


def test_members_steps_and_ledgers_have_each_their_own(client: TestClient) -> None:
    more = {
        "dimension": ["referral", "duties"],
        "m1.label": "乙",
        "m1.referral.events.0.event": "informed",
        "m1.referral.events.0.on": "2025-04-09",
        "m1.referral.events.1.event": "consented",
        "m1.referral.events.1.on": "2025-05-09",
        "ledgers.3.kind": "demand",
        "ledgers.3.last_updated": "2025-06-01",
    }
    answer = client.post("/check", data=form(client, regions=["hubei"], **more))
    assert answer.status_code == 200, read(answer.text).one("div", id="faults").text
    page = read(answer.text)
    assert at_fields(page) == ["q-m1-referral-events-1-on-late", "q-ledgers-3-last_updated-late"]
    first, second = told(page)
    assert "步骤" not in first
    assert "台账 1 更新日" in first
    assert "步骤“已同意”" in second
    assert "已告知" not in second


def test_a_script_hears_of_it_with_the_answers(client: TestClient) -> None:
    part = read(client.post("/check", data=form(client, **LATE), headers=PART).text)
    assert part.one("div", id="late-fields").attributes["data-at"] == "q-m0-aid-exit_date"
    assert told(part)


def test_the_decision_tells_it_among_the_facts_and_in_the_grounds(client: TestClient) -> None:
    where = client.post("/check/decide", data=form(client, **LATE)).headers["location"]
    page = read(client.get(f"{where}?open=1").text)
    assert faults_of(page) == []
    (words,) = told(page)
    assert "退出救助范围日期" in words
    rows = {one.all("th")[0].text: one.text for one in page.one("table", class_="facts-table").all("tr")}
    assert "按当时尚未发生计" in rows["退出救助范围日期"]
    grounds = [one.text for one in page.all("li", class_="ground") if "退出救助范围日期" in one.text]
    assert any("晚于判定日，按当时尚未发生计" in one for one in grounds)
