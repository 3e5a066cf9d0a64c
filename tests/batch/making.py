"""Tables as offices fill them in, with faults put at known places. Invented people only."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter

from xianjie.batch.intake import Flaw, Intake, intake
from xianjie.errors import InputError, Problem
from xianjie.vocabulary import BASE

HEADERS = (
    "个案编号", "家庭编号", "判定日期", "最低生活保障对象", "特困人员", "孤儿", "事实无人抚养儿童", "低保边缘家庭成员",
    "刚性支出困难家庭成员", "因病致贫重病患者", "防止返贫监测对象", "其他困难人员", "纳入低收入人口数据库监测",
    "家庭人口", "家庭年总收入", "财产符合条件", "符合政府救助条件", "已获政府救助", "政府救助后仍有困难",
    "退出救助范围日期", "退出的救助", "充分知情", "同意", "同意日",
)  # fmt: skip
ROWS, FAULTS = 5000, 200


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault put into a cell: its code, and the column it is in."""

    row: int
    column: int
    code: str


def letters(column: int) -> str:
    return get_column_letter(column + 1)


def at(header: str) -> int:
    return HEADERS.index(header)


def good_row(number: int, rnd: random.Random) -> list[Any]:
    """Fill a row in as an office would: much known, some not."""
    row: list[Any] = [f"{number:06}", f"H-{number // 3:05}", None]
    for header in HEADERS[3:]:
        if header == "家庭人口":
            row.append(rnd.choice([1, 2, 3, 5, None]))
        elif header == "家庭年总收入":
            row.append(rnd.choice([12000, 80000.5, 99999.99, None, "8万元", "不清楚"]))
        elif header == "退出救助范围日期":
            row.append(rnd.choice(["从未", dt.date(2024, 11, 3), "2024年5月1日", None]))
        elif header == "退出的救助":
            row.append(rnd.choice(["最低生活保障", "其他", None]))
        elif header in ("同意", "同意日"):
            row.append(None)
        else:
            row.append(rnd.choice(["是", "否", "不清楚", None]))
    return row


KINDS: Sequence[tuple[str, str, object]] = (
    ("cell-truth", "特困人员", "有"),
    ("type-int", "家庭人口", "三口"),
    ("number-too-small", "家庭人口", 0),
    ("cell-money", "家庭年总收入", "八万"),
    ("money-negative", "家庭年总收入", -1),
    ("money-fen", "家庭年总收入", 80000.125),
    ("type-date", "退出救助范围日期", "去年"),
    ("date-impossible", "退出救助范围日期", "2025-02-30"),
    ("word-unknown", "退出的救助", "低保金"),
    ("code-not-text", "个案编号", 420100199001),
    ("code-not-text", "家庭编号", dt.date(2025, 1, 2)),
    ("citizen-number", "家庭编号", "420100199001011234"),
    ("cell-error", "孤儿", "#N/A"),
    ("cell-formula", "家庭人口", "=1+1"),
    ("cell-formula-unsafe", "家庭年总收入", "=TODAY()"),
    ("facts-contradict", "同意日", "2025-03-01"),
    ("case-label-missing", "个案编号", None),
)
"""More than twelve kinds of bad cells: code, column, what stands there."""


def large(rows: int = ROWS, faults: int = FAULTS) -> tuple[bytes, list[Planted]]:
    """Make a workbook with faults at known cells, each in a row of its own but for those that share one on purpose."""
    rnd = random.Random(20250501)
    table = [good_row(number, rnd) for number in range(1, rows + 1)]
    planted: list[Planted] = []
    places = sorted(rnd.sample(range(rows), faults))
    for index, row in enumerate(places):
        code, header, value = KINDS[index % len(KINDS)]
        table[row][at(header)] = value
        planted.append(Planted(row + 1, at(header), code))
        if code == "facts-contradict":
            table[row][at("同意")] = "否"
    return written([list(HEADERS), *table]), planted


def written(rows: Sequence[Sequence[Any]], sheet: str = "个案") -> bytes:
    """Write rows as a workbook: a text that begins with = is a formula without result, =TODAY() has one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False}) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is None:
                    continue
                if isinstance(cell, dt.date):
                    page.write_datetime(number, column, dt.datetime(cell.year, cell.month, cell.day), day)
                elif cell == "#N/A":
                    page.write_formula(number, column, "=NA()", None, "#N/A")
                elif isinstance(cell, str) and cell.startswith("="):
                    page.write_formula(number, column, cell, None, 45778 if "TODAY" in cell else "")
                elif isinstance(cell, bool):
                    page.write_boolean(number, column, cell)
                elif isinstance(cell, int | float):
                    page.write_number(number, column, cell)
                else:
                    page.write_string(number, column, str(cell))
    return out.getvalue()


def book_of(rows: Sequence[Sequence[Any]], edit: Callable[[Any, Any], None] | None = None) -> bytes:
    """Write rows with openpyxl, and change the workbook before it is saved."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "个案"
    for row in rows:
        page.append(list(row))
    if edit is not None:
        edit(book, page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes], more: Mapping[str, bytes] | None = None) -> bytes:
    """Change the parts of an archive, and add some."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**parts, **(more or {})}.items():
            archive.writestr(name, change(name, part))
    return out.getvalue()


def read(data: bytes, file: str = "名单.xlsx") -> Intake:
    return intake(data, file, BASE)


def flaws(found: Intake) -> list[Flaw]:
    return [flaw for row in found.bad for flaw in row.flaws]


def codes(found: Intake) -> list[str]:
    return [flaw.problem.code for flaw in flaws(found)]


def refusal(data: bytes, file: str = "名单.xlsx") -> Problem:
    """Give the one problem for which a file as a whole is refused."""
    try:
        intake(data, file, BASE)
    except InputError as error:
        (problem,) = error.problems
        return problem
    raise AssertionError("it was taken")
