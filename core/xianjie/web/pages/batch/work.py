"""The long work of a table: it is read, answered row by row, and written, and each of these can be called off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from xianjie.batch.answering import Answered, Question, answers
from xianjie.batch.gathering import Gathered
from xianjie.batch.intake import Intake, Row, intake, target_items
from xianjie.batch.marked import Marked, marked
from xianjie.batch.results import results_csv, results_workbook
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.web.jobs import Progress

STEP = 50
Keyed = Callable[[str], str]
Settled = Callable[[int], Mapping[str, str]]
"""Gives the readings that hold on a day."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was sent: its name, its bytes, and whether faulty rows may be left out."""

    name: str
    data: bytes
    good_rows_only: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a table. `gathered` and the two files are None where faulty rows held everything up."""

    table: Table
    read: Intake
    question: Question
    marked: Marked | None
    gathered: Gathered | None
    workbook: bytes | None = None
    text: bytes | None = None

    @property
    def weight(self) -> int:
        """Estimate the bytes that it holds: rows in memory take several times what they take in a file."""
        parts = (self.table.data, self.workbook or b"", self.text or b"", self.marked.data if self.marked else b"")
        return sum(map(len, parts)) + 6000 * len(self.read.rows)


def answered_table(
    engine: Engine,
    table: Table,
    question: Question,
    names: Mapping[str, str],
    settled: Settled,
    keyed: Keyed,
    progress: Progress,
    read: Intake | None = None,
) -> Done:
    """Read a table and answer its rows; `read` is what was read of it before. InputError where it is no table."""
    if read is None:
        phase = ("正在读取表格……", "Reading the table…")

        def tell(done: int, total: int) -> None:
            progress.step(done, total, phase)

        items = partial(target_items, engine.documents.every())
        read = intake(table.data, table.name, engine.vocabulary, tell, items)
    faults = None
    if read.bad:
        progress.step(0, None, ("正在标出错误……", "Marking what is wrong…"))
        faults = marked(table.data, read, question.lang)
    if not read.good or (read.bad and not table.good_rows_only):
        return Done(table, read, question, faults, None)
    gathered = Gathered(read, engine, question, names)
    for one in _answers(engine, read.good, question, settled, keyed, progress):
        gathered.add(one)
    progress.step(len(read.good), None, ("正在写结果……", "Writing the answers…"))
    workbook = results_workbook(gathered)
    progress.step(len(read.good))
    return Done(table, read, question, faults, gathered, workbook, results_csv(gathered))


def _answers(
    engine: Engine, rows: Sequence[Row], question: Question, settled: Settled, keyed: Keyed, progress: Progress
) -> Iterator[Answered]:
    """Answer each row under the readings that the office has settled on for the documents of its day."""
    by_day: dict[int, Question] = {}
    for number, row in enumerate(rows):
        if number % STEP == 0:
            progress.step(number, len(rows), ("正在判定……", "Assessing…"))
        assert row.case is not None
        day = question.as_of or row.case.as_of or question.otherwise
        if day not in by_day:
            settings = question.settings
            known = Settings(settings.due_soon_days, {**settled(day), **settings.readings})
            by_day[day] = replace(question, settings=known)
        yield from answers(engine, [row], by_day[day], keyed=keyed)
