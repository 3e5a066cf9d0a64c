"""Decide who may do what: default deny, by the table alone, and say why not.

A denial that would tell that a record exists is marked, so that the answer to it can be the same as to a missing one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xianjie.access.divisions import NATIONAL, Division
from xianjie.access.principal import Grant, Principal
from xianjie.access.rules import BY_PLACE, Action, Resource, Scope


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for. None for `division` means that the record's division is not known.

    `organisation`: whom the record is of, or was disclosed to. `consented`: the categories that a standing consent of
    the person covers, as disclosed to this organisation; empty once it is withdrawn. `categories`: those asked for.
    """

    resource: Resource
    division: Division | None = None
    organisation: str | None = None
    consented: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it is allowed, with a reason. `hides`: even that there is such a record is not for this principal."""

    allowed: bool
    code: str
    zh: str
    en: str
    hides: bool = False


GRANTED = Decision(True, "granted", "允许", "granted")
ANONYMOUS = Decision(False, "access-anonymous", "需要登录或接口密钥", "log in or give an API key")
ROLE = Decision(False, "access-role", "所有的角色都不能做这件事", "none of your roles may do this")
COUNTRY = Decision(False, "access-national", "须有全国范围的角色", "needs a role for the whole country")
DIVISION = Decision(
    False, "access-division", "不在所辖的行政区划之内", "not within the divisions you are responsible for", True
)
ORGANISATION = Decision(False, "access-organisation", "不属于所在的组织", "not your organisation's", True)
CONSENT = Decision(
    False,
    "access-consent",
    "没有向所在组织披露，或同意已撤回",
    "not disclosed to your organisation, or the consent was withdrawn",
    True,
)
CATEGORY = Decision(False, "access-category", "超出了同意的类别", "beyond the categories that the person consented to")
OWN_HAND = Decision(False, "access-own-hand", "不能给自己签发密钥", "nobody issues a key to themselves")

REASONS = (GRANTED, ANONYMOUS, ROLE, COUNTRY, DIVISION, ORGANISATION, CONSENT, CATEGORY, OWN_HAND)
"""From far to near: of several roles' reasons, the last of these is told."""


def may(principal: Principal | None, action: Action, target: Target) -> Decision:
    """Decide whether a principal may do this; None is nobody in particular, and may nothing."""
    if principal is None:
        return ANONYMOUS
    rule = BY_PLACE.get((target.resource, action))
    if rule is None:
        return ROLE
    nearest = ROLE
    for grant in principal.grants:
        scope = rule.roles.get(grant.role)
        if scope is not None:
            found = _within(scope, grant, principal.organisation, target)
            if found.allowed:
                return found
            nearest = max(nearest, found, key=REASONS.index)
    return nearest


def _within(scope: Scope, grant: Grant, organisation: str | None, target: Target) -> Decision:
    if scope is Scope.ANYWHERE:
        return GRANTED
    if scope is Scope.NATIONAL:
        return GRANTED if grant.division == NATIONAL else COUNTRY
    if not _covers(grant.division, target.division):
        return DIVISION
    if scope is Scope.DIVISION:
        return GRANTED
    if organisation is None or target.organisation != organisation:
        return ORGANISATION
    if scope is Scope.OWN:
        return GRANTED
    if not target.consented:
        return CONSENT
    return GRANTED if target.categories <= target.consented else CATEGORY


def _covers(prefix: Division, division: Division | None) -> bool:
    """Tell whether a division is covered; one that is not known lies in the whole country and nowhere else for sure."""
    return prefix == NATIONAL if division is None else prefix.covers(division)


def visible(principal: Principal | None, action: Action, target: Target) -> frozenset[str]:
    """Choose, of the categories asked for, those that may be shown; none where the record itself may not be."""
    bare = Target(target.resource, target.division, target.organisation, target.consented)
    if not may(principal, action, bare).allowed:
        return frozenset()
    each = (
        Target(target.resource, target.division, target.organisation, target.consented, frozenset({category}))
        for category in target.categories
    )
    return frozenset().union(*(one.categories for one in each if may(principal, action, one).allowed))


@dataclass(frozen=True, slots=True, order=True)
class Reach:
    """Records that a list may show: of this division, and of this organisation where one is given.

    `disclosed`: only those that were disclosed to it under a consent that stands.
    """

    division: Division
    organisation: str | None = None
    disclosed: bool = False


def reach(principal: Principal | None, action: Action, resource: Resource) -> tuple[Reach, ...]:
    """List how far a principal reaches, to choose the records of a list; empty where it may not at all."""
    rule = BY_PLACE.get((resource, action))
    if principal is None or rule is None:
        return ()
    found = set()
    for grant in principal.grants:
        match rule.roles.get(grant.role):
            case Scope.ANYWHERE:
                found.add(Reach(NATIONAL))
            case Scope.NATIONAL if grant.division == NATIONAL:
                found.add(Reach(NATIONAL))
            case Scope.DIVISION:
                found.add(Reach(grant.division))
            case Scope.OWN | Scope.DISCLOSED as scope if principal.organisation is not None:
                found.add(Reach(grant.division, principal.organisation, scope is Scope.DISCLOSED))
            case _:
                pass
    return tuple(sorted(found, key=lambda one: (one.division, one.organisation or "", one.disclosed)))


def may_issue(issuer: Principal | None, holder: str, grants: Iterable[Grant]) -> Decision:
    """Decide whether a key with these grants may be issued to this holder: within the issuer's divisions, to others."""
    if issuer is None:
        return ANONYMOUS
    asked = [Target(Resource.API_KEY, grant.division) for grant in grants]
    for target in asked or [Target(Resource.API_KEY)]:
        found = may(issuer, Action.ISSUE, target)
        if not found.allowed:
            return found
    own = (issuer.holder.casefold(), issuer.id.casefold())
    return OWN_HAND if holder.casefold() in own else GRANTED
