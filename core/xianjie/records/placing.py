"""Where a record belongs: its division, and the divisions around it, by which lists are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xianjie.access import Division

LENGTHS = (2, 4, 6, 9, 12)
PATHS = tuple(f"within.d{length}" for length in LENGTHS)
"""What a collection of placed records is looked up by."""


def placed(division: Division) -> dict[str, Any]:
    """Give the members of a body that say where its record belongs; the whole country has nothing around it."""
    code = division.code
    return {
        "division": str(division),
        "within": {f"d{length}": code[:length] for length in LENGTHS if length <= len(code)},
    }


def place_of(body: Mapping[str, Any]) -> Division:
    """Read where a record belongs."""
    code = body["division"]
    return Division("" if code == "national" else code)


def inside(division: Division) -> dict[str, str]:
    """Give what to look up records inside a division by; nothing for the whole country."""
    return {f"within.d{len(division.code)}": division.code} if division.code else {}


def narrower(one: Division, other: Division) -> Division | None:
    """Give what two divisions have in common: the inner one; None where neither lies in the other."""
    if one.covers(other):
        return other
    return one if other.covers(one) else None
