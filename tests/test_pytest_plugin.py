"""The pytest plugin in real sessions: what is collected, how a failure reads, what JUnit holds, what others pay."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from xianjie.engine.assess import Engine
from xianjie.errors import InternalError, Problem
from xianjie.plugins import discover
from xianjie.pytest_plugin import ENGINES, FILES, SHEETS
from xianjie.regression import run as running
from xianjie.regression.model import SUFFIX, TABLES

pytest_plugins = "pytester"

GOOD = """
- name: 仍有困难的低保对象
  region: hubei
  as_of: 2025-05-01
  rows: [HB-E-01]
  tags: [对象]
  case: {person: {dibao_recipient: true}, aid: {received: true, still_in_difficulty: true}}
  expect: {eligibility.status: covered}
"""
BAD = """
- name: 已无困难的低保对象
  regions: [hubei, 金华]
  as_of: 2025-05-01
  case:
    person: {dibao_recipient: true, recognised_by_local_civil_affairs: true}
    aid: {received: true, still_in_difficulty: false}
  expect:
    eligibility.groups[dibao].status: covered
    eligibility.status: covered
"""


SHEET = (
    ("名称", "地区", "判定日期", "最低生活保障对象", "已获政府救助", "政府救助后仍有困难", "期望:eligibility.status"),
    ("仍有困难", "湖北", "2025-05-01", "是", "是", "是", "符合"),
    ("已无困难", "湖北", "2025-05-01", "是", "是", "否", "符合"),
)


def sheet(folder: Path, *more: tuple[str, ...]) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "个案"
    for row in (*SHEET, *more):
        page.append(row)
    book.save(folder / "t.cases.xlsx")


@pytest.fixture(scope="module", autouse=True)
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Run a case on the engine that needs most: a session inside this one forgets whatever it has to import itself."""
    from xianjie.regression.read import read_cases_file
    from xianjie.regression.report import described

    folder = tmp_path_factory.mktemp("loaded")
    (folder / "a.cases.yaml").write_text(BAD, encoding="utf-8")
    sheet(folder)
    regions = discover()
    engines = running.Engines(regions, "rete")
    for name in ("a.cases.yaml", "t.cases.xlsx"):
        for case in read_cases_file(folder / name, regions.vocabulary, regions):
            described(running.run(case, engines.of(case)), "zh")
    engines.close()


