"""Read what was typed into one field of a form: a number, a period, a day, a force, a condition."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

from xianjie.errors import Problem
from xianjie.language.names import Scope
from xianjie.language.parse import parse_condition
from xianjie.language.text import ExpressionError, lines_of
from xianjie.policy.model import MOST, Force
from xianjie.revision.editable import Slot, plain

_NUMBER = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,9})?")
_PERIOD = re.compile(r"P([1-9][0-9]{0,2}Y|[1-9][0-9]{0,3}M|[1-9][0-9]{0,4}D)")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: the id of the slot or of the part of the head, None where it is of the whole."""

    at: str | None
    problem: Problem


@dataclass(slots=True)
class Reading:
    """Read what was typed into values, and keep what is wrong; `scope` has the names that conditions may use."""

    scope: Scope
    faults: list[Fault]

    def value(self, slot: Slot, text: str) -> Any:
        """Read what was typed; None where it takes the value away, or is wrong."""
        if not text:
            if not slot.optional:
                self.blame(slot, "edit-empty", "不能空着", "it cannot be left empty")
            return None
        match slot.kind:
            case "amount":
                return self.amount(slot, text)
            case "count" | "year":
                least, most = (1, 1000) if slot.kind == "count" else (1949, 2200)
                if not re.fullmatch(r"[0-9]{1,4}", text) or not least <= int(text) <= most:
                    zh, en = f"须是 {least} 至 {most} 的整数", f"a whole number from {least} to {most}"
                    self.blame(slot, "edit-count", zh, en)
                    return None
                return int(text)
            case "day":
                day = day_typed(text)
                if day is None:
                    zh, en = "没有这一天，日期须如 2025-05-01", "no such day; write it as 2025-05-01"
                    self.blame(slot, "date-impossible", zh, en)
                return day
            case "period":
                if not _PERIOD.fullmatch(text):
                    zh, en = "须是整数的年、月或日，不超过四位", "a whole number of years, months or days"
                    self.blame(slot, "edit-period", zh, en)
                return text
            case "force":
                if text not in get_args(Force):
                    self.blame(slot, "edit-force", "没有这种力度", "there is no such force")
                return text
            case "condition":
                return self.condition(slot, text)

    def amount(self, slot: Slot, text: str) -> Decimal | None:
        if not _NUMBER.fullmatch(text):
            zh = "须是数字：半角，不带逗号和单位，小数最多九位"
            self.blame(slot, "set-value", zh, "a number without commas and units, nine decimals at most")
            return None
        value = Decimal(text)
        if value.copy_abs() > MOST or (value < 0 and not slot.signed):
            self.blame(slot, "edit-range", f"须在 0 与 {MOST} 之间", f"from 0 to {MOST}")
        elif not slot.decimal and value % 1:
            self.blame(slot, "edit-whole", "须是整数", "a whole number")
        return value

    def condition(self, slot: Slot, text: str) -> str:
        try:
            parse_condition(text, self.scope)
        except ExpressionError as error:
            line, column = where(text, error.offset)
            zh, en = f"第 {line} 行第 {column} 个字：{error.zh}", f"line {line}, column {column}: {error.en}"
            self.faults.append(Fault(slot.id, Problem(error.code, zh, en)))
        return text

    def blame(self, slot: Slot, code: str, zh: str, en: str) -> None:
        self.faults.append(Fault(slot.id, Problem(code, zh, en)))


def where(text: str, offset: int) -> tuple[int, int]:
    """Tell the line and column (from 1) of a character of a condition."""
    line, start = 1, 0
    for number, part in enumerate(lines_of(text), 1):
        if start + len(part) > offset or part == "":
            return number, offset - start + 1
        line, start = number, start + len(part)
    return line, offset - start + len(lines_of(text)[-1]) + 1


def day_typed(text: str) -> dt.date | None:
    """Read an ISO date; None where there is no such day."""
    try:
        return dt.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    except ValueError:
        return None


def typed(slot: Slot, values: Mapping[str, str]) -> str:
    """Give what was typed into a slot; as the base has it where that says the same."""
    given = values.get(slot.id)
    if given is None:
        return slot.text
    text = given.replace("\r\n", "\n").strip()
    if slot.kind == "condition" and plain(text) == slot.text:
        return slot.text
    if slot.kind == "amount" and _NUMBER.fullmatch(text) and slot.text and Decimal(text) == Decimal(slot.text):
        return slot.text
    return text
