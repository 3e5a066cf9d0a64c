"""Look through a submitted mapping before its shape is checked: is it text, and of a bearable size?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from xianjie.errors import Place, Problem

Locate = Callable[[Sequence[str | int]], Place]
"""Find the place of a path inside the input."""

MOST_VALUES = 100_000
MOST_KEYS = 1000
"""No record, and no other part of a case, has nearly so many keys; each one unknown would be a fault to tell."""
DEEPEST = 60

_INVALID = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # halves of characters, and control characters


def unreadable(data: object, locate: Locate) -> Iterator[Problem]:
    """Find what pydantic passes over or chokes on: text that is none, and input made to exhaust us."""
    count = 0
    rest: list[tuple[tuple[str | int, ...], object]] = [((), data)]
    while rest:
        path, value = rest.pop()
        count += 1
        if count > MOST_VALUES:
            yield Problem("case-too-large", "一个个案里的值过多", "a case with too many values", locate(()))
            return
        if len(path) > DEEPEST:
            yield Problem("case-too-deep", "嵌套层次过深", "nested too deep", locate(path[:1]))
            return
        if isinstance(value, str) and _INVALID.search(value):
            yield Problem("text-invalid", "文字里有无效的字符", "the text holds an invalid character", locate(path))
        elif isinstance(value, Mapping):
            if len(value) > MOST_KEYS:
                yield Problem("case-too-large", "一个个案里的值过多", "a case with too many values", locate(path))
                return
            for key, item in value.items():
                if isinstance(key, str) and _INVALID.search(key):
                    yield Problem("text-invalid", "键里有无效的字符", "a key holds an invalid character", locate(path))
                    return
                rest.append(((*path, key), item))
        elif isinstance(value, list | tuple | set | frozenset):
            rest.extend(((*path, number), item) for number, item in enumerate(value))
