"""`/v1/sources`: the texts of documents that were added here, and the original sentence behind each rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field

from xianjie.access import Action, Resource
from xianjie.errors import InputError
from xianjie.home import default_home
from xianjie.policy.prepared import Policy
from xianjie.service.cached import tagged
from xianjie.service.problems import Refused, parameter, refuse
from xianjie.service.routes.policies import PolicyId
from xianjie.service.running.reloading import told_in_short
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.state import Service, service_of
from xianjie.service.wire import answer_bytes
from xianjie.service.working import in_thread
from xianjie.sources.as_json import found_json
from xianjie.sources.clauses import outline
from xianjie.sources.found import locate
from xianjie.sources.shelf import Copy, kept

PATH = "/v1/sources"
State = Literal["same", "moved", "numbers", "nearest", "gone", "unanchored"]


class SourceShown(Shown):
    """一份文件有没有原文 whether the text of a document was added; `problem` where it is no longer whole."""

    policy: str
    region: str
    title: str
    kept: bool
    format: str | None
    added: str | None = Field(description="添加的日子 the day it was added")
    sha256: str | None = Field(description="原文文件的哈希 of the file as it was added")
    policy_changed: bool | None = Field(description="添加之后政策文件改过 the policy was changed since")
    problem: str | None


class SourcesShown(Shown):
    """各文件的原文 the texts of all documents."""

    items: list[SourceShown]


class SentenceShown(Shown):
    """原文的一句 a sentence of the text."""

    clause: str
    text: str
    heading: bool
    line: int
    anchor: str | None


class ClauseShown(Shown):
    """一条规则背后的原句 the sentence behind a rule; null where none was added, or nothing is like it.

    `state`: same, moved or numbers: it is there; nearest: the one most like our summary; gone; unanchored.
    """

    rule: str
    clause: str
    state: State | None
    likeness: float | None
    sentence: SentenceShown | None


class ClausesShown(Shown):
    """一份文件各规则的原句 the sentences behind a document's rules."""

    policy: str
    region: str
    kept: bool
    clauses: list[ClauseShown]


MODELS = (SourcesShown, ClausesShown)
TAGS = {"sources": "原文 the texts of documents that were added here"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["sources"])
    add_route(
        router,
        "GET",
        PATH,
        (Resource.SOURCE, Action.READ),
        list_sources,
        "哪些文件有原文 Which texts were added",
        "原文由用户用 `xianjie source add` 添加，本项目不带原文。\n\n"
        "Texts are added with `xianjie source add`; none come with this project.",
        content("SourcesShown", "原文 the texts"),
        (304,),
    )
    add_route(
        router,
        "GET",
        PATH + "/{policy_id}/clauses",
        (Resource.SOURCE, Action.READ),
        list_source_clauses,
        "规则背后的原句 The sentences behind a document's rules",
        "没有添加原文时，`kept` 为 false，各条没有原句。\n\n"
        "Where no text was added, `kept` is false and no rule has a sentence.",
        content("ClausesShown", "原句 the sentences"),
        (304, 404, 409, 422),
    )
    return router


async def list_sources(request: Request) -> Response:
    """List the documents, each with the text that was added."""
    service = service_of(request)
    policies = [policy for line in service.answering.engine.documents.timelines.values() for policy in line.all]
    items = await in_thread(service.threads, lambda: [_source(_home(service), policy) for policy in policies])
    return tagged(request, answer_bytes({"items": items}))


async def list_source_clauses(request: Request, policy_id: PolicyId) -> Response:
    """Give the sentences behind a document's rules."""
    service = service_of(request)
    lines = service.answering.engine.documents.timelines.values()
    policy = next((policy for line in lines for policy in line.all if policy.id == policy_id), None)
    if policy is None:
        raise refuse(404, "policy-unknown", "没有这份文件", "there is no such document", parameter("policy_id"))
    try:
        told = await in_thread(service.threads, _clauses, _home(service), policy)
    except InputError as error:  # the copy is damaged
        raise Refused(409, told_in_short(error)) from None
    return tagged(request, answer_bytes(told))


def _home(service: Service) -> Path:
    return service.settings.home or default_home()


def _source(home: Path, policy: Policy) -> dict[str, Any]:
    copy, problem = _copy(home, policy)
    manifest = None if copy is None else copy.manifest
    return {
        "policy": policy.id,
        "region": policy.region,
        "title": policy.file.document.title,
        "kept": copy is not None,
        "format": None if manifest is None else manifest.format,
        "added": None if manifest is None else manifest.added.isoformat(),
        "sha256": None if manifest is None else manifest.sha256,
        "policy_changed": None if manifest is None else manifest.policy_sha256 != policy.sha256,
        "problem": problem,
    }


def _copy(home: Path, policy: Policy) -> tuple[Copy | None, str | None]:
    try:
        return kept(home, policy.id), None
    except InputError as error:
        return None, error.problems[0].code


def _clauses(home: Path, policy: Policy) -> dict[str, Any]:
    copy = kept(home, policy.id)
    if copy is None:
        clauses = [
            {"rule": rule.id, "clause": clause, "state": None, "likeness": None, "sentence": None}
            for clause, rule in policy.rules()
        ]
    else:
        clauses = [found_json(one) for one in locate(policy, outline(copy.text()))]
    return {"policy": policy.id, "region": policy.region, "kept": copy is not None, "clauses": clauses}
