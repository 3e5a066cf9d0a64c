"""Conditions that a diff calls alike in meaning come to the same on all facts, unknown ones and days never come too."""

from __future__ import annotations

import random
from itertools import product

import pytest
from tests.language.setting import AS_OF, parse, world

from xianjie.language import nodes
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value, evaluate
from xianjie.revision.diff_meaning import normal_form

RECEIVED, TEKUN, EXIT = nodes.Fact("aid.received"), nodes.Fact("person.tekun"), nodes.Fact("aid.exit_date")
ATOMS: tuple[nodes.Condition, ...] = (
    RECEIVED,
    TEKUN,
    nodes.Truth(True),
    nodes.Truth(False),
    nodes.Compare("<", EXIT, nodes.AsOf()),
    nodes.Compare(">", nodes.AsOf(), EXIT),
    nodes.Compare(">=", EXIT, nodes.AsOf()),
    nodes.Compare("<=", nodes.AsOf(), EXIT),
)
WORLDS = [
    world(
        {
            name: value
            for name, value in zip(("aid.received", "person.tekun", "aid.exit_date"), values, strict=True)
            if value is not None
        }
    )
    for values in product((None, True, False), (None, True, False), (None, NEVER, AS_OF - 1, AS_OF, AS_OF + 1))
]


def drawn(r: random.Random, depth: int) -> nodes.Condition:
    if depth == 0 or r.random() < 0.2:
        return r.choice(ATOMS)
    match r.randrange(3):
        case 0:
            return nodes.Not(drawn(r, depth - 1))
        case 1:
            return nodes.And(tuple(drawn(r, depth - 1) for _ in range(r.randrange(2, 4))))
        case _:
            return nodes.Or(tuple(drawn(r, depth - 1) for _ in range(r.randrange(2, 4))))


def values(node: nodes.Condition) -> tuple[Value | None, ...]:
    """Give what a condition comes to on every facts there are."""
    return tuple(evaluate(node, one) for one in WORLDS)


def test_conditions_of_one_normal_form_agree_on_all_facts() -> None:
    r = random.Random(20261121)
    alike = 0
    seen: dict[nodes.Condition, tuple[Value | None, ...]] = {}
    for _ in range(1500):
        node = drawn(r, r.randrange(4))
        form, found = normal_form(node), values(node)
        assert values(form) == found
        assert normal_form(form) == form
        alike += form in seen
        assert seen.setdefault(form, found) == found
    assert alike > 300


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("aid.received and person.tekun", "person.tekun and aid.received"),
        ("aid.received and (person.tekun and person.orphan)", "person.orphan and person.tekun and aid.received"),
        ("not not aid.received", "aid.received"),
        ("household.size > 3", "3 < household.size"),
        ("household.size >= 3", "3 <= household.size"),
        ("aid.received or False", "aid.received"),
        ("referral.direction in ('reverse', 'forward')", "referral.direction in ('forward', 'reverse')"),
        ("not True", "False"),
    ],
)
def test_what_is_only_written_differently_has_one_normal_form(one: str, other: str) -> None:
    assert normal_form(parse(one)) == normal_form(parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("aid.received and person.tekun", "aid.received or person.tekun"),
        ("household.size > 3", "household.size >= 3"),
        ("household.size > 3", "household.size < 3"),
        ("not aid.exit_date < as_of", "aid.exit_date >= as_of"),  # a day that never came makes both comparisons false
        ("aid.received or not aid.received", "True"),  # unknown stays unknown
        ("household.size - 1 < 3", "1 - household.size < 3"),
        ("within(aid.exit_date, years=1)", "within(aid.exit_date, months=12)"),
        ("known(aid.received)", "aid.received or not aid.received"),
    ],
)
def test_what_may_differ_has_two(one: str, other: str) -> None:
    assert normal_form(parse(one)) != normal_form(parse(other))
