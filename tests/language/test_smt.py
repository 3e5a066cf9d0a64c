"""Formulas for the solver, held to the meaning: whatever is recorded, a condition comes to the same."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
import z3
from tests.differential.generator import AS_OF, Generator

from xianjie.language import ir, nodes
from xianjie.language.evaluate import Value, World, evaluate
from xianjie.language.smt import NO, OTHER_WORD, YES, Terms, both, bounds_of, either, no
from xianjie.vocabulary import BASE, FactType


def values(terms: Terms, facts: Mapping[str, Value]) -> z3.ModelRef:
    """Give every variable of some terms its value in a case."""
    solver = z3.Solver()
    solver.add([variable == value for variable, value in _values(terms, facts)])
    assert solver.check() == z3.sat
    return solver.model()


def _values(terms: Terms, facts: Mapping[str, Value]) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
    out: list[tuple[z3.ExprRef, z3.ExprRef]] = []
    for name in terms.facts:
        value = facts.get(name)
        out.append((terms.known(name), z3.BoolVal(value is not None)))
        match BASE[name].type:
            case FactType.BOOL:
                out.append((terms.flag(name), z3.BoolVal(value is True)))
            case FactType.SET:
                held = value if isinstance(value, frozenset) else frozenset()
                named = terms._words.get(name, {})
                rest = held - named.keys()
                for word, flag in named.items():
                    out.append((flag, z3.BoolVal(bool(rest) if word == OTHER_WORD else word in held)))
                out.append((z3.Bool(f"{name} holds something"), z3.BoolVal(bool(held))))
            case _:
                number = terms.place(name, value) if isinstance(value, str) else value
                out.append((terms.number(name), z3.IntVal(number if isinstance(number, int) else 0)))
    return out


def truth(formula: z3.BoolRef, at: z3.ModelRef) -> bool:
    """Work a formula out on a case."""
    found = at.eval(formula, model_completion=True)
    assert z3.is_true(found) or z3.is_false(found), found
    return bool(z3.is_true(found))


def readable(facts: Mapping[str, Value], as_of: int) -> dict[str, Value]:
    """Drop what lies outside the bounds that the formulas state."""
    out = {}
    for name, value in facts.items():
        if isinstance(value, int) and not isinstance(value, bool):
            bounds = bounds_of(BASE[name], as_of)
            if not bounds.least <= value <= bounds.most and not (BASE[name].type is FactType.EVENT and value == 0):
                continue
        out[name] = value
    return out


@pytest.mark.parametrize("seed", range(40))
def test_a_formula_says_what_evaluate_says(seed: int) -> None:
    generator = Generator(seed)
    sample = generator.sample()
    frame = ir.Frame(sample.as_of, sample.parameters, BASE.events)
    definitions = {name: ir.lower(node, frame) for name, node in sample.definitions.items()}
    terms = Terms(BASE, sample.as_of)
    pairs = [terms.pair(ir.lower(node, frame), definitions) for _, node in sample.conditions]
    for _ in range(12):
        facts = readable(generator.facts(sample), sample.as_of)
        at = values(terms, facts)
        for (_, node), (true, false) in zip(sample.conditions, pairs, strict=True):
            value = evaluate(node, sample.world(facts))
            assert truth(true, at) is (value is True)
            assert truth(false, at) is (value is False)


def world(**facts: Value) -> World:
    return World({name.replace("__", "."): value for name, value in facts.items()}, AS_OF, {}, {}, BASE.events)


def test_a_product_is_multiplied_out_over_every_size_of_household() -> None:
    income, size = nodes.Fact("household.annual_income"), nodes.Fact("household.size")
    limit = nodes.Arithmetic("*", nodes.Number(Fraction(2_000_000), True), size)
    node = nodes.Compare("<=", income, limit)
    terms = Terms(BASE, AS_OF)
    true, false = terms.pair(ir.lower(node, ir.Frame(AS_OF, {}, BASE.events)), {})
    for persons in (1, 2, 3, 29, 30):
        for fen in (2_000_000 * persons - 1, 2_000_000 * persons, 2_000_000 * persons + 1):
            at = values(terms, {"household.annual_income": fen, "household.size": persons})
            assert truth(true, at) is (fen <= 2_000_000 * persons)
            assert truth(false, at) is (fen > 2_000_000 * persons)


def test_a_value_that_the_model_leaves_free_lies_within_the_bounds() -> None:
    terms = Terms(BASE, AS_OF)
    for name in ("household.size", "household.annual_income", "aid.exit_date", "organisation.stage"):
        terms.number(name)
    terms.flag("person.minor")
    terms.word("aid.special_programmes", "医疗")
    solver = z3.Solver()
    solver.add(terms.links())
    assert solver.check() == z3.sat
    model = solver.model()
    assert terms.value("household.size", model) == 1
    assert terms.value("organisation.stage", model) in BASE["organisation.stage"].words
    assert terms.value("person.minor", model) is False
    assert terms.value("aid.special_programmes", model) == frozenset()


def test_what_a_fact_holds_can_be_stated_and_read_back() -> None:
    terms = Terms(BASE, AS_OF)
    stated: dict[str, Value] = {
        "person.minor": False,
        "person.elderly": True,
        "household.size": 4,
        "household.annual_income": 10_000_001,
        "aid.exit_date": AS_OF - 1,
        "aid.temporary_aid_date": 0,
        "organisation.field": "health",
        "aid.special_programmes": frozenset({"医疗", OTHER_WORD}),
    }
    terms.word("aid.special_programmes", "医疗")
    terms.word("aid.special_programmes", "住房")
    solver = z3.Solver()
    solver.add([terms.holds(name, value) for name, value in stated.items()])
    solver.add([*terms.links(), *terms.within_bounds()])
    assert solver.check() == z3.sat
    assert {name: terms.value(name, solver.model()) for name in stated} == stated


def test_bounds_are_stated_and_never_is_a_date() -> None:
    terms = Terms(BASE, AS_OF)
    day, income = terms.number("aid.exit_date"), terms.number("household.annual_income")
    solver = z3.Solver()
    solver.add(terms.within_bounds())
    assert solver.check(day == 0) == z3.sat
    assert solver.check(day == 5) == z3.unsat
    assert solver.check(day == AS_OF + 3653) == z3.sat
    assert solver.check(day == AS_OF + 3654) == z3.unsat
    assert solver.check(income == 10**9) == z3.sat
    assert solver.check(income == 10**9 + 1) == z3.unsat
    assert solver.check(income == -1) == z3.unsat


def test_joining_folds_what_is_certain() -> None:
    a, b = z3.Bool("a"), z3.Bool("b")
    assert both([YES, YES]).eq(YES)
    assert both([a, NO, b]).eq(NO)
    assert both([YES, a]).eq(a)
    assert either([]).eq(NO)
    assert either([NO, a]).eq(a)
    assert either([a, YES]).eq(YES)
    assert no(YES).eq(NO)
    assert no(NO).eq(YES)
    assert both([a, b]).eq(z3.And(a, b))
    assert no(a).eq(z3.Not(a))
