"""Forms of ledgers and duties: nothing typed is lost, a fault is told at its field, a second click changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from starlette.testclient import TestClient
from tests.service.somebody import SaidSo
from tests.web.conftest import serving
from tests.web.pages.deadlines_kept import duty, faults, hidden, kept, ledger, opening, state_of, updated
from tests.web.reading import Element, faults_of, inline_code, read

from xianjie.access import Principal
from xianjie.service.door.admission import OpenDoor

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}\u202eabc"


class Somebody(OpenDoor):
    """An open door behind which everybody is whom they say they are."""

    async def principal(self, request: Request) -> Principal:
        return await SaidSo().principal(request)


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[TestClient]:
    """Give a client to which everybody comes as whom they say they are, in the header `x-as`."""
    with serving(tmp_path, door=Somebody()) as client:
        yield client


def values(page: Element, strict: bool = False) -> dict[str, str]:
    """Give what stands in the fields of a form that somebody sees; `strict` as a browser, which shows no bad day."""
    form = page.one("form", method="post")
    out = {}
    for one in form.all("input"):
        kind = one.attributes.get("type", "text")
        if kind in ("radio", "checkbox"):
            if "checked" in one.attributes and one.attributes["value"]:
                out[one.attributes["name"]] = one.attributes["value"]
        elif kind != "hidden":
            value = one.attributes["value"]
            fine = not strict or kind != "date" or re.fullmatch(r"(\d{4}-\d{2}-\d{2})?", value)
            out[one.attributes["name"]] = value if fine else ""
    for one in form.all("select"):
        chosen = [option.attributes["value"] for option in one.all("option") if "selected" in option.attributes]
        out[one.attributes["name"]] = chosen[0] if chosen else ""
    return out


def test_a_ledger_is_recorded_updated_corrected_and_mended(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        typed = opening(client, "/ledgers/new", name="西区台账", facts__last_updated="2024-08-20")
        answer = client.post("/ledgers/new", data=typed, follow_redirects=False)
        assert answer.status_code == 303
        path = answer.headers["location"].partition("?")[0]
        page = read(client.get(answer.headers["location"]).text)
        assert "已登记" in page.one("div", class_="is-done").text
        assert state_of(page)[0] == "即将到期"
        given = {"what": "updated", "on": "2025-07-30", "by": "社会救助科", "done": "yes"}
        answer = client.post(f"{path}/updates", data={**hidden(client, path), **given})
        assert answer.status_code == 200
        page = read(answer.text)
        assert state_of(page)[0] == "在有效期内"
        (link,) = page.one("ol", class_="entries").all("a")
        correcting = link.attributes["href"].removesuffix("#record")
        more = {"what": "retracted", "on": "2025-08-01"}
        answer = client.post(f"{path}/updates", data={**hidden(client, correcting), **more})
        assert state_of(read(answer.text))[0] == "即将到期"
        edit = values(read(client.get(f"{path}/edit").text))
        assert (edit["name"], edit["region"], edit["facts.last_updated"]) == ("西区台账", "hubei", "2024-08-20")
        again = {**hidden(client, f"{path}/edit"), **edit, "facts.last_updated": "2025-06-01"}
        answer = client.post(f"{path}/edit", data=again)
        assert "已更正登记" in answer.text
        id = path.rpartition("/")[2]
        found = client.get(f"/v1/ledgers/{id}").json()
        assert (found["version"], found["opening"]["last_updated"]) == (4, "2025-06-01")
        assert kept(client) == 1


def test_a_form_that_is_not_altered_alters_nothing(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        facts: dict[str, Any] = {"last_updated": "2025-01-10", "entered_on_platform": False, "filed_on_platform": True}
        one = ledger(client, **facts, assistance_given="never", name="一本")
        other = duty(client, meetings=[{"departments": True}], count=1, last_done="2025-02-01")
        for what, id in (("ledgers", one), ("duties", other)):
            before = client.get(f"/v1/{what}/{id}").json()
            path = f"/{what}/{id}/edit"
            typed = {**hidden(client, path), **values(read(client.get(path).text), strict=True)}
            assert client.post(path, data=typed, follow_redirects=False).status_code == 303
            assert client.get(f"/v1/{what}/{id}").json()["opening"] == before["opening"]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"region": ""}, {"f-region": "请选择地区"}),
        ({"region": "nowhere"}, {"f-region": "没有这个地区"}),
        ({"region": "hubei@hubei-2024"}, {"f-region": "没有这个地区"}),
        ({"division": ""}, {"f-division": "请填写区划"}),
        ({"division": "42050"}, {"f-division": "行政区划须是"}),
        ({"division": "西区"}, {"f-division": "行政区划须是"}),
        ({"name": "x" * 101}, {"f-name": "文字过长"}),
        ({"name": "110101199003070012"}, {"f-name": "不得填写公民身份号码"}),
        ({"name": "１１０１０１１９９００３０７００１２"}, {"f-name": "不得填写公民身份号码"}),
        ({"facts.kind": "supplies"}, {"f-facts-kind": "请从列表里选"}),
        ({"facts.level": "village"}, {"f-facts-level": "请从列表里选"}),
        ({"facts.last_updated": "2025-02-29"}, {"f-facts-last-updated": "没有这一天"}),
        ({"facts.last_updated": "昨天"}, {"f-facts-last-updated": "须是日期"}),
        ({"facts.last_updated": "2025-08-02"}, {"f-facts-last-updated": "日期不得晚于今天"}),
        (
            {"facts.last_updated": "2025-07-01", "facts.last_updated.never": "1"},
            {"f-facts-last-updated": "既填了日期，又选了“从未”"},
        ),
        ({"facts.established": "maybe"}, {"f-facts-established": "请选是、否"}),
        (
            {"facts.established": "no", "facts.last_updated": "2025-02-28"},
            {"f-facts-established": "却有更新日"},
        ),
        (
            {"region": "", "division": "x", "facts.last_updated": "x", "facts.provided_to_townships": "2030-01-01"},
            {
                "f-region": "请选择",
                "f-division": "行政区划",
                "f-facts-last-updated": "须是日期",
                "f-facts-provided-to-townships": "不得晚于今天",
            },
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    client: TestClient, typed: dict[str, str], wrong: dict[str, str]
) -> None:
    before = kept(client)
    sent = {**opening(client, "/ledgers/new", name="没有存下的台账"), **typed}
    answer = client.post("/ledgers/new", data=sent)
    assert answer.status_code == 422
    told = faults(answer)
    assert set(told) == set(wrong)
    for id, words in wrong.items():
        assert words in told[id], told
    page = read(answer.text)
    assert faults_of(page) == []
    shown = values(page)
    for name, value in sent.items():
        offered = {one.attributes["value"] for one in page.one("form", method="post").all("option")}
        if name in shown and (name not in ("region", "facts.kind", "facts.level") or value in offered):
            assert shown[name] == value
    assert kept(client) == before


def test_days_and_codes_are_read_as_people_write_them(client: TestClient) -> None:
    for text in ("2025-7-1", "2025/07/01", "2025年7月1日", "２０２５－０７－０１", "2025.7.1"):
        typed = opening(client, "/ledgers/new", facts__last_updated=text, division="４２０５０２")
        answer = client.post("/ledgers/new", data=typed, follow_redirects=False)
        assert answer.status_code == 303, text
        id = answer.headers["location"].partition("?")[0].rpartition("/")[2]
        found = client.get(f"/v1/ledgers/{id}").json()
        assert (found["facts"]["last_updated"], found["division"]) == ("2025-07-01", "420502")


@pytest.mark.parametrize(
    ("typed", "status", "wrong"),
    [
        ({"what": "burnt", "on": "2025-01-01"}, 422, "f-what"),
        ({"what": "updated", "on": ""}, 422, "f-on"),
        ({"what": "updated", "on": "never"}, 422, "f-on"),
        ({"what": "updated", "on": "2025-08-02"}, 422, "f-on"),
        ({"what": "updated", "on": "2025-02-30"}, 422, "f-on"),
        ({"what": "updated", "on": "2025-08-01", "done": "no"}, 422, "f-done"),
        ({"what": "updated", "on": "2025-08-01", "by": "x" * 51}, 422, "f-by"),
        ({"what": "updated", "on": "2025-08-01", "by": "110101199003070012"}, 422, "f-by"),
    ],
)
def test_an_entry_that_makes_no_sense_is_told_where(
    client: TestClient, typed: dict[str, str], status: int, wrong: str
) -> None:
    id = ledger(client, last_updated="2025-01-01")
    path = f"/ledgers/{id}"
    answer = client.post(f"{path}/updates", data={**hidden(client, path), "by": "社会救助科", **typed})
    assert answer.status_code == status
    assert list(faults(answer)) == [wrong]
    shown = values(read(answer.text))
    assert shown["by"] == typed.get("by", "社会救助科")
    assert shown["on"] == typed["on"]
    assert client.get(f"/v1/ledgers/{id}").json()["entries"] == 1


def test_a_correction_of_nothing_is_told(client: TestClient) -> None:
    id = ledger(client, last_updated="2025-01-01")
    path = f"/ledgers/{id}"
    typed = {"what": "retracted", "on": "2025-08-01", "corrects": "no-such"}
    answer = client.post(f"{path}/updates", data={**hidden(client, path), **typed})
    assert answer.status_code == 409
    assert "没有所更正的那一条" in read(answer.text).one("div", id="faults").text


def test_a_second_click_records_nothing_twice(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        typed = opening(client, "/ledgers/new", facts__last_updated="2025-01-01")
        first, second = (client.post("/ledgers/new", data=typed, follow_redirects=False) for _ in range(2))
        assert (first.status_code, second.status_code) == (303, 303)
        assert first.headers["location"] == second.headers["location"]
        assert kept(client) == 1
        path = first.headers["location"].partition("?")[0]
        update = {**hidden(client, path), "what": "updated", "on": "2025-07-30"}
        for _ in range(3):
            assert client.post(f"{path}/updates", data=update, follow_redirects=False).status_code == 303
        assert client.get(f"/v1{path}").json()["entries"] == 2
        held = f"/duties/{duty(client)}"
        event = {**hidden(client, held), "on": "2025-03-20", "departments": "yes"}
        for _ in range(2):
            assert client.post(f"{held}/events", data=event, follow_redirects=False).status_code == 303
        assert client.get(f"/v1{held}").json()["facts"]["count"] == 1
        mend = {**hidden(client, f"{path}/edit"), **opening(client, f"{path}/edit", facts__last_updated="2025-02-01")}
        for _ in range(2):
            assert client.post(f"{path}/edit", data=mend, follow_redirects=False).status_code == 303
        assert client.get(f"/v1{path}").json()["entries"] == 3


def test_the_same_form_with_other_words_asks_before_it_records_another(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        typed = opening(client, "/ledgers/new", name="一本")
        client.post("/ledgers/new", data=typed)
        answer = client.post("/ledgers/new", data={**typed, "name": "另一本"})
        assert answer.status_code == 422
        assert "已经保存过一次" in answer.text
        assert values(read(answer.text))["name"] == "另一本"
        assert kept(client) == 1
        fields = read(answer.text).one("form", method="post").all("input")
        fresh = {
            one.attributes["name"]: one.attributes["value"] for one in fields if one.attributes.get("type") == "hidden"
        }
        assert client.post("/ledgers/new", data={**typed, **fresh, "name": "另一本"}).status_code == 200
        assert kept(client) == 2


def test_who_was_overtaken_keeps_what_they_typed_and_sees_what_changed(client: TestClient) -> None:
    id = ledger(client, name="旧名", last_updated="2025-01-01")
    path = f"/ledgers/{id}/edit"
    mine = {**hidden(client, path), **opening(client, path, name="我的名称", facts__last_updated="2025-03-01")}
    theirs = {
        "name": "他们的名称",
        "region": "hubei",
        "division": "420502",
        "facts": {"kind": "supply", "level": "county", "last_updated": "2025-02-01"},
    }
    assert client.put(f"/v1/ledgers/{id}", json=theirs, headers={"if-match": '"1"'}).status_code == 200
    answer = client.post(path, data=mine)
    assert answer.status_code == 412
    page = read(answer.text)
    assert page.one("div", id="faults").attributes["role"] == "alert"
    shown = values(page)
    assert (shown["name"], shown["facts.last_updated"]) == ("我的名称", "2025-03-01")
    now = [one.text for one in page.all("p", class_="now-is")]
    assert now == ["记录里现在是：他们的名称", "记录里现在是：2025-02-01"]
    assert client.get(f"/v1/ledgers/{id}").json()["name"] == "他们的名称"
    fields = page.one("form", method="post").all("input")
    fresh = {
        one.attributes["name"]: one.attributes["value"] for one in fields if one.attributes.get("type") == "hidden"
    }
    assert fresh["version"] == "2"
    assert client.post(path, data={**shown, **fresh}, follow_redirects=False).status_code == 303
    assert client.get(f"/v1/ledgers/{id}").json()["name"] == "我的名称"


def test_an_update_meanwhile_is_an_overtaking_too(client: TestClient) -> None:
    id = ledger(client, last_updated="2025-01-01")
    path = f"/ledgers/{id}/edit"
    mine = {**hidden(client, path), **values(read(client.get(path).text))}
    updated(client, id, "2025-07-01")
    answer = client.post(path, data=mine)
    assert answer.status_code == 412
    assert not read(answer.text).all("p", class_="now-is")


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "99999999999", "２"])
def test_a_version_that_makes_no_sense_overwrites_nothing(client: TestClient, version: str) -> None:
    id = ledger(client, last_updated="2025-01-01")
    path = f"/ledgers/{id}/edit"
    sent = {**hidden(client, path), **opening(client, path), "version": version}
    assert client.post(path, data=sent).status_code == 412
    assert client.get(f"/v1/ledgers/{id}").json()["version"] == 1


def test_what_belongs_to_another_division_is_not_there(offices: TestClient) -> None:
    at_home = {"x-as": "case_worker 4205"}
    body = {"name": "别处的台账", "region": "hubei", "division": "420602", "facts": {"kind": "supply"}}
    id = offices.post("/v1/ledgers", json=body).json()["id"]
    for path in (f"/ledgers/{id}", f"/ledgers/{id}/edit"):
        answer = offices.get(path, headers=at_home)
        assert answer.status_code == 404
        assert "别处的台账" not in answer.text
    assert "别处的台账" not in offices.get("/ledgers", headers=at_home).text
    assert "别处的台账" not in offices.get("/timeline", headers=at_home).text
    assert "别处的台账" in offices.get("/ledgers").text
    offices.headers.update(at_home)  # a form is its reader's own
    mine = opening(offices, "/ledgers/new")
    sent = {**mine, "what": "updated", "on": "2025-07-30"}
    assert offices.post(f"/ledgers/{id}/updates", data=sent, headers=at_home).status_code == 404
    answer = offices.post("/ledgers/new", data={**mine, "division": "420602"}, headers=at_home)
    assert answer.status_code == 403
    assert list(faults(answer)) == ["f-division"]
    answer = offices.post("/ledgers/new", data={**mine, "division": "420503"}, headers=at_home, follow_redirects=False)
    assert answer.status_code == 303
    own = answer.headers["location"].partition("?")[0]
    moved = {**opening(offices, f"{own}/edit"), "division": "420602"}
    answer = offices.post(f"{own}/edit", data=moved, headers=at_home)
    assert answer.status_code == 403
    assert list(faults(answer)) == ["f-division"]


def test_who_may_only_read_is_shown_nothing_to_write(offices: TestClient) -> None:
    id = ledger(offices, last_updated="2025-07-01")
    reader = {"x-as": "reader 42"}
    page = read(offices.get(f"/ledgers/{id}", headers=reader).text)
    assert not page.all("form", method="post")
    assert not any("/edit" in one.attributes["href"] for one in page.all("a"))
    assert "/ledgers/new" not in offices.get("/ledgers", headers=reader).text
    for path in ("/ledgers/new", f"/ledgers/{id}/edit", "/duties/new"):
        assert offices.get(path, headers=reader).status_code == 403
    typed = opening(offices, "/ledgers/new")
    assert offices.post("/ledgers/new", data=typed, headers=reader).status_code == 403


def test_a_foreign_form_changes_nothing(client: TestClient) -> None:
    before = kept(client)
    id = ledger(client, last_updated="2025-01-01")
    typed = {"region": "hubei", "division": "420502", "what": "updated", "on": "2025-07-30", "version": "1"}
    for path in ("/ledgers/new", f"/ledgers/{id}/edit", f"/ledgers/{id}/updates", "/duties/new"):
        assert client.post(path, data=typed).status_code == 403
    assert kept(client) == before + 1
    assert client.get(f"/v1/ledgers/{id}").json()["version"] == 1


def test_hostile_words_are_words(client: TestClient) -> None:
    id = ledger(client, name=HOSTILE[:100], last_updated="2025-07-01")
    updated(client, id, "2025-07-02", by=HOSTILE[:50])
    for path in (
        f"/ledgers/{id}",
        f"/ledgers/{id}/edit",
        "/ledgers",
        "/timeline",
        "/calendar?month=2026-07&day=2026-07-02",
    ):
        text = client.get(path).text
        page = read(text)
        assert inline_code(page) == []
        assert not page.all("img")
        assert "49" not in page.one("h1").text
    typed = {
        **opening(client, "/ledgers/new"),
        **dict.fromkeys(
            ("name", "region", "division", "facts.kind", "facts.last_updated", "facts.established"), HOSTILE * 3
        ),
    }
    answer = client.post("/ledgers/new", data=typed)
    assert answer.status_code == 422
    page = read(answer.text)
    assert inline_code(page) == []
    assert values(page)["name"] == HOSTILE * 3
    for query in ("region", "division", "kind", "as_of", "after", "status", "month", "day", "beside", "last_updated"):
        for path in ("/ledgers", "/duties", "/calendar", "/timeline", "/cadence"):
            answer = client.get(path, params={query: HOSTILE})
            assert answer.status_code in (200, 422)
            assert inline_code(read(answer.text)) == []


def test_the_page_of_a_form_that_was_sent_can_be_shown_in_another_language(client: TestClient) -> None:
    id = ledger(client, last_updated="2025-01-01")
    answer = client.get(f"/ledgers/{id}/updates", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/ledgers/{id}")
    client.get("/ledgers/new?lang=en")
    sent = {**opening(client, "/ledgers/new"), "division": "x"}
    text = read(client.post("/ledgers/new", data=sent).text).one("div", id="faults").text
    assert "Nothing was saved" in text
    assert "a division is a code" in text
