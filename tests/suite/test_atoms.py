"""Conditions taken apart, and the values on and beside each atom's boundary, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.engine.asking import day

from xianjie.language import ir, nodes
from xianjie.language.calendar import NEVER
from xianjie.language.names import ParameterType, Scope
from xianjie.language.parse import parse_condition
from xianjie.suite.atoms import Mark, at, atoms, opened, operands_of, replaced, variations, walk
from xianjie.vocabulary import BASE

AS_OF = day("2025-08-01")
FRAME = ir.Frame(AS_OF, {"line": Fraction(10_000_000), "months": Fraction(6)}, BASE.events)
SCOPE = Scope(
    BASE, {"line": ParameterType(True, None), "months": ParameterType(False, "months")}, frozenset({"poor", "helped"})
)


def read(text: str) -> nodes.Condition:
    return parse_condition(text, SCOPE)


def marks(text: str) -> dict[str, list[object]]:
    """Give each fact's values, a value that hangs on other facts as its steps from the boundary."""
    return {
        found.fact: [mark.value if mark.step is None else f"{mark.step:+}" for mark in found.marks]
        for found in variations(read(text), FRAME, BASE)
    }


def test_definitions_are_written_out_to_the_ground() -> None:
    definitions = {"poor": read("helped and not person.student"), "helped": read("aid.received")}
    assert opened(read("poor or person.tekun"), definitions) == read(
        "(aid.received and not person.student) or person.tekun"
    )


def test_atoms_are_walked_in_the_order_of_the_text_and_again_where_they_stand_again() -> None:
    whole = read("aid.received or (aid.received and not person.student)")
    assert [(atom.path, atom.node) for atom in atoms(whole)] == [
        ((0,), read("aid.received")),
        ((1, 0), read("aid.received")),
        ((1, 1, 0), read("person.student")),
    ]
    assert len(list(walk(whole))) == 6
    assert operands_of(read("person.student")) == ()


def test_one_part_is_replaced_and_no_other() -> None:
    whole = read("aid.received or (aid.received and not person.student)")
    assert replaced(whole, (1, 1, 0), nodes.Truth(True)) == read("aid.received or (aid.received and not True)")
    assert replaced(whole, (1,), read("person.tekun")) == read("aid.received or person.tekun")
    assert replaced(whole, (), read("person.tekun")) == read("person.tekun")
    assert at(whole, (1, 1)) == read("not person.student")
    assert at(whole, (1, 1, 0, 4)) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("True", {}),
        ("person.student", {"person.student": [True, False, None]}),
        ("organisation.stage == 'early'", {"organisation.stage": ["early", "founding", None]}),
        (
            "organisation.stage in ('founding', 'early')",
            {"organisation.stage": ["founding", "early", "established", None]},
        ),
        ("known(person.student)", {"person.student": [True, False, None]}),
        ("known(aid.exit_date)", {"aid.exit_date": [AS_OF, NEVER, None]}),
        ("happened(aid.exit_date)", {"aid.exit_date": [AS_OF - 1, AS_OF, AS_OF + 1, NEVER, None]}),
        ("household.size >= 3", {"household.size": [2, 3, 4, None]}),
        ("household.size >= 1", {"household.size": [1, 2, None]}),
        ("3 < household.size", {"household.size": [2, 3, 4, None]}),
        ("2 * household.size > 5", {"household.size": [2, 3, None]}),
        ("household.annual_income < line", {"household.annual_income": [9_999_999, 10_000_000, 10_000_001, None]}),
        ("household.annual_income > 0", {"household.annual_income": [0, 1, None]}),
        (
            "aid.exit_date >= date('2024-01-01')",
            {"aid.exit_date": [day("2023-12-31"), day("2024-01-01"), day("2024-01-02"), NEVER, None]},
        ),
        (
            "household.annual_income < line * household.size",
            {"household.size": ["-1", "+0", "+1", None], "household.annual_income": ["-1", "+0", "+1", None]},
        ),
        (
            "aid.application_submitted <= aid.application_refused",
            {
                "aid.application_submitted": ["-1", "+0", "+1", NEVER, None],
                "aid.application_refused": ["-1", "+0", "+1", NEVER, None],
            },
        ),
    ],
)  # fmt: skip
def test_the_values_on_and_beside_a_boundary(text: str, wanted: dict[str, list[object]]) -> None:
    found = marks(text)
    assert {name: found[name] for name in sorted(found)} == {name: wanted[name] for name in sorted(wanted)}


def test_both_ends_of_a_window_each_with_its_neighbours() -> None:
    start, wanted = day("2025-02-01"), [AS_OF - 1, AS_OF, AS_OF + 1, NEVER, None]
    assert marks("within(aid.exit_date, months=months)") == {"aid.exit_date": [start - 1, start, start + 1, *wanted]}
    later = start + 1  # the last day is outside
    assert marks("under(aid.exit_date, months=6)") == {"aid.exit_date": [later - 1, later, later + 1, *wanted]}


def test_the_ends_of_a_window_of_one_day_are_not_given_twice() -> None:
    found = marks("within(aid.exit_date, days=1)")["aid.exit_date"]
    assert found == [AS_OF - 2, AS_OF - 1, AS_OF, AS_OF + 1, NEVER, None]


def test_sets_hold_the_word_nothing_and_another() -> None:
    held = frozenset({"医疗"})
    assert marks("'医疗' in aid.special_programmes")["aid.special_programmes"] == [
        held, frozenset(), frozenset({"其他"}), None,
    ]  # fmt: skip
    assert marks("nonempty(aid.special_programmes)")["aid.special_programmes"] == [
        frozenset({"其他"}), frozenset(), None,
    ]  # fmt: skip


def test_marks_say_where_a_value_lies() -> None:
    (size,) = variations(read("household.size >= 3"), FRAME, BASE)
    assert size.marks[:3] == (Mark("少一", 2), Mark("恰为", 3), Mark("多一", 4))
    (money,) = variations(read("household.annual_income < line"), FRAME, BASE)
    assert [mark.zh for mark in money.marks] == ["少一分", "恰为", "多一分", "未记录"]
    first = variations(read("aid.application_submitted <= aid.application_refused"), FRAME, BASE)[0]
    assert first.on == (
        nodes.Compare("==", nodes.Fact("aid.application_submitted"), nodes.Fact("aid.application_refused")),
        read("aid.application_submitted <= aid.application_refused"),
    )
