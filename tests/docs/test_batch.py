"""docs/batch.md: its table is checked, its commands run, its outputs shown; what it lists is what there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
from tests.docs.fences import DOCS, Block, blocks, outside
from tests.docs.walk import environment, run, shows

from xianjie.batch.intake import MOST_PROBLEMS, MOST_ROWS
from xianjie.batch.opening import LARGEST
from xianjie.batch.results import SHEETS

PAGE = DOCS / "batch.md"


def test_the_page_does_what_it_shows(tmp_path: Path) -> None:
    last: tuple[Block, str] | None = None
    told = 0
    for block in blocks(PAGE):
        match block.info:
            case "csv":
                (tmp_path / "名单.csv").write_text(block.text, encoding="utf-8")
            case "sh":
                done = run(block.text, tmp_path, environment())
                assert done.returncode == 0, f"{block.where}: {done.stdout}{done.stderr}"
                last = (block, done.stdout + done.stderr)
            case "text":
                assert last is not None
                lacking = shows(block.text, last[1])
                assert lacking is None, f"{block.where}: {lacking}\nin:\n{last[1]}"
                last, told = None, told + 1
            case "python":
                names: dict[str, Any] = {}
                exec(compile(block.text, block.where, "exec"), names)
                assert names["read"].good
            case _:
                raise AssertionError(f"{block.where}: a block of another kind, {block.info!r}")
    assert told == 3
    assert openpyxl.load_workbook(tmp_path / "填写表.xlsx").sheetnames[0] == "个案"
    assert openpyxl.load_workbook(tmp_path / "结果.xlsx").sheetnames == [zh for zh, _ in SHEETS.values()]
    assert "错误说明" in (tmp_path / "标错.csv").read_text("utf-8-sig")


def test_the_sheets_and_the_bounds_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = [line.split(" | ")[0].strip("| ") for _, line in outside(PAGE) if line.startswith("| ")]
    assert [zh for zh, _ in SHEETS.values()] == [name for name in rows if name in {zh for zh, _ in SHEETS.values()}]
    assert f"{MOST_ROWS:,} 行、{LARGEST // 2**20} MB" in text
    assert f"{MOST_PROBLEMS:,} 处" in text


def test_every_option_and_code_of_the_page_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    helps = "".join(run(f"xianjie batch {name} --help", DOCS, environment()).stdout for name in ("template", "check"))
    assert {option for option in re.findall(r"--[a-z][a-z-]+", text) if option not in helps} == set()
    codes = set(re.findall(r"（`([a-z]+(?:-[a-z]+)+)`）", text))
    assert len(codes) >= 5
    assert codes <= set(re.findall(r"^\| `([^`]+)` \|", (DOCS / "errors.md").read_text("utf-8"), re.M))
