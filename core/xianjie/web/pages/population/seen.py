"""The finished populations of a folder, and how much of each somebody may see.

Counts of all divisions together are for those who may see all of them; others see the counts of their own divisions.
Small counts are never told here, to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from xianjie.access import AccessError, Action, Division, Principal, Resource, reach
from xianjie.population.summary.gathered import FILE, Summary
from xianjie.service.door.admission import Needs, principal_of
from xianjie.service.problems import refuse
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.showing.rendering import workbench_of

NEEDS: Needs = (Resource.LEDGER, Action.READ)
"""Counts of an office's people belong to who reads its ledgers: nothing personal, yet of the office."""

LEAST = 10
"""The smallest count that a page tells."""

_MANIFEST = "manifest.json"
_NAME = re.compile(r"[\w一-鿿][\w一-鿿.-]{0,79}")
_MOST = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A population as somebody may see it; not `whole`: only counts of their own divisions."""

    name: str
    summary: Summary
    whole: bool


async def all_seen(request: Request) -> Sequence[Seen]:
    """List the populations of which the asker may see anything, by their names."""
    return [one for name in _names(request) if (one := await _seen(request, name)) is not None]


async def one_seen(request: Request) -> Seen:
    """Give the population that the address names, as far as the asker may see it; a Refused of 404 for any other."""
    name = request.path_params["name"]
    found = await _seen(request, name) if name in _names(request) else None
    if found is None:
        raise refuse(
            404, "population-unknown", "没有这个测算结果，或不在您的辖区", "no such population, or none of yours"
        )
    return found


def _names(request: Request) -> list[str]:
    """Name the folders that hold a finished population; what is still under way has no manifest."""
    folder = service_of(request).settings.populations
    if folder is None:
        return []
    try:
        found = sorted(one.name for one in folder.iterdir() if _NAME.fullmatch(one.name))
    except OSError:
        return []
    return [name for name in found if all((folder / name / file).is_file() for file in (FILE, _MANIFEST))][:_MOST]


async def _seen(request: Request, name: str) -> Seen | None:
    service, principal = service_of(request), principal_of(request)
    folder = service.settings.populations
    assert folder is not None
    path = folder / name / FILE
    stat = path.stat()
    key = ("population", name, stat.st_mtime_ns, stat.st_size)
    memory, engine = workbench_of(request).memory, service.answering.engine

    def read() -> Summary:
        return memory.of(engine, key, lambda: Summary.of(folder / name).guarded(LEAST))

    return within_reach(name, await in_thread(service.threads, read), principal)


def within_reach(name: str, summary: Summary, principal: Principal | None) -> Seen | None:
    """Give a population as far as somebody reaches; None where that is nowhere."""
    resource, action = NEEDS
    mine = [one.division for one in reach(principal, action, resource) if one.organisation is None]
    if any(not division.code for division in mine):
        return Seen(name, summary, True)
    there = summary.tally["divisions"]
    covered = [code for code in there if any(division.covers(at) for division in mine for at in _division(code))]
    if not covered:
        return None
    if len(covered) == len(there):
        return Seen(name, summary, True)
    return Seen(name, summary.within(covered), False)


def _division(code: str) -> list[Division]:
    """Read a division's code as the data has it; what is none belongs to nobody but who sees all."""
    try:
        return [Division(code)] if code else []
    except AccessError:
        return []


def folder_of(request: Request) -> Path | None:
    """Give the folder where finished populations are looked for; None where none was set."""
    return service_of(request).settings.populations
