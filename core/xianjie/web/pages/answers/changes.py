"""`/decisions/{id}/changes`: what would have to be otherwise for a region to answer otherwise, found on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.engine.wording import NO_ADVICE, NO_CHANGE, ONLY_FIXED, point_name, say, shown_value
from xianjie.errors import InputError
from xianjie.policy.prepared import Policy
from xianjie.service.asking import provable
from xianjie.service.problems import parameter, refuse
from xianjie.service.proving import find_changes, outcome
from xianjie.service.routes.decisions import asked_then
from xianjie.service.state import service_of
from xianjie.service.working import in_process
from xianjie.web.pages.answers.decisions import kept_here
from xianjie.web.pages.answers.shown import title
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of

SECONDS = 10
"""The time of one question to the solver; the whole of it has that of the service."""
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FactChanged:
    """What a fact would be, what is recorded of it, and whether nobody can change it."""

    term: str
    value: str
    was: str
    recorded: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class ChangeTold:
    """One smallest change: what it leads to, by which clause and rule, and the facts."""

    status: str
    force: str | None
    clause: str | None
    clause_at: str
    summary: str
    facts: tuple[FactChanged, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What would change a point of an answer; `sentence` where nothing does, or nothing was found."""

    point: str
    status: str
    sentence: str
    only_fixed: bool
    changes: tuple[ChangeTold, ...]


async def show_changes(request: Request) -> Response:
    """Have the solver look for the smallest changes of facts that change one region's answer."""
    service, query = service_of(request), request.query_params
    kept = await kept_here(request)
    lang = viewer_of(request.headers, query).spoken
    reference = query.get("region", "")
    if reference not in kept.record.body["policies"]:
        raise refuse(404, "region-unknown", "这个决定没有问这个地区", "this region was not asked", parameter("region"))
    answering = service.answering
    sha256 = kept.record.body["policies"][reference]
    policy = answering.engine.documents.by_sha256().get(sha256)
    if policy is None or kept.record.body["engine"] != answering.version:
        zh, en = "当时的文件或程序已经更换，没有推算", "documents or engine are no longer those of then"
        raise refuse(409, "decision-not-reproduced", zh, en)
    asked = asked_then(answering, kept)
    told = await in_process(
        request,
        service.proving,
        service.settings.waiting_seconds,
        service.settings.proving_seconds,
        find_changes,
        asked.case,
        reference,
        sha256,
        provable(answering.day(asked.as_of)),
        query.get("point", "eligibility")[:200],
        asked.settings.readings,
        SECONDS * 1000,
    )
    try:
        changes = changes_told(outcome(told), policy, lang)
    except InputError as error:
        changes = Changes("", "", " ".join(say(lang, one.zh, one.en) for one in error.problems), False, ())
    return page(
        request,
        "answers/changes.html.j2",
        "answers/changes_part.html.j2",
        private=True,
        changes=changes,
        only_fixed=ONLY_FIXED,
        no_advice=NO_ADVICE,
        name=title(reference, service.regions.names, lang),
        id=kept.record.body["decision"],
        as_of=kept.record.body["as_of"],
    )


def changes_told(data: Data, policy: Policy, lang: str) -> Changes:
    """Tell what `xianjie why-not` finds."""
    kind = data["outcome"]
    if kind != "found" and data["want"] is None:
        kind = {"already": "best", "impossible": "no_better"}.get(kind, kind)
    return Changes(
        point_name(data["point"], [policy], lang),
        data["status"],
        "" if kind == "found" else say(lang, *NO_CHANGE[kind]),
        data["only_fixed"],
        tuple(_change(one, policy, lang) for one in data["changes"]),
    )


def _change(change: Data, policy: Policy, lang: str) -> ChangeTold:
    rule = next((rule for _, rule in policy.rules() if rule.id == change["rule"]), None)
    paths = [clause.path for clause in policy.file.clauses]
    anchor = f"#k{paths.index(change['clause']) + 1}" if change["clause"] in paths else ""
    return ChangeTold(
        change["status"],
        change["force"],
        change["clause"],
        f"/policies/{policy.root}{anchor}",
        "" if rule is None else say(lang, rule.zh, rule.en),
        tuple(_facts(change["facts"], policy, lang)),
    )


def _facts(facts: Sequence[Data], policy: Policy, lang: str) -> list[FactChanged]:
    return [
        FactChanged(
            say(lang, one["zh"], one["en"]),
            one["text"][lang],
            shown_value(one["fact"], one["was"], policy.vocabulary, lang),
            one["was"] is not None,
            one["fixed"],
        )
        for one in facts
    ]
