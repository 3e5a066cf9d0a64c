"""A summary as files for machines: one long CSV of all its tables, and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from xianjie.cases.harmless import harmless
from xianjie.population.summary.cells import NOT_TOLD, Table
from xianjie.population.summary.gathered import Pair, Summary

_HEADS: Sequence[Pair] = (
    ("表", "table"),
    ("项目一", "item 1"),
    ("项目二", "item 2"),
    ("项目三", "item 3"),
    ("列", "column"),
    ("人数", "people"),
)
_LABELS = 3


def csv_of(tables: Sequence[Table], lang: str) -> bytes:
    """Write each count of each table on a line of its own, in UTF-8 with a mark, as spreadsheets take it.

    No text is one that a spreadsheet takes for a formula: divisions are whatever the data has.
    """
    at = int(lang != "zh")
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(head[at] for head in _HEADS)
    for table in tables:
        for row in table.rows:
            labels = [cell[at] for cell in row[: table.labels] if isinstance(cell, tuple)]
            for head, cell in zip(table.heads[table.labels :], row[table.labels :], strict=True):
                texts = [table.title[at], *labels, *[""] * (_LABELS - len(labels)), head[at]]
                lines.writerow([*map(harmless, texts), NOT_TOLD if cell is None else cell])
    return out.getvalue().encode("utf-8-sig")


def json_of(summary: Summary) -> bytes:
    """Give the summary itself as JSON: a count that is not told is null."""
    return summary.text.encode() + b"\n"
