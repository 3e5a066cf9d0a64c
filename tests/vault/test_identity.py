"""Numbers and names are found however they were typed; nobody real is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.rings import told

from xianjie.errors import InputError
from xianjie.vault import identity_number, person_name

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(seventeen: str) -> str:
    """After the table of GB 11643, written out."""
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, WEIGHTS, strict=True))
    return seventeen + "10X98765432"[total % 11]


@pytest.mark.parametrize(
    "typed",
    [
        "99010119900230123x",
        "99010119900230123X",
        "99010119900230123Ｘ",
        "９９０１０１１９９００２３０１２３ｘ",
        " 990101 19900230 123x\n",
        "990101-19900230-123X",
        "9901011990023 0123x",
        "990101　19900230　123X",
        "\u200b990101\u200d19900230123X\ufeff",
        "990101.1990.0230.123x",
    ],
)
def test_a_number_is_the_same_however_it_was_typed(typed: str) -> None:
    assert identity_number(typed).text == "99010119900230123X"


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True))
def test_the_check_digit_is_a_hint_and_refuses_nobody(seventeen: str) -> None:
    right = with_check_digit(seventeen)
    assert (identity_number(right).check_digit, identity_number(right).form) == ("right", "resident")
    for other in set("0123456789X") - {right[-1]}:
        found = identity_number(seventeen + other)
        assert (found.check_digit, found.form, found.text) == ("wrong", "resident", seventeen + other)


@pytest.mark.parametrize(
    "seventeen",
    ["11022119300101001", "51022119250505002", "99000018990101003", "11010120991231001"],
    ids=["a county that is no more", "a province that was divided", "the century before last", "not born yet"],
)
def test_old_counties_and_odd_dates_are_real_people_too(seventeen: str) -> None:
    assert identity_number(with_check_digit(seventeen)).check_digit == "right"


@pytest.mark.parametrize(
    ("typed", "text", "form"),
    [
        ("990101 900230 123", "990101900230123", "first_generation"),
        ("h12345678(9)", "H12345678(9)", "other"),
        ("ea1234567", "EA1234567", "other"),
        ("0" * 18, "0" * 18, "other"),
        ("99010119900230123", "99010119900230123", "other"),
        ("X9010119900230123X", "X9010119900230123X", "other"),
    ],
)
def test_other_documents_are_taken_as_they_are(typed: str, text: str, form: str) -> None:
    found = identity_number(typed)
    assert (found.text, found.form, found.check_digit) == (text, form, "none")


def test_fifteen_places_are_not_made_into_eighteen() -> None:
    assert identity_number("990101900230123").text != identity_number("990101199002301235").text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("赵无名", " 赵 无名 "),
        ("赵无名", "赵　无 名"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽·买买提", "阿依古丽 ・ 买买提"),
        ("阿依古丽·买买提", "阿依古丽．买买提"),
        ("Wu Ming", "ｗｕ   ming"),
        ("赵无名", "赵\u200b无名"),
        ("é", "e\u0301"),
        ("金無名", "\uf90a無名"),
    ],
)
def test_a_name_is_the_same_however_it_was_typed(one: str, other: str) -> None:
    assert person_name(one) == person_name(other)


@pytest.mark.parametrize(("one", "other"), [("赵无名", "赵无明"), ("Wu Ming", "Wuming"), ("赵无·名", "赵无名")])
def test_other_names_are_others(one: str, other: str) -> None:
    assert person_name(one) != person_name(other)


@settings(max_examples=80, deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_writing_in_one_way_twice_changes_nothing(text: str) -> None:
    for write in (person_name, lambda typed: identity_number(typed).text):
        try:
            once = write(text)
        except InputError:
            continue
        assert write(once) == once


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "　", "- .", "\n"])
def test_nothing_is_no_number_and_no_name(text: str) -> None:
    with pytest.raises(InputError) as raised:
        identity_number(text)
    assert raised.value.problems[0].code == "text-empty"
    with pytest.raises(InputError) as raised:
        person_name(text.replace("-", "·"))
    assert raised.value.problems[0].code == "text-empty"


@pytest.mark.parametrize(
    ("text", "code"), [("赵\ud800无名", "text-invalid"), ("赵\0", "text-invalid"), ("赵" * 22_000, "text-too-long")]
)
def test_what_cannot_be_kept_is_refused_without_being_repeated(text: str, code: str) -> None:
    for write in (person_name, identity_number):
        with pytest.raises(InputError) as raised:
            write(text)
        assert raised.value.problems[0].code == code
        assert "赵" not in told(raised.value)


def test_a_number_is_not_shown_by_accident() -> None:
    assert "9901" not in repr(identity_number("99010119900230123X"))
    assert "9901" not in str([identity_number("99010119900230123X")])
