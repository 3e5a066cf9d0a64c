"""`/v1/regions`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt

from pydantic import RootModel

from xianjie.client.call import Call, get, path, reads
from xianjie.client.shape import Shape


class Document(Shape):
    """一份文件 a document as it stands on a day."""

    policy: str
    title: str
    number: str | None
    standing: str
    validity: str
    text: str
    version: str
    sha256: str
    start: str | None
    until: str | None
    replaces: list[str]
    replaced_by: str | None
    amends: str | None
    rules: int
    silent: int


class RegionShown(Shape):
    """一个地区和当日适用的文件 a region with the document that governs on the day, and all its documents."""

    policy: str
    title: str
    number: str | None
    standing: str
    validity: str
    text: str
    version: str
    sha256: str
    start: str | None
    until: str | None
    replaces: list[str]
    replaced_by: str | None
    amends: str | None
    rules: int
    silent: int
    id: str
    zh: str
    en: str
    code: str
    level: str
    parent: str | None
    parent_installed: bool
    documents: list[Document]


class Regions(RootModel[list[RegionShown]]):
    """全部地区 all regions."""


def list_regions(*, as_of: dt.date | str | None = None) -> Call[Regions]:
    """地区与文件 Regions and their documents."""
    return get(path("v1", "regions", as_of=as_of), reads(Regions), cached=True)
