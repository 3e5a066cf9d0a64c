"""Yearly targets: every figure of Jinhua's table just below, at and above, and what a figure stands for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.engine.asking import REGIONS, statuses, target

YEARS = (2024, 2025, 2026)
TABLE: dict[int, tuple[str, str, str]] = {
    # Jinhua's annex 1, read from the inventory of the texts, not from the policy file
    1: ("80", "85", "90"),
    2: ("1", "2", "3"),
    3: ("100", "130", "160"),
    4: ("13600", "14300", "15000"),
    5: ("3", "3.5", "4"),
    6: ("3", "3.3", "3.6"),
    7: ("1300", "1800", "2300"),
    8: ("25", "30", "35"),
    9: ("30", "60", "100"),
    10: ("100", "120", "150"),
    11: ("120", "130", "140"),
    12: ("50", "80", "100"),
    13: ("10", "15", "20"),
    14: ("20", "30", "50"),
    15: ("70", "80", "90"),
    16: ("50", "80", "100"),
    17: ("100", "300", "500"),
    18: ("80", "85", "90"),
    19: ("2000", "3000", "5000"),
    20: ("100", "100", "100"),
}
PRINTED = {1, 15, 18}
CUMULATIVE = {2, 3, 7, 8, 9, 10, 11, 17}
UNCLEAR = {12, 13, 14, 19}
CELLS = [(item, year, Decimal(values[at])) for item, values in TABLE.items() for at, year in enumerate(YEARS)]
STEP = Decimal("0.01")


@pytest.mark.parametrize(("item", "year", "required"), CELLS)
def test_each_figure_just_below_at_and_above(item: int, year: int, required: Decimal) -> None:
    after = f"{year + 1}-01-01"
    for value, status in ((required - STEP, "not_met"), (required, "met"), (required + STEP, "met")):
        for written in (str(value), float(value)):
            found = target({"item": item, "year": year, "value": written}, "jinhua", after)
            assert (found.status, found.kind, found.item, found.year) == (status, "target", item, year)
            assert Decimal(str(found.required)) == required
            assert Decimal(str(found.actual)) == value
            assert Decimal(str(found.shortfall)) == max(Decimal(0), required - value)
            assert found.comparator_source == ("printed" if item in PRINTED else "assumed")
            assert (found.force, found.clause, found.flagged) == ("target", "附件1", False)
    last_day = target({"item": item, "year": year, "value": str(required - STEP)}, "jinhua", f"{year}-12-31")
    assert last_day.status == "in_progress"


def test_figures_are_compared_exactly() -> None:
    assert target({"item": 15, "year": 2025, "value": 79.9}).shortfall == 0.1
    assert target({"item": 15, "year": 2025, "value": 80}).status == "met"
    donations = target({"item": 6, "year": 2025, "value": 3.29}, "jinhua", "2026-01-01")
    assert (donations.status, donations.required, donations.actual, donations.shortfall) == (
        "not_met",
        3.3,
        3.29,
        0.01,
    )
    assert target({"item": 6, "year": 2025, "value": 3.3}).status == "met"
    tiny = target({"item": 6, "year": 2025, "value": "3.299999999"})
    assert (tiny.status, tiny.shortfall) == ("in_progress", 1e-09)
    assert target({"item": 5, "year": 2025, "value": "3.50"}).actual == 3.5


@pytest.mark.parametrize("item", TABLE)
def test_the_years_outside_the_table_are_silent(item: int) -> None:
    for year in (2023, 2027):
        found = target({"item": item, "year": year, "value": 0})
        assert (found.status, found.required, found.rule) == ("not_stipulated", None, None)


def test_an_item_that_the_table_does_not_have_is_silent() -> None:
    for item in (21, 99):
        assert target({"item": item, "year": 2025, "value": 1}).status == "not_stipulated"


@pytest.mark.parametrize("region", [name for name in REGIONS if name != "jinhua"])
def test_no_other_region_has_targets(region: str) -> None:
    found = target({"item": 15, "year": 2025, "value": 79.9}, region)
    assert found.status == ("not_reported" if region == "shanxi" else "not_stipulated")
    assert (found.item, found.year, found.required) == (15, 2025, None)


def test_item_and_year_and_value_are_wanted() -> None:
    assert target({"year": 2025, "value": 1}).missing == ["target.item"]
    assert target({"item": 15, "value": 1}).missing == ["target.year"]
    assert target({"value": 1}).missing == ["target.item", "target.year"]
    found = target({"item": 15, "year": 2025})
    assert (found.status, found.missing, found.required, found.actual, found.shortfall) == (
        "undetermined",
        ["target.value"],
        80,
        None,
        None,
    )


# -- running totals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", sorted(CUMULATIVE))
def test_what_some_years_added_is_a_lower_bound_of_a_running_total(item: int) -> None:
    required = int(TABLE[item][1])
    half = required // 2

    def ask(**figures: Any) -> Any:
        return target({"item": item, "year": 2025, **figures}, "jinhua", "2026-01-01")

    enough = ask(additions={2024: half, 2025: required - half})
    assert (enough.status, enough.actual) == ("met", None)
    short = ask(additions={2024: half, 2025: required - half - 1})
    assert (short.status, short.missing) == ("undetermined", ["target.value"])  # earlier years may make it up
    assert ask(value_in_year=required).status == "met"
    assert ask(value_in_year=required - 1).status == "undetermined"
    # a later year's addition says nothing of this year's end
    assert ask(additions={2024: half, 2026: required}).status == "undetermined"
    # the total itself stands before what the years added
    assert ask(value=required - 1, additions={2024: required, 2025: required}).status == "not_met"
    # a year that lost some gives no bound
    assert ask(additions={2024: 2 * required, 2025: -1}).status == "undetermined"


@pytest.mark.parametrize("item", sorted(UNCLEAR))
def test_a_15_yearly_is_the_answer_and_another_running_total_a_flag(item: int) -> None:
    required = int(TABLE[item][1])

    def ask(as_of: str = "2026-01-01", **figures: Any) -> Any:
        return target({"item": item, "year": 2025, **figures}, "jinhua", as_of)

    differ = ask(value=required, value_in_year=required - 1)
    assert (differ.status, differ.flagged, differ.actual) == ("not_met", True, required - 1)
    assert [(e.reading, e.recommended, e.status, e.actual) for e in differ.readings] == [
        ("yearly", True, "not_met", required - 1),
        ("running-total", False, "met", required),
    ]
    assert ask("2025-12-31", value=required, value_in_year=required - 1).status == "in_progress"
    agree = ask(value=required + 5, value_in_year=required)
    assert (agree.status, agree.flagged, statuses(agree.readings)) == ("met", False, ["met", "met"])
    alone = ask(value=required - 1)
    assert (alone.status, alone.flagged) == ("not_met", False)  # one figure serves both
    added = ask(additions={2024: required - 1, 2025: 1})
    assert (added.status, added.flagged, added.actual, added.shortfall) == ("not_met", True, 1, required - 1)
    assert added.readings[1].actual == required
    lacking = ask(additions={2024: 1})
    assert (lacking.status, lacking.missing) == ("undetermined", ["target.value_in_year"])
    chosen = target(
        {"item": item, "year": 2025, "value": required, "value_in_year": 0},
        "jinhua",
        readings={"jinhua:running": "running-total"},
    )
    assert (chosen.status, chosen.flagged) == ("met", False)


def test_a_yearly_figure_is_the_years_own_where_it_is_recorded() -> None:
    found = target({"item": 16, "year": 2025, "value": 100, "value_in_year": 79}, "jinhua", "2026-01-01")
    assert (found.status, found.actual, found.readings) == ("not_met", 79, [])


def test_names_and_units_are_told_in_the_language_asked_for() -> None:
    zh, en = (target({"item": 6, "year": 2025, "value": 3}, "jinhua", lang=lang) for lang in ("zh", "en"))
    assert (zh.name, zh.unit) == ("社会捐赠款物", "亿元")
    assert (en.name, en.unit) == ("donations in money and kind", "亿元")
    assert "3.3" in zh.why.text
    assert "3.3" in en.why.text
