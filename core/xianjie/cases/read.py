"""Turn a JSON-shaped mapping into a case, or say what is wrong with it and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from xianjie.cases.bounds import Locate as Locate
from xianjie.cases.bounds import unreadable as _unreadable
from xianjie.cases.case import Case, Ledger, RecordedDuty, RecordedTarget, ReferralEvent
from xianjie.cases.shape import case_shape
from xianjie.cases.steps import DATED, with_steps
from xianjie.errors import InputError, Place, Problem, is_plain_key, nearest, written_path
from xianjie.language.calendar import NEVER, iso
from xianjie.language.evaluate import Value
from xianjie.messages import sentence
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS

MOST_PROBLEMS = 100


def _by_path(path: Sequence[str | int]) -> Place:
    return Place(path=written_path(path) or None)


def read_case(data: object, vocabulary: Vocabulary, locate: Locate = _by_path) -> Case:
    """Check a mapping of the contract's shape and make it a case.

    Raises InputError with every fault found, each with its path and no submitted value.
    """
    if not isinstance(data, Mapping):
        raise InputError(
            Problem(
                "case-shape",
                "个案须是由键和值组成的一组",
                "a case is a mapping of keys and values",
                locate(()),
            )
        )
    unreadable = list(islice(_unreadable(data, locate), MOST_PROBLEMS))
    if unreadable:
        raise InputError(unreadable)
    try:
        shape = case_shape(vocabulary).model_validate(data)
    except ValidationError as error:
        raise InputError(list(_problems(error, vocabulary, locate))) from None
    return _Reader(shape, vocabulary, locate).case()


def _problems(error: ValidationError, vocabulary: Vocabulary, locate: Locate) -> list[Problem]:
    out: dict[Problem, None] = {}
    for item in error.errors(include_url=False, include_input=False):
        if len(out) >= MOST_PROBLEMS:
            out[Problem("problems-more", "还有更多错误未列出", "there are more faults, not listed", locate(()))] = None
            break
        path = list(item["loc"])
        code, zh, en = sentence(item["type"], item.get("ctx", {}))
        if item["type"] == "extra_forbidden":
            near = _nearest(path, vocabulary)
            code = "fact-unknown"
            zh = f"没有名为 {path[-1]} 的项" + (f"，是否为 {near}？" if near else "")
            en = f"nothing is called {path[-1]}" + (f"; did you mean {near}?" if near else "")
            if not is_plain_key(str(path[-1])):
                zh, en = "没有这个名称的项", "there is no entry of this name"
        if path and path[-1] == "[key]":
            path = path[:-1]
        out[Problem(code, zh, en, locate(path))] = None
    return list(out)


def _nearest(path: Sequence[str | int], vocabulary: Vocabulary) -> str | None:
    if len(path) == 1:
        tops = (
            "case",
            "household_ref",
            "as_of",
            "provenance",
            *(LISTS.get(record, record) for record in RECORDS),
        )
        return nearest(str(path[0]), tops) or vocabulary.nearest(str(path[0]))
    singular = {plural: record for record, plural in LISTS.items()}
    record = singular.get(str(path[0]), str(path[0]))
    shorts = tuple(spec.short for spec in vocabulary.of_record(record))
    return nearest(str(path[-1]), shorts) or vocabulary.nearest(f"{record}.{path[-1]}")


class _Reader:
    def __init__(self, shape: BaseModel, vocabulary: Vocabulary, locate: Locate) -> None:
        self.shape, self.vocabulary, self.locate = shape, vocabulary, locate
        self.problems: list[Problem] = []

    def case(self) -> Case:
        given: Any = self.shape
        recorded: dict[str, Value] = {}
        for record in RECORDS:
            if record not in LISTS:
                recorded.update(self.facts_of(record, getattr(given, record)))
        events = self.events()
        facts, wrong = with_steps(recorded, events)
        for name in wrong:
            self.contradiction(name)
        ledgers = tuple(self.ledger(number, item) for number, item in enumerate(given.ledgers or ()))
        duties = tuple(self.duty(number, item) for number, item in enumerate(given.duties or ()))
        targets = tuple(self.target(number, item) for number, item in enumerate(given.targets or ()))
        provenance = self.provenance()
        if self.problems:
            raise InputError(tuple(dict.fromkeys(self.problems)))
        return Case(
            label=given.case,
            household_ref=given.household_ref,
            as_of=given.as_of,
            given=recorded,
            facts=facts,
            records=frozenset(
                record for record in RECORDS if getattr(given, LISTS.get(record, record)) not in (None, [])
            ),
            ledgers=ledgers,
            duties=duties,
            targets=targets,
            events=events,
            provenance=provenance,
        )

    def facts_of(self, record: str, shape: BaseModel | None) -> dict[str, Value]:
        if shape is None:
            return {}
        given = shape.__dict__
        return {name: given[short] for short, name in self.vocabulary.shorts(record) if given[short] is not None}

    def blame(self, path: Sequence[str | int], code: str, zh: str, en: str) -> None:
        self.problems.append(Problem(code, zh, en, self.locate(path)))

    def events(self) -> tuple[ReferralEvent, ...]:
        given: Any = self.shape
        shapes = (given.referral.events if given.referral is not None else None) or ()
        out = tuple(ReferralEvent(shape.event, shape.on, shape.by) for shape in shapes)
        last = NEVER
        for number, event in enumerate(out):
            if event.on is not None and event.on < last:
                self.blame(
                    ("referral", "events", number, "on"),
                    "events-order",
                    "步骤须按发生的先后排列",
                    "events stand in the order in which they took place",
                )
            last = max(last, event.on or NEVER)
        return out

    def contradiction(self, name: str) -> None:
        other = {**dict(DATED), **{day: flag for flag, day in DATED}}.get(name)
        zh, en = "已发生的步骤", "the steps that took place"
        if other is not None:
            zh, en = f"{self.vocabulary[other].zh}”或“{zh}", f"{other} or {en}"
        self.blame(
            tuple(name.split(".")),
            "facts-contradict",
            f"与“{zh}”的记录相矛盾，请核对",
            f"contradicts what is recorded of {en}; please check",
        )

    def ledger(self, number: int, shape: BaseModel) -> Ledger:
        facts = self.facts_of("ledger", shape)
        if facts.get("ledger.established") is False and facts.get("ledger.last_updated", NEVER) != NEVER:
            self.blame(
                ("ledgers", number, "established"),
                "facts-contradict",
                "台账未建立，却有更新日，请核对",
                "the ledger was never established, yet has a date of update; please check",
            )
        return Ledger(facts)

    def duty(self, number: int, shape: Any) -> RecordedDuty:
        facts = self.facts_of("duty", shape)
        meetings = None
        if shape.meetings is not None:
            meetings = tuple(
                {name: value for name, value in meeting.model_dump().items() if value is not None}
                for meeting in shape.meetings
            )
            count = facts.get("duty.count")
            if isinstance(count, int) and count < len(meetings):
                self.blame(
                    ("duties", number, "count"),
                    "facts-contradict",
                    "次数少于所列的会议数，请核对",
                    "the count is below the number of meetings listed; please check",
                )
        return RecordedDuty(facts, meetings)

    def target(self, number: int, shape: Any) -> RecordedTarget:
        additions = {}
        for year, value in (shape.additions or {}).items():
            text = str(year)
            if not (text.isascii() and text.isdigit() and len(text) == 4):
                self.blame(
                    ("targets", number, "additions"),
                    "year-form",
                    "年度须是四位数字",
                    "a year has four digits",
                )
                continue
            additions[int(text)] = value
        return RecordedTarget(shape.item, shape.year, shape.value, shape.value_in_year, additions)

    def provenance(self) -> dict[str, dict[str, str]]:
        given: Any = self.shape
        out = {}
        for name, shape in (given.provenance or {}).items():
            if name not in self.vocabulary:
                near = self.vocabulary.nearest(name)
                self.blame(
                    ("provenance", name),
                    "fact-unknown",
                    "没有这个名称的事实" + (f"，是否为 {near}？" if near else ""),
                    "no fact has this name" + (f"; did you mean {near}?" if near else ""),
                )
                continue
            entry = {key: value for key, value in (("by", shape.by), ("note", shape.note)) if value is not None}
            if shape.on is not None:
                entry["on"] = iso(shape.on)
            out[name] = entry
        return out
