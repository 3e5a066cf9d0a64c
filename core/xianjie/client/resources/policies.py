"""`/v1/policies`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import RootModel

from xianjie.client.call import Call, get, path, reads
from xianjie.client.shape import Shape


class ListedDocument(Shape):
    """列表中的一份文件 a document in the list of all."""

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
    region: str
    href: str


class Documents(RootModel[list[ListedDocument]]):
    """全部文件 all documents."""


class ChangeEntry(Shape):
    """One thing that an overlay changed: its kind (`rule`, `parameter`, `rule_added`, …) and its name."""

    kind: str
    name: str


class AmendmentShown(Shape):
    """修改文件 an amendment that is part of the document."""

    id: str
    sha256: str
    zh: str
    en: str
    changes: list[ChangeEntry]


class WrittenPolicy(Shape):
    """一份文件的全部 a document whole; `policy` is the canonical form, whose hash is `sha256`."""

    schema_version: int
    id: str
    region: str
    version: str
    sha256: str
    amendments: list[AmendmentShown]
    policy: dict[str, Any]


def list_policies(*, as_of: dt.date | str | None = None) -> Call[Documents]:
    """全部文件 All documents."""
    return get(path("v1", "policies", as_of=as_of), reads(Documents), cached=True)


def get_policy(policy_id: str) -> Call[WrittenPolicy]:
    """一份文件 A document."""
    return get(path("v1", "policies", policy_id), reads(WrittenPolicy), cached=True)


def get_policy_version(policy_id: str, version: str) -> Call[WrittenPolicy]:
    """文件的一个版本 A version of a document."""
    return get(path("v1", "policies", policy_id, "versions", version), reads(WrittenPolicy), cached=True)
