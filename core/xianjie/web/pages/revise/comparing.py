"""`/revise/results/{id}`: what a revision changes, whom it moves, the cases that show it, and all of it as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response

from xianjie.access import Action, Resource, reach
from xianjie.api import day_of
from xianjie.cases.files import cases_in
from xianjie.errors import InputError, PolicyError, Problem
from xianjie.home import default_home
from xianjie.language.calendar import iso
from xianjie.papers.impact import impact_paper
from xianjie.policy.prepared import Policy
from xianjie.revision.approvals import approvals_in
from xianjie.revision.diff import diff_json, totals_words
from xianjie.revision.diff_text import diff_markdown
from xianjie.revision.diff_workbook import diff_workbook
from xianjie.revision.impact_html import impact_html
from xianjie.revision.impact_json import impact_json
from xianjie.revision.impact_words import notes_on
from xianjie.revision.impact_xlsx import impact_xlsx
from xianjie.service.door.admission import principal_of, require
from xianjie.service.problems import Refused, parameter, refuse
from xianjie.service.state import Service, service_of
from xianjie.service.wire import JSON, answer_bytes
from xianjie.service.working import in_thread
from xianjie.source import decoded
from xianjie.web.door.posted import Posted
from xianjie.web.jobs import Job, Progress
from xianjie.web.pages.downloads import DOCX, XLSX, download
from xianjie.web.pages.revise.approving import FIELDS as APPROVING
from xianjie.web.pages.revise.approving import Told, amendment_of
from xianjie.web.pages.revise.outcome import SEED, Asked, Outcome, work_out
from xianjie.web.pages.revise.subject import Choice, choice_of, described, revised
from xianjie.web.pages.revise.telling import told_outcome
from xianjie.web.pages.working import begin, result_of
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

MOST_GENERATED = 20_000
TITLE = ("看修订的结果", "What the revision comes to")
FILES: Mapping[str, tuple[str, str, str]] = {
    "impact.docx": (DOCX, "修订影响报告", "impact report"),
    "impact.xlsx": (XLSX, "修订影响", "impact"),
    "impact.html": ("text/html; charset=utf-8", "修订影响", "impact"),
    "impact.json": (JSON, "修订影响", "impact"),
    "diff.xlsx": (XLSX, "结构差异", "diff"),
    "diff.md": ("text/markdown; charset=utf-8", "结构差异", "diff"),
    "diff.json": (JSON, "结构差异", "diff"),
    "approvals.yaml": ("application/yaml; charset=utf-8", "批准", "approvals"),
    "revision.yaml": ("application/yaml; charset=utf-8", "修订", "revision"),
}
"""What can be had of a result: content type, and name in Chinese and in English."""


def asked_faults(request: Request, posted: Posted) -> list[tuple[str, Problem]]:
    """Check how a revision is to be tried: the date, the number of cases, and the files."""
    service, out = service_of(request), []
    try:
        day_of(posted.text("as_of") or None)
    except InputError as error:
        out += [("as_of", problem) for problem in error.problems]
    number = posted.text("generate") or "2000"
    if not number.isascii() or not number.isdigit() or not 1 <= int(number[:6]) <= MOST_GENERATED or len(number) > 6:
        zh, en = f"生成的个案须在 1 到 {MOST_GENERATED} 之间", f"from 1 to {MOST_GENERATED} cases"
        out.append(("generate", Problem("generate-range", zh, en)))
    upload = posted.files.get("cases")
    if upload is not None and upload.data:
        try:
            # generated cases are nobody's; these may be somebody's
            require(principal_of(request), (Resource.ASSESSMENT, Action.RUN))
            found = cases_in(upload.data, upload.name, service.answering.engine.vocabulary)
            if not found:
                out.append(("cases", Problem("cases-none", "没有个案", "there is no case")))
        except (InputError, Refused) as error:
            out += [("cases", problem) for problem in error.problems[:50]]
    return out


async def begin_comparing(
    request: Request, choice: Choice, new: Policy, text: str, posted: Posted, back: str = "/revise/edit?job={id}"
) -> Response:
    """Begin to find out; what was asked has been checked."""
    service = service_of(request)
    asked = await in_thread(service.threads, _asked, service, choice.policy, new, text, posted)

    async def work(progress: Progress) -> Outcome:
        return await work_out(service, asked, progress)

    beside = {"as_of": posted.text("as_of"), "generate": posted.text("generate")}
    left = {"base": choice.policy.id, "text": text, "beside": beside}
    return begin(request, TITLE, work, "/revise/results/{id}", back, left, lambda found: found.weight)


def _asked(service: Service, old: Policy, new: Policy, text: str, posted: Posted) -> Asked:
    today = service.settings.today().toordinal()
    day = day_of(posted.text("as_of") or None) or today
    upload, approved = posted.files.get("cases"), posted.files.get("approvals")
    cases = None
    if upload is not None and upload.data:
        cases = cases_in(upload.data, upload.name, service.answering.engine.vocabulary)
    asked = Asked(old, new, text, day, today, int(posted.text("generate") or "2000"), cases)
    given: dict[str, Any] = {"file": upload.name} if upload is not None and cases is not None else {}
    if approved is not None and approved.data:
        given["approvals"] = approvals_in(decoded(approved.data, approved.name), approved.name, old, new)
        given["approvals_file"] = approved.name
        given["approvals_text"] = decoded(approved.data, approved.name)
    return Asked(old, new, text, day, today, asked.generate, cases, **given)


async def show_whole(request: Request, base: str, text: str, name: str) -> Response:
    """Begin with a policy file as a whole, which the form cannot hold; PolicyError where it is wrong."""
    choice = choice_of(request, base)
    policy, problems = await in_thread(service_of(request).threads, revised, choice.policy, text, name)
    if policy is None:
        raise PolicyError(problems)
    return await begin_comparing(request, choice, policy, text, Posted(ImmutableMultiDict([]), {}), back="/revise")


async def show_result(request: Request) -> Response:
    """Show what came of it."""
    return await show_with(request, result_of(request), {}, [], 200)


async def show_with(
    request: Request, job: Job, typed: Mapping[str, str], faults: Sequence[Told], status: int = 422
) -> Response:
    """Show what came of it, with what was typed to approve it and what is wrong with that."""
    found: Outcome = job.result
    lang = viewer_of(request.headers, request.query_params).spoken
    service = service_of(request)
    told = await in_thread(service.threads, told_outcome, found, lang, notes_of(found, lang))
    amendment = amendment_of(found)
    region = service.regions.regions[found.asked.old.region]
    return page(
        request,
        "revise/result.html.j2",
        status=status,
        private=True,
        job=job,
        typed=typed,
        faults=faults,
        fields=APPROVING,
        amendment=amendment,
        place=region.amended is not None,
        found=found,
        told=told,
        old=described(request, found.asked.old),
        new=described(request, found.asked.new),
        policy=found.asked.old,
        totals=totals_words(found.diff).said(lang),
        files=FILES,
        as_of=iso(found.asked.day),
        may_publish=bool(reach(principal_of(request), Action.PUBLISH, Resource.POLICY)),
        overlay=found.asked.new.overlays[-1] if found.asked.new.overlays else None,
        whole=amendment is None,
    )


def notes_of(found: Outcome, lang: str) -> list[str]:
    """Say where the cases came from, and how far the comparison reaches."""
    asked = found.asked
    names = [asked.file] if asked.cases is not None else []
    notes = notes_on(names, asked.generate, SEED, asked.approvals_file, lang)
    zh = "个案比较只说明这些个案；是否处处相同，见“求证”一节"
    en = "the comparison speaks for these cases; whether all are alike is told under “proofs”"
    return [*notes[:-1], zh if lang == "zh" else en]


async def give_file(request: Request) -> Response:
    """Give what came of it as a file."""
    name = request.path_params["name"]
    if name not in FILES:
        raise refuse(404, "resource-unknown", "没有这个资源", "there is no such resource", parameter("name"))
    found: Outcome = result_of(request).result
    lang = viewer_of(request.headers, request.query_params).spoken
    service = service_of(request)
    home = service.settings.home or default_home()
    body = await in_thread(service.threads, _written, found, name, lang, home)
    media, zh, en = FILES[name]
    given = f"{zh if lang == 'zh' else en}-{found.asked.old.id}.{name.rpartition('.')[2]}"
    plain = f"{name.partition('.')[0]}-{found.asked.old.id}.{name.rpartition('.')[2]}"
    return download(body, media, plain, given)


def _written(found: Outcome, name: str, lang: str, home: Any) -> bytes:
    notes = notes_of(found, lang)
    asked = found.asked
    match name:
        case "impact.docx":
            return impact_paper(found.impact, found.judged, notes, lang, home, found.diff)
        case "impact.xlsx":
            return impact_xlsx(found.impact, found.judged, notes, lang)
        case "impact.html":
            return impact_html(found.impact, found.judged, notes, lang).encode()
        case "impact.json":
            source: Mapping[str, object] = (
                {"files": [asked.file]} if asked.cases is not None else {"generated": asked.generate, "seed": SEED}
            )
            return answer_bytes(impact_json(found.impact, found.judged, source))
        case "diff.xlsx":
            return diff_workbook(found.diff, lang)
        case "diff.md":
            return diff_markdown(found.diff, lang).encode()
        case "diff.json":
            return answer_bytes(diff_json(found.diff, lang))
        case "approvals.yaml":
            return (asked.approvals_text or "[]\n").encode()
        case _:
            return asked.text.encode()
