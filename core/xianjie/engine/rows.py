"""Write a list of entries down, each by the truth values that its own rule rests on: few patterns make every list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from xianjie.engine.forms import Ready, form_of
from xianjie.engine.inquiry import Inquiry
from xianjie.engine.memory import Kept, Memory
from xianjie.engine.telling import picking
from xianjie.language.explain import Finding
from xianjie.language.generate_json import Told
from xianjie.policy.prepared import GroupLine, Line

Draw = Callable[[Inquiry, Sequence[Finding]], object]
"""Draws an entry up from the findings of its block."""


class Rows:
    """The entries of one list, in their order, out of one block."""

    def __init__(self, block: str, rows: Iterable[tuple[Line | None, Draw]], memory: Memory) -> None:
        """Take for each entry its rule, None where there is none, and what draws it up."""
        self._block = block
        self._rows = [(picking(places_of(line)), draw, Kept[Ready](memory)) for line, draw in rows]

    def written(self, told: Told, asked: Inquiry) -> str:
        """Write the entries with commas between them; `asked` puts the case to the engine's code by marks."""
        out = []
        for pick, draw, kept in self._rows:
            key = pick(told.codes)
            form = kept.get(key)
            if form is None:
                form = kept.keep(key, Ready(form_of(draw(asked, asked.findings(self._block)))))
            out.append(form.filled(told))
        return ",".join(out)


def places_of(line: Line | GroupLine | None) -> list[int]:
    """List the places of the conditions that a rule rests on, over all its readings."""
    return [] if line is None else list(dict.fromkeys(place for found in line.places for place in found.values()))
