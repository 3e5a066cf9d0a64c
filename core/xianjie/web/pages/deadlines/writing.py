"""`/ledgers/new`, `/ledgers/{id}/edit`, and the same of duties: the form that records one, or mends its opening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.access import Action, Division, Resource, reach
from xianjie.errors import InputError, Problem
from xianjie.records.deadlines import duties, ledgers
from xianjie.records.deadlines.calendar import DUTIES, LEDGERS
from xianjie.records.deadlines.due_dates import Kind
from xianjie.records.desk import Change, offices
from xianjie.records.references import check_not_later
from xianjie.records.refusals import Clash, Denied, Stale
from xianjie.service.body import checked
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import Made, looked
from xianjie.service.problems import Refused, at, refuse, status_of
from xianjie.service.routes.duties import DutyAsked
from xianjie.service.routes.ledgers import LedgerAsked
from xianjie.service.standing import check_listed, check_region
from xianjie.service.state import service_of
from xianjie.store import Record
from xianjie.vocabulary import FactSpec, FactType
from xianjie.web.door.once import FIELD, new_key, posted_once
from xianjie.web.door.posted import Posted, posted_form
from xianjie.web.pages.deadlines.asked import record_asked
from xianjie.web.pages.deadlines.fields import (
    Typed,
    code_typed,
    facts_typed,
    filled,
    gathered,
    name_of,
    told,
    typed,
)
from xianjie.web.pages.deadlines.words import Wording
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

_PLAIN = ("name", "region", "division")
_ORDER = {FactType.ENUM: 0, FactType.INT: 1, FactType.EVENT: 2}
"""What a form asks for first: which it is, and when."""


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form of a ledger or a duty; `version` is that of the record it was opened with."""

    texts: Mapping[str, str]
    facts: Mapping[str, Typed]
    version: int = 0


def may_write(request: Request) -> bool:
    """Tell whether the asker may record ledgers and duties anywhere."""
    return bool(reach(principal_of(request), Action.WRITE, Resource.LEDGER))


async def new_ledger(request: Request) -> Response:
    """Show the form of a new ledger."""
    return _new(request, LEDGERS)


async def new_duty(request: Request) -> Response:
    """Show the form of a new duty."""
    return _new(request, DUTIES)


async def record_ledger(request: Request) -> Response:
    """Record a ledger."""
    return await _recorded(request, LEDGERS)


async def record_duty(request: Request) -> Response:
    """Record a duty."""
    return await _recorded(request, DUTIES)


async def edit_ledger(request: Request) -> Response:
    """Show the opening of a ledger in the form."""
    return await _edited(request, LEDGERS)


async def edit_duty(request: Request) -> Response:
    """Show the opening of a duty in the form."""
    return await _edited(request, DUTIES)


async def mend_ledger(request: Request) -> Response:
    """Put another opening in place."""
    return await _mended(request, LEDGERS)


async def mend_duty(request: Request) -> Response:
    """Put another opening in place."""
    return await _mended(request, DUTIES)


def _new(request: Request, kind: Kind) -> Response:
    own = offices(principal_of(request))
    regions = list(service_of(request).regions.names)
    texts = {
        "name": "",
        "region": regions[0] if len(regions) == 1 else "",
        "division": str(own[0]) if len(own) == 1 and own[0].code else "",
    }
    return _shown(request, kind, Form(texts, filled(_specs(request, kind), {})))


async def _recorded(request: Request, kind: Kind) -> Response:
    posted = await posted_form(request)
    form = _typed(request, kind, posted)
    if posted.only_again:
        return _shown(request, kind, form)
    given, problems = _given(request, kind, form, {})
    if problems:
        return _shown(request, kind, form, problems, 422)

    def work(change: Change) -> Made:
        asked = _asked(kind, given)
        record = (
            ledgers.record_ledger(change, ledgers.Ledger(*asked))
            if kind is LEDGERS
            else duties.record_duty(change, duties.Duty(*asked))
        )
        return Made({"id": record.id}, 201)

    try:
        made = await posted_once(request, posted, work)
    except (InputError, Clash, Denied, Refused) as error:
        return _shown(request, kind, form, _kindly(error), status_of(error))
    return RedirectResponse(f"/{kind.collection}/{made.value['id']}?done=recorded", 303)


async def _edited(request: Request, kind: Kind) -> Response:
    record = await _record(request, kind)
    return _shown(request, kind, _of_record(request, kind, record), record=record)


async def _mended(request: Request, kind: Kind) -> Response:
    record = await _record(request, kind)
    posted = await posted_form(request)
    form = _typed(request, kind, posted)
    if posted.only_again:
        return _shown(request, kind, form, record=record)
    # what was not altered stays as it is in the record, whatever way a field writes it
    before = _of_record(request, kind, record).facts
    opening = record.body["opening"]
    kept = {name: value for name, value in opening.items() if before.get(name) == form.facts.get(name)}
    given, problems = _given(request, kind, form, kept)
    if problems:
        return _shown(request, kind, form, problems, 422, record)

    def work(change: Change) -> Made:
        asked = _asked(kind, given)
        if kind is LEDGERS:
            ledgers.change_ledger(change, record.id, form.version, ledgers.Ledger(*asked))
        else:
            duties.change_duty(change, record.id, form.version, duties.Duty(*asked))
        return Made({"id": record.id})

    try:
        await posted_once(request, posted, work)
    except Stale:
        return await _overtaken(request, kind, form)
    except (InputError, Clash, Denied, Refused) as error:
        return _shown(request, kind, form, _kindly(error), status_of(error), record)
    return RedirectResponse(f"/{kind.collection}/{record.id}?done=mended", 303)


