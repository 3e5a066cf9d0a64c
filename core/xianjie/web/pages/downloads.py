"""Give a file to be saved under a name, which may be in Chinese."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv; charset=utf-8"


def download(body: bytes | str, media: str, plain: str, name: str | None = None) -> Response:
    """Give a file under its name; `plain` is that in ASCII, for browsers that take no other. Nothing keeps a copy."""
    disposition = f'attachment; filename="{plain}"'
    if name is not None:
        disposition += f"; filename*=UTF-8''{quote(name)}"
    return Response(body, headers={"content-disposition": disposition, "cache-control": "no-store"}, media_type=media)
