"""Where the pages of decisions and of readings are served, and what their askers must be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Needs
from xianjie.web.door.addresses import At
from xianjie.web.pages.answers import changes, decisions, settling

_DECISIONS: Needs = (Resource.DECISION, Action.READ)
_READINGS: Needs = (Resource.READING_CHOICE, Action.READ)

ADDRESSES: Sequence[At] = (
    At("GET", "/decisions", decisions.show_decisions, _DECISIONS),
    At("GET", "/decisions/{id}.json", decisions.give_json, _DECISIONS),
    At("GET", "/decisions/{id}.docx", decisions.give_paper, _DECISIONS),
    At("GET", "/decisions/{id}/changes", changes.show_changes, _DECISIONS),
    At("GET", "/decisions/{id}", decisions.show_decision, _DECISIONS),
    At("GET", "/readings", settling.show_places, _READINGS),
    At("GET", "/readings/{policy}/{axis}", settling.show_place, _READINGS),
    At("POST", "/readings/{policy}/{axis}", settling.settle, (Resource.READING_CHOICE, Action.SETTLE)),
)
