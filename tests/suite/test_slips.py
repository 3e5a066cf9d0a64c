"""Slips in a condition: which there are for each kind of part, written out by hand."""

from __future__ import annotations

import pytest
from tests.suite.test_atoms import read

from xianjie.language.write import expression
from xianjie.suite.atoms import at, replaced
from xianjie.suite.slips import slips
from xianjie.vocabulary import BASE


def slipped(text: str) -> set[tuple[str, str]]:
    whole = read(text)
    out = set()
    for slip in slips(whole, BASE):
        part = at(whole, slip.path)
        assert part is not None
        out.add((slip.kind, expression(replaced(whole, slip.path, slip.change(part)))))
    return out


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("person.tekun", {("negated", "not person.tekun"), ("dropped", "True")}),
        ("True", {("negated", "False")}),
        ("not person.tekun", {("negated", "person.tekun"), ("negated", "not not person.tekun"), ("dropped", "True")}),
        (
            "person.tekun and person.student",
            {
                ("dropped", "True"),
                ("negated", "not (person.tekun and person.student)"),
                ("negated", "not person.tekun and person.student"),
                ("negated", "person.tekun and not person.student"),
                ("connective", "person.tekun or person.student"),
                ("operand", "person.student"),
                ("operand", "person.tekun"),
            },
        ),
        (
            "household.size < 3",
            {
                ("dropped", "True"),
                ("negated", "not household.size < 3"),
                ("operator", "household.size <= 3"),
                ("operator", "household.size > 3"),
                ("threshold", "household.size < 2"),
                ("threshold", "household.size < 4"),
            },
        ),
        (
            "household.size == 3",
            {
                ("dropped", "True"),
                ("negated", "not household.size == 3"),
                ("operator", "household.size != 3"),
                ("threshold", "household.size == 2"),
                ("threshold", "household.size == 4"),
            },
        ),
        (
            "aid.exit_date >= date('2024-01-01')",
            {
                ("dropped", "True"),
                ("negated", "not aid.exit_date >= date('2024-01-01')"),
                ("operator", "aid.exit_date > date('2024-01-01')"),
                ("operator", "aid.exit_date <= date('2024-01-01')"),
                ("threshold", "aid.exit_date >= date('2023-12-31')"),
                ("threshold", "aid.exit_date >= date('2024-01-02')"),
            },
        ),
        (
            "within(aid.exit_date, months=1)",
            {
                ("dropped", "True"),
                ("negated", "not within(aid.exit_date, months=1)"),
                ("window", "under(aid.exit_date, months=1)"),
                ("window", "within(aid.exit_date, months=2)"),
            },
        ),
        (
            "organisation.stage in ('founding', 'early')",
            {
                ("dropped", "True"),
                ("negated", "organisation.stage not in ('founding', 'early')"),
                ("word", "organisation.stage in ('established', 'early')"),
                ("word", "organisation.stage in ('founding', 'established')"),
                ("word", "organisation.stage == 'early'"),
                ("word", "organisation.stage == 'founding'"),
            },
        ),
    ],
)
def test_every_slip_of_a_part(text: str, wanted: set[tuple[str, str]]) -> None:
    assert slipped(text) == wanted


def test_money_slips_by_a_fen() -> None:
    found = {text for kind, text in slipped("household.annual_income < 100") if kind == "threshold"}
    assert found == {"household.annual_income < 99.99", "household.annual_income < 100.01"}
    assert "household.annual_income < 0.01" in {text for _, text in slipped("household.annual_income < 0")}


def test_numbers_inside_a_product_slip_too() -> None:
    found = {
        text for kind, text in slipped("3 * household.annual_income < line * household.size") if kind == "threshold"
    }
    assert found == {
        "2 * household.annual_income < line * household.size",
        "4 * household.annual_income < line * household.size",
    }


def test_a_window_of_a_parameter_slips_only_at_its_last_day() -> None:
    found = {text for kind, text in slipped("within(aid.exit_date, months=months)") if kind == "window"}
    assert found == {"under(aid.exit_date, months=months)"}
