"""The one tree of exceptions: what is wrong, where, and how to mend it, with a stable code for machines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Say where an error lies: a file with line and column (from 1), a sheet's cell, or a path inside the input.

    Every part may be None. `path` is a JSON path such as `aid.received` or `ledgers[0].kind`.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    cell: str | None = None
    path: str | None = None

    def __str__(self) -> str:
        """Write `file:line:column`, then the cell, then the path, each where it is known."""
        head = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        cell = f"[{self.cell}]" if self.cell else ""
        return " ".join(part for part in (head + cell, self.path or "") if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """Hold one thing that is wrong: a stable code, the place, and the same sentence in Chinese and in English.

    No submitted value stands in the sentences: it could be personal data.
    """

    code: str
    zh: str
    en: str
    place: Place = Place()

    def text(self, lang: str = "zh") -> str:
        """Write place, sentence and code on one line, in `zh` or `en`."""
        where = str(self.place)
        sentence = self.zh if lang == "zh" else self.en
        return f"{where}: {sentence} [{self.code}]" if where else f"{sentence} [{self.code}]"


class XianjieError(Exception):
    """Carry one or more problems to the edge, where they are written for people or for machines."""

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.text("zh") for problem in self.problems))


class InputError(XianjieError):
    """A case, a table or an argument is wrong."""


class PolicyError(XianjieError):
    """A policy file is wrong: it does not load."""


class PluginError(XianjieError):
    """A region's plugin cannot be used: it does not import, clashes, or says something wrong."""


class InternalError(XianjieError):
    """Two parts of the engine disagree, or the production system failed: a defect of ours, never an answer."""


_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,59}")


def is_plain_key(key: str) -> bool:
    """Tell whether a key may be repeated in a message: an identifier, and so nobody's name or number."""
    return bool(_PLAIN_KEY.fullmatch(key))


def written_path(path: Sequence[str | int]) -> str:
    """Write a path as `ledgers[0].kind`; a key that could be personal data is written as `…`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step if is_plain_key(step) else '…'}" for step in path)
    return "".join(steps).lstrip(".")


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Find the known name nearest to a misspelt one; None where nothing is near."""
    from difflib import get_close_matches

    found = get_close_matches(name, known, n=1, cutoff=0.6)
    if found:
        return found[0]
    tail = name.rsplit(".", 1)[-1]
    by_tail = {item.rsplit(".", 1)[-1]: item for item in reversed(known)}
    found = get_close_matches(tail, list(by_tail), n=1, cutoff=0.6)
    return by_tail[found[0]] if found else None
