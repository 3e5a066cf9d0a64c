"""The facts of a decision paper: what was asserted, by whom and when; what is not known stays so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xianjie.cases import Case
from xianjie.engine.later import REMARK, is_later
from xianjie.engine.overview import missing_facts
from xianjie.engine.wording import fact_term
from xianjie.language.prose import value_text
from xianjie.papers.decision_telling import asserted
from xianjie.papers.document import Cell, Run, Table, Text, cell
from xianjie.papers.phrasing import Entry, Voice
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS
from xianjie.vocabulary.terms import EVENTS, term

Fact = tuple[Cell, Cell]
"""A fact's name, and its value with who asserted it."""
_SIDE_BY_SIDE = 2


def facts_table(case: Case, answer: Entry, vocabulary: Vocabulary, voice: Voice) -> Table:
    """List the facts of a case by record, two on a row; behind them what the regions asked still want."""
    say = voice.say
    rows: list[tuple[Cell, ...]] = []
    for title, facts, unknown in _records(case, answer, vocabulary, voice):
        rows.append((cell((Run(title, bold=True),), span=2 * _SIDE_BY_SIDE, shade=True),))
        rows += _rows(facts)
        if unknown:
            words = (Run(say("不清楚：", "not known: "), bold=True), voice.listed(unknown))
            rows.append((cell(words, span=2 * _SIDE_BY_SIDE),))
    heads = (say("项目", "fact"), say("内容、来源", "value, source"))
    titles = frozenset(number for number, one in enumerate(rows) if one[0].shade)
    return Table((7, 8) * _SIDE_BY_SIDE, heads * _SIDE_BY_SIDE, tuple(rows), titles)


def _rows(facts: Sequence[Fact]) -> Iterator[tuple[Cell, ...]]:
    for at in range(0, len(facts), _SIDE_BY_SIDE):
        found = facts[at : at + _SIDE_BY_SIDE]
        rest = _SIDE_BY_SIDE - len(found)
        yield tuple(one for fact in found for one in fact) + (cell(), cell()) * rest


def _records(
    case: Case, answer: Entry, vocabulary: Vocabulary, voice: Voice
) -> Iterator[tuple[str, list[Fact], list[str]]]:
    """Go through the records: title, what is known, what is wanted and not known."""
    say, wanted = voice.say, missing_facts(answer)
    as_of = dt.date.fromisoformat(answer["as_of"]).toordinal()
    for record, names in RECORDS.items():
        if record in LISTS:
            continue
        known = {spec.name: case.given[spec.name] for spec in vocabulary.of_record(record) if spec.name in case.given}
        facts = list(_of(known, vocabulary, voice, as_of, case.provenance))
        facts += _events(case, voice, as_of) if record == "referral" else ()
        open_ = [spec for spec in vocabulary.of_record(record) if spec.name in wanted and spec.name not in known]
        if facts or open_:
            yield say(*names), facts, [say(spec.zh, spec.en) for spec in open_]
    for title, facts in _lists(case, vocabulary, voice, as_of):
        yield title, facts, []


def _fact(name: str, value: str, source: str = "", remark: str = "") -> Fact:
    lines: list[Text] = [(Run(value, bold=True),), *[(Run(one, soft=True),) for one in (source, remark) if one]]
    return cell(name), cell(*lines)


def _events(case: Case, voice: Voice, as_of: int) -> Iterator[Fact]:
    for event in case.events:
        when = voice.say("日期不清楚", "day not known") if event.on is None else voice.day(event.on)
        name = voice.labelled(voice.say("步骤", "step"), term(EVENTS, event.event, voice.lang))
        later = event.on is not None and event.on > as_of
        yield _fact(name, when, event.by or "", voice.say(*REMARK) if later else "")


def _lists(case: Case, vocabulary: Vocabulary, voice: Voice, as_of: int) -> Iterator[tuple[str, list[Fact]]]:
    """List ledgers, counted duties and targets, each under a title of its own."""
    say = voice.say
    for number, ledger in enumerate(case.ledgers, 1):
        yield say(f"台账 {number}", f"ledger {number}"), list(_of(ledger.facts, vocabulary, voice, as_of))
    for number, duty in enumerate(case.duties, 1):
        facts = list(_of(duty.facts, vocabulary, voice, as_of))
        if duty.meetings is not None:
            name = fact_term("duty.meetings", vocabulary, voice.lang)
            facts.append(_fact(name, say(f"{len(duty.meetings)} 次", f"{len(duty.meetings)} meetings")))
        yield say(f"次数型职责 {number}", f"counted duty {number}"), facts
    for number, target in enumerate(case.targets, 1):
        found: Sequence[tuple[str, Any]] = (
            ("target.item", target.item),
            ("target.year", target.year),
            ("target.value", target.value),
            ("target.value_in_year", target.value_in_year),
        )
        facts = [
            _fact(fact_term(name, vocabulary, voice.lang), f"{figure}") for name, figure in found if figure is not None
        ]
        added = fact_term("target.additions", vocabulary, voice.lang)
        facts += [_fact(f"{added} {year}", f"{value}") for year, value in target.additions.items()]
        yield say(f"年度目标 {number}", f"yearly target {number}"), facts


def _of(
    facts: Mapping[str, Any],
    vocabulary: Vocabulary,
    voice: Voice,
    as_of: int,
    provenance: Mapping[str, Mapping[str, str]] | None = None,
) -> Iterator[Fact]:
    for name, value in facts.items():
        said = voice.dated(value_text(vocabulary[name], value, voice.lang))
        remark = voice.say(*REMARK) if is_later(name, value, as_of, vocabulary) else ""
        yield _fact(
            fact_term(name, vocabulary, voice.lang), said, asserted((provenance or {}).get(name, {}), voice), remark
        )
