"""Administrative divisions as prefixes of their codes, so that a city's key covers its districts and no province."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xianjie.access import refusals

_CODE = re.compile(r"(?:[1-8][0-9](?:[0-9]{2}){0,2}|[1-8][0-9]{5}[0-9]{3}(?:[0-9]{3})?)")
_EMPTY_TAILS = {12: "000", 9: "000", 6: "00", 4: "00"}
_NATIONAL_WORDS = ("national", "全国")


@dataclass(frozen=True, slots=True, order=True)
class Division:
    """A division by its code: province 2 digits, prefecture 4, county 6 (GB/T 2260), township 9, village 12.

    A code that is filled up with zeros names the division above: what has six digits and ends in `00` is a prefecture.
    The empty code is the whole country.
    """

    code: str

    def __post_init__(self) -> None:
        """Take the zeros off; AccessError `division-form` where it is no code."""
        code = self.code
        if code and not (code.isascii() and _CODE.fullmatch(code)):
            raise refusals.division_form()
        while (tail := _EMPTY_TAILS.get(len(code))) is not None and code.endswith(tail):
            code = code[: -len(tail)]
        object.__setattr__(self, "code", code)

    def covers(self, other: Division) -> bool:
        """Tell whether another division is this one, or lies in it."""
        return other.code.startswith(self.code)

    def __str__(self) -> str:
        """Write the code, or `national`."""
        return self.code or _NATIONAL_WORDS[0]


NATIONAL = Division("")


def division(text: str) -> Division:
    """Read a division. The whole country is written out as `national` or 全国; an empty text is refused."""
    if text in _NATIONAL_WORDS:
        return NATIONAL
    if not text:
        raise refusals.division_form()
    return Division(text)
