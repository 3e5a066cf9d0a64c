"""Where the form of one case is served, and what its asker must be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Needs
from xianjie.web.door.addresses import At
from xianjie.web.pages.check import files, kept, next_question, page, recording

_RUN: Needs = (Resource.ASSESSMENT, Action.RUN)

ADDRESSES: Sequence[At] = (
    At("GET", "/check", kept.show, _RUN),
    At("POST", "/check", page.preview, _RUN),
    At("POST", "/check/next", next_question.ask_next, _RUN),
    At("POST", "/check/decide", recording.decide, _RUN),
    At("GET", "/check/decided", recording.show_decided, _RUN),
    At("POST", "/check/file", files.give_file, _RUN),
    At("POST", "/check/load", files.load_file, _RUN),
    At("POST", "/check/keep", kept.keep, (Resource.CASE, Action.WRITE)),
    At("GET", "/check/cases", kept.list_cases, (Resource.CASE, Action.READ)),
    *(At("GET", f"/check/{name}", page.start_anew, _RUN) for name in ("next", "decide", "file", "load", "keep")),
)
