"""`/check/next`: what is best asked next, by the solver, in its own process and within a time; the page never waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.errors import InputError
from xianjie.service.asking import ASKED, provable
from xianjie.service.problems import Refused
from xianjie.service.proving import find_questions, outcome
from xianjie.service.state import service_of
from xianjie.service.working import in_process, in_thread
from xianjie.web.door.posted import posted_form
from xianjie.web.pages.answers.shown import title
from xianjie.web.pages.check.filled import member_prefix
from xianjie.web.pages.check.page import Taken, bearing_of, edited, shown, take
from xianjie.web.pages.check.questions import OF_MEMBER
from xianjie.web.pages.check.sheet import id_of
from xianjie.web.showing.rendering import is_partial, page, workbench_of

DIRECTION = "referral.direction"
MILLISECONDS = 1500
"""Time for one question to the solver."""
SECONDS = 12.0
"""Time for all of them together, however long the service itself would wait."""

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "decided": ("check", "各地都已有结论，不必再问。", "Every region decides: nothing is left to ask."),
    "not_decidable": (
        "note",
        "再问什么也定不下来：文件自己没有说清。",
        "No fact would decide it: the document itself leaves it open.",
    ),
    "not_decided": (
        "clock",
        "求解器没有在时限内得出；上面标着还问的各项仍然有用。",
        "The solver did not finish in time; what is marked is still worth asking.",
    ),
    "out_of_bounds": ("note", "已填的数值超出求解的范围。", "A figure is beyond the bounds of the solver."),
    "busy": (
        "clock",
        "求解器正忙，或没有在时限内算完；可稍后再问。",
        "The solver is busy or ran out of time: ask again later.",
    ),
    "none": ("note", "所选维度没有可由求解器判断的问题。", "Nothing in these dimensions is for the solver."),
    "direction": ("arrow", "先选转介方向，才能问转介还差什么。", "Choose the direction of the referral first."),
}


async def ask_next(request: Request) -> Response:
    """Find the fewest questions that are left, the best first: as a part of the page, or in the whole of it."""
    posted = await posted_form(request)
    typed = edited(posted.fields)
    taken = await take(request, posted.fields, typed)
    asking = await _asking(request, taken)
    if is_partial(request.headers):
        return page(request, "check/next.html.j2", "check/next.html.j2", private=True, asking=asking)
    return await shown(request, posted.fields, typed, asking=asking)


async def _asking(request: Request, taken: Taken) -> dict[str, Any]:
    service = service_of(request)
    asked, answering = taken.asked, service.answering
    bearing = await in_thread(service.threads, bearing_of, workbench_of(request).memory, answering, asked)
    at = next((at for at, case in enumerate(taken.filled.cases) if bearing.wanted(case)), 0)
    case, data = taken.filled.cases[at], taken.filled.data[at]
    keys = [name for name in asked.dimensions if name in ASKED]
    if "referral" in keys and DIRECTION not in case.facts:
        keys.remove("referral")
        if not keys:
            return _said("direction")
    if not keys:
        return _said("none")
    documents = answering.engine.documents
    names = list(asked.named)
    try:
        told = await in_process(
            request,
            service.proving,
            min(service.settings.waiting_seconds, SECONDS),
            min(service.settings.proving_seconds, SECONDS),
            find_questions,
            data,
            names,
            [documents.answering(name, asked.day).sha256 for name in names],
            provable(asked.day),
            keys,
            answering.settled(names, asked.day, taken.office),
            MILLISECONDS,
        )
        found = outcome(told)
    except (Refused, InputError) as error:
        if isinstance(error, Refused) and error.status not in (503, 504):
            raise
        return _said("busy") if isinstance(error, Refused) else _problem(error)
    if found["state"] != "found":
        return _said(found["state"])
    number = taken.filled.members[at]
    regions = service.regions.names
    return {
        "words": None,
        "member": _member(at) if len(taken.filled.members) > 1 else None,
        "questions": [_question(one, number, regions, taken.lang) for one in found["questions"]],
    }


def _said(state: str) -> dict[str, Any]:
    mark, zh, en = _WORDS[state]
    return {"words": (zh, en), "mark": mark}


def _problem(error: InputError) -> dict[str, Any]:
    return {"words": (error.problems[0].zh, error.problems[0].en), "mark": "note"}


def _member(at: int) -> tuple[str, str]:
    return f"成员{'一二三四五六七八'[at]}", f"member {at + 1}"


def _question(one: Mapping[str, Any], number: int, regions: Mapping[str, tuple[str, str]], lang: str) -> dict[str, Any]:
    fact = one["fact"]
    own = fact.split(".", 1)[0] in OF_MEMBER
    wanted = dict.fromkeys(title(by["region"], regions, lang) for by in one["wanted_by"])
    return {
        "zh": one["zh"],
        "en": one["en"],
        "at": id_of(f"{member_prefix(number) if own else ''}{fact}"),
        "regions": list(wanted),
        "answers": [
            ((found["text"]["zh"], found["text"]["en"]), found["decides"], found["left"]) for found in one["answers"]
        ],
    }
