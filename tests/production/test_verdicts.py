"""Every verdict is one flat, bounded group of tests, and each meaning has one verdict."""

import pytest

from xianjie.errors import InternalError
from xianjie.language.ir import All, Any, Constant, Flag, Ir, Named, Negation, OneOfWords
from xianjie.production.verdicts import WIDEST, FlagField, Leaf, VerdictField, flatten

A, B, C = Flag("a"), Flag("b"), Flag("c")


def test_groups_of_one_kind_merge_and_others_stand_apart() -> None:
    merged = flatten([("c", All((A, All((B, Negation(Any((C, A))))))))], {}).verdicts
    assert [(verdict.conjunction, len(verdict.tests)) for verdict in merged] == [(True, 4)]
    apart = flatten([("c", All((A, Any((B, C)))))], {}).verdicts
    assert [verdict.conjunction for verdict in apart] == [False, True]
    assert apart[1].tests == (Leaf(FlagField("a"), "==", True), Leaf(VerdictField(0), "==", True))


def test_a_condition_and_its_opposite_share_a_verdict() -> None:
    flat = flatten([("both", All((A, B))), ("not", Any((Negation(A), Negation(B))))], {})
    assert len(flat.verdicts) == 1
    assert flat.conditions == {
        "both": Leaf(VerdictField(0), "==", True),
        "not": Leaf(VerdictField(0), "==", False),
    }


def test_no_verdict_is_wider_than_the_limit() -> None:
    wide: list[Ir] = [
        Any(tuple(Flag(f"x{i}") for i in range(1000))),
        OneOfWords("w", tuple(map(str, range(99)))),
    ]
    verdicts = flatten([(str(at), node) for at, node in enumerate(wide)], {}).verdicts
    assert max(len(verdict.tests) for verdict in verdicts) <= WIDEST


def test_constants_are_settled_beforehand() -> None:
    definitions: dict[str, Ir] = {"yes": Any((A, Constant(True))), "no": Negation(Named("yes"))}
    wanted: list[tuple[str, Ir]] = [
        ("1", Named("no")),
        ("2", All(())),
        ("3", Any((Named("no"), Constant(False)))),
    ]
    flat = flatten(wanted, definitions)
    assert flat.conditions == {"1": False, "2": True, "3": False}
    assert flat.verdicts == ()


def test_missing_and_circular_definitions_are_errors() -> None:
    with pytest.raises(InternalError, match="d9"):
        flatten([("c", Named("d9"))], {})
    with pytest.raises(InternalError, match="d0"):
        flatten([("c", Named("d0"))], {"d0": Negation(Named("d1")), "d1": Negation(Named("d0"))})
