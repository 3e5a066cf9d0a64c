"""Duties in columns: ledgers about their due days, counts about their numbers, targets about their figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from tests.population.people import Held, People, case_of, invent, laid, people_of
from tests.population.telling import differing, part_told

from xianjie.api import installed_engine
from xianjie.engine.duties.cadence import due_date
from xianjie.engine.inquiry import Settings
from xianjie.language.calendar import NEVER
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.columns import facts_frame, layout_of
from xianjie.population.compiler.duties import NO_RULE, DutiesColumns
from xianjie.population.compiler.policies import Compiled, compiled
from xianjie.population.expanding import expanded_part

FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
DAYS = ("2025-08-01", "2024-02-29", "2025-02-28", "2025-12-31", "2026-01-01", "2025-03-31", "2024-08-30")
Facts = dict[str, Held]


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def plan_for(as_of: str, regions: tuple[str, ...] = FIVE, **settings: Any) -> Compiled:
    chosen = Settings(**settings)
    policies = answering_policies(installed_engine(), regions, day(as_of), chosen)
    return compiled(policies, day(as_of), chosen, ("duties",))


def told(plan: Compiled, region: str, *rows: Facts) -> list[list[dict[str, Any]]]:
    """Answer rows in columns, and look that the engine says the same."""
    out = plan.answer(facts_frame(rows, plan.layout).lazy()).collect()
    found = [expanded_part(row, plan, region, "duties") for row in out.iter_rows(named=True)]
    for facts, entries in zip(rows, found, strict=True):
        theirs = installed_engine().assess(case_of(facts), [region], plan.as_of)["regions"][region]
        assert part_told(entries, "duties") == part_told(theirs.get("duties"), "duties")
    return found


def ledger(**facts: Any) -> Facts:
    return {f"ledger.{name}": value for name, value in facts.items()}


def duty(**facts: Any) -> Facts:
    return {f"duty.{name}": value for name, value in facts.items()}


def target(**facts: Any) -> Facts:
    return {f"target.{name}": value for name, value in facts.items()}


# -- ledgers -----------------------------------------------------------------------------------------------------------


def test_a_ledger_about_its_due_day_is_told_with_the_day_and_both_readings() -> None:
    plan = plan_for("2025-08-01")
    rows = [ledger(kind="supply", last_updated=day(last)) for last in ("2024-07-31", "2024-08-01", "2024-08-02")]
    rows += [ledger(kind="supply", last_updated=day(last)) for last in ("2023-12-31", "2024-08-31", "2024-09-01")]
    entries = [entry for (entry,) in told(plan, "hubei", *rows)]
    assert [(entry["status"], entry["next_due"]) for entry in entries] == [
        ("ambiguous", None),  # a year has passed, the next calendar year has not
        ("due_today", "2025-08-01"),
        ("due_soon", "2025-08-02"),
        ("overdue", "2024-12-31"),
        ("due_soon", "2025-08-31"),
        ("fresh", "2025-09-01"),
    ]
    assert [[one["status"] for one in entry["readings"]] for entry in entries[:2]] == [
        ["overdue", "fresh"],
        ["due_today", "fresh"],
    ]
    assert [entry["days_overdue"] for entry in entries] == [None, None, None, 213, None, None]
    assert [entry["days_left"] for entry in entries] == [None, 0, 1, None, 30, 31]
    assert {(entry["rule"], entry["clause"], entry["force"]) for entry in entries} == {
        ("supply-ledger", "三(二)", "must")
    }


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("soon", [0, 1, 30, 400])
def test_every_day_about_a_turn_of_the_status_is_the_engines(as_of: str, soon: int) -> None:
    plan, today = plan_for(as_of, ("hubei", "tianjin"), due_soon_days=soon), day(as_of)
    near: set[int] = {NEVER, 1, today, today + 1, today - 4_000}
    for period in ("P1Y", "P6M"):
        for cycle in ("rolling", "calendar"):
            due = [due_date(last, period, cycle) - today for last in range(today - 1_200, today + 1)]
            near.update(
                today - 1_200 + at + step
                for at in range(len(due) - 1)
                for limit in (-1, 0, soon)
                if due[at] <= limit < due[at + 1]
                for step in (0, 1)
            )
    rows = [ledger(kind="supply", level="county", last_updated=last) for last in sorted(near)]
    rows.append(ledger(kind="supply", level="county"))
    assert len(rows) > 10
    people = people_of(plan.layout, rows)
    assert differing(installed_engine(), plan, people, Settings(soon)) == (2 * len(rows), [])


def test_what_a_full_update_takes_and_what_it_lacks() -> None:
    plan, on = plan_for("2025-08-01"), day("2025-07-01")
    base = ledger(kind="supply", level="county", last_updated=on)
    rows: list[Facts] = [
        {**base, **ledger(entered_on_platform=True, provided_to_service_window=True)},
        {**base, **ledger(entered_on_platform=False)},
        {**base, **ledger(entered_on_platform=True)},
        {**base, **ledger(established=False, last_updated=NEVER, entered_on_platform=True)},
    ]
    entries = [entry for (entry,) in told(plan, "tianjin", *rows)]
    assert [entry["compliance"] for entry in entries] == ["full", "partial", "unknown", "unknown"]
    assert [entry["unmet"] for entry in entries] == [[], ["platform"], [], []]
    window = ["ledger.provided_to_service_window"]
    assert [entry["compliance_missing"] for entry in entries] == [[], window, window, []]
    assert (entries[3]["status"], entries[3]["condition"], entries[3]["missing"]) == (
        "undetermined",
        "never_established",
        [],
    )
    helped = ledger(kind="assistance_information", last_updated=on)
    (none,), (some,) = told(
        plan,
        "shanxi",
        {**helped, **ledger(assistance_given=NEVER, filed_on_platform=False)},
        {**helped, **ledger(assistance_given=on, filed_on_platform=False)},
    )
    assert (none["condition"], none["compliance"], none["status"]) == (
        "no_assistance_given",
        "unknown",
        "no_fixed_interval",
    )
    assert (some["condition"], some["compliance"], some["unmet"]) == (None, "partial", ["filing"])


def test_a_row_that_cannot_be_placed_wants_its_kind_or_its_level_and_one_without_a_ledger_nothing() -> None:
    plan = plan_for("2025-08-01")
    rows = [ledger(entered_on_platform=True), ledger(kind="supply"), ledger(kind="wish_list"), {}]
    (unknown,), (level,), (silent,), nothing = told(plan, "tianjin", *rows)
    assert (unknown["status"], unknown["missing"], unknown["rule"]) == ("undetermined", ["ledger.kind"], None)
    assert (level["status"], level["missing"]) == ("undetermined", ["ledger.level"])
    assert (silent["status"], silent["missing"], silent["compliance"]) == ("not_stipulated", [], "unknown")
    assert nothing == []
    assert [entry["status"] for (entry,) in told(plan, "shanxi", ledger(kind="wish_list"))] == ["not_reported"]


# -- counted duties ----------------------------------------------------------------------------------------------------


def test_a_count_about_its_number() -> None:
    plan = plan_for("2025-08-01")
    base = duty(kind="consultation", level="county", year=2025)
    rows = [{**base, "duty.count": number} for number in (0, 1, 2, 3)]
    rows += [{**base, "duty.year": 2024, "duty.count": 1}, base, {**base, "duty.last_done": day("2025-07-31")}]
    entries = [entry for (entry,) in told(plan, "jinhua", *rows)]
    assert [(entry["status"], entry["shortfall"], entry["actual"]) for entry in entries] == [
        ("in_progress", 2, 0),
        ("in_progress", 1, 1),
        ("met", 0, 2),
        ("met", 0, 3),
        ("not_met", 1, 1),
        ("undetermined", None, None),
        ("undetermined", None, None),
    ]
    assert {entry["required"] for entry in entries} == {2}
    # who was at the meetings stands in a list, which no column holds
    assert [one["status"] for one in entries[2]["readings"]] == ["met", "undetermined"]


def test_a_single_time_a_year_is_told_by_its_day_and_a_deadline_by_the_day_it_was_kept() -> None:
    plan = plan_for("2026-12-31")
    once = duty(kind="performance_evaluation", level="city", year=2026)
    (this,), (last,), (later,), (never,) = told(
        plan,
        "jinhua",
        *({**once, "duty.last_done": on} for on in (day("2026-01-01"), day("2025-12-31"), day("2027-01-01"), NEVER)),
    )
    assert [entry["status"] for entry in (this, last, later, never)] == [
        "met",
        "undetermined",
        "undetermined",
        "in_progress",
    ]
    built = duty(kind="platform_building", level="county")
    for as_of, overdue in (("2026-12-31", "in_progress"), ("2027-01-01", "not_met")):
        rows = [{**built, "duty.last_done": day(on)} for on in ("2026-12-31", "2027-01-01")]
        rows += [{**row, "duty.count": count} for row in rows for count in (0, 1, 2)]
        found = [entry for (entry,) in told(plan_for(as_of), "jinhua", *rows)]
        statuses = [entry["status"] for entry in found]
        assert statuses == [
            *("met", "undetermined"),
            *(overdue, "met", "met"),  # in time
            *(overdue, overdue, "undetermined"),  # the last of them too late: of two one may have been in time
        ]
        assert [entry["actual"] for entry in found[2:]] == [0, 1, 2, 0, 0, None]
        assert found[-1]["missing"] == ["duty.last_done"]


def test_a_number_that_can_be_read_in_two_ways() -> None:
    plan = plan_for("2025-08-01")
    rows = [duty(kind="festival_visits", year=2024, count=count) for count in (0, 1, 4, 5)]
    entries = [entry for (entry,) in told(plan, "jinhua", *rows)]
    assert [(entry["status"], entry["required"], entry["actual"], entry["shortfall"]) for entry in entries] == [
        ("not_met", 5, 0, 5),
        ("ambiguous", None, 1, None),
        ("ambiguous", None, 4, None),
        ("met", 5, 5, 0),
    ]


def test_a_year_out_of_reach_and_a_year_not_recorded() -> None:
    plan = plan_for("2025-08-01")
    base = duty(kind="brand_project", level="county", count=1)
    rows = [{**base, "duty.year": year} for year in (2023, 2024, 2026, 2027)]
    entries = [entry for (entry,) in told(plan, "jinhua", *rows, base)]
    assert [entry["status"] for entry in entries] == ["not_stipulated", "met", "met", "not_stipulated", "undetermined"]
    assert entries[4]["missing"] == ["duty.year"]
    assert [entry["rule"] is None for entry in entries] == [True, False, False, True, True]


# -- targets -----------------------------------------------------------------------------------------------------------


def test_a_target_to_the_last_decimal() -> None:
    plan = plan_for("2025-08-01")
    finest = Decimal("0.000000001")
    rows = [target(item=5, year=2025, value=Decimal("3.5") + step) for step in (-finest, Decimal(0), finest)]
    rows += [target(item=5, year=2024, value=Decimal("2.9")), target(item=5, year=2025), target(item=5, year=2027)]
    entries = [entry for (entry,) in told(plan, "jinhua", *rows)]
    assert [(entry["status"], entry["shortfall"]) for entry in entries] == [
        ("in_progress", 1e-9),
        ("met", 0),
        ("met", 0),
        ("not_met", 0.1),
        ("undetermined", None),
        ("not_stipulated", None),
    ]
    assert [entry["required"] for entry in entries] == [3.5, 3.5, 3.5, 3, 3.5, None]
    largest = target(item=4, year=2025, value=Decimal(10**15), value_in_year=Decimal(-(10**15)))
    assert told(plan, "jinhua", largest)[0][0]["shortfall"] == 10**15 + 14_300


def test_a_figure_of_the_year_and_a_running_total() -> None:
    plan = plan_for("2025-08-01")
    rows = [
        target(item=13, year=2025, value=Decimal(20), value_in_year=Decimal(5)),
        target(item=13, year=2024, value_in_year=Decimal(12)),
        target(item=13, year=2025, value_in_year=Decimal(16)),
        target(item=13, year=2025, value_in_year=Decimal(3)),
        target(item=2, year=2025, value_in_year=Decimal(2)),
        target(item=2, year=2025, value_in_year=Decimal(1)),
    ]
    entries = [entry for (entry,) in told(plan, "jinhua", *rows)]
    assert [(entry["status"], [one["status"] for one in entry["readings"]]) for entry in entries] == [
        ("in_progress", ["in_progress", "met"]),
        ("met", ["met", "met"]),
        ("met", ["met", "met"]),
        ("in_progress", ["in_progress", "undetermined"]),
        ("met", []),
        ("undetermined", []),
    ]
    assert [entry["flagged"] for entry in entries] == [True, False, False, False, False, False]


def test_a_target_without_its_item_or_year_wants_them() -> None:
    plan = plan_for("2025-08-01")
    entries = told(plan, "jinhua", target(value=Decimal(3)), target(item=5), target(year=2025))
    assert [entry["missing"] for (entry,) in entries] == [
        ["target.item", "target.year"],
        ["target.year"],
        ["target.item"],
    ]
    assert [entry["status"] for (entry,) in told(plan, "hubei", target(value=Decimal(3)))] == ["not_stipulated"]


# -- columns -----------------------------------------------------------------------------------------------------------


def test_a_row_of_everything_is_told_in_the_engines_order() -> None:
    plan = plan_for("2025-08-01")
    row = {
        **target(item=5, year=2025, value=Decimal(4)),
        **duty(kind="consultation", level="county", year=2025, count=2),
        **ledger(kind="supply", level="county", last_updated=day("2025-07-01")),
    }
    for region in FIVE:
        (entries,) = told(plan, region, row)
        assert [entry["part"] for entry in entries] == ["ledger", "count", "target"]


def test_facts_that_nobody_records_take_no_column_and_change_no_answer() -> None:
    today = day("2025-08-01")
    policies = answering_policies(installed_engine(), FIVE, today)
    layout = layout_of(policies.values(), ("duties",))
    gone = [name for name in layout.names if not name.startswith("ledger.") or name == "ledger.provided_to_townships"]
    wide, narrow = compiled(policies, today, None, ("duties",)), compiled(policies, today, None, ("duties",), gone)
    assert set(narrow.layout.names) == set(layout.names) - set(gone)
    assert narrow.layout.unrecorded == set(gone)
    assert not any(".count" in name or ".target" in name for name in narrow.columns())
    people = invent(narrow.layout, list(policies.values()), 400, 5, today)
    whole = people.frame.with_columns(
        pl.lit(None, column.dtype).alias(column.name) for column in layout.columns if column.name in gone
    )
    one, other = narrow.answer(people.frame.lazy()).collect(), wide.answer(whole.lazy()).collect()
    for ours, theirs in zip(one.iter_rows(named=True), other.iter_rows(named=True), strict=True):
        for region in FIVE:
            assert expanded_part(ours, narrow, region, "duties") == expanded_part(theirs, wide, region, "duties")
    assert differing(installed_engine(), narrow, people) == (2_000, [])


def test_what_is_left_out_of_the_answer_is_not_told() -> None:
    plan = plan_for("2025-08-01", ("tianjin",))
    frame = facts_frame([ledger(kind="supply", level="county", last_updated=day("2025-01-01"))], plan.layout)
    whole = plan.answer(frame.lazy()).collect()
    part = plan.answer(frame.lazy(), leaving_out=["ledger_readings", "ledger_due", "ledger_rule"]).collect()
    assert set(whole.columns) - set(part.columns) == {
        f"tianjin.duties.ledger_{name}" for name in ("readings", "due", "rule")
    }
    (entry,) = expanded_part(part.row(0, named=True), plan, "tianjin", "duties")
    assert (entry["status"], entry["readings"], entry["next_due"], entry["rule"]) == ("ambiguous", [], None, None)


def test_no_rule_is_called_as_no_rule_is_written() -> None:
    plan = plan_for("2025-08-01")
    for parts in plan.parts.values():
        part = parts["duties"]
        assert isinstance(part, DutiesColumns)
        for kind in part.kinds:
            assert kind.rule.words.count(NO_RULE) == 1
            assert len(set(kind.rule.words)) == len(kind.rule.words)


EXPECTED = {
    "ledger": {
        "hubei": {"fresh", "due_soon", "due_today", "overdue", "undetermined", "ambiguous", "not_stipulated", "none"},
        # no ledger is ruled on in these two
        "jinhua": {"undetermined", "not_stipulated", "none"},
        "shanghai": {"undetermined", "not_stipulated", "none"},
        "shanxi": {"no_fixed_interval", "undetermined", "not_reported", "none"},
        "tianjin": {
            *("fresh", "due_soon", "due_today", "overdue", "undetermined", "ambiguous", "not_stipulated", "none"),
            "no_fixed_interval",
        },
    },
    "count": {
        # only one of the five gives numbers
        "hubei": {"no_fixed_interval", "undetermined", "not_stipulated", "none"},
        "jinhua": {
            *("met", "in_progress", "not_met", "no_fixed_interval", "undetermined", "ambiguous", "not_stipulated"),
            "none",
        },
        "shanghai": {"no_fixed_interval", "undetermined", "not_stipulated", "none"},
        "shanxi": {"undetermined", "not_reported", "none"},
        "tianjin": {"no_fixed_interval", "undetermined", "not_stipulated", "none"},
    },
    "target": {
        **{region: {"not_stipulated", "none"} for region in ("hubei", "shanghai", "tianjin")},
        "shanxi": {"not_reported", "none"},
        # the readings of a target differ by advice, so that none is ambiguous
        "jinhua": {"met", "in_progress", "not_met", "undetermined", "not_stipulated", "none"},
    },
}


def test_every_status_that_a_region_can_give_occurs_and_is_the_engines() -> None:
    today = day("2025-08-01")
    policies = answering_policies(installed_engine(), FIVE, today)
    plan = compiled(policies, today, None, ("duties",))
    people = invent(plan.layout, list(policies.values()), 12_000, 11, today)
    out = plan.answer(people.frame.lazy()).collect()
    for region, parts in plan.parts.items():
        part = parts["duties"]
        assert isinstance(part, DutiesColumns)
        for kind, columns in zip(EXPECTED, part.kinds, strict=True):
            found = {columns.status.words[code] for code in out[columns.status.name].unique()}
            assert found == EXPECTED[kind][region], (kind, region)
        for field in part.fields:
            for meaning in field.meanings:
                place = field.bit(meaning)
                assert place is not None
                if field.name == "jinhua.duties.count_flagged":
                    continue  # without the meetings the other reading is open wherever this one is met
                assert (out[place[0]] & place[1] != 0).any(), (field.name, meaning)


# -- does the comparison bite? -----------------------------------------------------------------------------------------


def test_a_day_more_or_less_is_found() -> None:
    plan, today = plan_for("2025-08-01"), day("2025-08-01")
    people = invent(plan.layout, [part["duties"].policy for part in plan.parts.values()], 400, 3, today)
    moved = people.frame.with_columns(pl.col("ledger.last_updated") - 1)
    other = People(people.values, moved)
    assert differing(installed_engine(), plan, people)[1] == []
    assert any(" duties" in fault for fault in differing(installed_engine(), plan, other)[1])


def test_a_billionth_less_is_found() -> None:
    plan, today = plan_for("2025-08-01", ("jinhua",)), day("2025-08-01")
    people = invent(plan.layout, [plan.parts["jinhua"]["duties"].policy], 500, 4, today)
    column = plan.layout.column("target.value")
    less = [None if value is None else value - Decimal("1e-9") for value in people.values["target.value"]]  # type: ignore[operator]
    other = People(people.values, people.frame.with_columns(laid(column, less)))
    assert differing(installed_engine(), plan, other)[1]
