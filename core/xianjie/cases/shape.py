"""The strict shape of a case, made from the vocabulary, so that a region's own facts are checked alike."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from xianjie.language.calendar import NEVER
from xianjie.policy.model import Event
from xianjie.vocabulary import FactSpec, FactType, Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS

MOST_MONEY = 10**15
MOST_RECORDS = 2000
MOST_WORDS = 200
LONGEST_WORD = 200

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")
_CITIZEN_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")


def _day(value: object) -> object:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.toordinal()
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date_form", "a date")
    try:
        return dt.date.fromisoformat(value).toordinal()
    except ValueError:
        raise PydanticCustomError("date_impossible", "no such day") from None


def _event_day(value: object) -> object:
    return NEVER if value == "never" else _day(value)


def _exact(value: object) -> object:
    """Read a number exactly: a JSON number by its shortest decimal form, or a string of digits."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise PydanticCustomError("number_form", "a number")
    if isinstance(value, str) and not _PLAIN_NUMBER.fullmatch(value):
        raise PydanticCustomError("number_form", "a number")
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, ValueError):
        raise PydanticCustomError("number_form", "a number") from None
    if not number.is_finite():
        raise PydanticCustomError("finite_number", "finite")
    # copy_abs, since abs() rounds to the context and overflows on a huge exponent
    if number.copy_abs() > MOST_MONEY:
        raise PydanticCustomError("number_too_large", "too large")
    if number != round(number, 9):
        raise PydanticCustomError("number_too_fine", "too fine")
    return number


def _money(value: object) -> object:
    number = _exact(value)
    assert isinstance(number, Decimal)
    if number < 0:
        raise PydanticCustomError("money_negative", "negative")
    fen = number * 100
    if fen != fen.to_integral_value():
        raise PydanticCustomError("money_fen", "finer than fen")
    return int(fen)


def _words(value: object) -> object:
    if not isinstance(value, list | set | frozenset) or not all(isinstance(item, str) and item for item in value):
        raise PydanticCustomError("set_form", "a list of texts")
    if len(value) > MOST_WORDS:
        raise PydanticCustomError("too_long", "too many words")
    if any(len(item) > LONGEST_WORD for item in value):
        raise PydanticCustomError("string_too_long", "too long a word")
    return frozenset(_label(item) for item in value)


def _years(value: object) -> object:
    """Take a year as number or text, as YAML and JSON write it."""
    if not isinstance(value, Mapping):
        return value
    out = {str(key) if type(key) is int else key: item for key, item in value.items()}
    if len(out) < len(value):
        raise PydanticCustomError("key_doubled", "a year twice")
    return out


def _label(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "text")
    # full-width digits make the same number
    if _CITIZEN_NUMBER.search(unicodedata.normalize("NFKC", value)):
        raise PydanticCustomError("citizen_number", "a citizen's number")
    return value


_JSON_NUMBER = {
    "anyOf": [
        {"type": "number", "minimum": -MOST_MONEY, "maximum": MOST_MONEY},
        {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,9})?$"},
    ]
}
_JSON_MONEY = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": MOST_MONEY},
        {"type": "string", "pattern": r"^[0-9]{1,15}(\.[0-9]{1,2})?$"},
    ]
}
_JSON_DAY = {"type": "string", "format": "date"}
_JSON_EVENT = {"anyOf": [{"type": "string", "format": "date"}, {"const": "never"}]}

Day = Annotated[int, BeforeValidator(_day), WithJsonSchema(_JSON_DAY)]
EventDay = Annotated[int, BeforeValidator(_event_day), WithJsonSchema(_JSON_EVENT)]
Money = Annotated[int, BeforeValidator(_money), WithJsonSchema(_JSON_MONEY)]
Number = Annotated[Decimal, BeforeValidator(_exact), WithJsonSchema(_JSON_NUMBER)]
Words = Annotated[
    frozenset[str],
    BeforeValidator(_words),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": LONGEST_WORD},
            "maxItems": MOST_WORDS,
        }
    ),
]
Label = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(_label)]
Note = Annotated[str, Field(max_length=500), BeforeValidator(_label)]
Additions = Annotated[dict[str, Number], Field(max_length=MOST_WORDS), BeforeValidator(_years)]


class Shape(BaseModel):
    """What every part of a case shares: no unknown names, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EventShape(Shape):
    """A step of a referral that took place."""

    event: Event
    on: Day | None = None
    by: Note | None = None


class MeetingShape(Shape):
    """Who was present at a consultation."""

    departments: bool | None = None
    charities: bool | None = None
    grassroots: bool | None = None


class ProvenanceShape(Shape):
    """Who asserted a fact, and when."""

    by: Note | None = None
    on: Day | None = None
    note: Note | None = None


def _type_of(spec: FactSpec) -> Any:
    match spec.type:
        case FactType.BOOL:
            return bool
        case FactType.INT:
            return Annotated[int, Field(ge=spec.least or 0, le=spec.most or 10**9)]
        case FactType.MONEY:
            return Money
        case FactType.NUMBER:
            return Number
        case FactType.EVENT:
            return EventDay
        case FactType.ENUM:
            return Literal[tuple(spec.words)]
        case FactType.SET:
            return Words


@lru_cache(maxsize=16)
def case_shape(vocabulary: Vocabulary) -> type[BaseModel]:
    """Make the model of a case from a vocabulary; every fact is optional."""
    extra: dict[str, dict[str, Any]] = {
        "referral": {"events": (Annotated[list[EventShape], Field(max_length=200)] | None, None)},
        "duty": {"meetings": (Annotated[list[MeetingShape], Field(max_length=400)] | None, None)},
        "target": {"additions": (Additions | None, None)},
    }
    fields: dict[str, Any] = {
        "case": (Label | None, None),
        "household_ref": (Label | None, None),
        "as_of": (Day | None, None),
        "provenance": (dict[str, ProvenanceShape] | None, None),
    }
    for record, (zh, en) in RECORDS.items():
        facts: dict[str, Any] = {
            spec.short: (_type_of(spec) | None, Field(default=None, title=spec.zh, description=spec.en))
            for spec in vocabulary.of_record(record)
        }
        shape = create_model(
            f"{record.capitalize()}", __base__=Shape, __doc__=f"{zh} {en}", **facts, **extra.get(record, {})
        )
        if record in LISTS:
            several: Any = list[shape]  # type: ignore[valid-type]
            fields[LISTS[record]] = (Annotated[several, Field(max_length=MOST_RECORDS)] | None, None)
        else:
            fields[record] = (shape | None, None)
    return create_model("Case", __base__=Shape, __doc__="一个个案 a case", **fields)
