"""Tables of cases, written as staff and their spreadsheets write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import openpyxl
import pytest

Row = Sequence[object]


class AsCsv(Protocol):
    """Write rows as CSV."""

    def __call__(self, path: Path, rows: Sequence[Row], delimiter: str = ",", encoding: str = "utf-8") -> Path: ...


class AsXlsx(Protocol):
    """Write rows as XLSX."""

    def __call__(self, path: Path, rows: Sequence[Row], sheet: str = "个案") -> Path: ...


@pytest.fixture
def as_csv() -> AsCsv:
    def write(path: Path, rows: Sequence[Row], delimiter: str = ",", encoding: str = "utf-8") -> Path:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows(rows)
        path.write_bytes(out.getvalue().encode(encoding))
        return path

    return write


@pytest.fixture
def as_xlsx() -> AsXlsx:
    def write(path: Path, rows: Sequence[Row], sheet: str = "个案") -> Path:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.title = sheet
        for row in rows:
            page.append(list(row))
        book.save(path)
        return path

    return write


@pytest.fixture(params=["csv", "xlsx"])
def table(
    request: pytest.FixtureRequest, tmp_path: Path, as_csv: AsCsv, as_xlsx: AsXlsx
) -> Callable[[Sequence[Row]], Path]:
    def write(rows: Sequence[Row]) -> Path:
        if request.param == "csv":
            return as_csv(tmp_path / "t.csv", rows)
        return as_xlsx(tmp_path / "t.xlsx", rows)

    return write
