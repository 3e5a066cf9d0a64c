"""What documents came into service, in which version, when and by whom: it only grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from xianjie.access import NATIONAL, Action, Division, Grant, Principal, Resource, Role, Target, may
from xianjie.errors import Problem
from xianjie.records.desk import Change, Desk, Keeping
from xianjie.records.pages import Asked, Page, page
from xianjie.records.placing import placed
from xianjie.records.refusals import Denied
from xianjie.store import Record

COLLECTION = "policy_publications"


@dataclass(frozen=True, slots=True)
class Publication:
    """A document in one version, told from others by its hash; `division` is its region's."""

    region: str
    policy: str
    version: str
    sha256: str
    standing: str
    division: Division


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved what came into service, why, and under which document's number: as they were told."""

    who: str
    why: str
    document: str


class _NoneNew(Exception):  # noqa: N818 - not an error: it leaves the transaction, which then changes nothing
    pass


def the_service() -> Principal:
    """Give the principal under which documents come into service when the service starts or is told to look again."""
    return Principal("service", "service", frozenset({Grant(Role.POLICY_EDITOR, NATIONAL)}))


def publish(
    keeping: Keeping,
    principal: Principal,
    publications: Sequence[Publication],
    approved: Mapping[str, Approval] | None = None,
) -> list[Record]:
    """Record which documents came into service, those that did so before left out, and note each in the audit chain.

    `approved` are the approvals of documents that were published as such, by their hashes. However many processes do
    so at once, each document is recorded once.
    """
    with keeping.look(principal) as desk:
        if not _new(desk, publications):
            return []
    made: list[Record] = []
    try:
        with keeping.change(principal) as change:
            made += [_publish(change, one, (approved or {}).get(one.sha256)) for one in _new(change, publications)]
            if not made:
                raise _NoneNew
    except _NoneNew:
        return []
    return made


def may_publish(principal: Principal, divisions: Sequence[Division]) -> None:
    """Refuse where documents of some division are not the principal's to publish: Denied."""
    for division in divisions:
        if not may(principal, Action.PUBLISH, Target(Resource.POLICY, division)).allowed:
            raise Denied(
                Problem(
                    "publication-beyond",
                    "有辖区以外的文件也改动了，须由管辖的人发布",
                    "documents beyond your divisions have changed as well: they are for others to publish",
                )
            )


def publications(desk: Desk, asked: Asked) -> Page:
    """List what came into service, by region or by document."""
    return page(desk, Action.READ, Resource.POLICY, COLLECTION, asked)


def _new(desk: Desk, publications: Sequence[Publication]) -> list[Publication]:
    return [one for one in publications if not _is_there(desk, one)]


def _is_there(desk: Desk, one: Publication) -> bool:
    wanted = {"region": one.region, "policy": one.policy, "sha256": one.sha256}
    return desk.view.count(COLLECTION, wanted) > 0


def _publish(change: Change, one: Publication, approval: Approval | None) -> Record:
    given = {} if approval is None else {"approval": asdict(approval)}
    body = {
        "region": one.region,
        "policy": one.policy,
        "policy_version": one.version,
        "sha256": one.sha256,
        "standing": one.standing,
        "published_at": change.at.isoformat(timespec="seconds"),
        "by": change.principal.id,
        **given,
        **placed(one.division),
    }
    made = change.insert(COLLECTION, body)
    told = {"region": one.region, "policy": one.policy, "version": one.version, "sha256": one.sha256}
    change.note("policy_published", COLLECTION, made.id, division=str(one.division), **told)
    return made
