"""Tables of cases through the pages: the template, the faults in the sender's own table, and the answers."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient
from tests.service.let_in import Ticks, guarded, key_of, service_behind
from tests.web.conftest import serving, token
from tests.web.reading import faults_of, read

HEADS = ["个案编号", "最低生活保障对象", "特困人员", "纳入低收入人口数据库监测"]


def book(*rows: list[Any], heads: list[str] = HEADS) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in ([*heads], *rows):
        sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def send(client: TestClient, data: bytes, name: str = "个案.xlsx", **fields: Any) -> Any:
    """Send a table and follow the work to its end."""
    answer = client.post(
        "/batch",
        data={**token(client, "/batch"), **fields},
        files={"table": (name, data, "application/octet-stream")},
        follow_redirects=False,
    )
    return ended(client, answer.headers["location"]) if answer.status_code == 303 else answer


def ended(client: TestClient, path: str) -> Any:
    for _ in range(600):
        answer = client.get(path, follow_redirects=False)
        if answer.status_code == 303:
            return client.get(answer.headers["location"])
        if "progress" not in answer.text:
            return answer
        time.sleep(0.05)
    raise AssertionError("the work does not end")


def link(answer: Any, end: str) -> str:
    found = [one.attributes["href"] for one in read(answer.text).all("a") if one.attributes["href"].endswith(end)]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_is_well_formed(client: TestClient, lang: str) -> None:
    page = read(client.get("/batch", params={"lang": lang}).text)
    assert faults_of(page) == []
    assert len(page.all("form", action="/batch")) == 1


def test_the_template_has_the_columns_that_are_asked_for(client: TestClient) -> None:
    answer = client.get("/batch/template.xlsx", params={"regions": ["hubei"], "dimension": ["eligibility"]})
    assert answer.headers["content-disposition"].startswith("attachment")
    few = openpyxl.load_workbook(io.BytesIO(answer.content))["个案"].max_column
    more = client.get("/batch/template.xlsx", params={"dimension": ["eligibility", "services", "incentives"]})
    assert openpyxl.load_workbook(io.BytesIO(more.content))["个案"].max_column > few > 3


def test_a_filled_template_is_answered_as_the_interface_answers(client: TestClient) -> None:
    template = openpyxl.load_workbook(
        io.BytesIO(client.get("/batch/template.xlsx", params={"regions": ["hubei", "tianjin"]}).content)
    )
    sheet = template["个案"]
    heads = {str(cell.value).partition("\n")[0]: number for number, cell in enumerate(sheet[1], 1)}
    sheet.cell(2, heads["个案编号"], "甲-1")
    sheet.cell(2, heads["最低生活保障对象"], "是")
    out = io.BytesIO()
    template.save(out)
    shown = send(client, out.getvalue(), regions=["hubei", "tianjin"], as_of="2025-08-01")
    assert shown.status_code == 200
    assert "都已核对" in shown.text
    assert "请现在下载" in read(shown.text).one("p", class_="keep-now").text
    assert faults_of(read(shown.text)) == []
    asked = {
        "case": {"case": "甲-1", "person": {"dibao_recipient": True}},
        "regions": ["hubei", "tianjin"],
        "as_of": "2025-08-01",
    }
    answer = client.post("/v1/assessments", json=asked, headers={"accept": "application/json"}).json()
    results = client.get(link(shown, "/results.csv"))
    rows = list(csv.reader(io.StringIO(results.content.decode("utf-8-sig"))))
    assert answer["decision_id"] in rows[1]
    book_of = openpyxl.load_workbook(io.BytesIO(client.get(link(shown, "/results.xlsx")).content))
    assert any("甲-1" in str(cell.value) for row in book_of.worksheets[0] for cell in row)


def test_faults_come_back_in_the_senders_own_table_and_nothing_is_answered(client: TestClient) -> None:
    data = book(["甲-1", "是", "否", "不清楚"], ["甲-2", "也许", "否", ""], ["甲-3", "是", "对对对", "否"])
    shown = send(client, data)
    page = read(shown.text)
    assert faults_of(page) == []
    assert "还没有核对任何一行" in page.text
    assert "请现在下载" in page.one("p", class_="keep-now").text
    cells = [row.all("td")[1].text for row in page.one("tbody").all("tr")]
    assert cells == ["B3", "C4"]
    marked = client.get(link(shown, "/marked"))
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0]
    assert sheet.cell(1, 5).value == "错误说明"
    assert sheet.cell(2, 5).value is None
    assert "最低生活保障对象" in str(sheet.cell(3, 5).value)
    assert [one for one in page.all("a") if one.attributes["href"].endswith("results.xlsx")] == []


def test_the_good_rows_can_be_answered_afterwards_or_at_once(client: TestClient) -> None:
    data = book(["甲-1", "是", "否", "不清楚"], ["甲-2", "也许", "否", ""])
    held = send(client, data)
    action = next(
        one.attributes["action"] for one in read(held.text).all("form") if "/good" in one.attributes["action"]
    )
    answer = client.post(action, data=token(client, "/batch"), follow_redirects=False)
    later = ended(client, answer.headers["location"])
    at_once = send(client, data, rows="good")
    for shown in (later, at_once):
        assert "其余的已核对" in shown.text
        rows = list(csv.reader(io.StringIO(client.get(link(shown, "/results.csv")).content.decode("utf-8-sig"))))
        assert any("甲-1" in row for row in rows)
    assert client.get(link(later, "/results.csv")).content == client.get(link(at_once, "/results.csv")).content


def test_text_in_gb18030_is_read(client: TestClient) -> None:
    text = "个案编号,最低生活保障对象\r\n甲-1,是\r\n".encode("gb18030")
    assert "都已核对" in send(client, text, "个案.csv").text


def test_a_table_that_is_none_is_told_and_the_way_back_leads_to_the_form(client: TestClient) -> None:
    for data, name in ((b"\x89PNG\r\n\x1a\n", "照片.xlsx"), (b"PK\x03\x04broken", "坏的.xlsx"), (book(), "空表.xlsx")):
        shown = send(client, data, name)
        assert "没有做完" in shown.text
        assert "/batch" in [one.attributes["href"] for one in read(shown.text).one("main").all("a")]
        assert faults_of(read(shown.text)) == []


@pytest.mark.parametrize(
    ("fields", "field"), [({"as_of": "2025-02-30"}, "as_of"), ({"as_of": "前天"}, "as_of"), ({}, "table")]
)
def test_what_is_wrong_with_the_form_is_told_at_its_field(
    client: TestClient, fields: Mapping[str, str], field: str
) -> None:
    data = b"" if field == "table" else book(["甲-1", "是", "", ""])
    answer = send(client, data, regions=["hubei"], **fields)
    page = read(answer.text)
    assert answer.status_code == 422
    assert page.one("input", id=field).attributes["aria-invalid"] == "true"
    assert page.one("div", role="alert").one("strong").text == "还没有核对这张表：有 1 处需要改"
    link = page.one("div", role="alert").one("a")
    assert link.attributes["href"] == f"#{field}"
    assert link.text.strip()
    assert (
        "checked"
        in next(
            one for one in page.one("form", action="/batch").all("input") if one.attributes.get("value") == "hubei"
        ).attributes
    )


def test_without_the_token_nothing_is_begun(client: TestClient) -> None:
    files = {"table": ("x.xlsx", book(["甲", "是", "", ""]), "application/octet-stream")}
    assert client.post("/batch", files=files, follow_redirects=False).status_code == 403


@pytest.mark.parametrize(("fields", "status"), [({"regions": "atlantis"}, 422), ({"dimension": "nonsense"}, 422)])
def test_a_region_or_dimension_that_is_not_there_is_refused(
    client: TestClient, fields: Mapping[str, str], status: int
) -> None:
    assert send(client, book(["甲", "是", "", ""]), **fields).status_code == status
    assert client.get("/batch/template.xlsx", params=fields).status_code == status


def test_what_is_too_large_is_refused_before_it_is_read(client: TestClient) -> None:
    head = {"content-length": str(40 * 1024 * 1024), "content-type": "multipart/form-data; boundary=x"}
    answer = client.post(
        "/batch",
        content=b"--x--",
        headers={
            **head,
        },
    )
    assert answer.status_code in (400, 413)
    kinds = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/batch", content=iter([b"x" * 1024 * 1024] * 40), headers=kinds).status_code == 413


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "<script>alert(1)</script>.xlsx", '"><img src=x>.xlsx', "a\r\nb.xlsx"]
)
def test_a_files_name_is_shown_and_nothing_else(client: TestClient, name: str) -> None:
    shown = send(client, book(["甲-1", "也许", "", ""]), name)
    page = read(shown.text)
    assert faults_of(page) == []
    assert page.all("img") == []
    assert "alert(1)" not in "".join(one.text for one in page.all("script"))
    disposition = client.get(link(shown, "/marked")).headers["content-disposition"]
    assert "/" not in disposition.partition("filename*=UTF-8''")[2]
    assert "\n" not in disposition


def test_what_came_of_it_is_the_senders_alone(tmp_path: Path) -> None:
    with serving(tmp_path) as client:
        guarded(client, Ticks())
        keeping = service_behind(client).keeping
        keys = [key_of(keeping, ("case_worker", "42"), holder=name) for name in ("one", "other")]
        client.post("/login", data={**token(client, "/login"), "key": keys[0], "back": "/"})
        shown = send(client, book(["甲-1", "也许", "", ""]))
        path = link(shown, "/marked")
        assert client.get(path).status_code == 200
        client.cookies.clear()
        client.post("/login", data={**token(client, "/login"), "key": keys[1], "back": "/"})
        assert client.get(path).status_code == 404


def test_nothing_of_a_table_goes_on_record(client: TestClient) -> None:
    keeping = service_behind(client).keeping
    with keeping.store.read() as view:
        before = view.count("decisions")
    send(client, book(["甲-1", "是", "", ""]))
    with keeping.store.read() as view:
        assert view.count("decisions") == before


@pytest.fixture(autouse=True)
def every_work_has_ended(client: TestClient) -> Iterator[None]:
    yield
    jobs = client.app.state.workbench.jobs  # type: ignore[attr-defined]
    assert all(job.ended for job in jobs._all.values())


def test_a_target_that_no_document_has_is_told_with_those_that_there_are(client: TestClient) -> None:
    heads = ["个案编号", "target.item", "target.year", "target.value"]
    shown = send(client, book(["甲-1", 99, 2025, 5], ["甲-2", 1, 2025, 5], heads=heads), regions=["hubei"])
    (row,) = read(shown.text).one("table", class_="spots").one("tbody").all("tr")
    assert "没有一份已安装的文件有这个序号的目标" in row.text
    assert row.all("td")[1].text == "B2"


@pytest.mark.parametrize(("on", "late"), [("2025-08-01", False), ("2025-08-02", True)])
def test_a_date_after_the_date_of_evaluation_is_told_in_the_row(client: TestClient, on: str, late: bool) -> None:
    data = book(["0001", "是", on], heads=["个案编号", "最低生活保障对象", "退出救助范围日期"])
    answer = send(client, data, as_of="2025-08-01", regions="hubei")
    page = read(answer.text)
    assert faults_of(page) == []
    (row,) = page.one("table", class_="rows").one("tbody").all("tr")
    assert ("2025年8月2日，晚于判定日 2025年8月1日，按当时尚未发生计" in row.text) is late
    lines = client.get(link(answer, "results.csv")).text
    assert ("晚于判定日的日期" in lines) is late
