"""What a finished part leaves behind: its counts and the fingerprints of its files; it is written last of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from xianjie.population.job.parts import Part


@dataclass(frozen=True, slots=True)
class Receipt:
    """A part that is done: rows answered and put aside, faults by code, digests of its files, and its tally.

    `asked` is the question's digest: a receipt to another question counts for nothing. Nothing in it depends on when,
    where or by how many processes the part was answered.
    """

    asked: str
    part: Part
    answered: int
    rejected: int
    faults: Mapping[str, int]
    files: Mapping[str, str]
    tally: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Write the receipt as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def read(cls, text: str) -> Receipt:
        """Read what `text` wrote."""
        found = json.loads(text)
        return cls(**{**found, "part": Part(**found["part"])})


def all_receipts(out: Path) -> list[Receipt]:
    """Read the receipts that lie in a folder, in the order of the parts; one that is damaged is passed over."""
    found = []
    for path in (out / "receipts").glob("part-*.json"):
        with suppress(FileNotFoundError, ValueError, TypeError, KeyError):
            found.append(Receipt.read(path.read_text(encoding="utf-8")))
    return sorted(found, key=lambda receipt: receipt.part.number)


def receipt_path(out: Path, part: Part) -> Path:
    """Say where a part's receipt lies."""
    return out / "receipts" / f"{part.name}.json"
