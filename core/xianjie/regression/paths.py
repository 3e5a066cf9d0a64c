"""Paths into a region's answer: how one is written, how its place is found, and what counts as the same.

A path is made of names, as `eligibility.status`. In brackets a number selects by position; a word selects the entries
that carry it as id, instrument, service, rule, kind, duty or reading. Several brackets narrow further, and exactly one
entry must be left. A part that the answer leaves out is null. Lists are compared without order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xianjie.errors import nearest

SELECTORS = ("id", "instrument", "service", "rule", "kind", "duty", "reading")
"""The fields by which a word in brackets selects."""

_SELECTOR = r"\[[A-Za-z0-9_.\-]+\]"
_NAME = "[a-z_][a-z0-9_]*"
_PATH = re.compile(rf"{_NAME}(?:{_SELECTOR})*(?:\.{_NAME}(?:{_SELECTOR})*)*")
_STEP = re.compile(rf"({_NAME})|\[([^\[\]]+)\]")
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Name:
    """Step into a part by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Select:
    """Select among the entries of a list by position or by word."""

    word: str

    @property
    def position(self) -> int | None:
        """Give the position, from 0; None for a word."""
        return int(self.word) if self.word.isascii() and self.word.isdigit() else None


Steps = tuple[Name | Select, ...]


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Say why a path leads to no one place of an answer."""

    zh: str
    en: str


def parse_path(text: str) -> Steps | None:
    """Read a path; None where it is none.

    >>> parse_path("incentives[premises].status")
    (Name(name='incentives'), Select(word='premises'), Name(name='status'))
    """
    if len(text) > LONGEST or not _PATH.fullmatch(text):
        return None
    return tuple(Name(found[1]) if found[1] else Select(found[2]) for found in _STEP.finditer(text))


def written(steps: Steps) -> str:
    """Write a path as it is read."""
    parts = (f".{step.name}" if isinstance(step, Name) else f"[{step.word}]" for step in steps)
    return "".join(parts).removeprefix(".")


def find(answer: object, steps: Steps) -> object:
    """Give what a path leads to; `Nowhere` where nothing, or several entries, are there."""
    here: Any = answer
    chosen: Sequence[object] | None = None
    words: list[str] = []
    for number, step in enumerate(steps):
        if isinstance(step, Name):
            if chosen is not None:
                here = _only(chosen, words)
                if isinstance(here, Nowhere):
                    return here
                chosen, words = None, []
            if here is None:
                return _under_null(steps[:number], step.name)
            if not isinstance(here, Mapping):
                return Nowhere(f"此处没有 {step.name}", f"there is no {step.name} here")
            here = here.get(step.name)
            continue
        if here is None and chosen is None:
            return _under_null(steps[:number], f"[{step.word}]")
        among = here if chosen is None else chosen
        if not isinstance(among, Sequence) or isinstance(among, str):
            return Nowhere(f"[{step.word}] 之前不是列表", f"no list stands before [{step.word}]")
        found = _selected(among, step)
        if isinstance(found, Nowhere):
            return found
        chosen = found
        words.append(step.word)
    return here if chosen is None else _only(chosen, words)


def _under_null(above: Steps, wanted: str) -> Nowhere:
    path = written(above)
    return Nowhere(f"{path} 为空，其下没有 {wanted}", f"{path} is null, with no {wanted} in it")


def _selected(among: Sequence[object], step: Select) -> Sequence[object] | Nowhere:
    position = step.position
    if position is not None:
        if position < len(among):
            return [among[position]]
        return Nowhere(
            f"没有第 {position} 项（从 0 数起），共 {len(among)} 项",
            f"no entry at {position}, counting from 0: there are {len(among)}",
        )
    found = [item for item in among if step.word in carried(item)]
    if found:
        return found
    there = list(dict.fromkeys(word for item in among for word in carried(item)))
    near = nearest(step.word, there)
    if near:
        return Nowhere(
            f"没有 [{step.word}] 这一项，是否为 [{near}]？", f"no entry [{step.word}]; did you mean [{near}]?"
        )
    listed = "、".join(f"[{word}]" for word in there[:12]) or "无"
    return Nowhere(
        f"没有 [{step.word}] 这一项；现有 {listed}",
        f"no entry [{step.word}]; there are {listed.replace('、', ', ').replace('无', 'none')}",
    )


def _only(chosen: Sequence[object], words: Sequence[str]) -> object:
    if len(chosen) == 1:
        return chosen[0]
    selected = "".join(f"[{word}]" for word in words)
    return Nowhere(
        f"{selected} 选出 {len(chosen)} 项，须恰好一项，请再加一个方括号",
        f"{selected} selects {len(chosen)} entries, not one: narrow it with another bracket",
    )


def carried(item: object) -> Iterator[str]:
    """Give the words by which an entry can be selected."""
    if isinstance(item, Mapping):
        for key in SELECTORS:
            word = item.get(key)
            if isinstance(word, str):
                yield word


def same(expected: object, found: object) -> bool:
    """Compare strictly: true is not 1, numbers are exact, lists are without order."""
    if isinstance(expected, bool) or isinstance(found, bool) or expected is None or found is None:
        return expected is found
    if isinstance(expected, int | float | Decimal) and isinstance(found, int | float | Decimal):
        return Decimal(str(expected)) == Decimal(str(found))
    if isinstance(expected, list) and isinstance(found, list):
        return sorted(map(str, expected)) == sorted(map(str, found))
    return expected == found
