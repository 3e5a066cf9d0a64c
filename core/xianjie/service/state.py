"""What the parts of one running service share; it hangs on the application, and there is no global one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from anyio import CapacityLimiter
from starlette.requests import Request

from xianjie.engine.assess import Engine
from xianjie.plugins import Regions
from xianjie.records.desk import Keeping
from xianjie.service.answering import Answering
from xianjie.service.deciding import DecisionLog
from xianjie.service.language import accepted
from xianjie.service.logs import Log
from xianjie.service.metrics import Metrics
from xianjie.service.offices import Offices
from xianjie.service.settings import ServiceSettings
from xianjie.service.working import Places

if TYPE_CHECKING:
    from xianjie.service.door.admission import Door


@dataclass(slots=True)
class Service:
    """Hold the regions, what answers for them, the settings, log and counts, the records, and the places for work.

    `answering` is replaced as a whole when documents change: whoever works with one goes on with the one that it took.
    `described` keeps the OpenAPI document of an engine.
    """

    settings: ServiceSettings
    regions: Regions
    answering: Answering
    log: Log
    metrics: Metrics
    threads: CapacityLimiter
    batches: CapacityLimiter
    proving: Places
    keeping: Keeping
    storing: CapacityLimiter
    door: Door
    decisions: DecisionLog
    offices: Offices
    ready: bool = False
    described: tuple[Engine, bytes] | None = None


def service_of(request: Request) -> Service:
    """Give the service that a request came to."""
    return cast(Service, request.app.state.service)


def language_of(request: Request) -> str:
    """Choose the language of a problem for a request."""
    return accepted(request.headers.get("accept-language"))


def request_id_of(request: Request) -> str | None:
    """Give the id of a request."""
    found = request.scope.get("state", {}).get("request_id")
    return found if isinstance(found, str) else None
