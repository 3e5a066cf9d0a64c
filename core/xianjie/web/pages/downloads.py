"""Give a file to be saved under a name, which may be in Chinese."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response


def download(body: bytes, media: str, name: str, plain: str) -> Response:
    """Give a file under its name; `plain` is for browsers that take ASCII alone. Nothing keeps a copy of it."""
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(body, headers={"content-disposition": disposition, "cache-control": "no-store"}, media_type=media)
