"""`/policies`: all documents, and each clause by clause: what is encoded, what is background, what it leaves open."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from xianjie.policy.conditions import PARTS, Condition, Conditions, particulars
from xianjie.policy.model import AnyRule
from xianjie.policy.prepared import Policy
from xianjie.service.describing import described_coverage, described_document
from xianjie.service.problems import parameter, refuse
from xianjie.service.state import Service, service_of
from xianjie.vocabulary.topics import TOPIC, TOPICS
from xianjie.web.pages.originals import originals_of
from xianjie.web.showing.rendering import page
from xianjie.web.showing.viewer import viewer_of


async def show_policies(request: Request) -> Response:
    """List the documents of all regions, as they stand today."""
    service = service_of(request)
    day = service.settings.today().toordinal()
    listed = [
        {
            "name": _name(service, policy),
            "totals": described_coverage(policy)["totals"],
            **described_document(policy, day),
        }
        for policy in _all(service)
    ]
    return page(request, "policies.html.j2", listed=listed, topics=len(TOPICS), today=day)


async def show_policy(request: Request) -> Response:
    """Show a document in its own order."""
    service = service_of(request)
    policy = next((one for one in _all(service) if one.id == request.path_params["policy_id"]), None)
    if policy is None:
        raise refuse(404, "policy-unknown", "没有这份文件", "there is no such document", parameter("policy_id"))
    day = service.settings.today().toordinal()
    lang = viewer_of(request.headers, request.query_params).spoken
    conditions = Conditions(policy, lang, day)
    defined = conditions.defined()
    originals = await originals_of(request, policy)
    return page(
        request,
        "policy.html.j2",
        policy=policy,
        document=policy.file.document,
        described=described_document(policy, day),
        name=_name(service, policy),
        totals=described_coverage(policy)["totals"],
        governs=service.answering.engine.documents.timelines[policy.region].governing(day).id == policy.id,
        originals=originals,
        parts=PARTS,
        fixed={rule.id: particulars(rule, policy, lang) for _, rule in policy.rules()},
        conditions={rule.id: _told(conditions, rule, defined) for _, rule in policy.rules()},
        topic=TOPIC,
        topics=len(TOPICS),
        ambiguities={one.id: one for one in policy.file.ambiguities},
        today=day,
    )


def _told(conditions: Conditions, rule: AnyRule, defined: Sequence[Condition]) -> list[tuple[str, str, str]]:
    """Say a rule's conditions, each with its use, reading and words, and the definitions they name and turn on."""
    said = conditions.of(rule)
    named = [one for one in defined if one.reading and any(f"“{one.slot}”" in condition.words for condition in said)]
    own = [(one.slot, conditions.reading_name(one), one.words) for one in said]
    return own + [(f"“{one.slot}”", conditions.reading_name(one), one.words) for one in named]


def _all(service: Service) -> list[Policy]:
    return [one for timeline in service.answering.engine.documents.timelines.values() for one in timeline.all]


def _name(service: Service, policy: Policy) -> tuple[str, str]:
    region = service.regions.regions[policy.region]
    return region.zh, region.en
