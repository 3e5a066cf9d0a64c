"""`/revise`: choose the document, and how it is revised: in a form, by a file, or by a revised text."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action, Resource, reach
from xianjie.errors import PolicyError, Problem
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.revised import overlay_or_none
from xianjie.service.door.admission import principal_of
from xianjie.service.problems import Refused
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.source import decoded
from xianjie.web.door.posted import Posted, Upload, posted_form
from xianjie.web.pages.revise import form
from xianjie.web.pages.revise.approving import published
from xianjie.web.pages.revise.comparing import show_whole
from xianjie.web.pages.revise.subject import LARGEST_TEXT, choices
from xianjie.web.showing.rendering import page

Told = tuple[str, str, Problem]
"""What is wrong: the field, what it is called, and the problem."""


async def show_choosing(request: Request) -> Response:
    """Show the ways to revise, and what was published so far."""
    return await choosing(request, {}, [])


async def choosing(
    request: Request, typed: dict[str, str], faults: list[tuple[str, Problem]], status: int = 200
) -> Response:
    """Show the page, with what was chosen before and what is wrong with it."""
    principal, listed = principal_of(request), choices(service_of(request))
    return page(
        request,
        "revise/choose.html.j2",
        status=status,
        private=True,
        choices=listed,
        titles={one.policy.id: one.policy.file.document.title for one in listed},
        typed=typed,
        faults=faults,
        sources=bool(reach(principal, Action.READ, Resource.SOURCE)),
        publications=await published(request),
    )


async def take_file(request: Request) -> Response:
    """Open an overlay in the form; take a policy file as a revision as a whole."""
    try:
        posted = await posted_form(request, LARGEST_TEXT, 1)
    except Refused as refused:
        if refused.status != 413:
            raise
        return await choosing(request, {}, [("file", _too_large())], 422)
    upload = posted.files.get("file")
    if upload is None or not upload.data:
        problem = Problem("file-wanted", "请选一个文件", "choose a file")
        return await choosing(request, _typed(posted), [("file", problem)], 422)
    try:
        text, overlay = await in_thread(service_of(request).threads, _read, upload)
        if overlay is not None:
            return await _open(request, text, overlay)
        return await show_whole(request, posted.text("base"), text, upload.name)
    except PolicyError as error:
        return await choosing(request, _typed(posted), [("file", one) for one in error.problems], 422)


def _read(upload: Upload) -> tuple[str, Overlay | None]:
    name = upload.name or "revision.yaml"
    if not name.lower().endswith((".yaml", ".yml")):
        zh = "这里收 .yaml 文件：改动文件或整份政策文件。修订后的公文（PDF、Word）请用下面的“看原文改了什么”"
        en = "a .yaml file is wanted here: an overlay, or a policy file. For a revised text (PDF, Word) see below"
        raise PolicyError(Problem("file-suffix", zh, en))
    text = decoded(upload.data, name, error=PolicyError)
    return text, overlay_or_none(text, name)


async def _open(request: Request, text: str, overlay: Overlay) -> Response:
    known = {one.policy.id for one in choices(service_of(request))}
    if overlay.base not in known:
        zh = "这份改动所改的政策没有装在这里；在它的 base 一项里写着编号"
        en = "the document that this overlay changes is not installed here; its `base` names it"
        raise PolicyError(Problem("overlay-base-unknown", zh, en, overlay.origin.place(("base",))))
    return await form.open_text(request, overlay.base, text)


def _too_large() -> Problem:
    most = LARGEST_TEXT // 1024
    return Problem("file-too-large", f"文件超过 {most} KB 上限", f"the file is larger than {most} KB")


def _typed(posted: Posted) -> dict[str, str]:
    return {"base": posted.text("base")}
