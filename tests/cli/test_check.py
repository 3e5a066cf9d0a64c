"""Tests of `xianjie check`: what is run, the table of what does not hold, exit statuses, JSON, JUnit, bad input."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from xianjie.plugins import discover

from .conftest import Run

Put = Callable[..., Path]

GOOD = """
- name: 仍有困难的低保对象
  region: hubei
  as_of: 2025-05-01
  case: {person: {dibao_recipient: true}, aid: {received: true, still_in_difficulty: true}}
  expect: {eligibility.status: covered}
"""
BAD = """
- name: 已无困难的低保对象
  region: 湖北
  as_of: 2025-05-01
  note: 虚构
  case:
    person: {dibao_recipient: true}
    aid: {received: true, still_in_difficulty: false}
    ledgers: [{kind: supply, level: county, last_updated: 2024-05-01}]
  expect:
    eligibility.groups[dibao].status: covered
    duties[0].status: overdue
    referral.status: allowed
"""


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Write a file into the working folder."""
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "a.cases.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return Path(name)

    return write


def test_all_hold(run: Run, put: Put) -> None:
    result = run("check", str(put(GOOD)))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "✓ 1 个个案全部符合（湖北 1）\n"
    assert run("check", "a.cases.yaml", "--lang", "en").stdout == "✓ all 1 cases hold (Hubei 1)\n"


@pytest.mark.parametrize("region", sorted(discover().regions))
def test_every_case_of_a_region_holds(run: Run, region: str) -> None:
    found = discover().regions[region]
    result = run("check", region)
    assert result.exit_code == 0, result.stdout
    assert result.stdout.startswith("✓ ")
    assert f"（{found.zh} " in result.stdout


def test_a_region_by_its_chinese_name_and_its_folder_are_the_same_files_once(run: Run) -> None:
    folder = discover().regions["shanxi"].folder / "cases"
    once = json.loads(run("check", "山西", "--json").stdout)
    twice = json.loads(run("check", "shanxi", str(folder), "--json", "--engine", "tree").stdout)
    assert once["cases"] == twice["cases"] > 20
    assert once["failed"] == 0


def test_what_does_not_hold_is_shown_with_clause_and_reason(run: Run, put: Put) -> None:
    result = run("check", str(put(GOOD + BAD)), width=120)
    assert (result.exit_code, result.stderr) == (1, "")
    text = result.stdout
    assert "✗ 已无困难的低保对象 ──" in text
    assert "仍有困难的低保对象 ──" not in text
    assert "  湖北 · 判定日 2025-05-01 · a.cases.yaml:7 · 虚构" in text
    line = next(line for line in text.splitlines() if line.startswith("eligibility.groups[dibao].status"))
    assert line.split()[1:3] == ["符合（covered）", "未列入（not_matched）"]
    assert line.endswith("二 · 界定")
    assert "今日到期（due_today）" in text
    assert "referral 为空，其下没有 status" in text
    assert "依据  二 · 界定：政府救助后仍有困难：否" in text
    assert text.endswith("✗ 1 个不符，1 个符合（共 2 个：湖北 2）\n")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_is_wider_than_the_screen(run: Run, put: Put, width: int, lang: str) -> None:
    from rich.cells import cell_len

    result = run("check", str(put(GOOD + BAD)), "--lang", lang, width=width)
    assert result.exit_code == 1
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= width
    assert all(line == line.rstrip() for line in result.stdout.splitlines())


def test_english(run: Run, put: Put) -> None:
    text = run("check", str(put(BAD)), "--lang", "en", width=120).stdout
    for told in (
        "Hubei · as of 2025-05-01",
        "expected",
        "due_today",
        "二 · definition",
        "✗ 1 failed, 0 held (Hubei 1)",
    ):
        assert told in text
    assert "referral is null, with no status in it" in text


def test_json_lists_every_case(run: Run, put: Put) -> None:
    result = run("check", str(put(GOOD + BAD)), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["cases"], found["held"], found["failed"]) == (2, 1, 1)
    good, bad = found["results"]
    assert (good["holds"], good["file"], good["line"], good["differences"]) == (True, "a.cases.yaml", 1, [])
    assert [(one["path"], one["expected"], one["found"]) for one in bad["differences"]] == [
        ("eligibility.groups[dibao].status", "covered", "not_matched"),
        ("duties[0].status", "overdue", "due_today"),
        ("referral.status", "allowed", None),
    ]
    assert bad["differences"][1]["because"][0]["clause"] == "三(二)"


