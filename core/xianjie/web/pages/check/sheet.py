"""Lay the form out as it is shown: each question with what stands in it, whether it is still asked, and what is wrong.

A question is `asked` (not answered, and it matters), `told` (answered, and the conclusion rests on it), `settled`
(answered, and it does not matter any more), `idle` (not answered, and it does not matter as things are), or `other`:
no rule of the regions and dimensions that were chosen reads it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xianjie.cases.cells import read_day
from xianjie.errors import InputError
from xianjie.language.calendar import iso
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS
from xianjie.web.pages.check.filled import MOST_MEMBERS, SAID, Fault, Filled, Typed, member_prefix, said_name
from xianjie.web.pages.check.mattering import Bearing
from xianjie.web.pages.check.questions import OF_MEMBER, SHARED, Both, Question, sections

_ROW = re.compile(r"^m[0-9]{1,3}\.|(?<=\.)[0-9]{1,3}\.")

ASKED, TOLD, SETTLED, IDLE, OTHER = "asked", "told", "settled", "idle", "other"


def id_of(field: str) -> str:
    """Give the id of a field by its name."""
    return "q-" + field.replace(".", "-")


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question at its place. `field` is the name of its field, `value` what stands there as it was typed."""

    question: Question
    field: str
    id: str
    value: str
    never: bool
    state: str
    faults: tuple[Fault, ...]
    late: bool


@dataclass(frozen=True, slots=True)
class GroupShown:
    """Questions about one thing."""

    id: str
    title: Both
    questions: tuple[QuestionShown, ...]

    def count(self, state: str) -> int:
        """Count the questions in a state."""
        return sum(one.state == state for one in self.questions)


@dataclass(frozen=True, slots=True)
class SectionShown:
    """The questions of one record, of one member or of all; `other` are those that nobody reads."""

    id: str
    record: str
    title: Both
    groups: tuple[GroupShown, ...]
    other: tuple[QuestionShown, ...]

    @property
    def questions(self) -> tuple[QuestionShown, ...]:
        """List the questions that are read."""
        return tuple(one for group in self.groups for one in group.questions)

    def count(self, state: str) -> int:
        """Count the questions in a state."""
        return sum(group.count(state) for group in self.groups)


@dataclass(frozen=True, slots=True)
class RowShown:
    """One ledger, duty or target, or a row within one: its fields by name."""

    number: int
    name: str
    id: str
    questions: tuple[QuestionShown, ...]


