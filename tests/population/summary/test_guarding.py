"""No small count is told, nor can one be worked out of the totals, the divisions, the pairs of regions."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.population.summary.attacking import Key, bounds, sums, value_at

from xianjie.population.summary.guarding import guarded, keep, lump

WORDS = ("covered", "undetermined", "ambiguous", "not_matched")
REGIONS = ("one", "one+", "three", "two")
Tally = dict[str, Any]


def tallied(people: Sequence[tuple[str, tuple[str, ...]]], regions: Sequence[str] = REGIONS) -> Tally:
    """Count people given by their division and their statuses."""
    divisions: Tally = {}
    for name in sorted({division for division, _ in people}):
        inside = [words for division, words in people if division == name]
        divisions[name] = {
            "rows": len(inside),
            "parts": {
                region: {"eligibility": {"status": dict(sorted(Counter(words[at] for words in inside).items()))}}
                for at, region in enumerate(regions)
            },
        }
    flows: Tally = {}
    for (a, one), (b, other) in combinations(enumerate(regions), 2):
        table: Tally = {}
        for (here, there), count in sorted(Counter((words[a], words[b]) for _, words in people).items()):
            table.setdefault(here, {})[there] = count
        flows.setdefault(one, {})[other] = table
    parts = {}
    for at, region in enumerate(regions):
        statuses = Counter(words[at] for _, words in people)
        first = statuses["covered"] // 3
        groups = {
            "g1": standing(len(people), first, statuses),
            "g2": standing(len(people), statuses["covered"] - first, statuses),
        }
        part = {"choices": {"status": dict(sorted(statuses.items()))}, "groups": groups}
        parts[region] = {"eligibility": part}
    return {"rows": len(people), "parts": parts, "divisions": divisions, "flows": flows}


def standing(rows: int, matched: int, statuses: Counter[str]) -> dict[str, int]:
    open_ = statuses["undetermined"]
    return {"matched": matched, "undetermined": open_, "ambiguous": 0, "not_matched": rows - matched - open_}


@st.composite
def peoples(draw: st.DrawFn) -> tuple[Tally, int]:
    """Invent people: divisions of very different sizes, statuses rare and frequent, regions that nearly agree."""
    seed = draw(st.integers(0, 10**6))
    drawn = random.Random(seed)
    names = [f"33070{number}" for number in range(draw(st.integers(1, 5)))]
    sizes = [drawn.choice([1, 4, 12, 30, 90, 200]) for _ in names]
    people = []
    weights = [[drawn.choice([0, 0.01, 0.05, 0.5, 2]) for _ in WORDS] for _ in REGIONS]
    weights = [[*weight[:-1], weight[-1] + 0.1] for weight in weights]
    for name, size in zip(names, sizes, strict=True):
        for _ in range(size):
            words = [drawn.choices(WORDS, weight)[0] for weight in weights]
            if drawn.random() < 0.9:
                words[1] = words[0]
            if drawn.random() < 0.5:
                words[3] = words[2]
            people.append((name, tuple(words)))
    return tallied(people), draw(st.sampled_from([3, 5, 10]))


def small(tally: Tally, least: int) -> Iterator[Key]:
    """Find the counts that are not to be known."""
    keys = {key for total, parts in sums(tally) for key in (total, *parts)}
    return (key for key in sorted(keys) if 0 < value_at(tally, key) < least)


@given(peoples())
@settings(max_examples=60, deadline=None)
def test_no_small_count_can_be_worked_out(made: tuple[Tally, int]) -> None:
    tally, least = made
    told = guarded(tally, least)
    if told["rows"] is None:
        assert tally["rows"] < 2 * least
        return
    narrowed = bounds(told)
    for key in small(tally, least):
        low, high = narrowed[key]
        assert value_at(told, key) is None
        assert high - low + 1 >= least - 1, key
    for key, (low, high) in narrowed.items():
        assert low <= value_at(tally, key) <= high
        assert value_at(told, key) in (None, value_at(tally, key))


@given(peoples())
@settings(max_examples=60, deadline=None)
def test_what_is_left_of_any_total_is_nought_or_enough(made: tuple[Tally, int]) -> None:
    tally, least = made
    told = guarded(tally, least)
    for total, parts in sums(tally):
        if told["rows"] is not None and value_at(told, total) is not None:
            known = [value_at(told, part) for part in parts]
            left = value_at(told, total) - sum(count for count in known if count is not None)
            assert left == 0 or left >= least


def naive(tree: Any, least: int) -> Any:
    """Leave out small counts and nothing else, as who has not thought of totals does."""
    if isinstance(tree, dict):
        return {name: naive(value, least) for name, value in tree.items()}
    return None if 0 < tree < least else tree


def test_the_attack_finds_counts_that_are_left_out_alone() -> None:
    people = [("a", ("covered",) * 4)] * 40 + [("b", ("not_matched",) * 4)] * 40
    people += [("b", ("covered", "covered", "not_matched", "covered"))] * 3
    tally = tallied(people)
    narrowed = bounds(naive(tally, 10))
    key = ("divisions", "b", "parts", "one", "eligibility", "status", "covered")
    assert narrowed[key] == (3, 3)
    low, high = bounds(guarded(tally, 10))[key]
    assert high - low >= 9


def matrices(rows: Sequence[int], columns: Sequence[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """List all tables of whole numbers with these totals."""
    if not rows:
        if not any(columns):
            yield ()
        return

    def lines(total: int, left: Sequence[int]) -> Iterator[tuple[int, ...]]:
        if len(left) == 1:
            if total <= left[0]:
                yield (total,)
            return
        for first in range(min(total, left[0]) + 1):
            for rest in lines(total - first, left[1:]):
                yield (first, *rest)

    for line in lines(rows[0], columns):
        for rest in matrices(rows[1:], [column - one for column, one in zip(columns, line, strict=True)]):
            yield (line, *rest)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(WORDS[:1] + WORDS[2:])),
        min_size=8,
        max_size=26,
    )
)
@settings(max_examples=60, deadline=None)
def test_all_tables_that_agree_with_what_is_told_leave_a_small_count_open(drawn: list[tuple[str, str]]) -> None:
    """Goes through every table there can be: no bound is missed, as one that is worked out step by step could be."""
    least = 3
    tally = tallied([(name, (word,)) for name, word in drawn], ["one"])
    told = guarded(tally, least)
    names, words = list(tally["divisions"]), list(tally["parts"]["one"]["eligibility"]["choices"]["status"])

    def agrees(table: tuple[tuple[int, ...], ...]) -> bool:
        return all(
            value_at(told, ("divisions", name, "parts", "one", "eligibility", "status", word)) in (None, table[i][j])
            for i, name in enumerate(names)
            for j, word in enumerate(words)
        )

    totals = [told["parts"]["one"]["eligibility"]["choices"]["status"][word] for word in words]
    sizes = [told["divisions"][name]["rows"] for name in names]
    if None in totals or None in sizes:
        return  # then more is open than this goes through
    fitting = [table for table in matrices(sizes, totals) if agrees(table)]
    for i, name in enumerate(names):
        for j, word in enumerate(words):
            count = value_at(tally, ("divisions", name, "parts", "one", "eligibility", "status", word))
            if 0 < count < least:
                assert len({table[i][j] for table in fitting}) >= least


def test_a_list_is_told_but_for_what_is_small_and_enough_beside_it() -> None:
    assert lump({"a": 3, "b": 50, "c": 40, "d": 0}, 10) == {"a", "c"}
    assert lump({"a": 9, "b": 9, "c": 40}, 10) == {"a", "b"}
    assert lump({"a": 1, "b": 2, "c": 40}, 10) == {"a", "b", "c"}
    assert lump({"a": 3, "b": 3, "c": 4, "d": 30}, 10) == {"a", "b", "c", "d"}
    assert lump({"a": 3, "b": 3, "c": 5, "d": 30}, 10) == {"a", "b", "c"}
    assert lump({**{str(number): 1 for number in range(30)}, "big": 60, "bigger": 70}, 10) == {
        *map(str, range(30)),
        "big",
    }
    assert lump({"a": 10, "b": 0}, 10) == frozenset()
    assert lump({"a": 9, "b": 991}, 10) == {"a", "b"}
    assert lump({"undetermined": 20, "covered": 20, "x": 3}, 10) == {"x", "covered"}


def test_rows_are_told_as_long_as_what_is_left_is_enough() -> None:
    assert keep({"a": [20, 30], "b": [5, 60], "c": [11, 10]}, [36, 100], 10) == {"a"}
    assert keep({"a": [20, 30], "b": [0, 60]}, [20, 90], 10) == {"a", "b"}
    assert keep({"a": [9]}, [9], 10) == set()


def test_fewer_people_than_twice_the_least_are_not_told_at_all() -> None:
    tally = tallied([("a", ("covered",) * 4)] * 19)
    told = guarded(tally, 10)
    assert told["rows"] is None
    assert not any(count for count in _leaves(told))
    assert guarded(tallied([("a", ("covered",) * 4)] * 20), 10)["rows"] == 20


def _leaves(tree: Any) -> Iterator[int | None]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from _leaves(value)
    else:
        yield tree


def part_of(**held: Any) -> Tally:
    parts = {"one": {"services": {"choices": {}, **held}}}
    return {"rows": 1000, "parts": parts, "divisions": {}, "flows": {}}


def test_rules_facts_and_flags_are_told_where_what_is_left_is_enough() -> None:
    told = guarded(
        part_of(
            statuses={"r": {"applies": 4, "undetermined": 100, "does_not_apply": 896}},
            missing={"r": {"a": 95, "b": 50, "c": 4}},
            flagged={"r": 995, "s": 5, "t": 500},
        ),
        10,
    )["parts"]["one"]["services"]
    assert told["statuses"]["r"] == {"applies": None, "undetermined": None, "does_not_apply": 896}
    assert told["missing"]["r"] == {"a": None, "b": None, "c": None}
    assert told["flagged"] == {"r": None, "s": None, "t": 500}


def test_points_are_told_within_those_of_whom_they_tell() -> None:
    choices = {
        "ledger": {"undetermined": 100, "fresh": 900},
        "ledger_compliance": {"unknown": 60, "partial": 40, "full": 900},
        "count": {"undetermined": 4, "met": 30, "not_met": 966},
        "target": {"met": 1000},
    }
    fields = {
        "ledger_missing": {"a": 95, "b": 50, "c": 4, "d": 100},
        "ledger_compliance_missing": {"a": 55, "b": 30},
        "ledger_unmet": {"x": 40, "y": 35, "z": 20},
        "ledger_flagged": {"": 995},
        "ledger_readings": {"r/one/0": 500, "r/two/0": 497},
        "count_missing": {"a": 4, "b": 0},
        "count_flagged": {"": 500},
        "target_missing": {"a": 0},
        "accompanying_missing": {"r/a": 50, "r/b": 5},
    }
    tally = {"rows": 1000, "parts": {"one": {"duties": {"choices": choices, "fields": fields}}}}
    told = guarded({**tally, "divisions": {}, "flows": {}}, 10)["parts"]["one"]["duties"]["fields"]
    assert told == {
        "ledger_missing": {"a": None, "b": 50, "c": None, "d": 100},
        "ledger_compliance_missing": {"a": None, "b": 30},
        "ledger_unmet": {"x": 40, "y": None, "z": 20},
        "ledger_flagged": {"": None},
        "ledger_readings": {"r/one/0": None, "r/two/0": None},
        "count_missing": {"a": None, "b": None},
        "count_flagged": {"": 500},
        "target_missing": {"a": 0},
        "accompanying_missing": {"r/a": 50, "r/b": None},
    }


@pytest.mark.parametrize(
    ("status", "groups", "expected"),
    [
        (45, {"a": 45, "b": 0}, 45),
        (48, {"a": 45, "b": 3}, None),
        (60, {"a": 45, "b": 3, "c": 12}, None),
        (58, {"a": 45, "b": 8, "c": 5}, 58),
        (5, {"a": 5}, None),
    ],
)
def test_the_flag_of_the_whole_gives_no_group_away(status: int, groups: dict[str, int], expected: int | None) -> None:
    told = guarded(part_of(flagged={"status": status, "groups": groups}), 10)["parts"]["one"]["services"]["flagged"]
    assert told["status"] == expected
    assert told["groups"] == {name: count if count == 0 or count >= 10 else None for name, count in groups.items()}


@pytest.mark.parametrize(
    ("alone", "expected"),
    [
        ({"x": 40, "y": 30}, {"x": 40, "y": 30}),
        ({"x": 45, "y": 30}, {"x": None, "y": 30}),
        ({"x": 3, "y": 60}, {"x": None, "y": 60}),
    ],
)
def test_facts_that_are_missing_do_not_give_each_other_away(alone: dict[str, int], expected: Any) -> None:
    missing = {"open": 100, "lacking": {"x": 50, "y": 60, "z": 7, "w": 96}, "alone": alone}
    part = {"choices": {"status": {"undetermined": 100, "not_matched": 900}}, "groups": {}, "missing": missing}
    told = guarded({"rows": 1000, "parts": {"one": {"eligibility": part}}, "divisions": {}, "flows": {}}, 10)
    found = told["parts"]["one"]["eligibility"]["missing"]
    assert found["lacking"] == {"x": 50, "y": 60, "z": None, "w": None}
    assert found["alone"] == expected


def test_a_region_and_what_is_supposed_of_it_are_held_back_together() -> None:
    people = [("a", (word, word, word, word)) for word in ("covered", "not_matched") for _ in range(50)]
    people += [("b", (word, word, word, word)) for word in ("covered", "not_matched") for _ in range(60)]
    people += [("c", (word, word, word, word)) for word in ("covered", "not_matched") for _ in range(60)]
    people[0] = ("a", ("covered", "not_matched", "covered", "covered"))
    told = guarded(tallied(people), 5)
    assert told["flows"]["one"]["two"]["covered"]["covered"] is None
    assert told["flows"]["three"]["two"]["covered"]["covered"] == 170
    told = guarded(tallied(people), 5)["divisions"]["b"]["parts"]
    assert told["one"] == told["one+"] == told["two"]
    people = [("a", ("ambiguous", "undetermined", "covered", "covered"))] * 3
    people += [("a", (word,) * 4) for word in ("covered", "not_matched", "undetermined") for _ in range(50)]
    parts = guarded(tallied(people), 10)["parts"]
    lists = {name: part["eligibility"]["choices"]["status"] for name, part in parts.items()}
    assert lists["one"] == {"ambiguous": None, "covered": None, "not_matched": None, "undetermined": 50}
    assert lists["one+"] == {"covered": None, "not_matched": None, "undetermined": 53}


def test_the_order_of_merging_does_not_show() -> None:
    tally = tallied([("a", ("covered",) * 4)] * 30 + [("b", ("ambiguous",) * 4)] * 30)
    other = json.loads(json.dumps(tally, sort_keys=True))
    assert json.dumps(guarded(tally, 7), sort_keys=True) == json.dumps(guarded(other, 7), sort_keys=True)
