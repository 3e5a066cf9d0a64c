"""A plain table for the terminal: columns of their own width, the last one free."""

from __future__ import annotations

from collections.abc import Sequence


def laid_out(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Lay lines out under their heads: the first column to the left, numbers to the right, the last to the left."""
    rows = [heads, *lines]
    widths = [max(len(row[at]) for row in rows) for at in range(len(heads))]
    last = len(heads) - 1
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell if at == last else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
