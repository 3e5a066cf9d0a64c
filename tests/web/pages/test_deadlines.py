"""Pages of ledgers and duties: they say what the interface says, at each threshold and under each region."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.service.conftest import FIVE
from tests.web.conftest import serving
from tests.web.pages.deadlines_kept import duty, ledger, state_of, updated
from tests.web.reading import Element, addresses, faults_of, inline_code, read

from xianjie.plugins import Regions, discover
from xianjie.vocabulary import BASE
from xianjie.vocabulary.terms import FORCES, STATUSES, UNMET
from xianjie.web.showing.rendering import day_text, typeset

LEDGER_KINDS = list(BASE["ledger.kind"].words)


def plain(text: str) -> str:
    """Write a text as it is read on a page: without marks, its days in Chinese."""
    return read(f"<p>{typeset(text, 'zh')}</p>").text


def rows(page: Element) -> list[Element]:
    return page.one("table", class_="each").all("tr")[1:]


def says(row: Element, entry: dict[str, Any]) -> None:
    """See that a row of the regions tells all that an entry of an answer holds."""
    assert STATUSES[entry["status"]][0] in row.text
    assert plain(entry["why"]["text"]) in row.text
    dues = {one["next_due"] for one in entry["readings"] if one.get("next_due")} or {entry["next_due"]} - {None}
    for due in dues:
        assert day_text(due, "zh") in row.text
    if entry["clause"]:
        assert entry["clause"] in row.text
        assert FORCES[entry["force"]][0] in row.text
    else:
        assert not row.all("a", class_="clause")
    for one in entry["unmet"]:
        assert UNMET[one][0] in row.text


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    region=st.sampled_from(FIVE),
    kind=st.sampled_from(LEDGER_KINDS),
    level=st.sampled_from(["province", "city", "county", "township"]),
    facts=st.fixed_dictionaries(
        {},
        optional={
            "last_updated": st.dates(dt.date(2023, 1, 1), dt.date(2025, 8, 1)).map(dt.date.isoformat),
            "provided_to_townships": st.dates(dt.date(2023, 1, 1), dt.date(2025, 8, 1)).map(dt.date.isoformat),
            "entered_on_platform": st.booleans(),
            "assistance_given": st.just("never"),
        },
    ),
    days=st.integers(-500, 500),
)
def test_a_page_says_what_the_interface_says(
    client: TestClient, region: str, kind: str, level: str, facts: dict[str, Any], days: int
) -> None:
    day = (dt.date(2025, 8, 1) + dt.timedelta(days)).isoformat()
    id = ledger(client, region, "120101", kind=kind, level=level, **facts)
    found = client.get(f"/v1/ledgers/{id}", params={"as_of": day}).json()
    page = read(client.get(f"/ledgers/{id}?as_of={day}").text)
    word, panel = state_of(page)
    assert word == STATUSES[found["state"]["status"]][0]
    assert plain(found["state"]["why"]["text"]) in panel
    body = {"case": {"ledgers": [found["facts"]]}, "regions": FIVE, "as_of": day}
    answered = client.post("/v1/assessments", json=body).json()["regions"]
    told = {row.one("th").one("a").attributes["href"].removeprefix("/policies/"): row for row in rows(page)}
    assert set(told) == {answer["policy"]["id"] for answer in answered.values()}
    for name, answer in answered.items():
        row = told[answer["policy"]["id"]]
        says(row, answer["duties"][0])
        assert ("适用于它" in row.text) == (name == region)


@pytest.mark.parametrize(
    ("day", "word", "distance"),
    [
        ("2025-07-20", "在有效期内", "还有 31 天"),
        ("2025-07-21", "即将到期", "还有 30 天"),
        ("2025-08-19", "即将到期", "还有 1 天"),
        ("2025-08-20", "今日到期", "就是今日"),
        ("2025-08-21", "文本有歧义", "已逾期 1 天"),
        ("2025-12-31", "文本有歧义", "已逾期 133 天"),
        ("2026-01-01", "已逾期", "已逾期 134 天"),
    ],
)
def test_each_threshold_is_told_the_day_before_on_it_and_after(
    client: TestClient, day: str, word: str, distance: str
) -> None:
    id = ledger(client, last_updated="2024-08-20")
    told, panel = state_of(read(client.get(f"/ledgers/{id}?as_of={day}").text))
    assert told == word
    assert distance in panel
    assert "自上次更新起滚动十二个月" in panel
    assert word in read(client.get(f"/ledgers?division=420502&as_of={day}").text).one("table", class_="deadlines").text


@pytest.mark.parametrize(
    ("updated_on", "dues"),
    [
        ("2024-02-29", ["2025年2月28日", "2025年12月31日"]),  # a leap day has no anniversary in a common year
        ("2023-12-31", ["2024年12月31日"]),
    ],
)
def test_leap_days_and_ends_of_the_year(client: TestClient, updated_on: str, dues: list[str]) -> None:
    page = read(client.get(f"/cadence?last_updated={updated_on}&regions=hubei").text)
    (row,) = rows(page)
    for due in dues:
        assert due in row.text


@pytest.mark.parametrize(("updated_on", "due"), [("2024-08-31", "2025年2月28日"), ("2023-08-31", "2024年2月29日")])
def test_half_a_year_after_a_long_month_is_the_end_of_a_short_one(
    client: TestClient, updated_on: str, due: str
) -> None:
    (row,) = rows(read(client.get(f"/cadence?last_updated={updated_on}&regions=tianjin").text))
    assert due in row.text
    assert "每半年" in row.text


def test_silences_drafts_and_digests_are_told_apart(client: TestClient) -> None:
    page = read(client.get("/cadence?kind=supply&last_updated=2025-01-10").text)
    told = {row.one("th").all("a")[0].text: row.text for row in rows(page)}
    assert "未规定" in told["金华"]
    assert "征求意见稿" in told["金华"]
    assert "摘要未载" in told["山西"]
    assert "摘要，非全文" in told["山西"]
    assert "效力待核实" in told["上海"]
    assert "文本没有给出日子" in told["上海"]
    assert "征求意见稿" not in told["湖北"]
    no_interval = read(client.get("/cadence?kind=assistance_information&last_updated=2025-01-10&regions=shanxi").text)
    assert "无固定周期" in rows(no_interval)[0].text or "摘要未载" in rows(no_interval)[0].text


def test_never_is_not_unknown(client: TestClient) -> None:
    id = ledger(client, last_updated="never")
    page = read(client.get(f"/ledgers/{id}").text)
    word, panel = state_of(page)
    assert word == "无法判定"
    assert "从未建立" in panel
    assert "更新日 从未" in panel
    assert "帮扶发生日 不清楚" in panel
    edit = read(client.get(f"/ledgers/{id}/edit").text)
    assert "checked" in edit.one("input", name="facts.last_updated.never").attributes
    assert edit.one("input", id="f-facts-last-updated").attributes["value"] == ""
    assert "从未" in read(client.get("/ledgers").text).one("table").text


def test_what_was_not_done_is_told_beside_the_state(client: TestClient) -> None:
    id = ledger(client, "tianjin", "120101", last_updated="2025-07-01", entered_on_platform=False)
    _, panel = state_of(read(client.get(f"/ledgers/{id}").text))
    assert "未录入平台" in panel
    assert "已提供窗口" in panel
    assert "未录入平台" in read(client.get("/ledgers?region=tianjin").text).one("table").text


def test_a_list_is_chosen_as_the_interface_chooses(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        ids = {
            "overdue": ledger(client, last_updated="2023-01-01"),
            "fresh": ledger(client, division="420602", last_updated="2025-07-01", name="新的一本"),
            "demand": ledger(client, kind="demand"),
            "other": ledger(client, "tianjin", "120101", last_updated="2025-07-01"),
        }

        def listed(query: str) -> set[str]:
            page = read(client.get(f"/ledgers?{query}").text)
            links = [one.one("a").attributes["href"] for one in page.all("th", scope="row")]
            return {name for name, id in ids.items() if any(link.split("?")[0] == f"/ledgers/{id}" for link in links)}

        assert listed("") == set(ids)
        assert listed("region=&division=&kind=&as_of=") == set(ids)
        assert listed("status=overdue") == {"overdue"}
        assert listed("status=overdue&status=not_stipulated") == {"overdue", "demand"}
        assert listed("region=tianjin") == {"other"}
        assert listed("division=4205") == {"overdue", "demand"}
        assert listed("kind=demand") == {"demand"}
        assert listed("status=fresh&as_of=2025-06-30") == set()
        assert "没有符合这些条件的" in client.get("/ledgers?status=due_today").text
        part = client.get("/ledgers?status=fresh", headers={"hx-request": "true"}).text
        assert "<html" not in part
        assert "新的一本" in part


def test_what_is_overdue_comes_first_and_the_caption_says_so(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        expected = [
            ledger(client, last_updated="2022-01-01", name="久"),
            ledger(client, last_updated="2023-01-01", name="近"),
            ledger(client, last_updated="2024-05-01", name="可能"),
            ledger(client, last_updated="2025-07-01", name="以后"),
            ledger(client, kind="demand", name="没有日子"),
        ]

        def listed(path: str) -> tuple[list[str], str]:
            page = read(client.get(path).text)
            rows = page.one("table").one("tbody").all("th", scope="row")
            links = [one.one("a").attributes["href"].partition("?")[0] for one in rows]
            return [link.rpartition("/")[2] for link in links], page.one("caption").text

        found, caption = listed("/ledgers")
        assert found == expected
        assert "已逾期的在前，逾期最久的最先" in caption
        assert "overdue first" in listed("/ledgers?lang=en")[1]
        client.cookies.clear()
        assert listed("/ledgers?status=overdue")[0] == expected[:2]
        assert client.get("/ledgers?after=0.2025-01-01.x%00").status_code == 422
        # the interface keeps to the order of ids
        assert [one["id"] for one in client.get("/v1/ledgers").json()["items"]] == sorted(expected)


def test_pages_of_a_list_hold_each_once(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        ids = {ledger(client, last_updated="2025-07-01") for _ in range(65)}
        found: list[str] = []
        path: str | None = "/ledgers?status=fresh"
        while path:
            page = read(client.get(path).text)
            found += [one.one("a").attributes["href"].rpartition("/")[2] for one in page.all("th", scope="row")]
            links = [one for one in page.all("a", class_="button") if "下一页" in one.text]
            path = links[0].attributes["href"] if links else None
            assert path is None or "status=fresh" in path
        assert len(found) == 65
        assert set(found) == ids


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("region=nowhere", "f-region"),
        ("division=42050", "f-division"),
        ("kind=supplies", "f-kind"),
        ("as_of=2025-02-30", "f-as-of"),
        ("as_of=yesterday", "f-as-of"),
        ("status=late", "f-status"),
        ("status=met", "f-status"),
    ],
)
def test_a_condition_that_is_wrong_is_told_at_its_field(client: TestClient, query: str, field: str) -> None:
    answer = client.get(f"/ledgers?{query}")
    assert answer.status_code == 422
    page = read(answer.text)
    (link,) = page.one("div", class_="is-fault").all("a")
    assert link.attributes["href"] == f"#{field}"
    assert faults_of(page) == []
    assert not page.all("table")


@pytest.mark.parametrize("path", ["/ledgers", "/duties", "/timeline"])
def test_an_empty_office_is_told_how_to_begin(tmp_path: Path, path: str) -> None:
    with serving(tmp_path) as client:
        page = read(client.get(path).text).one("div", class_="nothing")
        leads = [one.attributes["href"] for one in page.all("a")]
        assert "/cadence" in leads
        for lead in leads:
            assert client.get(lead).status_code == 200


def test_a_region_that_is_installed_no_more_is_told_and_nothing_is_guessed(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        gone = ledger(client, "tianjin", "120101", last_updated="2025-07-01", name="没有了文件的台账")
        ledger(client, last_updated="2025-07-01")
    some = discover()
    left = Regions({name: one for name, one in some.regions.items() if name != "tianjin"}, some.vocabulary)
    with serving(tmp_path, left) as client:
        page = read(client.get(f"/ledgers/{gone}").text)
        assert faults_of(page) == []
        assert "无法得出" in page.one("section", class_="state-panel").text
        assert "不再安装" in page.one("section", class_="state-panel").text
        assert not page.all("table")
        (row,) = [one for one in read(client.get("/ledgers").text).all("tr") if "没有了文件的台账" in one.text]
        assert "无法得出" in row.text
        assert "没有了文件的台账" in client.get("/timeline?beside=hubei").text
        assert client.get("/calendar?month=2026-01").status_code == 200
        assert client.get(f"/ledgers/{gone}/edit").status_code == 200


def test_a_duty_tells_how_often_it_was_done_and_what_is_wanting(client: TestClient) -> None:
    id = duty(client)
    path = f"/duties/{id}"
    assert state_of(read(client.get(path).text))[0] == "进行中"
    client.post(f"/v1/duties/{id}/events", json={"on": "2025-03-20", "charities": True, "grassroots": False})
    page = read(client.get(path).text)
    word, panel = state_of(page)
    assert word == "进行中"
    assert "要求 2 次，已有 1 次，还差 1 次" in panel
    assert "计到 2025年12月31日" in panel
    assert "征求意见稿" in panel
    assert "慈善组织在场：是 · 基层力量在场：否" in page.one("ol", class_="entries").text
    assert state_of(read(client.get(f"{path}?as_of=2026-01-01").text))[0] == "未达到"
    listed = read(client.get("/duties?status=in_progress&year=2025").text).one("table").text
    assert "还差 1 次" in listed
    assert "计到 2025年12月31日" in listed
    assert "没有符合这些条件的" in client.get("/duties?year=2024").text
    regions = {row.one("th").all("a")[0].text: row.text for row in rows(page)}
    assert "定期" in regions["湖北"]
    assert "摘要未载" in regions["山西"]


def test_what_is_not_known_of_a_duty_is_not_zero(client: TestClient) -> None:
    id = duty(client, count=None)
    word, panel = state_of(read(client.get(f"/duties/{id}").text))
    assert word == "无法判定"
    assert "次数 不清楚" in panel


def test_entries_are_told_newest_first_with_their_corrections(client: TestClient) -> None:
    id = ledger(client, last_updated="2024-08-20")
    wrong = updated(client, id, "2025-07-30", by="社会救助科")
    updated(client, id, "2025-07-29", corrects=wrong)
    items = read(client.get(f"/ledgers/{id}").text).one("ol", class_="entries").all("li")
    assert [one.one("strong").text for one in items] == ["更新了内容", "更新了内容", "登记"]
    assert "更正了前面的一条" in items[0].text
    assert "已被更正，不算数" in items[1].text
    assert "社会救助科" in items[1].text
    assert "2025年8月1日 09:30" in items[0].text  # in Beijing
    assert [bool(one.all("a")) for one in items] == [True, False, False]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_well_made_in_both_languages(client: TestClient, lang: str) -> None:
    one, other = ledger(client, "tianjin", "120101", last_updated="2025-01-20"), duty(client)
    paths = [f"/ledgers/{one}", f"/ledgers/{one}/edit", f"/duties/{other}", f"/duties/{other}/edit", "/ledgers/new"]
    paths += ["/duties/new", "/ledgers", "/duties", "/calendar?month=2025-12&day=2025-12-31", "/timeline?beside=hubei"]
    paths += ["/cadence?last_updated=2025-01-20", "/ledgers?region=x", "/calendar?month=x", "/cadence?last_updated=x"]
    for path in paths:
        page = read(client.get(path, params={"lang": lang} if "?" not in path else None).text)
        assert faults_of(page) == [], path
        assert inline_code(page) == [], path
        assert len(page.all("h1")) == 1, path
        if lang == "en" and "?" not in path:
            words = page.one("main").text
            assert "状态" not in words
            assert "登记" not in words


def test_links_lead_somewhere(client: TestClient) -> None:
    id = ledger(client, last_updated="2025-07-01")
    for path in (f"/ledgers/{id}", "/timeline", "/calendar?month=2026-07"):
        for address in sorted(set(addresses(read(client.get(path).text).one("main")))):
            if not address.startswith("#"):
                assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("id", ["none", "x" * 200, "A", "a%2Fb", "%00", "ledger_1", "%E5%8F%B0"])
@pytest.mark.parametrize("what", ["ledgers", "duties"])
def test_what_is_not_there_is_told(client: TestClient, what: str, id: str) -> None:
    for path in (f"/{what}/{id}", f"/{what}/{id}/edit"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert len(read(answer.text).all("h1")) == 1
