"""Write exact numbers into JSON so that nothing of them is lost."""

from __future__ import annotations

from decimal import Decimal


def number(value: object) -> float | str:
    """Write an exact number: as a number where its shortest form says it whole, else as text; for `json.dumps`."""
    assert isinstance(value, Decimal)
    found = float(value)
    return found if Decimal(repr(found)) == value else format(value, "f")
