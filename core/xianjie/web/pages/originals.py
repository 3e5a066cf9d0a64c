"""The documents' own sentences behind rules, where the user's copy is on the shelf and the asker may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request

from xianjie.access import Action, Resource, reach
from xianjie.errors import InputError, Problem
from xianjie.home import default_home
from xianjie.policy.prepared import Policy
from xianjie.service.door.admission import principal_of
from xianjie.service.state import Service, service_of
from xianjie.service.working import in_thread
from xianjie.sources.shelf import Original, kept, originals
from xianjie.web.showing.memory import Memory
from xianjie.web.showing.rendering import workbench_of


@dataclass(frozen=True, slots=True)
class Originals:
    """The sentence behind each rule; `kept` tells whether a copy is there, `problem` that it is damaged."""

    kept: bool
    sentences: Mapping[str, Original] = field(default_factory=dict)
    problem: Problem | None = None


async def originals_of(request: Request, policy: Policy) -> Originals:
    """Give the sentences of one document; none to who may not read the documents' own texts."""
    if not reach(principal_of(request), Action.READ, Resource.SOURCE):
        return Originals(False)
    service = service_of(request)
    return await in_thread(service.threads, _found, workbench_of(request).memory, service, policy)


def _found(memory: Memory, service: Service, policy: Policy) -> Originals:
    """Find the sentences, once for each copy."""
    home = service.settings.home or default_home()
    try:
        copy = kept(home, policy.id)
        if copy is None:
            return Originals(False)
        key = ("originals", policy.id, policy.sha256, copy.manifest.text_sha256)
        return Originals(True, memory.of(service.answering.engine, key, lambda: originals(copy, policy)))
    except InputError as error:
        return Originals(True, problem=error.problems[0])
