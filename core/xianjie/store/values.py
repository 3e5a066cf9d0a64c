"""Check what may be kept, copy it, write it canonically, and take the values out by which it is looked up."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from xianjie.errors import written_path
from xianjie.store.collections import Collection, Paths
from xianjie.store.interface import Body
from xianjie.store.refusals import misuse, unstorable

DEEPEST = 64
LONGEST_KEY = 2000
"""Bytes of a value that is looked up by; PostgreSQL's indexes take little more."""

_PLAIN = re.compile(r"[A-Za-z0-9 ._:@-]{0,200}")
"""Text that JSON writes as it is."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}")
_CITIZEN_NUMBER = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])"
)
"""With a date that can be one: eighteen digits in a row alone stand in one random hexadecimal id of three thousand."""

_Path = tuple[Any, str | int] | None


def is_id(id: str) -> bool:
    """Tell whether something may be an id at all."""
    return isinstance(id, str) and bool(_ID.fullmatch(id))


def checked_id(id: str) -> str:
    """Give an id back; StoreError where it is not of the safe alphabet, or holds a citizen's number."""
    if not is_id(id):
        raise unstorable(
            "id",
            "编号须是 1 至 100 个字母、数字或 . _ : @ -",
            "an id has 1 to 100 letters, digits or . _ : @ -",
        )
    if _CITIZEN_NUMBER.search(id):
        raise unstorable("id", "编号里不能有身份证号码", "an id must not hold a citizen's number")
    return id


def checked_body(body: Body) -> dict[str, Any]:
    """Copy a body; StoreError where it is no JSON that both stores keep without loss."""
    if not isinstance(body, Mapping):
        raise unstorable("", "内容须是 JSON 对象", "a body is a JSON object")
    return _object(body, None, 1)


def _checked(value: Any, path: _Path, depth: int) -> Any:
    match value:
        case None | bool():
            return value
        case str():
            return _text(value, path)
        case int():
            if not -(2**63) <= value < 2**63:
                raise _refused(
                    path, "整数超出 64 位，请写成文字", "a whole number of more than 64 bits: write it as text"
                )
            return int(value)
        case float():
            if not math.isfinite(value):
                raise _refused(path, "数字不是有限的", "a number that is not finite")
            return float(value)
    if depth >= DEEPEST:
        raise _refused(path, f"嵌套超过 {DEEPEST} 层", f"nested more than {DEEPEST} levels deep")
    match value:
        case Mapping():
            return _object(value, path, depth + 1)
        case list() | tuple():
            return [_checked(item, (path, number), depth + 1) for number, item in enumerate(value)]
    raise _refused(path, "不是 JSON 的值", "not a value of JSON")


def _object(value: Mapping[Any, Any], path: _Path, depth: int) -> dict[str, Any]:
    out = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise _refused(path, "键不是文字", "a key that is no text")
        out[_text(key, path)] = _checked(item, (path, key), depth)
    return out


def _text(value: str, path: _Path) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _refused(path, "文字里有残缺的字符", "text with half a character (a lone surrogate)") from None
    if "\0" in value:
        raise _refused(path, "文字里有 NUL 字符", "text with a NUL character")
    return str(value)


def _refused(path: _Path, zh: str, en: str) -> Exception:
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return unstorable(written_path(steps[::-1]), zh, en)


def copied(value: Any) -> Any:
    """Copy JSON, so that a caller who changes it changes nothing that is kept."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)


def written(value: Any) -> str:
    """Write JSON on one line, without blanks, keys in the order they have."""
    return _WRITER.encode(value)


def canonical(value: Any) -> str:
    """Write JSON in the one way that is hashed: as `written`, with sorted keys."""
    return _CANONICAL.encode(value)


def lookup_key(value: Any, path: str) -> str | None:
    """Write the value by which a record is looked up, so that 1, "1" and true differ; None for no value."""
    if value is None:
        return None
    if not isinstance(value, str | bool | int):
        raise unstorable(
            path,
            "这一项用来查找，须是文字、整数或真假",
            "records are looked up by this: text, a whole number, true or false",
        )
    if isinstance(value, str):
        if _PLAIN.fullmatch(value):
            return f'"{value}"'
        _text(value, (None, path))
    key = canonical(value)
    if len(key.encode()) > LONGEST_KEY:
        raise unstorable(path, f"这一项用来查找，不能超过 {LONGEST_KEY} 字节", f"longer than {LONGEST_KEY} bytes")
    return key


def lookup_keys(paths: Paths, body: Body) -> Iterator[tuple[str, str]]:
    """Give those of a collection's paths at which a body has a value, each with the key."""
    for path, steps in paths.items():
        value: Any = body
        for step in steps:
            value = value.get(step) if isinstance(value, dict | Mapping) else None
        key = None if value is None else lookup_key(value, path)
        if key is not None:
            yield path, key


def wanted_keys(collection: Collection, where: Body | None) -> dict[str, str]:
    """Give the key for each path that is asked for; InternalError where a path is not declared or has no value."""
    out = {}
    for path, value in (where or {}).items():
        key = lookup_key(value, path)
        if path not in collection.paths or key is None:
            raise misuse(
                f"{collection.name} 不能按 {path} 的这种值查找",
                f"{collection.name} is not looked up by such a value of {path}",
            )
        out[path] = key
    return out
