"""Keep the numbers of people out of addresses: what was typed into a search stays in histories and bookmarks else."""

from __future__ import annotations

import re
import unicodedata

from starlette.datastructures import QueryParams
from starlette.requests import Request

from xianjie.web.showing.rendering import LEFT_OUT, with_query

_BETWEEN = re.compile(r"(?<=[0-9])[\s-]+(?=[0-9Xx])")
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{14,}[Xx]?(?![0-9A-Za-z])")
"""A citizen's number has 18 places, an old one 15; with 14 a day of birth is complete, and pages search as one types.

A division has 12 at most, a telephone 11."""


def is_like_a_citizens(text: str) -> bool:
    """Tell whether a text holds what looks like a citizen's number, or most of one."""
    return _NUMBER.search(_BETWEEN.sub("", unicodedata.normalize("NFKC", text))) is not None


def without_numbers(request: Request) -> str | None:
    """Give the address that is asked for without what looks like a citizen's number; None where there is none in it."""
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if not is_like_a_citizens(name) and not is_like_a_citizens(value)
    ]
    if len(kept) == len(request.query_params.multi_items()):
        return None
    return with_query(request.url.path, QueryParams(kept), **{LEFT_OUT: "number"})
