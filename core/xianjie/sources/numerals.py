"""Read the numbers of Chinese official prose, so that sentences which differ only in writing them compare as equal.

`folded` is a stronger normal form than that of the anchors. It never makes a number of a character that is part of a
word (统一, 一次性, 十四五), nor one number of two (一二级), nor of an ordinal a count (二次 is not 两次).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Kind = Literal["period", "duration", "date", "percent", "money", "ordinal", "count"]

_DIGITS = "零〇○一二三四五六七八九"
_RUN = f"[{_DIGITS}两十百千万亿]+(?:点[{_DIGITS}]+)?"
_ARABIC = r"\d+(?:,\d{3})+(?:\.\d+)?[百千万亿]*|\d+(?:\.\d+)?[百千万亿]*"
_N = rf"(?:{_ARABIC}|{_RUN})"
_YEAR = rf"(?:\d{{4}}|[{_DIGITS}]{{4}})"
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_TO = r"[-—–−~至到]{1,2}"
_SCALES = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_MONTHS = {"年": 12, "季度": 3, "季": 3, "月": 1}
_DAYS = {"周": 7, "星期": 7, "日": 1, "天": 1}

_RANKED = "级类等期线组档型季号"
"""Before these, 二 and 2 may number one of several; 两 counts them."""
_MEASURES = (
    f"{_RANKED}个次名位人户家口岁项条款种层批件倍成所处套份张遍轮届部篇支队座辆场台省市县区镇乡村街年月周日天元点"
)
_WORDS_IN_ONE = "统唯惟单之同任逐专归合不"
"""After these, 一 is part of a word."""
_AFTER_YEAR, _AFTER_DAY, _AFTER_WEEK = "级龄轮代检", "常间", "岁年边期转密"
_NOT_ONCE = "(?!性|分配)"
_MISREAD = (("教助", "救助"), ("街接", "衔接"), ("滿", "满"))
"""What scanners make of words of this field; the left-hand sides are no words."""
_ANNEX = re.compile("附[件表图]$")
_KEPT = frozenset("≥≤<>")
_BEGINS = frozenset(f"{_DIGITS}两十百千万亿0123456789每半第")
_CHARACTERS = re.compile(f"[{_DIGITS}两十百千万亿]+")
_RANGE = re.compile(f"{_TO}{_N}")
_SPACE = re.compile(r"[\s\u200b\u200c\u200d\ufeff\u00ad]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text: what it is, its value in one canonical spelling, and the stretch that writes it.

    `value` is ISO 8601 for dates, periods (每半年 is P6M) and durations, yuan for money, else a plain decimal.
    """

    kind: Kind
    value: str
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """Give what two writings of the same number share; a duration is not a period, nor an ordinal a count."""
        if self.kind == "date" and self.value.isdecimal():
            return f"{self.value}年"
        return {"period": "每", "ordinal": "第", "money": "元"}.get(self.kind, "") + self.value


def numbers(text: str) -> list[Number]:
    """List the numbers of a text in their order; positions are those of the text as it is given."""
    flat, places = _flattened(text)
    out = []
    for piece in _pieces(flat):
        if isinstance(piece, Number):
            start, end = places[piece.start], places[piece.end - 1] + 1
            out.append(Number(piece.kind, piece.value, text[start:end], start, end))
    return out


def folded(sentence: str) -> str:
    """Give the normal form for comparing: as the anchors', and every number in one spelling, set off from the rest.

    >>> folded("目录按每半年更新一次。") == folded("目录按每６个月更新1次")
    True
    >>> folded("二次分配") == folded("两次分配")
    False
    """
    flat, _ = _flattened(sentence)
    pieces = list(_pieces(flat))
    out = []
    for place, piece in enumerate(pieces):
        if isinstance(piece, Number):
            out.append(f"‹{piece.key}›")
            continue
        between = 0 < place < len(pieces) - 1
        if between and re.fullmatch(_TO, piece):
            out.append("~")
            continue
        out.append("".join(char for char in piece if char in _KEPT or (char.isalnum() and char != "_")).lower())
    return "".join(out)


def _flattened(text: str) -> tuple[str, list[int]]:
    """Fold full-width forms and drop white space but between digits; give each character's place in the text."""
    chars: list[str] = []
    places: list[int] = []
    gap = False
    for place, raw in enumerate(text):
        if _SPACE.match(raw):
            gap = True
            continue
        for char in raw if raw.isascii() else unicodedata.normalize("NFKC", raw):
            if char.isspace():
                continue
            if gap and chars and chars[-1].isdigit() and char.isdigit():
                chars.append(" ")
                places.append(place)
            gap = False
            chars.append(char)
            places.append(place)
    flat = "".join(chars)
    for wrong, right in _MISREAD:
        flat = flat.replace(wrong, right)
    return flat, places


