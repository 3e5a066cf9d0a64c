"""YAML with places: what is read, what is refused, and where each value stands."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xianjie.errors import InputError, PolicyError
from xianjie.policy.load import load_policy
from xianjie.policy.yaml_tree import DEEPEST, LARGEST, MOST_NODES, YamlTree, resolved
from xianjie.vocabulary import BASE


def tree(text: str, dates: bool = True) -> YamlTree:
    return YamlTree(text, "f.yaml", PolicyError, dates)


def refused(text: str) -> tuple[str, int | None, int | None]:
    with pytest.raises(PolicyError) as caught:
        tree(text)
    (problem,) = caught.value.problems
    assert problem.place.file == "f.yaml"
    return problem.code, problem.place.line, problem.place.column


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: text", "text"),
        ("a: 'yes'", "yes"),
        ("a: yes", "yes"),
        ("a: on", "on"),
        ("a: true", True),
        ("a: False", False),
        ("a:", None),
        ("a: null", None),
        ("a: ~", None),
        ("a: 3", 3),
        ("a: -3", -3),
        ("a: '3'", "3"),
        ("a: 0x10", 16),
        ("a: 0o10", 8),
        ("a: 012", 12),
        ("a: 3.50", Decimal("3.50")),
        ("a: 0.1", Decimal("0.1")),
        ("a: 1e3", Decimal("1e3")),
        ("a: 2025-05-01", dt.date(2025, 5, 1)),
        ("a: '2025-05-01'", "2025-05-01"),
        ("a: 2025-05-01T10:00:00", "2025-05-01T10:00:00"),
        ("a: 1:30", "1:30"),
        ("a: [1, two, {b: 3}]", [1, "two", {"b": 3}]),
        ("a: {}", {}),
        ("a: 医疗", "医疗"),
        ("a: |\n  x\n  y\n", "x\ny\n"),
        ("a: >-\n  x\n  y\n", "x y"),
        ("a: x\n  y\n  z", "x y z"),
        ('a: "x\\ty\\u533b"', "x\ty医"),
    ],
)
def test_values(text: str, value: Any) -> None:
    found = tree(text).value["a"]
    assert found == value
    assert type(found) is type(value)


def test_without_dates_a_date_stays_text() -> None:
    assert tree("a: 2025-05-01", dates=False).value == {"a": "2025-05-01"}


def test_a_number_may_be_a_key_and_nothing_else_but_text() -> None:
    assert tree("2025: 1\nb: 2").value == {2025: 1, "b": 2}


def test_an_empty_file_holds_nothing_and_has_a_place_all_the_same() -> None:
    empty = tree("# 只有注释\n")
    assert empty.value is None
    assert str(empty.place(("a", "b"))) == "f.yaml a"


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: &x 1\nb: *x", "yaml-alias", 1, 4),
        ("a: &x [1]\nb: *x", "yaml-alias", 1, 4),
        ("a: &x [*x]", "yaml-alias", None, None),
        ("a: *nothing", "yaml-alias", 1, 4),
        ("base: &x {a: 1}\nb:\n  <<: *x", None, None, None),
        ("a:\n  <<: {b: 1}", "yaml-tag", 2, 3),
        ("a: !!python/object/apply:os.system [x]", "yaml-tag", 1, 4),
        ("a: !secret x", "yaml-tag", 1, 4),
        ("a: !!binary aGk=", "yaml-tag", 1, 4),
        ("a: !!set {x}", "yaml-tag", 1, 4),
        ("b: 1\na: 1\nb: 2", "yaml-doubled-key", 3, 1),
        ("a:\n  x: 1\n  x: 1", "yaml-doubled-key", 3, 3),
        ("{a: 1, a: 1}", "yaml-doubled-key", 1, 8),
        ("true: 1", "yaml-key", 1, 1),
        ("~: 1", "yaml-key", 1, 1),
        ("2025-05-01: 1", "yaml-key", 1, 1),
        ("1.5: 1", "yaml-key", 1, 1),
        ("[a]: 1", "yaml-key", 1, 1),
        ("? {a: 1}\n: 2", "yaml-key", 1, 3),
        ("a: .inf", "yaml-value", 1, 4),
        ("a: .nan", "yaml-value", 1, 4),
        ("a: 2025-02-30", "yaml-value", 1, 4),
        (f"a: {'9' * 5000}", "yaml-value", 1, 4),
        ("a: [1, 2", "yaml-syntax", None, None),
        ("a: b: c", "yaml-syntax", 1, 5),
        ("a: 'x", "yaml-syntax", 1, 6),
        ("a:\n\tb: 1", "yaml-syntax", 2, 1),
        ("a: 1\n b: 2", "yaml-syntax", None, None),
        ("a: 1\n---\nb: 2", "yaml-documents", 2, 1),
        ("a: \x00", "yaml-syntax", None, None),
        ("a: \x07", "yaml-syntax", None, None),
        ("a: \ud800", "yaml-syntax", None, None),
        ("%YAML 9.9\n---\na: 1", None, None, None),
    ],
)
def test_what_is_refused(text: str, code: str | None, line: int | None, column: int | None) -> None:
    found = refused(text)
    if code is not None:
        assert found[0] == code
    if line is not None:
        assert found == (code, line, column)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000 + "]" * 5000,
        "{a: " * 5000 + "1" + "}" * 5000,
        "- " * 3000 + "a",
        "? " * 3000 + "a",
        "\n".join(" " * depth + "a:" for depth in range(1500)),
        "a: " + "[" * (DEEPEST + 2) + "]" * (DEEPEST + 2),
        "\n".join(f"{'  ' * depth}- a:" for depth in range(80)),
    ],
)
def test_deep_nesting_is_refused_without_a_crash(text: str) -> None:
    assert refused(text)[0] == "yaml-too-deep"


def test_nesting_is_read_to_the_limit() -> None:
    fine = "a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)
    assert tree(fine).value["a"]
    assert refused("a: " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))[0] == "yaml-too-deep"


def test_a_billion_laughs_are_refused_at_the_first() -> None:
    lines = ['a0: &a0 ["ha", "ha"]'] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert refused("\n".join(lines))[0] == "yaml-alias"


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    tracemalloc.start()
    try:
        with pytest.raises(PolicyError) as caught:
            load_policy(path, BASE)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [problem.code for problem in caught.value.problems] == ["file-too-large"]
    assert peak < 1024 * 1024


@pytest.mark.parametrize(
    ("text", "read_at_all"),
    [
        ("#" + "x" * (LARGEST - 1), True),
        ("#" + "x" * LARGEST, False),
        ("#" + "," * MOST_NODES, True),
        ("#" + "," * (MOST_NODES + 1), False),
        ("[" + "1," * (MOST_NODES + 1) + "]", False),
        ("- a\n" * (MOST_NODES + 1), False),
    ],
)
def test_size_and_number_of_values_have_limits(text: str, read_at_all: bool) -> None:
    if read_at_all:
        assert tree(text).value is None
    else:
        assert refused(text)[0] == "file-too-large"


def test_the_error_is_of_the_callers_kind() -> None:
    with pytest.raises(InputError):
        YamlTree("a: [", "f.yaml", InputError)


DOCUMENT = """\
top: 1
list:
  - name: 甲
    values: [1, {x: 2}]
  -   name: 乙
