"""One change between two policies, and all of them together, each said in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from xianjie.compare.bilingual import NOTHING, Both

Kind = Literal[
    "added",
    "dropped",
    "changed",
    "stronger",
    "weaker",
    "force",
    "moved",
    "renamed",
    "through",
    "rewritten",
    "ruled",
    "silenced",
]
Weight = Literal["major", "minor"]
Section = Literal[
    "header", "parameters", "ambiguities", "readings", "definitions", "groups", "clauses", "rules", "silence"
]

KINDS: Mapping[Kind, tuple[str, Both]] = MappingProxyType(
    {
        "added": ("+", Both("新增", "added")),
        "dropped": ("−", Both("删除", "dropped")),
        "changed": ("~", Both("修改", "changed")),
        "stronger": ("▲", Both("力度增强", "stronger")),
        "weaker": ("▼", Both("力度减弱", "weaker")),
        "force": ("~", Both("力度换类", "other force")),
        "moved": ("~", Both("移位", "moved")),
        "renamed": ("~", Both("改编号", "renamed")),
        "through": ("~", Both("间接修改", "changed through")),
        "rewritten": ("~", Both("换写法", "rewritten")),
        "ruled": ("+", Both("沉默变规定", "now ruled")),
        "silenced": ("−", Both("规定变沉默", "now silent")),
    }
)
"""The sign and the word of each kind: neither stands without the other."""

SECTIONS: Mapping[Section, Both] = MappingProxyType(
    {
        "header": Both("文件头", "head"),
        "parameters": Both("数值", "parameters"),
        "ambiguities": Both("疑点", "ambiguities"),
        "readings": Both("读法", "readings"),
        "definitions": Both("定义", "definitions"),
        "groups": Both("对象类别", "groups"),
        "clauses": Both("条款", "clauses"),
        "rules": Both("规则", "rules"),
        "silence": Both("沉默", "silence"),
    }
)

WEIGHTS: Mapping[Weight, Both] = MappingProxyType({"major": Both("实质", "major"), "minor": Both("文字", "minor")})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. `subject` names what it is about, `words` say what happened to it.

    `major`: may alter answers, or what somebody owes; `minor`: words only. `old` and `new` are plain values as the file
    holds them (None: not there), `old_words` and `new_words` the same for a reader. `causes` are the paths of what a
    rule was changed through. `details` are further sentences. `written`: `old` and `new` are conditions as written.
    """

    kind: Kind
    weight: Weight
    section: Section
    item: str
    field: str
    subject: Both
    words: Both
    old: Any = None
    new: Any = None
    old_words: Both = NOTHING
    new_words: Both = NOTHING
    old_clause: str | None = None
    new_clause: str | None = None
    topics: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    details: tuple[Both, ...] = ()
    written: bool = False

    @property
    def clause(self) -> str:
        """Name the clauses: one where they agree, else both; empty where it has none."""
        if self.old_clause and self.new_clause and self.old_clause != self.new_clause:
            return f"{self.old_clause} → {self.new_clause}"
        return self.new_clause or self.old_clause or ""

    @property
    def path(self) -> str:
        """Name the place: section, item (a rule's id, a parameter's name, …) and field, as far as there are any."""
        return "/".join(part for part in (self.section, self.item, self.field) if part)

    @property
    def zh(self) -> str:
        """Say the change in Chinese, with what it is about."""
        return f"{self.subject.zh}：{self.words.zh}"

    @property
    def en(self) -> str:
        """Say the change in English, with what it is about."""
        return f"{self.subject.en}: {self.words.en}"


@dataclass(frozen=True, slots=True)
class About:
    """What a change is about: its place, its name, where it stands in the two documents, and its topics."""

    section: Section
    item: str
    subject: Both
    old_clause: str | None = None
    new_clause: str | None = None
    topics: tuple[str, ...] = ()

    def change(
        self,
        field: str,
        words: Both,
        *,
        kind: Kind = "changed",
        weight: Weight = "major",
        old: Any = None,
        new: Any = None,
        old_words: Both = NOTHING,
        new_words: Both = NOTHING,
        causes: Iterable[str] = (),
        details: Iterable[Both] = (),
        written: bool = False,
    ) -> Change:
        """Make a change of one of its fields (empty: of the whole)."""
        return Change(
            kind,
            weight,
            self.section,
            self.item,
            field,
            self.subject,
            words,
            old,
            new,
            old_words,
            new_words,
            self.old_clause,
            self.new_clause,
            self.topics,
            tuple(causes),
            tuple(details),
            written,
        )


@dataclass(frozen=True, slots=True)
class Named:
    """One of the two policies, as far as a report names it. `overlays` are the ids of the patches it went through."""

    region: str
    id: str
    version: str
    title: str
    number: str | None
    standing: str
    validity: str
    text: str
    sha256: str
    overlays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """All changes from one policy to another, in the document's order. `hidden` counts minor ones left out."""

    old: Named
    new: Named
    changes: tuple[Change, ...]
    hidden: int = 0

    @property
    def equal(self) -> bool:
        """Tell whether the two say the same to the letter, but for white space, comments and the order of keys."""
        return not self.changes and not self.hidden

    @property
    def same_region(self) -> bool:
        """Tell whether the two are documents of one region, so that their ids can be expected to agree."""
        return self.old.region == self.new.region

    def major(self) -> Diff:
        """Leave out the changes of words only, and count them."""
        kept = tuple(change for change in self.changes if change.weight == "major")
        return replace(self, changes=kept, hidden=self.hidden + len(self.changes) - len(kept))

    def totals(self) -> dict[str, Any]:
        """Count changes by weight, rules by what became of them, and the other items that changed, by section."""
        kinds = [change.kind for change in self.changes]
        rules = {name: len(ids) for name, ids in self._rules().items()}
        items = {
            section: len({change.item for change in self.changes if change.section == section})
            for section in SECTIONS
            if section not in ("rules", "silence")
        }
        return {
            "changes": len(self.changes) + self.hidden,
            "major": sum(change.weight == "major" for change in self.changes),
            "minor": sum(change.weight == "minor" for change in self.changes) + self.hidden,
            "hidden": self.hidden,
            "rules": rules,
            "force": {kind: kinds.count(kind) for kind in ("stronger", "weaker", "force")},
            "silence": {kind: kinds.count(kind) for kind in ("ruled", "silenced")},
            "items": items,
        }

    def _rules(self) -> dict[str, set[str]]:
        """Sort the rules: a rule is *changed* by its own text, *through* by something else alone."""
        found: dict[str, set[str]] = {
            name: set() for name in ("added", "dropped", "moved", "renamed", "changed", "through", "reworded")
        }
        for change in self.changes:
            if change.section != "rules":
                continue
            if change.field == "" and change.kind in found:
                found[change.kind].add(change.item)
            elif change.field == "clause":
                found["moved"].add(change.item)
            elif change.kind == "through":
                found["through"].add(change.item)
            elif change.weight == "major":
                found["changed"].add(change.item)
            else:
                found["reworded"].add(change.item)
        found["through"] -= found["changed"]
        found["reworded"] -= found["changed"] | found["through"]
        return found
