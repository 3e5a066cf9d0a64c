"""Write a number in the other ways in which official prose writes it, to look for an anchor under each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, product

from xianjie.sources.numerals import Number, folded, numbers

MOST = 256
"""How many writings of one sentence are tried at most."""

_NEAR = 3
_SPAN = re.compile(r"P(\d+(?:\.\d+)?)(Y|M|D|WD)")
_COUNTED = "〇一二三四五六七八九"


def rewritten(text: str) -> Iterator[str]:
    """Give a sentence with its numbers written otherwise; the sentence as it stands is not among them."""
    found = numbers(text)
    if not found:
        return
    pieces: list[tuple[str, ...]] = []
    at = 0
    for number in found:
        pieces += [(text[at : number.start],), (number.text, *_fitting(number, text))]
        at = number.end
    pieces.append((text[at:],))
    for parts in islice(product(*pieces), 1, MOST):
        yield "".join(parts)


def _fitting(number: Number, text: str) -> Iterator[str]:
    """Give the other writings that mean the same where the number stands: 二次 is not 两次."""
    before, after = text[max(0, number.start - _NEAR) : number.start], text[number.end : number.end + _NEAR]
    wanted = folded(before + number.text + after)
    for writing in dict.fromkeys(_writings(number)):
        if writing != number.text and folded(before + writing + after) == wanted:
            yield writing


def _writings(number: Number) -> Iterator[str]:
    match number.kind:
        case "period":
            for span in _spans(number.value, every=True):
                yield f"每{span}"
                yield f"每{span}一次"
                yield f"每{span}1次"
                if span[0] not in "年季月周日天":
                    yield f"{span}一次"
            if number.value == "P1Y":
                yield from ("一年一次", "1年1次")
        case "duration":
            yield from _spans(number.value, every=False)
        case "date":
            yield from _dates(number.value)
        case "percent":
            value = Decimal(number.value.rstrip("%"))
            yield f"{_plain(value)}%"
            yield from (f"百分之{one}" for one in _characters(value))
        case "money":
            value = Decimal(number.value)
            for scale, word in ((1, "元"), (10_000, "万元"), (100_000_000, "亿元")):
                yield f"{_plain(value / scale)}{word}"
                yield from (f"{one}{word}" for one in _characters(value / scale))
        case "ordinal":
            yield from (f"第{one}" for one in _counts(number.value))
        case "count":
            yield from _counts(number.value)


def _spans(value: str, every: bool) -> Iterator[str]:
    """Write a length of time; with `every`, as it follows 每, where one of a unit needs no number."""
    match = _SPAN.fullmatch(value)
    if match is None:
        return
    count, unit = Decimal(match[1]), match[2]
    months = count * (12 if unit == "Y" else 1)
    if unit in ("Y", "M"):
        if months == 6:
            yield "半年"
        for size, words in ((12, ("年",)), (3, ("季度", "季") if every else ()), (1, ("个月",))):
            if months % size == 0:
                for word in words:
                    yield from _counted(months / size, word, every)
        if months % 3 == 0 and not every:
            yield from _counted(months / 3, "个季度", every)
    elif unit == "D":
        for word in ("日", "天"):
            yield from _counted(count, word, every)
        if count % 7 == 0:
            for word in ("周", "个星期"):
                yield from _counted(count / 7, word, every)
    else:
        yield from _counted(count, "个工作日", every)


def _counted(count: Decimal, unit: str, every: bool) -> Iterator[str]:
    if every and count == 1:
        yield unit.removeprefix("个")
        return
    yield from (f"{one}{unit}" for one in _counts(_plain(count)))


def _dates(value: str) -> Iterator[str]:
    parts = value.lstrip("-").split("-")
    units = "月日" if value.startswith("--") else "年月日"
    yield "".join(f"{int(part)}{unit}" for part, unit in zip(parts, units, strict=False))
    written = []
    for part, unit in zip(parts, units, strict=False):
        digits = "".join(_COUNTED[int(digit)] for digit in part)
        written.append(f"{digits if unit == '年' else next(_characters(Decimal(part)))}{unit}")
    yield "".join(written)


def _counts(value: str) -> Iterator[str]:
    yield value
    if re.fullmatch(r"\d+(\.\d+)?", value):
        number = Decimal(value)
        yield from _characters(number)
        if number == 2:
            yield "两"
        if number >= 10_000 and number % 1000 == 0:
            yield f"{_plain(number / 10_000)}万"


def _characters(value: Decimal) -> Iterator[str]:
    from cn2an import an2cn

    if value < 10**12 and value == round(value, 3):
        yield str(an2cn(_plain(value), "low"))


def _plain(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")
