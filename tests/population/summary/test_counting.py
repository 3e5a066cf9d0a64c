"""Counts are asked for beforehand, looked up together, and put where they stand."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from xianjie.population.compiler.fields import Choice, Field
from xianjie.population.compiler.policies import beside_name
from xianjie.population.compiler.terms import YES
from xianjie.population.summary.counting import ALL, NONE, Count, Counting, Found, together

A, B = 7, 9
FIELD = Field("f", (("a",), ("b",), ("always",)), (A, B, YES))
CHOICE = Choice("c", ((A, 0), (B, 2)), 1, ("one", "two", "three", "four"))
TYPES = {"f": pl.UInt8(), "c": pl.UInt8()}
TRUTHS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40)


def frame(rows: list[tuple[bool, bool]]) -> pl.DataFrame:
    packed = [a + 2 * b + 4 for a, b in rows]
    words = [0 if a else 2 if b else 1 for a, b in rows]
    return pl.DataFrame(
        {
            "f": pl.Series(packed, dtype=pl.UInt8),
            "c": pl.Series(words, dtype=pl.UInt8),
            beside_name(A): pl.Series([a for a, _ in rows], dtype=pl.Boolean),
            beside_name(B): pl.Series([b for _, b in rows], dtype=pl.Boolean),
        }
    )


@given(rows=TRUTHS)
def test_looks_tell_what_counting_one_by_one_tells(rows: list[tuple[bool, bool]]) -> None:
    counting = Counting(TYPES)
    asked = {
        "a": counting.held((FIELD, ("a",), True)),
        "a without b": counting.held((FIELD, ("a",), True), (FIELD, ("b",), False)),
        "neither": counting.held((FIELD, ("a",), False), (FIELD, ("b",), False)),
        "only always": counting.only(FIELD, ("always",)),
        "nothing": counting.only(FIELD, None),
        "not a": ALL.less([counting.held((FIELD, ("a",), True))]),
        "words": counting.words(CHOICE),
        "deeper": {"bits": {meaning[0]: count for meaning, count in counting.bits(FIELD).items()}},
    }
    assert tuple(counting.truths) == (A, B)
    words = ["one" if a else "three" if b else "two" for a, b in rows]
    assert counting.told(asked, frame(rows)) == {
        "a": sum(a for a, _ in rows),
        "a without b": sum(a and not b for a, b in rows),
        "neither": sum(not a and not b for a, b in rows),
        "only always": sum(not a and not b for a, b in rows),
        "nothing": 0,
        "not a": sum(not a for a, _ in rows),
        "words": {word: words.count(word) for word in words},
        "deeper": {"bits": {"a": sum(a for a, _ in rows), "b": sum(b for _, b in rows), "always": len(rows)}},
    }


def test_what_always_or_never_holds_is_not_looked_at() -> None:
    counting = Counting(TYPES)
    assert counting.held((FIELD, ("always",), True)) == ALL
    assert counting.held((FIELD, ("never",), False)) == ALL
    assert counting.held() == ALL
    assert counting.held((FIELD, ("never",), True), (FIELD, ("a",), True)) == NONE
    assert counting.held((FIELD, ("always",), False)) == NONE
    assert not counting.truths
    assert counting.told({"all": ALL, "none": NONE, "found": Found(none=NONE)}, frame([(True, True)] * 3)) == {
        "all": 3,
        "none": 0,
        "found": {},
    }


def test_the_same_look_is_made_once() -> None:
    counting = Counting(TYPES)
    assert counting.held((FIELD, ("a",), True)) is counting.held((FIELD, ("a",), True), (FIELD, ("never",), False))
    assert counting.held((FIELD, ("b",), True)) == Count((2,))


def test_counts_are_taken_away_and_given_back() -> None:
    assert Count((1,)).less([Count((2,)), Count((3,), (4,))]) == Count((1, 4), (2, 3))


def test_what_has_no_column_was_not_answered() -> None:
    counting = Counting(TYPES)
    assert counting.has(FIELD)
    assert counting.has(Field("gone", (), ()))
    assert not counting.has(Field("gone", (("a",),), (A,)))


@given(rows=TRUTHS)
def test_more_words_than_one_number_holds_go_together(rows: list[tuple[bool, bool]]) -> None:
    choices = [Choice(f"c{number}", (), 0, CHOICE.words) for number in range(18)]
    answers = frame(rows)
    wide = answers.with_columns(answers["c"].alias(choice.name) for choice in choices)
    found = together(wide, choices, [pl.col("f")])
    assert found["·rows"].sum() == len(rows)
    assert set(found.select("f", "c0", "c17").iter_rows()) == set(wide.select("f", "c0", "c17").iter_rows())
