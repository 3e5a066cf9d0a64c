"""What pydantic finds is said in our own words, with a stable code, and without the value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from xianjie.messages import sentence


class Colour(Enum):
    RED = "red"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    x: int = 0


class One(BaseModel):
    part: Literal["one"]


class Two(BaseModel):
    part: Literal["two"]


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    flag: bool = True
    count: Annotated[int, Field(ge=1, le=9)] = 1
    between: Annotated[int, Field(gt=1, lt=9)] = 2
    share: float = 1.0
    exact: Annotated[Decimal, Field(allow_inf_nan=False)] = Decimal(1)
    name: Annotated[str, StringConstraints(min_length=1, max_length=3, pattern="^[a-z]+$")] = "a"
    day: dt.date = dt.date(2025, 5, 1)
    many: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    table: dict[str, int] = {}
    inner: Inner = Inner()
    word: Literal["a", "b", "c"] = "a"
    colour: Colour = Colour.RED
    union: Annotated[One | Two, Field(discriminator="part")] = One(part="one")


def test_numbers_of_addresses_are_read_from_text_and_told_in_the_same_words() -> None:
    assert sentence("int_parsing", {}) == sentence("int_type", {})
    assert sentence("bool_parsing", {}) == sentence("bool_type", {})


def found(data: dict[Any, Any]) -> list[tuple[str, str, str]]:
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate(data)
    return [sentence(item["type"], item.get("ctx", {})) for item in caught.value.errors()]


@pytest.mark.parametrize(
    ("data", "code", "zh", "en"),
    [
        ({"flag": 1}, "type-bool", "只接受 true 或 false", "only true or false is accepted"),
        ({"flag": "true"}, "type-bool", "只接受 true 或 false", "only true or false is accepted"),
        ({"count": "1"}, "type-int", "须是整数", "must be a whole number"),
        ({"count": 1.0}, "type-int", "须是整数", "must be a whole number"),
        ({"count": 1.5}, "type-int", "须是整数", "must be a whole number"),
        ({"count": True}, "type-int", "须是整数", "must be a whole number"),
        ({"count": 0}, "number-too-small", "不得小于 1", "must not be below 1"),
        ({"count": 10}, "number-too-large", "不得大于 9", "must not be above 9"),
        ({"between": 1}, "number-too-small", "不得小于 1", "must not be below 1"),
        ({"between": 9}, "number-too-large", "不得大于 9", "must not be above 9"),
        ({"share": "x"}, "type-number", "须是数字", "must be a number"),
        ({"exact": "1"}, "type-number", "须是数字", "must be a number"),
        ({"exact": Decimal("inf")}, "type-number", "须是有限的数字", "must be a finite number"),
        ({"name": 3}, "type-text", "须是文字", "must be text"),
        ({"name": ""}, "text-empty", "不能为空", "must not be empty"),
        ({"name": "abcd"}, "text-too-long", "文字过长", "the text is too long"),
        ({"name": "A"}, "text-pattern", "写法不符合规定的格式", "not of the form that is asked for"),
        ({"day": "2025-05-01"}, "type-date", "须是日期（如 2025-05-01）", "must be a date (as 2025-05-01)"),
        ({"many": 1}, "type-list", "须是列表", "must be a list"),
        ({"many": []}, "list-too-short", "至少要有规定的项数", "too few entries"),
        ({"many": [1, 2, 3]}, "list-too-long", "项数过多", "too many entries"),
        ({"table": []}, "type-mapping", "须是由键和值组成的一组", "must be a mapping of keys and values"),
        ({"table": {1: 1}}, "type-text", "须是文字", "must be text"),
        ({"inner": 3}, "type-mapping", "须是由键和值组成的一组", "must be a mapping of keys and values"),
        ({"inner": {"y": 1}}, "field-unknown", "没有这个名称的项", "there is no entry of this name"),
        ({"word": "d"}, "word-unknown", "须是以下之一：a、b、c", "must be one of a, b, c"),
        ({"colour": "blue"}, "type-number", "须是数字", "must be a number"),
        ({"union": {}}, "field-missing", "缺少 part（规则的类别）", "`part` (the kind of rule) is missing"),
        (
            {"union": {"part": "x"}},
            "word-unknown",
            "part 须是以下之一：'one', 'two'",
            "`part` must be one of 'one', 'two'",
        ),
        ({3: 1}, "key-form", "键须是文字", "a key must be text"),
    ],
)
def test_each_finding_in_our_words(data: dict[Any, Any], code: str, zh: str, en: str) -> None:
    assert found(data) == [(code, zh, en)]


@pytest.mark.parametrize("value", ["张三丰", "110101199001011234"])
@pytest.mark.parametrize("field", ["flag", "count", "exact", "name", "day", "many", "table", "inner", "word", "union"])
def test_no_sentence_repeats_the_value(field: str, value: str) -> None:
    for code, zh, en in found({field: value}):
        assert value not in code + zh + en


def test_a_finding_without_words_of_its_own_is_named_by_its_type() -> None:
    assert sentence("url_scheme", {}) == (
        "value-invalid",
        "值不符合要求（url_scheme）",
        "the value is not accepted (url_scheme)",
    )


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("missing", "field-missing"),
        ("date_form", "type-date"),
        ("date_impossible", "date-impossible"),
        ("number_form", "type-number"),
        ("number_too_large", "number-too-large"),
        ("number_too_fine", "number-too-fine"),
        ("money_negative", "money-negative"),
        ("money_fen", "money-fen"),
        ("key_doubled", "key-doubled"),
        ("set_form", "type-set"),
        ("citizen_number", "citizen-number"),
    ],
)
def test_our_own_findings_have_their_codes(kind: str, code: str) -> None:
    found_code, zh, en = sentence(kind, {})
    assert found_code == code
    assert zh != en
