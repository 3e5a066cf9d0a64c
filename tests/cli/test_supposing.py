"""Tests of suppositions and versions on the command line: what is asked, what is shown, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.policy.versions import amendment_text, document_text

from xianjie import plugins
from xianjie.engine.answer import Answer
from xianjie.plugins import Region, Regions
from xianjie.vocabulary import BASE

from .conftest import DECIDED, OPEN, Run, Write

TRIAL = """\
overlay: 1
id: quarterly
base: tianjin-2024-22
zh: 每季度更新
en: every quarter
rules: {district-supply-directory: {interval: P3M}}
drop: [hardship-after-aid]
"""
FAMILY = {"as_of": "2025-05-01", "household": {"size": 3, "annual_income": 110000, "property_within_limits": True}}


@pytest.fixture
def trial(tmp_path: Path) -> str:
    path = tmp_path / "quarterly.yaml"
    path.write_text(TRIAL, encoding="utf-8")
    return str(path)


def answer(text: str) -> dict[str, Any]:
    found = json.loads(text)
    Answer.model_validate(found)
    assert isinstance(found, dict)
    return found


# -- suppositions ------------------------------------------------------------------------------------------------------


def test_an_overlay_is_told_in_json(run: Run, write: Write, trial: str) -> None:
    path = write(DECIDED)
    under = answer(run("assess", path, "-r", "tianjin", "-r", "jinhua", "--json", "--overlay", trial).stdout)
    plain = answer(run("assess", path, "-r", "tianjin", "-r", "jinhua", "--json").stdout)
    assert under["settings"]["overlay"] == {"tianjin": "quarterly"}
    assert under["regions"]["tianjin"]["policy"]["overlay"]["text"] == "每季度更新"
    assert under["regions"]["tianjin"]["duties"][0]["interval"] == "P3M"
    assert under["regions"]["jinhua"] == plain["regions"]["jinhua"]
    assert under["decision_id"] != plain["decision_id"]
    assert plain["settings"]["overlay"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen_says_on_top_of_the_region_that_it_is_supposed(
    run: Run, write: Write, trial: str, lang: str
) -> None:
    args = ("assess", write(OPEN), "-r", "tianjin", "-r", "jinhua", "--overlay", trial, "--lang", lang)
    lines = run(*args, width=120).stdout.splitlines()
    heads = [number for number, line in enumerate(lines) if line.rstrip("─ ") in ("天津", "金华", "Tianjin", "Jinhua")]
    tianjin = next(number for number in heads if lines[number].startswith(("天津", "Tianjin")))
    said = {
        "zh": "  假设：每季度更新（删去规则 hardship-after-aid、规则 district-supply-directory、",
        "en": "  supposition: every quarter (rule dropped hardship-after-aid, rule district-supply-directory,",
    }
    assert lines[tianjin + 1].startswith(said[lang])
    assert sum(line.startswith(("  假设：", "  supposition:")) for line in lines) == 1
    matrix = lines[: min(heads)]
    assert sum(line.startswith(("假设", "supposition")) for line in matrix) == 1


def test_one_line_a_case_says_it_too(run: Run, write: Write, trial: str) -> None:
    path = write([{**DECIDED, "case": f"E-{number}"} for number in range(21)])
    lines = run("assess", path, "-r", "tianjin", "-r", "jinhua", "--overlay", trial).stdout.splitlines()
    assert sum("天津（假设）" in line for line in lines) == 21
    assert not any("金华（假设）" in line for line in lines)


def test_explain_says_it_first(run: Run, write: Write, trial: str) -> None:
    lines = run(
        "explain", write(DECIDED), "-r", "天津", "--overlay", trial, "--part", "duties", width=140
    ).stdout.splitlines()
    assert lines[0].startswith("假设：每季度更新（")
    changed = [line for line in lines if line.endswith("  假设所改")]
    assert len(changed) == 1
    assert "district-supply-directory" in changed[0]


@pytest.mark.parametrize("set_", ["income_line=120000", "jinhua:income_line=120000", "金华:income_line=120000.00"])
def test_a_value_is_supposed(run: Run, write: Write, set_: str) -> None:
    path = write(FAMILY)
    plain = answer(run("assess", path, "-r", "jinhua", "--json").stdout)
    under = answer(run("assess", path, "-r", "jinhua", "-r", "tianjin", "--json", "--set", set_).stdout)
    statuses = [one["regions"]["jinhua"]["eligibility"]["status"] for one in (plain, under)]
    assert statuses == ["undetermined", "covered"]
    assert under["settings"]["overlay"] == {"jinhua": "set"}
    shown = run("assess", path, "-r", "jinhua", "--set", set_, width=120).stdout
    assert "假设：设提低对象的家庭年总收入线（不含本数）为 120000" in shown


def test_overlays_and_values_are_put_together(run: Run, write: Write, trial: str) -> None:
    args = ("--overlay", trial, "--set", "income_line=120000", "--set", "exit_window=5")
    under = answer(run("assess", write(FAMILY), "-r", "jinhua", "-r", "tianjin", "--json", *args).stdout)
    assert under["settings"]["overlay"] == {"jinhua": "set", "tianjin": "quarterly"}
    changes = under["regions"]["jinhua"]["policy"]["overlay"]["changes"]
    assert [one["name"] for one in changes] == ["income_line", "exit_window"]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--set", "income_line"), "set-form"),
        (("--set", "=3"), "set-form"),
        (("--set", "income_line="), "set-form"),
        (("--set", ":income_line=3"), "set-form"),
        (("--set", "incme_line=3"), "parameter-unknown"),
        (("--set", "tianjin:income_line=3"), "parameter-unknown"),
        (("--set", "hubei:income_line=3"), "region-unknown"),
        (("--set", "income_line=1e3"), "set-value"),
        (("--set", "income_line=0.001"), "money-fen"),
        (("--set", "income_line=1", "--set", "jinhua:income_line=2"), "set-doubled"),
        (("--overlay", "none-such.yaml"), "file-missing"),
    ],
)
def test_what_cannot_be_supposed_is_refused(run: Run, write: Write, args: tuple[str, ...], code: str) -> None:
    for command in (("assess", "-r", "jinhua", "-r", "tianjin"), ("explain", "-r", "jinhua")):
        result = run(command[0], write(FAMILY), *command[1:], *args)
        assert (result.exit_code, result.stdout) == (2, "")
        wanted = "region-unknown" if command[0] == "explain" and args[1].startswith("tianjin:") else code
        assert f"[{wanted}]" in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_an_overlay_for_a_region_that_is_not_asked_is_refused(run: Run, write: Write, trial: str) -> None:
    result = run("assess", write(DECIDED), "-r", "jinhua", "--overlay", trial)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{trial}: 改动属于 tianjin，而没有问到这个地区 [overlay-idle]\n"


def test_faults_of_an_overlay_are_told_at_their_place(run: Run, write: Write, trial: str) -> None:
    Path(trial).write_text(TRIAL.replace("P3M", "3个月").replace("hardship-after-aid", "hardship"), encoding="utf-8")
    for command in (("assess", write(DECIDED), "-r", "tianjin", "--overlay", trial), ("lint", trial)):
        result = run(*command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert [line.split(" ")[0] for line in result.stderr.splitlines()] == [f"{trial}:6:37", f"{trial}:7:8"]


def test_lint_tells_of_an_overlay_what_is_its_own(run: Run, trial: str) -> None:
    assert run("lint", trial).stdout == "quarterly：无错误，25 条规则\n"
    rule = "part: provision, id: new-one, dimension: duties, force: may, zh: 新, en: new"
    Path(trial).write_text(f"{TRIAL}add: [{{clause: 二(二)3, rule: {{{rule}}}}}]\n", encoding="utf-8")
    lines = run("lint", trial).stdout.splitlines()
    assert [line.split(" ")[-1] for line in lines] == ["[anchor-missing]", "条"]
    assert lines[0].startswith(f"{trial}:8:")


def test_rules_and_coverage_are_told_of_an_overlay(run: Run, trial: str) -> None:
    names = [one["id"] for one in json.loads(run("rules", trial, "--json").stdout)]
    assert "hardship-after-aid" not in names
    assert "district-supply-directory" in names
    assert json.loads(run("coverage", trial, "--json").stdout)["totals"]["rules"] == len(names)


# -- versions ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install, instead of the regions, a province and its city; the city has three documents and an amendment."""
    files = {
        "province": [document_text("above-1", effective="2020-01-01")],
        "city": [
            document_text("first", effective="2024-01-01", parent="province", number="例发〔2024〕1号"),
            document_text("second", effective="2090-01-01", parent="province", replaces="[first]"),
            document_text("third", parent="province", standing="draft", validity="not_in_force"),
            amendment_text("change", "first", "set: {window: 2}\n", effective="2025-01-01"),
        ],
        "orphan": [document_text("lonely", effective="2024-01-01", parent="elsewhere")],
    }
    regions = {}
    for number, (name, texts) in enumerate(files.items()):
        folder = tmp_path / name / "policies"
        folder.mkdir(parents=True)
        code = f"{99 - number}0000"
        for count, text in enumerate(texts):
            whole = text.replace("region: example", f"region: {name}").replace('"990000"', f'"{code}"')
            (folder / f"{count}.yaml").write_text(whole, encoding="utf-8")
        regions[name] = Region(name, {"province": "甲省", "city": "乙市"}.get(name, "丙市"), name, code, folder.parent)
    made = Regions(dict(sorted(regions.items())), BASE)
    monkeypatch.setattr(plugins, "discover", lambda: made)


