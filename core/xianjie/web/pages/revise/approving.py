"""Approve what a revision changes, by name, reason and document number, and take it into service as an amendment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action, Resource, reach
from xianjie.errors import InputError, PolicyError, Problem, XianjieError
from xianjie.policy.overlay import parse_overlay
from xianjie.policy.overlay_model import Overlay
from xianjie.policy.overlay_text import listed_text
from xianjie.records import publications as records
from xianjie.records.pages import Asked as AskedPage
from xianjie.revision.approvals import Approvable, Approval, approvals_in, judge
from xianjie.revision.impact import Counted
from xianjie.service.amending import amend
from xianjie.service.door.admission import principal_of
from xianjie.service.keeping import looked, shown
from xianjie.service.problems import Refused, refuse
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.door.posted import Posted, posted_form
from xianjie.web.pages.revise.outcome import Outcome
from xianjie.web.pages.working import result_of, seeing

LONGEST = 600
FIELDS: Mapping[str, tuple[str, str]] = {
    "who": ("批准人", "Approved by"),
    "why": ("理由", "Reason"),
    "document": ("批准文件的文号", "Number of the approving document"),
}
Told = tuple[str | None, str, Problem]


async def published(request: Request) -> list[dict[str, Any]]:
    """List what came into service last."""
    page = await looked(request, lambda desk: records.publications(desk, AskedPage({}, None, None, 50)))
    return [shown(record) for record in page.records]


async def approve(request: Request) -> Response:
    """Approve what the revision changes; publish it where that is asked for."""
    from xianjie.web.pages.revise.comparing import show_with

    job = result_of(request)
    posted = await posted_form(request)
    found: Outcome = job.result
    typed = {name: posted.text(name) for name in FIELDS}
    faults = _faults(typed)
    if faults:
        return await show_with(request, job, typed, faults)
    approved = await in_thread(service_of(request).threads, _approved, found, typed)
    if posted.text("do") != "publish":
        job.result = approved
        return seeing(request, f"/revise/results/{job.id}#publish")
    try:
        return await _published(request, approved, typed, posted)
    except (Refused, XianjieError) as error:
        if isinstance(error, Refused) and error.status not in (409, 507):
            raise
        if not isinstance(error, Refused | InputError | PolicyError):
            raise
        return await show_with(request, job, typed, [(None, "", problem) for problem in error.problems], 409)


async def _published(request: Request, found: Outcome, typed: Mapping[str, str], posted: Posted) -> Response:
    service, asked, principal = service_of(request), found.asked, principal_of(request)
    if not reach(principal, Action.PUBLISH, Resource.POLICY):
        raise refuse(403, "access-role", "所有的角色都不能发布政策", "none of your roles may publish policies")
    overlay = amendment_of(found)
    if overlay is None:
        zh = "整份政策文件须由运维放进地区插件，这里只发布改动文件"
        raise refuse(409, "amendment-whole", zh, "a policy file as a whole belongs in the region's plugin")
    if not posted.text("sure"):
        zh, en = "发布会改变所有人的答案，请先勾选确认", "it changes everybody's answers: say that you are sure"
        raise refuse(409, "publish-unsure", zh, en)
    current = service.answering.engine.documents.by_sha256().get(asked.old.sha256)
    if current is None:
        zh = "比较之后，所依据的文件已经换了，请重新比较"
        raise refuse(409, "documents-changed", zh, "the document has changed since it was compared: compare anew")
    approval = records.Approval(typed["who"], typed["why"], typed["document"])
    await amend(service, request.app.state.reloading, principal, asked.old, overlay, asked.new.sha256, approval)
    return seeing(request, f"/policies/{overlay.id}")


def amendment_of(found: Outcome) -> Overlay | None:
    """Give the overlay of a revision; None where it is a policy file as a whole."""
    return parse_overlay(found.asked.text, "revision.yaml") if found.asked.new.overlays else None


def _faults(typed: Mapping[str, str]) -> list[Told]:
    out: list[Told] = []
    for name, (zh, en) in FIELDS.items():
        if not typed[name]:
            out.append((name, zh, Problem("edit-empty", f"请填{zh}", f"{en}: it cannot be left empty")))
        elif len(typed[name]) > LONGEST:
            out.append((name, zh, Problem("text-long", f"不超过 {LONGEST} 个字", f"at most {LONGEST} characters")))
    return out


def _approved(found: Outcome, typed: Mapping[str, str]) -> Outcome:
    """Approve every row that nobody approved before, and write all approvals as a file."""
    new = [_approval(counted, typed) for counted, approval in found.judged.rows if approval is None]
    kept = [one.model_dump(mode="python", exclude_none=False) for one in found.asked.approvals.all]
    text = listed_text([*kept, *_once(new)])
    approvals = approvals_in(text, "approvals.yaml", found.asked.old, found.asked.new)
    asked = replace(found.asked, approvals=approvals, approvals_file="approvals.yaml", approvals_text=text)
    return replace(found, asked=asked, judged=judge(found.impact, approvals, asked.today))


def _approval(counted: Counted, typed: Mapping[str, str]) -> dict[str, Any]:
    row = counted.row
    one = Approval(
        change=cast(Approvable, row.change),
        dimension=row.dimension,
        rule=row.rule,
        clause=row.clause,
        who=typed["who"],
        why=typed["why"],
        document=typed["document"],
    )
    return one.model_dump(mode="python")


def _once(approvals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what is there already: rows of one rule differ by more than an approval names."""
    return [one for number, one in enumerate(approvals) if one not in approvals[:number]]
