"""The parts that the shapes of records share: divisions, days, words, and facts as a case has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field
from pydantic.config import JsonDict
from pydantic.json_schema import WithJsonSchema

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.service.divisions import CODE
from xianjie.service.divisions import DivisionCode as DivisionCode
from xianjie.service.problems import at
from xianjie.service.schema import PART
from xianjie.service.shown import Shown
from xianjie.vocabulary import Vocabulary

RecordId = Annotated[str, Path(description="记录的编号 the record's id", max_length=100, pattern="^[a-z0-9-]+$")]
InDivision = Annotated[
    str | None,
    Query(
        alias="division",
        description="只要这个区划之内的 only those inside this division",
        json_schema_extra={"pattern": CODE["pattern"]},
    ),
]
After = Annotated[
    str | None,
    Query(description="上一页的 next `next` of the page before", max_length=100, pattern="^[a-z0-9][a-z0-9-]*$"),
]
Limit = Annotated[int | None, Query(description="每页多少条，1 至 200，默认 50 how many on a page", ge=1, le=200)]


def facts_of(record: str, default: Any = ...) -> Any:
    """Make the field of a record's facts, whose shape the vocabulary gives."""
    schema: JsonDict = {PART: f"Case{record.capitalize()}"}
    about = "事实，与个案中的相同 facts, as in a case"
    return Field(default=default, description=about, json_schema_extra=schema)


def checked_facts(given: Mapping[str, Any], vocabulary: Vocabulary, path: str = "facts") -> Case:
    """Check facts as those of a case; InputError with pointers below `path`.

    `given` is the part of a case, such as `{"organisation": {…}}`; a pointer leaves the record's name out.
    """

    def place(steps: Any) -> Any:
        return at((path, *list(steps)[1:]))

    return read_case(given, vocabulary, place)


class RecordShown(Shown):
    """What every record shows."""

    id: str
    version: int
    division: Annotated[str, WithJsonSchema(CODE)]


class PageShown(Shown):
    """一页 one page; `next` is `after` for the page behind it, null where it is the last."""

    next: str | None
