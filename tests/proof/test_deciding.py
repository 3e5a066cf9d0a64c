"""What one part of a condition decides, held to the tree walk: in each case found the part alone turns the answer."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from tests.engine.asking import day
from tests.suite.setting import everything

from xianjie.cases.read import read_case
from xianjie.cases.steps import on_day
from xianjie.language import ir, nodes
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value, World, evaluate
from xianjie.policy.prepared import Policy
from xianjie.proof.deciding import Aim, By, Deciding, Formula
from xianjie.proof.solving import Found
from xianjie.proof.witness import Answering, label_in, record_of
from xianjie.suite.atoms import atoms, opened, replaced
from xianjie.suite.parts import Part, parts_of
from xianjie.suite.variants import with_conditions

AS_OF = day("2025-08-01")


@pytest.fixture(scope="module")
def deciding() -> Deciding:
    return Deciding(everything(), AS_OF)


def part_of(rule: str, slot: str = "when") -> Part:
    return next(part for part in parts_of(everything()) if (part.rule.id, part.slot) == (rule, slot))


def aim(part: Part, number: int) -> Aim:
    """Hold the atom of that number true, and false."""
    whole = opened(part.condition(everything()), everything().definitions)
    path = list(atoms(whole))[number].path
    met, unmet = (replaced(whole, path, nodes.Truth(value)) for value in (True, False))
    return Aim(part.block, part.place, met, unmet, part.key, part.chosen)


def found(deciding: Deciding, part: Part, *formulas: Formula) -> dict[str, Value] | None:
    given = dict(deciding.point(part.key, part.chosen).given)
    with deciding.cases(given) as cases:
        if cases.take(*formulas) is not Found.SOME:
            return None
        return cases.smallest(deciding.facts_of([(part.key, part.chosen)]))


def label(policy: Policy, deciding: Deciding, part: Part, facts: Mapping[str, Value]) -> tuple[str, ...]:
    record = record_of(facts, policy.vocabulary, AS_OF, [deciding.point(part.key, part.chosen)])
    case = on_day(read_case(record, policy.vocabulary), AS_OF)
    return label_in(Answering([policy], [dict(part.chosen)]).answer(0, case, AS_OF), part.key)


VISIBLE = [
    (part, number)
    for part in parts_of(everything())
    if part.block != "ledger" and "/step:" not in part.key
    for number, atom in enumerate(atoms(opened(part.condition(everything()), everything().definitions)))
    if not isinstance(atom.node, nodes.Truth)
]


@pytest.mark.parametrize("by", ["status", "label", "anyhow"])
def test_in_a_case_in_which_an_atom_decides_the_engine_answers_otherwise_without_it(deciding: Deciding, by: By) -> None:
    shown = 0
    for part, number in VISIBLE[:: 3 if by == "status" else 5]:
        held = aim(part, number)
        facts = found(deciding, part, deciding.decides(held, by))
        if facts is None:
            continue
        labels = [
            label(with_conditions(everything(), {(part.block, part.place): node}), deciding, part, facts)
            for node in (held.met, held.unmet)
        ]
        assert labels[0] != labels[1]
        if by != "anyhow":
            assert "undetermined" not in (labels[0][0], labels[1][0])
        if by == "status":
            assert labels[0][0] != labels[1][0]
        shown += 1
    assert shown >= 5


def test_an_atom_that_another_always_decides_never_decides(deciding: Deciding) -> None:
    old = part_of("old")
    disabled = aim(old, 2)
    assert all(found(deciding, old, deciding.decides(disabled, by)) is None for by in ("status", "label", "anyhow"))
    assert deciding.can_swing(disabled.met, disabled.unmet) is Found.NONE
    elderly = aim(old, 0)
    assert deciding.can_swing(elderly.met, elderly.unmet) is Found.SOME


def test_a_fact_s_value_is_put_into_a_formula(deciding: Deciding) -> None:
    size = nodes.Compare(">=", nodes.Fact("household.size"), nodes.Number(Fraction(3)))
    holds = deciding.comes_to(size, True)
    for value, wanted in ((2, Found.NONE), (3, Found.SOME), (None, Found.NONE)):
        with deciding.cases({}) as cases:
            assert cases.take(deciding.with_value(holds, "household.size", value)) is wanted
    with deciding.cases({}) as cases:
        assert cases.take(deciding.with_value(deciding.comes_to(size, None), "household.size", None)) is Found.SOME
    with deciding.cases({"household.size": 3}) as cases:
        assert cases.take(holds) is Found.SOME
        assert cases.take(deciding.beside(holds, "household.size", -1)) is Found.NONE
        assert cases.take(deciding.turns_beside(size, "household.size")) is Found.NONE
    with deciding.cases({"household.size": 2}) as cases:
        assert cases.take(deciding.turns_beside(size, "household.size")) is Found.SOME


STAGE, SET = nodes.Fact("organisation.stage"), nodes.Fact("aid.special_programmes")
EXIT, CONSENT = nodes.Fact("aid.exit_date"), nodes.Fact("referral.consent_given")
STUDY, HOME = frozenset({"教育"}), frozenset({"住"})


@pytest.mark.parametrize(
    ("node", "fact", "value", "wanted"),
    [
        (nodes.Fact("person.student"), "person.student", True, True),
        (nodes.Fact("person.student"), "person.student", False, False),
        (nodes.Member(STAGE, ("early",)), "organisation.stage", "early", True),
        (nodes.Member(STAGE, ("early",)), "organisation.stage", "founding", False),
        (nodes.Contains(SET, "教育"), "aid.special_programmes", STUDY, True),
        (nodes.Contains(SET, "教育"), "aid.special_programmes", HOME, False),
        (nodes.NotEmpty(SET), "aid.special_programmes", HOME, True),
        (nodes.NotEmpty(SET), "aid.special_programmes", frozenset(), False),
        (nodes.Happened(EXIT), "aid.exit_date", AS_OF, True),
        (nodes.Happened(EXIT), "aid.exit_date", AS_OF + 1, False),
        (nodes.Happened(EXIT), "aid.exit_date", NEVER, False),
        (nodes.Known(EXIT), "aid.exit_date", NEVER, True),
        (nodes.Known(EXIT), "aid.exit_date", None, False),
        # a date tells that consent was given by then
        (CONSENT, "referral.consent_date", AS_OF, True),
        (CONSENT, "referral.consent_date", AS_OF + 1, False),
    ],
)  # fmt: skip
def test_values_of_every_type_mean_what_the_tree_walk_says(
    deciding: Deciding, node: nodes.Condition, fact: str, value: Value | None, wanted: bool
) -> None:
    facts: dict[str, Value] = {} if value is None else {fact: value}
    if fact != "referral.consent_date":
        policy = everything()
        world = World(facts, AS_OF, policy.parameters_at(AS_OF), policy.definitions, policy.vocabulary.events)
        assert evaluate(node, world) is wanted
    for truth in (True, False, None):
        formula = deciding.with_value(deciding.comes_to(node, truth), fact, value)
        with deciding.cases({}) as cases:
            assert (cases.take(formula) is Found.SOME) is (truth is wanted)


def test_conditions_that_are_the_same_and_that_are_not(deciding: Deciding) -> None:
    def lowered(text: nodes.Condition) -> ir.Ir:
        return ir.lower(text, deciding.frame)

    tekun, student = nodes.Fact("person.student"), nodes.Fact("person.elderly")
    absorbed = nodes.Or((tekun, nodes.And((tekun, student))))
    assert deciding.alike(lowered(tekun), lowered(absorbed)) is Found.NONE
    assert deciding.alike(lowered(tekun), lowered(nodes.Or((tekun, student)))) is Found.SOME
    # in every complete case the same, and not where nobody recorded the second
    split = nodes.Or((nodes.And((tekun, student)), nodes.And((tekun, nodes.Not(student)))))
    facts = deciding.setting_apart(lowered(tekun), lowered(split), ["person.student", "person.elderly"])
    assert facts == {"person.student": True}
    assert deciding.setting_apart(lowered(tekun), lowered(absorbed), ["person.student"]) is None
    assert deciding.can_be(nodes.Compare(">=", nodes.Fact("household.size"), nodes.Number(Fraction(1))), True)
    assert not deciding.can_be(nodes.Compare("<", nodes.Fact("household.size"), nodes.Number(Fraction(1))), True)


def test_statuses_that_a_point_can_have_as_its_rule_is_made(deciding: Deciding) -> None:
    assert set(deciding.statuses("group.low")) == {"covered", "not_matched", "undetermined", "ambiguous"}
    assert set(deciding.statuses("group.first")) == {"priority_match", "not_matched", "undetermined"}
    assert deciding.statuses("instrument.special_fund/fund") == ["does_not_apply"]
    assert deciding.statuses("service.medical") == ["not_stipulated"]


def test_readings_that_come_apart_and_that_agree(deciding: Deciding) -> None:
    flat, per_head = (("wide", "flat"),), (("wide", "per-head"),)
    for alike in (True, False):
        with deciding.cases({}) as cases:
            assert cases.take(deciding.reads("group.low", flat, per_head, alike)) is Found.SOME
            facts = cases.smallest(deciding.facts_of([("group.low", flat), ("group.low", per_head)]))
        assert facts is not None
        part = part_of("poor")
        labels = [
            label_in(
                Answering([everything()], [dict(chosen)]).answer(
                    0, read_case(record_of(facts, everything().vocabulary, AS_OF), everything().vocabulary), AS_OF
                ),
                part.key,
            )[0]
            for chosen in (flat, per_head)
        ]
        assert (labels[0] == labels[1]) is alike
        assert "undetermined" not in labels


def test_conditions_that_no_answer_shows_have_points_of_their_own(deciding: Deciding) -> None:
    keys = set(deciding.every_key)
    assert {"ledger.supply/trigger", "ledger.supply/requires.platform", "referral.forward/step:1"} <= keys
    hand_over = part_of("supply", "requires.hand_over")
    facts = found(deciding, hand_over, deciding.decides(aim(hand_over, 0), "status"))
    assert facts is not None
    # a ledger that rests says nothing of what an update takes
    assert facts.get("ledger.established") is not False
    assert facts.get("ledger.last_updated") != NEVER
