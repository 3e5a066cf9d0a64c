"""Read one cell of a table as staff write it, and give the value as a JSON case would hold it.

What is read here is only the way of writing; whether the value is allowed is for `read_case` to say.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn, assert_never

from xianjie.errors import InputError, Problem
from xianjie.vocabulary import FactSpec, FactType
from xianjie.vocabulary.terms import EVENTS

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""A cell as a reader of sheets gives it; an empty one is the empty text."""

_UNKNOWN = frozenset({"不清楚", "未知", "unknown"})
_YES = frozenset({"是", "true"})
_NO = frozenset({"否", "false"})
_NEVER = frozenset({"从未", "never"})
_NONE = "无"
_TIMES = {"万": 4, "亿": 8}
"""How many places these words move the point."""
LONGEST_STEP = 100

_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_WHOLE = re.compile(r"(-?[0-9]{1,18})(?:\.0{1,18})?")
_SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")
_DAY = (
    r"([0-9]{4})(?:"
    + "|".join(
        rf"{before}([0-9]{{1,2}}){between}([0-9]{{1,2}}){after}"
        for before, between, after in (("-", "-", ""), ("/", "/", ""), (r"\.", r"\.", ""), ("年", "月", "日"))
    )
    + ")"
)
_DATE = re.compile(rf"{_DAY}(?:[ T]00?:00(?::00)?)?")
_STEP = re.compile(rf"(.*?)\s*:?\s*({_DAY})?", re.DOTALL)


def fold(text: str) -> str:
    """Fold full-width and other compatible forms into one, for reading only; never to be shown."""
    return unicodedata.normalize("NFKC", text).strip()


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing but white space."""
    return isinstance(cell, str) and not cell.strip()


def _refuse(code: str, zh: str, en: str) -> NoReturn:
    raise InputError(Problem(code, zh, en))


def read_label(cell: Cell) -> str:
    """Read a label as it is written; a whole number in a sheet is written with all its digits.

    Raises InputError without a place for dates, truth values, fractions and shortened numbers.
    """
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        _refuse("type-text", "须是文字", "must be text")
    if isinstance(cell, float):
        if not cell.is_integer():
            _refuse("type-text", "须是文字", "must be text")
        cell = int(cell)
    text = str(cell).strip()
    if _SHORTENED.fullmatch(fold(text)):
        _refuse(
            "label-shortened",
            "编号已被表格软件改写为科学计数法，请把该列设为文本后重填",
            "shortened by the spreadsheet to a power of ten: make the column text, enter it again",
        )
    return text


def read_fact(cell: Cell, spec: FactSpec) -> object:
    """Read a fact's cell; None where it says unknown. Raises InputError without a place."""
    if isinstance(cell, str) and fold(cell).casefold() in _UNKNOWN:
        return None
    match spec.type:
        case FactType.BOOL:
            return _truth(cell)
        case FactType.INT:
            return _whole(cell)
        case FactType.MONEY:
            return _amount(cell, money=True)
        case FactType.NUMBER:
            return _amount(cell, money=False)
        case FactType.EVENT:
            return read_day(cell, never=True)
        case FactType.ENUM:
            return _word(cell, spec.words)
        case FactType.SET:
            return _set(cell)
    assert_never(spec.type)


def read_day(cell: Cell, never: bool = False) -> str:
    """Read a date: `2025-05-01`, `2025/5/1`, `2025.5.1`, `2025年5月1日` or a date cell.

    With `never`, the words `never` and 从未 are read too. Gives ISO 8601, not checked against the
    calendar. Raises InputError without a place.
    """
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    text = fold(cell) if isinstance(cell, str) else ""
    if never and text.casefold() in _NEVER:
        return "never"
    found = _DATE.fullmatch(text)
    if not found:
        word = ("，或“从未”", ", or `never`") if never else ("", "")
        _refuse("type-date", f"须是日期（如 2025-05-01）{word[0]}", f"must be a date (as 2025-05-01){word[1]}")
    return _iso(found.groups())


