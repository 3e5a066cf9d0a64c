"""`xianjie compare`: the screen at several widths, JSON, Markdown, the workbook, and what is refused."""

from __future__ import annotations

import json
import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.cells import cell_len
from rich.console import Console
from tests.compare.documents import DAY, NAMES, NASTY, extreme, policies, whole

from xianjie.cli.compare_screen import Screen
from xianjie.compare.matrix import compare
from xianjie.plugins import discover
from xianjie.vocabulary.terms import DIMENSIONS
from xianjie.vocabulary.topics import TOPICS

from .conftest import OPEN, Run, Write

ON = ("--as-of", "2025-08-01")
OVERLAY = """\
overlay: 1
id: yearly
base: tianjin-2024-22
zh: 改为每年更新
en: updated yearly
rules: {district-supply-directory: {interval: P1Y}}
"""


def lines(output: str) -> list[str]:
    return output.splitlines()


def screen(matrix: object, width: int, lang: str = "zh", full: bool = False) -> str:
    from xianjie.compare.matrix import Matrix

    assert isinstance(matrix, Matrix)
    out = StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False, color_system=None)
    Screen(console, lang, full).show(matrix)
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen_fits_and_holds_every_region_that_rules(width: int, lang: str) -> None:
    out = screen(whole(), width, lang)
    assert all(cell_len(line) <= width for line in lines(out))
    assert not any(line != line.rstrip() for line in lines(out))
    for column in whole().columns:
        assert column.name.said(lang) in out
    for zh, en in DIMENSIONS.values():
        assert (zh if lang == "zh" else en) in out
    flat = re.sub(r"\s+", "", out)
    for row in whole().rows:
        assert re.sub(r"\s+", "", row.topic.zh if lang == "zh" else row.topic.en) in flat
        if row.difference.verdict != "silent":
            assert re.sub(r"\s+", "", row.difference.sentence.said(lang)) in flat


def test_the_screen_gives_value_force_and_clause_of_each(run: Run) -> None:
    out = run("compare", "--regions", "hubei,天津", "--topics", "供给台账更新周期", *ON, width=100).stdout
    assert "供给台账更新周期  ≠ 有差异" in out
    assert "天津“应当（无情态词）”，力度弱于湖北“应当”；湖北每年，周期长于天津每半年" in out
    assert "  湖北  每年更新  应当 · 三(二)  ⇄ 有歧义 A-06" in out
    assert "  天津  县(区)：每半年更新  应当（无情态词） · 二(三)5  ⇄ 有歧义 A-06" in out


def test_head_marks_what_is_not_to_be_relied_on(run: Run) -> None:
    out = run("compare", "--topics", "coverage", *ON, width=100).stdout
    head = out.split("对象 ─")[0]
    assert "! 征求意见稿" in head
    assert "! 新闻摘要，效力待核实" in head
    assert "! 效力待核实" in head
    assert "金华是市级文件" in head


def test_rows_on_which_all_are_silent_are_summed_up(run: Run) -> None:
    out = run("compare", "--topics", "对象", *ON, width=100).stdout
    assert "都没有规定或摘要未载的 3 项：多类并存时的次序；户籍或居住条件；“仍有困难”由谁、如何认定" in out
    assert "户籍或居住条件  -" not in out


def test_only_differences_says_how_many_rows_it_leaves_out(run: Run) -> None:
    out = run(
        "compare", "-r", "hubei", "-r", "tianjin", "--topics", "referral", "--only-differences", *ON, width=100
    ).stdout
    assert "由谁发起" not in out
    assert re.search(r"另有 \d+ 项没有差异，未列出", out)


def test_full_adds_the_longer_words(run: Run) -> None:
    short = run("compare", "--regions", "jinhua", "--topics", "income_test", *ON, width=100).stdout
    full = run("compare", "--regions", "jinhua", "--topics", "income_test", "--full", *ON, width=100).stdout
    assert "以三口之家为准按人均折算" not in short
    assert "以三口之家为准按人均折算" in full
    assert "A-08" in full


def test_all_installed_regions_are_the_default(run: Run) -> None:
    made = json.loads(run("compare", "--topics", "coverage", "--json", *ON).stdout)
    assert [column["region"] for column in made["columns"]] == list(discover().regions)


def test_json_holds_the_matrix(run: Run) -> None:
    made = json.loads(run("compare", "--regions", "hubei,tianjin", "--json", "--lang", "en", *ON).stdout)
    assert made["as_of"] == "2025-08-01"
    rows = [row for dimension in made["dimensions"] for row in dimension["rows"]]
    assert [row["topic"] for row in rows] == [topic.id for topic in TOPICS]
    assert "case" not in made


