"""Make the matrix of a case: a row for each region, a column for each dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from xianjie.cli.options import say
from xianjie.cli.sheet import ROOMY, Sheet
from xianjie.cli.symbols import Entry, mark, status_text
from xianjie.cli.typeset import longest_word
from xianjie.engine.wording import ENTITLED, OPEN, SILENT, force_words, standing_words
from xianjie.vocabulary.terms import DIMENSIONS, term


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: statuses, which are kept whole, and muted notes, which may be wrapped."""

    statuses: tuple[Text, ...]
    notes: tuple[Text, ...] = ()

    @property
    def least(self) -> int:
        """Measure the narrowest column that breaks no status."""
        notes = [min(cell_len(note.plain), max(ROOMY, longest_word(note.plain))) for note in self.notes]
        return max([*notes, *(cell_len(status.plain) for status in self.statuses)])

    def text(self) -> Text:
        """Give the cell's lines as one text."""
        return Text("\n").join([*self.statuses, *self.notes])


def matrix(answers: Mapping[str, Entry], names: Mapping[str, str], lang: str) -> Sheet:
    """Set the regions' answers side by side; `names` gives each region's name in the language of the output."""
    rows = [[_head(answer, names[region], lang), *cells_of(answer, lang)] for region, answer in answers.items()]
    titles = [say(lang, "地区", "region"), *(term(DIMENSIONS, key, lang) for key in DIMENSIONS)]
    least = [max(cell.least for cell in column) for column in zip(*rows, strict=True)]
    return Sheet(titles, [[cell.text() for cell in row] for row in rows], least, spaced=True)


def _head(answer: Entry, name: str, lang: str) -> Cell:
    words = [say(lang, "假设", "supposition")] if answer["policy"]["overlay"] else []
    markers = tuple(Text(word, "yellow") for word in (*words, *standing_words(answer["policy"], lang)))
    return Cell((Text(name, "bold"),), markers)


def cells_of(answer: Entry, lang: str) -> list[Cell]:
    """Make the five cells of one region's answer, in the order of the dimensions."""
    return [
        _eligibility(answer["eligibility"], lang),
        _several(answer.get("services"), lang),
        _several(answer.get("duties"), lang),
        _referral(answer.get("referral"), lang),
        _several(answer.get("incentives"), lang),
    ]


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
    statuses = [status_text(status, lang)]
    if entry["priority"] not in (status, "not_matched", *SILENT):
        statuses.append(mark(entry["priority"]).append(say(lang, " 优先对象", " priority")))
    return Cell(tuple(statuses), (*notes, *_other_reading(entry["flagged"], lang)))


def _referral(entry: Entry | None, lang: str) -> Cell:
    if entry is None:
        return _nothing(lang)
    return Cell((status_text(entry["status"], lang),), (*_note(entry, lang), *_other_reading(entry["flagged"], lang)))


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
        notes += (Text(" ".join(clauses[:2]) + say(lang, " 等", " etc.") * (len(clauses) > 2), "dim"),)
    flagged = any(entry["flagged"] for entry in entries if entry["status"] not in OPEN)
    return Cell(tuple(statuses), (*notes, *_other_reading(flagged, lang)))


def _days(entry: Entry, lang: str) -> str:
    left, over = entry.get("days_left"), entry.get("days_overdue")
    if over:
        return say(lang, f"逾期 {over} 天", f"{over} days over")
    return say(lang, f"还有 {left} 天", f"{left} days left") if left else ""
