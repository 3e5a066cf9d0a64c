"""Paths: what is one, what it finds, why it finds nothing, and what counts as the same."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.regression.paths import LONGEST, Name, Nowhere, Select, Steps, find, parse_path, same, written

ANSWER: Mapping[str, Any] = {
    "eligibility": {
        "status": "covered",
        "groups": [{"id": "dibao", "status": "covered"}, {"id": "tekun", "status": "?"}],
    },
    "incentives": [
        {"instrument": "fee_reduction", "rule": "start-up", "status": "applies"},
        {"instrument": "fee_reduction", "rule": "tax", "status": "does_not_apply"},
    ],
    "referral": None,
}


def steps(path: str) -> Steps:
    found = parse_path(path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("eligibility.status", "covered"),
        ("eligibility.groups[dibao].status", "covered"),
        ("eligibility.groups[1].id", "tekun"),
        ("incentives[fee_reduction][tax].status", "does_not_apply"),
        ("incentives[fee_reduction][1].rule", "tax"),
        ("incentives[start-up].status", "applies"),
        ("incentives[0]", ANSWER["incentives"][0]),
        ("referral", None),
        ("services", None),  # left out
    ],
)
def test_a_path_finds_its_place(path: str, value: object) -> None:
    assert find(ANSWER, steps(path)) == value


@pytest.mark.parametrize(
    ("path", "zh"),
    [
        ("incentives[fee_reduction].status", "[fee_reduction] 选出 2 项，须恰好一项，请再加一个方括号"),
        ("incentives[fee_reduction]", "选出 2 项"),
        ("incentives[fee_reductions].status", "没有 [fee_reductions] 这一项，是否为 [fee_reduction]？"),
        ("incentives[premises].status", "没有 [premises] 这一项；现有 [fee_reduction]、[start-up]、[tax]"),
        ("incentives[2].status", "没有第 2 项（从 0 数起），共 2 项"),
        ("incentives[fee_reduction][premises].status", "没有 [premises] 这一项"),
        ("eligibility.status.word", "此处没有 word"),
        ("eligibility.status[0]", "[0] 之前不是列表"),
        ("eligibility[dibao].status", "[dibao] 之前不是列表"),
        ("referral.status", "referral 为空，其下没有 status"),
        ("services[0].status", "services 为空，其下没有 [0]"),
        ("referral.accompanying[0].status", "referral 为空，其下没有 accompanying"),
    ],
)
def test_a_path_that_leads_nowhere_says_why(path: str, zh: str) -> None:
    found = find(ANSWER, steps(path))
    assert isinstance(found, Nowhere)
    assert zh in found.zh
    assert found.en


@pytest.mark.parametrize(
    "path",
    [
        "",
        " eligibility",
        "eligibility groups",
        ".eligibility",
        "eligibility.",
        "eligibility..status",
        "eligibility[",
        "eligibility[]",
        "eligibility[a]b",
        "[0]",
        "eligibility[张三]",
        "eligibility[a b]",
        "Eligibility",
        "eligibility.groups[0]].status",
        "a" * (LONGEST + 1),
    ],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    assert parse_path(path) is None


names = st.builds(Name, st.text("abz_", min_size=1, max_size=6))
selects = st.builds(Select, st.text("ab0-_.", min_size=1, max_size=6))


@given(st.lists(st.tuples(names, st.lists(selects, max_size=2)), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_path_reads_back_as_it_is_written(parts: list[tuple[Name, list[Select]]]) -> None:
    made: list[Name | Select] = []
    for name, brackets in parts:
        made += [name, *brackets]
    assert parse_path(written(tuple(made))) == tuple(made)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1, True),
        (1, True, False),
        (0, False, False),
        (None, False, False),
        (None, None, True),
        (None, [], False),
        (Decimal("79.9"), 79.9, True),
        (Decimal("79.90"), 79.9, True),
        (Decimal("79.91"), 79.9, False),
        (80, 80.0, True),
        ("1", 1, False),
        (["b", "a"], ["a", "b"], True),
        (["a"], ["a", "a"], False),
        ([], [], True),
        ("covered", Nowhere("无", "none"), False),
        (None, Nowhere("无", "none"), False),
    ],
)
def test_comparison_is_strict(one: object, other: object, equal: bool) -> None:
    assert same(one, other) is equal
