"""Where the pages of revising are, and what whoever asks for them must be allowed to do."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.web.door.addresses import At
from xianjie.web.pages.revise import approving, choosing, comparing, drifting, form

ADDRESSES: Sequence[At] = (
    At("GET", "/revise", choosing.show_choosing),
    At("POST", "/revise/file", choosing.take_file),
    At("POST", "/revise/drift", drifting.show_drift, (Resource.SOURCE, Action.READ)),
    At("GET", "/revise/edit", form.show_form),
    At("POST", "/revise/edit", form.take_form),
    At("POST", "/revise/reading", form.tell_reading),
    At("GET", "/revise/results/{id}", comparing.show_result),
    At("POST", "/revise/results/{id}", approving.approve),
    At("GET", "/revise/results/{id}/{name}", comparing.give_file),
)
