"""`/compare`: the matrix of regions and topics, one topic in full, and both as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from xianjie.compare.difference import VERDICTS
from xianjie.compare.markdown import markdown, notes
from xianjie.compare.matrix import Matrix, Row, compare, differing, matrix_json
from xianjie.compare.measure import FORCE_RANK
from xianjie.compare.workbook import workbook
from xianjie.engine.assess import Engine
from xianjie.errors import InputError, Problem
from xianjie.language.calendar import iso
from xianjie.service.problems import parameter, refuse
from xianjie.service.state import service_of
from xianjie.service.wire import answer_bytes
from xianjie.service.working import in_thread
from xianjie.vocabulary.topics import TOPIC, TOPICS
from xianjie.web.pages.downloads import XLSX, download
from xianjie.web.pages.originals import originals_of
from xianjie.web.pages.parameters import day_asked, dimensions_asked, several, told_at
from xianjie.web.showing.rendering import page, workbench_of
from xianjie.web.showing.viewer import viewer_of

_MOST = 40
"""A table of more documents than this nobody reads."""
_FORMS = {
    "xlsx": XLSX,
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see compared; no regions or no dimensions stand for all. `day` is an ordinal."""

    regions: tuple[str, ...]
    dimensions: tuple[str, ...]
    day: int
    only_differences: bool

    def query(self, today: int) -> str:
        """Write it as a query, as the form of the page does."""
        parts = [("regions", name) for name in self.regions] + [("dimension", name) for name in self.dimensions]
        parts += [("as_of", iso(self.day))] if self.day != today else []
        return urlencode(parts + ([("only", "1")] if self.only_differences else []))


def asked_of(request: Request) -> Asked:
    """Read the query; InputError names the parameter that is wrong."""
    query = request.query_params
    service = service_of(request)
    regions = several(query, "regions")
    if len(regions) > _MOST:
        zh, en = f"一次最多比较 {_MOST} 份文件", f"at most {_MOST} documents at a time"
        raise InputError(Problem("regions-many", zh, en, parameter("regions")))
    if regions:
        told_at("regions", lambda: service.answering.engine.documents.check(regions))
    return Asked(regions, dimensions_asked(query), day_asked(query, service), bool(query.get("only")))


async def show_matrix(request: Request) -> Response:
    """Show the table, with the form that chooses what is in it."""
    service, asked = service_of(request), asked_of(request)
    today = service.settings.today().toordinal()
    matrix = await _matrix(request, asked)
    known = service.regions.regions
    lang = viewer_of(request.headers, request.query_params).spoken
    return page(
        request,
        "compare.html.j2",
        "compare_result.html.j2",
        matrix=matrix,
        asked=asked,
        today=today,
        as_of=iso(asked.day),
        query=asked.query(today),
        notes=notes(matrix, lang),
        counts=Counter(row.difference.verdict for row in matrix.rows),
        verdicts=VERDICTS,
        ranked=sorted(FORCE_RANK, key=FORCE_RANK.__getitem__, reverse=True),
        references=[column_reference(asked, number, matrix) for number in range(len(matrix.columns))],
        choices=[(name, known[name].zh, known[name].en) for name in service.answering.engine.documents.timelines],
        others=[name for name in asked.regions if name not in known],
        topics=len([topic for topic in TOPICS if not asked.dimensions or topic.dimension in asked.dimensions]),
    )


async def show_topic(request: Request) -> Response:
    """Show one topic in full: how the documents differ, and what one of them says, with its rules and sentences."""
    topic = TOPIC.get(request.path_params["topic"])
    if topic is None:
        raise refuse(404, "topic-unknown", "没有这个议题", "no such topic", parameter("topic"))
    asked = asked_of(request)
    matrix = await _matrix(request, Asked(asked.regions, (), asked.day, False))
    row = next(row for row in matrix.rows if row.topic is topic)
    references = [column_reference(asked, number, matrix) for number in range(len(matrix.columns))]
    wanted = request.query_params.get("at") or references[0]
    if wanted not in references:
        zh, en = "所比的地区里没有这一个", "it is not among the regions compared"
        raise refuse(404, "region-unknown", zh, en, parameter("at"))
    chosen = references.index(wanted)
    service = service_of(request)
    engine = service.answering.engine
    policy = engine.documents.answering(wanted, asked.day)
    originals = await originals_of(request, policy)
    return page(
        request,
        "topic.html.j2",
        "topic_part.html.j2",
        row=row,
        cell=row.cells[chosen],
        column=matrix.columns[chosen],
        chosen=chosen,
        matrix=matrix,
        references=references,
        originals=originals,
        verdicts=VERDICTS,
        query=asked.query(service.settings.today().toordinal()),
        actors={rule.id: rule.actor for _, rule in policy.rules()},
        readings=_readings(policy.file.readings, row, chosen),
        as_of=asked.day,
    )


async def give_file(request: Request) -> Response:
    """Give the table as a file: XLSX, Markdown or JSON."""
    form = request.path_params["form"]
    if form not in _FORMS:
        raise refuse(404, "resource-unknown", "没有这个资源", "there is no such resource")
    asked = asked_of(request)
    matrix = await _matrix(request, asked)
    lang = viewer_of(request.headers, request.query_params).spoken
    body = await in_thread(service_of(request).threads, _written, matrix, form, lang)
    name = f"{'区域比对' if lang == 'zh' else 'comparison'}-{iso(asked.day)}.{form}"
    return download(body, _FORMS[form], f"comparison-{iso(asked.day)}.{form}", name)


def _written(matrix: Matrix, form: str, lang: str) -> bytes:
    if form == "xlsx":
        return workbook(matrix, lang)
    if form == "md":
        return markdown(matrix, lang).encode()
    return answer_bytes(matrix_json(matrix, lang))


def column_reference(asked: Asked, number: int, matrix: Matrix) -> str:
    """Give the reference by which a column was asked for: its region, unless a very document was named."""
    return asked.regions[number] if asked.regions else matrix.columns[number].region


async def _matrix(request: Request, asked: Asked) -> Matrix:
    service = service_of(request)
    engine = service.answering.engine
    names = service.regions.names
    memory = workbench_of(request).memory
    whole = replace(asked, only_differences=False)  # kept once, whichever of its rows are wanted
    matrix = await in_thread(
        service.threads, lambda: memory.of(engine, ("matrix", whole), lambda: _compared(engine, whole, names))
    )
    return differing(matrix) if asked.only_differences else matrix


def _compared(engine: Engine, asked: Asked, names: dict[str, tuple[str, str]]) -> Matrix:
    documents = engine.documents
    policies = [documents.answering(name, asked.day) for name in asked.regions or documents.timelines]
    topics = [topic.id for topic in TOPICS if topic.dimension in asked.dimensions] if asked.dimensions else None
    return compare(policies, asked.day, names, topics)


def _readings(sets: Any, row: Row, chosen: int) -> list[tuple[str, Sequence[Any]]]:
    """Give the sets of readings behind the open questions of a cell, each by its question."""
    asked = {question.id for question in row.cells[chosen].questions}
    return [(one.ambiguity, one.options) for one in sets.values() if one.ambiguity in asked]
