"""`/v1/persons, /v1/persons/search`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from xianjie.client.call import Call, ask, get, given, nothing, path, reads, write
from xianjie.client.shape import Shape


class PersonFrame(Shape):
    """一个人的记录，不含内容 a person's record, unopened."""

    id: str
    version: int
    division: str


class PersonsFound(Shape):
    """查到的人 who was found; `more`: there are others of that name."""

    items: list[PersonFrame]
    more: bool


class PersonShown(Shape):
    """一个人 a person, opened."""

    id: str
    version: int
    division: str
    name: str
    number: str | None
    phone: str | None
    address: str | None


def record_person(
    *,
    name: str,
    division: str,
    number: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    idempotency_key: str | None = None,
) -> Call[PersonFrame]:
    """登记个人 Record a person."""
    return write(
        "POST",
        path("v1", "persons"),
        {"name": name, "division": division, **given({"number": number, "phone": phone, "address": address})},
        reads(PersonFrame),
        idempotency_key=idempotency_key,
    )


def search_persons(*, number: str | None = None, name: str | None = None) -> Call[PersonsFound]:
    """查找个人 Look people up."""
    return ask(path("v1", "persons", "search"), given({"number": number, "name": name}), reads(PersonsFound))


def open_person(id: str) -> Call[PersonShown]:
    """打开个人信息 Open a person's record."""
    return get(path("v1", "persons", id), reads(PersonShown))


def change_person(
    id: str,
    version_read: int,
    *,
    name: str,
    division: str,
    number: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    idempotency_key: str | None = None,
) -> Call[PersonFrame]:
    """更正个人信息 Change a person's record."""
    return write(
        "PUT",
        path("v1", "persons", id),
        {"name": name, "division": division, **given({"number": number, "phone": phone, "address": address})},
        reads(PersonFrame),
        version=version_read,
        idempotency_key=idempotency_key,
    )


def erase_person(id: str, *, idempotency_key: str | None = None) -> Call[None]:
    """删除个人信息 Erase a person."""
    return write("DELETE", path("v1", "persons", id), None, nothing, idempotency_key=idempotency_key)