def test_markdown_to_the_screen_and_to_a_file(run: Run, tmp_path: Path) -> None:
    args = ("compare", "--regions", "hubei,tianjin", "--topics", "转介", *ON)
    shown = run(*args, "--markdown", "-").stdout
    assert shown.startswith("# 政策比较 · 判定日 2025-08-01")
    path = tmp_path / "out.md"
    done = run(*args, "--markdown", str(path))
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "已写入" in done.stderr
    assert path.read_text(encoding="utf-8") == shown


def test_the_workbook_is_written_and_never_over_another_unless_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    args = ("compare", "--regions", "hubei,tianjin", "--topics", "转介", "--xlsx", str(path), *ON)
    assert run(*args).exit_code == 0
    assert "转介" in load_workbook(BytesIO(path.read_bytes())).sheetnames
    path.write_bytes(b"mine")
    done = run(*args)
    assert done.exit_code == 2
    assert "[file-exists]" in done.stderr
    assert path.read_bytes() == b"mine"
    assert run(*args, "--overwrite").exit_code == 0
    assert path.read_bytes() != b"mine"
    assert [item.name for item in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_case_is_put_to_every_document(run: Run, write: Write) -> None:
    path = write(OPEN)
    args = ("compare", "--regions", "hubei,tianjin", "--topics", "supply_interval,forward", "--case", path)
    out = run(*args, width=120).stdout
    assert "政策比较 · 判定日 2025-05-01 · 个案 E-0007" in out  # the case's own date
    assert "本案 ⇄ 文本有歧义" in out  # overdue by six months, not by calendar half-years
    assert "本案 ✓ 在有效期内" in out
    made = json.loads(run(*args, "--json").stdout)
    assert made["case"]["case"] == "E-0007"
    hubei, tianjin = made["case"]["columns"]
    assert (hubei["supply_interval"]["status"], tianjin["supply_interval"]["status"]) == ("fresh", "ambiguous")


def test_an_overlay_stands_beside_its_base_and_is_marked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "yearly.overlay.yaml"
    path.write_text(OVERLAY, encoding="utf-8")
    out = run("compare", "--regions", f"tianjin,{path}", "--topics", "supply_interval", *ON, width=100).stdout
    assert "! 假设：改为每年更新" in out
    assert "天津（yearly，假设）每年，周期长于天津每半年。" in out
    assert "标为“假设”的是设想的改动" in out


def test_a_very_document_is_named(run: Run) -> None:
    made = json.loads(run("compare", "-r", "jinhua@jinhua-draft", "--topics", "coverage", "--json", *ON).stdout)
    assert made["columns"][0]["policy"] == "jinhua-draft"


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--topics", "covrage"), "topic-unknown", "coverage"),
        (("--topics", "coverage,supply_intervall"), "topic-unknown", "supply_interval"),
        (("--regions", "hubie"), "reference-unknown", "hubei"),
        (("--region", "湖"), "reference-unknown", ""),
        (("--regions", ""), "reference-unknown", ""),
        (("--regions", "hubei", "--regions", " , "), "reference-unknown", ""),
        (("--topics", ""), "topic-unknown", ""),
        (("--regions", "hubei@no-such"), "document-unknown", "hubei-2024"),
        (("--regions", "no/such.overlay.yaml"), "file-missing", ""),
        (("--as-of", "2025-02-30"), "date-impossible", ""),
        (("--case", "no-such.yaml"), "file-missing", ""),
        (("--json", "--markdown", "-"), "format-choose", ""),
        (("--xlsx", "no/such/folder/out.xlsx"), "file-unwritable", ""),
    ],
)
def test_what_is_wrong_is_refused_with_nothing_on_stdout(run: Run, args: tuple[str, ...], code: str, said: str) -> None:
    done = run("compare", *args)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert f"[{code}]" in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"person": {"dibao_recipient": "yes"}}, "type-bool"),
        ({"aid": {"recieved": True}}, "fact-unknown"),
        ([{"case": "E-1"}, {"case": "E-2"}], "case-single"),
        ([], "cases-none"),
    ],
)
def test_a_faulty_case_is_refused(run: Run, write: Write, case: object, code: str) -> None:
    done = run("compare", "--case", write(case))
    assert done.exit_code == 2
    assert done.stdout == ""
    assert f"[{code}]" in done.stderr


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("full", [False, True])
def test_a_region_with_extreme_texts_does_not_break_the_screen(width: int, full: bool) -> None:
    names = {"nowhere": (NASTY + "极长的地名" * 20, NASTY), **NAMES}
    matrix = compare([extreme(), policies()["hubei"]], DAY, names)
    for lang in ("zh", "en"):
        out = screen(matrix, width, lang, full)
        assert all(cell_len(line) <= width for line in lines(out))
        assert "[red]" in out
        assert "<b>" in out


def test_english_is_spoken_throughout(run: Run) -> None:
    out = run("compare", "--regions", "hubei,tianjin", "--topics", "consent", "--lang", "en", *ON, width=100).stdout
    assert out.startswith("Comparison · as of 2025-08-01")
    assert "Hubei also: inform the person." in out
    assert "1 topic: differ 1" in out
