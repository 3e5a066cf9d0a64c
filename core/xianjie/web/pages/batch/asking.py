"""`/batch`: the template to fill in, and the form that sends a filled table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response

from xianjie.api import day_of
from xianjie.batch.answering import Question
from xianjie.batch.columns import facts_for
from xianjie.batch.opening import LARGEST
from xianjie.batch.template import template
from xianjie.cases.cells import read_day
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError
from xianjie.service.answering import Answering
from xianjie.service.door.admission import principal_of
from xianjie.service.state import Service, service_of
from xianjie.service.working import in_thread
from xianjie.vocabulary.terms import DIMENSIONS, term
from xianjie.web.door.posted import MB, posted_form
from xianjie.web.jobs import Progress
from xianjie.web.pages.batch.work import Done, Table, answered_table
from xianjie.web.pages.downloads import XLSX, download
from xianjie.web.pages.parameters import dimensions_asked, several
from xianjie.web.pages.working import begin, result_of
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

_FORM = MB
_LABELS = {"table": ("填好的表", "The table"), "as_of": ("判定日", "As of")}
"""What the form calls its fields, in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be asked of a table; no regions stand for all."""

    regions: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ("eligibility",)
    as_of: str = ""
    good_rows_only: bool = False


async def show_batch(request: Request) -> Response:
    """Show the three steps: take the template, fill it in, send it."""
    return _form(request, chosen_of(request.query_params))


async def give_template(request: Request) -> Response:
    """Give the table to fill in, with the columns that the chosen regions and dimensions ask for."""
    service, chosen = service_of(request), chosen_of(request.query_params)
    engine = service.answering.engine
    names = check_regions(service, chosen.regions)
    policies = [one for name in names for one in engine.documents.timelines[name.partition("@")[0]].all]
    facts = facts_for(policies, chosen.dimensions, engine.vocabulary)
    lang = viewer_of(request.headers, request.query_params).spoken
    known = titles(service, lang)
    of = ("、" if lang == "zh" else ", ").join(known.get(name, name) for name in names)
    about = ("、" if lang == "zh" else ", ").join(term(DIMENSIONS, name, lang) for name in chosen.dimensions)
    note = f"适用地区：{of}；维度：{about}。" if lang == "zh" else f"For {of}: {about}."
    body = await in_thread(service.threads, template, engine.vocabulary, facts, lang, [note])
    return download(body, XLSX, "cases.xlsx", "批量核对填写表.xlsx" if lang == "zh" else "cases.xlsx")


async def send(request: Request) -> Response:
    """Take a table in, and begin the work on it."""
    posted = await posted_form(request, LARGEST + _FORM, files=1)
    chosen = chosen_of(posted.fields)
    service = service_of(request)
    names = check_regions(service, chosen.regions)
    faults: list[tuple[str, str, str]] = []
    day = _day(chosen, faults)
    upload = posted.files.get("table")
    if upload is None or not upload.data:
        faults.append(("table", "请选择填好的表", "choose the table that you filled in"))
    if faults or upload is None:
        return _form(request, chosen, faults)
    lang = viewer_of(request.headers, request.query_params).spoken
    question = Question(names, service.settings.today().toordinal(), day, Settings(), lang)
    return await _begun(request, Table(upload.name or "table", upload.data, chosen.good_rows_only), question, None)


async def go_on(request: Request) -> Response:
    """Answer the good rows of a table that was held up by faulty ones."""
    done: Done = result_of(request).result
    await posted_form(request)
    table = Table(done.table.name, done.table.data, True)
    return await _begun(request, table, done.question, done)


async def _begun(request: Request, table: Table, question: Question, before: Done | None) -> Response:
    service = service_of(request)
    answering: Answering = service.answering
    office = await service.offices.of(answering.engine, principal_of(request), None)

    async def work(progress: Progress) -> Done:
        return await in_thread(
            service.batches,
            answered_table,
            answering.engine,
            table,
            question,
            titles(service, question.lang),
            lambda day: answering.settled(question.regions, day, office),
            partial(answering.keyed, None, None),
            progress,
            before.read if before is not None else None,
        )

    title = ("批量核对", "Checking many cases")
    return begin(request, title, work, "/batch/{id}", "/batch", weigh=lambda done: done.weight)


def _form(request: Request, chosen: Chosen, faults: list[tuple[str, str, str]] | None = None) -> Response:
    service = service_of(request)
    lang = viewer_of(request.headers, request.query_params).spoken
    known = titles(service, lang)
    return page(
        request,
        "batch/batch.html.j2",
        status=422 if faults else 200,
        chosen=chosen,
        choices=[(name, known[name]) for name in service.answering.engine.documents.timelines],
        faults=[(field, _LABELS[field][lang != "zh"], zh if lang == "zh" else en) for field, zh, en in faults or ()],
        wrong={field: zh if lang == "zh" else en for field, zh, en in faults or ()},
        largest=LARGEST // MB,
    )


def chosen_of(given: ImmutableMultiDict[str, str]) -> Chosen:
    """Read the choices; InputError for a dimension that is not there."""
    asked = dimensions_asked(given)
    dimensions = tuple(name for name in DIMENSIONS if name in asked) or ("eligibility",)
    return Chosen(several(given, "regions"), dimensions, given.get("as_of", "").strip(), given.get("rows") == "good")


def check_regions(service: Service, regions: tuple[str, ...]) -> tuple[str, ...]:
    """Give the regions that are asked, all where none is named; InputError where one is not there."""
    documents = service.answering.engine.documents
    names = regions or tuple(documents.timelines)
    documents.check(names)
    return names


def titles(service: Service, lang: str) -> dict[str, str]:
    """Name each region."""
    return {id: zh if lang == "zh" else en for id, (zh, en) in service.regions.names.items()}


def _day(chosen: Chosen, faults: list[tuple[str, str, str]]) -> int | None:
    if not chosen.as_of:
        return None
    try:
        return day_of(read_day(chosen.as_of))
    except InputError as error:
        faults += [("as_of", one.zh, one.en) for one in error.problems]
        return None
