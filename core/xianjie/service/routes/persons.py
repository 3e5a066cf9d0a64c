"""`/v1/persons`: people, sealed; found by name or number, opened, mended and erased, each of it on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from xianjie.access import Action, Division, Resource
from xianjie.cases.shape import Label, Shape
from xianjie.errors import InputError, Problem
from xianjie.records.desk import Change
from xianjie.records.people import persons as records
from xianjie.records.refusals import Clash
from xianjie.service.divisions import DivisionCode
from xianjie.service.keeping import Made, looked_and_noted, version_asked, written
from xianjie.service.problems import at
from xianjie.service.recording import RecordId, RecordShown
from xianjie.service.schema import add_route, content
from xianjie.service.shown import Shown
from xianjie.service.taking import taken
from xianjie.service.wire import JSON, answer_bytes
from xianjie.store import Record

PATH = "/v1/persons"
Number = Annotated[str, Field(min_length=1, max_length=60)]
_NUMBER = "身份证件号码 the number of an identity document"


class PersonAsked(Shape):
    """一个人 a person; all of it is sealed, and a number is taken once."""

    name: Label = Field(description="姓名 the name")
    number: Number | None = Field(default=None, description=_NUMBER)
    phone: Label | None = Field(default=None, description="电话 the telephone")
    address: Label | None = Field(default=None, description="住址 the address")
    division: DivisionCode


class SearchAsked(Shape):
    """按号码或姓名查找 look up by number or by name, one of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["number"], "properties": {"number": {"type": "string"}, "name": {"type": "null"}}},
                {"required": ["name"], "properties": {"name": {"type": "string"}, "number": {"type": "null"}}},
            ]
        }
    )

    number: Number | None = Field(default=None, description=_NUMBER)
    name: Label | None = Field(default=None, description="姓名 the name")


class PersonFrame(RecordShown):
    """一个人的记录，不含内容 a person's record, unopened."""


class PersonShown(RecordShown):
    """一个人 a person, opened."""

    name: str
    number: str | None
    phone: str | None
    address: str | None


class PersonsFound(Shown):
    """查到的人 who was found; `more`: there are others of that name."""

    items: list[PersonFrame]
    more: bool


MODELS = (PersonAsked, SearchAsked, PersonFrame, PersonShown, PersonsFound)
TAGS = {"persons": "个人 people: sealed, found by keyed hashes, erased for good"}


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["persons"])
    frame = content("PersonFrame", "记录 the record, unopened")
    add_route(
        router,
        "POST",
        PATH,
        (Resource.PERSON, Action.WRITE),
        record_person,
        "登记个人 Record a person",
        "逐项加密；号码不得重复，重复时不告知是谁。回答里没有所填的内容。\n\n"
        "Sealed field by field; no number twice, and whose it is is not told. The answer repeats nothing.",
        frame,
        (400, 404, 408, 409, 413, 415, 422, 507),
        takes=content("PersonAsked", "个人 the person"),
        status=201,
    )
    add_route(
        router,
        "POST",
        PATH + "/search",
        (Resource.PERSON, Action.LOOK_UP),
        search_persons,
        "查找个人 Look people up",
        "按号码或姓名，只在所辖区划之内；记入审计链的只有人数。用 POST，网址里就没有个人信息。\n\n"
        "By number or name, within one's divisions; the audit chain has the count alone. It is a POST, so that no "
        "personal data stands in an address.",
        content("PersonsFound", "查到的人 who was found"),
        (400, 408, 413, 415, 422),
        takes=content("SearchAsked", "查找谁 whom to look for"),
    )
    add_route(
        router,
        "GET",
        PATH + "/{id}",
        (Resource.PERSON, Action.READ),
        open_person,
        "打开个人信息 Open a person's record",
        "每次打开都记入审计链。\n\nEach opening is noted in the audit chain.",
        content("PersonShown", "个人 the person"),
        (404, 410, 422),
    )
    add_route(
        router,
        "PUT",
        PATH + "/{id}",
        (Resource.PERSON, Action.WRITE),
        change_person,
        "更正个人信息 Change a person's record",
        "须带 If-Match；全部内容一并更换，没有写的就没有了。\n\n"
        "Needs If-Match; all of it is replaced, and what is not given is gone.",
        frame,
        (400, 404, 408, 409, 410, 412, 413, 415, 422, 428, 507),
        takes=content("PersonAsked", "个人 the person"),
    )
    add_route(
        router,
        "DELETE",
        PATH + "/{id}",
        (Resource.PERSON, Action.ERASE),
        erase_person,
        "删除个人信息 Erase a person",
        "内容、哈希和这个人的密钥一并删去，在别处为他加密的也不能再读；审计链保持完整。不能恢复。\n\n"
        "Fields, hashes and the person's key go, and with them all that was sealed for them elsewhere; the audit chain "
        "stays whole. It cannot be undone.",
        {"description": "已删除 erased"},
        (404, 410, 422, 507),
        status=204,
    )
    return router


async def record_person(request: Request) -> Response:
    """Enter a person."""
    data, asked = await taken(request, PersonAsked)

    def work(change: Change) -> Made:
        record = records.record_person(change, _person(asked))
        return Made(_frame(record), 201, record.version, f"{PATH}/{record.id}")

    return await _written(request, data, work)


async def search_persons(request: Request) -> Response:
    """Find people by name or number."""
    _, asked = await taken(request, SearchAsked)
    by: Literal["name", "number"] = "name" if asked.number is None else "number"
    text = asked.name if asked.number is None else asked.number
    if text is None or (asked.name is not None and asked.number is not None):
        raise InputError(Problem("search-one", "须填号码或姓名中的一项", "give either the number or the name", at(())))
    found = await looked_and_noted(request, lambda change: records.look_up(change, by, text))
    items = [_frame(record) for record in found.records]
    return Response(answer_bytes({"items": items, "more": found.more}), media_type=JSON)


async def open_person(request: Request, id: RecordId) -> Response:
    """Open a person's fields."""
    record, fields = await looked_and_noted(request, lambda change: records.open_person(change, id))
    headers = {"etag": f'"{record.version}"'}
    return Response(answer_bytes({**_frame(record), **fields}), headers=headers, media_type=JSON)


async def change_person(request: Request, id: RecordId) -> Response:
    """Put other words in place."""
    version = version_asked(request)
    data, asked = await taken(request, PersonAsked)

    def work(change: Change) -> Made:
        record = records.change_person(change, id, version, _person(asked))
        return Made(_frame(record), 200, record.version)

    return await _written(request, data, work)


async def erase_person(request: Request, id: RecordId) -> Response:
    """Erase a person."""

    def work(change: Change) -> Made:
        records.erase_person(change, id)
        return Made(None, 204)

    return await written(request, b"", work)


async def _written(request: Request, data: bytes, work: Callable[[Change], Made]) -> Response:
    try:
        return await written(request, data, work)
    except Clash as clash:
        if clash.code == "person-known":
            await looked_and_noted(request, records.note_number_taken)
        raise


def _person(asked: PersonAsked) -> records.Person:
    assert isinstance(asked.division, Division)
    return records.Person(asked.name, asked.division, asked.number, asked.phone, asked.address)


def _frame(record: Record) -> dict[str, object]:
    return {"id": record.id, "version": record.version, "division": record.body["division"]}
