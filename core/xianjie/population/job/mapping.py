"""How a data set's columns stand for facts: a YAML file that is checked before the first row, and a draft of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xianjie.cases.tables import facts_called
from xianjie.errors import InputError, Problem, nearest
from xianjie.policy.yaml_tree import Key, YamlTree
from xianjie.population.compiler.columns import Layout
from xianjie.population.job.asked import Mapped
from xianjie.population.values import read_value
from xianjie.source import read_text
from xianjie.vocabulary import FactSpec, FactType, Vocabulary

LARGEST = 4 * 1024 * 1024
REST = "rest"

_PARTS = ("columns", "values", "unrecorded", "keep", "division")


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping as it is written: columns and meanings of values by fact, facts that nobody records, columns kept.

    `rest`: every fact without a column counts as unrecorded.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unrecorded: tuple[str, ...] = ()
    rest: bool = False
    keep: tuple[str, ...] = ()
    division: str | None = None

    def mapped(self, layout: Layout, columns: Collection[str]) -> Mapped:
        """Put the mapping to the facts that are wanted and the columns that there are.

        A column that is called as a fact's term stands for it, where no other is named.
        """
        sources = dict(self.columns)
        for column in columns:
            for fact in facts_called(column, layout.vocabulary) if column not in layout.by_name else ():
                if fact in layout.by_name and fact not in sources and fact not in columns:
                    sources[fact] = column
        without = [name for name in layout.names if sources.get(name, name) not in columns]
        unrecorded = [*self.unrecorded, *(name for name in without if self.rest and name not in self.unrecorded)]
        wanted = {name: column for name, column in sources.items() if name in layout.by_name}
        return Mapped(
            wanted,
            tuple(name for name in unrecorded if name in layout.by_name),
            tuple(dict.fromkeys((*self.keep, *([self.division] if self.division else [])))),
            self.division,
            {name: words for name, words in self.values.items() if name in layout.by_name},
        )


def read_mapping(path: Path, layout: Layout) -> MappingFile:
    """Read a mapping file. Raises InputError with every fault's place, and the nearest name where one is unknown."""
    tree = YamlTree(read_text(path, LARGEST), str(path), InputError, dates=False)
    return _Reading(tree, layout).read()


