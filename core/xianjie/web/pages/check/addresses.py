"""Where the form of one case is served, and what its asker must be allowed."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.access import Action, Resource
from xianjie.service.door.admission import Endpoint, Needs
from xianjie.web.pages.check import files, kept, next_question, page, recording

_RUN: Needs = (Resource.ASSESSMENT, Action.RUN)

ADDRESSES: Sequence[tuple[str, str, Endpoint, Needs]] = (
    ("GET", "/check", kept.show, _RUN),
    ("POST", "/check", page.preview, _RUN),
    ("POST", "/check/next", next_question.ask_next, _RUN),
    ("POST", "/check/decide", recording.decide, _RUN),
    ("GET", "/check/decided", recording.show_decided, _RUN),
    ("POST", "/check/file", files.give_file, _RUN),
    ("POST", "/check/load", files.load_file, _RUN),
    ("POST", "/check/keep", kept.keep, (Resource.CASE, Action.WRITE)),
    ("GET", "/check/cases", kept.list_cases, (Resource.CASE, Action.READ)),
    *(("GET", f"/check/{name}", page.start_anew, _RUN) for name in ("next", "decide", "file", "load", "keep")),
)
"""Method, path, who answers, and what the asker must be allowed to do."""
