"""`/ledgers/{id}` and `/duties/{id}`: the facts, the state, what each region would say of it, and what was recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.access import Action, Resource, Target
from xianjie.errors import InputError, Problem
from xianjie.language.calendar import BEIJING, iso
from xianjie.records.deadlines import duties, ledgers
from xianjie.records.deadlines.cadences import under_each
from xianjie.records.deadlines.calendar import DUTIES, LEDGERS
from xianjie.records.deadlines.due_dates import Kind, Reckoning, Standing
from xianjie.records.deadlines.entries import MENDED, OPENED, RETRACTED
from xianjie.records.deadlines.ledger_facts import acts
from xianjie.records.desk import Change, Desk
from xianjie.records.placing import place_of
from xianjie.records.refusals import Clash
from xianjie.service.body import checked
from xianjie.service.keeping import Made, looked
from xianjie.service.problems import Refused, status_of
from xianjie.service.routes.duties import DutyEventAsked, event_of
from xianjie.service.routes.ledgers import LedgerUpdateAsked, update_of
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.store import Record
from xianjie.vocabulary import FactType
from xianjie.web.door.once import FIELD, new_key, posted_once
from xianjie.web.door.posted import posted_form
from xianjie.web.pages.deadlines.asked import Query, record_asked
from xianjie.web.pages.deadlines.fields import NO, YES, day_typed, told
from xianjie.web.pages.deadlines.words import Wording
from xianjie.web.showing.rendering import page

_DONE = {
    "recorded": ("已登记", "Recorded"),
    "mended": ("已更正登记", "The opening was mended"),
    "added": ("已记下这一条", "The entry was added"),
}
_MOST_ENTRIES = 200
_ENTRY = ("what", "on", "done", "by", "corrects", *duties.PARTIES)


async def show_ledger(request: Request) -> Response:
    """Show a ledger."""
    return await _shown(request, LEDGERS)


async def show_duty(request: Request) -> Response:
    """Show a duty."""
    return await _shown(request, DUTIES)


async def add_update(request: Request) -> Response:
    """Record what was done to a ledger."""
    return await _added(request, LEDGERS)


async def add_event(request: Request) -> Response:
    """Record that a duty was done once more."""
    return await _added(request, DUTIES)


async def _added(request: Request, kind: Kind) -> Response:
    id = record_asked(request)
    posted = await posted_form(request)
    texts = {name: posted.text(name) for name in _ENTRY}
    if posted.only_again:
        return await _shown(request, kind, texts)
    vocabulary = service_of(request).answering.engine.vocabulary

    def work(change: Change) -> Made:
        if kind is LEDGERS:
            update = update_of(checked(_update(texts), LedgerUpdateAsked), vocabulary)
            return Made({"id": ledgers.update_ledger(change, id, update).id}, 201)
        event = event_of(checked(_event(texts), DutyEventAsked))
        return Made({"id": duties.record_event(change, id, event).id}, 201)

    try:
        await posted_once(request, posted, work)
    except (InputError, Clash, Refused) as error:
        return await _shown(request, kind, texts, error)
    return RedirectResponse(f"/{kind.collection}/{id}?done=added#entries", 303)


def _update(texts: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {"what": texts["what"], "on": day_typed(texts["on"]), **_by(texts)}
    if texts["done"]:
        given["done"] = {YES: True, NO: False}.get(texts["done"], texts["done"])
    return given


def _event(texts: Mapping[str, str]) -> dict[str, Any]:
    there = {name: {YES: True, NO: False}.get(texts[name], texts[name]) for name in duties.PARTIES if texts[name]}
    return {"what": texts["what"] or duties.HELD, "on": day_typed(texts["on"]), **there, **_by(texts)}


def _by(texts: Mapping[str, str]) -> dict[str, Any]:
    return {name: texts[name] for name in ("by", "corrects") if texts[name]}


async def _shown(
    request: Request,
    kind: Kind,
    texts: Mapping[str, str] | None = None,
    error: InputError | Clash | Refused | None = None,
) -> Response:
    """Show the page; with what was typed of an entry, and what is wrong with it."""
    service = service_of(request)
    id = record_asked(request)
    query = Query(request)
    reckoning = query.reckoning()
    find = ledgers.ledger if kind is LEDGERS else duties.duty

    def look(desk: Desk) -> tuple[Any, list[Record], bool]:
        record = find(desk, id)
        items = reckoning.gathered(desk, kind, [record])
        last = record.body["entries"] - _MOST_ENTRIES  # entries are numbered: the newest are shown
        kept = ledgers.UPDATES if kind is LEDGERS else duties.EVENTS
        entries = kept.page(desk.view, id, f"{id}-{last:07d}" if last > 0 else None, _MOST_ENTRIES)
        writes = desk.may(Action.WRITE, Target(Resource.LEDGER, place_of(record.body)))
        return items, list(entries.records), writes

    items, entries, writes = await looked(request, look)
    names = service.regions.names
    standing, each = await in_thread(service.threads, _reckoned, reckoning, kind, items, list(names))
    wording = Wording(reckoning.engine, names, reckoning.lang)
    typed = texts or dict.fromkeys(_ENTRY, "")
    corrects = typed["corrects"] or query.text("corrects")
    corrected = next((one for one in entries if one.id == corrects), None)
    faults, at_fields = told(_kindly(error), _labels(wording), wording.say)
    done = _DONE.get(query.text("done"))
    return page(
        request,
        "deadlines/one.html.j2",
        status=200 if error is None else status_of(error),
        private=True,
        section="/ledgers",
        family="ledgers" if kind is LEDGERS else "duties",
        at=f"/{kind.collection}",
        row=wording.row(standing, reckoning.day),
        facts=wording.facts(kind, standing.item.facts),
        each=[wording.told(one) for one in each],
        names=names,
        entries=_entries(entries, wording),
        earlier=standing.item.record.body["entries"] - len(entries),
        writes=writes,
        choices=_choices(kind, wording),
        labels=_labels(wording),
        flags=[one.short for one in wording.specs(kind) if one.type is FactType.BOOL],
        parties=[(name, _labels(wording)[name]) for name in duties.PARTIES],
        typed=typed,
        correcting=None if corrected is None else _entries([corrected], wording)[0],
        corrects=corrects,
        faults=faults,
        at_fields=at_fields,
        query_faults_list=query.faults,
        done=done,
        once=(FIELD, new_key()),
        as_of=reckoning.day,
        as_of_text=iso(reckoning.day),
        today=service.settings.today(),
    )


def _reckoned(
    reckoning: Reckoning, kind: Kind, items: Sequence[Any], regions: Sequence[str]
) -> tuple[Standing, list[Any]]:
    standings = reckoning.standings(kind, items)
    (each,) = under_each(kind, standings, regions, reckoning)
    return standings[0], each


def _kindly(error: InputError | Clash | Refused | None) -> Sequence[Problem]:
    if error is None:
        return ()
    if any(problem.code == "idempotency-other" for problem in error.problems):
        zh = "这张表刚才已经记过一条，内容不同。要再记一条，请再按一次；要改那一条，请在下面更正它"
        en = "this form was sent before with other words; send it again to add another, or correct that one below"
        return [Problem("form-sent-before", zh, en)]
    return error.problems


def _choices(kind: Kind, wording: Wording) -> list[tuple[str, str]]:
    """List what can be recorded: of a ledger everything that is done to one, of a duty that it was held."""
    if kind is DUTIES:
        return [(duties.HELD, wording.say("做了一次", "done once"))]
    known = acts(wording.engine.vocabulary)
    return [(name, _act(name, wording)) for name in sorted(known, key=lambda name: name != "updated")]


def _act(name: str, wording: Wording) -> str:
    if name == "updated":
        return wording.say("更新了内容", "updated")
    known = acts(wording.engine.vocabulary)
    return wording.say(known[name].zh, known[name].en) if name in known else name


def _labels(wording: Wording) -> dict[str, str]:
    return {
        "what": wording.say("做了什么", "What was done"),
        "on": wording.say("哪一天", "On which day"),
        "done": wording.say("做了没有", "Done or not"),
        "by": wording.say("由谁（岗位或单位）", "By whom (a role or an office)"),
        "corrects": wording.say("所更正的一条", "The entry that is corrected"),
        "departments": wording.say("相关部门在场", "Departments present"),
        "charities": wording.say("慈善组织在场", "Charities present"),
        "grassroots": wording.say("基层力量在场", "Grass-roots forces present"),
    }


def _entries(entries: Sequence[Record], wording: Wording) -> list[dict[str, Any]]:
    """Tell what was recorded, the newest first; what was corrected says by which entry."""
    by = {one.body["corrects"]: one.id for one in entries if one.body["corrects"]}
    return [_entry(one, by.get(one.id), wording) for one in reversed(entries)]


def _entry(record: Record, corrected_by: str | None, wording: Wording) -> dict[str, Any]:
    body = record.body
    what = body["what"]
    words = {
        OPENED: wording.say("登记", "recorded"),
        MENDED: wording.say("更正登记", "opening mended"),
        RETRACTED: wording.say("撤销", "retracted"),
        duties.HELD: wording.say("做了一次", "done once"),
    }
    labels = _labels(wording)
    there = [
        f"{labels[name]}{wording.say('：', ': ')}{wording.say('是', 'yes') if body[name] else wording.say('否', 'no')}"
        for name in duties.PARTIES
        if name in body
    ]
    return {
        "id": record.id,
        "what": words.get(what) or _act(what, wording),
        "on": body["on"],
        "not_done": body.get("done") is False,
        "by": body["by"],
        "there": there,
        "recorded": dt.datetime.fromisoformat(body["recorded"]).astimezone(BEIJING),
        "corrects": body["corrects"],
        "corrected_by": corrected_by,
        "correctable": what not in (OPENED, MENDED) and corrected_by is None,
        "opening": what in (OPENED, MENDED),
    }
