"""Lowering: windows folded to days, money to fen, fractions cross-multiplied, and never said first."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.language.setting import AS_OF, FRAME, PARAMETERS, day, parse, world

from xianjie.language import ir, nodes
from xianjie.language.calendar import FIRST_DAY, window_start
from xianjie.language.evaluate import Value, evaluate

EXIT, SIZE, INCOME = "aid.exit_date", "household.size", "household.annual_income"


def lowered(text: str) -> ir.Ir:
    return ir.lower(parse(text), FRAME)


def at_least(fact: str, ordinal: int) -> ir.Linear:
    return ir.Linear(">=", ((1, (fact,)),), ordinal, (fact,))


def at_most(fact: str, ordinal: int) -> ir.Linear:
    return ir.Linear("<=", ((1, (fact,)),), ordinal, (fact,))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("True", ir.Constant(True)),
        ("False", ir.Constant(False)),
        ("aid.received", ir.Flag("aid.received")),
        ("known(aid.received)", ir.Recorded("aid.received")),
        ("hardship", ir.Named("hardship")),
        ("not aid.received", ir.Negation(ir.Flag("aid.received"))),
        ("aid.received and hardship", ir.All((ir.Flag("aid.received"), ir.Named("hardship")))),
        ("aid.received or hardship", ir.Any((ir.Flag("aid.received"), ir.Named("hardship")))),
        ("'医疗' in aid.special_programmes", ir.HasWord("aid.special_programmes", "医疗")),
        ("nonempty(aid.special_programmes)", ir.HasWord("aid.special_programmes", None)),
        ("happened(aid.exit_date)", ir.All((at_least(EXIT, FIRST_DAY), at_most(EXIT, AS_OF)))),
        (
            "within(aid.exit_date, years=1)",
            ir.All((at_least(EXIT, day("2024-05-01")), at_most(EXIT, AS_OF))),
        ),
        (
            "under(aid.exit_date, years=1)",
            ir.All((at_least(EXIT, day("2024-05-02")), at_most(EXIT, AS_OF))),
        ),
        (
            "within(aid.exit_date, years=window)",
            ir.All((at_least(EXIT, day("2023-05-01")), at_most(EXIT, AS_OF))),
        ),
        ("household.size < 3", ir.Linear("<", ((1, (SIZE,)),), 3, (SIZE,))),
        ("3 < household.size", ir.Linear("<", ((-1, (SIZE,)),), -3, (SIZE,))),
        ("household.size < 3.5", ir.Linear("<", ((2, (SIZE,)),), 7, (SIZE,))),
        ("household.annual_income < income_line", ir.Linear("<", ((1, (INCOME,)),), 10_000_000, (INCOME,))),
        ("household.annual_income < 0.01", ir.Linear("<", ((1, (INCOME,)),), 1, (INCOME,))),
        ("household.annual_income < 0.001", ir.Linear("<", ((10, (INCOME,)),), 1, (INCOME,))),
        (
            "household.annual_income * 0.3333 < 1",
            ir.Linear("<", ((3333, (INCOME,)),), 1_000_000, (INCOME,)),
        ),
        (
            "household.size * duty.count - duty.count * household.size + household.size < 3",
            ir.Linear("<", ((1, (SIZE,)),), 3, (SIZE, "duty.count")),
        ),
        ("household.size - household.size < 1", ir.Linear("<", (), 1, (SIZE,))),
        ("1 < 2", ir.Linear("<", (), 1, ())),
        (
            "household.size * household.size < 9",
            ir.Linear("<", ((1, (SIZE, SIZE)),), 9, (SIZE,)),
        ),
        (
            "(household.size + 1) * (household.size - 1) < 8",
            ir.Linear("<", ((1, (SIZE, SIZE)),), 9, (SIZE,)),
        ),
        (
            "aid.exit_date < as_of",
            ir.All((at_least(EXIT, 1), ir.Linear("<", ((1, (EXIT,)),), AS_OF, (EXIT,)))),
        ),
        ("as_of < date('2025-05-02')", ir.Linear("<", (), 1, ())),
    ],
)
def test_each_form(text: str, form: ir.Ir) -> None:
    assert lowered(text) == form


def test_the_words_of_an_enum_are_sorted_and_stand_once() -> None:
    wanted = ir.OneOfWords("referral.direction", ("forward", "reverse"))
    assert lowered("referral.direction in ('reverse', 'forward', 'reverse')") == wanted


def test_equal_parts_are_equal_and_hash_alike_so_that_a_back_end_can_share_them() -> None:
    assert lowered("within(aid.exit_date, years=1)") == lowered("within(aid.exit_date, months=12)")
    assert (
        len({lowered("household.size < 3"), lowered("household.size * 2 < 3 * 2 - household.size + household.size")})
        == 2
    )
    assert len({lowered("aid.exit_date < as_of"), lowered("aid.exit_date < date('2025-05-01')")}) == 1


def test_numbers_stay_whole_whatever_the_fractions() -> None:
    form = lowered("household.size * 0.3333 + duty.count * 0.125 < 1.7")
    assert isinstance(form, ir.Linear)
    assert form.terms == ((1250, ("duty.count",)), (3333, (SIZE,)))
    assert form.constant == 17_000
    assert all(type(coefficient) is int for coefficient, _ in form.terms)


def test_a_polynomial_multiplies_out() -> None:
    node = nodes.Arithmetic(
        "*",
        nodes.Arithmetic("+", nodes.Fact(SIZE), nodes.Number(Fraction(2))),
        nodes.Arithmetic("-", nodes.Fact("duty.count"), nodes.Parameter("size_limit")),
    )
    assert ir.polynomial(node, FRAME) == {
        ("duty.count", SIZE): 1,
        (SIZE,): -3,
        ("duty.count",): 2,
        (): -6,
    }


def test_a_parameter_is_folded_at_the_date_of_the_frame() -> None:
    node = parse("household.annual_income < income_line")
    later = ir.Frame(AS_OF, {**PARAMETERS, "income_line": Fraction(12_000_000)}, FRAME.events)
    assert ir.lower(node, later) == ir.Linear("<", ((1, (INCOME,)),), 12_000_000, (INCOME,))


@pytest.mark.parametrize("unit", ["years", "months", "days"])
@pytest.mark.parametrize("form", ["within", "under"])
def test_a_folded_window_decides_as_the_meaning_does_on_and_beside_both_ends(unit: str, form: str) -> None:
    from typing import Literal, cast

    node = parse(f"{form}(aid.exit_date, {unit}=6)")
    for text in ("2025-05-01", "2024-02-29", "2025-02-28", "2025-08-31", "2024-12-31"):
        as_of = day(text)
        folded = ir.lower(node, ir.Frame(as_of, PARAMETERS, FRAME.events))
        assert isinstance(folded, ir.All)
        start = window_start(as_of, 6, cast(Literal["years", "months", "days"], unit), form == "within")
        for event in (start - 1, start, start + 1, as_of - 1, as_of, as_of + 1):
            facts: dict[str, Value] = {EXIT: event}
            inside = all(
                event >= part.constant if part.op == ">=" else event <= part.constant
                for part in folded.operands
                if isinstance(part, ir.Linear)
            )
            assert evaluate(node, world(facts, as_of)) is inside
