"""Send compressed what everybody sees alike: the files of the pages, and pages that only tell what documents say.

What is compressed together with what an asker chose gives itself away by its length (BREACH). So a page with anything
of records or of a form is sent as it is; and of the pages that are packed, the token of the form for logging out is the
one secret, which is written otherwise at every address (`web/door/form_tokens.py`).
"""

from __future__ import annotations

import functools
import gzip
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from xianjie.service.door.admission import Endpoint

LEAST = 1024
"""Bytes below which it is not worth it."""
_FAST, _SMALL = 5, 9


def packed(endpoint: Endpoint) -> Endpoint:
    """Send what a page answers compressed to browsers that take it."""

    @functools.wraps(endpoint)
    async def answered(request: Request, *args: Any, **kwargs: Any) -> Response:
        response = await endpoint(request, *args, **kwargs)
        response.headers.add_vary_header("accept-encoding")
        if response.status_code == 200 and len(response.body) >= LEAST and takes_gzip(request):
            put_in(response, gzip.compress(bytes(response.body), _FAST, mtime=0))
        return response

    return answered


def smallest(body: bytes) -> bytes:
    """Compress what is sent many times as well as can be."""
    return gzip.compress(body, _SMALL, mtime=0)


def put_in(response: Response, body: bytes) -> None:
    """Put a compressed body in place of an answer's own; its tag tells of the same page, but no more of its bytes."""
    response.body = body
    response.headers["content-length"] = str(len(body))
    response.headers["content-encoding"] = "gzip"
    tag = response.headers.get("etag")
    if tag is not None and not tag.startswith("W/"):
        response.headers["etag"] = f"W/{tag}"


def takes_gzip(request: Request) -> bool:
    """Tell whether the asker names gzip as welcome (RFC 9110, 12.5.3)."""
    for named in ",".join(request.headers.getlist("accept-encoding")).split(","):
        name, _, weight = named.partition(";")
        if name.strip().lower() == "gzip":
            return weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
