"""Say who may do what: roles within administrative divisions, credentials, and limits of rates; default deny."""

from __future__ import annotations

from xianjie.access.api_keys import (
    Hashing,
    IssuedKey,
    KeyRecord,
    issue,
    key_id,
    record_from,
    rehashed,
    revoked,
    verified,
)
from xianjie.access.claims import ClaimRules, principal_of
from xianjie.access.deciding import Decision, Reach, Target, may, may_issue, reach, visible
from xianjie.access.divisions import NATIONAL, Division, division
from xianjie.access.limits import Bucket, Rate, Taken, full, take
from xianjie.access.principal import Grant, Principal, Role, loopback
from xianjie.access.refusals import AccessError
from xianjie.access.rules import RULES, Action, Resource, Scope

__all__ = [
    "NATIONAL",
    "RULES",
    "AccessError",
    "Action",
    "Bucket",
    "ClaimRules",
    "Decision",
    "Division",
    "Grant",
    "Hashing",
    "IssuedKey",
    "KeyRecord",
    "Principal",
    "Rate",
    "Reach",
    "Resource",
    "Role",
    "Scope",
    "Taken",
    "Target",
    "division",
    "full",
    "issue",
    "key_id",
    "loopback",
    "may",
    "may_issue",
    "principal_of",
    "reach",
    "record_from",
    "rehashed",
    "revoked",
    "take",
    "verified",
    "visible",
]
