"""`/glossary`: the words of the field as documents, cases and answers use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.compare.bilingual import Both, of_term
from xianjie.compare.difference import VERDICTS
from xianjie.compare.workbook import LEGEND, SILENCES
from xianjie.service.state import service_of
from xianjie.vocabulary import terms
from xianjie.vocabulary.facts import RECORDS
from xianjie.vocabulary.meanings import MEANINGS
from xianjie.vocabulary.topics import TOPICS
from xianjie.web.showing.rendering import page

_TABLES = (
    ("forces", "力度", "Force", "FORCES"),
    ("qualifiers", "力度的限定", "Force, qualified", "QUALIFIERS"),
    ("standings", "性质", "Standing", "STANDINGS"),
    ("validities", "效力", "Validity", "VALIDITIES"),
    ("dimensions", "维度", "Dimensions", "DIMENSIONS"),
    ("statuses", "结论", "Answers", "STATUSES"),
    ("instruments", "激励", "Instruments", "INSTRUMENTS"),
    ("services", "帮扶服务", "Services", "SERVICES"),
    ("events", "转介的经过", "Events of a referral", "EVENTS"),
    ("steps", "转介的步骤", "Steps of a referral", "STEPS"),
)


async def show_glossary(request: Request) -> Response:
    """Show the words; with `q`, those that hold it."""
    sought = request.query_params.get("q", "").strip()[:60]
    vocabulary = service_of(request).answering.engine.vocabulary

    def held(*texts: str) -> bool:
        return all(any(word in text.lower() for text in texts) for word in sought.lower().split())

    tables = [
        (name, zh, en, [(key, *pair, *said) for key, pair, said in _rows(table) if held(key, *pair, *said)])
        for name, zh, en, table in _TABLES
    ]
    topics = [(topic.id, topic.zh, topic.en) for topic in TOPICS if held(topic.id, topic.zh, topic.en)]
    facts = [
        (record, [(spec.name, spec.zh, spec.en) for spec in vocabulary.facts if spec.record == record])
        for record in RECORDS
    ]
    found = [(record, [row for row in rows if held(*row)]) for record, rows in facts]
    return page(
        request,
        "glossary.html.j2",
        "glossary_result.html.j2",
        sought=sought,
        words=VERDICTS,
        verdicts=_meant(LEGEND, VERDICTS, held),
        silences=_meant(SILENCES, {key: of_term(terms.STATUSES, key) for key in SILENCES}, held),
        tables=[table for table in tables if table[3]],
        topics=topics,
        facts=[(record, rows) for record, rows in found if rows],
        records=RECORDS,
    )


def _rows(table: str) -> Iterator[tuple[str, tuple[str, str], tuple[str, str]]]:
    """Give the terms of a table, each with what it means."""
    for key, pair in getattr(terms, table).items():
        yield key, pair, MEANINGS[table][key]


def _meant(
    meanings: Mapping[str, Both], words: Mapping[Any, Both], held: Callable[..., bool]
) -> list[tuple[str, Both]]:
    return [
        (key, meaning)
        for key, meaning in meanings.items()
        if held(key, words[key].zh, words[key].en, meaning.zh, meaning.en)
    ]
