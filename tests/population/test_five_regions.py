"""Many answers in columns are the engine's, region by region: status, groups, rules, missing facts, readings."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.population.people import invent
from tests.population.telling import differing

from xianjie.api import installed_engine, overlays_of
from xianjie.engine.choice import supposing
from xianjie.engine.inquiry import Settings
from xianjie.population.answering import answering_policies
from xianjie.population.compiler.columns import DIMENSIONS
from xianjie.population.compiler.policies import compiled
from xianjie.population.compiler.terms import Terms

FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
ROWS = {"eligibility": 120_000, "services": 25_000, "incentives": 20_000, "duties": 20_000, "referral": 15_000}
"""A million rows in all: so many in each region, each row to the rules of one."""
SLICE = 20_000
ROUNDS = int(os.environ.get("XIANJIE_ROUNDS", "1"))
"""`make fuzz-population` goes round four times, with other rows each time."""
DATES = ("2025-08-01", "2024-02-29", "2025-02-28", "2026-03-31")
ALL = frozenset({"person", "household", "aid", "organisation", "area"})
OVERLAYS = [f"examples/revisions/{region}.overlay.yaml" for region in FIVE]


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def compare(
    seed: int, rows: int, as_of: int, dimensions: Sequence[str] = ("eligibility",), regions: Sequence[str] = FIVE
) -> tuple[int, list[str]]:
    """Compare one slice; gives how many answers were compared, and what differed.

    To regions that ask for nothing the facts are put that the others ask for.
    """
    engine = installed_engine()
    policies = answering_policies(engine, regions, as_of)
    plan = compiled(policies, as_of, None, dimensions)
    layout = plan.layout
    if not layout.columns:
        layout = compiled(answering_policies(engine, FIVE, as_of), as_of, None, dimensions).layout
    people = invent(layout, list(policies.values()), rows, seed, as_of)
    return differing(engine, plan, people, None, None if dimensions == ("eligibility",) else ALL)


def test_there_are_a_million_rows() -> None:
    assert len(FIVE) * sum(ROWS.values()) == 1_000_000
    assert set(ROWS) == set(DIMENSIONS)


@pytest.mark.parametrize("turn", range(ROUNDS))
@pytest.mark.parametrize("region", FIVE)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_answers_are_the_engines(dimension: str, region: str, turn: int) -> None:
    starts = range(0, ROWS[dimension], SLICE)
    for number, start in enumerate(starts, turn * len(starts)):
        rows = min(SLICE, ROWS[dimension] - start)
        today = day(DATES[number % len(DATES)])
        assert compare(20261122 + number, rows, today, (dimension,), [region]) == (rows, [])


def readings() -> list[dict[str, str]]:
    """Name every option of every set of readings that takes part alone, and the last options all together."""
    sets = {
        f"{policy.region}:{axis}": [option.id for option in policy.file.readings[axis].options]
        for policy in installed_engine().policies.values()
        for found in (
            *(line.readings for line in policy.groups),
            *(line.readings for line in (*policy.services, *policy.incentives, *policy.ledgers)),
            *(line.readings for line in (*policy.simplifications, *policy.referral_duties)),
            *(found for _, _, found in policy.counts),
            *(found for _, _, items in policy.targets for found in items.values()),
            *(line.trigger.readings for line in policy.referrals.values() if line.trigger is not None),
        )
        for reading in found.all
        for axis in reading.options
    }
    assert len(sets) > 4
    return [
        *({axis: option} for axis, options in sets.items() for option in options),
        {axis: options[-1] for axis, options in sets.items()},
    ]


@pytest.mark.parametrize("chosen", [{}, *readings()], ids=lambda chosen: " ".join(chosen.values()))
def test_every_reading_settled_gives_the_engines_answers_in_every_dimension(chosen: dict[str, str]) -> None:
    engine, settings, as_of = installed_engine(), Settings(readings=chosen), day("2025-08-01")
    regions = sorted({axis.partition(":")[0] for axis in chosen}) or list(FIVE)
    policies = answering_policies(engine, regions, as_of, settings)
    plan = compiled(policies, as_of, settings, DIMENSIONS)
    people = invent(plan.layout, list(policies.values()), 100, len(str(chosen)), as_of)
    assert differing(engine, plan, people, settings, ALL) == (100 * len(regions), [])


def test_every_dimension_together_is_the_engines() -> None:
    engine, as_of = installed_engine(), day("2026-02-28")
    policies = answering_policies(engine, FIVE, as_of)
    plan = compiled(policies, as_of, None, DIMENSIONS)
    people = invent(plan.layout, list(policies.values()), 400, 7, as_of)
    assert differing(engine, plan, people, None, ALL) == (400 * len(FIVE), [])


def test_supposed_changes_are_answered_as_the_engine_does() -> None:
    base, as_of = installed_engine(), day("2025-08-01")
    engine = base.under(supposing(base.documents.timelines, overlays_of(OVERLAYS)))
    policies = answering_policies(engine, FIVE, as_of)
    assert all(policy.supposed for policy in policies.values())
    plan = compiled(policies, as_of, None, DIMENSIONS)
    people = invent(plan.layout, list(policies.values()), 120, 11, as_of)
    assert differing(engine, plan, people, None, ALL) == (120 * len(FIVE), [])
    _, faults = differing(base, plan, people, None, ALL)
    assert faults, "the overlays change nothing: the comparison would not see them"
    engine.close()


def test_every_pattern_of_rules_reading_and_status_occurs() -> None:
    as_of = day("2025-08-01")
    policies = answering_policies(installed_engine(), FIVE, as_of)
    plan = compiled(policies, as_of)
    people = invent(plan.layout, list(policies.values()), 10_000, 5, as_of)
    out = plan.answer(people.frame.lazy()).collect()
    assert set(out["jinhua.eligibility.status"].unique()) == {0, 1, 2, 3}
    assert set(out["shanghai.eligibility.status"].unique()) == {4, 5}
    for parts in plan.parts.values():
        for field in parts["eligibility"].fields:
            for meaning in field.meanings:
                place = field.bit(meaning)
                assert place is not None
                assert (out[place[0]] & place[1] != 0).any(), (field.name, meaning)


# -- does the comparison bite? -----------------------------------------------------------------------------------------


def test_a_slip_in_the_columns_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Terms.holds
    monkeypatch.setattr(Terms, "holds", lambda self, part: self.can_hold(part) if part % 7 == 3 else whole(self, part))
    assert compare(1, 2_000, day("2025-08-01"))[1]


def test_a_window_a_day_short_is_found() -> None:
    engine, as_of = installed_engine(), day("2025-08-01")
    policies = answering_policies(engine, ["jinhua"], as_of)
    plan = compiled(policies, as_of)
    people = invent(plan.layout, list(policies.values()), 3_000, 3, as_of)
    other = replace(compiled(policies, as_of - 1), as_of=as_of)
    assert differing(engine, plan, people)[1] == []
    assert differing(engine, other, people)[1]
