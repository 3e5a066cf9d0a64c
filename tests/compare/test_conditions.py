"""Opened conditions mean what they meant, where every fact is recorded; and their keys do not depend on order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.compare.documents import DAY, REGIONS, made, policies
from tests.differential.generator import Generator, Sample
from tests.language.setting import parse
from tests.policy.base import changed, read

from xianjie.compare.conditions import conditions_of, conjuncts, covered_by, key, settled
from xianjie.compare.wording import voice
from xianjie.language import nodes
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value, evaluate
from xianjie.vocabulary import BASE, FactType

PARAMETERS = made().parameters_at(739_000)
A, B, C = (nodes.Fact(name) for name in ("aid.received", "person.tekun", "person.orphan"))


def complete(generator: Generator, sample: Sample) -> dict[str, Value]:
    """Draw facts and record every one that is left."""
    facts = generator.facts(sample)
    plain: dict[FactType, Value] = {
        FactType.BOOL: False,
        FactType.INT: 0,
        FactType.MONEY: 0,
        FactType.EVENT: NEVER,
        FactType.SET: frozenset(),
    }
    for spec in BASE.facts:
        if spec.name not in facts and spec.type is not FactType.NUMBER:
            facts[spec.name] = sorted(spec.words)[0] if spec.type is FactType.ENUM else plain[spec.type]
    return facts


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_settled_condition_means_the_same_where_all_is_recorded(seed: int) -> None:
    generator = Generator(seed)
    sample = generator.sample()
    for _ in range(3):
        world = sample.world(complete(generator, sample))
        for node in (*sample.definitions.values(), *(condition for _, condition in sample.conditions)):
            assert evaluate(settled(node), world) is evaluate(node, world)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_a_key_does_not_depend_on_the_order_of_the_parts(seed: int) -> None:
    sample = Generator(seed).sample()
    for _, condition in sample.conditions:
        node = settled(condition)
        assert key(shuffled(node, random.Random(seed)), sample.parameters) == key(node, sample.parameters)


def shuffled(node: nodes.Condition, r: random.Random) -> nodes.Condition:
    match node:
        case nodes.And(operands) | nodes.Or(operands):
            parts = [shuffled(one, r) for one in operands]
            r.shuffle(parts)
            return type(node)(tuple(parts))
        case nodes.Not(operand):
            return nodes.Not(shuffled(operand, r))
        case nodes.Member(fact, words):
            return nodes.Member(fact, tuple(r.sample(words, len(words))))
        case _:
            return node


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("aid.received and person.tekun", "person.tekun and aid.received"),
        ("household.annual_income < income_line", "household.annual_income < 80000.50"),
        ("within(aid.exit_date, years=window)", "within(aid.exit_date, years=1)"),
        ("organisation.stage in ('founding', 'early')", "organisation.stage in ('early', 'founding')"),
        ("aid.received or aid.received", "aid.received"),
        ("not known(aid.received) or aid.received", "aid.received"),
        ("known(aid.received) and person.tekun", "person.tekun"),
        ("not not aid.received", "aid.received"),
    ],
)
def test_what_asks_the_same_has_the_same_key(one: str, other: str) -> None:
    assert key(settled(parse(one)), PARAMETERS_THEN) == key(settled(parse(other)), PARAMETERS_THEN)


PARAMETERS_THEN = made().parameters_at(735_000)
"""Before any parameter changed: the income line is 80000.50."""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("aid.received and person.tekun", "aid.received or person.tekun"),
        ("household.annual_income < income_line", "household.annual_income <= income_line"),
        ("within(aid.exit_date, years=1)", "under(aid.exit_date, years=1)"),
        ("within(aid.exit_date, years=1)", "within(aid.exit_date, months=12)"),
        ("aid.received", "not aid.received"),
    ],
)
def test_what_asks_something_else_has_another_key(one: str, other: str) -> None:
    assert key(settled(parse(one)), PARAMETERS) != key(settled(parse(other)), PARAMETERS)


@pytest.mark.parametrize(
    ("node", "parts"),
    [
        (nodes.And((A, B)), (A, B)),
        (nodes.Or((A, B)), (nodes.Or((A, B)),)),
        (A, (A,)),
        (nodes.Truth(True), ()),
        (nodes.Truth(False), (nodes.Truth(False),)),
    ],
)
def test_conjuncts_are_what_is_asked_in_every_case(node: nodes.Condition, parts: tuple[nodes.Condition, ...]) -> None:
    assert conjuncts(node) == parts


def test_groups_within_groups_lie_flat() -> None:
    assert settled(nodes.And((A, nodes.And((B, A)), nodes.Truth(True)))) == nodes.And((A, B))
    assert settled(nodes.Or((A, nodes.Or((B, C))))) == nodes.Or((A, B, C))
    assert settled(nodes.Or((A, nodes.Truth(True)))) == nodes.Truth(True)
    assert settled(nodes.And((A, nodes.Truth(False)))) == nodes.Truth(False)
    assert settled(nodes.And((nodes.Truth(True),))) == nodes.Truth(True)


def test_every_rule_with_conditions_has_them_under_each_of_its_readings() -> None:
    for policy in policies().values():
        found = conditions_of(policy)
        for _, rule in policy.rules():
            if rule.part == "provision":
                assert rule.id not in found
                continue
            assert len(found[rule.id].slots) == max(1, len(found[rule.id].readings))
            assert set(found[rule.id].axes) <= set(policy.file.readings)


def test_only_the_readings_that_alter_a_rule_are_its_own() -> None:
    found = conditions_of(policies()["jinhua"])
    assert found["new-application-refused"].axes == ("refusal-anchor",)
    assert found["left-assistance"].axes == ()  # of the same group, and untouched by that reading
    assert found["low-income-household"].axes == ("household-size",)
    assert set(found["lasting-study-aid"].axes) == {"household-size", "refusal-anchor"}


def test_coverage_is_joined_once_for_each_way_to_read_it() -> None:
    jinhua = policies()["jinhua"]
    assert len(list(covered_by(jinhua, conditions_of(jinhua)))) == 4
    shanghai = policies()["shanghai"]
    assert list(covered_by(shanghai, conditions_of(shanghai))) == []


def test_a_condition_that_would_grow_without_bound_is_not_opened() -> None:
    chain = "\n".join(f"  d{n}: d{n - 1} and aid.received or d{n - 1} and person.tekun" for n in range(1, 25))
    text = changed(
        ("definitions:\n", f"definitions:\n  d0: aid.received\n{chain}\n"),
        ("        when: recent\n", "        when: d24\n"),
    )
    policy = read(text)
    assert conditions_of(policy)["poor-leavers"].main["when"] == nodes.Definition("d24")


@pytest.mark.parametrize("region", REGIONS)
def test_what_a_voice_has_written_once_it_writes_alike_again(region: str) -> None:
    one = voice(policies()[region], DAY)
    nodes_ = [node for found in one.conditions.values() for slots in found.slots for node in slots.values()]
    first = [one.key(node) for node in nodes_]
    assert first == [one.among("services").key(node) for node in reversed(nodes_)][::-1]
    assert first == [key(node, one.parameters) for node in nodes_]
