"""Where the pages of decisions and of readings are served, and what their askers must be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Endpoint, Needs
from xianjie.web.pages.answers import changes, decisions, settling

_DECISIONS: Needs = (Resource.DECISION, Action.READ)
_READINGS: Needs = (Resource.READING_CHOICE, Action.READ)

ADDRESSES: Sequence[tuple[str, str, Endpoint, Needs]] = (
    ("GET", "/decisions", decisions.show_decisions, _DECISIONS),
    ("GET", "/decisions/{id}.json", decisions.give_json, _DECISIONS),
    ("GET", "/decisions/{id}.docx", decisions.give_paper, _DECISIONS),
    ("GET", "/decisions/{id}/changes", changes.show_changes, _DECISIONS),
    ("GET", "/decisions/{id}", decisions.show_decision, _DECISIONS),
    ("GET", "/readings", settling.show_places, _READINGS),
    ("GET", "/readings/{policy}/{axis}", settling.show_place, _READINGS),
    ("POST", "/readings/{policy}/{axis}", settling.settle, (Resource.READING_CHOICE, Action.SETTLE)),
)
"""Each address: method, path, who answers, and what the asker must be allowed to do."""
