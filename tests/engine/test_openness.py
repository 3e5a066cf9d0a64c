"""The facts that matter: exactly those whose value can still change the outcome."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import product

import pytest
from tests.engine.asking import day

from xianjie.engine import openness
from xianjie.engine.openness import facts_that_matter
from xianjie.language import nodes
from xianjie.language.evaluate import Value, World, evaluate, missing
from xianjie.language.names import Scope
from xianjie.language.parse import parse_condition
from xianjie.vocabulary import BASE, FactType

AS_OF = day("2025-05-01")
LETTERS = {
    letter: spec.name
    for letter, spec in zip("abcdefgh", (s for s in BASE.facts if s.type is FactType.BOOL), strict=False)
}
NAMES = {name: letter for letter, name in LETTERS.items()}


def world(facts: dict[str, Value], definitions: dict[str, nodes.Condition] | None = None) -> World:
    return World(facts, AS_OF, {}, definitions or {}, BASE.events)


def parsed(text: str) -> nodes.Condition:
    """Read a condition in which single letters stand for facts."""
    words = [LETTERS.get(word, word) for word in text.replace("(", " ( ").replace(")", " ) ").split()]
    return parse_condition(" ".join(words), Scope(BASE, {}, frozenset()))


def matter(*texts: str, known: str = "", denied: str = "") -> str:
    """Name the letters that matter for any of the conditions, in the order listed."""
    facts: dict[str, Value] = {LETTERS[letter]: True for letter in known}
    facts.update({LETTERS[letter]: False for letter in denied})
    return "".join(NAMES[name] for name in facts_that_matter([parsed(text) for text in texts], world(facts)))


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("a", "a"),
        ("not a", "a"),
        ("a and b", "ab"),
        ("b or a", "ba"),
        ("a or (a and b)", "a"),
        ("a and (a or b)", "a"),
        ("(a and b) or (a and not b)", "a"),
        ("(a and b) or (not a and c) or (b and c)", "abc"),
        ("(a and b) or (not b and c) or (a and c and d)", "abc"),
        ("(a or b) and (not a or b)", "b"),
        ("a and not a and b or c", "c"),
    ],
)
def test_a_part_that_its_neighbours_absorb_is_not_listed(text: str, listed: str) -> None:
    assert matter(text) == listed


def test_known_facts_settle_their_parts() -> None:
    assert matter("(a and b) or (c and d)", denied="a") == "cd"
    assert matter("(a and b) or (c and d)", known="a") == "bcd"
    assert matter("(a or b) and (c or d)", known="a") == "cd"
    assert matter("a and b", denied="b") == ""
    assert matter("a or b", known="b") == ""


def test_absorption_reaches_over_several_conditions() -> None:
    # each condition alone leaves b open; together a decides
    assert matter("a and b", "a") == "a"
    assert matter("a and b", "not a") == "ab"
    assert matter("a and b", "a and not b") == "a"


def test_opposite_signs_in_two_conditions_cancel() -> None:
    assert matter("a and b", "not a and b", "c") == "bc"


def test_the_order_is_the_texts() -> None:
    assert matter("d or c", "b or a") == "dcba"
    assert matter("b and (c or a)") == "bca"


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("a or not a", "a"),
        ("(a and b) or not a or not b", "ab"),
        ("not (a and not (b or a))", "ab"),
        ("a and not a", "a"),
    ],
)
def test_where_the_parts_cancel_out_every_open_one_is_listed(text: str, listed: str) -> None:
    assert matter(text) == listed


def test_a_condition_already_true_leaves_the_others_open_parts_listed() -> None:
    assert matter("a", "b and c", known="a") == "bc"


def test_definitions_are_entered() -> None:
    definitions = {"d": parsed("a and b")}
    condition = nodes.Or((nodes.Definition("d"), parsed("a")))
    assert facts_that_matter([condition], world({}, definitions)) == (LETTERS["a"],)
    assert facts_that_matter([nodes.Not(nodes.Definition("d"))], world({}, definitions)) == (
        LETTERS["a"],
        LETTERS["b"],
    )


def test_a_comparison_lists_only_its_unknown_facts() -> None:
    condition = parse_condition("duty.count + 1 < household.size", Scope(BASE, {}, frozenset()))
    assert facts_that_matter([condition], world({})) == ("duty.count", "household.size")
    assert facts_that_matter([condition], world({"household.size": 3})) == ("duty.count",)


def test_too_many_implicants_fall_back_to_every_open_part(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "(a or b) and (c or d) and (e or f) or (a and c and e and g)"  # g is absorbed
    assert matter(text) == "abcdef"
    monkeypatch.setattr(openness, "MOST", 8)
    assert matter(text) == "abcdef"
    monkeypatch.setattr(openness, "MOST", 7)
    assert matter(text) == "abcdefg"


class Formulas:
    """Draw formulas over few facts, with or without `not`, and with or without facts that stand twice."""

    def __init__(self, seed: int, letters: str) -> None:
        self.random = random.Random(seed)
        self.letters = letters

    def draw(self, depth: int, negated: bool) -> nodes.Condition:
        r = self.random
        if negated and r.random() < 0.25:
            return nodes.Not(self.draw(depth, False) if r.random() < 0.5 else self.draw(depth - 1, True))
        if depth <= 0 or r.random() < 0.15:
            return nodes.Fact(LETTERS[r.choice(self.letters)])
        parts = tuple(self.draw(depth - 1, negated) for _ in range(r.choice((2, 2, 3))))
        return nodes.And(parts) if r.random() < 0.5 else nodes.Or(parts)

    def facts(self) -> dict[str, Value]:
        share = self.random.choice((0.0, 0.2, 0.5))
        return {LETTERS[x]: self.random.random() < 0.5 for x in self.letters if self.random.random() < share}


def essential(conditions: Sequence[nodes.Condition], facts: dict[str, Value]) -> set[str] | None:
    """Try every completion: the facts whose flip changes whether any condition is true; None where it never changes."""
    open_ = [n for n in NAMES if n not in facts and any(n in nodes.facts_of(c) for c in conditions)]

    def any_true(values: tuple[bool, ...]) -> bool:
        full = world({**facts, **dict(zip(open_, values, strict=True))})
        return any(evaluate(condition, full) is True for condition in conditions)

    table = {values: any_true(values) for values in product((False, True), repeat=len(open_))}
    if len(set(table.values())) == 1:
        return None
    return {
        name
        for at, name in enumerate(open_)
        if any(value != table[(*v[:at], not v[at], *v[at + 1 :])] for v, value in table.items())
    }


@pytest.mark.parametrize("negated", [False, True])
def test_random_formulas_list_a_fact_exactly_where_flipping_it_can_change_the_outcome(negated: bool) -> None:
    listed = constant = absorbed = 0
    for seed in range(700):
        formulas = Formulas(seed * 2 + negated, "abcdef"[: 2 + seed % 5])
        conditions = [formulas.draw(3, negated) for _ in range(1 + seed % 3)]
        facts = formulas.facts()
        found = facts_that_matter(conditions, world(facts))
        open_ = tuple(dict.fromkeys(name for node in conditions for name in missing(node, world(facts))))
        wanted = essential(conditions, facts)
        assert list(found) == [name for name in open_ if name in found], "in the text's order"
        if wanted is None:
            constant += 1
            assert found == open_, (seed, conditions, facts)
        else:
            assert set(found) == wanted, (seed, conditions, facts)
            listed += len(found)
            absorbed += len(found) < len(open_)
    # the draw is worth something: answers with facts, and answers from which a part was absorbed
    assert listed > 500
    assert absorbed > 50
    assert not negated or constant > 20


def test_a_fact_once_known_is_never_listed_and_no_new_one_appears_in_a_monotone_formula() -> None:
    for seed in range(200):
        formulas = Formulas(seed, "abcdef")
        condition = formulas.draw(3, False)
        found = facts_that_matter([condition], world({}))
        for name in found:
            for value in (True, False):
                later = facts_that_matter([condition], world({name: value}))
                assert name not in later
                assert set(later) <= set(found)