class _Reading:
    def __init__(self, tree: YamlTree, layout: Layout) -> None:
        self.tree, self.layout = tree, layout
        self.vocabulary = layout.vocabulary
        self.problems: list[Problem] = []

    def blame(self, path: Sequence[Key], code: str, zh: str, en: str) -> None:
        self.problems.append(Problem(code, zh, en, self.tree.place(path)))

    def read(self) -> MappingFile:
        found = self.tree.value if self.tree.value is not None else {}
        if not isinstance(found, dict):
            self.blame(
                (), "mapping-form", "须是 columns、values 等各项", "must have entries such as columns and values"
            )
            raise InputError(self.problems)
        for key in found:
            if key not in _PARTS:
                near = nearest(str(key), _PARTS)
                self.blame(
                    (key,),
                    "mapping-form",
                    "没有这一项" + (f"，是否为 {near}？" if near else f"；可用：{'、'.join(_PARTS)}"),
                    "no such entry" + (f"; did you mean {near}?" if near else f"; known: {', '.join(_PARTS)}"),
                )
        columns = {
            fact: column
            for key, value in self.pairs(found, "columns")
            if (fact := self.fact(("columns", key), str(key))) and (column := self.text(("columns", key), value))
        }
        values = {
            fact: self.words(fact, key, value)
            for key, value in self.pairs(found, "values")
            if (fact := self.fact(("values", key), str(key)))
        }
        unrecorded = found.get("unrecorded")
        rest = unrecorded == REST
        listed = [] if rest else self.listed(found, "unrecorded")
        facts = [self.fact(("unrecorded", number), name) for number, name in enumerate(listed)]
        keep = self.listed(found, "keep")
        division = found.get("division")
        out = MappingFile(
            columns,
            values,
            tuple(fact for fact in facts if fact),
            rest,
            tuple(keep),
            None if division is None else self.text(("division",), division),
        )
        for fact in out.unrecorded:
            if fact in columns:
                self.blame(
                    ("columns", fact),
                    "mapping-contradicts",
                    "这一项既有列，又写在 unrecorded 里",
                    "this fact has a column and is said to be unrecorded",
                )
        if self.problems:
            raise InputError(self.problems)
        return out

    def pairs(self, found: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
        held = found.get(name)
        if held is None:
            return []
        if not isinstance(held, dict):
            self.blame((name,), "mapping-form", "须写作 事实: 值", "must be written as fact: value")
            return []
        return list(held.items())

    def listed(self, found: Mapping[str, Any], name: str) -> list[str]:
        held = found.get(name)
        if held is None:
            return []
        if not isinstance(held, list) or not all(isinstance(one, str) for one in held):
            self.blame((name,), "mapping-form", "须是一列名称", "must be a list of names")
            return []
        return held

    def text(self, path: Sequence[Key], value: object) -> str:
        if isinstance(value, str) and value:
            return value
        self.blame(path, "mapping-form", "须是列名", "must be a column's name")
        return ""

    def fact(self, path: Sequence[Key], name: str) -> str:
        """Find the fact that a name or a term means; the empty name where there is none."""
        found = facts_called(name, self.vocabulary)
        if len(found) == 1:
            return found[0]
        near = "、".join(found) or nearest(name, [spec.name for spec in self.vocabulary.facts])
        self.blame(
            path,
            "mapping-fact",
            "没有这项事实" + (f"，是否为 {near}？" if near else ""),
            "no such fact" + (f"; did you mean {near}?" if near else ""),
        )
        return ""

    def words(self, fact: str, key: str, given: object) -> dict[str, str]:
        """Check the meanings that are given to a fact's values."""
        if not isinstance(given, dict):
            self.blame(("values", key), "mapping-form", "须写作 数据里的值: 含义", "must be written as value: meaning")
            return {}
        spec = self.vocabulary[fact]
        column = self.layout.by_name.get(fact)
        out = {}
        for word, meant in given.items():
            said = "" if meant is None else str(meant).lower() if isinstance(meant, bool) else str(meant)
            out[str(word)] = said
            fault = None if column is None else read_value(said, column, self.vocabulary)[1]
            if fault is not None:
                known = _known(spec)
                near = nearest(said, known)
                shown = "、".join(known[:20])
                self.blame(
                    ("values", key, word),
                    "mapping-value",
                    "这项事实没有这样的值" + (f"，是否为 {near}？" if near else f"；可用：{shown}" if known else ""),
                    "the fact has no such value"
                    + (f"; did you mean {near}?" if near else f"; known: {', '.join(known[:20])}" if known else ""),
                )
        return out


def _known(spec: FactSpec) -> list[str]:
    if spec.type is FactType.BOOL:
        return ["是", "否", "不清楚", "true", "false"]
    return [*spec.words, *(zh for zh, _ in spec.words.values())]


def draft(columns: Collection[str], layout: Layout, say: Callable[[str, str], str]) -> str:
    """Write a mapping file for the columns that there are; facts without a column are commented out."""
    vocabulary = layout.vocabulary
    meant = {column: facts_called(column, vocabulary) for column in columns}
    by_fact = {facts[0]: column for column, facts in meant.items() if len(facts) == 1}
    used = {column for fact, column in by_fact.items() if fact in layout.by_name}
    lines = [
        say("# 数据的列与事实的对应；# 开头的行不起作用", "# which column holds which fact; lines with # are notes"),
        "columns:" if used else "columns: {}",
    ]
    for name in layout.names:
        zh = vocabulary[name].zh
        if name in by_fact:
            lines.append(f"  {name}: {_quoted(by_fact[name])}  # {zh}")
        else:
            shared = [column for column, facts in meant.items() if len(facts) > 1 and name in facts]
            lines.append(f"  # {name}:{''.join(f' {_quoted(column)}?' for column in shared)}  # {zh}")
    rest = [column for column in columns if column not in used]
    lines += [
        "",
        say("# 数据里值的写法不同的，写在这里，如：", "# values that are written otherwise, as:"),
        "# values:",
        *_example(layout, vocabulary),
        "",
        say("# 没有列的事实，一律按未知处理", "# facts without a column are unknown for everybody"),
        f"unrecorded: {REST}",
        "",
        say("# 原样带到结果里的列", "# columns that go along as they are"),
        "keep:" if rest else "keep: []",
        *(f"  # - {_quoted(column)}" for column in rest),
        "",
        say("# 按哪一列（也会带到结果里）分开统计", "# the column by whose values counts are told apart"),
        f"# division: {_quoted(rest[0]) if rest else ''}",
        "",
    ]
    return "\n".join(lines).replace("keep:\n  #", "keep: []\n  #")


def _example(layout: Layout, vocabulary: Vocabulary) -> list[str]:
    flag = next((name for name in layout.names if vocabulary[name].type is FactType.BOOL), None)
    return [] if flag is None else [f"#   {flag}: {{1: 是, 0: 否, 9: 不清楚}}"]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
