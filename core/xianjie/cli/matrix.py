"""Draw the matrix of a case: a row for each region, a column for each dimension; on a narrow screen, one below the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from xianjie.cli.options import say
from xianjie.cli.symbols import ENTITLED, OPEN, SILENT, force_words, standing_words, status_text
from xianjie.cli.typeset import Prose, hanging, longest_word
from xianjie.vocabulary.terms import DIMENSIONS, term

Entry = Mapping[str, Any]

_NARROWEST_NOTE = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: statuses, which are kept whole, and muted notes, which may be wrapped."""

    statuses: tuple[Text, ...]
    notes: tuple[Text, ...] = ()

    @property
    def least(self) -> int:
        """Measure the narrowest column that breaks no status."""
        notes = max((min(cell_len(note.plain), max(_NARROWEST_NOTE, longest_word(note.plain))) for note in self.notes), default=0)
        return max(notes, *(cell_len(status.plain) for status in self.statuses))

    @property
    def most(self) -> int:
        """Measure the column at which nothing is wrapped."""
        return max(cell_len(part.plain) for part in (*self.statuses, *self.notes))

    def drawn(self) -> RenderableType:
        """Give the cell's lines."""
        return Group(*(Prose(part) for part in (*self.statuses, *self.notes)))


def cells_of(answer: Entry, lang: str) -> dict[str, Cell]:
    """Make the five cells of one region's answer."""
    return {
        "eligibility": _eligibility(answer["eligibility"], lang),
        "services": _several(answer.get("services"), lang),
        "duties": _several(answer.get("duties"), lang),
        "referral": _referral(answer.get("referral"), lang),
        "incentives": _several(answer.get("incentives"), lang),
    }


def _note(entry: Entry, lang: str) -> tuple[Text, ...]:
    words = " ".join(part for part in (force_words(entry, lang, short=True), entry.get("clause") or "") if part)
    return (Text(words, "dim"),) if words else ()


def _other_reading(flagged: bool, lang: str) -> tuple[Text, ...]:
    return (Text(say(lang, "另有读法", "read otherwise"), "dim"),) if flagged else ()


def _nothing(lang: str) -> Cell:
    return Cell((Text(say(lang, "无此项记录", "no record"), "dim"),))


def _eligibility(entry: Entry, lang: str) -> Cell:
    status = entry["status"]
    deciding = next((group for group in entry["groups"] if group["status"] == status), None)
    notes = () if deciding is None else _note(deciding, lang)
    return Cell((status_text(status, lang),), (*notes, *_other_reading(entry["flagged"], lang)))


def _referral(entry: Entry | None, lang: str) -> Cell:
    if entry is None:
        return _nothing(lang)
    return Cell(
        (status_text(entry["status"], lang),), (*_note(entry, lang), *_other_reading(entry["flagged"], lang))
    )


def _several(entries: Sequence[Entry] | None, lang: str) -> Cell:
    """Sum up several entries: each status with its count; force and clause where all that matter agree."""
    if not entries:
        return _nothing(lang)
    found = sorted({entry["status"] for entry in entries}, key=ENTITLED.index)
    ruled = [status for status in found if status not in (*SILENT, "does_not_apply")]
    if not ruled:
        ruled = [status for status in found if status not in SILENT] or found
    statuses = []
    for status in ruled:
        number = sum(entry["status"] == status for entry in entries)
        counted = f" {number}" if len(entries) > 1 and status not in SILENT else ""
        statuses.append(status_text(status, lang, counted))
    first = [entry for entry in entries if entry["status"] == ruled[0]]
    notes: tuple[Text, ...] = ()
    if len(entries) == 1 and _days(first[0], lang):
        notes = (Text(_days(first[0], lang)),)
    forces = {force_words(entry, lang, short=True) for entry in first}
    clauses = list(dict.fromkeys(entry["clause"] for entry in first if entry["clause"]))
    if len(forces) == 1 and len(clauses) == 1:
        notes += _note(first[0], lang)
    elif clauses:
        notes += (Text(" ".join(clauses[:2]) + say(lang, " 等", " …") * (len(clauses) > 2), "dim"),)
    flagged = any(entry["flagged"] for entry in entries if entry["status"] not in OPEN)
    return Cell(tuple(statuses), (*notes, *_other_reading(flagged, lang)))


def _days(entry: Entry, lang: str) -> str:
    left, over = entry.get("days_left"), entry.get("days_overdue")
    if over:
        return say(lang, f"逾期 {over} 天", f"{over} days over")
    return say(lang, f"还有 {left} 天", f"{left} days left") if left else ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The regions' answers side by side. `names` gives each region's name in the language of the output."""

    answers: Mapping[str, Entry]
    names: Mapping[str, str]
    lang: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw a table where it fits, else a list for each region."""
        heads = [self._head(region) for region in self.answers]
        rows = [cells_of(answer, self.lang) for answer in self.answers.values()]
        titles = [say(self.lang, "地区", "region"), *(term(DIMENSIONS, key, self.lang) for key in DIMENSIONS)]
        columns = [heads, *([row[key] for row in rows] for key in DIMENSIONS)]
        least = [max(longest_word(title) if self.lang == "en" else cell_len(title), *(cell.least for cell in column)) for title, column in zip(titles, columns, strict=True)]
        most = [max(cell_len(title), *(cell.most for cell in column)) for title, column in zip(titles, columns, strict=True)]
        for gap, widths in ((3, most), (2, most), (1, most), (2, least), (1, least)):
            if sum(widths) + gap * (len(widths) - 1) <= options.max_width:
                yield self._table(titles, columns, _widened(widths, most, options.max_width - gap * (len(widths) - 1)), gap)
                return
        yield from self._list(heads, rows)

    def _head(self, region: str) -> Cell:
        markers = tuple(Text(words, "yellow") for words in standing_words(self.answers[region]["policy"], self.lang))
        return Cell((Text(self.names[region], "bold"),), markers)

    def _table(self, titles: Sequence[str], columns: Sequence[Sequence[Cell]], widths: Sequence[int], gap: int) -> Table:
        table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, gap, 0, 0), show_header=False)
        for width in widths:
            table.add_column(width=width)
        table.add_row(*(Text(title, "bold") for title in titles))
        table.add_row(*(Text("─" * width, "dim") for width in widths))
        for number in range(len(columns[0])):
            if number:
                table.add_row("")
            table.add_row(*(column[number].drawn() for column in columns))
        return table

    def _list(self, heads: Sequence[Cell], rows: Sequence[Mapping[str, Cell]]) -> RenderResult:
        label = max(cell_len(term(DIMENSIONS, key, self.lang)) for key in DIMENSIONS) + 2
        for number, (head, row) in enumerate(zip(heads, rows, strict=True)):
            title = Text("  ").join([*head.statuses, *head.notes])
            yield Padding(Prose(title), (1 if number else 0, 0, 0, 0))
            for key, cell in row.items():
                body = Text("，" if self.lang == "zh" else ", ").join(cell.statuses)
                for note in cell.notes:
                    body = body + Text("  ") + note
                yield hanging(Text(term(DIMENSIONS, key, self.lang), "dim"), body, 2, label)


def _widened(widths: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Hand out what room is left, one cell at a time, to the columns that would still wrap."""
    out = list(widths)
    spare = room - sum(out)
    while spare > 0 and any(have < wish for have, wish in zip(out, most, strict=True)):
        number = max(range(len(out)), key=lambda column: most[column] - out[column])
        out[number] += 1
        spare -= 1
    return out
