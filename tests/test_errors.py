"""Places, problems, and the names nearest to a slip."""

from __future__ import annotations

import pytest

from xianjie.errors import (
    InputError,
    InternalError,
    Place,
    PluginError,
    PolicyError,
    Problem,
    XianjieError,
    is_plain_key,
    nearest,
    written_path,
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place("f.yaml"), "f.yaml"),
        (Place("f.yaml", 3), "f.yaml:3"),
        (Place("f.yaml", 3, 7), "f.yaml:3:7"),
        (Place("f.yaml", 3, 7, path="aid.received"), "f.yaml:3:7 aid.received"),
        (Place("f.xlsx", cell="B2"), "f.xlsx[B2]"),
        (Place("f.xlsx", cell="B2", path="aid"), "f.xlsx[B2] aid"),
        (Place(path="regions[0]"), "regions[0]"),
    ],
)
def test_a_place_is_written_as_far_as_it_is_known(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_problem_is_one_line_in_either_language() -> None:
    problem = Problem("a-code", "出错", "wrong", Place("f.yaml", 3, 7))
    assert problem.text() == "f.yaml:3:7: 出错 [a-code]"
    assert problem.text("en") == "f.yaml:3:7: wrong [a-code]"
    assert Problem("a-code", "出错", "wrong").text("en") == "wrong [a-code]"


@pytest.mark.parametrize("kind", [InputError, PolicyError, PluginError, InternalError])
def test_an_error_carries_one_problem_or_several(kind: type[XianjieError]) -> None:
    one, two = Problem("one", "一", "one"), Problem("two", "二", "two")
    assert kind(one).problems == (one,)
    assert kind([one, two]).problems == (one, two)
    assert str(kind([one, two])) == "一 [one]\n二 [two]"
    assert issubclass(kind, XianjieError)
    assert not issubclass(XianjieError, kind)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("aid", "received"), "aid.received"),
        (("ledgers", 0, "kind"), "ledgers[0].kind"),
        ((0, "kind"), "[0].kind"),
        (("additions", "2025"), "additions.…"),
        (("张三",), "…"),
        (("aid", "11010119900101123X"), "aid.…"),
        (("a b",), "…"),
        (("provenance", "aid.received", "by"), "provenance.aid.received.by"),
    ],
)
def test_a_key_that_could_be_somebodys_name_or_number_is_not_repeated(path: tuple[str | int, ...], text: str) -> None:
    assert written_path(path) == text


@pytest.mark.parametrize(
    ("key", "plain"),
    [
        ("received", True),
        ("aid.received", True),
        ("_x", True),
        ("a-b", True),
        ("a" * 60, True),
        ("a" * 61, False),
        ("", False),
        ("1a", False),
        ("张三", False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
    ],
)
def test_plain_keys(key: str, plain: bool) -> None:
    assert is_plain_key(key) is plain


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("recieved", ("received", "refused"), "received"),
        ("aid.recieved", ("aid.received", "referral.received"), "aid.received"),
        ("x.received", ("aid.received", "household.size"), "aid.received"),
        ("orphan", ("person.orphan", "person.tekun"), "person.orphan"),
        ("qqqq", ("received",), None),
        ("", ("received",), None),
        ("received", (), None),
        ("金花", ("jinhua",), None),
    ],
)
def test_the_nearest_name(name: str, known: tuple[str, ...], near: str | None) -> None:
    assert nearest(name, known) == near