@pytest.mark.usefixtures("several")
def test_regions_lists_every_version_under_its_region_and_a_city_under_its_province(run: Run) -> None:
    lines = run("regions", width=120).stdout.splitlines()
    order = [lines.index(line) for line in lines if line.strip().startswith(("elsewhere", "丙市", "甲省", "乙市"))]
    assert [lines[number].split()[0] for number in order] == ["elsewhere", "丙市", "甲省", "乙市"]
    assert [len(lines[number]) - len(lines[number].lstrip()) for number in order] == [0, 2, 0, 2]
    text = "\n".join(lines)
    for words in (
        "未安装",
        "    @first",
        "    @second",
        "    @third",
        "取代 first",
        "由 change 接替",
        "@change，2025-01-01 至",
    ):
        assert words in text
    assert "2024-01-01 至 2024-12-31" in text
    assert "修改 first；由 second 接替" in text


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_of_versions_fits_the_screen(run: Run, width: int, lang: str) -> None:
    from rich.cells import cell_len

    for line in run("regions", "--lang", lang, width=width).stdout.splitlines():
        assert cell_len(line) <= max(width, 60 if width < 60 else width)
        assert line == line.rstrip()


@pytest.mark.usefixtures("several")
def test_the_versions_in_json(run: Run) -> None:
    listed = {one["id"]: one for one in json.loads(run("regions", "--json").stdout)}
    city = listed["city"]
    assert (city["policy"], city["level"], city["parent"], city["parent_installed"]) == (
        "change",
        "city",
        "province",
        True,
    )
    assert listed["orphan"]["parent_installed"] is False
    found = {one["policy"]: one for one in city["documents"]}
    assert list(found) == ["first", "change", "second", "third"]
    assert [found["first"][key] for key in ("start", "until", "replaced_by", "validity")] == [
        "2024-01-01",
        "2024-12-31",
        "change",
        "lapsed",
    ]
    assert found["change"]["amends"] == "first"
    assert (found["second"]["replaces"], found["second"]["validity"]) == (["first"], "not_in_force")
    assert found["third"]["start"] is None


