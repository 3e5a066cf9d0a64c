"""`/guide`: five minutes with an invented family: what each page is for, with what these very rules say."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.cases.read import read_case
from xianjie.compare.difference import VERDICTS
from xianjie.compare.matrix import Row, compare
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.errors import Place
from xianjie.service.state import Service, service_of
from xianjie.service.working import in_thread
from xianjie.vocabulary.topics import TOPICS
from xianjie.web.pages.answers.shown import Answers, answer_of, shown_answers
from xianjie.web.pages.check.written import typed_of
from xianjie.web.pages.home import regions_today
from xianjie.web.showing.rendering import page, workbench_of
from xianjie.web.showing.viewer import viewer_of

FAMILY: Mapping[str, Any] = MappingProxyType(
    {
        "case": "示例一户",
        "person": {
            "dibao_recipient": True,
            "tekun": False,
            "in_low_income_database": True,
            "left_behind_child": False,
            "minor": False,
        },
        "household": {"size": 4, "annual_income": 36000, "property_within_limits": True},
        "aid": {"received": True},
    }
)
"""An invented family: on the subsistence allowance, and helped already; whether it still suffers nobody has asked."""
_ASKED = ("aid", "still_in_difficulty")
_LIKED = ("supply_interval", "coverage")
"""Topics on which regions are likely to differ; the first that does is shown."""


async def show_guide(request: Request) -> Response:
    """Show the example; what it says is worked out by the rules as they are today."""
    service = service_of(request)
    lang = viewer_of(request.headers, request.query_params).spoken
    engine = service.answering.engine
    day = service.settings.today().toordinal()
    memory = workbench_of(request).memory
    before, after, row = await in_thread(
        service.threads,
        lambda: memory.of(engine, ("guide", lang, day), lambda: _worked_out(service, engine, lang, day)),
    )
    spec = engine.vocabulary[".".join(_ASKED)]
    return page(
        request,
        "guide/guide.html.j2",
        regions=regions_today(service),
        before=before,
        after=after,
        changed=[one for one, other in zip(after.regions, before.regions, strict=True) if one.status != other.status],
        row=row,
        verdicts=VERDICTS,
        fact=spec.zh if lang == "zh" else spec.en,
        facts=_facts(engine, lang),
        fields=typed_of([FAMILY], engine.vocabulary),
    )


def _worked_out(service: Service, engine: Engine, lang: str, day: int) -> tuple[Answers, Answers, Row | None]:
    known = deepcopy(dict(FAMILY))
    known[_ASKED[0]] = {**known[_ASKED[0]], _ASKED[1]: True}
    names = service.regions.names
    told = []
    for prefix, data in (("before-", dict(FAMILY)), ("after-", known)):
        case = read_case(data, engine.vocabulary, lambda _: Place())
        written = engine.written(case, list(engine.documents.timelines), day, Settings(), lang, str)
        told.append(shown_answers(answer_of(written.line), engine, names, lang, prefix))
    policies = [engine.documents.answering(name, day) for name in engine.documents.timelines]
    rows = compare(policies, day, names, [topic.id for topic in TOPICS], True).rows if len(policies) > 1 else ()
    row = next((row for wanted in _LIKED for row in rows if row.topic.id == wanted), next(iter(rows), None))
    return told[0], told[1], row


def _facts(engine: Engine, lang: str) -> list[tuple[str, str]]:
    """Say the family's facts as the form does."""
    out = []
    for record, data in FAMILY.items():
        for name, value in data.items() if isinstance(data, Mapping) else ():
            spec = engine.vocabulary[f"{record}.{name}"]
            words = ("是", "yes") if value is True else ("否", "no") if value is False else (f"{value:,}", f"{value:,}")
            out.append((spec.zh, words[0]) if lang == "zh" else (spec.en, words[1]))
    return out
