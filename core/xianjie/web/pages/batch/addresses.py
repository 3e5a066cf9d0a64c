"""Where the pages of tables of cases are served, and what their asker must be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Needs
from xianjie.web.door.addresses import At
from xianjie.web.pages.batch import asking, outcome

_RUN: Needs = (Resource.ASSESSMENT, Action.RUN)

ADDRESSES: Sequence[At] = (
    At("GET", "/batch", asking.show_batch, _RUN),
    At("POST", "/batch", asking.send, _RUN),
    At("GET", "/batch/template.xlsx", asking.give_template, _RUN),
    At("GET", "/batch/{id}", outcome.show_outcome, _RUN),
    At("POST", "/batch/{id}/good", asking.go_on, _RUN),
    At("GET", "/batch/{id}/{file}", outcome.give_file, _RUN),
)
