"""Revising in the browser: the form, its faults, files brought along, what it comes to, and publishing it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.service.conftest import TODAY
from tests.service.somebody import SaidSo
from tests.web.conftest import serving, token
from tests.web.pages.filling import begun, finished, posted_in, pressed
from tests.web.reading import Element, faults_of, inline_code, read

from xianjie.plugins import discover
from xianjie.policy.overlay import overlaid, parse_overlay
from xianjie.revision.approvals import NONE, judge
from xianjie.revision.diff import diff, diff_json
from xianjie.revision.impact import impact
from xianjie.revision.impact_json import impact_json
from xianjie.revision.sampling import draw_cases
from xianjie.web.pages.revise.telling import _side

DAY = TODAY.toordinal()
POLICIES = {policy.id: policy for policy in discover().load()}
LINE = "parameters/income_line/values/0/value"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(tmp_path_factory.mktemp("web")) as made:
        yield made


SHOWN: dict[str, dict[str, str]] = {}
"""The fields of each document's form, as they are when it is opened: read once."""


def form_of(client: TestClient, base: str) -> dict[str, str]:
    """Open the form of a document; the browser's token is its own each time."""
    if base not in SHOWN:
        SHOWN[base] = posted_in(read(client.get(f"/revise/edit?base={base}").text), "revising")
    return {**SHOWN[base], **token(client)}


def alert(page: Element) -> str:
    return page.one("div", role="alert").text


def test_every_page_is_well_formed_in_both_languages(client: TestClient) -> None:
    for base in POLICIES:
        for lang in ("zh", "en") if base == "tianjin-2024-22" else ("zh",):
            answer = client.get(f"/revise/edit?base={base}&lang={lang}")
            assert answer.status_code == 200
            page = read(answer.text)
            assert faults_of(page) == []
            assert inline_code(page) == []
            assert len(answer.content) < 400_000
    page = read(client.get("/revise?lang=zh").text)
    assert faults_of(page) == []
    assert {one.attributes["value"] for one in page.one("select", id="f-base").all("option")} == set(POLICIES)


def test_a_draft_says_so_at_once(client: TestClient) -> None:
    page = read(client.get("/revise/edit?base=jinhua-draft").text)
    assert "征求意见稿" in page.one("div", class_="is-caution").text


@pytest.mark.parametrize("base", sorted(POLICIES))
def test_the_form_as_it_is_changes_nothing(client: TestClient, base: str) -> None:
    answer = pressed(client, form_of(client, base), "save")
    assert answer.status_code == 200
    policy = POLICIES[base]
    made = overlaid(policy, parse_overlay(answer.text, "x.yaml"))
    assert [change for change in diff(policy, made, DAY).changes if change.section != "header"] == []


