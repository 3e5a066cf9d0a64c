"""Read JSON strictly (RFC 8259, no key twice, numbers exact) and find where each value stands."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from xianjie.errors import InputError, Place, Problem, written_path

DEEPEST = 60
MOST_VALUES = 1_000_000
MOST_PROBLEMS = 100

Key = str | int

_BLANK = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class _Fault:
    """Stand in a value's place until it is known where that is."""

    code: str
    zh: str
    en: str
    doubled: str | None = None


def _constant(_: str) -> _Fault:
    return _Fault("json-constant", "不接受 NaN 与 Infinity", "NaN and Infinity are not accepted")


def _decimal(text: str) -> Decimal | _Fault:
    try:
        return Decimal(text)
    except InvalidOperation:
        return _Fault("number-too-large", "数字过大", "the number is too large")


def _whole(text: str) -> int | _Fault:
    # a long run of digits would cost quadratic time, and above 4300 raise ValueError
    return int(text) if len(text) <= 40 else _Fault("number-too-large", "数字过大", "the number is too large")


def _pairs(pairs: list[tuple[str, Any]]) -> object:
    out = dict(pairs)
    if len(out) == len(pairs):
        return out
    counts = Counter(key for key, _ in pairs)
    twice = next(key for key, count in counts.items() if count > 1)
    return _Fault("json-doubled-key", "同一层里有重复的键", "a key stands twice here", twice)


_READER = json.JSONDecoder(parse_float=_decimal, parse_int=_whole, parse_constant=_constant, object_pairs_hook=_pairs)
_SKIPPER = json.JSONDecoder(parse_float=len, parse_int=len, parse_constant=len)


class JsonTree:
    """Hold a JSON text's value, and find the place of each part by its path."""

    def __init__(self, text: str, file: str) -> None:
        """Read a text; InputError where it is no good JSON."""
        self.text, self.file = text, file
        self._children: dict[int, dict[Key, tuple[int, int]]] = {}
        if sum(text.count(mark) for mark in ",[{") > MOST_VALUES:
            self._fail("file-too-large", "文件里的值过多", "the file holds too many values")
        try:
            self.value: Any = _READER.decode(text)
            faults = list(self._faults())
        except json.JSONDecodeError as error:
            zh, en = (
                "JSON 语法不对：请检查引号、逗号与括号",
                "not good JSON: check quotes, commas and brackets",
            )
            self._fail("json-syntax", zh, en, Place(file, error.lineno, error.colno))
        except RecursionError:
            self._fail("json-too-deep", "嵌套层次过深", "nested too deep")
        if faults:
            raise InputError(faults)

    def place(self, path: Sequence[Key]) -> Place:
        """Find where a value stands; a part that is missing is placed at what should hold it."""
        value = mark = self._after(0)
        written: list[Key] = []
        for step in path:
            written.append(step)
            found = self._parts(value).get(step)
            if found is None:
                break
            mark, value = found
        return self._at(mark, written_path(written) or None)

    # --------------------------------------------------------------------------------------------------------

    def _fail(self, code: str, zh: str, en: str, place: Place | None = None) -> NoReturn:
        raise InputError(Problem(code, zh, en, place or Place(self.file)))

    def _at(self, index: int, path: str | None) -> Place:
        line = self.text.count("\n", 0, index) + 1
        return Place(self.file, line, index - self.text.rfind("\n", 0, index), path=path)

    def _after(self, index: int) -> int:
        found = _BLANK.match(self.text, index)
        return found.end() if found else index

    def _parts(self, start: int) -> dict[Key, tuple[int, int]]:
        """Find for each part of the object or array at an index where its key stands and where its value.

        Of a key that stands twice, it is the last.
        """
        if start not in self._children:
            self._children[start] = dict(self._scan(start)) if self.text[start] in "{[" else {}
        return self._children[start]

    def _scan(self, start: int) -> Iterator[tuple[Key, tuple[int, int]]]:
        named, number = self.text[start] == "{", 0
        here = self._after(start + 1)
        while self.text[here] not in "}]":
            key: Key = number
            value = here
            if named:
                key, end = _SKIPPER.raw_decode(self.text, here)
                value = self._after(self._after(end) + 1)
            yield key, (here, value)
            _, end = _SKIPPER.raw_decode(self.text, value)
            here = self._after(end)
            if self.text[here] == ",":
                here = self._after(here + 1)
            number += 1

    def _faults(self) -> Iterator[Problem]:
        count = 0
        rest: list[tuple[tuple[Key, ...], object]] = [((), self.value)]
        while rest and count < MOST_PROBLEMS:
            path, value = rest.pop()
            if isinstance(value, _Fault):
                count += 1
                place = self.place(path if value.doubled is None else (*path, value.doubled))
                yield Problem(value.code, value.zh, value.en, place)
            elif len(path) > DEEPEST:
                place = self.place(path)
                deep = Place(place.file, place.line, place.column)
                yield Problem("json-too-deep", "嵌套层次过深", "nested too deep", deep)
                return
            elif isinstance(value, dict):
                rest.extend(((*path, key), item) for key, item in reversed(value.items()))
            elif isinstance(value, list):
                rest.extend(((*path, n), value[n]) for n in range(len(value) - 1, -1, -1))