def _pieces(flat: str) -> Iterator[Number | str]:
    """Cut a text into numbers and what lies between."""
    begun = at = 0
    while at < len(flat):
        if flat[at] not in _BEGINS:
            at += 1
            continue
        found = _number_at(flat, at)
        if found is None:
            run = _CHARACTERS.match(flat, at)
            at = run.end() if run else at + 1
            continue
        if found.start > begun:
            yield flat[begun : found.start]
        yield found
        begun = at = found.end
    if begun < len(flat):
        yield flat[begun:]


def _number_at(flat: str, at: int) -> Number | None:
    for pattern, make in _FORMS:
        match = pattern.match(flat, at)
        made = make(match) if match else None
        if match and made:
            return Number(made[0], made[1], match[0], at, match.end())
    return None


Made = tuple[Kind, str] | None


def _full_date(match: re.Match[str]) -> Made:
    parts = [_value(part.lstrip("0")) for part in match.groups() if part]
    if any(part is None for part in parts):
        return None
    year, *rest = [int(part) for part in parts if part is not None]
    if not 1900 <= year < 2200 or any(not 1 <= one <= most for one, most in zip(rest, (12, 31), strict=False)):
        return None
    return "date", "-".join([f"{year}", *(f"{one:02}" for one in rest)])


def _month_and_day(match: re.Match[str]) -> Made:
    month, day = _value(match[1]), _value(match[2] or "一")
    if month is None or day is None or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    return "date", f"--{int(month):02}" + (f"-{int(day):02}" if match[2] else "")


def _period(match: re.Match[str]) -> Made:
    if match["n"] and match["unit"].startswith("半"):
        return None
    span = _span(match["n"] or "一", match["unit"])
    return ("period", span) if span else None


def _times(match: re.Match[str]) -> Made:
    number, unit = match["n"], match["unit"]
    if bool(number) == unit.startswith("半"):
        return None
    if unit in ("月", "季") and not match["ge"] and number not in ("一", "1"):  # 五月一次 may be once in May
        return None
    span = _span(number or "一", unit)
    return ("period", span) if span else None


def _duration(match: re.Match[str]) -> Made:
    number, unit = match["n"], match["unit"]
    if bool(match["ge"]) != (unit in ("月", "季度", "星期")) and unit not in ("星期", "工作日"):
        return None
    if number == "二" and unit == "日":  # the second of a month
        return None
    span = _span(number, unit, half=bool(match["half"]))
    return ("duration", span) if span else None


def _half(match: re.Match[str]) -> Made:
    return "duration", "P6M" if match[0].endswith("年") else "P0.5M"


def _percent(match: re.Match[str]) -> Made:
    whole, part = match["whole"], match["part"]
    value = Decimal(100) if part == "百" else _value(part)
    if value is None:
        return None
    if whole in ("百", "%", "千", "‰"):
        return "percent", _plain(value / 10 if whole in ("千", "‰") else value) + "%"
    parts = _value(whole)
    return None if parts is None else ("count", f"{_plain(value)}/{_plain(parts)}")


def _fraction(match: re.Match[str]) -> Made:
    return "count", f"{int(match[1])}/{int(match[2])}"


def _money(match: re.Match[str]) -> Made:
    value = _value(match[1])
    return None if value is None else ("money", _plain(value))


def _ordinal(match: re.Match[str]) -> Made:
    value = _value(match[1])
    return None if value is None else ("ordinal", _plain(value))


def _digits(match: re.Match[str]) -> Made:
    value = _value(match[0])
    return "count", match[0] if value is None else _plain(value)


def _counted(match: re.Match[str]) -> Made:
    """Take a number in characters where it surely is one: of several characters, or before a measure word."""
    run, flat = match[0], match.string
    before, after = flat[match.start() - 1 : match.start()], flat[match.end() : match.end() + 1]
    value = _value(run)
    if value is None or (run == "一" and before and before in _WORDS_IN_ONE):
        return None
    if run[0] in "十百千万" and before and before in "数几":
        return None
    if len(run) > 1 or _RANGE.match(flat, match.end()) or _ANNEX.search(flat, 0, match.start()):
        return "count", _plain(value)
    if run == "十" and after and after in "多余几来":
        return "count", "10"
    if not after or after not in _MEASURES or (run == "两" and after in _RANKED) or (run == "二" and after == "次"):
        return None
    if flat.startswith(("次性", "次分配"), match.end()):
        return None
    return "count", _plain(value)


