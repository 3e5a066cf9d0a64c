"""Write answers as the bytes that every surface gives: the command line and the service share them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

JSON = "application/json"
NDJSON = "application/x-ndjson"


def answer_bytes(entry: Mapping[str, Any] | list[Any], readable: bool = False) -> bytes:
    """Write JSON-shaped data in UTF-8, on one line and with a line break behind it; `readable`: indented by two."""
    option = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if readable else 0)
    return orjson.dumps(entry, option=option)
