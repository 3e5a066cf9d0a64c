"""`/incentives`: what regions offer to organisations and projects, by force, and what it comes to for one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action, Resource, reach
from xianjie.api import day_of
from xianjie.cases.read import read_case
from xianjie.compare.instruments import Instruments, instruments
from xianjie.compare.instruments_workbook import instruments_workbook
from xianjie.engine.assess import Engine
from xianjie.engine.wording import fact_term, shown_value
from xianjie.errors import InputError, Place, Problem, written_path
from xianjie.language import nodes
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.records import organisations
from xianjie.records.desk import Desk
from xianjie.records.refusals import Missing
from xianjie.service.door.admission import principal_of, require
from xianjie.service.keeping import looked
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.vocabulary import FactSpec, Vocabulary
from xianjie.vocabulary.terms import INSTRUMENTS, term
from xianjie.web.door.posted import Posted, posted_form
from xianjie.web.pages.answers.parts import Telling, Told
from xianjie.web.pages.deadlines.fields import told
from xianjie.web.pages.downloads import XLSX, download
from xianjie.web.pages.parameters import several
from xianjie.web.pages.referral import matter
from xianjie.web.pages.referral.opening import named_organisations
from xianjie.web.showing.rendering import page, workbench_of
from xianjie.web.showing.viewer import viewer_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be shown: regions (none: all), a day (an ordinal), differences alone, a recorded organisation's id."""

    regions: tuple[str, ...]
    day: int
    only: bool
    organisation: str

    def query(self, today: int) -> str:
        """Write it as a query."""
        parts = [("regions", name) for name in self.regions]
        parts += [("as_of", iso(self.day))] if self.day != today else []
        parts += [("only", "1")] if self.only else []
        return urlencode(parts + ([("organisation", self.organisation)] if self.organisation else []))


@dataclass(frozen=True, slots=True)
class Described:
    """An organisation as it was described: the facts, what stands in the fields, its name where it is a record."""

    facts: Mapping[str, Any]
    fields: matter.Fields
    name: str = ""


async def show_incentives(request: Request) -> Response:
    """Show what is on offer; with `organisation`, what it comes to for one that is recorded."""
    asked, problems = _asked(request, request.query_params)
    described = await _recorded(request, asked, problems)
    return await _shown(request, asked, described, problems)


async def answer_incentives(request: Request) -> Response:
    """Show what is on offer to an organisation or a project that is described in the form."""
    posted = await posted_form(request)
    asked, problems = _asked(request, posted.fields)
    described = _typed(request, posted, problems)
    return await _shown(request, Asked(asked.regions, asked.day, asked.only, ""), described, problems)


async def give_file(request: Request) -> Response:
    """Give the table as a workbook."""
    asked, problems = _asked(request, request.query_params)
    described = await _recorded(request, asked, problems)
    return await _file(request, asked, described, problems)


async def give_answered_file(request: Request) -> Response:
    """Give the table for an organisation that is described in the form; what is wrong with it is told on the page."""
    posted = await posted_form(request)
    asked, problems = _asked(request, posted.fields)
    described = _typed(request, posted, problems)
    if problems:
        return await _shown(request, asked, described, problems)
    return await _file(request, asked, described, problems)


def specs_of(engine: Engine) -> list[FactSpec]:
    """List the facts of an organisation or a project, and those of its area that any document asks of an instrument."""
    vocabulary = engine.vocabulary
    asked = {name for policy in engine.documents.every() for name in _facts_asked(policy)}
    more = [spec for spec in vocabulary.facts if spec.record == "area" and spec.name in asked]
    return [*vocabulary.of_record("organisation"), *more]


def _facts_asked(policy: Policy) -> set[str]:
    out: set[str] = set()
    block = policy.blocks.get("incentives")
    waiting: list[nodes.Condition] = [node for _, node in block.conditions] if block is not None else []
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        out.update(nodes.facts_of(node))
        for name in nodes.definitions_of(node):
            if name in policy.definitions and name not in seen:
                seen.add(name)
                waiting.append(policy.definitions[name])
    return out


def _asked(request: Request, given: ImmutableMultiDict[str, str]) -> tuple[Asked, list[Problem]]:
    service = service_of(request)
    problems: list[Problem] = []
    known = tuple(service.answering.engine.documents.timelines)
    regions = several(given, "regions")
    if not set(regions) <= set(known):
        zh, en = f"没有这个地区；可用：{'、'.join(known)}", f"no such region; known: {', '.join(known)}"
        problems.append(Problem("region-unknown", zh, en, Place(path="regions")))
        regions = tuple(name for name in regions if name in known)
    today = service.settings.today().toordinal()
    try:
        day = day_of(given.get("as_of") or None) or today
    except InputError as error:
        problems += [Problem(one.code, one.zh, one.en, Place(path="as_of")) for one in error.problems]
        day = today
    return Asked(regions, day, bool(given.get("only")), given.get("organisation", "").strip()[:100]), problems


def _typed(request: Request, posted: Posted, problems: list[Problem]) -> Described:
    engine = service_of(request).answering.engine
    specs = specs_of(engine)
    fields = matter.of_posted(specs, posted)
    facts, wrong = matter.read(specs, fields, {})
    problems += wrong
    try:
        read_case(facts, engine.vocabulary, _place)
    except InputError as error:
        problems += error.problems
    return Described(facts, fields)