def test_junit_is_written_beside_the_table(run: Run, put: Put, tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text("an older report", encoding="utf-8")
    result = run("check", str(put(GOOD + BAD)), "--junit", "r.xml")
    assert result.exit_code == 1
    assert "✗ 1 个不符" in result.stdout
    cases = list(ET.parse(tmp_path / "r.xml").iter("testcase"))
    assert [case.attrib["name"] for case in cases] == ["仍有困难的低保对象[hubei]", "已无困难的低保对象[hubei]"]
    assert [case.find("failure") is not None for case in cases] == [False, True]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.cases.yaml", "r.xml"]


def test_a_folder_is_searched_and_a_table_read(run: Run, put: Put, tmp_path: Path) -> None:
    put(GOOD, "cases/deeper/b.cases.yaml")
    put("名称,地区,判定日期,期望:policy.standing\n甲,湖北、天津,2025-05-01,已印发\n", "cases/t.cases.csv")
    put("not: cases", "cases/other.yaml")
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["name", "region", "as_of", "expect:policy.standing"], ["乙", "金华", "2025-05-01", "已印发"]):
        page.append(row)
    book.save(tmp_path / "cases" / "s.cases.xlsx")
    result = run("check", "cases", width=110)
    assert result.exit_code == 1
    assert "s.cases.xlsx[Sheet!A2]" in result.stdout
    assert "征求意见稿（draft）" in result.stdout
    assert result.stdout.endswith("✗ 1 个不符，3 个符合（共 4 个：湖北 2、金华 1、天津 1）\n")


def test_an_overlay_is_named_where_a_case_supposes_one(run: Run, put: Put) -> None:
    path = put("""
        - name: 假设的收入线
          region: jinhua
          as_of: 2025-05-01
          overlay: {set: {income_line: 90000}, zh: 降到九万, en: lower}
          case: {household: {size: 3, annual_income: 95000, property_within_limits: true}}
          expect: {"eligibility.groups[uplift].status": covered}
    """)
    assert "假设：降到九万" in run("check", str(path), width=100).stdout
    assert "supposing: lower" in run("check", str(path), "--lang", "en", width=100).stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("hubie",), "hubie: 没有这个地区，是否为 hubei？ [region-unknown]"),
        (("none.cases.yaml",), "none.cases.yaml: 没有这个文件 [file-missing]"),
        (("empty",), "empty: 文件夹里没有个案文件（*.cases.yaml） [case-files-none]"),
        (("a.cases.yaml", "--junit", "r.json"), "--junit: JUnit 报告的文件名须以 .xml 结尾 [junit-suffix]"),
        (("a.cases.yaml", "--junit", "no/folder/r.xml"), "[file-unwritable]"),
        (("a.cases.yaml", "--junit", "empty.xml/r.xml"), "[file-unwritable]"),
        (("plain.yaml",), "plain.yaml:1:1 person: 没有这个名称的项 [field-unknown]"),
        (("c.json",), "c.json: 不认识这种文件；可用 .yaml、.yml、.csv、.xlsx [file-suffix]"),
    ],
)
def test_bad_input_prints_nothing(run: Run, put: Put, tmp_path: Path, args: tuple[str, ...], told: str) -> None:
    put(GOOD)
    put("person: {tekun: true}\n", "plain.yaml")
    put("[]", "c.json")
    put("", "empty.xml")
    (tmp_path / "empty").mkdir()
    result = run("check", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_the_faults_of_all_files_are_told_at_once(run: Run, put: Put) -> None:
    put(GOOD.replace("received", "recieved"))
    put(GOOD.replace("region: hubei", "region: hubie"), "b.cases.yaml")
    put(GOOD.replace("eligibility.status", "eligibility.stauts"), "c.cases.yaml")
    result = run("check", ".")
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["a.cases.yaml", "c.cases.yaml"]
    put(GOOD)
    put(GOOD, "c.cases.yaml")
    result = run("check", ".")
    assert result.exit_code == 2
    assert (
        "b.cases.yaml:2:3 [0].region: 没有这个地区，也没有这个文件，是否为 hubei？ [reference-unknown]" in result.stderr
    )


def test_a_region_without_cases_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from xianjie.plugins import Region

    monkeypatch.setattr(Region, "case_files", lambda _: [])
    result = run("check", "hubei")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "hubei: 这个地区的插件没有带个案 [region-without-cases]" in result.stderr