def test_what_is_typed_becomes_the_overlay_that_the_command_line_takes(client: TestClient) -> None:
    typed = {**form_of(client, "jinhua-draft"), LINE: "120000"}
    page = read(pressed(client, typed, "check").text)
    assert "改了 1 处" in page.one("div", role="status").text
    answer = pressed(client, typed, "save")
    assert answer.headers["content-disposition"].startswith("attachment")
    overlay = parse_overlay(answer.text, "x.yaml")
    assert overlay.file.model_dump(mode="json", exclude_unset=True)["set"] == {"income_line": "120000"}
    # and it opens again, with the same in it
    opened = client.post(
        "/revise/file", data=token(client), files={"file": ("../../etc/x.yaml", answer.content, "application/yaml")}
    )
    assert opened.status_code == 200
    again = posted_in(read(opened.text), "revising")
    assert again[LINE] == "120000"
    assert pressed(client, again, "save").text == answer.text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        (LINE, "", "不能空着"),
        (LINE, "12,000", "须是数字"),
        (LINE, "１２０", "须是数字"),
        (LINE, "-1", "须在 0 与"),
        (LINE, "1e5", "须是数字"),
        (LINE, "12.345", "两位小数"),
        (LINE, "99999999999999999", "须是数字"),
        ("parameters/exit_window/values/0/value", "0", ""),
        ("parameters/exit_window/values/0/value", "2.5", "须是整数"),
        ("parameters/exit_window/values/1/value", "5", "须一起写"),
        ("parameters/exit_window/values/1/since", "2025-02-30", "没有这一天"),
        ("rules/low-income-household/when", "", "不能空着"),
        ("rules/low-income-household/when", "person.orphn", "person.orphan"),
        ("rules/low-income-household/when", "person.orphan and", "语法"),
        ("rules/low-income-household/when", "household.size", "第 1 行"),
        ("rules/low-income-household/when", "person.orphan and\n  person.nobody", "第 2 行第 3 个字"),
        ("rules/low-income-household/when", "(" * 60 + "person.orphan" + ")" * 60, "嵌套"),
        ("rules/low-income-household/when", "__import__('os').system('x')", "第 1 行"),
        ("head/id", "Not An Id", "编号"),
        ("head/id", "", "编号"),
        ("head/zh", "", "不能空着"),
        ("head/title", "只有题名", "发文机关"),
        ("head/effective", "2026-13-01", "没有这一天"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_typed_is_lost(
    client: TestClient, field: str, value: str, told: str
) -> None:
    form = form_of(client, "jinhua-draft")
    typed = {**form, "rules/fixed-consultations/force": "may", field: value}
    typed = {key: one for key, one in typed.items() if key != "rules/fixed-consultations/force" or key in form}
    answer = pressed(client, typed, "check")
    assert answer.status_code == 422
    page = read(answer.text)
    assert faults_of(page) == []
    assert told in alert(page)
    kept = posted_in(page, "revising")
    changed = {key for key in typed if kept.get(key, "").strip() != typed[key].strip() and key != "form_token"}
    assert changed <= {"overlay"}
    links = [one.attributes["href"][1:] for one in page.one("div", role="alert").all("a")]
    wrong = [one.attributes.get("id") for one in page.walk() if one.attributes.get("aria-invalid") == "true"]
    assert set(links) & set(wrong) or field.startswith("head/")


def test_a_field_is_read_while_it_is_typed(client: TestClient) -> None:
    field = "rules/low-income-household/when"
    for text, told in (
        ("person.orphan", "孤儿"),
        ("person.orphn", "person.orphan"),
        ("not (", "语法"),
        ("<b>", "语法"),
    ):
        typed = {**form_of(client, "jinhua-draft"), field: text, "field": field}
        answer = client.post("/revise/reading", data=typed, headers={"hx-request": "true"})
        assert answer.status_code == 200
        part = read(answer.text)
        assert inline_code(part) == []
        assert told in part.text
    typed["field"] = "rules/nothing/when"
    assert client.post("/revise/reading", data=typed).status_code == 404
    assert client.post("/revise/reading", data={"base": "jinhua-draft", "field": field}).status_code == 403


def test_hostile_words_are_shown_as_words(client: TestClient) -> None:
    hostile = "<script>alert(1)</script>\"'{{7*7}}"
    typed = {**form_of(client, "jinhua-draft"), "head/zh": hostile, "head/title": hostile, "head/issuers": hostile}
    answer = pressed(client, {**typed, "rules/low-income-household/when": hostile}, "check")
    assert answer.status_code == 422
    page = read(answer.text)
    assert inline_code(page) == []
    assert "<script>alert" not in answer.text
    assert posted_in(page, "revising")["head/zh"] == hostile
    saved = pressed(client, typed, "save")
    assert parse_overlay(saved.text, "x.yaml").file.zh == hostile


def test_a_draft_that_came_broken_is_refused(client: TestClient) -> None:
    form = form_of(client, "jinhua-draft")
    for text in ("overlay: [", "a: &x 1\nb: *x", "overlay: 1\nid: x\nbase: hubei-2024\n", "x" * 100):
        answer = pressed(client, {**form, "overlay": text}, "check")
        assert answer.status_code == 400
    assert pressed(client, {**form, "base": "nowhere"}, "check").status_code == 404
    assert client.post("/revise/edit", data={"base": "jinhua-draft"}).status_code == 403


BOMB = "a: [" + ",".join("[1,1,1,1,1,1,1,1]" for _ in range(9)) + "]\n"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("x.yaml", b"", "请选一个文件"),
        ("x.docx", b"PK\x03\x04", ".yaml"),
        ("x.yaml", b"\xff\xfe\x00", "UTF-16"),
        ("x.yaml", b"\x00\x01", "不是文本"),
        ("x.yaml", b"overlay: [", ""),
        ("x.yaml", b"overlay: 1\nid: x\nbase: nowhere\nzh: a\nen: a\n", "没有装在这里"),
        ("x.yaml", b"overlay: 1\nid: x\nbase: hubei-2024\nzh: a\nen: a\nset: {nothing: 1}\n", "没有这个数值"),
        ("x.yaml", b"a: &a [1]\nb: *a\n", "锚点"),
        ("x.yaml", b"[" * 5000, "嵌套"),
        ("x.yaml", ("a:\n" + " " * 2000 + "b: 1\n").encode(), "嵌套"),
        ("x.yaml", b"- 1\n" * 20_000, ""),
        ("x.yaml", b"hello: world\n", ""),
        ("<img src=x onerror=alert(1)>.yaml", b"overlay: [", ""),
    ],
)
def test_a_bad_file_is_told_in_chinese(client: TestClient, name: str, data: bytes, told: str) -> None:
    answer = client.post(
        "/revise/file", data={**token(client), "base": "hubei-2024"}, files={"file": (name, data, "text/plain")}
    )
    assert answer.status_code == 422
    page = read(answer.text)
    assert faults_of(page) == []
    assert inline_code(page) == []
    assert told in alert(page)