async def _recorded(request: Request, asked: Asked, problems: list[Problem]) -> Described | None:
    """Find the facts of a recorded organisation; one that is not there is told at its field."""
    if not asked.organisation:
        return None
    require(principal_of(request), (Resource.ASSESSMENT, Action.RUN))

    def look(desk: Desk) -> tuple[str, Mapping[str, Any]]:
        record = organisations.organisation(desk, asked.organisation)
        return str(record.body["name"]), dict(record.body["facts"])

    try:
        name, facts = await looked(request, look)
    except Missing as error:
        problems += [Problem(one.code, one.zh, one.en, Place(path="organisation")) for one in error.problems]
        return None
    whole = {"organisation": facts}
    return Described(whole, matter.of_facts(specs_of(service_of(request).answering.engine), whole), name)


def _place(path: Sequence[str | int]) -> Place:
    return Place(path=written_path(("facts", *path)))


def _worked_out(
    engine: Engine, asked: Asked, lang: str, facts: Mapping[str, Any] | None
) -> tuple[Instruments, list[Mapping[str, Any]]]:
    regions = asked.regions or tuple(engine.documents.timelines)
    policies = [engine.documents.answering(name, asked.day) for name in regions]
    if facts is None or not regions:
        return instruments(policies, asked.day, lang, None, asked.only), []
    # an organisation of which nothing is known is still one: what is asked of it is answered
    case = read_case({"organisation": {}, **facts}, engine.vocabulary, _place)
    answer = engine.assess(case, regions, asked.day, lang=lang)
    entries = [answer["regions"][name] for name in regions]
    table = instruments(policies, asked.day, lang, [entry["incentives"] for entry in entries], asked.only)
    return table, entries


def _tellings(
    table: Instruments, entries: Sequence[Mapping[str, Any]], lang: str
) -> dict[tuple[int, str, str, str], Told]:
    """Tell each answered offer, by the number of its document, its force, instrument and rule."""
    out = {}
    for number, (policy, entry) in enumerate(zip(table.policies, entries, strict=True)):
        telling = Telling(policy, entry, {}, lang, f"i{number}")
        for force, rows in table.groups.items():
            for row in rows:
                for offer in row.places[number].offers:
                    assert offer.entry is not None
                    name = term(INSTRUMENTS, offer.instrument, lang)
                    out[number, force, offer.instrument, offer.rule] = telling.told(name, offer.entry, [offer.rule])
    return out


async def _shown(request: Request, asked: Asked, described: Described | None, problems: Sequence[Problem]) -> Response:
    service = service_of(request)
    engine = service.answering.engine
    lang = viewer_of(request.headers, request.query_params).spoken

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    specs = specs_of(engine)
    facts = described.facts if described is not None and not problems else None
    if facts is None:
        memory, key = workbench_of(request).memory, ("incentives", asked.regions, asked.day, asked.only, lang)
        work = lambda: memory.of(engine, key, lambda: _worked_out(engine, asked, lang, None))  # noqa: E731
    else:
        work = lambda: _worked_out(engine, asked, lang, facts)  # noqa: E731
    table, entries = await in_thread(service.threads, work)
    listed = await _organisations(request)
    labels = {
        "regions": say("地区", "Regions"),
        "as_of": say("判定日", "As of"),
        "organisation": say("已登记的组织", "A recorded organisation"),
        **{matter.field_name(spec): say(spec.zh, spec.en) for spec in specs},
    }
    faults, at_fields = told([_nearer(one) for one in problems], labels, say)
    today = service.settings.today().toordinal()
    return page(
        request,
        "incentives/incentives.html.j2",
        "incentives/result.html.j2",
        status=422 if problems else 200,
        private=described is not None,
        asked=asked,
        described=described,
        fields=described.fields if described is not None else matter.of_facts(specs, {}),
        specs=[
            (spec, matter.field_name(spec), [(key, say(*pair)) for key, pair in spec.words.items()]) for spec in specs
        ],
        labels=labels,
        faults=faults,
        at_fields=at_fields,
        table=table,
        told_offers=_tellings(table, entries, lang) if entries else {},
        organisations=listed,
        names=service.regions.names,
        query=asked.query(today),
        as_of_text=iso(asked.day),
    )


def _nearer(problem: Problem) -> Problem:
    """Name the field of a fact as the form does, not a part of it."""
    path = problem.place.path or ""
    parts = path.split(".")
    return Problem(
        problem.code, problem.zh, problem.en, Place(path=".".join(parts[:3]) if parts[0] == "facts" else path)
    )


async def _organisations(request: Request) -> list[tuple[str, str]]:
    if not reach(principal_of(request), Action.READ, Resource.ORGANISATION):
        return []
    return await looked(request, named_organisations)


async def _file(request: Request, asked: Asked, described: Described | None, problems: Sequence[Problem]) -> Response:
    if problems:
        raise InputError([Problem(one.code, one.zh, one.en, Place(path=f"?{one.place.path}")) for one in problems])
    service = service_of(request)
    engine = service.answering.engine
    lang = viewer_of(request.headers, request.query_params).spoken
    names = service.regions.names

    def work() -> bytes:
        table, _ = _worked_out(engine, asked, lang, None if described is None else described.facts)
        return instruments_workbook(table, names, lang, _lines(described, engine.vocabulary, lang))

    body = await in_thread(service.threads, work)
    name = f"{'激励' if lang == 'zh' else 'incentives'}-{iso(asked.day)}.xlsx"
    return download(body, XLSX, f"incentives-{iso(asked.day)}.xlsx", name)


def _lines(described: Described | None, vocabulary: Vocabulary, lang: str) -> list[str]:
    """Say of whom the table is, a line for each fact."""
    if described is None:
        return []
    out = [described.name] if described.name else []
    for record, given in described.facts.items():
        for short, value in given.items():
            name = f"{record}.{short}"
            colon = "：" if lang == "zh" else ": "
            out.append(fact_term(name, vocabulary, lang) + colon + shown_value(name, value, vocabulary, lang))
    return out or ["没有写事实" if lang == "zh" else "no facts given"]
