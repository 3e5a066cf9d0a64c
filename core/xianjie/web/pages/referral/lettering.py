"""Measure text by the widths of its characters, and break it into lines, so that it fits the box it is drawn in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ATOMS = re.compile(r"[^\s\u2e80-\uffef\U00020000-\U0003ffff]+|\s+|.", re.DOTALL)
_CLOSING = frozenset("，。、；：？！）》”’」』】…,.;:?!)]}%")
_OPENING = frozenset("（《“‘「『【([{")
_BROAD = frozenset("mwMW@%—…→↺")


def width(text: str, size: float) -> float:
    """Give about how wide a text is, in the unit of `size`, the height of its letters; rather too wide than not."""
    return size * sum(_em(letter) for letter in text)


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WFA":
        return 1.0
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0.0
    return 1.0 if letter in _BROAD else 0.76 if letter.isupper() else 0.62


def lines(text: str, room: float, size: float) -> tuple[str, ...]:
    """Break a text into lines no wider than `room`, at least one.

    Words stay whole where they fit, no line begins with closing or ends with opening punctuation where it can be
    helped, and a word that is wider than a line is broken anywhere.
    """
    out: list[str] = []
    line = ""
    for atom in _atoms(" ".join(text.split())):
        if width((line + atom).rstrip(), size) <= room:
            line += atom
            continue
        if line.strip():
            out.append(line.strip())
        *whole, line = _broken(atom.lstrip(), room, size)
        out += whole
    return (*out, line.strip()) if line.strip() or not out else tuple(out)


def _atoms(text: str) -> Iterator[str]:
    held = ""
    for atom in _ATOMS.findall(text):
        if held and atom not in _CLOSING and held[-1] not in _OPENING:
            yield held
            held = ""
        held += atom
    if held:
        yield held


def _broken(atom: str, room: float, size: float) -> list[str]:
    out = [""]
    for letter in atom:
        if out[-1] and width(out[-1] + letter, size) > room:
            out.append("")
        out[-1] += letter
    return out
