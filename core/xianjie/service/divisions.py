"""A division in a body or a query: its code, as text."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from xianjie.access import AccessError, Division, division

CODE = {"type": "string", "pattern": "^(national|[1-8][0-9]([0-9]{2}){0,2}|[1-8][0-9]{5}[0-9]{3}([0-9]{3})?)$"}


def _division(value: object) -> object:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "text")
    try:
        return division(value)
    except AccessError:
        raise PydanticCustomError("division_form", "a division") from None


DivisionCode = Annotated[
    Division,
    BeforeValidator(_division),
    WithJsonSchema({**CODE, "description": "行政区划代码 2、4、6、9 或 12 位，全国写 national a division's code"}),
]