2025: year
last:
"""


@pytest.mark.parametrize(
    ("path", "line", "column", "told"),
    [
        ((), 1, 1, None),
        (("top",), 1, 1, "top"),
        (("list",), 2, 1, "list"),
        (("list", 0), 3, 5, "list[0]"),
        (("list", 0, "name"), 3, 5, "list[0].name"),
        (("list", 0, "values", 1), 4, 17, "list[0].values[1]"),
        (("list", 0, "values", 1, "x"), 4, 18, "list[0].values[1].x"),
        (("list", 1, "name"), 5, 7, "list[1].name"),
        ((2025,), 6, 1, "[2025]"),
        (("last",), 7, 1, "last"),
        # a missing part is placed at what should hold it
        (("list", 1, "values"), 5, 7, "list[1].values"),
        (("list", 9), 2, 1, "list[9]"),
        (("list", 1, "values", 3, "x"), 5, 7, "list[1].values"),
        (("nowhere", "x"), 1, 1, "nowhere"),
    ],
)
def test_places(path: tuple[str | int, ...], line: int, column: int, told: str | None) -> None:
    place = tree(DOCUMENT).place(path)
    assert (place.file, place.line, place.column, place.path) == ("f.yaml", line, column, told)


VALUE = "aid.received and nope.x or hardship"


@pytest.mark.parametrize(
    "written",
    [
        "when: aid.received and nope.x or hardship",
        "when:    aid.received   and\n    nope.x\n    or hardship",
        "when:\n  aid.received and\n  nope.x or hardship",
        "when: >-\n  aid.received\n  and nope.x or hardship\nnext: 1",
        "when: > # note\n\n    aid.received and\n\n    nope.x or hardship\n",
        "when: |\n  aid.received and\n  nope.x\n  or hardship\n",
        "when: |2\n  aid.received and\n  nope.x\n  or hardship\n",
        "when: 'aid.received and nope.x or hardship'",
        "when: 'aid.received\n\n  and\n  nope.x or hardship'",
        'when: "aid.received and nope.x or hardship"',
        'when: "aid.received and \\\n   nope.x or hardship"',
        'when: "aid.received and\\tnope.x\\nor hardship"',
        "{when: aid.received and nope.x or hardship}",
        "{when: aid.received and\n    nope.x or hardship, b: 1}",
        "# 中文注释\nwhen: aid.received and nope.x or hardship",
    ],
)
def test_a_character_of_a_value_is_found_however_the_value_is_written(written: str) -> None:
    here = tree(written)
    value: str = here.value["when"]
    assert value.split() == VALUE.split()
    at = written.index("nope.x")
    line, column = written.count("\n", 0, at) + 1, at - (written.rfind("\n", 0, at) + 1) + 1
    place = here.place_in(("when",), value.index("nope.x"))
    assert (place.line, place.column, place.path) == (line, column, "when")
    # the very end lies right behind the last character
    end = written.index("hardship") + len("hardship")
    place = here.place_in(("when",), len(value.rstrip()))
    assert (place.line, place.column) == (written.count("\n", 0, end) + 1, end - (written.rfind("\n", 0, end) + 1) + 1)
    # the very beginning is the value's first character
    start = written.index("aid.")
    place = here.place_in(("when",), 0)
    assert (place.line, place.column) == (
        written.count("\n", 0, start) + 1,
        start - (written.rfind("\n", 0, start) + 1) + 1,
    )


@pytest.mark.parametrize(
    "written",
    [
        "when: 'referral.direction == ''forward'' and nope.x'",
        'when: "referral.direction == \\"forward\\" and nope.x"',
        'when: "referral.direction == \\x27forward\\u0027 and nope.x"',
        "when: referral.direction == 'forward' and nope.x",
        "when: '医疗' in aid.special_programmes and nope.x".replace("when: '", "when: \"'").replace(
            "nope.x", 'nope.x"'
        ),
    ],
)
def test_quotes_inside_quotes_count_for_one_character(written: str) -> None:
    here = tree(written)
    place = here.place_in(("when",), here.value["when"].index("nope.x"))
    assert (place.line, place.column) == (1, written.index("nope.x") + 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(newline: str) -> None:
    text = "a: 1\nb:\n  c: >-\n    aid.received and\n    nope.x\n".replace("\n", newline)
    here = tree(text)
    place = here.place_in(("b", "c"), here.value["b"]["c"].index("nope"))
    assert (place.line, place.column) == (5, 5)
    assert (here.place(("b", "c")).line, here.place(("b", "c")).column) == (3, 3)


def test_a_character_of_what_is_not_there_is_placed_where_it_should_be() -> None:
    place = tree(DOCUMENT).place_in(("list", 1, "when"), 5)
    assert (place.line, place.column) == (5, 7)


def test_steps_that_are_no_keys_of_the_file_are_dropped_from_a_path() -> None:
    here = tree("rules:\n  - part: group\n    group: poor\n    when: {by: x}\n")
    assert resolved(here, ("rules", 0, "group", "group")) == ("rules", 0, "group")
    assert resolved(here, ("rules", 0, "group", "when", "ByReading", "by")) == ("rules", 0, "when", "by")
    assert resolved(here, ("rules", 0, "group", "zh")) == ("rules", 0, "zh")
    assert resolved(here, ("rules", 7, "zh")) == ("rules",)
    assert resolved(here, ("rules", 0, "when", "constrained-str")) == ("rules", 0, "when")
