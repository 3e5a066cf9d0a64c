"""Make a principal of the claims of an OIDC token whose signature was verified: pure, and strict about each claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from xianjie.access import refusals
from xianjie.access.divisions import Division, division
from xianjie.access.principal import Grant, Principal, Role

Path: TypeAlias = tuple[str, ...]
"""Steps to a claim, as `("realm_access", "roles")`."""

LONGEST_SUBJECT = 255
_FOREVER = 1e12


@dataclass(frozen=True, slots=True)
class ClaimRules:
    """What a provider's tokens must say, and where.

    `roles` maps the provider's names of roles; a name that is neither there nor in `ignored` refuses the token. The
    roles hold in all divisions of the token: who has different roles in different places takes an API key for one.
    """

    issuer: str
    audience: str
    roles: Mapping[str, Role] = field(default_factory=lambda: {role.value: role for role in Role})
    ignored: frozenset[str] = frozenset()
    roles_claim: Path = ("roles",)
    division_claim: Path = ("division",)
    organisation_claim: Path = ("organisation",)
    leeway: dt.timedelta = dt.timedelta(seconds=60)


def principal_of(
    claims: Mapping[str, Any], rules: ClaimRules, at: dt.datetime, pseudonym: Callable[[bytes], str]
) -> Principal:
    """Make a principal of claims at a time.

    `pseudonym` is a keyed hash: issuer and subject become the id by it, for a subject can be a name or a number, and
    the id goes into the audit log. Raises AccessError: `claims-refused` naming the claim, `division-form`,
    `roles-mixed`, `organisation-needed`.
    """
    subject = _text(claims.get("sub"))
    if subject is None or len(subject) > LONGEST_SUBJECT:
        raise refusals.claims("sub", "缺少主体", "it has no subject")
    if claims.get("iss") != rules.issuer:
        raise refusals.claims("iss", "签发者不符", "another issuer")
    audiences = _texts(claims.get("aud"))
    if audiences is None or rules.audience not in audiences:
        raise refusals.claims("aud", "不是发给本系统的", "it is not for this system")
    if len(set(audiences)) > 1 and claims.get("azp") != rules.audience:
        raise refusals.claims(
            "azp", "有多个受众而非由本系统申请", "several audiences, and not asked for by this system"
        )
    _check_times(claims, rules, at)
    roles = _roles(claims, rules)
    places = _divisions(claims, rules)
    # an office's staff may have an employer's name there, which gives them nothing
    organisation = _text(_at(claims, rules.organisation_claim)) if Role.CHARITY_USER in roles else None
    identity = f"oidc:{pseudonym(f'{len(rules.issuer)}:{rules.issuer}{subject}'.encode('utf-8', 'replace'))}"
    grants = frozenset(Grant(role, place) for role in roles for place in places)
    return Principal(identity, identity, grants, organisation)


def _check_times(claims: Mapping[str, Any], rules: ClaimRules, at: dt.datetime) -> None:
    now, leeway = at.timestamp(), rules.leeway.total_seconds()
    expires = _number(claims.get("exp"))
    if expires is None or now >= expires + leeway:
        raise refusals.claims("exp", "已过期，或没有到期时间", "it has expired, or never does")
    for claim in ("nbf", "iat"):
        if claim in claims:
            begins = _number(claims[claim])
            if begins is None or now < begins - leeway:
                raise refusals.claims(claim, "尚未生效，请核对时钟", "it is not good yet: check the clocks")


def _roles(claims: Mapping[str, Any], rules: ClaimRules) -> frozenset[Role]:
    path = ".".join(rules.roles_claim)
    names = _texts(_at(claims, rules.roles_claim))
    if names is None:
        raise refusals.claims(path, "缺少角色", "it has no roles")
    wanted = [name for name in names if name not in rules.ignored]
    if any(name not in rules.roles for name in wanted):
        raise refusals.claims(path, "有不认识的角色", "a role is not known here")
    if not wanted:
        raise refusals.claims(path, "缺少角色", "it has no roles")
    return frozenset(rules.roles[name] for name in wanted)


def _divisions(claims: Mapping[str, Any], rules: ClaimRules) -> Iterable[Division]:
    codes = _texts(_at(claims, rules.division_claim))
    if not codes:
        raise refusals.claims(".".join(rules.division_claim), "缺少行政区划", "it has no division")
    return {division(code) for code in codes}


def _at(claims: Mapping[str, Any], path: Path) -> object:
    found: object = claims
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> list[str] | None:
    """Read one text, or a list of nothing but texts; None for all else."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list(value)
    return None


def _number(value: object) -> float | None:
    """Read a time in seconds; true, false, NaN and what is beyond all calendars are none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _FOREVER:
        return None
    return float(value)
