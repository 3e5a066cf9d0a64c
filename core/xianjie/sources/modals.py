"""Find the words that oblige, allow or forbid in a sentence, and the force that each carries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "must_not": ("(?:不得|严禁|禁止|不应当|不应|不准)", "", "级"),
    "must": ("(?:应当|必须|务必|负有|负责)", "", "人"),
    "must_short": (
        "(?:应|须|要)",
        "重主需必摘纲只紧首简概扼相响供适对反效回感因顺策照无",
        "求点件素急用对届付救保答邀变激诺募闻员旨害塞道",
    ),
    "may": ("(?:可以|有权)", "", ""),
    "may_short": ("可", "许认不无宁未", "能复持靠行控得比见视贵信爱及读观感再追量操溯推"),
    "encouraged": ("(?:鼓励|倡导|提倡)", "", ""),
    "explore": ("探索", "", ""),
    "priority": ("优先", "", "级"),
}
"""For each force: its words, the characters before which and after which they are part of another word."""

FORCES_TOLD = {"must_not": ("禁止", "must not")}
"""Forces that rules do not have, in words."""


@dataclass(frozen=True, slots=True)
class Modal:
    """One modal word with its force: those of rules, or `must_not`."""

    word: str
    force: str


def modals(sentence: str) -> list[Modal]:
    """List the modal words of a sentence in their order.

    >>> [modal.force for modal in modals("慈善组织可以简化程序，需要时应当告知。")]
    ['may', 'must']
    """
    return [
        Modal(match[0], (match.lastgroup or "").removesuffix("_short")) for match in _MODAL.finditer(_joined(sentence))
    ]


def changed_modals(old: str, new: str) -> tuple[tuple[Modal | None, Modal | None], ...]:
    """Pair the modal words that a sentence lost with those that it gained, in their order."""
    before, after = modals(old), modals(new)
    lost = list(_beyond(before, Counter(after)))
    gained = list(_beyond(after, Counter(before)))
    pairs: list[tuple[Modal | None, Modal | None]] = list(zip(lost, gained, strict=False))
    pairs += [(one, None) for one in lost[len(gained) :]]
    pairs += [(None, one) for one in gained[len(lost) :]]
    return tuple(pairs)


def _beyond(found: list[Modal], others: Counter[Modal]) -> Iterator[Modal]:
    left = others.copy()
    for modal in found:
        if left[modal]:
            left[modal] -= 1
        else:
            yield modal


def _joined(sentence: str) -> str:
    return re.sub(r"\s", "", sentence)


def _pattern(force: str) -> str:
    words, before, after = _WORDS[force]
    guarded = (f"(?<![{before}])" if before else "") + words + (f"(?![{after}])" if after else "")
    return f"(?P<{force}>{guarded})"


_MODAL = re.compile("|".join(_pattern(force) for force in _WORDS))
