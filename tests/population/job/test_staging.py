"""Tables read into parts: every encoding, whatever quotes and line breaks, XLSX, and what is no table."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from xianjie.errors import InputError
from xianjie.population.job.parts import numbered
from xianjie.population.job.sources import find_sources
from xianjie.population.job.staging import columns_of, staged_parts

TEXT = '编号,"收入, 元",aid.received\r\n0001,"8万\n元",是\r\n,,\r\n张㐂,80000.5,否\r\n'


def staged(path: Path, out: Path, most: int = 2) -> pl.DataFrame:
    (source,) = find_sources(str(path))
    parts = numbered(staged_parts(source, out, most, lambda _: None))
    assert list(parts[0].scan().collect_schema()) == columns_of(source)
    return pl.concat([part.scan().collect() for part in parts])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding(encoding: str, delimiter: str, tmp_path: Path) -> None:
    text = TEXT.replace(",", delimiter) if delimiter != "," else TEXT
    (tmp_path / "a b.csv").write_bytes(text.encode(encoding))
    frame = staged(tmp_path / "a b.csv", tmp_path / "out")
    assert frame.columns == ["编号", f"收入{delimiter} 元", "aid.received"]
    assert frame.rows() == [("0001", "8万\n元", "是"), (None, None, None), ("张㐂", "80000.5", "否")]
    assert not list((tmp_path / "out").rglob("*.tmp"))


def test_a_table_is_read_once_and_again_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    told: list[str] = []
    for text in ("a,b\n1,2\n", "a,b\n1,2\n", "a,b\n1,3\n"):
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
        (source,) = find_sources(str(path))
        parts = list(staged_parts(source, tmp_path / "out", 10, told.append))
    assert told == ["a.csv", "a.csv"]
    assert parts[0].scan().collect().rows() == [("1", "3")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a,b\n1,2,3\n", "csv-rows"),
        (b"a,a\n1,2\n", "header-doubled"),
        (b"\n1,2\n", "header-empty"),
        ("a,b\n1,2\n".encode("utf-16"), "file-encoding"),
        (b"a,b\n\xff\xff,2\n", "file-encoding"),
    ],
)
def test_what_is_no_table_is_told(data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    (source,) = find_sources(str(path))
    with pytest.raises(InputError) as caught:
        list(staged_parts(source, tmp_path / "out", 10, lambda _: None))
    assert [problem.code for problem in caught.value.problems] == [code]


def book(path: Path, rows: list[list[Any]]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.save(path)


def test_xlsx_cells_are_the_texts_that_they_would_be_in_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    day = dt.datetime(2025, 5, 1)
    book(
        path, [["编号", "收入", "日", "是否", None], ["0001", 80000.5, day, True], [None], [3, 5.0, None, "否"], [None]]
    )
    assert staged(path, tmp_path / "out").rows() == [
        ("0001", "80000.5", "2025-05-01", "true"),
        (None, None, None, None),
        ("3", "5", None, "否"),
    ]


def test_a_workbook_with_merged_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, [["a", "b"], [1, 2], [3, 4]])
    workbook = openpyxl.load_workbook(path)
    workbook.active.merge_cells("A2:A3")  # type: ignore[union-attr]
    workbook.save(path)
    with pytest.raises(InputError, match="cell-merged"):
        staged(path, tmp_path / "out")
