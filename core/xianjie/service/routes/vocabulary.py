"""`GET /v1/vocabulary`: the facts that a case can hold, and the words of policies and answers, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter, Request, Response

from xianjie.access import Action, Resource
from xianjie.service.cached import tagged
from xianjie.service.schema import add_route, content
from xianjie.service.state import service_of
from xianjie.service.wire import answer_bytes
from xianjie.vocabulary import FactSpec, terms
from xianjie.vocabulary.facts import LISTS, RECORDS
from xianjie.vocabulary.terms import Terms
from xianjie.vocabulary.topics import TOPICS

TABLES: Mapping[str, Terms] = MappingProxyType(
    {
        "statuses": terms.STATUSES,
        "forces": terms.FORCES,
        "qualifiers": terms.QUALIFIERS,
        "standings": terms.STANDINGS,
        "validities": terms.VALIDITIES,
        "instruments": terms.INSTRUMENTS,
        "services": terms.SERVICES,
        "events": terms.EVENTS,
        "steps": terms.STEPS,
        "documents": terms.DOCUMENTS,
        "unmet": terms.UNMET,
        "conditions": terms.CONDITIONS,
        "advice": terms.ADVICE,
        "changes": terms.CHANGES,
        "dimensions": terms.DIMENSIONS,
    }
)


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["vocabulary"])
    add_route(
        router,
        "GET",
        "/v1/vocabulary",
        (Resource.POLICY, Action.READ),
        get_vocabulary,
        "用语 The vocabulary",
        "个案可以记录的事实（含各地区插件自加的）、状态、力度、工具、议题等的中英文。\n\n"
        "Facts of a case, those of plugins included, and the terms of statuses, forces, instruments, topics.",
        content("Vocabulary", "用语 the vocabulary"),
        (304,),
    )
    return router


async def get_vocabulary(request: Request) -> Response:
    """Write facts, records, terms and topics."""
    facts = service_of(request).answering.engine.vocabulary.facts
    written = {
        "records": [_record(name, *words) for name, words in RECORDS.items()],
        "facts": [_fact(spec) for spec in facts],
        "terms": {name: _terms(table) for name, table in TABLES.items()},
        "topics": [{"id": one.id, "dimension": one.dimension, "zh": one.zh, "en": one.en} for one in TOPICS],
    }
    return tagged(request, answer_bytes(written))


def _record(name: str, zh: str, en: str) -> dict[str, Any]:
    return {"id": name, "key": LISTS.get(name, name), "list": name in LISTS, "zh": zh, "en": en}


def _fact(spec: FactSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "record": spec.record,
        "type": spec.type.value,
        "zh": spec.zh,
        "en": spec.en,
        "words": _terms(spec.words),
        "least": spec.least,
        "most": spec.most,
    }


def _terms(table: Terms) -> list[dict[str, str]]:
    return [{"id": name, "zh": zh, "en": en} for name, (zh, en) in table.items()]