def test_a_file_too_large_is_refused_before_it_is_read(client: TestClient) -> None:
    answer = client.post("/revise/file", data=token(client), files={"file": ("x.yaml", b"x" * 600_000, "text/plain")})
    assert answer.status_code == 422
    assert "512 KB" in alert(read(answer.text))


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("x.pdf", b"%PDF-1.7 nothing", "PDF"),
        ("x.docx", b"PK\x03\x04 nothing", ""),
        ("x.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧式"),
        ("x.txt", b"   ", ""),
        ("x.exe", b"MZ", "不认识"),
        ("x.txt", b"", "请选修订后的文本"),
    ],
)
def test_a_text_that_cannot_be_read_is_told(client: TestClient, name: str, data: bytes, told: str) -> None:
    answer = client.post(
        "/revise/drift", data={**token(client), "base": "hubei-2024"}, files={"text": (name, data, "text/plain")}
    )
    assert answer.status_code == 422
    assert told in alert(read(answer.text))


def test_a_zip_that_swells_is_refused(client: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", b" " * 300_000_000)
    answer = client.post(
        "/revise/drift",
        data={**token(client), "base": "hubei-2024"},
        files={"text": ("x.docx", packed.getvalue(), "application/octet-stream")},
    )
    assert answer.status_code == 422


def test_drift_tells_sentences_and_the_rules_that_hang_on_them(client: TestClient) -> None:
    before = "一、虚构的第一条\n各级民政部门应当每半年更新供给台账。\n二、虚构的第二条\n慈善组织可以参与<b>。\n"
    after = before.replace("每半年", "每季度") + "三、新条\n新的一句。\n"
    answer = client.post(
        "/revise/drift",
        data={**token(client), "base": "hubei-2024"},
        files={"text": ("<b>新.txt", after.encode(), "text/plain"), "old": ("旧.txt", before.encode(), "text/plain")},
    )
    assert answer.status_code == 200
    page = read(answer.text)
    assert faults_of(page) == []
    assert [mark.text for mark in page.all("mark")] == ["每半年", "每季度"]
    assert "每季度" not in json.dumps(client.get("/revise").text)
    assert not page.all("b")
    anchors = client.post(
        "/revise/drift", data={**token(client), "base": "hubei-2024"}, files={"text": ("a.txt", after.encode(), "a/b")}
    )
    assert "指纹" in read(anchors.text).one("main").text


# -- what it comes to --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result(client: TestClient) -> tuple[str, str]:
    """Compare one revision, and give where the result is, and the overlay's text."""
    client.cookies.clear()
    typed = {**form_of(client, "jinhua-draft"), LINE: "120000", "generate": "300", "as_of": TODAY.isoformat()}
    typed |= {"head/title": "虚构的修改", "head/issuers": "虚构的机关", "head/effective": "2030-01-01"}
    text = pressed(client, typed, "save").text
    return finished(client, begun(pressed(client, typed, "compare"))), text


def test_the_result_is_what_the_command_line_gives(client: TestClient, result: tuple[str, str]) -> None:
    at, text = result
    old = POLICIES["jinhua-draft"]
    new = overlaid(old, parse_overlay(text, "x.yaml"))
    told = client.get(at + "/diff.json").json()
    assert told == json.loads(json.dumps(diff_json(diff(old, new, DAY))))
    found = impact(old, new, draw_cases((old, new), 300, 1, DAY), DAY)
    expected = impact_json(found, judge(found, NONE, DAY), {"generated": 300, "seed": 1})
    assert client.get(at + "/impact.json").json() == json.loads(json.dumps(expected))
    assert client.get(at + "/revision.yaml").text == text


def test_what_proofs_name_by_keys_is_said_in_words() -> None:
    side = {"status": "fresh", "force": "must_bare", "period": "P6M"}
    assert _side(side, (), "zh") == "在有效期内（每半年，应当(无情态)）"
    assert "consent" not in _side({"status": "refused", "missing_step": "consent"}, (), "zh")


def test_the_page_tells_what_changed_whom_it_moves_and_why(client: TestClient, result: tuple[str, str]) -> None:
    at, _ = result
    answer = client.get(at)
    page = read(answer.text)
    assert faults_of(page) == []
    assert inline_code(page) == []
    main = page.one("main").text
    assert "100000 元 改为 120000 元" in main
    assert "这是设想" in main
    assert "例案" in main
    table = page.one("table", id="impact-table")
    numbers = client.get(at + "/impact.json").json()["totals"]
    for row in table.one("tbody").all("tr"):
        counted = [int(cell.text) for cell in row.all("td")]
        keys = [cell.attributes["data-key"] for cell in table.one("thead").all("th")[1:]]
        part = next(one for one in numbers if [one[key] for key in keys] == counted)
        assert sum(counted) > 0, part
    assert page.one("div", id="impact-chart").attributes["aria-hidden"] == "true"
    english = read(client.get(at + "?lang=en").text).one("main").text
    assert "This is a supposition" in english


@pytest.mark.parametrize(
    "name", ["impact.docx", "impact.xlsx", "impact.html", "diff.xlsx", "diff.md", "approvals.yaml", "revision.yaml"]
)
def test_it_can_be_had_as_files(client: TestClient, result: tuple[str, str], name: str) -> None:
    answer = client.get(f"{result[0]}/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    assert client.get(f"{result[0]}/nothing.xlsx").status_code == 404


def test_a_draft_changes_no_answer(client: TestClient, result: tuple[str, str]) -> None:
    case = {"household": {"size": 3, "annual_income": 110000, "property_within_limits": True}}
    body = {"case": case, "regions": ["jinhua"], "as_of": "2031-01-01"}
    told = client.post("/v1/assessments", json=body).json()["regions"]["jinhua"]
    assert told["policy"]["sha256"] == POLICIES["jinhua-draft"].sha256
    assert told["policy"]["overlay"] is None
    assert result[0].startswith("/revise/results/")


@pytest.mark.parametrize(
    ("typed", "files", "told"),
    [
        ({"as_of": "yesterday"}, {}, "没有这一天"),
        ({"generate": "0"}, {}, "须在 1 到"),
        ({"generate": "many"}, {}, "须在 1 到"),
        ({"generate": "20001"}, {}, "须在 1 到"),
        ({}, {"cases": ("a.csv", "人口\n3\n".encode())}, ""),
        ({}, {"cases": ("a.exe", b"MZ")}, "不认识"),
        ({}, {"cases": ("a.json", b"{")}, ""),
        ({}, {"approvals": ("a.yaml", b"- change: gained\n")}, ""),
        ({}, {"approvals": ("a.yaml", b"nothing")}, ""),
    ],
)
def test_how_it_is_tried_is_checked(
    client: TestClient, typed: Mapping[str, str], files: Mapping[str, tuple[str, bytes]], told: str
) -> None:
    answer = pressed(client, {**form_of(client, "jinhua-draft"), LINE: "120000", **typed}, "compare", files)
    assert answer.status_code == 422
    page = read(answer.text)
    assert faults_of(page) == []
    assert told in alert(page)
    assert posted_in(page, "revising")[LINE] == "120000"


def test_an_own_file_of_cases_is_compared(client: TestClient) -> None:
    cases = [{"case": "甲<b>", "ledgers": [{"kind": "supply", "level": "county", "last_updated": "2025-03-01"}]}]
    typed = {**form_of(client, "tianjin-2024-22"), "rules/district-supply-directory/interval/n": "3"}
    typed["as_of"] = TODAY.isoformat()
    files = {"cases": ("个案.json", json.dumps(cases).encode())}
    at = finished(client, begun(pressed(client, typed, "compare", files)))
    told = client.get(at + "/impact.json").json()
    assert (told["cases"], told["source"]) == (1, {"files": ["个案.json"]})
    assert "甲<b>" in read(client.get(at).text).one("main").text


def test_a_whole_policy_file_is_compared_and_not_published(client: TestClient) -> None:
    (file,) = (discover().regions["tianjin"].folder / "policies").glob("*.yaml")
    text = file.read_text(encoding="utf-8").replace("interval: P6M", "interval: P3M")
    data = {**token(client), "base": "tianjin-2024-22"}
    answer = client.post("/revise/file", data=data, files={"file": ("p.yaml", text, "a/b")}, follow_redirects=False)
    at = finished(client, begun(answer))
    page = read(client.get(at).text).one("main").text
    assert "由“每半年”改为“每季度”" in page
    assert "整份政策文件" in page
    other = client.post("/revise/file", data={**data, "base": "hubei-2024"}, files={"file": ("p.yaml", text, "a/b")})
    assert "另一个地区" in alert(read(other.text))


def test_going_back_from_a_job_finds_what_was_typed(client: TestClient, result: tuple[str, str]) -> None:
    back = read(client.get(result[0]).text).one("p", class_="way-back").one("a").attributes["href"]
    assert posted_in(read(client.get(back).text), "revising")[LINE] == "120000"


# -- approving and publishing ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def office(places: Path) -> Iterator[TestClient]:
    with serving(places, discover(amendments=places / "amendments")) as made:
        yield made


@pytest.fixture(scope="module")
def revision(office: TestClient) -> str:
    """Compare an amendment of the district directory's interval, and give where the result is."""
    typed = {**form_of(office, "tianjin-2024-22"), "rules/district-supply-directory/interval/n": "3"}
    typed |= {"head/title": "虚构的修改", "head/issuers": "虚构的机关\n另一机关", "head/effective": "2030-01-01"}
    typed |= {"head/id": "tianjin-2030", "head/standing": "issued", "generate": "50", "as_of": TODAY.isoformat()}
    return finished(office, begun(pressed(office, typed, "compare")))


APPROVAL = {"who": "李某<b>", "why": "缩短周期", "document": "虚构〔2030〕1号"}


def test_approving_takes_name_reason_and_number(office: TestClient, revision: str) -> None:
    for missing in APPROVAL:
        answer = office.post(revision, data={**token(office), **APPROVAL, missing: " ", "do": "approve"})
        assert answer.status_code == 422
        page = read(answer.text)
        assert faults_of(page) == []
        assert page.one("input", id=f"f-{missing}").attributes["aria-invalid"] == "true"
        kept = {one.attributes["name"]: one.attributes["value"] for one in page.all("input", type="text")}
        assert kept == {**APPROVAL, missing: ""}
    assert office.get(revision + "/impact.json").json()["unapproved"] > 0
    assert office.post(revision, data={**APPROVAL, "do": "approve"}).status_code == 403
    office.post(revision, data={**token(office), **APPROVAL, "do": "approve"})
    assert office.get(revision + "/impact.json").json()["unapproved"] == 0
    assert "李某<b>" in read(office.get(revision).text).one("main").text
    assert "虚构〔2030〕1号" in office.get(revision + "/approvals.yaml").text


def test_publishing_changes_the_answers_and_is_on_record(office: TestClient, places: Path, revision: str) -> None:
    ledger = {"kind": "supply", "level": "county", "last_updated": "2030-10-01"}
    body = {"case": {"ledgers": [ledger]}, "regions": ["tianjin"], "as_of": "2031-01-10"}
    before = office.post("/v1/assessments", json=body).json()["regions"]["tianjin"]
    unsure = office.post(revision, data={**token(office), **APPROVAL, "do": "publish"})
    assert unsure.status_code == 409
    assert "勾选" in alert(read(unsure.text))
    assert not list(places.glob("amendments/**/*.yaml"))
    sure = {**APPROVAL, "do": "publish", "sure": "1"}
    answer = office.post(revision, data={**token(office), **sure}, follow_redirects=False)
    assert answer.status_code == 303, alert(read(answer.text))
    assert answer.headers["location"] == "/policies/tianjin-2030"
    assert office.get("/policies/tianjin-2030").status_code == 200
    after = office.post("/v1/assessments", json=body).json()["regions"]["tianjin"]
    assert (before["policy"]["id"], after["policy"]["id"]) == ("tianjin-2024-22", "tianjin-2030")
    assert (before["duties"][0]["interval"], after["duties"][0]["interval"]) == ("P6M", "P3M")
    earlier = office.post("/v1/assessments", json={**body, "as_of": "2029-12-31"}).json()["regions"]["tianjin"]
    assert earlier["policy"]["id"] == "tianjin-2024-22"
    (one,) = (one for one in office.get("/v1/publications").json()["items"] if one["policy"] == "tianjin-2030")
    assert one["approval"] == APPROVAL
    assert "李某<b>" in read(office.get("/revise").text).one("main").text
    again = office.post(revision, data={**token(office), **sure})
    assert again.status_code == 409
    assert "编号" in alert(read(again.text))


def test_without_a_place_it_says_what_is_wanting(client: TestClient, result: tuple[str, str]) -> None:
    assert "XIANJIE_AMENDMENTS" in read(client.get(result[0]).text).one("main").text
    sure = {**APPROVAL, "do": "publish", "sure": "1"}
    answer = client.post(result[0], data={**token(client), **sure})
    assert answer.status_code == 409
    assert "XIANJIE_AMENDMENTS" in alert(read(answer.text))


def test_what_a_role_may_not_do_is_neither_offered_nor_done(tmp_path: Path) -> None:
    with serving(tmp_path, discover(amendments=tmp_path / "amendments"), SaidSo()) as office:
        office.headers["authorization"] = "as x-as says"
        office.headers["x-as"] = "charity_user 120000 org-1"
        page = read(office.get("/revise").text)
        assert page.all("form", action="/revise/drift") == []
        data = {**token(office, "/revise"), "base": "tianjin-2024-22"}
        assert office.post("/revise/drift", data=data, files={"text": ("a.txt", b"x", "a/b")}).status_code == 403
        office.headers["x-as"] = "case_worker 120000"
        typed = {**form_of(office, "tianjin-2024-22"), "rules/district-supply-directory/interval/n": "3"}
        typed |= {"head/title": "虚构", "head/issuers": "虚构", "head/effective": "2030-01-01", "generate": "1"}
        at = finished(office, begun(pressed(office, typed, "compare")))
        page = read(office.get(at).text)
        assert page.all("button", value="publish") == []
        sure = {**APPROVAL, "do": "publish", "sure": "1"}
        assert office.post(at, data={**token(office, "/revise"), **sure}).status_code == 403
        assert not list(tmp_path.glob("amendments/**/*.yaml"))
        office.headers["x-as"] = "policy_editor 420000"  # another one's work is not told of
        assert office.get(at).status_code == 404
