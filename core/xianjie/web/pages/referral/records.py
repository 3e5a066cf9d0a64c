"""`/referrals` and `/referrals/{id}`: the referrals that an office keeps, where each stands, and its next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.access import Action, Resource, reach
from xianjie.api import day_of
from xianjie.engine.assess import Engine
from xianjie.errors import InputError, Place, Problem
from xianjie.language.calendar import BEIJING, iso
from xianjie.policy.prepared import Policy
from xianjie.records import organisations
from xianjie.records.desk import Change, Desk
from xianjie.records.pages import Asked
from xianjie.records.people import consents
from xianjie.records.referring import events, referrals
from xianjie.records.referring.prospects import Outlook, outlook
from xianjie.records.referring.urgency import goes_on, listed_by_urgency
from xianjie.records.referring.walk import Path, kept
from xianjie.records.refusals import Clash, Denied, Stale
from xianjie.records.urgency import MOST_IN_ORDER, Urgent
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import Made, looked, looked_and_noted
from xianjie.service.problems import Refused, status_of
from xianjie.service.state import service_of
from xianjie.store import Record
from xianjie.vocabulary.terms import EVENTS, term
from xianjie.web.door.once import FIELD, new_key, posted_once
from xianjie.web.door.posted import posted_form
from xianjie.web.pages.answers.parts import Telling, referral_part
from xianjie.web.pages.deadlines.asked import ON_A_PAGE, Query, record_asked
from xianjie.web.pages.deadlines.fields import day_typed, told
from xianjie.web.pages.referral.asking import directions, governing
from xianjie.web.pages.referral.procedure import procedure_of
from xianjie.web.pages.referral.procedures import shown_procedure
from xianjie.web.pages.referral.progress import Trodden, choices, done_since, progress_of
from xianjie.web.pages.referral.walk import followed
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

_LONGEST_ROLE = 100
_TYPED = ("event", "on", "by", "consent", "version")


async def show_referrals(request: Request) -> Response:
    """List referrals."""
    query, service = Query(request), service_of(request)
    engine = service.answering.engine
    states = _states(engine, query.lang)
    region, division = query.region(), query.division()
    state = query.word("state", ("状态", "State"), tuple(states))
    after = query.text("after")
    where = {name: value for name, value in (("region", region), ("state", state)) if value is not None}
    asked = Asked(where, division, after or None, ON_A_PAGE)

    def look(desk: Desk) -> tuple[list[tuple[Mapping[str, Any], str]], Urgent[Record]]:
        found = listed_by_urgency(desk, engine, asked)
        return [
            (referrals.shown(desk, one), _organisation(desk, one.body["organisation"])) for one in found.items
        ], found

    rows, found = await looked(request, look) if not query.faults else ([], Urgent((), None))
    given = {"region": region, "division": str(division) if division is not None else None, "state": state}
    return page(
        request,
        "referral/list.html.j2",
        "referral/list_result.html.j2",
        status=422 if query.faults else 200,
        private=True,
        rows=[_row(engine, shown, organisation, query.lang) for shown, organisation in rows],
        given={name: value for name, value in given.items() if value},
        after=after,
        following=found.after,
        in_order=found.in_order,
        most_in_order=MOST_IN_ORDER,
        faults=query.faults,
        typed={name: query.text(name) for name in ("region", "state", "division")},
        states=states,
        names=service.regions.names,
        directions=directions(engine),
        creates=bool(reach(principal_of(request), Action.CREATE, Resource.REFERRAL)),
    )


def _states(engine: Engine, lang: str) -> dict[str, str]:
    """Name the states of all installed procedures."""
    out: dict[str, dict[str, None]] = {}
    for policy in engine.documents.every():
        for line in policy.referrals.values():
            for id, name in (line.rule.procedure.states if line.rule.procedure else {}).items():
                out.setdefault(id, {})[name if lang == "zh" else id.replace("_", " ")] = None
    out.setdefault("withdrawn", {term(EVENTS, "withdrawn", lang): None})
    return {id: " / ".join(names) for id, names in out.items()}


def _row(engine: Engine, shown: Mapping[str, Any], organisation: str, lang: str) -> dict[str, Any]:
    policy = kept(engine, shown["region"], shown["policy"]["id"])
    return {**shown, "organisation_name": organisation, "document": policy, **_state(policy, shown, lang)}


def _state(policy: Policy | None, shown: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Say the state of a referral: its name, and an icon for whether it goes on."""
    state = shown["state"]
    if shown["ended"]:
        return {"state_name": term(EVENTS, "withdrawn", lang), "state_icon": "forbidden"}
    if state is None:
        return {"state_name": "", "state_icon": "not-stipulated"}
    line = None if policy is None else policy.referrals.get(shown["direction"])
    if policy is None or line is None or line.rule.procedure is None:
        return {"state_name": state, "state_icon": "open"}
    name = line.rule.procedure.states.get(state, state) if lang == "zh" else state.replace("_", " ")
    return {"state_name": name, "state_icon": "pin" if goes_on(policy, shown["direction"], state) else "check"}


