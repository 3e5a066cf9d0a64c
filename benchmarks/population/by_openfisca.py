"""OpenFisca-core with a tiny country package of Jinhua's rules.

OpenFisca has no unknown: a fact that nobody recorded is its default. So each fact is two variables here, what is
recorded and whether it is, and each rule is two formulas, whether it certainly holds and whether it is decided at all.
Money is whole fen in 32 bits (its own money is a 32-bit float, which cannot hold 100,000.01), multiplied in 64.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.population.question import (
    AS_OF,
    CODES,
    DAY,
    EXITED,
    HELPED,
    LINE,
    REFUSED,
    Peer,
    Statuses,
    facts_of,
    read_facts,
)
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Array = Any
PERIOD = DAY.isoformat()
NUMBERS = (
    "household.size",
    "household.annual_income",
    "aid.exit_date",
    "aid.application_refused",
    "aid.temporary_aid_date",
    "aid.special_programmes",
)
LISTED = (
    "tekun",
    "dibao_recipient",
    "expenditure_poverty",
    "dibao_marginal_member",
    "orphan",
    "child_in_difficulty",
    "de_facto_unsupported_child",
)
PERSON = build_entity(key="person", plural="persons", label="A person", is_person=True)
PARAMETERS = {
    name: {"values": {"2020-01-01": {"value": value}}}
    for name, value in {
        "income_line": LINE,
        "household_of_reference": 3,
        "exited": EXITED,
        "refused": REFUSED,
        "helped": HELPED,
        "today": AS_OF,
    }.items()
}


def variable(name: str, kind: type, formula: Callable[..., Array] | None = None) -> type:
    """Make a variable: an input, or with a formula."""
    body = {"value_type": kind, "entity": PERSON, "definition_period": DateUnit.DAY, "label": name}
    return type(_called(name), (Variable,), body | ({"formula": formula} if formula else {}))


def _called(name: str) -> str:
    return name.replace(".", "_")


def registered(person: Any, period: Any) -> tuple[Array, Array]:
    """Decide the first group: certainly in it, certainly not."""
    local_yes, local_no = _flag(person, period, "person.recognised_by_local_civil_affairs")
    pairs = [_flag(person, period, f"person.{name}") for name in LISTED]
    listed = np.logical_or.reduce([yes for yes, _ in pairs])
    unlisted = np.logical_and.reduce([no for _, no in pairs])
    return local_yes & listed, local_no | unlisted


def monitored(person: Any, period: Any, parameters: Any) -> tuple[Array, Array]:
    """Decide the second group."""
    at = parameters(period)
    new_yes, new_no = _flag(person, period, "aid.application_is_new")
    left, refused, helped = (
        _since(person, period, name, first, at.today)
        for name, first in (
            ("aid.exit_date", at.exited),
            ("aid.application_refused", at.refused),
            ("aid.temporary_aid_date", at.helped),
        )
    )
    bits, recorded = _number(person, period, "aid.special_programmes")
    special = bits != 0
    yes = left[0] | (new_yes & refused[0]) | helped[0] | (special & recorded)
    return yes, left[1] & (new_no | refused[1]) & helped[1] & (~special & recorded)


def uplift(per_head: bool) -> Callable[..., tuple[Array, Array]]:
    """Decide the third group under one of its readings."""

    def decide(person: Any, period: Any, parameters: Any) -> tuple[Array, Array]:
        at = parameters(period)
        fen, recorded = _number(person, period, "household.annual_income")
        poor = fen < at.income_line
        if per_head:
            size, counted = _number(person, period, "household.size")
            recorded = recorded & counted
            poor = at.household_of_reference * fen.astype(np.int64) < at.income_line * size.astype(np.int64)
        owns_yes, owns_no = _flag(person, period, "household.property_within_limits")
        left_yes, left_no = _flag(person, period, "person.left_behind_child")
        return left_yes | (poor & recorded & owns_yes), left_no & ((~poor & recorded) | owns_no)

    return decide


def status(person: Any, period: Any) -> Array:
    """Draw the status from the groups."""
    names = ("registered", "monitored", "flat", "per_head")
    (in_1, out_1), (in_2, out_2), (in_flat, out_flat), (in_head, out_head) = (
        (person(f"{name}_holds", period), person(f"{name}_fails", period)) for name in names
    )
    decided = (in_1 | out_1) & (in_2 | out_2) & (in_flat | out_flat) & (in_head | out_head)
    return np.select(
        [in_1 | in_2 | (in_flat & in_head), ~decided, in_flat != in_head],
        [CODES["covered"], CODES["undetermined"], CODES["ambiguous"]],
        CODES["not_matched"],
    )


def _flag(person: Any, period: Any, name: str) -> tuple[Array, Array]:
    value, recorded = _number(person, period, name)
    return value & recorded, ~value & recorded


def _number(person: Any, period: Any, name: str) -> tuple[Array, Array]:
    return person(_called(name), period), person(f"{_called(name)}_recorded", period)


def _since(person: Any, period: Any, name: str, first: int, today: int) -> tuple[Array, Array]:
    day, recorded = _number(person, period, name)
    inside = (day >= first) & (day <= today)
    return inside & recorded, ~inside & recorded


def _halves(name: str, decide: Callable[..., tuple[Array, Array]]) -> list[type]:
    """Make the two formulas of a rule. OpenFisca reads a formula's arguments off its signature."""

    def holds(person: Any, period: Any, parameters: Any) -> Array:
        return decide(person, period, parameters)[0]

    def fails(person: Any, period: Any, parameters: Any) -> Array:
        return decide(person, period, parameters)[1]

    return [variable(f"{name}_holds", bool, holds), variable(f"{name}_fails", bool, fails)]


@cache
def system() -> TaxBenefitSystem:
    """Put the country package together."""
    made = TaxBenefitSystem([PERSON])
    made.parameters = ParameterNode("", data=PARAMETERS)
    for name in facts_of("jinhua"):
        made.add_variable(variable(name, int if name in NUMBERS else bool))
        made.add_variable(variable(f"{name}_recorded", bool))
    rules = {
        "registered": lambda person, period, _: registered(person, period),
        "monitored": monitored,
        "flat": uplift(per_head=False),
        "per_head": uplift(per_head=True),
    }
    for name, decide in rules.items():
        for half in _halves(name, decide):
            made.add_variable(half)
    made.add_variable(variable("status", int, status))
    return made


def statuses(path: Path, regions: Sequence[str]) -> Statuses:
    """Answer by a simulation of all rows."""
    frame = read_facts(path, regions)
    simulation = SimulationBuilder().build_default_simulation(system(), len(frame))
    for name in frame.columns:
        column = frame[name]
        number = name in NUMBERS
        if number and (column.max() or 0) >= 2**31:  # type: ignore[operator]
            raise OverflowError(name)
        values = column.fill_null(0 if number else False).to_numpy()
        simulation.set_input(_called(name), PERIOD, values.astype(np.int32) if number else values)
        simulation.set_input(f"{_called(name)}_recorded", PERIOD, column.is_not_null().to_numpy())
    return {"jinhua": simulation.calculate("status", PERIOD).astype(np.uint8)}


OPENFISCA = Peer(
    "OpenFisca-core",
    ("jinhua",),
    statuses,
    "one core, NumPy underneath; unknowns double the variables, and each rule is worked out for both its halves",
)