@dataclass(frozen=True, slots=True)
class MemberShown:
    """One member of the household with their sections."""

    number: int
    prefix: str
    label: str
    named: Both
    sections: tuple[SectionShown, ...]
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SourceShown:
    """Who asserted an answered fact: the names of the fields begin with `field`."""

    field: str
    id: str
    member: Both | None
    title: Both
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form."""

    typed: Typed
    members: tuple[MemberShown, ...]
    shared: tuple[SectionShown, ...]
    lists: Mapping[str, tuple[RowShown, ...]]
    sources: tuple[SourceShown, ...]
    kept: Mapping[str, str]
    faults: tuple[tuple[Fault, str, Both], ...]
    states: Mapping[str, str]
    rows: Mapping[str, tuple[int, ...]]
    late: frozenset[str]

    def text(self, name: str) -> str:
        """Give what stands in a field."""
        return self.typed.get(name, "")

    def wrong(self, name: str) -> list[Fault]:
        """List what is wrong at a field."""
        return [fault for fault, id, _ in self.faults if id == id_of(name)]

    @property
    def late_fields(self) -> str:
        """Give the ids of the fields whose day comes after the date of evaluation, for a script."""
        return " ".join(sorted(map(id_of, self.late)))

    @property
    def full(self) -> bool:
        """Tell whether no further member can be added."""
        return len(self.members) >= MOST_MEMBERS

    def count(self, state: str) -> int:
        """Count all questions in a state."""
        return sum(one == state for one in self.states.values())

    @property
    def every(self) -> tuple[SectionShown, ...]:
        """List all sections."""
        return (*(one for member in self.members for one in member.sections), *self.shared)

    def fields_in(self, state: str) -> str:
        """Give the ids of the fields in a state, for a script."""
        return " ".join(id_of(name) for name, found in self.states.items() if found == state)


class _Layout:
    def __init__(self, filled: Filled, faults: Sequence[Fault], bearing: Bearing, vocabulary: Vocabulary) -> None:
        self.filled, self.bearing, self.vocabulary = filled, bearing, vocabulary
        self.sections = sections(vocabulary)
        self.faults: dict[str, list[Fault]] = {}
        for fault in faults:
            self.faults.setdefault(fault.field, []).append(fault)
        self.wanted = [bearing.wanted(case) for case in filled.cases]
        self.settled = [bearing.settled(case) for case in filled.cases]
        self.states: dict[str, str] = {}
        self.titles: dict[str, Both] = {}
        self.late = frozenset(_late(filled.typed, bearing.day, vocabulary))

    def state(self, fact: str, field: str, members: Iterable[int]) -> str:
        """Say how a fact stands; what all members share matters as long as it matters to one of them."""
        if fact not in self.bearing.reads:
            return OTHER
        some = list(members)
        if any(fact in self.filled.cases[at].given for at in some) or field in self.faults:
            return SETTLED if all(fact in self.settled[at] for at in some) else TOLD
        return ASKED if any(fact in self.wanted[at] for at in some) else IDLE

    def shown(self, question: Question, field: str, state: str) -> QuestionShown:
        typed = self.filled.typed
        self.titles[field] = (question.spec.zh, question.spec.en)
        return QuestionShown(
            question,
            field,
            id_of(field),
            typed.get(field, ""),
            bool(typed.get(f"{field}.never")),
            state,
            tuple(self.faults.get(field, ())),
            field in self.late,
        )

    def section(self, record: str, prefix: str, members: Sequence[int]) -> SectionShown:
        made: list[GroupShown] = []
        other: list[QuestionShown] = []
        for group in self.sections[record].groups:
            read: list[QuestionShown] = []
            for question in group.questions:
                field = f"{prefix}{question.name}"
                state = self.state(question.name, field, members)
                self.states[field] = state
                one = self.shown(question, field, state)
                (other if state == OTHER else read).append(one)
            if read:
                made.append(GroupShown(f"{prefix.replace('.', '-')}{group.id}", group.title, tuple(read)))
        id = f"s-{prefix.replace('.', '-')}{record}"
        return SectionShown(id, record, RECORDS[record], tuple(made), tuple(other))

    def member(self, at: int, number: int) -> MemberShown:
        prefix = member_prefix(number)
        shown = tuple(self.section(record, prefix, [at]) for record in OF_MEMBER)
        label = self.filled.typed.get(f"{prefix}label", "")
        return MemberShown(
            number, prefix, label, _ordinal(at), shown, self.filled.rows.get(f"{prefix}referral.events", ())
        )

    def list_rows(self, record: str, plural: str) -> tuple[RowShown, ...]:
        out = []
        for number in self.filled.rows[plural]:
            name = f"{plural}.{number}"
            questions = tuple(
                self.shown(question, f"{name}.{question.spec.short}", TOLD)
                for question in self.sections[record].questions
            )
            out.append(RowShown(number, name, id_of(name), questions))
        return tuple(out)


def sheet_of(filled: Filled, faults: Sequence[Fault], bearing: Bearing, vocabulary: Vocabulary) -> Sheet:
    """Lay the form out."""
    layout = _Layout(filled, faults, bearing, vocabulary)
    everybody = list(range(len(filled.cases)))
    shared = tuple(layout.section(record, "", everybody) for record in SHARED)
    members = tuple(layout.member(at, number) for at, number in enumerate(filled.members))
    lists = {plural: layout.list_rows(record, plural) for record, plural in LISTS.items()}
    sources = tuple(_sources(filled, vocabulary))
    shown = {source.field for source in sources}
    kept = {
        name: text
        for name, text in filled.typed.items()
        if name.startswith("said.") and text and name.rsplit(".", 1)[0] + "." not in shown
    }
    told = tuple((fault, _place(fault.field, shown), _title(fault.field, layout.titles)) for fault in faults)
    return Sheet(filled.typed, members, shared, lists, sources, kept, told, layout.states, filled.rows, layout.late)


def _late(typed: Typed, day: int, vocabulary: Vocabulary) -> Iterator[str]:
    """Find the fields whose day comes after the date of evaluation."""
    records = {plural: record for record, plural in LISTS.items()}
    for field, text in typed.items():
        record, _, short = _ROW.sub("", field).partition(".")
        fact = f"{records.get(record, record)}.{short}"
        if not text or not (fact in vocabulary.events or fact == "referral.events.on"):
            continue
        try:
            read = read_day(text.strip())
        except InputError:
            continue
        if read > iso(day) and read[:1].isdigit():
            yield field


def _place(field: str, sources: Collection[str]) -> str:
    """Give the id of the field where a fault is told; empty where the form does not show one."""
    hidden = field.startswith("said.") and f"{field.rpartition('.')[0]}." not in sources
    return "" if hidden or not field else id_of(field)


_TITLES: Mapping[str, Both] = {
    "file": ("文件", "file"),
    "as_of": ("判定日", "as of"),
    "said_by": ("谁说的", "asserted by"),
    "said_on": ("日期", "day"),
    "household_ref": ("家庭编号", "household"),
    "label": ("个案编号", "label"),
    "division": ("行政区划代码", "division"),
    "person": ("个人信息记录的编号", "the person's record"),
}


def _title(field: str, titles: Mapping[str, Both]) -> Both:
    """Say what a field is called, for whoever reads the list of faults."""
    if field in titles:
        return titles[field]
    last = field.rpartition(".")[2]
    if field.startswith("said."):
        return "来源", "source"
    if ".events." in field:
        return "已发生的步骤", "steps that took place"
    if ".additions." in field:
        return "各年新增", "added in each year"
    if ".meetings." in field:
        return "会议", "meetings"
    return _TITLES.get(field) or _TITLES.get(last) or ("", "")


def _ordinal(at: int) -> Both:
    return f"成员{'一二三四五六七八'[at]}", f"member {at + 1}"


def _sources(filled: Filled, vocabulary: Vocabulary) -> Iterable[SourceShown]:
    several = len(filled.members) > 1
    seen: set[str] = set()
    for at, (number, case) in enumerate(zip(filled.members, filled.cases, strict=True)):
        for name in case.given:
            field = said_name(number, name)
            if field in seen:
                continue
            seen.add(field)
            spec = vocabulary[name]
            own = spec.record in OF_MEMBER
            yield SourceShown(
                field,
                id_of(field),
                _ordinal(at) if several and own else None,
                (spec.zh, spec.en),
                {key: filled.typed.get(field + key, "") for key in SAID},
            )
