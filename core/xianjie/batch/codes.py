"""Read the columns that hold codes: a number or a date in them is what a spreadsheet made of a code, and is refused."""

from __future__ import annotations

import datetime as dt

from xianjie.cases.cells import Cell, read_label
from xianjie.cases.tables import KEYS, Column
from xianjie.errors import InputError, Problem

CODES = ("case", "household_ref")
"""The columns whose cells are names, not quantities."""


def code_column(header: str) -> Column | None:
    """Give the column of a code by its header, folded; None where the header is another's."""
    text = "".join(header.casefold().split())
    for name in CODES:
        if text in (name, KEYS[name]):
            return Column(name, (name,), read_code)
    return None


def read_code(cell: Cell) -> str:
    """Read a code that is written as text. Raises InputError without a place where the cell is anything else."""
    if isinstance(cell, str):
        return read_label(cell)
    if isinstance(cell, bool | dt.time | dt.timedelta):
        zh, en = "编号须是文本", "a code must be text"
    elif isinstance(cell, dt.date | dt.datetime):
        zh = "编号被表格软件改成了日期，原样已经丢失：请先把整列设为“文本”，再从原始资料重填，不要只改格式"
        en = "the code was turned into a date: make the column text, then enter it again from its source"
    else:
        zh = (
            "编号是数值格式：前面的 0 会丢失，超过 15 位的数字会变成 0。请先把整列设为“文本”，再从原始资料重填，"
            "不要只改格式；公民身份号码一律不填"
        )
        en = (
            "the code is a number: leading zeros are lost, and digits beyond the fifteenth become 0; make the column "
            "text, then enter it again from its source (never a citizen's number)"
        )
    raise InputError(Problem("code-not-text", zh, en))