@pytest.fixture(autouse=True)
def _project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the folder of each test a project of its own; hypothesis would be imported anew by every session."""
    pytester.makeini("[pytest]\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:cacheprovider")


def write(pytester: pytest.Pytester, text: str, name: str = "a.cases.yaml") -> None:
    (pytester.path / name).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")


def lines(result: pytest.RunResult) -> str:
    return "\n".join(result.outlines)


def test_a_case_that_holds_passes_under_its_own_name(pytester: pytest.Pytester) -> None:
    write(pytester, GOOD)
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["a.cases.yaml::仍有困难的低保对象?hubei? PASSED*"])


def test_each_region_of_a_case_is_an_item_of_its_own(pytester: pytest.Pytester) -> None:
    write(pytester, BAD)
    result = pytester.runpytest("--collect-only", "-q")
    assert [line for line in result.outlines if "::" in line] == [
        "a.cases.yaml::已无困难的低保对象[hubei]",
        "a.cases.yaml::已无困难的低保对象[jinhua]",
    ]


def test_a_failure_is_told_in_words_and_without_a_traceback(pytester: pytest.Pytester) -> None:
    write(pytester, BAD)
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    text = lines(result)
    for told in (
        "已无困难的低保对象：湖北，判定日 2025-05-01，文件 hubei-2024（2024-09-03）",
        "eligibility.groups[dibao].status\n  应为 符合（covered）\n  实为 未列入（not_matched）\n"
        "  依据 二 · 界定：政府救助后仍有困难：否\n  见   a.cases.yaml:8:5",
        "eligibility.status\n  应为 符合（covered）\n  实为 未列入（not_matched）",
        "  依据 二 · 界定 · 最低生活保障对象（救助后仍有困难） · 未列入：政府救助后仍有困难：否",
        "已无困难的低保对象：金华",
        "没有 [dibao] 这一项；现有 [registered]",
    ):
        assert told in text
    assert "FAILED a.cases.yaml::已无困难的低保对象[hubei] - eligibility" in text
    for python in ("Traceback", ".py:", "AssertionError", "raise ", "Error:"):
        assert python not in text, python


def test_a_case_is_chosen_by_region_tag_row_or_name(pytester: pytest.Pytester) -> None:
    write(pytester, GOOD + BAD)
    for word, number in (("jinhua", 1), ("湖北", 2), ("对象", 3), ("HB-E-01", 1), ("仍有困难", 1)):
        result = pytester.runpytest("--collect-only", "-q", "-k", word)
        assert len([line for line in result.outlines if "::" in line]) == number, word


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {name: 一个\n", ["a.cases.yaml:2:1: YAML 语法不对：请检查缩进、冒号与引号 [yaml-syntax]"]),
        (
            GOOD.replace("tags", "tagg"),
            ["a.cases.yaml:5:3 [0].tagg: 没有这个名称的项，是否为 tags？ [field-unknown]"],
        ),
        (
            GOOD.replace("eligibility.status: covered", "eligibility.stauts: covered, referral.status: covered"),
            [
                "a.cases.yaml:7:12 [0].expect.eligibility.stauts: 答案里没有这个位置，是否为 status？ [path-unknown]",
                "a.cases.yaml:7:41 [0].expect.referral.status: 这一项没有这个取值，须是以下之一：",
            ],
        ),
        (
            GOOD.replace("received", "recieved"),
            ["a.cases.yaml:6:49 [0].case.aid.recieved: 没有名为 recieved 的项，是否为 received？ [fact-unknown]"],
        ),
        (
            GOOD.replace("region: hubei", "region: hubie"),
            ["a.cases.yaml:2:3 [0].region: 没有这个地区，也没有这个文件，是否为 hubei？ [reference-unknown]"],
        ),
        (
            GOOD.replace("region: hubei", "overlay: none.yaml\n  region: hubei"),
            ["a.cases.yaml:2:3 [0].overlay: 没有这个文件 [file-missing]"],
        ),
        (GOOD.replace("  region: hubei\n", ""), ["a.cases.yaml:1:3 [0].region: 须写明地区"]),
        ("[]", ["a.cases.yaml: 文件里没有个案 [cases-none]"]),
        (GOOD + GOOD, ["a.cases.yaml:9:3 [1].name: 个案名称重复，首次出现在 a.cases.yaml:1:3 [case-name-doubled]"]),
    ],
)
def test_a_faulty_file_is_an_error_of_collection_with_its_places(
    pytester: pytest.Pytester, text: str, told: list[str]
) -> None:
    write(pytester, text)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    shown = lines(result)
    for line in told:
        assert line in shown, shown
    assert "Traceback" not in shown
    assert ".py:" not in shown


def test_a_faulty_file_does_not_hide_the_others(pytester: pytest.Pytester) -> None:
    write(pytester, GOOD)
    write(pytester, "- 1", "b.cases.yaml")
    pytester.runpytest("--continue-on-collection-errors").assert_outcomes(passed=1, errors=1)


def test_an_overlay_is_put_on_and_named_in_the_failure(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        "overlay: 1\nid: lower\nbase: jinhua-draft\nzh: 降到九万\nen: lower\nset: {income_line: 90000}",
        "o.yaml",
    )
    case = "case: {person: {left_behind_child: false}, household: "
    case += "{size: 3, annual_income: 95000, property_within_limits: true}}"
    write(
        pytester,
        f"""
        defaults: {{as_of: 2025-05-01, regions: [jinhua]}}
        cases:
          - {{name: 原文, {case}, expect: {{"eligibility.groups[uplift].status": covered}}}}
          - {{name: 假设, overlay: o.yaml, {case}, expect: {{"eligibility.groups[uplift].status": not_matched}}}}
          - {{name: 假设不符, overlay: o.yaml, {case}, expect: {{"eligibility.groups[uplift].status": covered}}}}
        """,
    )
    result = pytester.runpytest("--junitxml=report.xml")
    result.assert_outcomes(passed=2, failed=1)
    assert "假设不符：金华，判定日 2025-05-01，文件 jinhua-draft（draft），假设：降到九万" in lines(result)
    cases = list(ET.parse(pytester.path / "report.xml").iter("testcase"))
    overlays = [
        [one.attrib["value"] for one in case.iter("property") if one.attrib["name"] == "overlay"] for case in cases
    ]
    assert overlays == [[], ["lower"], ["lower"]]


def test_junit_carries_the_message_and_the_properties(pytester: pytest.Pytester) -> None:
    write(pytester, GOOD + BAD)
    pytester.runpytest("--junitxml=report.xml").assert_outcomes(passed=1, failed=2)
    held, failed, _ = ET.parse(pytester.path / "report.xml").iter("testcase")
    assert (held.attrib["name"], failed.attrib["name"]) == ("仍有困难的低保对象[hubei]", "已无困难的低保对象[hubei]")
    kept = {one.attrib["name"]: one.attrib["value"] for one in held.iter("property")}
    (policy,) = discover().load(["hubei"])
    assert kept == {
        "region": "hubei",
        "as_of": "2025-05-01",
        "policy": policy.id,
        "version": policy.file.version,
        "sha256": policy.sha256,
        "rows": "HB-E-01",
    }
    failure = failed.find("failure")
    assert failure is not None
    assert failure.attrib["message"] == (
        "eligibility.groups[dibao].status 应为 符合（covered），实为 未列入（not_matched）；另有 1 处不符"
    )
    assert failure.text is not None
    assert "依据 二 · 界定：政府救助后仍有困难：否" in failure.text


def test_a_spreadsheet_is_collected_only_where_it_is_asked_for(pytester: pytest.Pytester) -> None:
    sheet(pytester.path)
    assert pytester.runpytest().ret == pytest.ExitCode.NO_TESTS_COLLECTED
    pytester.makeini("[pytest]\nxianjie_cases_xlsx = true\n")
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    assert "见   t.cases.xlsx[个案!G3]" in lines(result)


def test_a_faulty_spreadsheet_is_told_with_its_cells(pytester: pytest.Pytester) -> None:
    sheet(pytester.path, ("", "湖北", "五月", "是", "是", "否", "可以"))
    result = pytester.runpytest("-o", "xianjie_cases_xlsx=true")
    result.assert_outcomes(errors=1)
    assert "t.cases.xlsx[个案!C4] as_of: 须是日期" in lines(result)
    assert "t.cases.xlsx[个案!G4] expect:eligibility.status: 须是以下之一：符合" in lines(result)


@pytest.mark.parametrize(
    ("args", "ini", "engine"),
    [
        ((), "", "generated"),
        ((), "xianjie_engine = tree", "tree"),
        (("--xianjie-engine", "rete"), "", "rete"),
        (("--xianjie-engine=generated",), "xianjie_engine = rete", "generated"),
    ],
)
def test_the_engine_is_chosen_by_option_and_then_by_ini(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], ini: str, engine: str
) -> None:
    used = []

    def watched(policies: Any, vocabulary: Any, name: Any) -> Engine:
        used.append(name)
        return Engine(policies, vocabulary, name)

    monkeypatch.setattr(running, "Engine", watched)
    write(pytester, GOOD)
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.runpytest(*args).assert_outcomes(passed=1)
    assert used == [engine]


def test_an_engine_that_there_is_not_is_refused(pytester: pytest.Pytester) -> None:
    write(pytester, GOOD)
    assert pytester.runpytest("--xianjie-engine", "drools").ret == pytest.ExitCode.USAGE_ERROR
    result = pytester.runpytest("-o", "xianjie_engine=drools")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*xianjie_engine*generated, tree, rete*"])


def test_a_fault_while_running_is_told_in_words_too(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise InternalError(Problem("engines-disagree", "两个引擎的结论不一致", "two engines disagree"))

    monkeypatch.setattr(running, "run", broken)
    write(pytester, GOOD)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    assert "两个引擎的结论不一致 [engines-disagree]" in lines(result)


def test_a_defect_of_ours_still_shows_its_traceback(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(running, "run", broken)
    write(pytester, GOOD)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    assert "ZeroDivisionError: a defect" in lines(result)


def test_in_a_process_of_its_own_it_runs_beside_ordinary_tests(pytester: pytest.Pytester) -> None:
    write(pytester, GOOD)
    pytester.makepyfile("def test_plain(): pass")
    pytester.runpytest_subprocess("--xianjie-engine", "rete").assert_outcomes(passed=2)


def test_it_costs_other_projects_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_nothing_was_imported(pytestconfig):
            assert pytestconfig.pluginmanager.hasplugin("xianjie")
            ours = sorted(name for name in sys.modules if name.partition(".")[0].startswith("xianjie"))
            assert ours == ["xianjie", "xianjie.pytest_plugin", "xianjie.version"]
            assert not {"pydantic", "ruamel.yaml", "z3", "python_calamine", "rich"} & set(sys.modules)
        """
    )
    write(pytester, "x", "notes.yaml")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_the_names_that_the_plugin_knows_are_those_of_the_engine() -> None:
    from typing import get_args

    from xianjie.engine.deciders import EngineName

    assert get_args(EngineName) == ENGINES
    assert SUFFIX == FILES
    assert SHEETS in TABLES
