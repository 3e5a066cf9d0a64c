"""A block reads the facts of its conditions, through definitions too; and nothing else makes what it tells differ."""

from __future__ import annotations

import random

import pytest
from tests.engine.asking import small_policy
from tests.engine.invented import Inventor
from tests.regions.region_cases import REGIONS

from xianjie.cases.read import read_case
from xianjie.engine.deciders import PolicyAt
from xianjie.engine.encode import lay_out
from xianjie.engine.telling import facts_read, picking, telling
from xianjie.errors import InputError
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import BASE

AS_OF = 739_372
POLICIES = {policy.region: policy for policy in REGIONS.load()}

NESTED = """
definitions:
  poor: household.size >= 3 or needy
  needy: person.orphan
groups:
  - {id: family, gives: coverage, zh: 家庭, en: families}
clauses:
  - path: 一
    treatment: rules
    rules:
      - {part: group, id: one, group: family, force: may, zh: 试, en: t, when: poor and not person.tekun}
"""


def test_facts_of_definitions_within_definitions_are_read() -> None:
    policy = small_policy(NESTED)
    assert set(facts_read(policy, policy.blocks["eligibility"])) == {"household.size", "person.orphan", "person.tekun"}


def test_a_block_that_is_not_there_reads_nothing_and_tells_nothing() -> None:
    found = telling(PolicyAt(small_policy(NESTED), AS_OF, "zh", "generated"), "referral.forward")
    laid = lay_out({"person.orphan": True}, BASE, "zh")
    assert (found.read(laid.codes), found.tell(*laid)) == (None, ((), (), ()))


def test_picking() -> None:
    assert [picking(places)("abc") for places in ([], [1], [2, 0])] == [None, "b", ("c", "a")]


@pytest.mark.parametrize("region", sorted(POLICIES))
def test_facts_that_a_block_does_not_read_change_nothing(region: str) -> None:
    policy: Policy = POLICIES[region]
    r = random.Random(region)
    for name, block in policy.blocks.items():
        found, read = telling(PolicyAt(policy, AS_OF, "zh", "generated"), name), set(facts_read(policy, block))
        compared = 0
        while compared < 6:
            try:
                facts, others = (dict(read_case(Inventor(r.randrange(10**6)).case(), BASE).facts) for _ in range(2))
            except InputError:
                continue
            mixed = {**{n: v for n, v in others.items() if n not in read}, **{n: facts[n] for n in read & facts.keys()}}
            one, other = lay_out(facts, BASE, "zh"), lay_out(mixed, BASE, "zh")
            assert found.read(one.codes) == found.read(other.codes)
            assert found.tell(*one) == found.tell(*other)
            compared += 1
