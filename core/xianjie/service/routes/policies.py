"""`GET /v1/policies`: every document, whole, in the canonical form whose hash answers quote."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from xianjie.access import Action, Resource
from xianjie.policy.prepared import Policy
from xianjie.service.cached import ALWAYS_ASK, FOR_EVER, tagged
from xianjie.service.describing import described_document, written_policy
from xianjie.service.problems import parameter, refuse
from xianjie.service.routes.regions import AsOf, day_asked
from xianjie.service.schema import add_route, content
from xianjie.service.state import service_of
from xianjie.service.wire import answer_bytes

PolicyId = Annotated[str, Path(description="文件编号 the document's id", max_length=200)]
Version = Annotated[str, Path(description="版本，或 sha256 its version, or its sha256", max_length=200)]


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["policies"])
    add_route(
        router,
        "GET",
        "/v1/policies",
        (Resource.POLICY, Action.READ),
        list_policies,
        "全部文件 All documents",
        "列出各地区的全部文件。\n\nList all documents of all regions.",
        content("Documents", "文件 the documents"),
        (304, 422),
    )
    add_route(
        router,
        "GET",
        "/v1/policies/{policy_id}",
        (Resource.POLICY, Action.READ),
        get_policy,
        "一份文件 A document",
        "文件的规范形式；ETag 是它的 sha256，与答案里的 `policy.sha256` 相同。\n\n"
        "The document's canonical form; the ETag is its sha256, the one in answers.",
        content("WrittenPolicy", "文件 the document"),
        (304, 404, 422),
    )
    add_route(
        router,
        "GET",
        "/v1/policies/{policy_id}/versions/{version}",
        (Resource.POLICY, Action.READ),
        get_policy_version,
        "文件的一个版本 A version of a document",
        "以 sha256 指名的版本永不改变，可以一直缓存；以版本名指名的，每次核对 ETag。\n\n"
        "A version named by its sha256 never changes and can be kept; one named by its name is asked for anew.",
        content("WrittenPolicy", "文件 the document"),
        (304, 404, 422),
    )
    return router


async def list_policies(request: Request, as_of: AsOf = None) -> Response:
    """List the documents as they stand on a day."""
    answering = service_of(request).answering
    day = day_asked(as_of) or answering.day(None)
    listed = [
        {
            "region": policy.region,
            **described_document(policy, day),
            "href": f"/v1/policies/{policy.id}/versions/{policy.sha256}",
        }
        for timeline in answering.engine.documents.timelines.values()
        for policy in timeline.all
    ]
    return tagged(request, answer_bytes(listed))


async def get_policy(request: Request, policy_id: PolicyId) -> Response:
    """Give a document in its newest version."""
    return _written(request, _policy(request, policy_id), ALWAYS_ASK)


async def get_policy_version(request: Request, policy_id: PolicyId, version: Version) -> Response:
    """Give a document in one version, named or by its hash."""
    policy = _policy(request, policy_id)
    if version not in (policy.file.version, policy.sha256):
        zh, en = "这份文件没有这个版本", "the document has no such version"
        raise refuse(404, "version-unknown", zh, en, parameter("version"))
    # a name may be given again to other words, as that of a draft is; a hash cannot
    return _written(request, policy, FOR_EVER if version == policy.sha256 else ALWAYS_ASK)


def _policy(request: Request, policy_id: str) -> Policy:
    for timeline in service_of(request).answering.engine.documents.timelines.values():
        for policy in timeline.all:
            if policy.id == policy_id:
                return policy
    raise refuse(404, "policy-unknown", "没有这份文件", "there is no such document", parameter("policy_id"))


def _written(request: Request, policy: Policy, keep: str) -> Response:
    return tagged(request, answer_bytes(written_policy(policy)), policy.sha256, keep)
