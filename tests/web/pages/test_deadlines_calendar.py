"""The calendar, the timeline and the what-if: the interface's days in their places, and nothing where there is none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import FIVE
from tests.web.conftest import serving
from tests.web.pages.deadlines_kept import duty, ledger
from tests.web.reading import Element, faults_of, read

from xianjie.vocabulary.terms import STATUSES
from xianjie.web.showing.rendering import day_text


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client of an office with ledgers of several regions, and a duty."""
    with serving(tmp_path_factory.mktemp("office")) as client:
        ledger(client, name="西区台账", last_updated="2024-08-20")
        ledger(client, division="420503", last_updated="2024-08-31")
        ledger(client, "tianjin", "120101", name="和平区目录", last_updated="2025-02-10")
        ledger(client, "tianjin", "120101", kind="demand", last_updated="2025-02-10")
        ledger(client, "jinhua", "330702", name="草案的台账", last_updated="2025-02-10")
        ledger(client, name="从未更新的", last_updated="never")
        duty(client, name="一年两次的会商")
        yield client


@pytest.fixture(autouse=True)
def in_chinese(office: TestClient) -> None:
    office.cookies.clear()


def cells(page: Element) -> dict[str, Element]:
    """Give the cells of the month by their day, as it is written out; those without one by their number."""
    table = page.one("table", class_="month")
    out = {}
    for cell in table.all("td"):
        long = cell.all("span", class_="day-long")
        if "is-outside" not in cell.attributes["class"].split():
            out[long[0].text.partition(" ")[0] if long else cell.text] = cell
    return out


@pytest.mark.parametrize(
    ("month", "days", "weeks", "first"),
    [
        ("2024-02", 29, 5, "1"),  # leap; begins on a Thursday
        ("2025-02", 28, 5, "1"),
        ("2021-02", 28, 4, "1"),  # begins on a Monday: no day of another month
        ("2025-06", 30, 6, "1"),  # begins on a Sunday
        ("1990-01", 31, 5, "1"),
        ("2100-12", 31, 5, "1"),
    ],
)
def test_a_month_is_a_table_of_weeks_from_monday(
    client: TestClient, month: str, days: int, weeks: int, first: str
) -> None:
    page = read(client.get(f"/calendar?month={month}").text)
    table = page.one("table", class_="month")
    assert [one.text[-1] for one in table.all("th", scope="col")] == list("一二三四五六日")
    rows = table.one("tbody").all("tr")
    assert [len(row.all("td")) for row in rows] == [7] * weeks
    inside = [one for one in table.all("td") if "is-outside" not in one.attributes["class"].split()]
    assert len(inside) == days
    start = dt.date.fromisoformat(f"{month}-01").weekday()
    assert rows[0].all("td")[start].text == first


def test_the_months_before_and_after_are_led_to_with_the_same_conditions(client: TestClient) -> None:
    page = read(client.get("/calendar?month=2025-01&region=hubei&division=42").text)
    links = [one.attributes["href"] for one in page.one("nav", class_="turns").all("a")]
    assert [link.partition("?")[2] for link in links] == [
        f"month={month}&region=hubei&division=42" for month in ("2024-12", "2025-08", "2025-02")
    ]
    assert len(read(client.get("/calendar?month=1990-01").text).one("nav", class_="turns").all("a")) == 2
    assert len(read(client.get("/calendar?month=2100-12").text).one("nav", class_="turns").all("a")) == 2


def test_today_is_marked_and_shown_where_no_month_is_asked_for(client: TestClient) -> None:
    page = read(client.get("/calendar").text)
    assert "2025年8月" in page.one("h2", id="month-title").text
    (today,) = [one for one in page.all("td") if one.attributes.get("aria-current") == "date"]
    assert today.text == "1今天"


def test_each_day_holds_what_the_interface_lists_on_it(office: TestClient) -> None:
    found = office.get("/v1/calendar", params={"from": "2025-01-01", "to": "2026-12-31"}).json()["items"]
    assert len(found) > 5
    for month in [*sorted({one["day"][:7] for one in found}), "2025-03"]:
        page = read(office.get(f"/calendar?month={month}").text)
        assert faults_of(page) == []
        wanted = [one for one in found if one["day"].startswith(month)]
        dues = {name: cell.all("a", class_="due") for name, cell in cells(page).items() if cell.all("a", class_="due")}
        assert set(dues) == {day_text(one["day"], "zh") for one in wanted}
        for day, links in dues.items():
            of_day = [one for one in wanted if day_text(one["day"], "zh") == day]
            told = sorted((link.attributes["href"], link.attributes["title"]) for link in links)
            assert told == sorted((one["href"].removeprefix("/v1"), one["summary"]) for one in of_day)
            for link in links:
                assert any(STATUSES[one["status"]][0] in link.text for one in of_day)
        assert f"{len(wanted)} 项" in page.one("h2", id="month-title").text


