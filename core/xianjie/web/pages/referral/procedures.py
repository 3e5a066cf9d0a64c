"""`/referrals/procedures`: what documents set out for referrals, each as a diagram and as a list, side by side."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.engine.assess import Engine
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.service.state import Service, service_of
from xianjie.service.working import in_thread
from xianjie.web.pages.referral import picture
from xianjie.web.pages.referral.asking import Asked, asked_of, directions, governing
from xianjie.web.pages.referral.procedure import Procedure, procedure_of
from xianjie.web.showing.rendering import page, workbench_of
from xianjie.web.showing.viewer import viewer_of


async def show_procedures(request: Request) -> Response:
    """Show which documents set out steps, and the procedures of the regions chosen."""
    service, asked = service_of(request), asked_of(request)
    engine = service.answering.engine
    lang = viewer_of(request.headers, request.query_params).spoken
    memory = workbench_of(request).memory
    shown, table = await in_thread(
        service.threads,
        lambda: memory.of(engine, ("procedures", asked, lang), lambda: _worked_out(service, asked, lang)),
    )
    return page(
        request,
        "referral/procedures.html.j2",
        "referral/procedures_result.html.j2",
        asked=asked,
        shown=shown,
        table=table,
        directions=directions(engine),
        choices=service.regions.names,
        today=service.settings.today().toordinal(),
        iso=iso,
    )


def _worked_out(service: Service, asked: Asked, lang: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    engine = service.answering.engine
    policies = governing(engine, asked.regions, asked.day)
    shown = [shown_procedure(engine, one, asked.direction, lang, asked.day) for one in policies]
    table = [
        {
            "region": name,
            "policy": policy,
            "validity": policy.validity_at(asked.day),
            "kinds": {key: procedure_of(policy, key, lang, asked.day) for key in directions(engine)},
        }
        for name in engine.documents.timelines
        for policy in governing(engine, [name], asked.day)
    ]
    return shown, table


def shown_procedure(
    engine: Engine, policy: Policy, direction: str, lang: str, day: int, progress: picture.Progress | None = None
) -> dict[str, Any]:
    """Make ready what the template of a diagram is given."""
    procedure: Procedure = procedure_of(policy, direction, lang, day)
    marks = progress or picture.Progress()
    return {
        "procedure": procedure,
        "progress": marks,
        "validity": policy.validity_at(day),
        "drawing": picture.picture(procedure, engine.vocabulary, lang, marks),
        "head": picture.head_told(procedure, engine.vocabulary, lang) if procedure.rule else [],
        "states": [(one, picture.state_told(one.id, procedure, marks, lang)) for one in procedure.states],
        "moves": {
            one.id: [(move, picture.moves_told(move, procedure, marks, lang)) for move in procedure.leaving(one.id)]
            for one in procedure.states
        },
        "trigger": picture.conditions_told(("情形", "where"), procedure.trigger, lang),
    }
