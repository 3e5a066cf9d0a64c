"""Where the pages of revising are, and what whoever asks for them must be allowed to do."""

from __future__ import annotations

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Endpoint, Needs
from xianjie.web.pages.revise import approving, choosing, comparing, drifting, form

_READ: Needs = (Resource.POLICY, Action.READ)

ADDRESSES: tuple[tuple[str, str, Endpoint, Needs], ...] = (
    ("GET", "/revise", choosing.show_choosing, _READ),
    ("POST", "/revise/file", choosing.take_file, _READ),
    ("POST", "/revise/drift", drifting.show_drift, (Resource.SOURCE, Action.READ)),
    ("GET", "/revise/edit", form.show_form, _READ),
    ("POST", "/revise/edit", form.take_form, _READ),
    ("POST", "/revise/reading", form.tell_reading, _READ),
    ("GET", "/revise/results/{id}", comparing.show_result, _READ),
    ("POST", "/revise/results/{id}", approving.approve, _READ),
    ("GET", "/revise/results/{id}/{name}", comparing.give_file, _READ),
)
