"""Tell what a case asserts: every fact with its value, who asserted it, when, and what they noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xianjie.cases import Case
from xianjie.engine.duties.counts import PARTY_TERMS
from xianjie.engine.later import REMARK, is_later
from xianjie.engine.wording import fact_term, say
from xianjie.language.calendar import iso
from xianjie.language.prose import value_text
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS
from xianjie.vocabulary.terms import EVENTS, term
from xianjie.web.pages.answers.grounds import Source, source_of


@dataclass(frozen=True, slots=True)
class FactTold:
    """One fact of a case, with who asserted it, and what has to be said of its value."""

    term: str
    value: str
    source: Source | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class RecordTold:
    """One record of a case: its name, and its facts."""

    name: str
    facts: tuple[FactTold, ...]


def facts_told(case: Case, vocabulary: Vocabulary, lang: str, as_of: int) -> tuple[RecordTold, ...]:
    """Tell the facts of a case record by record; what is not recorded is not among them. `as_of` is an ordinal."""
    return tuple(one for one in _records(case, vocabulary, lang, as_of) if one.facts)


def _records(case: Case, vocabulary: Vocabulary, lang: str, as_of: int) -> Iterator[RecordTold]:
    def remark(name: str, value: object) -> str:
        return say(lang, *REMARK) if is_later(name, value, as_of, vocabulary) else ""

    for record, names in RECORDS.items():
        if record not in LISTS:
            told = [
                FactTold(
                    say(lang, spec.zh, spec.en),
                    value_text(spec, case.given[spec.name], lang),
                    source_of(case.provenance, spec.name),
                    remark(spec.name, case.given[spec.name]),
                )
                for spec in vocabulary.of_record(record)
                if spec.name in case.given
            ]
            events = _events(case, lang, as_of) if record == "referral" else ()
            yield RecordTold(say(lang, *names), (*told, *events))
    for number, ledger in enumerate(case.ledgers, 1):
        yield RecordTold(_numbered("ledger", number, lang), tuple(_of(ledger.facts, vocabulary, lang, as_of)))
    for number, duty in enumerate(case.duties, 1):
        facts = tuple(_of(duty.facts, vocabulary, lang, as_of))
        if duty.meetings is not None:
            facts += (FactTold(fact_term("duty.meetings", vocabulary, lang), f"{len(duty.meetings)}"),)
            facts += tuple(_meeting(meeting, at, lang) for at, meeting in enumerate(duty.meetings, 1))
        yield RecordTold(_numbered("duty", number, lang), facts)
    for number, target in enumerate(case.targets, 1):
        figures: tuple[tuple[str, Any], ...] = (
            ("target.item", target.item),
            ("target.year", target.year),
            ("target.value", target.value),
            ("target.value_in_year", target.value_in_year),
        )
        told = [FactTold(fact_term(name, vocabulary, lang), f"{value}") for name, value in figures if value is not None]
        added = fact_term("target.additions", vocabulary, lang)
        told += [FactTold(f"{added} {year}", f"{value}") for year, value in target.additions.items()]
        yield RecordTold(_numbered("target", number, lang), tuple(told))


def _meeting(meeting: Mapping[str, bool], number: int, lang: str) -> FactTold:
    """Tell who was there, who was not, and of whom nothing is recorded."""
    words = {True: ("到场", "there"), False: ("未到场", "not there"), None: ("不清楚", "not known")}
    said = [
        say(lang, *party) + say(lang, "", " ") + say(lang, *words[meeting.get(name)])
        for name, party in PARTY_TERMS.items()
    ]
    return FactTold(say(lang, f"会议 {number}", f"meeting {number}"), say(lang, "；", "; ").join(said))


def _numbered(record: str, number: int, lang: str) -> str:
    return f"{say(lang, *RECORDS[record])} {number}"


def _events(case: Case, lang: str, as_of: int) -> Iterator[FactTold]:
    for event in case.events:
        day = say(lang, "日期不清楚", "day not known") if event.on is None else iso(event.on)
        label = say(lang, "步骤：", "step: ") + term(EVENTS, event.event, lang)
        remark = say(lang, *REMARK) if event.on is not None and event.on > as_of else ""
        yield FactTold(label, day, Source(event.by, None, None) if event.by else None, remark)


def _of(facts: Mapping[str, Any], vocabulary: Vocabulary, lang: str, as_of: int) -> Iterator[FactTold]:
    for name, value in facts.items():
        remark = say(lang, *REMARK) if is_later(name, value, as_of, vocabulary) else ""
        yield FactTold(fact_term(name, vocabulary, lang), value_text(vocabulary[name], value, lang), None, remark)