def test_a_day_is_shown_whole(office: TestClient) -> None:
    page = read(office.get("/calendar?month=2025-12&day=2025-12-31").text)
    panel = page.one("section", id="day")
    assert "一年两次的会商" in panel.text
    assert "另一种读法" in panel.text
    assert "这一天没有到期的" in read(office.get("/calendar?month=2025-12&day=2025-12-30").text).one("section").text


def test_what_has_no_day_is_not_in_the_calendar(office: TestClient) -> None:
    for month in ("2025-08", "2025-12", "2026-02"):
        text = read(office.get(f"/calendar?month={month}").text).one("table", class_="month").text
        assert "从未更新的" not in text
        assert "草案的台账" not in text


def test_a_calendar_is_chosen_by_region_and_division(office: TestClient) -> None:
    def names(query: str) -> str:
        return read(office.get(f"/calendar?{query}").text).one("table", class_="month").text

    assert "和平区目录" in names("month=2025-08")
    assert "和平区目录" not in names("month=2025-08&region=hubei")
    assert "西区台账" in names("month=2025-08&region=hubei")
    assert "西区台账" not in names("month=2025-08&division=420503")


def test_a_script_gets_the_month_and_the_field_that_follows_it(office: TestClient) -> None:
    part = office.get("/calendar?month=2025-08", headers={"hx-request": "true"}).text
    assert "<html" not in part
    field = read(part).one("div", id="month-field")
    assert field.attributes["hx-swap-oob"] == "true"
    assert field.one("input").attributes["value"] == "2025-08"
    whole = read(office.get("/calendar?month=2025-08").text)
    assert "hx-swap-oob" not in whole.one("div", id="month-field").attributes


@pytest.mark.parametrize(
    "month", ["2025-13", "2025-00", "1989-12", "2101-01", "2025", "202508", "2025-8", "八月", "²025-01"]
)
def test_a_month_that_is_none_is_told(client: TestClient, month: str) -> None:
    answer = client.get("/calendar", params={"month": month})
    assert answer.status_code == 422
    (link,) = read(answer.text).one("div", class_="is-fault").all("a")
    assert link.attributes["href"] == "#f-month"


def test_the_feed_is_led_to_with_its_conditions(office: TestClient) -> None:
    page = read(office.get("/calendar?month=2025-08&region=tianjin").text)
    address = page.one("input", id="f-feed").attributes["value"]
    assert address.startswith("http://127.0.0.1")
    answer = office.get(address)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "天津" in answer.text.replace("\r\n ", "")
    assert "湖北" not in answer.text.replace("\r\n ", "")
    english = read(office.get("/calendar?lang=en").text).one("input", id="f-feed").attributes["value"]
    assert english.endswith("calendar.ics?lang=en")


def test_holidays_are_not_claimed(client: TestClient) -> None:
    assert "不标节假日" in client.get("/calendar").text


def test_the_timeline_tells_each_ledger_under_its_own_region_and_others(office: TestClient) -> None:
    page = read(office.get("/timeline?beside=tianjin&beside=shanxi").text)
    bodies = page.one("table", class_="timeline").all("tbody")
    assert len(bodies) == len(office.get("/v1/ledgers").json()["items"])
    (west,) = [one for one in bodies if "西区台账" in one.text]
    own, tianjin, shanxi = (
        west.all("tr")[0],
        *[row for name in ("天津", "山西") for row in west.all("tr") if name in row.one("th").text],
    )
    assert "适用" in own.one("th").text
    assert "2025年8月20日" in own.text
    assert "2025年2月20日" in tianjin.text
    assert "在此之前" in tianjin.text
    assert "摘要未载" in shanxi.text
    assert not shanxi.one("svg", class_="strip").all("rect")
    assert len(page.one("span", class_="months").all("span")) >= 12
    assert faults_of(page) == []


