"""Conditions are written as a person would write them, and reading the text gives them back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.differential.generator import Generator
from tests.language.setting import parse
from tests.language.test_parse import ROUND_TRIP, equal_but_for_marks, typed

from xianjie.errors import InternalError
from xianjie.language import nodes
from xianjie.language.names import ParameterType, Scope
from xianjie.language.parse import parse_condition
from xianjie.language.text import LONGEST
from xianjie.language.write import expression
from xianjie.plugins import discover
from xianjie.policy.model import ByReading, ConditionModel, PolicyFile
from xianjie.policy.prepared import Policy

SIZE = nodes.Fact("household.size")
RECEIVED = nodes.Fact("aid.received")


@pytest.mark.parametrize(
    "text",
    [
        "True",
        "aid.received",
        "not aid.received",
        "not not aid.received",
        "not household.size < 3",
        "not (aid.received and hardship)",
        "aid.received and not hardship",
        "aid.received and aid.still_in_difficulty or hardship",
        "aid.received and (aid.still_in_difficulty or hardship)",
        "(aid.received and aid.still_in_difficulty) and hardship",
        "aid.received or (aid.still_in_difficulty or hardship)",
        "referral.direction == 'forward'",
        "referral.direction != 'forward'",
        "referral.direction in ('forward', 'reverse')",
        "referral.direction not in ('forward', 'reverse')",
        "'医疗' in aid.special_programmes",
        "'医疗' not in aid.special_programmes",
        '"it\'s" in aid.special_programmes',
        "not ('医疗' not in aid.special_programmes or hardship)",
        "nonempty(aid.special_programmes)",
        "happened(aid.exit_date)",
        "known(aid.received)",
        "within(aid.exit_date, years=window)",
        "under(aid.exit_date, months=6)",
        "aid.exit_date < as_of",
        "aid.exit_date >= date('0999-02-28')",
        "household.annual_income < 99999.99",
        "household.annual_income < -0.5",
        "household.annual_income < 0.001",
        "3 * household.annual_income < income_line * household.size",
        "household.size - 1 - 2 < 3",
        "household.size - (1 - 2) < 3",
        "household.size * (1 + 2) < 3",
        "household.size * (2 * 3) < 3",
        "household.size - 2 * 3 < 3",
        "household.size - -2 < 3",
        "1 <= household.size <= 3",
        "aid.received and 1 <= household.size < size_limit",
        "not 3 > household.size > 1",
        "household.size <= 3 and household.size >= 1",
        "household.size == 1 and 1 == duty.count",
    ],
)
def test_what_is_written_plainly_is_written_back_as_it_was(text: str) -> None:
    assert expression(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("((aid.received))", "aid.received"),
        ("(not aid.received) or (aid.received and hardship)", "not aid.received or aid.received and hardship"),
        ('"forward" == referral.direction', "referral.direction == 'forward'"),
        ("referral.direction in ['reverse']", "referral.direction == 'reverse'"),
        ("household.annual_income < 1_000.50", "household.annual_income < 1000.5"),
        ("household.size > --1", "household.size > 1"),
        ("1 <= household.size and household.size <= 3", "1 <= household.size <= 3"),
        ("aid.received\n  and hardship  # why", "aid.received and hardship"),
    ],
)
def test_marks_that_say_nothing_are_left_out(text: str, plain: str) -> None:
    assert expression(parse(text)) == plain
    assert parse(plain) == parse(text)


def test_a_definition_made_for_one_reading_is_written_by_its_name() -> None:
    assert expression(nodes.Not(nodes.Definition("hardship@wide,rolling"))) == "not hardship"


def test_what_no_text_gives_is_written_by_its_meaning() -> None:
    assert expression(nodes.And((RECEIVED,))) == "aid.received"
    assert expression(nodes.Not(nodes.And((nodes.Or((RECEIVED, RECEIVED)),)))) == "not (aid.received or aid.received)"
    assert (expression(nodes.And(())), expression(nodes.Or(()))) == ("True", "False")
    with pytest.raises(InternalError):
        expression(nodes.Compare("<", SIZE, nodes.Number(Fraction(1, 3))))


@given(st.text(max_size=8))
def test_any_word_of_a_set_is_read_back(word: str) -> None:
    node = nodes.Contains(nodes.Fact("aid.special_programmes"), word)
    assert parse(expression(node)) == node


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_reading_what_is_written_gives_the_condition_back(seed: int) -> None:
    generator = Generator(seed)
    node = generator.condition(generator.random.randrange(5), ("d0", "d3"))
    text = expression(node)
    if not typed(node) or len(text) > LONGEST:
        return
    found = parse_condition(text, ROUND_TRIP)
    assert equal_but_for_marks(found, node), text
    assert expression(found) == text


def texts(model: ConditionModel | None) -> list[str]:
    """Give the texts of a condition: one, or one for each reading."""
    return [] if model is None else list(model.readings.values()) if isinstance(model, ByReading) else [model]


def written_in(policy: Policy) -> list[nodes.Condition]:
    """Gather every condition that an installed policy is made of."""
    blocks = [node for block in policy.blocks.values() for _, node in block.conditions]
    return [*blocks, *policy.definitions.values()]


@pytest.mark.parametrize("policy", discover().load(), ids=lambda policy: policy.id)
def test_the_conditions_of_every_installed_policy_are_read_back(policy: Policy) -> None:
    file: PolicyFile = policy.file
    scope = Scope(
        policy.vocabulary,
        {name: ParameterType(model.type == "money", model.unit) for name, model in file.parameters.items()},
        frozenset(file.definitions),
    )
    given_texts = [text for model in file.definitions.values() for text in texts(model)]
    for _, rule in policy.rules():
        for field in ("when", "beneficiary", "trigger", "scope"):
            given_texts += texts(getattr(rule, field, None))
    assert len(given_texts) > 5
    for text in given_texts:
        node = parse_condition(text, scope)
        assert parse_condition(expression(node), scope) == node
        assert len(expression(node)) <= len(" ".join(text.split()))
    found = written_in(policy)
    for node in found:
        again = parse_condition(expression(node), scope)
        assert expression(again) == expression(node)