def _span(number: str, unit: str, half: bool = False) -> str | None:
    if unit.startswith("半"):
        return "P6M" if unit.endswith("年") else "P0.5M"
    value = _value(number)
    if value is None or value > 999:
        return None
    if unit in _MONTHS:
        months = value * _MONTHS[unit] + (Decimal(_MONTHS[unit]) / 2 if half else 0)
        return f"P{_plain(months / 12)}Y" if months % 12 == 0 and months else f"P{_plain(months)}M"
    return f"P{_plain(value * _DAYS[unit])}D" if unit in _DAYS else f"P{_plain(value)}WD"


@lru_cache(maxsize=4096)
def _value(text: str) -> Decimal | None:
    """Read one number; None where it is none, or where its spelling matters (a leading nought, a long code)."""
    digits = re.fullmatch(r"([\d,]+)(\.\d+)?([百千万亿]*)", text)
    if digits:
        whole = digits[1].replace(",", "")
        if len(whole) > 15 or (len(whole) > 1 and whole.startswith("0")):
            return None
        value = Decimal(whole + (digits[2] or ""))
        for scale in digits[3]:
            value *= _SCALES[scale]
        return value
    if re.fullmatch(f"[{_DIGITS}]{{4}}", text):
        year = int("".join(str("〇一二三四五六七八九".index(_one(char))) for char in text))
        return Decimal(year) if 1900 <= year < 2200 else None
    return _in_characters(text)


def _in_characters(text: str) -> Decimal | None:
    from cn2an import cn2an

    whole, point, rest = text.partition("点")
    try:
        value = Decimal(cn2an(whole.replace("两", "二").replace("〇", "零").replace("○", "零"), "strict"))
    except ValueError:
        return None
    if not point:
        return value
    return value + Decimal("0." + "".join(str("〇一二三四五六七八九".index(_one(char))) for char in rest))


def _one(char: str) -> str:
    return "〇" if char in "零○" else char


def _plain(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")


_YEARS, _WEEKS, _ONE_DAY = f"年(?![{_AFTER_YEAR}])", f"周(?![{_AFTER_WEEK}])", f"日(?![{_AFTER_DAY}])|天(?!然)"
_UNIT = rf"(?P<unit>半年(?!度)|半个?月|{_YEARS}|季度|季|月|{_WEEKS}|星期|工作日|{_ONE_DAY})"
_LONG = rf"(?P<unit>{_YEARS}|季度|月|{_WEEKS}|星期|工作日|{_ONE_DAY})"
_ONCE = rf"[一1]次{_NOT_ONCE}"

_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Made]], ...] = tuple(
    (re.compile(form), make)
    for form, make in (
        (rf"({_YEAR})年({_SMALL})月({_SMALL})[日号]", _full_date),
        (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", _full_date),
        (rf"({_YEAR})年({_SMALL})月", _full_date),
        (rf"({_YEAR})(?:{_YEARS}|(?={_TO}{_YEAR}年))", _full_date),
        (rf"每(?P<n>{_N})?个?{_UNIT}(?!半)(?:{_ONCE})?", _period),
        (rf"(?<![上下前后])(?P<n>{_N})?(?P<ge>个)?{_UNIT}(?:{_ONCE}|(?={_N}次{_NOT_ONCE}))", _times),
        (rf"({_SMALL})月(?:({_SMALL})[日号])?", _month_and_day),
        (rf"(?P<n>{_N})(?P<ge>个)?{_LONG}(?P<half>半(?![年月天日]))?", _duration),
        (r"(?<![上下前后大小年])半年(?!度)|(?<![上下前后大小个])半个?月", _half),
        (rf"(?P<whole>{_N})分之(?P<part>{_N})", _percent),
        (rf"(?P<part>{_N})(?P<whole>[%‰])", _percent),
        (r"(\d{1,3})/(\d{1,3})(?![\d/])", _fraction),
        (rf"({_N})元(?![旦素宵件首老宇气勋化论结])", _money),
        (rf"第({_N})", _ordinal),
        (_ARABIC, _digits),
        (_RUN, _counted),
    )
)
"""How numbers are written, the longer forms first."""
