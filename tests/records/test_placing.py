"""Where a record belongs: the divisions around it, and those that one lies in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianjie.access import NATIONAL, Division, division
from xianjie.records.placing import LENGTHS, PATHS, inside, narrower, place_of, placed
from xianjie.store.collections import standard_layout

LONGEST = "420502001003"


def cut(length: int) -> Division:
    return Division(LONGEST[:length])


@pytest.mark.parametrize("length", [0, *LENGTHS])
def test_a_record_tells_each_division_that_it_lies_in_and_no_further_one(length: int) -> None:
    told = placed(cut(length))
    assert told["within"] == {f"d{one}": LONGEST[:one] for one in LENGTHS if one <= length}
    assert place_of(told) == cut(length)


def test_the_whole_country_is_written_out() -> None:
    assert placed(NATIONAL) == {"division": "national", "within": {}}
    assert inside(NATIONAL) == {}


codes = st.sampled_from(["", "42", "4205", "420502", "420502001", LONGEST, "43", "4301", "430102", "11", "110101"])


@given(codes, codes)
def test_looking_up_by_a_division_finds_what_it_covers(outer: str, inner: str) -> None:
    body = placed(Division(inner))
    flat = {f"within.{name}": value for name, value in body["within"].items()}
    found = all(flat.get(path) == value for path, value in inside(Division(outer)).items())
    assert found == Division(outer).covers(Division(inner))


@given(codes, codes)
def test_the_narrower_of_two_is_what_both_cover(one: str, other: str) -> None:
    found = narrower(Division(one), Division(other))
    assert found == narrower(Division(other), Division(one))
    for code in ("42", "4205", "420502", "420502001", LONGEST, "43", "430102", "110101"):
        both = Division(one).covers(Division(code)) and Division(other).covers(Division(code))
        assert both == (found is not None and found.covers(Division(code)))


def test_zeros_at_the_end_name_the_division_above() -> None:
    assert placed(division("420500")) == placed(division("4205"))


def test_every_collection_of_placed_records_can_be_looked_up_by_place() -> None:
    placed_collections = [one for one in standard_layout() if set(PATHS) & set(one.paths)]
    assert placed_collections
    for one in placed_collections:
        assert set(PATHS) <= set(one.paths), one.name
