"""Write an overlay, or any plain values, as YAML that reads back to the same values."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff./-]*(?: [\w\u4e00-\u9fff./-]+)*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_ORDER = (
    "overlay", "id", "base", "base_sha256", "zh", "en", "document", "set", "parameters", "ambiguities", "readings",
    "definitions", "groups", "rules", "add", "drop", "silent",
)  # fmt: skip


def overlay_text(overlay: Mapping[str, Any]) -> str:
    """Write an overlay's plain values, in the order in which its parts are documented."""
    known = [key for key in _ORDER if key in overlay]
    ordered = {key: overlay[key] for key in (*known, *(key for key in overlay if key not in _ORDER))}
    return plain_text(ordered)


def plain_text(value: Mapping[str, Any]) -> str:
    """Write a mapping of plain values: text, numbers, days, true, false, null, lists and mappings."""
    return "\n".join(_mapping(value, 0)) + "\n"


def listed_text(values: Sequence[Mapping[str, Any]]) -> str:
    """Write a list of mappings of plain values."""
    return "\n".join(_sequence(values, 0)) + "\n" if values else "[]\n"


def _mapping(value: Mapping[Any, Any], depth: int) -> Iterator[str]:
    for key, item in value.items():
        yield from _entry(f"{'  ' * depth}{_scalar(key)}:", item, depth)


def _sequence(value: Sequence[Any], depth: int) -> Iterator[str]:
    for item in value:
        if isinstance(item, Mapping) and item:
            first, *rest = _mapping(item, depth + 1)
            yield f"{'  ' * depth}- {first.lstrip(' ')}"
            yield from rest
        else:
            yield from _entry(f"{'  ' * depth}-", item, depth)


def _entry(head: str, item: Any, depth: int) -> Iterator[str]:
    if isinstance(item, Mapping) and item:
        yield head
        yield from _mapping(item, depth + 1)
    elif isinstance(item, list | tuple) and item:
        if all(not isinstance(one, Mapping | list | tuple) for one in item):
            yield f"{head} [{', '.join(_scalar(one) for one in item)}]"
        else:
            yield head
            yield from _sequence(item, depth + 1)
    else:
        yield f"{head} {_scalar(item)}"


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case int() | float():
            return repr(value)
        case dt.date():
            return value.isoformat()
        case str():
            return _text(value)
        case Mapping():
            return "{}"
        case _:
            return "[]"


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in quoted)


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08x}"