def read_events(cell: Cell) -> list[dict[str, str]]:
    """Read steps such as `consented 2025-03-01; 已出具转介函 2025-03-05`, with or without their days.

    Raises InputError without a place and without repeating the cell.
    """
    text = fold(cell) if isinstance(cell, str) else ""
    if text == _NONE:
        return []
    out = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        # the bound keeps the pattern's backtracking short
        found = _STEP.fullmatch(part.strip()) if len(part) <= LONGEST_STEP else None
        word = _folded(EVENTS).get(_key(found[1])) if found else None
        if found is None or word is None:
            _refuse(
                "events-form",
                "每一步写作“步骤 日期”，以分号隔开；步骤须是以下之一：" + "、".join(zh for zh, _ in EVENTS.values()),
                "write each step as `step date`, with semicolons between; steps are " + ", ".join(EVENTS),
            )
        out.append({"event": word} if found[2] is None else {"event": word, "on": _iso(found.groups()[2:])})
    if not out:
        _refuse("events-form", "须是步骤的文字", "must be a text of steps")
    return out


def _iso(groups: tuple[str | None, ...]) -> str:
    year, month, day = (part for part in groups if part is not None)
    return f"{year}-{month:0>2}-{day:0>2}"


def _key(text: str) -> str:
    return "".join(fold(text).casefold().split())


@lru_cache(maxsize=256)
def _folded_items(items: tuple[tuple[str, tuple[str, str]], ...]) -> Mapping[str, str]:
    return {_key(way): word for word, pair in items for way in (word, *pair)}


def _folded(words: Mapping[str, tuple[str, str]]) -> Mapping[str, str]:
    return _folded_items(tuple(words.items()))


def _truth(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    text = fold(cell).casefold() if isinstance(cell, str) else ""
    if text in _YES:
        return True
    if text in _NO:
        return False
    _refuse("cell-truth", "只接受 是、否、不清楚", "only 是, 否, 不清楚, true or false is accepted")


def _whole(cell: Cell) -> object:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    found = _WHOLE.fullmatch(fold(cell)) if isinstance(cell, str) else None
    if not found:
        _refuse("type-int", "须是整数", "must be a whole number")
    return int(found[1])


def _amount(cell: Cell, money: bool) -> object:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    text = fold(cell) if isinstance(cell, str) else ""
    shift = 0
    if money:
        text = text.removesuffix("元").rstrip()
        shift = _TIMES.get(text[-1:], 0)
        text = text[:-1].rstrip() if shift else text
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        if money:
            _refuse(
                "cell-money",
                "须是金额（如 80000、80,000 元、8万、8.5万元；不写“8万5千”，写 85000）",
                "must be an amount (as 80000, 80,000元, 8万, 8.5万元)",
            )
        _refuse("type-number", "须是数字", "must be a number")
    whole, _, part = text.partition(".")
    if shift:
        # shift the point by hand: a decimal product would round beyond 28 digits
        part = part.ljust(shift, "0")
        whole, part = whole + part[:shift], part[shift:]
    return Decimal(f"{whole}.{part}" if part else whole)


def _word(cell: Cell, words: Mapping[str, tuple[str, str]]) -> str:
    word = _folded(words).get(_key(cell)) if isinstance(cell, str) else None
    if word is None:
        terms = "、".join(zh for zh, _ in words.values())
        _refuse("word-unknown", f"须是以下之一：{terms}", f"must be one of {', '.join(words)}")
    return word


def _set(cell: Cell) -> list[str]:
    if not isinstance(cell, str):
        _refuse("type-text", "须是文字", "must be text")
    found = [part.strip() for part in re.split(r"[、;,\n]", fold(cell)) if part.strip()]
    if found == [_NONE]:
        return []
    if _NONE in found or not found:
        _refuse("set-none", "“无”不能与其他项并列", "无 (none) cannot stand beside other entries")
    return found
