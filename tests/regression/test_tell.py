"""How a failure is told to a person, and to machines as JSON and JUnit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.regions.region_cases import REGIONS

from xianjie.errors import Place
from xianjie.regression.model import Expectation
from xianjie.regression.paths import Nowhere, Steps, parse_path
from xianjie.regression.report import described, junit
from xianjie.regression.run import Difference, Engines, Ground, Result, run
from xianjie.regression.tell import LONGEST, brief, failure_lines, ground_text, told, value_text
from xianjie.vocabulary import BASE

from .conftest import Write, read

NAMES = {region.id: region.zh for region in REGIONS.regions.values()}


def steps(path: str) -> Steps:
    found = parse_path(path)
    assert found is not None
    return found


@pytest.fixture
def failed(write: Write) -> Iterator[Result]:
    path = write("""
        - name: 已无困难
          region: hubei
          as_of: 2025-05-01
          note: 虚构
          rows: [HB-E-01, HB-E-02]
          tags: [低保]
          overlay: {zh: 换一种说法, en: in other words}
          case: {person: {dibao_recipient: true}, aid: {received: true, still_in_difficulty: false}}
          expect:
            eligibility.status: covered
            eligibility.missing: [aid.received, household.size]
            duties[0].status: met
            eligibility.flagged: false
    """)
    engines = Engines(REGIONS)
    (case,) = read(path)
    yield run(case, engines.of(case))
    engines.close()


@pytest.mark.parametrize(
    ("path", "value", "zh", "en"),
    [
        ("eligibility.status", "covered", "符合（covered）", "covered"),
        ("referral.status", "refused", "不得转介（refused）", "refused"),
        ("duties[0].force", "must", "应当（must）", "must"),
        ("duties[0].kind", "supply", "supply", "supply"),
        ("policy.standing", "draft", "征求意见稿（draft）", "draft"),
        ("referral.missing_step", "consent", "征得同意（consent）", "consent"),
        ("eligibility.missing", [], "无（[]）", "none ([])"),
        ("eligibility.missing", ["aid.received"], "已获政府救助（aid.received）", "aid.received"),
        ("eligibility.flagged", True, "是（true）", "true"),
        ("eligibility.flagged", False, "否（false）", "false"),
        ("duties[0].next_due", None, "空（null）", "null"),
        ("duties[0].required", Decimal("79.9"), "79.9", "79.9"),
        ("duties[0].clause", "三(二)", "三(二)", "三(二)"),
        ("referral", {"status": "allowed"}, "一组值", "a part with entries of its own"),
        ("referral", Nowhere("没有", "none"), "没有", "none"),
    ],
)
def test_a_value_is_said_as_a_person_reads_it(path: str, value: object, zh: str, en: str) -> None:
    assert value_text(value, steps(path), BASE, "zh") == zh
    assert value_text(value, steps(path), BASE, "en").startswith(en)


@pytest.mark.parametrize(
    ("ground", "zh"),
    [
        (Ground(None, "met", "must", "三", "够了"), "三 · 应当：够了"),
        (Ground("低保", "covered", "definition", "二", "是"), "二 · 界定 · 低保 · 符合：是"),
        (Ground(None, "not_stipulated", None, None, "没有规定"), "没有规定"),
        (Ground(None, None, None, "二", ""), "二"),
    ],
)
def test_a_ground_is_one_line(ground: Ground, zh: str) -> None:
    assert ground_text(ground, "zh") == zh


def test_a_long_explanation_is_cut() -> None:
    told = ground_text(Ground(None, None, None, "二", "长" * 500), "zh")
    assert told.endswith("长…")
    assert len(told) == LONGEST + len("二：")


def test_a_failure_names_what_was_expected_and_found_the_clause_and_why(failed: Result) -> None:
    lines = failure_lines(failed, "湖北", BASE, "zh")
    file = failed.case.place.file
    assert lines == [
        "已无困难：湖北，判定日 2025-05-01，文件 hubei-2024（2024-09-03），假设：换一种说法",
        "备注 虚构",
        "",
        "eligibility.status",
        "  应为 符合（covered）",
        "  实为 未列入（not_matched）",
        "  依据 二 · 界定 · 最低生活保障对象（救助后仍有困难） · 未列入：政府救助后仍有困难：否",
        "  依据 二 · 界定 · 特困人员（救助后仍有困难） · 未列入：政府救助后仍有困难：否",
        "  依据 二 · 界定 · 低保边缘家庭成员（救助后仍有困难） · 未列入：政府救助后仍有困难：否",
        f"  见   {file}:10:5",
        "",
        "eligibility.missing",
        "  应为 已获政府救助（aid.received）、家庭人口（household.size）",
        "  实为 无（[]）",
        *lines[14:17],
        f"  见   {file}:11:5",
        "",
        "duties[0].status",
        "  应为 已达到（met）",
        "  实为 duties 为空，其下没有 [0]",
        f"  见   {file}:12:5",
    ]
    assert all("依据" in line for line in lines[14:17])
    assert (
        brief(failed, BASE, "zh")
        == "eligibility.status 应为 符合（covered），实为 未列入（not_matched）；另有 2 处不符"
    )
    english = "\n".join(failure_lines(failed, "Hubei", BASE, "en"))
    assert "expected covered" in english
    assert "found    not_matched" in english
    assert "另有" not in brief(failed, BASE, "en")


def test_json_holds_all_of_it(failed: Result) -> None:
    found = json.loads(json.dumps(described(failed, "zh"), ensure_ascii=False))
    first, missing, nowhere = found.pop("differences")
    assert re.fullmatch("[0-9a-f]{64}", found.pop("sha256"))
    assert Path(found.pop("file")).name == "a.cases.yaml"
    assert found == {
        "name": "已无困难",
        "region": "hubei",
        "line": 1,
        "cell": None,
        "as_of": "2025-05-01",
        "policy": "hubei-2024",
        "version": "2024-09-03",
        "overlay": "in-the-case",
        "rows": ["HB-E-01", "HB-E-02"],
        "tags": ["低保"],
        "note": "虚构",
        "holds": False,
    }
    assert (first["path"], first["expected"], first["found"], first["line"]) == (
        "eligibility.status",
        "covered",
        "not_matched",
        10,
    )
    assert first["because"][0] == {
        "part": "最低生活保障对象（救助后仍有困难）",
        "status": "not_matched",
        "force": "definition",
        "clause": "二",
        "why": "政府救助后仍有困难：否",
    }
    assert (missing["expected"], missing["found"]) == (["aid.received", "household.size"], [])
    assert (nowhere["found"], nowhere["nowhere"]) == (None, "duties 为空，其下没有 [0]")


def test_junit_reads_back(failed: Result, write: Write) -> None:
    engines = Engines(REGIONS)
    (good,) = read(
        write("- {name: 空, region: hubei, as_of: 2025-05-01, case: {}, expect: {referral: ~}}", "b.cases.yaml")
    )
    held = run(good, engines.of(good))
    engines.close()
    root = ET.fromstring(junit([(failed, 0.25), (held, 0.5)], NAMES, BASE, "zh"))
    assert (root.tag, root.attrib["tests"], root.attrib["failures"]) == ("testsuites", "2", "1")
    (suite,) = root
    assert suite.attrib["time"] == "0.750"
    first, second = suite
    assert first.attrib["name"] == "已无困难[hubei]"
    assert first.attrib["classname"].endswith("a.cases.yaml")
    kept = {one.attrib["name"]: one.attrib["value"] for one in first.iter("property")}
    assert kept.pop("sha256") == failed.policy["sha256"]
    assert kept == {
        "region": "hubei",
        "as_of": "2025-05-01",
        "policy": "hubei-2024",
        "version": "2024-09-03",
        "overlay": "in-the-case",
        "rows": "HB-E-01 HB-E-02",
    }
    failure = first.find("failure")
    assert failure is not None
    assert failure.attrib["message"] == brief(failed, BASE, "zh")
    assert failure.text == "\n".join(failure_lines(failed, "湖北", BASE, "zh"))
    assert second.find("failure") is None


def test_junit_passes_over_what_xml_cannot_hold(failed: Result) -> None:
    from dataclasses import replace

    spoilt = replace(failed, case=replace(failed.case, note="坏\x0b字\ud800符"))
    root = ET.fromstring(junit([(spoilt, 0.0)], NAMES, BASE, "zh"))
    failure = root.find(".//failure")
    assert failure is not None
    assert "备注 坏字符" in (failure.text or "")


@pytest.mark.parametrize(
    ("expected", "found", "zh", "en"),
    [
        (["aid.received"], ["household.size"], "家庭人口（household.size）", "household.size"),
        (["a", "b"], ["b", "c"], "缺少 a；多出 c", "lacks a; has besides c"),
        (["a", "b", "c"], ["a"], "缺少 b、c", "lacks b, c"),
        (["a"], ["a", "b", "c"], "多出 b、c", "has besides b, c"),
        (["a", "b"], [], "无（[]）", "none ([])"),
        (["a", "a"], ["a"], "a", "a"),
    ],
)
def test_of_lists_only_what_differs_is_told(expected: list[str], found: list[str], zh: str, en: str) -> None:
    path = "eligibility.missing"
    one = Difference(Expectation(path, steps(path), expected, Place()), found, ())
    assert told(one, BASE, "zh")[2] == zh
    assert told(one, BASE, "en")[2] == en


def test_numbers_in_json_are_numbers(write: Write) -> None:
    (case,) = read(
        write("""
        - name: 年度目标
          region: jinhua
          as_of: 2025-05-01
          case: {targets: [{item: 15, year: 2025, value: 79.9}]}
          expect: {"duties[0].required": 80.5, "duties[0].actual": 80.0}
    """)
    )
    engines = Engines(REGIONS)
    found = json.loads(json.dumps(described(run(case, engines.of(case)), "zh")))["differences"]
    engines.close()
    assert [(one["expected"], type(one["expected"])) for one in found] == [(80.5, float), (80, int)]
    assert found[1]["found"] == 79.9
