"""The diagram asks for the facts that the prime implicants name, and for those on which it depends, no others."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest
from tests.differential.generator import Generator

from xianjie.engine.openness import Joint
from xianjie.language import ir, nodes
from xianjie.language.evaluate import World, evaluate
from xianjie.language.generate import FALSE, TRUE, UNKNOWN
from xianjie.population.compiler import depending
from xianjie.population.compiler.columns import laid_out
from xianjie.population.compiler.conditions import Conditions
from xianjie.population.compiler.depending import Turn, turn_of
from xianjie.population.compiler.terms import Terms
from xianjie.vocabulary import BASE, FactType

FLAGS = tuple(spec.name for spec in BASE.facts if spec.type is FactType.BOOL)[:20]
CODE = {True: TRUE, False: FALSE, None: UNKNOWN}
LAYOUT = laid_out({name: set() for name in FLAGS}, BASE)


def over(generator: Generator, names: tuple[str, ...], depth: int) -> nodes.Condition:
    draw = generator.random
    if depth == 0 or draw.random() < 0.2:
        fact = nodes.Fact(draw.choice(names))
        return nodes.Not(fact) if draw.random() < 0.3 else fact
    parts = tuple(over(generator, names, depth - 1) for _ in range(draw.randrange(2, 4)))
    return draw.choice((nodes.And, nodes.Or))(parts)


def turn(conditions: list[nodes.Condition]) -> tuple[Turn, Terms]:
    terms = Terms(LAYOUT)
    columns = Conditions(terms, {}, ir.Frame(739_372, {}, BASE.events))
    atoms = Joint(conditions, {}).atoms
    return turn_of(conditions, {}, {atom: columns.value(atom) for atom in atoms}, terms), terms


def asked(found: Turn, terms: Terms, names: tuple[str, ...], rows: list[tuple[bool | None, ...]]) -> list[set[str]]:
    assert found.facts is not None
    frame = pl.LazyFrame(
        {name: [row[at] for row in rows] for at, name in enumerate(names)}, schema=dict.fromkeys(names, pl.Boolean())
    )
    layers, read = terms.layers(list(found.facts.values()))
    for layer in layers:
        frame = frame.with_columns(layer)
    out = frame.select(read(truth).alias(f"? {name}") for name, truth in found.facts.items())
    if not found.facts:
        return [set() for _ in rows]
    return [{key[2:] for key, held in row.items() if held} for row in out.collect().iter_rows(named=True)]


def depends(conditions: list[nodes.Condition], names: tuple[str, ...], row: tuple[bool | None, ...]) -> set[str]:
    """Find by going through every completion on which unknown flags it depends whether any condition holds."""
    unknown = [name for name, value in zip(names, row, strict=True) if value is None]
    known = {name: value for name, value in zip(names, row, strict=True) if value is not None}
    table: dict[tuple[bool, ...], bool] = {}
    for values in product((False, True), repeat=len(unknown)):
        world = World({**known, **dict(zip(unknown, values, strict=True))}, 739_372, {}, {}, BASE.events)
        table[values] = any(evaluate(node, world) for node in conditions)
    return {
        name
        for at, name in enumerate(unknown)
        if any(held is not table[(*values[:at], not values[at], *values[at + 1 :])] for values, held in table.items())
    }


@pytest.mark.parametrize("seed", range(40))
def test_the_diagram_names_what_the_prime_implicants_name_and_what_it_depends_on(seed: int) -> None:
    generator, names = Generator(seed), FLAGS[:5]
    conditions = [over(generator, names, 3) for _ in range(3)]
    found, terms = turn(conditions)
    rows = list(product((True, False, None), repeat=5))
    joint = Joint(conditions, {})
    atoms = [atom.name for atom in joint.atoms if isinstance(atom, nodes.Fact)]
    for number, (row, ours) in enumerate(zip(rows, asked(found, terms, names, rows), strict=True)):
        values = dict(zip(names, row, strict=True))
        wanted = joint.wanted([CODE[values[name]] for name in atoms])
        assert ours == (wanted or frozenset()), row
        if number % 7 == 0:
            assert ours == depends(conditions, names, row), row
    assert found.exact


def test_beyond_the_engines_bound_fewer_facts_are_named_and_still_enough() -> None:
    names = FLAGS[:18]
    pairs = nodes.And(
        tuple(nodes.Or((nodes.Fact(a), nodes.Fact(b))) for a, b in zip(names[::2], names[1::2], strict=True))
    )
    joint = Joint([pairs], {})
    assert joint.wanted([UNKNOWN] * 18) is None
    found, terms = turn([pairs])
    assert not found.exact
    row = (True, None) + (False, None) * 2 + (None, None) * 2 + (True, False) * 4
    assert asked(found, terms, names, [row]) == [depends([pairs], names, row)]


def test_beyond_our_own_bound_nothing_is_ruled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = Generator(3)
    conditions = [over(generator, FLAGS[:8], 4) for _ in range(3)]
    assert turn(conditions)[0].facts is not None
    monkeypatch.setattr(depending, "MOST", 3)
    found, _ = turn(conditions)
    assert found.facts is None
    assert not found.exact


def test_what_is_true_or_false_whatever_happens_depends_on_nothing() -> None:
    fact = nodes.Fact(FLAGS[0])
    for always in (nodes.Or((fact, nodes.Not(fact))), nodes.And((fact, nodes.Not(fact))), nodes.Truth(True)):
        found, _ = turn([always])
        assert found.facts == {}
        assert found.exact
