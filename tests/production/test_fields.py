"""Only our own words and exact, bounded numbers cross into durable."""

import pytest

from xianjie.errors import InternalError
from xianjie.language.evaluate import Value
from xianjie.language.ir import All, Flag, HasWord, Ir, Linear, OneOfWords
from xianjie.production.chain import Chain
from xianjie.production.fields import Vocabulary
from xianjie.production.verdicts import EXACT, flatten


def test_no_text_of_the_case_or_the_policy_and_no_large_number_crosses() -> None:
    node = All(
        (
            Flag("户籍.本地"),
            OneOfWords("$s", ("低保", "true")),
            OneOfWords("sid", ("特困",)),
            HasWord("label", "肢体"),
            Linear("<", ((10**30, ("n",)),), 7, ("n",)),
            Linear("<", ((1, ("n",)),), -(10**30), ("n",)),
        )
    )
    vocabulary = Vocabulary(flatten([("c", node)], {}).verdicts)
    for number in (-1, 0, 1, 10**40, -(10**40)):
        crossing = vocabulary.read(
            {
                "户籍.本地": True,
                "$s": "x" * 70_000,
                "sid": "特困",
                "label": frozenset({"a\0b"}),
                "n": number,
                "chart": 1,
                "running": True,
            }
        )
        assert all(name[0] == "f" and name[1:].isdigit() for name in crossing)
        for value in crossing.values():
            if isinstance(value, str):
                assert value == "w" or (value[0] == "w" and value[1:].isdigit())
            else:
                assert -EXACT <= value <= EXACT
        assert len(crossing) == 6


def test_comparisons_of_one_left_side_share_a_field_while_their_constants_are_small() -> None:
    def fields(*constants: int) -> int:
        tests = All(tuple(Linear("<", ((1, ("n",)),), constant, ("n",)) for constant in constants))
        return len(Vocabulary(flatten([("c", tests)], {}).verdicts).read({"n": 1}))

    assert fields(1, 2, EXACT - 1, 1 - EXACT) == 1
    assert fields(1, EXACT, -EXACT, EXACT + 1) == 4


@pytest.mark.parametrize(
    ("node", "value"),
    [
        (Flag("f"), 1),
        (Flag("f"), "true"),
        (OneOfWords("f", ("a",)), True),
        (HasWord("f", "a"), "a"),
        (Linear(">", ((1, ("f",)),), 3, ("f",)), True),
        (Linear(">", ((1, ("f",)),), 3, ("f",)), "5"),
    ],
)
def test_a_value_of_another_type_is_an_error_that_does_not_show_it(node: Ir, value: Value) -> None:
    with Chain("x", [("c", node)], {}) as chain, pytest.raises(InternalError, match="事实 f"):
        chain.decide({"f": value})
