"""The facts of a decision paper: what was asserted, by whom and when; what is not known stays so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xianjie.cases import Case
from xianjie.engine.overview import missing_facts
from xianjie.engine.wording import fact_term
from xianjie.language.prose import value_text
from xianjie.papers.decision_telling import asserted
from xianjie.papers.document import Cell, Run, Table, cell
from xianjie.papers.phrasing import Entry, Voice
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS
from xianjie.vocabulary.terms import EVENTS, term


def facts_table(case: Case, answer: Entry, vocabulary: Vocabulary, voice: Voice) -> Table:
    """List the facts of a case by record, each with its source; behind them what the regions asked still want."""
    say = voice.say
    rows: list[tuple[Cell, ...]] = []
    wanted = missing_facts(answer)
    for record, names in RECORDS.items():
        if record in LISTS:
            continue
        known = [spec for spec in vocabulary.of_record(record) if spec.name in case.given]
        unknown = [spec for spec in vocabulary.of_record(record) if spec.name in wanted and spec.name not in case.given]
        events = record == "referral" and case.events
        if not (known or unknown or events):
            continue
        rows.append(_title(say(*names)))
        for spec in known:
            source = case.provenance.get(spec.name, {})
            value = voice.dated(value_text(spec, case.given[spec.name], voice.lang))
            rows.append(_row(say(spec.zh, spec.en), value, asserted(source, voice)))
        if events:
            rows += _events(case, voice)
        if unknown:
            rows.append(
                (
                    cell(voice.listed(say(spec.zh, spec.en) for spec in unknown)),
                    cell((Run(say("不清楚", "not known"), bold=True),)),
                    cell("—"),
                )
            )
    rows += _lists(case, vocabulary, voice)
    heads = (say("项目", "fact"), say("内容", "value"), say("由谁、何时、依据", "who, when, on what"))
    return Table((7, 6, 6), heads, tuple(rows))


def _title(text: str) -> tuple[Cell, ...]:
    return (cell((Run(text, bold=True),), span=3, shade=True),)


def _row(name: str, value: str, source: str) -> tuple[Cell, ...]:
    return cell(name), cell((Run(value, bold=True),)), cell(source or "—")


def _events(case: Case, voice: Voice) -> Iterator[tuple[Cell, ...]]:
    for event in case.events:
        when = voice.say("日期不清楚", "day not known") if event.on is None else voice.day(event.on)
        name = voice.labelled(voice.say("步骤", "step"), term(EVENTS, event.event, voice.lang))
        yield _row(name, when, event.by or "")


def _lists(case: Case, vocabulary: Vocabulary, voice: Voice) -> Iterator[tuple[Cell, ...]]:
    """List ledgers, counted duties and targets, each under a title of its own."""
    say = voice.say
    for number, ledger in enumerate(case.ledgers, 1):
        yield _title(say(f"台账 {number}", f"ledger {number}"))
        yield from _of(ledger.facts, vocabulary, voice)
    for number, duty in enumerate(case.duties, 1):
        yield _title(say(f"次数型职责 {number}", f"counted duty {number}"))
        yield from _of(duty.facts, vocabulary, voice)
        if duty.meetings is not None:
            name = fact_term("duty.meetings", vocabulary, voice.lang)
            yield _row(name, say(f"{len(duty.meetings)} 次", f"{len(duty.meetings)} meetings"), "")
    for number, target in enumerate(case.targets, 1):
        yield _title(say(f"年度目标 {number}", f"yearly target {number}"))
        found: Sequence[tuple[str, Any]] = (
            ("target.item", target.item),
            ("target.year", target.year),
            ("target.value", target.value),
            ("target.value_in_year", target.value_in_year),
        )
        for name, figure in found:
            if figure is not None:
                yield _row(fact_term(name, vocabulary, voice.lang), f"{figure}", "")
        for year, added in target.additions.items():
            yield _row(f"{fact_term('target.additions', vocabulary, voice.lang)} {year}", f"{added}", "")


def _of(facts: Mapping[str, Any], vocabulary: Vocabulary, voice: Voice) -> Iterator[tuple[Cell, ...]]:
    for name, value in facts.items():
        said = voice.dated(value_text(vocabulary[name], value, voice.lang))
        yield _row(fact_term(name, vocabulary, voice.lang), said, "")