def test_a_mark_stands_where_its_day_is(office: TestClient) -> None:
    page = read(office.get("/timeline?region=tianjin&as_of=2025-07-01&kind=supply").text)
    (row,) = page.one("table", class_="timeline").one("tbody").all("tr")
    # half a year after 10 February is 10 August: nine days of 31 into the second month
    marks = [float(one.attributes["x"]) + 5 for one in row.all("rect", class_="due-mark")]
    assert marks == [pytest.approx(100 + 9 / 31 * 100, abs=0.1), pytest.approx(500 + 30 / 31 * 100, abs=0.1)]
    assert float(row.one("line", class_="today-line").attributes["x1"]) == 0.0


def test_a_what_if_says_what_an_assessment_says(client: TestClient) -> None:
    for kind, level, updated, day in (
        ("supply", "county", "2024-10-10", "2025-05-01"),
        ("supply", "city", "2024-10-10", "2025-05-01"),
        ("demand", "township", "2024-02-29", "2025-02-28"),
        ("assistance_information", "county", "2025-04-30", "2025-05-01"),
    ):
        query = f"kind={kind}&level={level}&last_updated={updated}&as_of={day}"
        page = read(client.get(f"/cadence?{query}").text)
        case = {"ledgers": [{"kind": kind, "level": level, "last_updated": updated}]}
        body = {"case": case, "regions": FIVE, "as_of": day}
        answered = client.post("/v1/assessments", json=body).json()["regions"]
        told = {
            row.one("th").one("a").attributes["href"]: row for row in page.one("table", class_="each").all("tr")[1:]
        }
        for answer in answered.values():
            (entry,) = answer["duties"]
            row = told[f"/policies/{answer['policy']['id']}"]
            assert STATUSES[entry["status"]][0] in row.all("td")[0].text
            for one in entry["readings"] or [entry]:
                if one["next_due"]:
                    assert day_text(one["next_due"], "zh") in row.all("td")[1].text


def test_a_what_if_keeps_nothing_and_is_all_in_its_address(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        before = client.get("/v1/audit/verification").json()
        page = read(client.get("/cadence?kind=demand&level=township&last_updated=2025-01-01&regions=hubei").text)
        assert client.get("/v1/audit/verification").json() == before
        chosen = [one.attributes["value"] for one in page.all("option") if "selected" in one.attributes]
        assert chosen == ["demand", "township"]
        assert [one.attributes["value"] for one in page.all("input") if "checked" in one.attributes] == ["hubei"]
        assert len(page.one("table", class_="each").all("tr")) == 2


def test_a_what_if_asks_for_the_day_of_the_update_first(client: TestClient) -> None:
    assert "填上最近更新日" in client.get("/cadence").text
    for query in (
        "last_updated=2025-08-02",
        "last_updated=x",
        "last_updated=2025-01-01&regions=x",
        "last_updated=2025-01-01&level=x",
        "last_updated=2025-01-01&due_soon_days=-1",
    ):
        answer = client.get(f"/cadence?{query}")
        assert answer.status_code == 422
        assert not read(answer.text).all("table")


def test_readings_that_the_office_settled_hold_for_its_ledgers_and_its_what_if(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        id = ledger(client, last_updated="2024-08-20")
        choice = {
            "region": "hubei",
            "policy": "hubei-2024",
            "axis": "year",
            "option": "calendar",
            "reason": "会商以后按自然年计算，以便统一安排",
            "authority": "示例〔2025〕1号",
            "division": "national",
        }
        assert client.post("/v1/reading-choices", json=choice).status_code == 201
        panel = read(client.get(f"/ledgers/{id}?as_of=2025-09-01").text).one("section", class_="state-panel").text
        tried = read(client.get("/cadence?last_updated=2024-08-20&as_of=2025-09-01&regions=hubei").text)
        for told in (panel, tried.one("table", class_="each").text):
            assert "在有效期内" in told
            assert "2025年12月31日" in told
            assert "还有 121 天" in told


@pytest.mark.parametrize("day", ["0001-01-01", "1989-12-31", "9999-12-31", "2024-02-29"])
def test_far_off_days_are_days(office: TestClient, day: str) -> None:
    for path in ("/ledgers", "/duties", "/timeline", "/calendar", "/cadence?last_updated=0001-01-01&"):
        answer = office.get(f"{path}{'' if path.endswith('&') else '?'}as_of={day}&day={day}&beside=hubei")
        assert answer.status_code == 200, path
        assert faults_of(read(answer.text)) == []


def test_more_than_one_calendar_holds_is_told(office: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.records.deadlines.calendar.MOST_RECORDS", 2)
    answer = office.get("/calendar")
    assert answer.status_code == 422
    assert "请写明地区或区划" in read(answer.text).one("div", class_="is-fault").text
    assert office.get("/calendar?division=420503").status_code == 200