@pytest.mark.usefixtures("several")
def test_a_document_is_named_behind_its_region(run: Run, write: Write) -> None:
    path = write({"as_of": "2025-06-01", "person": {"tekun": True}})
    result = run("assess", path, "-r", "乙市@first", "-r", "city", "-r", "city@third", "--json")
    policies = {name: one["policy"] for name, one in answer(result.stdout)["regions"].items()}
    assert {name: (one["id"], one["validity"]) for name, one in policies.items()} == {
        "city@first": ("first", "lapsed"),
        "city": ("change", "in_force"),
        "city@third": ("third", "not_in_force"),
    }
    shown = run("assess", path, "-r", "city@first", "-r", "city").stdout
    for words in (
        "乙市（first） ──",
        "至 2024-12-31，其后由 change 接替",
        "经《虚构的修改》修改（2025-01-01 起）：数值 window",
    ):
        assert words in shown
    told = run("explain", path, "-r", "city", "--part", "eligibility").stdout
    assert "经《虚构的修改》修改" in told
    wrong = run("assess", path, "-r", "city@frst")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "是否为 first？" in wrong.stderr


@pytest.mark.usefixtures("several")
def test_each_case_of_a_file_is_answered_by_the_document_of_its_own_day(run: Run, write: Write) -> None:
    path = write([{"case": day, "as_of": day} for day in ("2024-06-01", "2025-06-01")])
    lines = [json.loads(line) for line in run("assess", path, "-r", "city", "--jsonl").stdout.splitlines()]
    assert [line["regions"]["city"]["policy"]["id"] for line in lines] == ["first", "change"]
    shown = run("assess", path, "-r", "city").stdout
    assert shown.count("经《虚构的修改》修改") == 1
    under = run("assess", path, "-r", "city", "--set", "window=3", "--json")
    assert [one["settings"]["overlay"] for one in json.loads(under.stdout)] == [{"city": "set"}] * 2


@pytest.mark.usefixtures("several")
def test_lint_and_rules_reach_every_document(run: Run) -> None:
    lines = [line for line in run("lint", "city").stdout.splitlines() if "无错误" in line]
    assert [line.split("：")[0] for line in lines] == ["0.yaml", "change", "1.yaml", "2.yaml"]
    assert run("rules", "city@third").exit_code == 0
    assert run("coverage", "city@none").exit_code == 2
