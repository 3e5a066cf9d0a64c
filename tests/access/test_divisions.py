"""A prefix covers what lies in it, and nothing beside or above it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.access import NATIONAL, AccessError, Division, division

CODES = st.from_regex(r"[1-8][0-9]", fullmatch=True).flatmap(
    lambda province: st.sampled_from([0, 2, 4, 7, 10]).flatmap(
        lambda more: st.text("0123456789", min_size=more, max_size=more).map(lambda tail: province + tail)
    )
)


@pytest.mark.parametrize(
    ("prefix", "inside", "outside"),
    [
        (
            "4201",
            ["4201", "420100", "420102", "420102001", "420102001003"],
            ["42", "420000", "4202", "420204", "national"],
        ),
        ("42", ["42", "4201", "429004", "420102001"], ["43", "41", "24", "national"]),
        ("420000", ["42", "4201"], ["national", "43"]),
        ("420102", ["420102", "420102001", "420102000"], ["4201", "420103", "420100", "420112"]),
        ("420102001", ["420102001", "420102001003", "420102001000"], ["420102", "420102002", "420102010"]),
        ("420102001003", ["420102001003"], ["420102001", "420102001004"]),
        ("4419", ["441900003", "441900003000", "441900"], ["4418", "440900003"]),
        ("national", ["national", "42", "420102001003"], []),
        ("全国", ["11"], []),
    ],
)
def test_a_prefix_covers_what_lies_in_it(prefix: str, inside: list[str], outside: list[str]) -> None:
    assert [code for code in inside if not division(prefix).covers(division(code))] == []
    assert [code for code in outside if division(prefix).covers(division(code))] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("420000", "42"),
        ("4200", "42"),
        ("420100", "4201"),
        ("420102000", "420102"),
        ("420102001000", "420102001"),
        ("420000000000", "42"),
        ("500000", "50"),
        ("national", ""),
    ],
)
def test_zeros_at_the_end_name_the_division_above(text: str, code: str) -> None:
    assert division(text).code == code
    assert division(str(division(text))) == division(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "4", "420", "42010", "4201021", "42010200", "4201020010", "42010200100", "4201020010031", "0", "00"),
        *("02", "92", "4A", "４２", "42 ", "42\n", "*", "%", "42%", "-2", "National", "null", "NATIONAL"),
    ],
)
def test_what_is_no_division_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(AccessError) as raised:
        division(text)
    assert raised.value.code == "division-form"
    assert raised.value.__context__ is None


def test_the_whole_country_is_written_out() -> None:
    assert division("national") == division("全国") == NATIONAL
    assert str(NATIONAL) == "national"


@settings(max_examples=200, deadline=None)
@given(CODES, CODES)
def test_covering_is_a_partial_order(one: str, other: str) -> None:
    a, b = Division(one), Division(other)
    assert a.covers(a)
    assert NATIONAL.covers(a)
    assert not a.covers(NATIONAL)
    assert (a.covers(b) and b.covers(a)) == (a == b)
    if a.covers(b):
        assert len(a.code) <= len(b.code)
        assert b.code[: len(a.code)] == a.code
