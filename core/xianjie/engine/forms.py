"""Write a part of an answer down once as a form, with blanks for all that varies where its conditions' values do not.

The engine's own code draws the part up from findings whose sentences, grounds and missing facts are marks; where the
marks end up, there the blanks are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from secrets import token_hex
from typing import Any, NamedTuple

from xianjie.engine.deciders import Decide, PolicyAt
from xianjie.language.explain import Finding, Why, kind_of, opened
from xianjie.language.generate import FALSE, TRUE, verdict_function
from xianjie.language.generate_json import Told
from xianjie.language.narrow import narrow_json
from xianjie.policy.prepared import Block, Policy

_EDGE = token_hex(12)  # drawn anew for each process, so that no policy's text can hold it
_MISSING = f"{_EDGE}m"
_VALUES = {TRUE: True, FALSE: False}

Names = tuple[int | str, ...]
"""Facts that are missing: all those of a condition, by its place, or one by its name."""

Blank = int | str | Names
"""What belongs in a blank: one of the texts told, by its place, a part by its name, or missing facts."""


class Form(NamedTuple):
    """The pieces of a part's JSON, in narrow text, and the blanks between them."""

    pieces: tuple[str, ...]
    blanks: tuple[Blank, ...]


class Marked(PolicyAt):
    """A policy at a date whose findings hold truth values, and marks in the place of reasons and missing facts."""

    def __init__(self, policy: Policy, as_of: int, lang: str) -> None:
        super().__init__(policy, as_of, lang, "generated")

    def _compile(self, block: Block) -> Decide:
        decide = verdict_function(self.material(block))
        definitions = self.policy.definitions
        conditions = [(rule, kind_of(opened(node, definitions))) for rule, node in block.conditions]
        return lambda encoded: _marked(conditions, decide(encoded.codes))


def _marked(conditions: Sequence[tuple[str, str]], codes: Sequence[int]) -> list[Finding]:
    """Give findings of conditions, each known by its rule and by how it joins its parts."""
    out = []
    for place, ((rule, op), code) in enumerate(zip(conditions, codes, strict=True)):
        value = _VALUES.get(code)
        text, ground = _mark("t", place), _mark("g", len(conditions) + place)
        why: Why = {"rule": rule, "op": op, "value": value, "text": text, "because": [ground]}  # type: ignore[list-item]
        out.append(Finding(value, (_mark("m", place),) if value is None else (), why))
    return out


def part(name: str) -> str:
    """Stand for a part that is written down by itself, or for several in a row."""
    return _mark("p", name)


def _mark(kind: str, what: int | str) -> str:
    return f"{_EDGE}{kind}{what}{_EDGE}"


def names_marked(names: Iterable[str]) -> Names:
    """Read missing facts off marks."""
    return tuple(int(name.split(_EDGE)[1][1:]) if name.startswith(_MISSING) else name for name in names)


def form_of(entry: object) -> Form:
    """Make a form of a part that was drawn up from marks."""
    lists: list[Names] = []
    return _form(narrow_json(_set_aside(entry, lists)), lists)


def elements_of(entries: Sequence[object]) -> Form:
    """Make a form of entries as the elements of a list."""
    lists: list[Names] = []
    return _form(narrow_json(_set_aside(entries, lists))[1:-1], lists)


def _form(text: str, lists: Sequence[Names]) -> Form:
    pieces = text.split(_EDGE)
    blanks: list[Blank] = []
    for place in range(1, len(pieces), 2):
        kind, what = pieces[place][0], pieces[place][1:]
        blanks.append(what if kind == "p" else lists[int(what)] if kind == "m" else int(what))
        if kind != "t":  # what is no part of a sentence stands for itself, not for a text
            pieces[place - 1] = pieces[place - 1].removesuffix('"')
            pieces[place + 1] = pieces[place + 1].removeprefix('"')
    return Form(tuple(pieces[::2]), tuple(blanks))


def _set_aside(entry: Any, lists: list[Names]) -> Any:
    """Put one mark in the place of several missing facts, which may be the same."""
    match entry:
        case dict():
            return {key: _set_aside(value, lists) for key, value in entry.items()}
        case list() if any(isinstance(item, str) and item.startswith(_MISSING) for item in entry):
            lists.append(names_marked(entry))
            return [_mark("m", len(lists) - 1)]
        case list():
            return [_set_aside(item, lists) for item in entry]
        case _:
            return entry


class Ready:
    """A form made ready to be filled in."""

    __slots__ = ("_lists", "_pick", "_pieces", "weight")

    def __init__(self, form: Form, *others: str) -> None:
        """Take a form, and the names of the parts that each case brings by itself."""
        self._pieces = [""] * (2 * len(form.blanks) + 1)
        self._pieces[::2] = form.pieces
        self._lists = [blank for blank in form.blanks if isinstance(blank, tuple)]
        first = [*self._lists, *others]
        places = [len(first) + blank if isinstance(blank, int) else first.index(blank) for blank in form.blanks]
        self._pick: Callable[[Sequence[str]], Sequence[str]] = _picker(places)
        self.weight = sum(60 + len(piece) for piece in form.pieces) + 100 * len(places)  # bytes, roughly

    def filled(self, told: Told, *others: str) -> str:
        """Fill the blanks in with what was told of the conditions, and with the parts that the case brings."""
        texts = told.texts
        if self._lists or others:
            texts = (*[row(names_told(names, told)) for names in self._lists], *others, *texts)
        out = self._pieces.copy()
        out[1::2] = self._pick(texts)
        return "".join(out)


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    if len(places) > 1:
        return itemgetter(*places)  # far faster than a loop
    return lambda texts: [texts[place] for place in places]


def names_told(names: Names, told: Told) -> tuple[str, ...]:
    """Name missing facts, each once."""
    if len(names) == 1 and isinstance(names[0], int):
        return told.missing[names[0]]
    each = (told.missing[name] if isinstance(name, int) else (name,) for name in names)
    return tuple(dict.fromkeys(name for found in each for name in found))


@lru_cache(maxsize=4096)
def row(names: tuple[str, ...]) -> str:
    """Write names as the elements of a JSON list, in narrow text."""
    return narrow_json(names)[1:-1]
