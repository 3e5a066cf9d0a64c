"""What stands in a row's columns, read by the fields that wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xianjie.policy.prepared import Readings
from xianjie.population.compiler.fields import Field, Meaning
from xianjie.vocabulary import Vocabulary

Entry = dict[str, Any]
Row = Mapping[str, object]
"""A row of an answer by its columns."""


def held(row: Row, field: Field) -> set[Meaning]:
    """Read a field off a row; one that was left out of the answer holds nothing."""
    return field.held(row) if all(name in row for name in field.columns) else set()


def code_of(of: Meaning, found: set[Meaning], bits: int) -> int:
    """Put a code together of the bits that are set for a meaning."""
    return sum(1 << bit for bit in range(bits) if (*of, bit) in found)


def read_under(readings: Readings, rule: str, found: set[Meaning], words: Sequence[str], bits: int) -> list[Entry]:
    """List what each reading of a rule comes to, where there are several."""
    return [
        {
            "reading": reading.id,
            "recommended": reading.recommended,
            "status": words[code_of((rule, reading.id), found, bits)],
        }
        for reading in readings.all
        if readings.several
    ]


def in_order(names: Iterable[str | int], vocabulary: Vocabulary) -> list[str]:
    """Sort facts as the vocabulary lists them; lists of a record, which are no facts, come last."""
    slot = vocabulary.slot
    return sorted((str(name) for name in names), key=lambda name: (slot.get(name, len(slot)), name))
