"""Where somebody is sent on to: within these pages, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit


def local(path: str) -> str:
    """Give a path of these pages as it is, and the first page in place of anything else."""
    split = urlsplit(path)
    fine = not split.scheme and not split.netloc and path.startswith("/") and path[1:2] not in ("/", "\\")
    return path if fine and path.isprintable() and path.isascii() else "/"
