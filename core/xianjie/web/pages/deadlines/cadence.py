"""`/cadence`: when a ledger would be due in each region, of which nothing is recorded; all of it is in the address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from xianjie.language.calendar import iso
from xianjie.records.deadlines.cadences import Cadence, supposed
from xianjie.records.deadlines.calendar import LEDGERS
from xianjie.records.deadlines.due_dates import Reckoning
from xianjie.records.desk import offices
from xianjie.service.door.admission import principal_of
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.pages.deadlines.asked import Query
from xianjie.web.pages.deadlines.words import Wording
from xianjie.web.showing.rendering import page


async def show_cadence(request: Request) -> Response:
    """Show what each region says of a kind of ledger that was last updated on a day."""
    service = service_of(request)
    query = Query(request)
    reckoning, names = query.reckoning(), service_of(request).regions.names
    wording = Wording(reckoning.engine, names, reckoning.lang)
    kinds, levels = wording.words(LEDGERS, "kind"), wording.words(LEDGERS, "level")
    kind = query.word("kind", ("类别", "Kind"), [key for key, _ in kinds])
    level = query.word("level", ("层级", "Level"), [key for key, _ in levels])
    updated = query.day("last_updated", ("最近更新", "Last update"))
    regions = query.words("regions", ("地区", "Regions"), list(names)) or tuple(names)
    if updated is not None and updated > reckoning.day:
        label = query.say("最近更新", "Last update")
        sentence = query.say(
            "在判定日之后：到那一天还没有更新", "after the day of evaluation: it had not been updated yet"
        )
        query.faults.append(("last_updated", label, sentence))
    each: list[Cadence] = []
    if updated is not None and not query.faults and regions:
        facts = {"kind": kind or "supply", "level": level or "county", "last_updated": iso(updated)}
        readings = await _settled(request, reckoning, regions)
        each = await in_thread(service.threads, supposed, LEDGERS.listed, facts, regions, reckoning, readings)
    return page(
        request,
        "deadlines/cadence.html.j2",
        "deadlines/cadence_result.html.j2",
        status=422 if query.faults else 200,
        section="/ledgers",
        family="cadence",
        each=[wording.told(one) for one in each],
        names=names,
        region_options=wording.region_options(),
        kinds=kinds,
        levels=levels,
        kind=kind or "supply",
        level=level or "county",
        updated=updated,
        updated_text=query.text("last_updated"),
        regions=regions if query.text("regions") else (),
        faults=query.faults,
        typed=defaultdict(str, request.query_params),
        as_of=reckoning.day,
        as_of_text=iso(reckoning.day),
        today=service.settings.today(),
    )


async def _settled(request: Request, reckoning: Reckoning, regions: tuple[str, ...]) -> Mapping[str, str]:
    """Give the readings that the asker's office has settled on; none where they act for several offices."""
    service, principal = service_of(request), principal_of(request)
    if len(offices(principal)) > 1:
        return {}
    office = await service.offices.of(reckoning.engine, principal, None)
    return service.answering.settled(regions, reckoning.day, office)
