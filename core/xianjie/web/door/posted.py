"""Take in a form: its token first, its size bounded, its fields as text and its files as bytes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData, Headers, ImmutableMultiDict, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from xianjie.service.problems import Refused, refuse, scrubbed
from xianjie.service.state import service_of
from xianjie.web.door.form_tokens import FIELD, is_ours

MB = 1024 * 1024
LARGEST = 256 * 1024
"""Bytes of a form without files."""
MOST_FIELDS = 2000
AGAIN = "again"
"""What the button is called by which a form is shown again: nothing is recorded, and nothing is wrong yet."""
_PLAIN = "application/x-www-form-urlencoded"
_WITH_FILES = "multipart/form-data"
_CHARSET = re.compile(r"charset[^;]*")
_UTF_8 = ("charset=utf-8", 'charset="utf-8"')


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was chosen: the name that it has where it came from, which is never a path here, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    """What a form holds; a field that is given several times keeps all its values, in their order."""

    fields: ImmutableMultiDict[str, str]
    files: Mapping[str, Upload]

    @property
    def only_again(self) -> bool:
        """Tell whether the form is only to be shown again as it was filled in, as in the other language."""
        return bool(self.text(AGAIN))

    def text(self, name: str) -> str:
        """Give a field without the blanks around it; the empty text where it is not there."""
        return self.fields.get(name, "").strip()


async def posted_form(request: Request, most: int = LARGEST, files: int = 0) -> Posted:
    """Read a form of at most `most` bytes with at most `files` files.

    Raises Refused: 403 `form-foreign` where the form was not shown in this browser, 400 where it is no form, 408, 413
    and 415 as other bodies.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_PLAIN, _WITH_FILES) or (kind == _WITH_FILES and not files):
        raise refuse(415, "form-media-type", "这里只收表单", "only a form is taken here")
    if any(one not in _UTF_8 for one in _CHARSET.findall(request.headers["content-type"].lower())):
        raise refuse(415, "form-charset", "表单的编码须是 UTF-8", "the form must be in UTF-8")
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and (len(declared) > 18 or int(declared) > most):
        raise _too_large(most)
    read = _plain if kind == _PLAIN else _with_files
    try:
        async with asyncio.timeout(service_of(request).settings.body_seconds):
            form = await read(request.headers, _bounded(request, most), files, most)
    except TimeoutError:
        raise refuse(
            408, "body-slow", "请求正文没有在时限内到达", "the body did not arrive in time", connection="close"
        ) from None
    except MultiPartException:
        raise refuse(
            400, "form-malformed", "表单不完整或字段过多", "the form is broken, or has too many fields"
        ) from None
    try:
        texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        uploads = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile)]
        fields = ImmutableMultiDict(texts)
        if not is_ours(request, fields.get(FIELD, "")):
            raise foreign()
        return Posted(fields, {name: Upload(_name(file.filename), await file.read()) for name, file in uploads})
    finally:
        await form.close()


def foreign() -> Refused:
    """Refuse a form that was not shown in this browser, or was shown before its cookies were deleted."""
    zh = "表单不是在这个浏览器里打开的，或打开后清除过 Cookie。请后退，刷新那一页，再提交一次"
    en = (
        "the form was not opened in this browser, or its cookies were deleted since: go back, reload, and send it again"
    )
    return refuse(403, "form-foreign", zh, en)


async def _plain(headers: Headers, stream: AsyncGenerator[bytes, None], _: int, most: int) -> FormData:
    return await FormParser(headers, stream, max_fields=MOST_FIELDS, max_part_size=most).parse()


async def _with_files(headers: Headers, stream: AsyncGenerator[bytes, None], files: int, most: int) -> FormData:
    part = min(most, LARGEST)
    parser = MultiPartParser(headers, stream, max_files=files, max_fields=MOST_FIELDS, max_part_size=part)
    parser.spool_max_size = most  # files are of people: none of them is laid down on a disk meanwhile
    return await parser.parse()


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_large(most)
        yield part


def _too_large(most: int) -> Refused:
    size = f"{most / MB:g} MB" if most >= MB else f"{most / 1024:g} KB"
    return refuse(
        413, "body-too-large", f"请求正文超过 {size} 上限", f"the body is larger than {size}", connection="close"
    )


def _name(given: str | None) -> str:
    """Keep of a file's name its last part, without what does not print: it is shown, never opened.

    A person's number in it is taken out: the names of what comes of a file are made of it.
    """
    last = (given or "").replace("\\", "/").rpartition("/")[2]
    return scrubbed("".join(letter for letter in last if letter.isprintable()))[:120]
