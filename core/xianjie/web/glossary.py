"""`/glossary`: the words of the field as documents, cases and answers use them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from xianjie.compare.workbook import LEGEND, SILENCES
from xianjie.compare.difference import VERDICTS
from xianjie.service.state import service_of
from xianjie.vocabulary import terms
from xianjie.vocabulary.facts import RECORDS
from xianjie.vocabulary.topics import TOPICS
from xianjie.web.rendering import page

_TABLES = (
    ("forces", "力度", "Force", terms.FORCES),
    ("standings", "性质", "Standing", terms.STANDINGS),
    ("validities", "效力", "Validity", terms.VALIDITIES),
    ("statuses", "结论", "Answers", terms.STATUSES),
    ("instruments", "激励", "Instruments", terms.INSTRUMENTS),
    ("services", "帮扶服务", "Services", terms.SERVICES),
    ("steps", "转介的步骤", "Steps of a referral", terms.STEPS),
)


async def show_glossary(request: Request) -> Response:
    """Show the words; with `q`, those that hold it."""
    sought = request.query_params.get("q", "").strip()[:60]
    vocabulary = service_of(request).answering.engine.vocabulary

    def held(*texts: str) -> bool:
        return all(any(word in text.lower() for text in texts) for word in sought.lower().split())

    tables = [
        (name, zh, en, [(key, *pair) for key, pair in table.items() if held(key, *pair)])
        for name, zh, en, table in _TABLES
    ]
    topics = [(topic.id, topic.zh, topic.en, topic.dimension) for topic in TOPICS if held(topic.id, topic.zh, topic.en)]
    facts = [
        (record, [spec for spec in vocabulary.facts if spec.record == record and held(spec.name, spec.zh, spec.en)])
        for record in RECORDS
    ]
    return page(
        request,
        "glossary.html.j2",
        "glossary_result.html.j2",
        sought=sought,
        verdicts=[(key, VERDICTS[key], meaning) for key, meaning in LEGEND.items() if held(key, VERDICTS[key].zh)],
        silences=SILENCES,
        tables=[table for table in tables if table[3]],
        topics=topics,
        facts=[(record, found) for record, found in facts if found],
        records=RECORDS,
    )

