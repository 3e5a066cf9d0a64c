"""Read what was typed into the form: the case of each member, and what is wrong at which field.

A field that cannot be read is left out of the case and told; everything else still counts. Nothing typed is lost: the
texts stay as they were. An empty field is unknown, and never `no`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xianjie.cases import Case
from xianjie.cases.cells import read_day, read_fact
from xianjie.cases.read import read_case
from xianjie.errors import InputError, Place, Problem
from xianjie.vocabulary import FactSpec, FactType, Vocabulary
from xianjie.vocabulary.facts import LISTS
from xianjie.web.pages.check.questions import OF_MEMBER, SHARED

Typed = Mapping[str, str]
"""What stands in each field, by the field's name."""
Data = dict[str, Any]

MOST_MEMBERS = 8
MOST_ROWS = 40
SAID = ("by", "on", "note")
PARTIES = ("departments", "charities", "grassroots")
_NUMBERED = re.compile(r"(m|ledgers|duties|targets)\.?([0-9]{1,3})\..+")
_INSIDE = re.compile(r"(.+\.(?:events|meetings|additions))\.([0-9]{1,3})\.[a-z]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a field, by the field's name; empty where it is at none."""

    field: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it was filled in. `members` and `rows` number what there is; `cases` has one case for each member.

    `data` are the same cases as JSON would hold them.
    """

    typed: Typed
    members: tuple[int, ...]
    rows: Mapping[str, tuple[int, ...]]
    data: tuple[Data, ...]
    cases: tuple[Case, ...]
    faults: tuple[Fault, ...]


def member_prefix(number: int) -> str:
    """Give what the names of a member's fields begin with."""
    return f"m{number}."


def filled(typed: Typed, vocabulary: Vocabulary, records: Iterable[str] = ()) -> Filled:
    """Read the form; each case holds the records named, be they empty, so that what is asked of them is answered."""
    members, wanted = numbers(typed, "m") or (0,), frozenset(records)
    rows = _rows(typed)
    told: dict[Fault, None] = {}
    everybody: Data = {}
    for fault in _read_shared(typed, vocabulary, rows, everybody):
        told[fault] = None
    data, cases = [], []
    for number in members[:MOST_MEMBERS]:
        own: Data = {}
        for fault in _read_member(typed, vocabulary, number, rows, own):
            told[fault] = None
        made: Data = {**own, **deepcopy(everybody)}
        for record in wanted:
            made.setdefault(record, {})
        for fault in _read_said(typed, vocabulary, number, made):
            told[fault] = None
        checked, case, faults = _checked(made, vocabulary, typed, number, rows, wanted)
        told.update(dict.fromkeys(faults))
        data.append(checked)
        cases.append(case)
    if any(len(found) > MOST_ROWS for found in _numbered(typed).values()):
        zh, en = (
            f"一处超过 {MOST_ROWS} 行，其余的没有核对",
            f"more than {MOST_ROWS} rows in one place: the others were not checked",
        )
        told[Fault("", "rows-too-many", zh, en)] = None
    if len(members) > MOST_MEMBERS:
        zh, en = (
            f"一户最多 {MOST_MEMBERS} 人，其余的没有核对",
            f"at most {MOST_MEMBERS} members; the others were not checked",
        )
        told[Fault("", "members-many", zh, en)] = None
    return Filled(typed, members[:MOST_MEMBERS], rows, tuple(data), tuple(cases), tuple(told))


def numbers(typed: Typed, what: str) -> tuple[int, ...]:
    """List the numbers that members (`m`), or rows of a list, have in the names of the fields."""
    found = {int(match[2]) for name in typed if (match := _NUMBERED.fullmatch(name)) and match[1] == what}
    return tuple(sorted(found))


def _rows(typed: Typed) -> Mapping[str, tuple[int, ...]]:
    """Number the rows of every list, and those of the lists within, as far as they are read."""
    return {name: found[:MOST_ROWS] for name, found in _numbered(typed).items()}


def _numbered(typed: Typed) -> Mapping[str, tuple[int, ...]]:
    inside: dict[str, set[int]] = {}
    for name in typed:
        match = _INSIDE.fullmatch(name)
        if match:
            inside.setdefault(match[1], set()).add(int(match[2]))
    lists = {name: numbers(typed, name) for name in LISTS.values()}
    return lists | {name: tuple(sorted(found)) for name, found in inside.items()}


# -- one field ------------------------------------------------------------------------------------------------------


def _plain(value: object) -> object:
    """Write an exact number as JSON can hold it without losing anything."""
    if not isinstance(value, Decimal):
        return value
    if value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else format(value, "f")


def _fault(field: str, problem: Problem) -> Fault:
    return Fault(field, problem.code, problem.zh, problem.en)


def _text(typed: Typed, name: str) -> str:
    return typed.get(name, "").strip()


def _value(typed: Typed, name: str, spec: FactSpec) -> object:
    """Read a fact's field; None where it is unknown. Raises InputError."""
    text = _text(typed, name)
    if spec.type is FactType.EVENT and typed.get(f"{name}.never"):
        if text:
            zh, en = "写了日期，又选了“从未”，只能留一个", "a date, and never as well: keep one of them"
            raise InputError(Problem("date-and-never", zh, en))
        return "never"
    if not text:
        return None
    if spec.type is FactType.SET:
        return _words(text)
    return _plain(read_fact(text, spec))


def _words(text: str) -> list[str]:
    """Read a list of words as it stands, unlike a cell of a table: forms of letters stay as they are."""
    found = [part.strip() for part in re.split(r"[、;；,，\n]", text) if part.strip()]
    if found == ["无"]:
        return []
    if "无" in found or not found:
        zh, en = "“无”不能与其他项并列", "无 (none) cannot stand beside other entries"
        raise InputError(Problem("set-none", zh, en))
    return found


def _record(typed: Typed, vocabulary: Vocabulary, record: str, prefix: str, into: Data) -> Iterator[Fault]:
    for spec in vocabulary.of_record(record):
        name = f"{prefix}{spec.short}"
        try:
            value = _value(typed, name, spec)
        except InputError as error:
            yield from (_fault(name, problem) for problem in error.problems)
            continue
        if value is not None:
            into[spec.short] = value


def _day(typed: Typed, name: str) -> str | None:
    text = _text(typed, name)
    return read_day(text) if text else None


# -- one member, and what all of them share -------------------------------------------------------------------------


def _read_member(
    typed: Typed, vocabulary: Vocabulary, number: int, rows: Mapping[str, Sequence[int]], into: Data
) -> Iterator[Fault]:
    prefix = member_prefix(number)
    label = _text(typed, f"{prefix}label")
    if label:
        into["case"] = label
    for record in OF_MEMBER:
        found: Data = {}
        yield from _record(typed, vocabulary, record, f"{prefix}{record}.", found)
        if record == "referral":
            events: list[Data] = []
            yield from _events(typed, f"{prefix}referral.events", rows, events)
            if events:
                found["events"] = events
        if found:
            into[record] = found


def _events(typed: Typed, name: str, rows: Mapping[str, Sequence[int]], into: list[Data]) -> Iterator[Fault]:
    for row in rows.get(name, ()):
        event, by = _text(typed, f"{name}.{row}.event"), _text(typed, f"{name}.{row}.by")
        made: Data = {"event": event} if event else {}
        try:
            day = _day(typed, f"{name}.{row}.on")
        except InputError as error:
            yield from (_fault(f"{name}.{row}.on", problem) for problem in error.problems)
            day = None
        made |= {key: value for key, value in (("on", day), ("by", by)) if value}
        if made and not event:
            yield Fault(f"{name}.{row}.event", "step-missing", "请选这一步是什么", "choose which step it was")
        elif made:
            into.append(made)


def _read_shared(
    typed: Typed, vocabulary: Vocabulary, rows: Mapping[str, Sequence[int]], into: Data
) -> Iterator[Fault]:
    if household := _text(typed, "household_ref"):
        into["household_ref"] = household
    for record in SHARED:
        found: Data = {}
        yield from _record(typed, vocabulary, record, f"{record}.", found)
        if found:
            into[record] = found
    for record, plural in LISTS.items():
        listed: list[Data] = []
        for row in rows[plural]:
            made: Data = {}
            yield from _record(typed, vocabulary, record, f"{plural}.{row}.", made)
            yield from _inside(typed, f"{plural}.{row}", rows, made)
            if made:
                listed.append(made)
        if listed:
            into[plural] = listed


def _inside(typed: Typed, name: str, rows: Mapping[str, Sequence[int]], into: Data) -> Iterator[Fault]:
    """Read the meetings of a duty, and what each year added to a target."""
    meetings: list[Data] = []
    for row in rows.get(f"{name}.meetings", ()):
        present = {party: _text(typed, f"{name}.meetings.{row}.{party}") for party in PARTIES}
        if any(value not in ("", "true", "false") for value in present.values()):
            yield Fault(
                f"{name}.meetings.{row}.departments", "cell-truth", "只接受 是、否、不清楚", "yes, no or not known"
            )
            continue
        if _text(typed, f"{name}.meetings.{row}.held") or any(present.values()):
            meetings.append({party: value == "true" for party, value in present.items() if value})
    if meetings:
        into["meetings"] = meetings
    additions: Data = {}
    for row in rows.get(f"{name}.additions", ()):
        year, value = (_text(typed, f"{name}.additions.{row}.{key}") for key in ("year", "value"))
        if not year and not value:
            continue
        field = f"{name}.additions.{row}"
        if not (re.fullmatch(r"[0-9]{4}", year) and value) or year in additions:
            zh, en = "年度须是四位数字，各年一行，并写数值", "a year of four digits, each once, with its figure"
            yield Fault(f"{field}.year", "year-form", zh, en)
            continue
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", value):
            yield Fault(f"{field}.value", "type-number", "须是数字", "must be a number")
            continue
        additions[year] = _plain(Decimal(value))
    if additions:
        into["additions"] = additions


# -- who said so ----------------------------------------------------------------------------------------------------


def said_name(number: int, fact: str) -> str:
    """Give what the names of the fields begin with that say who asserted a fact."""
    own = fact.split(".", 1)[0] in OF_MEMBER
    return f"said.{member_prefix(number) if own else ''}{fact}."


def _read_said(typed: Typed, vocabulary: Vocabulary, number: int, data: Data) -> Iterator[Fault]:
    """Say of every fact that was answered who asserted it: as written beside it, else as set for the whole form."""
    told: Data = {}
    default = _text(typed, "said_by")
    day = None
    try:
        day = _day(typed, "said_on") if default else None
    except InputError as error:
        yield from (_fault("said_on", problem) for problem in error.problems)
    for spec in vocabulary.facts:
        listed = spec.record in LISTS
        if not listed and spec.short not in data.get(spec.record, {}):
            continue
        name = said_name(number, spec.name)
        own = {key: _text(typed, name + key) for key in SAID}
        found: Data = {}
        if default and not own["by"] and not listed:
            found = {"by": default, **({"on": day} if day else {})}
        try:
            on = _day(typed, f"{name}on")
        except InputError as error:
            yield from (_fault(f"{name}on", problem) for problem in error.problems)
            on = None
        found |= {key: value for key, value in (("by", own["by"]), ("on", on), ("note", own["note"])) if value}
        if found:
            told[spec.name] = found
    if told:
        data["provenance"] = told


# -- what the case itself says to it --------------------------------------------------------------------------------


def _checked(
    data: Data,
    vocabulary: Vocabulary,
    typed: Typed,
    number: int,
    rows: Mapping[str, Sequence[int]],
    records: frozenset[str],
) -> tuple[Data, Case, list[Fault]]:
    """Have the case read; what it refuses is told at its field and left out, until the rest is a case."""
    faults: list[Fault] = []
    while True:
        try:
            return data, read_case(data, vocabulary, lambda path: Place(path=json.dumps(list(path)))), faults
        except InputError as error:
            for problem in error.problems:
                path = json.loads(problem.place.path or "[]")
                faults.append(_fault(_field_of(path, typed, number, rows), problem))
            for problem in error.problems:
                _drop(data, json.loads(problem.place.path or "[]"))
            _prune(data, vocabulary, records)


def _prune(data: Data, vocabulary: Vocabulary, records: frozenset[str]) -> None:
    """Let nothing stand that hung on what was left out: a record with nothing in it, and who asserted a fact."""
    for name in [name for name, value in data.items() if value in ({}, []) and name not in records]:
        del data[name]
    said = data.get("provenance", {})
    for name in [name for name in said if vocabulary[name].record not in LISTS]:
        record, short = name.split(".", 1)
        if short not in data.get(record, {}):
            del said[name]
    if "provenance" in data and not said:
        del data["provenance"]


def _field_of(path: Sequence[str | int], typed: Typed, number: int, rows: Mapping[str, Sequence[int]]) -> str:
    """Find the field that a part of the case was read from."""
    prefix = member_prefix(number)
    match list(path):
        case ["case", *_]:
            return f"{prefix}label"
        case ["household_ref", *_]:
            return "household_ref"
        case ["provenance", str(fact), *rest]:
            name = said_name(number, fact)
            key = str(rest[0]) if rest else "by"
            return f"{name}{key}" if _text(typed, name + key) else f"said_{key}"
        case ["referral", "events", int(at), *rest]:
            row = _nth(rows.get(f"{prefix}referral.events", ()), at, lambda n: _event_there(typed, prefix, n))
            return f"{prefix}referral.events.{row}.{rest[0] if rest else 'event'}"
        case [str(plural), int(at), *rest] if plural in LISTS.values():
            record = next(name for name, several in LISTS.items() if several == plural)
            row = _nth(
                rows[plural], at, lambda n: any(_text(typed, k) for k in typed if k.startswith(f"{plural}.{n}."))
            )
            short = str(rest[0]) if rest else {"ledger": "kind", "duty": "kind", "target": "item"}[record]
            return f"{plural}.{row}.{short}"
        case [str(record), str(short), *_] if record in OF_MEMBER:
            return f"{prefix}{record}.{short}"
        case [str(record), str(short), *_]:
            return f"{record}.{short}"
        case _:
            return ""


def _event_there(typed: Typed, prefix: str, row: int) -> bool:
    return bool(_text(typed, f"{prefix}referral.events.{row}.event"))


def _nth(rows: Sequence[int], at: int, there: Any) -> int:
    kept = [row for row in rows if there(row)]
    return kept[at] if at < len(kept) else 0


def _drop(data: Data, path: Sequence[str | int]) -> None:
    """Take out what is refused: the part itself, or the nearest thing around it that is there."""
    at: Any = data
    way: list[tuple[Any, str | int]] = []
    for step in path:
        held = step in at if isinstance(at, dict) else isinstance(at, list) and isinstance(step, int) and step < len(at)
        if not held:
            break
        way.append((at, step))
        at = at[step]
    if way:
        holder, step = way[-1]
        del holder[step]
    else:
        data.clear()
