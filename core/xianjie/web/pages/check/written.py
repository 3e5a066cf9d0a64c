"""Write a case into the fields of the form, as somebody would have typed it; the way back is `filled`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from xianjie.cases import Case
from xianjie.engine.question import canonical
from xianjie.vocabulary import FactSpec, FactType, Vocabulary
from xianjie.vocabulary.facts import LISTS
from xianjie.web.pages.check.filled import PARTIES, SAID, filled, member_prefix, said_name
from xianjie.web.pages.check.questions import OF_MEMBER, SHARED

Data = Mapping[str, Any]


def typed_of(cases: Sequence[Data], vocabulary: Vocabulary) -> dict[str, str]:
    """Give the fields of a form that holds cases of one household; what they share is taken from the first."""
    typed: dict[str, str] = {}
    for number, data in enumerate(cases):
        prefix = member_prefix(number)
        typed[f"{prefix}label"] = data.get("case") or ""
        for record in OF_MEMBER:
            _record(typed, f"{prefix}{record}.", data.get(record) or {}, vocabulary.of_record(record))
        for row, event in enumerate((data.get("referral") or {}).get("events") or ()):
            for key in ("event", "on", "by"):
                typed[f"{prefix}referral.events.{row}.{key}"] = event.get(key) or ""
        for fact, said in (data.get("provenance") or {}).items():
            for key in SAID:
                if said.get(key):
                    typed[said_name(number, fact) + key] = said[key]
    first = cases[0] if cases else {}
    typed["household_ref"] = first.get("household_ref") or ""
    for record in SHARED:
        _record(typed, f"{record}.", first.get(record) or {}, vocabulary.of_record(record))
    for record, plural in LISTS.items():
        for row, item in enumerate(first.get(plural) or ()):
            _record(typed, f"{plural}.{row}.", item, vocabulary.of_record(record))
            _inside(typed, f"{plural}.{row}", item)
    _fold_said(typed, cases, vocabulary)
    return typed


def _fold_said(typed: dict[str, str], cases: Sequence[Data], vocabulary: Vocabulary) -> None:
    """Write the source that most facts have once, for the whole form; not where a fact has none, as it would get it."""
    names = {
        said_name(number, spec.name)
        for number, data in enumerate(cases)
        for spec in vocabulary.facts
        if spec.record not in LISTS and (data.get(spec.record) or {}).get(spec.short) is not None
    }
    told = Counter((typed.get(f"{name}by", ""), typed.get(f"{name}on", "")) for name in names)
    if not told or any(not by for by, _ in told):
        return
    by, on = typed["said_by"], typed["said_on"] = max(sorted(told), key=told.__getitem__)
    for name in names:
        if (typed[f"{name}by"], typed.get(f"{name}on", "")) == (by, on):
            typed[f"{name}by"] = typed[f"{name}on"] = ""


def unlike(case: Case, typed: Mapping[str, str], number: int, vocabulary: Vocabulary) -> list[str]:
    """Name the parts of a case that the form cannot hold as they are; none where it holds all of it."""
    again = filled(typed, vocabulary)
    if number >= len(again.cases):
        return ["case"]
    was, now = canonical(case), canonical(again.cases[number])
    return [name for name in was if name != "records" and was[name] != now[name]]


def _record(typed: dict[str, str], prefix: str, data: Data, specs: Sequence[FactSpec]) -> None:
    for spec in specs:
        value = data.get(spec.short)
        if value is None:
            continue
        name = f"{prefix}{spec.short}"
        if spec.type is FactType.EVENT and value == "never":
            typed[f"{name}.never"] = "1"
        else:
            typed[name] = _text(value)


def _inside(typed: dict[str, str], name: str, item: Data) -> None:
    for row, meeting in enumerate(item.get("meetings") or ()):
        typed[f"{name}.meetings.{row}.held"] = "1"
        for party in PARTIES:
            value = meeting.get(party)
            typed[f"{name}.meetings.{row}.{party}"] = "" if value is None else _text(value)
    for row, (year, value) in enumerate((item.get("additions") or {}).items()):
        typed[f"{name}.additions.{row}.year"] = str(year)
        typed[f"{name}.additions.{row}.value"] = _text(value)


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return format(Decimal(repr(value)), "f")
        case Decimal():
            return format(value, "f")
        case list() | tuple() | set() | frozenset():
            return "\n".join(sorted(map(str, value))) or "无"
        case _:
            return str(value)
