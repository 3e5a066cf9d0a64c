"""`/ledgers` and `/duties`: what is kept, how each stands, chosen by region, division, kind, state and day."""

from __future__ import annotations

from collections import defaultdict

from starlette.requests import Request
from starlette.responses import Response

from xianjie.language.calendar import iso
from xianjie.records.deadlines.calendar import DUTIES, LEDGERS
from xianjie.records.deadlines.due_dates import Kind, Standing
from xianjie.records.deadlines.urgency import listed_by_urgency
from xianjie.records.urgency import MOST_IN_ORDER, Urgent
from xianjie.service.door.admission import principal_of
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.pages.deadlines.asked import STATUSES, filters_of
from xianjie.web.pages.deadlines.words import Wording
from xianjie.web.pages.deadlines.writing import may_write
from xianjie.web.showing.rendering import page


async def list_ledgers(request: Request) -> Response:
    """List the ledgers."""
    return await _listed(request, LEDGERS)


async def list_duties(request: Request) -> Response:
    """List the counted duties."""
    return await _listed(request, DUTIES)


async def _listed(request: Request, kind: Kind) -> Response:
    service, principal = service_of(request), principal_of(request)
    filters = filters_of(request, kind)
    reckoning = filters.reckoning

    def run() -> Urgent[Standing]:
        return listed_by_urgency(
            service.keeping, principal, kind, filters.asked, frozenset(filters.statuses), reckoning
        )

    found = None if filters.faults else await in_thread(service.threads, run)
    wording = Wording(reckoning.engine, service_of(request).regions.names, reckoning.lang)
    return page(
        request,
        "deadlines/list.html.j2",
        "deadlines/list_result.html.j2",
        status=422 if filters.faults else 200,
        private=True,
        section="/ledgers",
        family="ledgers" if kind is LEDGERS else "duties",
        at=f"/{kind.collection}",
        found=found,
        most_in_order=MOST_IN_ORDER,
        rows=[] if found is None else [wording.row(one, reckoning.day) for one in found.items],
        filters=filters,
        faults=filters.faults,
        typed=defaultdict(str, request.query_params),
        names=service_of(request).regions.names,
        region_options=wording.region_options(),
        kinds=wording.words(kind, "kind"),
        statuses=STATUSES[kind.collection],
        as_of=reckoning.day,
        as_of_text=iso(reckoning.day),
        writes=may_write(request),
        narrowed=any(value for name, value in filters.given.items() if name not in ("as_of", "due_soon_days")),
    )
