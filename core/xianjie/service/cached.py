"""Answer with an entity tag, and with 304 where the client has it already (RFC 9110, 13.1.2)."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from xianjie.service.wire import JSON

ALWAYS_ASK = "no-cache"
FOR_EVER = "max-age=31536000, immutable"


def tagged(
    request: Request, body: bytes, tag: str | None = None, keep: str = ALWAYS_ASK, media: str = JSON
) -> Response:
    """Give the body, or 304; the tag is the body's hash unless another is given. `keep` is the Cache-Control."""
    etag = f'"{tag or hashlib.sha256(body).hexdigest()}"'
    headers = {"etag": etag, "cache-control": keep}
    if _has(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media)


def _has(header: str, etag: str) -> bool:
    listed = [one.strip().removeprefix("W/") for one in header.split(",")]
    return etag in listed or listed == ["*"]
