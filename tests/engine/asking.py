"""Put cases to the installed regions, and to small policies written for one test."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import xianjie
from xianjie.engine.answer import (
    DutyEntry,
    Eligibility,
    GroupEntry,
    IncentiveEntry,
    Referral,
    RegionAnswer,
    ServiceEntry,
)
from xianjie.engine.assess import Engine
from xianjie.engine.deciders import EngineName
from xianjie.errors import PolicyError
from xianjie.policy.completeness import topics_of
from xianjie.policy.load import read_policy
from xianjie.policy.model import PolicyFile
from xianjie.policy.prepared import Policy
from xianjie.policy.yaml_tree import YamlTree
from xianjie.vocabulary import BASE
from xianjie.vocabulary.topics import TOPICS

Tree = Mapping[str, Any]

REGIONS = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
ENGINES: tuple[EngineName, ...] = ("generated", "tree", "rete")
AS_OF = "2025-08-01"


def ask(case: Tree, region: str, as_of: str = AS_OF, **settings: Any) -> RegionAnswer:
    """Put a case to one region."""
    return xianjie.assess(case, [region], as_of, **settings).regions[region]


def eligibility(case: Tree, region: str, as_of: str = AS_OF, **settings: Any) -> Eligibility:
    return ask(case, region, as_of, **settings).eligibility


def group(found: Eligibility, name: str) -> GroupEntry:
    return next(entry for entry in found.groups if entry.id == name)


def matched(found: Eligibility) -> list[str]:
    return [entry.id for entry in found.groups if entry.status in ("covered", "priority_match")]


def duties(case: Tree, region: str, as_of: str = AS_OF, **settings: Any) -> list[DutyEntry]:
    found = ask(case, region, as_of, **settings).duties
    assert found is not None
    return found


def ledger(facts: Tree, region: str, as_of: str = AS_OF, **settings: Any) -> DutyEntry:
    """Ask about one ledger, a county's supply ledger unless it says otherwise."""
    return duties({"ledgers": [{"kind": "supply", "level": "county", **facts}]}, region, as_of, **settings)[0]


def count(facts: Tree, region: str = "jinhua", as_of: str = AS_OF, **settings: Any) -> DutyEntry:
    return duties({"duties": [facts]}, region, as_of, **settings)[0]


def target(facts: Tree, region: str = "jinhua", as_of: str = AS_OF, **settings: Any) -> DutyEntry:
    return duties({"targets": [facts]}, region, as_of, **settings)[0]


def referral(case: Tree, region: str, as_of: str = AS_OF, **settings: Any) -> Referral:
    found = ask(case, region, as_of, **settings).referral
    assert found is not None
    return found


def incentives(case: Tree, region: str, instrument: str, **settings: Any) -> list[IncentiveEntry]:
    found = ask(case, region, **settings).incentives
    assert found is not None
    return [entry for entry in found if entry.instrument == instrument]


def services(case: Tree, region: str, service: str, **settings: Any) -> list[ServiceEntry]:
    found = ask(case, region, **settings).services
    assert found is not None
    return [entry for entry in found if entry.service == service]


def joined(*trees: Tree) -> dict[str, Any]:
    """Lay mappings over each other, records merged, later ones above."""
    out: dict[str, Any] = {}
    for tree in trees:
        for key, value in tree.items():
            both = isinstance(value, Mapping) and isinstance(out.get(key), Mapping)
            out[key] = joined(out[key], value) if both else value
    return out


def day(text: str) -> int:
    """Read an ISO date as an ordinal."""
    return dt.date.fromisoformat(text).toordinal()


def iso(ordinal: int) -> str:
    """Write an ordinal as an ISO date."""
    return dt.date.fromordinal(ordinal).isoformat()


HEAD = """
schema: 1
id: small-{region}
region: {region}
version: "1"
document:
  title: 试验文件
  issuers: [试验民政局]
  level: province
  gbt2260: "990000"
  standing: issued
  validity: in_force
  text: {text}
"""


def small_policy(body: str, region: str = "small", text: str = "full") -> Policy:
    """Read a policy of a few rules; every topic that they leave open is declared silent.

    `body` holds everything after the document, with the clauses last.
    """
    whole = HEAD.format(region=region, text=text) + textwrap.dedent(body)
    file = PolicyFile.model_validate(YamlTree(whole, "small.yaml", PolicyError).value)
    ruled = {name for clause in file.clauses for rule in clause.rules for name in topics_of(rule, file)}
    silent = ", ".join(topic.id for topic in TOPICS if topic.id not in ruled)
    return read_policy(f"{whole}\nsilent:\n  - topics: [{silent}]\n", "small.yaml", BASE)


def engine_for(*policies: Policy, engine: EngineName = "generated") -> Engine:
    return Engine(policies, BASE, engine)


def ask_small(case: Tree, policy: Policy, as_of: str = AS_OF, **settings: Any) -> RegionAnswer:
    """Put a case to one small policy."""
    asked = xianjie.assess(case, [policy.region], as_of, engine=engine_for(policy), **settings)
    return asked.regions[policy.region]


def statuses(entries: Sequence[Any]) -> list[str]:
    return [entry.status for entry in entries]
