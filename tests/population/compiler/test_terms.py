"""Kleene's logic in columns, what is certain of a truth, and that nothing is worked out twice."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest

from xianjie.language import ir
from xianjie.language.evaluate import all_of, any_of, opposite
from xianjie.population.compiler.columns import laid_out
from xianjie.population.compiler.terms import NO, YES, Between, Terms
from xianjie.vocabulary import BASE

FLAGS = ("person.orphan", "person.elderly", "person.minor")
VALUES = (True, False, None)
ROWS = list(product(VALUES, repeat=3))
LAYOUT = laid_out({**{name: set() for name in FLAGS}, "aid.exit_date": set(), "household.size": set()}, BASE)
ENGINES: tuple[pl._typing.EngineType, ...] = ("streaming", "in-memory")


def frame() -> pl.LazyFrame:
    columns = {name: [row[at] for row in ROWS] for at, name in enumerate(FLAGS)}
    return pl.LazyFrame(columns, schema={name: pl.Boolean() for name in FLAGS})


def worked_out(terms: Terms, numbers: list[int], engine: pl._typing.EngineType) -> list[list[bool | None]]:
    layers, read = terms.layers(numbers)
    rows = frame()
    for layer in layers:
        rows = rows.with_columns(layer)
    out = rows.with_columns(read(number).alias(f"out {at}") for at, number in enumerate(numbers))
    return [out.collect(engine=engine)[f"out {at}"].to_list() for at in range(len(numbers))]


@pytest.mark.parametrize("engine", ENGINES)
def test_and_or_and_not_are_kleenes(engine: pl._typing.EngineType) -> None:
    terms = Terms(LAYOUT)
    flags = [terms.atom(ir.Flag(name)) for name in FLAGS]
    both, either = terms.all_of(flags), terms.any_of(flags)
    nested = terms.any_of((terms.opposite(both), terms.all_of((flags[0], terms.opposite(flags[2])))))
    found = worked_out(terms, [both, either, terms.opposite(both), nested], engine)
    assert found[0] == [all_of(row) for row in ROWS]
    assert found[1] == [any_of(row) for row in ROWS]
    assert found[2] == [opposite(all_of(row)) for row in ROWS]
    assert found[3] == [any_of([opposite(all_of(row)), all_of([row[0], opposite(row[2])])]) for row in ROWS]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_certain_of_a_truth_is_never_null(engine: pl._typing.EngineType) -> None:
    terms = Terms(LAYOUT)
    flags = [terms.atom(ir.Flag(name)) for name in FLAGS]
    for truth, worth in ((terms.all_of(flags), all_of), (terms.opposite(terms.any_of(flags)), None)):
        values = [worth(row) if worth else opposite(any_of(row)) for row in ROWS]
        asked = [terms.is_open(truth), terms.holds(truth), terms.fails(truth), terms.can_hold(truth)]
        asked.append(terms.can_fail(truth))
        assert worked_out(terms, asked, engine) == [
            [value is None for value in values],
            [value is True for value in values],
            [value is False for value in values],
            [value is not False for value in values],
            [value is not True for value in values],
        ]


def test_equal_terms_are_one_and_constants_fold() -> None:
    terms = Terms(LAYOUT)
    a, b = (terms.atom(ir.Flag(name)) for name in FLAGS[:2])
    assert terms.all_of((a, b)) == terms.all_of((b, a, a)) == terms.all_of((YES, b, a))
    assert terms.any_of((a, YES)) == YES
    assert terms.all_of((a, NO)) == NO
    assert terms.any_of(()) == NO
    assert terms.all_of(()) == YES
    assert terms.opposite(terms.opposite(a)) == a
    assert terms.opposite(NO) == YES
    assert terms.is_open(terms.unrecorded(FLAGS[0])) == NO
    assert terms.is_open(terms.opposite(a)) == terms.is_open(a) == terms.unrecorded(FLAGS[0])
    size = terms.atom(ir.Linear(">", ((1, ("household.size",)),), 3, ("household.size",)))
    assert terms.is_open(size) == terms.unrecorded("household.size")
    assert terms.atom(ir.Linear("<", (), 3, ())) == YES
    assert terms.atom(ir.Linear("!=", (), 0, ())) == NO
    assert terms.atom(Between("aid.exit_date", 1, 9)) == terms.atom(Between("aid.exit_date", 1, 9))


def test_what_is_used_twice_is_a_column_of_a_layer_and_each_layer_rests_on_those_before() -> None:
    terms = Terms(LAYOUT)
    a, b, c = (terms.atom(ir.Flag(name)) for name in FLAGS)
    shared = terms.all_of((a, b))
    above = terms.any_of((shared, c))
    layers, _ = terms.layers([terms.opposite(above), terms.all_of((above, a)), terms.is_open(shared)])
    assert [[expression.meta.output_name() for expression in layer] for layer in layers] == [
        [f"·{shared}"],
        [f"·{above}"],
    ]
    seen = set(FLAGS)
    for layer in layers:
        for expression in layer:
            assert set(expression.meta.root_names()) <= seen
        seen |= {expression.meta.output_name() for expression in layer}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_window_of_numbers_beyond_the_column_is_exact(engine: pl._typing.EngineType) -> None:
    terms = Terms(LAYOUT)
    name, ends = "household.size", ((3, 5), (-(10**30), 10**30), (10**30, 10**31), (-5, 0), (5, 3), (10**9, 10**9))
    _, read = terms.layers(windows := [terms.atom(Between(name, *bounds)) for bounds in ends])
    values = [None, 1, 2, 3, 5, 6, 10**9]
    frame = pl.LazyFrame({name: values}, schema={name: pl.Int64})
    out = frame.select(read(window).alias(str(at)) for at, window in enumerate(windows)).collect(engine=engine)
    for at, (least, most) in enumerate(ends):
        assert out[str(at)].to_list() == [None if value is None else least <= value <= most for value in values]
