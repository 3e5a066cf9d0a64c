"""What a list, a calendar or a what-if is asked for: read out of the query, each fault told at its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args
from urllib.parse import urlencode

from starlette.requests import Request

from xianjie.access import Division
from xianjie.api import day_of
from xianjie.engine.answer import DutyStatus, LedgerStatus
from xianjie.errors import InputError, Problem
from xianjie.language.calendar import iso
from xianjie.records.deadlines.calendar import DUTIES, LEDGERS
from xianjie.records.deadlines.due_dates import Kind, Reckoning
from xianjie.records.pages import Asked
from xianjie.records.urgency import is_place
from xianjie.service.keeping import division_asked
from xianjie.service.problems import refuse
from xianjie.service.state import service_of
from xianjie.web.showing.viewer import viewer_of

T = TypeVar("T")

STATUSES: Mapping[str, Sequence[str]] = {
    LEDGERS.collection: get_args(LedgerStatus),
    DUTIES.collection: get_args(DutyStatus),
}
ON_A_PAGE = 30
_MOST_DAYS = 3660
_FACT = {LEDGERS.collection: "ledger.kind", DUTIES.collection: "duty.kind"}
_RECORD = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")


@dataclass(slots=True)
class Query:
    """Read a query field by field; `faults` gathers (the field, its label, the sentence) of those that are wrong."""

    request: Request
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def lang(self) -> str:
        """Give the language of the page."""
        return viewer_of(self.request.headers, self.request.query_params).spoken

    def say(self, zh: str, en: str) -> str:
        """Choose the words in the language of the page."""
        return zh if self.lang == "zh" else en

    def text(self, name: str) -> str:
        """Give a parameter without the blanks around it."""
        return self.request.query_params.get(name, "").strip()

    def read(self, name: str, label: tuple[str, str], work: Callable[[str], T]) -> T | None:
        """Read a parameter; None where it is not given, or wrong, which is noted."""
        text = self.text(name)
        if not text:
            return None
        try:
            return work(text)
        except InputError as error:
            for one in error.problems:
                self.faults.append((name, self.say(*label), self.say(one.zh, one.en)))
            return None

    def word(self, name: str, label: tuple[str, str], known: Sequence[str]) -> str | None:
        """Read one of the words that are known."""

        def work(text: str) -> str:
            if text not in known:
                raise InputError(Problem("word-unknown", "没有这个选项", "there is no such choice"))
            return text

        return self.read(name, label, work)

    def words(self, name: str, label: tuple[str, str], known: Sequence[str]) -> tuple[str, ...]:
        """Read several of the words that are known; none are none."""
        given = tuple(dict.fromkeys(one for one in self.request.query_params.getlist(name) if one))
        if not set(given) <= set(known):
            sentence = self.say("没有这个选项", "there is no such choice")
            self.faults.append((name, self.say(*label), sentence))
        return tuple(one for one in given if one in known)

    def day(self, name: str, label: tuple[str, str]) -> int | None:
        """Read a day, as an ordinal."""
        return self.read(name, label, day_of)

    def number(self, name: str, label: tuple[str, str], least: int, most: int) -> int | None:
        """Read a whole number within bounds, both included."""

        def work(text: str) -> int:
            if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
                zh, en = f"须是 {least} 至 {most} 的整数", f"must be a whole number from {least} to {most}"
                raise InputError(Problem("number-range", zh, en))
            return int(text)

        return self.read(name, label, work)

    def region(self, name: str = "region") -> str | None:
        """Read a region that is installed."""
        return self.word(name, ("地区", "Region"), list(service_of(self.request).answering.engine.policies))

    def division(self) -> Division | None:
        """Read a division's code."""
        return self.read("division", ("区划", "Division"), division_asked)

    def reckoning(self) -> Reckoning:
        """Make what states are found with; today where no day is given."""
        answering = service_of(self.request).answering
        day = self.day("as_of", ("判定日", "As of"))
        soon = self.number("due_soon_days", ("提前天数", "Days ahead"), 0, _MOST_DAYS)
        return Reckoning(answering.engine, day or answering.day(None), 30 if soon is None else soon, self.lang)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of ledgers or duties is asked for; `given` are the parameters that a link to it carries."""

    kind: Kind
    asked: Asked
    statuses: tuple[str, ...]
    reckoning: Reckoning
    given: Mapping[str, Any]
    faults: Sequence[tuple[str, str, str]]

    def link(self, path: str, **changed: str) -> str:
        """Write an address with these filters; what is changed to nothing is left out."""
        parts = [
            (name, one)
            for name, value in {**self.given, **changed}.items()
            for one in (value if isinstance(value, tuple) else (value,))
            if one
        ]
        return f"{path}?{urlencode(parts)}" if parts else path


def filters_of(request: Request, kind: Kind) -> Filters:
    """Read what a list is asked for."""
    query = Query(request)
    service = service_of(request)
    region, division = query.region(), query.division()
    words = tuple(service.answering.engine.vocabulary[_FACT[kind.collection]].words)
    word = query.word("kind", ("类别", "Kind"), words)
    statuses = query.words("status", ("状态", "State"), STATUSES[kind.collection])
    year = query.number("year", ("年度", "Year"), 1949, 9999) if kind is DUTIES else None
    after = query.read("after", ("页", "Page"), _behind)
    reckoning = query.reckoning()
    where = {"opening.kind": word, "region": region, **({"opening.year": year} if kind is DUTIES else {})}
    found = Asked({path: value for path, value in where.items() if value is not None}, division, after, ON_A_PAGE)
    given = {
        "region": region or "",
        "division": str(division) if division is not None else "",
        "kind": word or "",
        "year": str(year) if year is not None else "",
        "status": statuses,
        "as_of": "" if reckoning.day == service.answering.day(None) else iso(reckoning.day),
        "due_soon_days": "" if reckoning.due_soon_days == 30 else str(reckoning.due_soon_days),
    }
    return Filters(kind, found, statuses, reckoning, given, query.faults)


def record_asked(request: Request) -> str:
    """Give the id in the path; Refused with 404 where nothing has such an id."""
    id: str = request.path_params["id"]
    if not _RECORD.fullmatch(id):
        raise refuse(404, "record-unknown", "没有这条记录", "there is no such record")
    return id


def _behind(text: str) -> str:
    if not (_RECORD.fullmatch(text) or is_place(text)):
        raise InputError(Problem("page-unknown", "没有这一页", "there is no such page"))
    return text
