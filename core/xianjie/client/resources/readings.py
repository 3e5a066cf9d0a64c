"""`/v1/reading-choices`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from xianjie.client.call import Call, get, given, path, reads, write
from xianjie.client.shape import Shape


class ReadingChoiceShown(Shape):
    """一次选定 a settlement; `current` tells whether it holds now. `sha256` is of the document as it was then."""

    id: str
    version: int
    division: str
    region: str
    policy: str
    sha256: str
    axis: str
    option: str | None
    reason: str
    authority: str
    at: str
    by: str
    current: bool


class ReadingChoicesShown(Shape):
    """一页 settlements in the order in which they were made."""

    next: str | None
    items: list[ReadingChoiceShown]


def settle_reading(
    *,
    region: str,
    axis: str,
    option: str | None,
    reason: str,
    authority: str,
    division: str,
    policy: str | None = None,
    idempotency_key: str | None = None,
) -> Call[ReadingChoiceShown]:
    """选定读法 Settle a reading."""
    return write(
        "POST",
        path("v1", "reading-choices"),
        {
            "region": region,
            "axis": axis,
            "option": option,
            "reason": reason,
            "authority": authority,
            "division": division,
            **given({"policy": policy}),
        },
        reads(ReadingChoiceShown),
        idempotency_key=idempotency_key,
    )


def list_reading_choices(
    *, region: str | None = None, division: str | None = None, after: str | None = None, limit: int | None = None
) -> Call[ReadingChoicesShown]:
    """列出选定的读法 List settlements."""
    return get(
        path("v1", "reading-choices", region=region, division=division, after=after, limit=limit),
        reads(ReadingChoicesShown),
    )


def get_reading_choice(id: str) -> Call[ReadingChoiceShown]:
    """一次选定 A settlement."""
    return get(path("v1", "reading-choices", id), reads(ReadingChoiceShown))
