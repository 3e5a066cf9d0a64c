"""An address of the workbench: where a page is served, who answers, and what its asker must be allowed."""

from __future__ import annotations

from dataclasses import dataclass

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Endpoint, Needs

READING: Needs = (Resource.POLICY, Action.READ)
"""What everybody may who is let in at all."""


@dataclass(frozen=True, slots=True)
class At:
    """Method, path, who answers, and what the asker must be allowed to do."""

    method: str
    path: str
    endpoint: Endpoint
    needs: Needs = READING
