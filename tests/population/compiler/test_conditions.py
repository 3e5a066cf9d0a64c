"""Conditions in columns know what the engine knows: a ledger's facts in its own block alone, and what is recorded."""

from __future__ import annotations

import polars as pl
import pytest
from tests.engine.asking import engine_for, small_policy
from tests.population.people import Held, case_of, people_of
from tests.population.telling import part_told

from xianjie.language import ir, nodes
from xianjie.population.compiler.columns import DIMENSIONS, laid_out
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.policies import compiled
from xianjie.population.compiler.terms import NO, UNKNOWN, YES, SameYear, Terms
from xianjie.population.expanding import expanded_part
from xianjie.vocabulary import BASE

AS_OF = 739_372
POLICY = small_policy(
    """
    groups:
      - {id: g, gives: coverage, zh: 组, en: group}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: group, id: r, group: g, force: may, zh: 则。, en: Rule., when: ledger.established or person.orphan}
          - part: advice
            id: a
            advice: apply_for_government_aid
            force: may
            when: known(duty.count)
            zh: 则。
            en: Rule.
          - part: ledger
            id: l
            ledgers: [supply]
            force: must
            cadence: 及时
            requires: {platform: ledger.established and person.orphan, window: known(duty.count)}
            zh: 则。
            en: Rule.
    """
)


def test_facts_of_records_beside_a_case_are_unknown_to_its_other_parts() -> None:
    plan = compiled({"small": POLICY}, AS_OF, None, DIMENSIONS)
    engine = engine_for(POLICY)
    rows: list[dict[str, Held]] = [
        {"ledger.established": True, "ledger.kind": "supply", "duty.count": 3, **orphan}
        for orphan in ({}, {"person.orphan": True}, {"person.orphan": False})
    ]
    out = plan.answer(people_of(plan.layout, rows).frame.lazy()).collect()
    statuses, complied = [], []
    for facts, row in zip(rows, out.iter_rows(named=True), strict=True):
        answer = engine.assess(case_of(facts), ["small"], AS_OF)["regions"]["small"]
        for dimension in ("eligibility", "duties"):
            found = expanded_part(row, plan, "small", dimension)
            assert part_told(found, dimension) == part_told(answer[dimension], dimension)
        statuses.append(expanded_part(row, plan, "small", "eligibility")["status"])
        complied.append(expanded_part(row, plan, "small", "duties")[0]["unmet"])
    assert statuses == ["undetermined", "covered", "undetermined"]
    assert complied == [["window"], ["window"], ["platform", "window"]]
    engine.close()


def test_what_is_hidden_or_recorded_by_nobody_is_unknown_and_costs_nothing() -> None:
    layout = laid_out({"person.orphan": set(), "household.size": set()}, BASE)
    terms = Terms(layout)
    columns = Conditions(terms, {}, ir.Frame(AS_OF, {}, BASE.events), frozenset({"person.orphan"}))
    orphan = nodes.Fact("person.orphan")
    assert columns.value(orphan) == columns.value(nodes.Not(orphan)) == UNKNOWN
    assert columns.value(nodes.Known(orphan)) == NO
    assert columns.value(nodes.Or((orphan, nodes.Truth(True)))) == YES
    assert columns.missing(orphan) == {"person.orphan": YES}
    assert terms.is_open(UNKNOWN) == terms.can_hold(UNKNOWN) == terms.can_fail(UNKNOWN) == YES
    assert terms.holds(UNKNOWN) == terms.fails(UNKNOWN) == NO
    _, read = terms.layers([UNKNOWN])
    assert pl.LazyFrame({"n": [1, 2]}).with_columns(read(UNKNOWN).alias("u")).collect()["u"].to_list() == [None, None]


@pytest.mark.parametrize("engine", ["streaming", "in-memory"])
def test_a_day_lies_in_its_year(engine: pl._typing.EngineType) -> None:
    layout = laid_out({"duty.last_done": set(), "duty.year": set()}, BASE)
    terms = Terms(layout)
    same = terms.atom(SameYear("duty.last_done", "duty.year"))
    _, read = terms.layers([same, terms.is_open(same)])
    days = [0, 1, 739_252, 739_616, 739_617, None, 739_252, 3_652_059]
    years = [1_949, 1, 2_025, 2_025, 2_025, 2_025, None, 9_999]
    frame = pl.LazyFrame({"duty.last_done": days, "duty.year": years}, schema=layout.schema)
    found = frame.select(read(same).alias("same")).collect(engine=engine)["same"].to_list()
    assert found == [False, True, True, True, False, None, None, True]