async def _overtaken(request: Request, kind: Kind, form: Form) -> Response:
    """Somebody changed it meanwhile: keep what was typed, and show beside it what stands there now."""
    record = await _record(request, kind)
    now = _of_record(request, kind, record)
    form = Form(form.texts, form.facts, record.version)
    return _shown(request, kind, form, [], 412, record, now)


def _kindly(error: InputError | Clash | Denied | Refused) -> Sequence[Problem]:
    """Say in the words of a form what is said in those of the interface."""
    codes = {problem.code for problem in error.problems}
    if "idempotency-other" not in codes:
        return error.problems
    zh = "这张表刚才已经保存过一次，内容不同。要再记一条，请再按一次保存；要改那一条，请到它的页面"
    en = "this form was saved before with other words; save again to record another, or mend that one on its own page"
    return [Problem("form-sent-before", zh, en)]


async def _record(request: Request, kind: Kind) -> Record:
    """Find what is to be mended; 404 where there is none for the asker, 403 where they may only read it."""
    id = record_asked(request)
    find = ledgers.ledger if kind is LEDGERS else duties.duty
    return await looked(request, lambda desk: find(desk, id))


def _specs(request: Request, kind: Kind) -> tuple[FactSpec, ...]:
    vocabulary = service_of(request).answering.engine.vocabulary
    return vocabulary.of_record("ledger" if kind is LEDGERS else "duty")


def _of_record(request: Request, kind: Kind, record: Record) -> Form:
    texts = {name: record.body[name] or "" for name in _PLAIN}
    return Form(texts, filled(_specs(request, kind), record.body["opening"]), record.version)


def _typed(request: Request, kind: Kind, posted: Posted) -> Form:
    version = posted.text("version")
    texts = {name: posted.text(name) for name in _PLAIN}
    number = int(version) if version.isascii() and version.isdigit() and len(version) <= 9 else 0
    return Form(texts, typed(_specs(request, kind), posted), number)


def _given(request: Request, kind: Kind, form: Form, kept: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Read a form as the interface takes it, with all that is wrong with it; `kept` are facts that stay as they are."""
    service = service_of(request)
    facts, problems = facts_typed(_specs(request, kind), form.facts)
    facts.update(kept)
    given = {
        "name": form.texts["name"] or None,
        "region": form.texts["region"],
        "division": code_typed(form.texts["division"]),
        "facts": facts,
    }
    for name, zh, en in (("region", "请选择地区", "choose a region"), ("division", "请填写区划", "give a division")):
        if not given[name]:
            problems.append(Problem("field-missing", zh, en, at((name,))))
    named = {problem.place for problem in problems}
    vocabulary = service.answering.engine.vocabulary
    today = service.settings.today()
    found = gathered(
        lambda: checked(given, LedgerAsked if kind is LEDGERS else DutyAsked),
        lambda: check_region(service, str(given["region"]), at(("region",))),
        lambda: check_listed(kind.listed, facts, vocabulary),
        *(lambda spec=spec: _check_day(spec, facts.get(spec.short), today) for spec in _specs(request, kind)),
    )
    return given, problems + [problem for problem in found if problem.place not in named]


def _check_day(spec: FactSpec, value: Any, today: dt.date) -> None:
    if spec.type is FactType.EVENT and isinstance(value, str):
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            return  # told with the facts
        check_not_later(day, today, f"/facts/{spec.short}")


def _asked(kind: Kind, given: Mapping[str, Any]) -> tuple[str | None, str, Division, Mapping[str, Any]]:
    asked = checked(given, LedgerAsked) if kind is LEDGERS else checked(given, DutyAsked)
    assert isinstance(asked.division, Division)
    return asked.name, asked.region, asked.division, asked.facts


def _shown(
    request: Request,
    kind: Kind,
    form: Form,
    problems: Sequence[Problem] = (),
    status: int = 200,
    record: Record | None = None,
    now: Form | None = None,
) -> Response:
    """Show the form; `now` is what stands in the record since somebody else changed it."""
    if not may_write(request):
        raise refuse(403, "access-role", "所有的角色都不能做这件事", "none of your roles may do this")
    lang = viewer_of(request.headers, request.query_params).spoken
    wording = Wording(service_of(request).answering.engine, service_of(request).regions.names, lang)
    specs = sorted(wording.specs(kind), key=lambda spec: _ORDER.get(spec.type, len(_ORDER)))
    labels = {
        "name": wording.say("名称", "Name"),
        "region": wording.say("地区", "Region"),
        "division": wording.say("区划", "Division"),
        **{name_of(spec): wording.say(spec.zh, spec.en) for spec in specs},
    }
    faults, at_fields = told(problems, labels, wording.say)
    return page(
        request,
        "deadlines/form.html.j2",
        status=status,
        private=True,
        section="/ledgers",
        family="ledgers" if kind is LEDGERS else "duties",
        at=f"/{kind.collection}",
        form=form,
        now=now,
        record=record,
        specs=[
            (spec, name_of(spec), [(key, wording.say(*pair)) for key, pair in spec.words.items()]) for spec in specs
        ],
        labels=labels,
        faults=faults,
        at_fields=at_fields,
        region_options=wording.region_options(),
        today=service_of(request).settings.today().isoformat(),
        once=(FIELD, new_key()),
        overtaken=now is not None,
    )
