"""A policy on a day: its numbers, whether it was in force, and what its silence means."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.language.setting import day
from tests.policy.base import changed, read


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0001-01-01", 8_000_050),
        ("2025-02-28", 8_000_050),
        ("2025-03-01", 9_000_000),
        ("2025-03-02", 9_000_000),
        ("2025-04-30", 9_000_000),
        ("2025-05-01", 10_000_000),
        ("2025-05-02", 10_000_000),
        ("9999-12-31", 10_000_000),
    ],
)
def test_a_parameter_holds_from_its_day_on_and_money_is_in_fen(text: str, fen: int) -> None:
    assert read().parameters_at(day(text)) == {"income_line": Fraction(fen), "window": Fraction(1)}


def test_a_number_of_yuan_with_a_fraction_is_exact() -> None:
    policy = read(changed(("value: 80000.50", "value: 0.1"), ("[{value: 1}]", "[{value: 3}]")))
    assert policy.parameters_at(1) == {"income_line": Fraction(10), "window": Fraction(3)}


@pytest.mark.parametrize(
    ("text", "validity"),
    [
        ("2025-01-31", "not_in_force"),
        ("2025-02-01", "in_force"),
        ("2025-02-02", "in_force"),
        ("2026-01-30", "in_force"),
        ("2026-01-31", "in_force"),
        ("2026-02-01", "lapsed"),
    ],
)
def test_a_document_is_in_force_from_its_first_day_through_its_last(text: str, validity: str) -> None:
    assert read().validity_at(day(text)) == validity


@pytest.mark.parametrize(
    ("removed", "first"),
    [
        ((), "2025-02-01"),
        (("  effective: 2025-02-01\n",), "2025-01-01"),
        (("  effective: 2025-02-01\n", "  issued: 2025-01-01\n"), "2024-12-01"),
    ],
)
def test_without_a_day_of_entry_into_force_the_day_of_issue_counts_then_that_of_adoption(
    removed: tuple[str, ...], first: str
) -> None:
    policy = read(changed(*((line, "") for line in removed)))
    assert policy.validity_at(day(first) - 1) == "not_in_force"
    assert policy.validity_at(day(first)) == "in_force"


def test_without_any_day_it_is_what_it_declares() -> None:
    dates = (
        "  adopted: 2024-12-01\n",
        "  effective: 2025-02-01\n",
        "  issued: 2025-01-01\n",
        "  expires: 2026-01-31\n",
    )
    policy = read(changed(*((line, "") for line in dates), ("validity: in_force", "validity: unverified")))
    assert policy.validity_at(1) == "unverified"
    assert policy.validity_at(day("9999-12-31")) == "unverified"


def test_a_draft_is_not_in_force_on_any_day() -> None:
    policy = read(changed(("validity: in_force", "validity: not_in_force")))
    assert policy.validity_at(day("2025-06-01")) == "not_in_force"
    assert policy.validity_at(day("2026-02-01")) == "lapsed"


@pytest.mark.parametrize(("text", "silence"), [("full", "not_stipulated"), ("digest", "not_reported")])
def test_silence_means_what_the_text_at_hand_allows(text: str, silence: str) -> None:
    assert read(changed(("text: full", f"text: {text}"))).silence == silence