def _organisation(desk: Desk, id: str | None) -> str:
    found = None if id is None else desk.view.get(organisations.COLLECTION, id)
    return "" if found is None else str(found.body["name"])


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page of a referral is made of."""

    outlook: Outlook
    organisation: str
    consents: Sequence[Mapping[str, Any]]
    may: Mapping[str, bool]
    mends: bool


async def show_referral(request: Request) -> Response:
    """Show a referral: where it stands, what comes next, its log."""
    return await _shown(request, dict.fromkeys(_TYPED, ""), [], 200)


async def record_step(request: Request) -> Response:
    """Record the next step."""
    id, engine = record_asked(request), service_of(request).answering.engine
    posted = await posted_form(request)
    typed = {name: posted.text(name) for name in _TYPED}
    if posted.only_again:
        return await _shown(request, typed, [], 200)
    problems: list[Problem] = []
    if typed["event"] not in EVENTS:
        problems.append(Problem("step-missing", "请选这一步是什么", "choose which step it was", Place(path="event")))
    day = None
    try:
        day = day_of(day_typed(typed["on"]) or None)
        if day is None:
            problems.append(
                Problem("field-missing", "请写发生的日期", "give the day on which it took place", Place(path="on"))
            )
    except InputError as error:
        problems += [Problem(one.code, one.zh, one.en, Place(path="on")) for one in error.problems]
    if len(typed["by"]) > _LONGEST_ROLE:
        problems.append(
            Problem("text-long", f"至多 {_LONGEST_ROLE} 字", f"at most {_LONGEST_ROLE} letters", Place(path="by"))
        )
    if problems or day is None:
        return await _shown(request, typed, problems, 422)
    report = events.Report(typed["event"], dt.date.fromordinal(day), typed["by"] or None, typed["consent"] or None)
    version = int(typed["version"]) if typed["version"].isascii() and typed["version"].isdigit() else None

    def work(change: Change) -> Made:
        record, standing = events.take_step(change, engine, id, report, version)
        return Made({"id": record.id, "state": standing.name}, 201)

    try:
        await posted_once(request, posted, work)
    except Stale as error:
        zh = "还没有记下：打开这一页以后，这次转介有了新的步骤。现在的状态在下面，请看过再提交"
        en = "nothing was recorded: it moved on since you opened this page. See where it stands now, and send again"
        return await _shown(request, typed, [Problem("record-changed", zh, en)], status_of(error))
    except (InputError, Clash, Denied, Refused) as error:
        return await _shown(request, typed, error.problems, status_of(error))
    return RedirectResponse(f"/referrals/{id}?done=step", 303)


async def _shown(request: Request, typed: Mapping[str, str], problems: Sequence[Problem], status: int) -> Response:
    id, service = record_asked(request), service_of(request)
    engine = service.answering.engine
    query = Query(request)
    lang = viewer_of(request.headers, request.query_params).spoken
    seen = await looked_and_noted(request, lambda change: _seen(change, engine, id, lang))
    under = query.region("under")
    labels = {
        "event": query.say("步骤", "Step"),
        "on": query.say("发生之日", "Day"),
        "by": query.say("由谁", "By whom"),
        "consent": query.say("同意书", "Consent"),
    }
    faults, at_fields = told(problems, labels, query.say)
    whole = seen.outlook.told
    policy = kept(engine, whole["region"], whole["policy"]["id"])
    return page(
        request,
        "referral/referral.html.j2",
        status=status,
        private=True,
        whole=whole,
        organisation=seen.organisation,
        policy=policy,
        mends=seen.mends and whole["facts"] is not None and not whole["ended"],
        typed=typed,
        labels=labels,
        faults=[*faults, *query.faults],
        at_fields=at_fields,
        under=_under(engine, seen, under, lang) if under is not None and under != whole["region"] else None,
        done=request.query_params.get("done", ""),
        today=service.settings.today(),
        names=service.regions.names,
        directions=directions(engine),
        once=(FIELD, new_key()),
        iso=iso,
        beijing=lambda text: dt.datetime.fromisoformat(text).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M"),
        **_state(policy, whole, lang),
        **_standing(engine, seen, lang),
    )


def _seen(change: Change, engine: Engine, id: str, lang: str) -> Seen:
    found = outlook(change, engine, id, lang)
    target = referrals.target(change, found.record)
    person = found.told["person"]
    given: list[Mapping[str, Any]] = []
    if person is not None and found.standing is not None and change.reaches(Action.READ, Resource.CONSENT):
        listed = consents.consents(change, Asked({"person": person}, None, None, 50)).records
        given = [one for one in (consents.shown(change, record) for record in listed) if one["standing"]]
    may = {event: change.may(events.action_of(event), target) for event in EVENTS}
    own = change.principal.organisation is None
    mends = own and change.may(Action.CREATE, target)
    return Seen(found, _organisation(change, found.told["organisation"]), given, may, mends)


def _standing(engine: Engine, seen: Seen, lang: str) -> dict[str, Any]:
    """Make ready where the referral stands; without its document or its person there is nothing to walk."""
    found = seen.outlook
    path, standing = found.path, found.standing
    if path is None or standing is None:
        return {"one": None, "choices": ((), (), ()), "refused": (), "told": None, "consents": (), "waited": None}
    procedure = procedure_of(path.policy, path.direction, lang, path.day.toordinal())
    walked = standing.walked
    trodden = [Trodden(one.event, one.on, one.state if one.decided == "in_turn" else None) for one in standing.steps]
    mine = found.told["answer"] is not None
    lacking = walked.answer["missing_step"] if mine else None
    marks = progress_of(procedure, trodden, walked.state, found.prospects, engine.vocabulary, lang, lacking)
    opened, closed, unknown = choices(procedure, found.prospects, engine.vocabulary, lang, done_since(trodden))
    telling = Telling(path.policy, {"referral": walked.answer}, {}, lang, "now")
    return {
        "one": shown_procedure(engine, path.policy, path.direction, lang, path.day.toordinal(), marks),
        "choices": (
            [one for one in opened if seen.may[one.event]],
            closed,
            [one for one in unknown if seen.may[one.event]],
        ),
        "refused": [one for one in (*opened, *unknown) if not seen.may[one.event]],
        "told": referral_part(telling, "referral", walked.answer).told[0] if mine else None,
        "consents": seen.consents,
        "waited": (path.day - standing.steps[-1].on).days if standing.steps else None,
    }


def _under(engine: Engine, seen: Seen, region: str, lang: str) -> dict[str, Any] | None:
    """Take the same steps, on the same facts, under the document that governs another region today."""
    path, standing = seen.outlook.path, seen.outlook.standing
    if path is None or standing is None or seen.outlook.told["answer"] is None:
        return None
    (policy,) = governing(engine, [region], path.day.toordinal())
    other = Path(engine, policy, path.direction, path.facts, path.day, {})
    procedure = procedure_of(policy, path.direction, lang, path.day.toordinal())
    return {"region": region, **followed(engine, other, procedure, [one.taken for one in standing.steps], lang)}
