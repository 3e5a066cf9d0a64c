"""Which document is revised, and the revision as text: what every page of revising begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from xianjie.errors import PolicyError, Problem
from xianjie.policy.prepared import Policy
from xianjie.policy.revised import revised_policy
from xianjie.service.describing import described_document
from xianjie.service.problems import parameter, refuse
from xianjie.service.state import Service, service_of

LARGEST_TEXT = 512 * 1024
"""Bytes of a revision, as an overlay or as a policy file: ten times as much as the longest that there is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A document that can be revised: its id, its region's name, and how it stands."""

    policy: Policy
    region: tuple[str, str]
    governs: bool


def choices(service: Service) -> list[Choice]:
    """List the documents, region by region."""
    day = service.settings.today().toordinal()
    out = []
    for name, timeline in service.answering.engine.documents.timelines.items():
        region, governing = service.regions.regions[name], timeline.governing(day).id
        out += [Choice(one, (region.zh, region.en), one.id == governing) for one in timeline.all]
    return out


def choice_of(request: Request, policy_id: str) -> Choice:
    """Find a document; Refused with 404 where there is none."""
    found = next((one for one in choices(service_of(request)) if one.policy.id == policy_id), None)
    if found is None:
        raise refuse(404, "policy-unknown", "没有这份文件", "there is no such document", parameter("base"))
    return found


def described(request: Request, policy: Policy) -> dict[str, object]:
    """Tell what a reader must know of a document before relying on it."""
    return described_document(policy, service_of(request).settings.today().toordinal())


def revised(base: Policy, text: str, name: str) -> tuple[Policy | None, Sequence[Problem]]:
    """Read a revision; None and what is wrong where it cannot be read."""
    try:
        return revised_policy(base, text, name), ()
    except PolicyError as error:
        return None, error.problems
