"""Answer the good rows of a table one after the other, each as `assess` answers it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xianjie.batch.intake import STEP, Row, Tell
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, Problem

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every row. `as_of` (an ordinal) stands before a row's own date, `otherwise` where neither is."""

    regions: Sequence[str]
    otherwise: int
    as_of: int | None = None
    settings: Settings = field(default_factory=Settings)
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class Answered:
    """A row with the answer that `assess` gives; None, with the problems, where no document answers on its date."""

    row: Row
    answer: Entry | None
    problems: tuple[Problem, ...] = ()


def check(engine: Engine, question: Question) -> None:
    """Refuse a question that no row can answer: no region, an unknown one, settings out of range. Raises InputError."""
    engine.documents.check(question.regions)
    engine.check_settings(question.settings)


def answers(
    engine: Engine,
    rows: Sequence[Row],
    question: Question,
    tell: Tell | None = None,
    keyed: Callable[[str], str] = str,
) -> Iterator[Answered]:
    """Answer row by row, so that no more than one answer need be held; rows without a case are passed over.

    `keyed` makes of a question's digest the id that its answer has. `tell` may raise to end it. Raises InputError as
    `check` does.
    """
    check(engine, question)
    good = [row for row in rows if row.case is not None]
    for number, row in enumerate(good):
        if tell is not None and number % STEP == 0:
            tell(number, len(good))
        assert row.case is not None
        day = question.as_of if question.as_of is not None else row.case.as_of
        try:
            written = engine.written(
                row.case,
                question.regions,
                question.otherwise if day is None else day,
                question.settings,
                question.lang,
                keyed,
            )
        except InputError as error:
            yield Answered(row, None, error.problems)
            continue
        yield Answered(row, json.loads(written.line))
    if tell is not None:
        tell(len(good), len(good))
