"""Cases of ledgers, counts and targets: the days, numbers and figures around each boundary, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.engine.asking import small_policy
from tests.suite.setting import AS_OF, suite

from xianjie.language.calendar import iso
from xianjie.suite.duties import near
from xianjie.suite.generate import generate
from xianjie.suite.model import Entry


def of(rule: str) -> list[Entry]:
    return [
        entry
        for entry in suite().entries
        if entry.tags == ("duty",) and any(one.startswith(f"{rule}:") for one in entry.serves)
    ]


def told(entry: Entry, name: str = "status", number: int = 0) -> Any:
    return entry.expect.get(f"duties[{number}].{name}")


def test_a_ledger_the_day_before_on_and_after_under_both_readings() -> None:
    timed = [entry for entry in of("supply") if entry.record["ledgers"][0].get("last_updated") == "2024-10-15"]
    days = {iso(entry.as_of): told(entry) for entry in timed if len(entry.record["ledgers"]) == 1}
    # six months on is 2025-04-15, the half-year after that of the update ends on 2025-06-30
    assert days == {
        "2025-03-15": "fresh",
        "2025-03-16": "due_soon",
        "2025-04-14": "due_soon",
        "2025-04-15": "due_today",
        "2025-04-16": "ambiguous",
        "2025-05-30": "ambiguous",
        "2025-05-31": "ambiguous",
        "2025-06-29": "ambiguous",
        "2025-06-30": "ambiguous",
        "2025-07-01": "overdue",
    }
    on = next(entry for entry in timed if iso(entry.as_of) == "2025-04-16")
    assert told(on, "readings[rolling].status") == "overdue"
    assert told(on, "readings[calendar].next_due") == "2025-06-30"
    assert (told(on, "interval"), told(on, "force"), told(on, "clause")) == ("P6M", "must", "四")


def test_a_ledger_at_each_level_never_made_unrecorded_and_without_an_interval() -> None:
    levels = next(entry for entry in of("supply") if len(entry.record["ledgers"]) == 5)
    assert [told(levels, "status", number) for number in range(5)] == [
        "not_stipulated", "not_stipulated", "fresh", "not_stipulated", "undetermined",
    ]  # fmt: skip
    assert {told(entry, "condition") for entry in of("supply")} >= {"never_established"}
    assert {told(entry) for entry in of("prompt")} == {"no_fixed_interval", "undetermined"}


def test_counts_one_less_as_many_one_more_and_the_last_day() -> None:
    plain = {
        (iso(entry.as_of), entry.record["duties"][0]["count"]): told(entry)
        for entry in of("meet")
        if set(entry.record["duties"][0]) == {"kind", "level", "year", "count"} and len(entry.record["duties"]) == 1
    }
    assert plain == {
        ("2026-01-01", 1): "not_met",
        ("2026-01-01", 2): "met",
        ("2026-01-01", 3): "met",
        ("2025-12-31", 1): "in_progress",
        ("2024-01-01", 0): "not_stipulated",
        ("2025-01-01", 0): "not_met",
        ("2027-01-01", 0): "not_met",
        ("2028-01-01", 0): "not_stipulated",
        ("2026-01-01", 0): "undetermined",  # of no year
    }
    years = {entry.record["duties"][0]["year"] for entry in of("meet")}
    assert {2023, 2024, 2026, 2027} <= years


def test_meetings_without_a_party_and_without_a_record_of_one() -> None:
    held = [
        (entry.record["duties"][0]["meetings"], told(entry, "readings[all-parties-each].status"))
        for entry in of("meet")
        if "meetings" in entry.record["duties"][0]
    ]
    whole = {"departments": True, "charities": True, "grassroots": True}
    assert ([whole, whole], "met") in held
    assert ([whole, {**whole, "charities": False}], "not_met") in held
    assert ([whole, {"departments": True, "charities": True}], "undetermined") in held


def test_a_deadline_the_day_before_on_and_after() -> None:
    done = {
        entry.record["duties"][0]["last_done"]: told(entry)
        for entry in of("build")
        if {"count", "last_done"} <= entry.record["duties"][0].keys()
    }
    assert done == {"2026-12-30": "met", "2026-12-31": "met", "2027-01-01": "not_met"}
    without = {iso(entry.as_of): told(entry) for entry in of("build") if entry.record["duties"][0].get("count") == 0}
    assert without["2026-12-31"] == "in_progress"
    assert without["2027-01-01"] == "not_met"


def test_targets_a_step_below_on_and_above_and_both_figures_apart() -> None:
    names = ("item", "year", "value", "value_in_year")
    values = {
        tuple(record.get(name) for name in names): told(entry, "status", number)
        for entry in of("goals")
        for number, record in enumerate(entry.record["targets"])
        if iso(entry.as_of) in ("2026-01-01", "2027-01-01")
    }
    assert values[2, 2025, "3.4", None] == "not_met"
    assert values[2, 2025, "3.5", None] == "met"
    assert values[2, 2025, "3.6", None] == "met"
    assert values[2, 2025, "3.5", "3.4"] == "met"  # cumulative: the running total counts
    assert values[1, 2025, "10", "9"] == "not_met"  # the recommended reading looks at the year
    assert values[1, 2025, None, None] == "undetermined"
    assert values[2, 2026, "3", None] == "not_met"


@pytest.mark.parametrize(
    ("value", "wanted"), [("10", ("9", "10", "11")), ("3.5", ("3.4", "3.5", "3.6")), ("0.05", ("0.04", "0.05", "0.06"))]
)
def test_the_neighbours_of_a_figure(value: str, wanted: tuple[str, str, str]) -> None:
    assert near(Decimal(value)) == tuple(Decimal(one) for one in wanted)


def test_an_interval_of_days_and_one_of_years() -> None:
    policy = small_policy("""
    readings:
      cycle:
        differ: ambiguous
        options:
          - {id: rolling, recommended: true, zh: 滚动, en: rolling}
          - {id: calendar, zh: 自然期间, en: calendar}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: ledger, id: a, ledgers: [supply], interval: P10D, counting: cycle, force: may, zh: 一, en: one}
          - {part: ledger, id: b, ledgers: [demand], interval: P2Y, counting: cycle, force: may, zh: 一, en: one}
""")
    found = generate(policy, AS_OF).entries
    days: dict[str, set[str]] = {"supply": set(), "demand": set()}
    for entry in found:
        if "duty" in entry.tags and entry.record["ledgers"][0].get("last_updated") == "2024-10-15":
            days[entry.record["ledgers"][0]["kind"]].add(iso(entry.as_of))
    assert {"2024-10-24", "2024-10-25", "2024-10-26"} <= days["supply"]
    assert {"2026-10-14", "2026-10-15", "2026-10-16"} <= days["demand"]
