"""Look up the names that a condition may use, and tell every fault at its character."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from xianjie.errors import nearest
from xianjie.language import nodes
from xianjie.language.text import ExpressionError, lines_of
from xianjie.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class ParameterType:
    """What a condition may know of a parameter: money or a plain number, and the unit that it counts, if any."""

    money: bool
    unit: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a condition may use."""

    vocabulary: Vocabulary
    parameters: Mapping[str, ParameterType]
    definitions: frozenset[str]


class NameReader:
    """Read facts' names out of a syntax tree, and place faults in the text it came from."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope = text, scope
        # ast counts columns in UTF-8 bytes of each line; errors are given in characters of the whole text.
        self.lines = lines_of(text)

    def offset(self, node: ast.AST) -> int:
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0)
        if line > len(self.lines):
            return len(self.text)
        prefix = 1 if line == 1 else 0
        encoded = self.lines[line - 1].encode()[: max(0, column - prefix)]
        return sum(len(part) for part in self.lines[: line - 1]) + len(encoded.decode(errors="ignore"))

    def fail(self, node: ast.AST, code: str, zh: str, en: str) -> NoReturn:
        raise ExpressionError(code, zh, en, self.offset(node))

    def fact(self, node: ast.expr) -> nodes.Fact:
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            if isinstance(node, ast.Name) and not self.is_known(node.id):
                self.unknown_name(node, node.id)
            self.fail(
                node,
                "expression-not-a-fact",
                "这里需要一个事实（如 aid.received）",
                "a fact is needed here (as aid.received)",
            )
        name = f"{node.value.id}.{node.attr}"
        if name not in self.scope.vocabulary:
            self.unknown_name(node, name)
        return nodes.Fact(name)

    def is_known(self, name: str) -> bool:
        return name == "as_of" or name in self.scope.parameters or name in self.scope.definitions

    def unknown_name(self, node: ast.AST, name: str) -> NoReturn:
        known = (*self.scope.vocabulary.names, *self.scope.parameters, *sorted(self.scope.definitions))
        near = nearest(name, known)
        self.fail(
            node,
            "unknown-name",
            f"没有名为 {name} 的事实、参数或定义" + (f"，是否为 {near}？" if near else ""),
            f"no fact, parameter or definition is called {name}" + (f"; did you mean {near}?" if near else ""),
        )
