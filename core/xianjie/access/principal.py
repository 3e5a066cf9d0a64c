"""Who asks: a principal with roles, each for a division, and with an organisation if it is a charity's user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from xianjie.access import refusals
from xianjie.access.divisions import NATIONAL, Division


class Role(StrEnum):
    """What somebody is there for."""

    READER = "reader"
    CASE_WORKER = "case_worker"
    REFERRAL_OFFICER = "referral_officer"
    CHARITY_USER = "charity_user"
    POLICY_EDITOR = "policy_editor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.READER: ("查看", "reader"),
    Role.CASE_WORKER: ("经办", "case worker"),
    Role.REFERRAL_OFFICER: ("转介", "referral officer"),
    Role.CHARITY_USER: ("慈善组织", "charity user"),
    Role.POLICY_EDITOR: ("政策编辑", "policy editor"),
    Role.AUDITOR: ("审计", "auditor"),
    Role.ADMINISTRATOR: ("管理", "administrator"),
}


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role within a division."""

    role: Role
    division: Division


def checked_grants(grants: Iterable[Grant], organisation: str | None) -> frozenset[Grant]:
    """Check roles against each other.

    Raises AccessError: `grants-none`; `roles-mixed` where a charity's user would have an office's role as well;
    `organisation-needed` where a charity's user has no organisation, or somebody else has one.
    """
    given = frozenset(grants)
    if not given:
        raise refusals.grants_none()
    charity = {grant.role is Role.CHARITY_USER for grant in given}
    if len(charity) > 1:
        raise refusals.roles_mixed()
    if charity != {bool(organisation)}:
        raise refusals.organisation_missing()
    return given


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `id` says by which credential, `holder` who holds it; both go into the audit log, neither is a name."""

    id: str
    holder: str
    grants: frozenset[Grant]
    organisation: str | None = None

    def __post_init__(self) -> None:
        """Check the roles, as `checked_grants` does."""
        checked_grants(self.grants, self.organisation)

    @property
    def person(self) -> str:
        """Name whose credential it is, alike for all keys and logins of somebody: what limits are counted by."""
        holder = self.holder.casefold()
        return holder if self.organisation is None else f"{holder} {self.organisation}"  # no holder has a space


def loopback() -> Principal:
    """Give the one user of a service that listens to its own machine alone: every role of an office, everywhere."""
    roles = set(Role) - {Role.CHARITY_USER}
    return Principal("loopback", "loopback", frozenset(Grant(role, NATIONAL) for role in roles))
