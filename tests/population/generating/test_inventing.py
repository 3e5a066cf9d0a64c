"""Invented rows: the same from the same seed, whatever the part; households, classes and limits as they should lie."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.engine.asking import small_policy
from tests.population.policies import HEAD

from xianjie.population.compiler.columns import Layout, laid_out
from xianjie.population.generating.draws import Draws, mixed, mixed_column
from xianjie.population.generating.households import division_weights
from xianjie.population.generating.inventing import TABLES, Invention, drawn, rows_of
from xianjie.population.generating.limits import limits_of
from xianjie.population.generating.unknowns import TOGETHER, shares_by_division
from xianjie.population.reading import read_columns
from xianjie.vocabulary import BASE

AS_OF = dt.date(2025, 8, 1).toordinal()
LINE, WINDOW_END = 10_000_000, dt.date(2023, 8, 1).toordinal()
LIMITS = {"household.annual_income": [LINE], "aid.exit_date": [WINDOW_END]}
COUNT = 30_000
ALL = tuple(TABLES)


def invention(**changes: Any) -> Invention:
    return Invention(**{"rows": COUNT, "seed": 7, "as_of": AS_OF, "limits": LIMITS, **changes})


def layout(of: Invention) -> Layout:
    return laid_out({spec.name: set() for spec in of.specs}, BASE)


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    """Draw people of whom all is known, as the facts are held."""
    return drawn(invention()).collect()


def test_numbers_are_mixed_as_splitmix_does() -> None:
    numbers = [0, 1, 2, 12, 2**32, 2**63, 2**64 - 1]
    frame = pl.DataFrame({"n": pl.Series(numbers, dtype=pl.UInt64)})
    assert frame.select(mixed_column(pl.col("n"), 7)).to_series().to_list() == [
        mixed(number ^ mixed(7)) for number in numbers
    ]
    assert mixed(0) == 0xE220A8397B1DCDAF  # the first number that Vigna's splitmix64.c draws from 0


def test_draws_have_their_shares_and_do_not_hang_together() -> None:
    draws = Draws("m")
    frame = pl.DataFrame({"m": pl.int_range(100_000, dtype=pl.UInt64, eager=True)}).select(
        mixed_column(pl.col("m"), 1).alias("m")
    )
    out = frame.select(
        draws.chance("a", 0.3).alias("a"),
        draws.chance("b", 0.3).alias("b"),
        draws.chance("always", 1.0).alias("always"),
        draws.chance("never", 0.0).alias("never"),
        draws.below("c", 6).alias("c"),
        draws.normal("d").alias("d"),
        draws.one_of("e", {4: 1, 9: 3}).alias("e"),
    )
    assert out["a"].mean() == pytest.approx(0.3, abs=0.01)
    assert out.select((pl.col("a") & pl.col("b")).mean()).item() == pytest.approx(0.09, abs=0.01)
    assert (out["always"].all(), out["never"].any()) == (True, False)
    assert sorted(out["c"].unique()) == list(range(6))
    assert out["c"].mean() == pytest.approx(2.5, abs=0.03)
    assert out["d"].mean() == pytest.approx(0, abs=0.02)
    assert out["d"].std() == pytest.approx(1, abs=0.02)
    assert out.select((pl.col("e") == 9).mean()).item() == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("tables", [("people",), ALL])
def test_a_row_depends_on_its_number_and_the_seed_alone(tables: tuple[str, ...]) -> None:
    of = invention(tables=tables, dirty=0.05, rows=2_000)
    whole = rows_of(of).collect()
    assert len(whole) == 2_000
    for first, count in ((0, 1), (1, 500), (777, 13), (1_990, 50)):
        assert_frame_equal(rows_of(of, first, count).collect(), whole.slice(first, count))
    more = rows_of(invention(tables=tables, dirty=0.05, rows=2_500)).collect()
    assert_frame_equal(more.head(2_000), whole)
    assert_frame_equal(rows_of(of).collect(engine="in-memory"), whole)
    assert not rows_of(invention(tables=tables, dirty=0.05, rows=2_000, seed=8)).collect().equals(whole)


def test_a_fact_is_the_same_whatever_else_is_asked_for() -> None:
    alone, all_of = (rows_of(invention(tables=tables, rows=600)).collect() for tables in (("people",), ALL))
    assert_frame_equal(all_of.select(alone.columns), alone)


def test_members_of_a_household_share_its_facts_and_its_division(people: pl.DataFrame) -> None:
    shared = [name for name in people.columns if name.startswith("household.")] + ["·division"]
    together = people.group_by("·first").agg(
        pl.len().alias("members"),
        *(pl.col(name).n_unique().alias(f"{name} ways") for name in shared),
        pl.col("household.size").first(),
    )
    assert together.select(pl.col("^.* ways$").max()).row(0) == (1,) * len(shared)
    assert together.filter(pl.col("members") != pl.col("household.size")).is_empty()
    sizes = dict(people["household.size"].value_counts().iter_rows())
    assert set(sizes) == set(range(1, 9))
    assert max(sizes, key=sizes.__getitem__) in (2, 3)


def test_classes_follow_from_age_health_and_income(people: pl.DataFrame) -> None:
    def share(of: pl.Expr, among: pl.Expr) -> float:
        return float(people.filter(among).select(of.mean()).item())

    def income(among: pl.Expr) -> float:
        sums = people.filter(among)
        return float(sums.select((pl.col("household.annual_income") / pl.col("household.size")).median()).item())

    person = {name: pl.col(f"person.{name}") for name in ("tekun", "dibao_recipient", "minor", "elderly", "orphan")}
    anybody, alone = pl.lit(True), pl.col("household.size") == 1
    assert share(person["minor"] & person["elderly"], anybody) == 0
    assert share(person["minor"], person["orphan"]) == 1
    assert share(person["tekun"] & (person["dibao_recipient"] | ~alone), anybody) == 0
    assert share(person["dibao_recipient"], anybody) > 0.1
    for one, other in (("tekun", "dibao_recipient"), ("dibao_recipient", "dibao_marginal_member")):
        assert income(pl.col(f"person.{one}")) < income(pl.col(f"person.{other}")) < income(anybody)
    ill = pl.col("person.seriously_ill")
    assert share(pl.col("person.cannot_self_care"), ill) > 3 * share(pl.col("person.cannot_self_care"), ~ill)
    received = pl.col("aid.received")
    assert share(received, person["dibao_recipient"]) > 0.95 > 0.3 > share(received, ~pl.col("·named"))
    assert share(pl.col("aid.still_in_difficulty"), ~received) < 0.03
    applied = pl.col("aid.application_submitted") > 0
    refused = pl.col("aid.application_refused") > 0
    assert share(pl.col("aid.application_submitted") <= pl.col("aid.application_refused"), refused) == 1
    assert share(applied, refused) == 1
    assert share(applied == pl.col("aid.application_is_new"), anybody) == 1
    assert share((pl.col("aid.exit_date") > 0) == pl.col("aid.exit_programme").is_not_null(), anybody) == 1


def test_every_limit_is_met_below_on_and_above(people: pl.DataFrame) -> None:
    for fact, limits in LIMITS.items():
        for near in (limits[0] - 1, limits[0], limits[0] + 1):
            assert people.filter(pl.col(fact) == near).height > 5, (fact, near)
    assert people.filter(pl.col("aid.temporary_aid_date") == dt.date(2024, 8, 1).toordinal()).height > 0


def test_facts_are_missing_together_and_by_division() -> None:
    share = 0.2
    rows = rows_of(invention(unknown=share)).collect()
    facts = [spec.name for spec in invention().specs if spec.name != "aid.exit_programme"]
    missing = rows.select(pl.col(name).is_null().mean() for name in facts).row(0)
    assert all(abs(one - share) < 0.03 for one in missing)
    one, other, *_ = (pl.col(name).is_null() for name in TOGETHER["finances"])
    assert rows.select((one & other).mean()).item() > 2 * share**2
    by_division = rows.group_by("division").agg(pl.col("aid.received").is_null().mean())["aid.received"].to_list()
    assert min(by_division) < share / 2 < 1.4 * share < max(by_division)
    household = rows.group_by("household_ref").agg(pl.col("household.annual_income").is_null().n_unique().alias("ways"))
    assert household["ways"].max() == 1


def test_shares_of_unknown_facts_come_to_the_mean() -> None:
    for divisions in (1, 2, 20, 500):
        shares, weights = shares_by_division(3, divisions, 0.05), division_weights(divisions)
        assert sum(weights) == pytest.approx(1)
        assert sum(weight * one for weight, one in zip(weights, shares, strict=True)) == pytest.approx(0.05)


def test_where_all_is_known_nothing_is_missing_but_what_never_was() -> None:
    rows = rows_of(invention(unknown=0.0, tables=ALL, rows=3_000)).collect()
    assert [name for name, count in rows.null_count().row(0, named=True).items() if count] == ["aid.exit_programme"]


def test_divisions_and_labels_are_plainly_invented() -> None:
    rows = rows_of(invention(divisions=150, in_chinese=True, tables=ALL, rows=20_000)).collect()
    assert rows["division"].n_unique() == 150
    assert all(re.fullmatch(r"99\d{4}", code) for code in rows["division"].unique())
    assert rows["case"].n_unique() == 20_000
    text = rows.head(2_000).write_csv()
    assert not re.search(r"\d{17}[\dXx]", text)


@pytest.mark.parametrize("tables", [(table,) for table in TABLES])
def test_clean_rows_are_read_without_a_fault_and_in_chinese_mean_the_same(tables: tuple[str, ...]) -> None:
    read = []
    for in_chinese in (False, True):
        of = invention(tables=tables, rows=1_500, in_chinese=in_chinese)
        found = read_columns(rows_of(of), layout(of), AS_OF)
        rows, rejects = pl.collect_all([found.rows, found.rejects])
        assert rejects.is_empty()
        assert len(rows) == 1_500
        read.append(rows)
    assert_frame_equal(*read)


def test_what_is_written_is_what_was_drawn(people: pl.DataFrame) -> None:
    of = invention(unknown=0.0, rows=3_000)
    rows = read_columns(rows_of(of), layout(of), AS_OF).rows.collect()
    for spec in of.specs:
        if spec.name != "aid.special_programmes":
            assert rows[spec.name].to_list() == people[spec.name].head(3_000).to_list(), spec.name
    held = people["aid.special_programmes"].head(3_000).to_list()
    assert rows["aid.special_programmes"].to_list() == [int(code > 0) for code in held]


def test_limits_are_read_off_the_policies() -> None:
    groups = "groups:\n  - {id: g1, gives: coverage, zh: 组, en: group}\n"
    rules = (
        ("r1", "household.annual_income < income_line"),
        ("r2", "2 * household.annual_income <= income_line * household.size"),
        ("r3", "within(aid.exit_date, years=window)"),
    )
    clauses = "clauses:\n  - path: 一\n    treatment: rules\n    rules:\n" + "".join(
        f"      - {{part: group, id: {name}, group: g1, force: must, zh: 规则。, en: A rule., when: '{when}'}}\n"
        for name, when in rules
    )
    found = limits_of([small_policy(HEAD + groups + clauses)], AS_OF)
    line = 10_000_000  # of the policy, in fen
    assert set(found["household.annual_income"]) == {line, *(line * size // 2 for size in range(1, 7)), 0}
    assert WINDOW_END in found["aid.exit_date"]
    assert set(found) == {"household.annual_income", "household.size", "aid.exit_date"}
