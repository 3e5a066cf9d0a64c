"""Frames put to regions: what is refused, what goes along, and a few rows whole, from the file to the words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.asking import engine_for, small_policy
from tests.population.people import Held, case_of, happened, pools_of
from tests.population.telling import part_told

from xianjie.api import installed_engine
from xianjie.cases.steps import DATED
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError
from xianjie.population.answering import answering_policies, assess_frame
from xianjie.population.compiler.columns import DIMENSIONS, facts_frame, layout_of
from xianjie.population.compiler.eligibility import EligibilityColumns
from xianjie.population.compiler.fields import Field
from xianjie.population.compiler.policies import beside_name, compiled
from xianjie.population.expanding import expanded, expanded_part
from xianjie.population.reading import read_columns

FIVE = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")
AS_OF = dt.date(2025, 8, 1).toordinal()
POLICIES = answering_policies(installed_engine(), FIVE, AS_OF)
PLAN = compiled(POLICIES, AS_OF, None, DIMENSIONS)
POOLS = pools_of(PLAN.layout, list(POLICIES.values()), AS_OF)
ENGINES: tuple[Any, ...] = ("streaming", "in-memory")


@st.composite
def families(draw: st.DrawFn) -> list[dict[str, Held]]:
    """Draw a few people who differ in a handful of facts; dates tell the flags beside them."""
    common = {name: draw(st.sampled_from([None, *POOLS[name]])) for name in POOLS}
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        changed = draw(st.sets(st.sampled_from(sorted(POOLS)), max_size=6))
        row = {**common, **{name: draw(st.sampled_from([None, *POOLS[name]])) for name in sorted(changed)}}
        for flag, on in DATED:
            if (when := row[on]) is not None:
                row[flag] = happened(when, AS_OF)
        rows.append({name: value for name, value in row.items() if value is not None})
    return rows


@given(families())
@settings(max_examples=25, deadline=None)
def test_a_few_rows_say_all_that_the_engine_says_of_each(rows: list[dict[str, Held]]) -> None:
    out = PLAN.answer(facts_frame(rows, PLAN.layout).lazy()).collect()
    for facts, row in zip(rows, out.iter_rows(named=True), strict=True):
        case = case_of(facts, None, frozenset({"person", "organisation"}))
        regions = installed_engine().assess(case, FIVE, AS_OF)["regions"]
        for region, parts in expanded(row, PLAN).items():
            for dimension, part in parts.items():
                assert part_told(part, dimension) == part_told(regions[region].get(dimension), dimension)
            for entry, group in zip(
                regions[region]["eligibility"]["groups"], parts["eligibility"]["groups"], strict=True
            ):
                if entry["status"] in ("covered", "priority_match"):
                    assert entry["why"]["rule"] == group["rule"]


def test_from_a_file_to_the_words_of_an_answer(tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.parquet"
    path.write_text(
        "id,收入,household.size,household.property_within_limits,person.left_behind_child,aid.exit_date\n"
        "a,9.9999万元,3,是,否,从未\nb,100000,5,是,否,never\nc,,3,true,,2023-08-01\nd,5,0,是,否,从未\n",
        encoding="utf-8",
    )
    layout = layout_of([POLICIES["jinhua"]])
    held = {"household.annual_income", *(name for name in layout.names if name in path.read_text(encoding="utf-8"))}
    read = read_columns(
        pl.scan_csv(path, infer_schema=False),
        layout,
        AS_OF,
        {"household.annual_income": "收入"},
        set(layout.names) - held,
        ["id"],
    )
    jinhua = {"jinhua": POLICIES["jinhua"]}
    assess_frame(read.rows, jinhua, AS_OF, keep=["id"]).sink_parquet(out)
    plan = compiled(jinhua, AS_OF)
    rows = {
        row["id"]: expanded_part(row, plan, "jinhua", "eligibility")
        for row in pl.read_parquet(out).iter_rows(named=True)
    }
    uplift = {name: next(group for group in entry["groups"] if group["id"] == "uplift") for name, entry in rows.items()}
    assert {name: group["status"] for name, group in uplift.items()} == {
        "a": "covered",
        "b": "ambiguous",
        "c": "undetermined",
    }
    assert [(one["reading"], one["status"]) for one in uplift["b"]["readings"]] == [
        ("flat", "not_matched"),
        ("per-head", "covered"),
    ]
    assert uplift["c"]["missing"] == ["person.left_behind_child", "household.annual_income"]
    assert (rows["a"]["status"], uplift["a"]["rule"], uplift["a"]["clause"]) == (
        "covered",
        "low-income-household",
        "三",
    )
    assert rows["c"]["status"] == "covered"  # left assistance two years ago to the day
    assert rows["c"]["missing"] == []
    assert read.rejects.collect().rows() == [(3, "household.size", "number-too-small")]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_region_that_says_nothing_is_answered_row_by_row(engine: Any) -> None:
    silent = {"shanxi": POLICIES["shanxi"]}
    for frame in (pl.LazyFrame({"id": [1, 2, 3]}), pl.LazyFrame({"id": []}, schema={"id": pl.Int64})):
        out = assess_frame(frame, silent, AS_OF, keep=["id"]).collect(engine=engine)
        assert out.height == frame.collect().height
        assert out.columns == ["id", "shanxi.eligibility.status"]
    plan = compiled(silent, AS_OF)
    found = expanded_part(
        out.row(0, named=True) if out.height else {"shanxi.eligibility.status": 6}, plan, "shanxi", "eligibility"
    )
    assert found["status"] == found["coverage"] == found["priority"] == "not_reported"
    assert assess_frame(pl.LazyFrame({"id": [1, 2]}), silent, AS_OF).collect(engine=engine).height == 2


def test_fields_left_out_are_not_there_and_the_rest_stays() -> None:
    rows = [{name: values[0] for name, values in POOLS.items()}, {}]
    frame = facts_frame(rows, PLAN.layout).lazy()
    whole = PLAN.answer(frame).collect()
    part = PLAN.answer(frame, leaving_out=["group_missing", "readings"]).collect()
    gone = {name for name in whole.columns if name not in part.columns}
    assert gone
    assert {name.split(".")[2] for name in gone} == {"group_missing", "readings"}
    assert whole.select(part.columns).equals(part)
    (first, _) = (expanded_part(row, PLAN, "hubei", "eligibility") for row in part.iter_rows(named=True))
    assert all(group["missing"] == [] for group in first["groups"])


def test_a_frame_at_once_is_answered_as_piece_by_piece_and_truths_go_along_as_they_are_packed() -> None:
    frame = facts_frame(
        [{name: values[at % len(values)] for name, values in POOLS.items()} for at in range(40)], PLAN.layout
    )
    fields = [field for parts in PLAN.parts.values() for part in parts.values() for field in part.fields]
    truths = sorted({truth for field in fields for truth in field.truths})
    whole = PLAN.answered(frame, beside=truths)
    plain = PLAN.answered(frame)
    assert plain.equals(PLAN.answer(frame.lazy()).collect(engine="streaming"))
    assert whole.select(plain.columns).equals(plain)
    assert set(whole.columns) - set(plain.columns) == {beside_name(truth) for truth in truths}
    for field in fields:
        for meaning in field.meanings:
            column, mask = field.bit(meaning) or ("", 0)
            assert (whole[column] & mask != 0).equals(whole[beside_name(field.truth(meaning))]), (field.name, meaning)


def test_a_field_of_more_than_64_bits_takes_several_columns() -> None:
    part = PLAN.parts["jinhua"]["services"]
    wide = next(field for field in part.fields if len(field.truths) > 64)
    assert wide.columns == (wide.name, f"{wide.name}.1", f"{wide.name}.2")
    assert wide.bit(wide.meanings[64]) == (f"{wide.name}.1", 1)
    assert wide.bit(("nothing",)) is None
    row = dict.fromkeys(wide.columns, 1)
    assert wide.held(row) == {wide.meanings[0], wide.meanings[64], wide.meanings[128]}
    assert Field("f", (), ()).columns == ()


def test_what_is_wrong_with_a_frame_is_told_before_a_row_is_read() -> None:
    frame = facts_frame([{}], PLAN.layout).lazy()
    with pytest.raises(InputError) as caught:
        PLAN.answer(frame.drop("person.tekun").with_columns(pl.col("household.size").cast(pl.String)), keep=["id"])
    assert [(problem.code, problem.place.path) for problem in caught.value.problems] == [
        ("column-missing", "person.tekun"),
        ("column-missing", "id"),
        ("column-type", "household.size"),
    ]


def test_what_is_asked_is_checked() -> None:
    for regions, code in (([], "region-missing"), (["hubai"], "region-unknown"), (["hubei@gone"], "document-unknown")):
        with pytest.raises(InputError, match=code):
            answering_policies(installed_engine(), regions, AS_OF)
    with pytest.raises(InputError, match="reading-unknown"):
        answering_policies(installed_engine(), FIVE, AS_OF, Settings(readings={"jinhua:gone": "flat"}))
    with pytest.raises(InputError, match="region-missing"):
        compiled({}, AS_OF)
    with pytest.raises(InputError, match="dimension-unknown"):
        compiled(POLICIES, AS_OF, None, ("eligibility", "referrals"))


def test_one_region_under_two_names_is_compiled_once() -> None:
    once = compiled({"jinhua": POLICIES["jinhua"]}, AS_OF)
    twice = compiled({"jinhua": POLICIES["jinhua"], "again": POLICIES["jinhua"]}, AS_OF)
    assert len(once.terms) == len(twice.terms)
    assert twice.columns()[: len(once.columns())] == once.columns()


def test_what_two_regions_share_is_a_term_of_both() -> None:
    apart = sum(len(compiled({name: policy}, AS_OF).terms) for name, policy in POLICIES.items())
    assert len(compiled(POLICIES, AS_OF).terms) < apart


def test_the_five_ask_for_the_engines_very_facts() -> None:
    assert all(getattr(parts["eligibility"], "exact") for parts in PLAN.parts.values())  # noqa: B009 - one of two kinds


BEYOND = small_policy(
    """
    groups:
      - {id: g, gives: coverage, zh: 组, en: group}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - part: group
            id: r
            group: g
            force: may
            zh: 规则。
            en: A rule.
            when: >-
              (person.dibao_recipient or person.tekun) and (person.orphan or person.elderly) and
              (person.minor or person.disabled) and (person.student or person.able_to_work) and
              (person.seriously_ill or person.cannot_self_care) and (person.left_behind_child or person.elderly_alone)
              and (person.child_in_difficulty or person.willing_to_work) and
              (person.good_conduct_and_study or person.has_micro_wish) and
              (person.other_hardship or person.other_poverty_risk)
    """
)


def test_beyond_the_engines_bound_no_more_is_asked_for_than_by_the_engine_and_enough() -> None:
    plan = compiled({"small": BEYOND}, AS_OF)
    part = plan.parts["small"]["eligibility"]
    assert isinstance(part, EligibilityColumns)
    assert replace(part) == part
    assert not part.exact
    names = plan.layout.names
    rows: list[dict[str, Held]] = [{}, {names[0]: True}, dict.fromkeys(names[2:], True), dict.fromkeys(names, False)]
    out = plan.answer(facts_frame(rows, plan.layout).lazy()).collect()
    for facts, row in zip(rows, out.iter_rows(named=True), strict=True):
        ours = expanded_part(row, plan, "small", "eligibility")
        theirs = engine_for(BEYOND).assess(case_of(facts), ["small"], AS_OF)["regions"]["small"]["eligibility"]
        assert ours["status"] == theirs["status"]
        assert set(ours["missing"]) <= set(theirs["missing"])
        assert bool(ours["missing"]) is bool(theirs["missing"])
