"""`xianjie batch`: the template, the check of a filled table, what it writes and when it refuses."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from tests.batch.making import read, written

from .conftest import Run

HEAD = ["个案编号", "最低生活保障对象", "已获政府救助", "政府救助后仍有困难"]
DECIDED = [HEAD, ["0001", "是", "是", "是"]]
OPEN = [HEAD, ["0001", "不清楚", "不清楚", "不清楚"]]
BAD = [HEAD, ["0001", "是", "是", "是"], ["0002", "有", "是", "是"]]


def kept(path: Path, rows: list[list[str]]) -> str:
    path.write_bytes(written(rows))
    return str(path)


def sheets(path: Path) -> list[str]:
    return openpyxl.load_workbook(path).sheetnames


def test_a_template_is_written_for_regions_and_dimensions(run: Run, tmp_path: Path) -> None:
    done = run("batch", "template", str(tmp_path / "t.xlsx"), "--regions", "hubei，天津", "-d", "转介")
    assert (done.exit_code, done.stdout) == (0, "")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    heads = [str(cell.value).split("\n")[0] for cell in book["个案"][1]]
    assert "已发生的步骤" in heads
    assert "发展阶段" not in heads
    assert "适用地区：湖北、天津；维度：转介。" in [cell.value for cell in book["填写说明"]["A"]]


def test_nothing_is_written_over_unless_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"mine")
    done = run("batch", "template", str(path))
    assert (done.exit_code, path.read_bytes()) == (2, b"mine")
    assert "[file-exists]" in done.stderr
    assert run("batch", "template", str(path), "--overwrite").exit_code == 0
    table = kept(tmp_path / "in.xlsx", DECIDED)
    for option in ("--out", "--marked"):
        done = run("batch", "check", table, "--regions", "hubei", option, str(path))
        assert done.exit_code == 2
        assert "[file-exists]" in done.stderr
        done = run("batch", "check", table, "--regions", "hubei", option, table, "--overwrite")
        assert done.exit_code == 2
        assert "[file-same]" in done.stderr


@pytest.mark.parametrize(("rows", "code"), [(DECIDED, 0), (OPEN, 4)])
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_answers_are_written_and_the_status_tells_whether_all_is_decided(
    run: Run, tmp_path: Path, rows: list[list[str]], code: int, suffix: str
) -> None:
    out = tmp_path / f"r.{suffix}"
    done = run(
        "batch", "check", kept(tmp_path / "in.xlsx", rows), "-r", "天津", "--out", str(out), "--as-of", "2025-05-01"
    )
    assert done.exit_code == code, done.stderr
    assert "已判定 1 行" in done.stdout
    assert ("✓ 符合" in done.stdout) == (code == 0)
    if suffix == "xlsx":
        assert sheets(out) == ["结果", "判定明细", "依据的文件", "说明"]
    else:
        assert out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_one_faulty_row_stops_all_and_the_marked_copy_says_where(run: Run, tmp_path: Path) -> None:
    out, marked = tmp_path / "r.xlsx", tmp_path / "m.xlsx"
    table = kept(tmp_path / "in.xlsx", BAD)
    done = run("batch", "check", table, "--regions", "hubei", "--out", str(out), "--marked", str(marked))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "in.xlsx[个案!B3] person.dibao_recipient: 只接受 是、否、不清楚 [cell-truth]" in done.stderr
    assert "共 2 行，1 行有错，1 处" in done.stderr
    assert not out.exists()
    assert openpyxl.load_workbook(marked)["个案"]["E3"].value == "最低生活保障对象：只接受 是、否、不清楚"


def test_the_good_rows_alone_are_answered_where_that_is_asked(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "r.xlsx"
    table = kept(tmp_path / "in.xlsx", BAD)
    done = run("batch", "check", table, "--regions", "tianjin", "--out", str(out), "--good-rows-only")
    assert done.exit_code == 4
    assert "已判定 1 行，未判定 1 行" in done.stdout
    assert "--marked" in done.stderr
    assert sheets(out) == ["结果", "判定明细", "未判定的行", "依据的文件", "说明"]
    table = kept(tmp_path / "none.xlsx", [HEAD, ["0002", "有", "是", "是"]])
    assert run("batch", "check", table, "--regions", "tianjin", "--good-rows-only").exit_code == 2


def test_many_faults_are_summed_up_on_the_screen(run: Run, tmp_path: Path) -> None:
    rows = [HEAD, *([f"{number:04}", "有", "是", "是"] for number in range(30))]
    done = run("batch", "check", kept(tmp_path / "in.xlsx", rows), "--regions", "hubei")
    assert done.stderr.count("[cell-truth]") == 20
    assert "30 行有错，30 处，此处列出前 20 处" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--regions", "atlantis"], "region-unknown"),
        ([], "region-missing"),
        (["--all", "--as-of", "2025-02-30"], "date-impossible"),
        (["--all", "--reading", "x"], "reading-form"),
        (["--all", "--due-soon-days", "-1"], "setting-range"),
        (["--all", "--out", "r.pdf"], "file-suffix"),
        (["--all", "--marked", "m.csv"], "file-suffix"),
    ],
)
def test_what_is_asked_wrongly_is_refused_before_the_table_is_read(
    run: Run, tmp_path: Path, arguments: list[str], code: str
) -> None:
    done = run("batch", "check", str(tmp_path / "none.xlsx"), *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"[{code}]" in done.stderr


def test_a_template_filled_in_goes_through_and_text_is_marked_as_text(run: Run, tmp_path: Path) -> None:
    assert run("batch", "template", str(tmp_path / "t.xlsx"), "--regions", "tianjin").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    page = book["个案"]
    heads = {str(cell.value).split("\n")[0]: cell.column for cell in page[1]}
    for title, value in zip(HEAD, ("0007", "是", "是", "是"), strict=True):
        page.cell(2, heads[title] or 0).value = value
    book.save(tmp_path / "t.xlsx")
    done = run("batch", "check", str(tmp_path / "t.xlsx"), "--regions", "tianjin", "--out", str(tmp_path / "r.xlsx"))
    assert done.exit_code in (0, 4)
    assert openpyxl.load_workbook(tmp_path / "r.xlsx")["结果"]["B3"].value == "0007"
    text = tmp_path / "名单.csv"
    text.write_bytes("个案编号,孤儿\r\n0007,有\r\n".encode("gb18030"))
    done = run("batch", "check", str(text), "--regions", "tianjin", "--marked", str(tmp_path / "m.csv"))
    assert done.exit_code == 2
    assert "名单.csv:2:6[B2]" in done.stderr
    copy = (tmp_path / "m.csv").read_bytes()
    assert "错误说明" in copy.decode("gb18030")
    assert len(read(copy, "m.csv").bad) == 1


def test_english_is_spoken_where_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    done = run("batch", "check", kept(tmp_path / "in.xlsx", BAD), "--regions", "hubei", "--lang", "en")
    assert "2 rows, 1 with faults, 1 faults" in done.stderr
    assert io.StringIO(done.stderr).readline().startswith(str(tmp_path))


def test_a_target_that_no_region_has_is_refused_and_one_of_a_region_that_was_not_asked_is_not(
    run: Run, tmp_path: Path
) -> None:
    rows = [["个案编号", "target.item", "target.year", "target.value"], ["0001", "99", "2025", "5"]]
    done = run("batch", "check", kept(tmp_path / "in.xlsx", rows), "--regions", "hubei")
    assert done.exit_code == 2
    assert "[target-item-unknown]" in done.stderr
    assert "1-" in done.stderr  # the numbers that there are, though no document of Hubei has any
    known = [rows[0], ["0001", "1", "2025", "5"]]
    assert run("batch", "check", kept(tmp_path / "in.xlsx", known), "--regions", "hubei").exit_code in (0, 4)
