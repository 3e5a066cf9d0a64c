"""Canonical forms: equal where two conditions ask the same in other words, and never where they do not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.differential.generator import Generator
from tests.engine.asking import small_policy
from tests.suite.setting import AS_OF, everything

from xianjie.language.evaluate import World, evaluate
from xianjie.policy.prepared import Block, Policy
from xianjie.suite import variants
from xianjie.suite.forms import Form, Forms

ONE = """
    parameters:
      line: {{zh: 线, en: line, type: money, values: [{{value: 100}}]}}
    definitions:
      helped: aid.received and aid.still_in_difficulty
    groups:
      - {{id: one, gives: coverage, zh: 甲, en: one}}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {{part: group, id: a, group: one, force: may, zh: 一, en: one, when: "{0}"}}
"""


def form(text: str) -> Form:
    return Forms(small_policy(ONE.format(text)), AS_OF).of(("eligibility", 0))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("household.annual_income < line", "household.annual_income <= 99.99"),
        ("household.annual_income < line", "not household.annual_income >= line"),
        ("household.annual_income < line", "line > household.annual_income"),
        ("2 * household.size > 6", "household.size >= 4"),
        ("household.size == 3", "not household.size != 3"),
        ("helped", "aid.still_in_difficulty and aid.received"),
        ("not helped", "not aid.received or not aid.still_in_difficulty"),
        ("person.tekun and (person.student and aid.received)", "aid.received and person.student and person.tekun"),
        ("person.tekun or False", "person.tekun and True"),
        ("person.tekun or person.tekun", "not not person.tekun"),
        ("organisation.stage in ('early', 'founding')", "organisation.stage in ('founding', 'early')"),
        ("2 <= household.size <= 4", "household.size > 1 and household.size < 5"),
        ("person.tekun or True", "True"),
    ],
)
def test_other_words_for_the_same(one: str, other: str) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("household.annual_income < line", "household.annual_income <= line"),
        ("person.tekun and person.student", "person.tekun or person.student"),
        ("known(person.tekun)", "person.tekun"),
        ("aid.exit_date <= as_of", "happened(aid.exit_date) or aid.exit_date > as_of"),
        ("household.size == household.size", "True"),  # open while nobody recorded it
        ("within(aid.exit_date, months=6)", "under(aid.exit_date, months=6)"),
        ("organisation.stage == 'early'", "organisation.stage == 'founding'"),
        ("nonempty(aid.special_programmes)", "'医疗' in aid.special_programmes"),
    ],
)
def test_what_asks_otherwise_has_another_form(one: str, other: str) -> None:
    assert form(one) != form(other)


def with_sample(generator: Generator) -> tuple[Policy, list[World]]:
    """Draw conditions into a policy, and the worlds of a few cases."""
    sample = generator.sample()
    block = Block("eligibility", sample.conditions)
    policy = replace(everything(), definitions=sample.definitions, blocks={"eligibility": block})
    line = everything().file.parameters["line"]
    values = {
        name: line.model_copy(update={"type": "number", "values": [line.values[0].model_copy(update={"value": value})]})
        for name, value in sample.parameters.items()
    }
    policy = replace(policy, file=policy.file.model_copy(update={"parameters": values}))
    return policy, [sample.world(generator.facts(sample)) for _ in range(12)]


def test_equal_forms_are_equal_conditions() -> None:
    """Compare the forms of drawn conditions, and of their negations, with what the conditions come to."""
    equal = apart = 0
    for seed in range(60):
        generator = Generator(seed)
        policy, worlds = with_sample(generator)
        forms = Forms(policy, worlds[0].as_of).every()
        values = {
            place: tuple(evaluate(policy.blocks[place[0]].conditions[place[1]][1], world) for world in worlds)
            for place in forms
        }
        for place, one in forms.items():
            for other, another in forms.items():
                if one == another:
                    assert values[place] == values[other], seed
                    equal += place != other
                apart += one != another
    assert apart > 100


def test_only_what_a_change_touches_is_written_anew() -> None:
    base = Forms(everything(), AS_OF)
    forms = base.every()
    poorer = variants.with_parameter(everything(), "line", 1, 121)
    changed = Forms(poorer, AS_OF, base).changed(forms)
    assert {everything().blocks[block].conditions[number][0] for block, number in changed} == {"poor"}
    assert Forms(everything(), AS_OF, base).changed(forms) == {}
    before = variants.with_parameter(everything(), "line", 0, 121)  # no longer holds on the date
    assert Forms(before, AS_OF, base).changed(forms) == {}
