"""Write Python source that explains as it decides, like `generate`, in pieces of JSON instead of objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from xianjie.language import nodes
from xianjie.language.generate import Code, Material, Writer
from xianjie.language.narrow import narrow_inside, narrow_json

_JSON = ("false", "null", "null", "true")
"""How the codes of the three values are written."""


class Told(NamedTuple):
    """What came of a block's conditions, in their order: codes, the facts that each still wants, and the reasons.

    `texts` holds each condition's sentence as it stands inside a JSON string, then each one's grounds as the elements
    of a JSON list, in narrow text.
    """

    codes: tuple[int, ...]
    missing: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]


Tell = Callable[[Sequence[Code], Sequence[str], Sequence[str]], Told]
"""Takes the facts' codes, their values as JSON, and their texts as they stand inside a JSON string, all narrow."""


def tell_function(material: Material) -> Tell:
    """Compile the conditions to a function that tells of each its value, its missing facts and its reasons."""
    writer = _JsonWriter(material)
    told = [writer.told(node) for _, node in material.conditions]
    columns = ["".join(f"{item}, " for item in column) for column in zip(*told, strict=True)] or [""] * 4
    writer.line(f"return Told(({columns[0]}), ({columns[1]}), ({columns[2]}{columns[3]}))")
    return writer.function("tell(C, S, T)")  # type: ignore[return-value]


class _JsonWriter(Writer):
    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self.constants["Told"] = Told
        self.conditions: dict[nodes.Condition, tuple[str, str, str, str]] = {}

    def told(self, node: nodes.Condition) -> tuple[str, str, str, str]:
        if node not in self.conditions:
            value, text, grounds = self.value(node), self.text(node), self.grounds(node)
            missing = self.missing(node, value)
            self.conditions[node] = value, missing, text, self.assign("r", self.joined(grounds))
        return self.conditions[node]

    def said(self, text: str) -> str:
        return narrow_inside(text)

    def joined(self, rows: Sequence[str]) -> str:
        return rows[0] if len(rows) == 1 else f'f"{",".join(f"{{{row}}}" for row in rows)}"'

    def new_part(self, node: nodes.Condition) -> str:
        named = f'"definition":{narrow_json(node.name)},' if isinstance(node, nodes.Definition) else ""
        head = f'{{"op":"{self.op(node)}",{named}"value":'
        table = self.constant(tuple(f'{head}{value},"text":"' for value in _JSON))
        value, text, grounds = self.value(node), self.text(node), ",".join(f"{{{row}}}" for row in self.grounds(node))
        middle, end = self.constant('","because":['), self.constant("]}")
        return f'f"{{{table}[{value}]}}{{{text}}}{{{middle}}}{grounds}{{{end}}}"'

    def new_leaf(self, name: str) -> str:
        head = f'{{"fact":{narrow_json(name)},"value":'
        if self.is_flag(name):
            return f"{self.constant(tuple(f'{head}{value}}}' for value in _JSON))}[{self.fact(name)}]"
        slot = self.material.vocabulary.slot[name]
        return f'f"{{{self.constant(head)}}}{{S[{slot}]}}{{{self.constant("}")}}}"'

    def parameter(self, name: str) -> str:
        return self.constant(narrow_json({"parameter": name, "value": self.material.parameters[name]}))
