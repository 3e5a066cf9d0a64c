"""Suites as files: read back by the reader of regression cases, every case holds, and a person can read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.regions.region_cases import REGIONS
from tests.suite.setting import AS_OF, everything, suite

from xianjie.api import installed_engine
from xianjie.engine.assess import Engine
from xianjie.errors import PolicyError
from xianjie.policy.yaml_tree import YamlTree
from xianjie.regression.paths import same
from xianjie.regression.read import read_cases_file
from xianjie.regression.run import run
from xianjie.suite.generate import generate
from xianjie.suite.render import render, scalar
from xianjie.vocabulary import BASE


def test_an_invented_suite_is_read_back_and_holds(tmp_path: Path) -> None:
    path = tmp_path / "small.cases.yaml"
    path.write_text(render(suite()), encoding="utf-8")
    cases = read_cases_file(path, BASE, REGIONS)
    assert [case.name for case in cases] == [entry.name for entry in suite().entries]
    assert {case.region for case in cases} == {"small"}
    made = suite().cases(BASE)
    engine = Engine([everything()], BASE)
    for case, own in zip(cases, made, strict=True):
        assert (case.case, case.as_of, case.note, case.rows, case.tags) == (
            own.case, own.as_of, own.note, own.rows, own.tags,
        )  # fmt: skip
        for one, other in zip(case.expect, own.expect, strict=True):
            assert one.path == other.path
            assert same(one.value, other.value)
        result = run(case, engine)
        assert result.holds, (case.name, result.differences)
    engine.close()


@pytest.mark.parametrize("region", ["shanghai", "shanxi"])
def test_a_region_s_suite_is_read_back_and_holds(region: str, tmp_path: Path) -> None:
    policy = installed_engine().policies[region]
    path = tmp_path / f"{region}.cases.yaml"
    path.write_text(render(generate(policy, AS_OF)), encoding="utf-8")
    engine = Engine([policy], policy.vocabulary)
    cases = read_cases_file(path, policy.vocabulary, REGIONS)
    assert len(cases) > 30
    assert all(run(case, engine).holds for case in cases)
    engine.close()


def test_the_head_says_how_it_was_made_and_what_no_case_shows() -> None:
    text = render(suite())
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert f"# 指纹 sha256 {everything().sha256}；判定日 2025-08-01" in text
    assert any("请勿手改" in line for line in head)
    told = [line for line in head if line.startswith("#   ")]
    assert len(told) == len(suite().unmet) > 0
    assert all("（已证明：" in line for line in told)
    assert (
        "#   一 old 条件里的 person.disabled：成立、不成立、未知时单独决定结论（已证明：条件的其他部分总已先决定结论）"
        in told
    )


def test_the_same_suite_gives_the_same_bytes_and_its_lines_are_not_long() -> None:
    text = render(suite())
    assert text == render(suite())
    records = [line for line in text.splitlines() if line.startswith("      ") and "{" in line]
    assert max(map(len, records)) <= 118
    assert 'regions: ["./a.yaml"]' in render(suite(), "./a.yaml")


def test_a_case_as_it_is_written() -> None:
    text = render(suite())
    start = text.index("  - name: 充分知情：是")
    assert text[start : text.index("    expect:", start)] == (
        "  - name: 充分知情：是，民政→慈善转介程序 已转介\n"
        "    note: 三；forward 的第 2 步的条件：只由 referral.informed 决定\n"
        "    tags: [condition]\n"
        "    case:\n"
        "      referral: {direction: forward, initiator: civil_affairs, informed: true, events: [{event: consented},\n"
        "        {event: referred}]}\n"
    )
    start = text.index("  - name: 家庭年总收入 120.49 元（少一分）")
    assert "      household: {size: " in text[start : text.index("    expect:", start)]
    assert 'annual_income: "120.49"}' in text[start : text.index("    expect:", start)]


@pytest.mark.parametrize(
    "text",
    [
        "符合", "二(二)3", "P6M", "a, b", "a: b", "a #b", "true", "No", "null", "12", "1.5", "2025-08-01", "", " a",
        "a ", "[a]", "{a}", "- a", "'", '"', "老年人：是，优先的", "“a”→“b”", "a\\b", "*a", "&a", "!a", "%", "@",
    ],
)  # fmt: skip
def test_every_text_reads_back_as_itself(text: str) -> None:
    written = scalar(text)
    assert YamlTree(f"a: {written}\n", "a.yaml", PolicyError, dates=False).value == {"a": text}
    if "," not in text:
        assert YamlTree(f"a: [{written}]\n", "a.yaml", PolicyError, dates=False).value == {"a": [text]}
