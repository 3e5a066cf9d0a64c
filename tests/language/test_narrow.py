"""Narrow text stands for its bytes, whatever is joined of it, and for what the service would write."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianjie.language.narrow import narrow_inside, narrow_json, widened

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUE = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | TEXT


@given(st.recursive(VALUE, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=8))
def test_it_is_what_the_service_writes(value: Any) -> None:
    assert widened(narrow_json(value)) == orjson.dumps(value)


@given(TEXT, TEXT)
def test_pieces_of_a_text_joined_are_the_text(left: str, right: str) -> None:
    assert widened(f'"{narrow_inside(left)}{narrow_inside(right)}"') == orjson.dumps(left + right)


@pytest.mark.parametrize("figure", [0.00001, 1e-9, 1e16, 1e15, -0.0, 0.1, 3, True, False, 10**15])
def test_figures_have_one_spelling(figure: float) -> None:
    assert widened(narrow_json(figure)) == orjson.dumps(figure)
