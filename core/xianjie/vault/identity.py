"""Write names and identity numbers in one way, so that the same person is found however they were typed.

This is for looking up alone: what is kept is the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeAlias

from stdnum.iso7064 import mod_11_2

from xianjie.errors import InputError, Place, Problem

LONGEST = 64 * 1024
"""Bytes of UTF-8 that a field holds at most."""

_RESIDENT = re.compile(r"[1-9][0-9]{16}[0-9X]")
_FIRST_GENERATION = re.compile(r"[1-9][0-9]{14}")
_IGNORED = re.compile(r"[\s\-‐‑‒–—_.]+")
_DOTS = re.compile(r"\s*[·•‧∙⋅・･●.．]\s*")
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff〇]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")

Form: TypeAlias = Literal["resident", "first_generation", "other"]
CheckDigit: TypeAlias = Literal["right", "wrong", "none"]


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A number in the form in which it is looked up.

    `form`: 18 places after GB 11643, the 15 of the first generation, or another document's. `check_digit` is a hint for
    the person who types: a wrong one is most likely a slip, yet some numbers in use have one, so nothing is refused for
    it. Place and date of birth inside the number are not examined at all.
    """

    text: str
    form: Form
    check_digit: CheckDigit

    def __repr__(self) -> str:
        """Leave the number out."""
        return f"IdentityNumber(…, form={self.form!r}, check_digit={self.check_digit!r})"


def writable(text: str, field: str) -> bytes:
    """Encode a text of a field; InputError, without the text, where it cannot be encoded or is too long."""
    data = None if any("\ud800" <= char <= "\udfff" for char in text) else text.encode()
    if data is None or "\0" in text:
        _refuse("text-invalid", "文字里有无效的字符", "the text holds an invalid character", field)
    if len(data) > LONGEST:
        _refuse("text-too-long", "文字过长", "the text is too long", field)
    return data


def _refuse(code: str, zh: str, en: str, field: str) -> NoReturn:
    raise InputError(Problem(code, zh, en, Place(path=field)))


def _folded(text: str) -> str:
    """Bring to NFKC and take out what has no width."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if unicodedata.category(char) not in ("Cf", "Cc") or char.isspace())


def _settled(write: Callable[[str], str], text: str) -> str:
    """Write until nothing changes: what is taken out can let an accent fall on the letter before it."""
    for _ in range(8):
        before, text = text, write(text)
        if text == before:
            break
    return text


def identity_number(text: str) -> IdentityNumber:
    """Read an identity number: half-width, without spaces, hyphens and dots, letters in capitals. `text-empty`.

    The 15 places of the first generation are not made into 18: the century would be a guess.
    """
    writable(text, "number")
    number = _settled(lambda typed: _IGNORED.sub("", _folded(typed)).upper(), text)
    if not number:
        _refuse("text-empty", "不能为空", "must not be empty", "number")
    if _RESIDENT.fullmatch(number):
        right = mod_11_2.calc_check_digit(number[:-1]) == number[-1]
        return IdentityNumber(number, "resident", "right" if right else "wrong")
    return IdentityNumber(number, "first_generation" if _FIRST_GENERATION.fullmatch(number) else "other", "none")


def _written_name(text: str) -> str:
    spaced = " ".join(_DOTS.sub("·", _folded(text)).split())
    return _BETWEEN_HAN.sub("", spaced).casefold()


def person_name(text: str) -> str:
    """Write a name for looking up: NFKC, one kind of middle dot, no space between Chinese characters, small letters.

    `text-empty` where nothing is left. A name finds candidates; it never tells who somebody is.
    """
    writable(text, "name")
    name = _settled(_written_name, text)
    if not name.strip("· "):
        _refuse("text-empty", "不能为空", "must not be empty", "name")
    return name
