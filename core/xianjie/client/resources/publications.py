"""`/v1/publications`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from xianjie.client.call import Call, ask, get, path, reads
from xianjie.client.shape import Shape


class ApprovalShown(Shape):
    """谁批准、为什么、依据哪份文件 who approved it, why, and under which document."""

    who: str
    why: str
    document: str


class PublicationShown(Shape):
    """一份文件的一个版本投入使用 a version of a document came into service."""

    id: str
    version: int
    division: str
    region: str
    policy: str
    policy_version: str
    sha256: str
    standing: str
    published_at: str
    by: str
    approval: ApprovalShown | None = None


class PublicationsShown(Shape):
    """一页 a page of publications."""

    next: str | None
    items: list[PublicationShown]


class ReloadShown(Shape):
    """重读的结果 what came of looking at the documents again."""

    changed: bool
    published: list[PublicationShown]


def list_publications(
    *, region: str | None = None, policy: str | None = None, after: str | None = None, limit: int | None = None
) -> Call[PublicationsShown]:
    """哪些文件何时投入使用 What came into service, and when."""
    return get(
        path("v1", "publications", region=region, policy=policy, after=after, limit=limit), reads(PublicationsShown)
    )


def publish_policies() -> Call[ReloadShown]:
    """重读政策文件 Take changed documents into service."""
    return ask(path("v1", "publications"), None, reads(ReloadShown))
