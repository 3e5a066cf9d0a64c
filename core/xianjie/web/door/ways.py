"""Where somebody is sent on to: within these pages, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response


async def to_record(request: Request) -> Response:
    """Lead from the address of the form that adds an entry to the page that it stands on."""
    return RedirectResponse(request.url.path.rpartition("/")[0], 303)


def local(path: str) -> str:
    """Give a path of these pages as it is, and the first page in place of anything else."""
    scheme, netloc = _split(path)
    fine = not scheme and not netloc and path.startswith("/") and path[1:2] not in ("/", "\\")
    return path if fine and path.isprintable() and path.isascii() else "/"


def local_part(url: str) -> str:
    """Give the path and the query of an address, as far as they are of these pages; else the first page."""
    try:
        split = urlsplit(url)
    except ValueError:
        return "/"
    return local(f"{split.path}?{split.query}" if split.query else split.path)


def _split(path: str) -> tuple[str, str]:
    try:
        split = urlsplit(path)
    except ValueError:  # an address with half a bracket
        return "?", ""
    return split.scheme, split.netloc
