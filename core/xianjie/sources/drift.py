"""Tell how a revised text drifts from the text that a policy's rules were drawn from, and which rules hang on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from xianjie.policy.completeness import topics_of
from xianjie.policy.prepared import Policy
from xianjie.sources.align import Pair, align
from xianjie.sources.clauses import Outline, Sentence, outline
from xianjie.sources.found import Found, locate
from xianjie.sources.marking import NumberChange, changed_numbers
from xianjie.sources.modals import Modal, changed_modals

Kind = Literal["unchanged", "moved", "changed", "vanished", "appeared"]

_LAST_STEP = re.compile(r"(?:\([^()]*\)|[0-9]+|[一二三四五六七八九十]+是?|第[^第]*|附件|.)$")
COARSE = 5_000
"""Above so many sentences the search for changed ones passes over frequent words."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """A rule that hangs on a sentence: by its anchor, or, where that is in neither text, by its clause."""

    rule: str
    clause: str
    by: Literal["anchor", "clause"]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one sentence. Likeness runs from 0 to 1; for a heading `old` and `new` are headings."""

    kind: Kind
    old: Sentence | None
    new: Sentence | None
    likeness: float
    modals: tuple[tuple[Modal | None, Modal | None], ...] = ()
    numbers: tuple[NumberChange, ...] = ()
    rules: tuple[Hanging, ...] = ()

    @property
    def topics(self) -> tuple[str, ...]:
        """List the topics of the rules that hang on the sentence."""
        return tuple(dict.fromkeys(topic for rule in self.rules for topic in rule.topics))


@dataclass(frozen=True, slots=True)
class Drift:
    """How a new text drifts.

    `compared`: `text` where an old text was at hand, and `entries` tell every sentence; `anchors` where there are only
    the policy's anchors, and `entries` is empty. `rules` tells in both cases where each rule's sentence stands in the
    new text; `adrift` lists the anchored rules that the old text does not hold.
    """

    policy: str
    region: str
    compared: Literal["text", "anchors"]
    entries: tuple[Entry, ...]
    rules: tuple[Found, ...]
    adrift: tuple[str, ...]
    old_sentences: int | None
    new_sentences: int
    coarse: bool

    def of(self, kind: Kind) -> tuple[Entry, ...]:
        """List the entries of one kind."""
        return tuple(entry for entry in self.entries if entry.kind == kind)

    @property
    def drifted(self) -> bool:
        """Tell whether anything is not as it was."""
        if self.compared == "text":
            return any(entry.kind != "unchanged" for entry in self.entries)
        return any(found.state not in ("same", "numbers", "unanchored") for found in self.rules)

    @property
    def counts(self) -> dict[str, int]:
        """Count the sentences by what became of them, or the rules where there was no old text."""
        if self.compared == "text":
            counted = Counter(entry.kind for entry in self.entries)
            return {kind: counted[kind] for kind in ("unchanged", "moved", "changed", "vanished", "appeared")}
        states = Counter(found.state for found in self.rules)
        return {state: states[state] for state in ("same", "numbers", "moved", "nearest", "gone", "unanchored")}

    def touched(self) -> dict[str, tuple[str, ...]]:
        """List the rules that hang on what drifted, each with what happened to its sentences."""
        out: dict[str, dict[str, None]] = {}
        for entry in self.entries:
            if entry.kind != "unchanged":
                for hanging in entry.rules:
                    out.setdefault(hanging.rule, {})[entry.kind] = None
        if self.compared == "anchors":
            for found in self.rules:
                if found.state in ("moved", "nearest", "gone"):
                    out[found.rule] = {found.state: None}
        return {rule: tuple(kinds) for rule, kinds in out.items()}


def drift(policy: Policy, old_text: str | None, new_text: str) -> Drift:
    """Compare a new text with the old one, or, where there is none, with the policy's anchors alone.

    Raises InputError where a text holds more sentences than can be compared.
    """
    new = outline(new_text)
    rules = locate(policy, new)
    if old_text is None:
        return Drift(policy.id, policy.region, "anchors", (), rules, (), None, len(new.sentences), False)
    old = outline(old_text)
    hooks = _Hooks(policy, old)
    entries = tuple(hooks.entry(pair) for pair in align(old.sentences, new.sentences))
    sizes = (len(old.sentences), len(new.sentences))
    return Drift(policy.id, policy.region, "text", entries, rules, hooks.adrift, *sizes, max(sizes) > COARSE)


class _Hooks:
    """The rules of a policy by what they hang on in the old text."""

    def __init__(self, policy: Policy, old: Outline) -> None:
        self.by_anchor: dict[str, list[Hanging]] = {}
        self.by_clause: dict[str, list[Hanging]] = {}
        self.clauses = {clause.path for clause in policy.file.clauses}
        known = {one.anchor for one in old.sentences}
        adrift = []
        for clause, rule in policy.rules():
            topics = topics_of(rule, policy.file)
            if rule.anchor in known and rule.anchor is not None:
                self.by_anchor.setdefault(rule.anchor, []).append(Hanging(rule.id, clause, "anchor", topics))
                continue
            if rule.anchor is not None:
                adrift.append(rule.id)
            self.by_clause.setdefault(clause, []).append(Hanging(rule.id, clause, "clause", topics))
        self.adrift = tuple(adrift)

    def entry(self, pair: Pair) -> Entry:
        old, new = pair.old, pair.new
        rules = self._rules(old) if old is not None else ()
        if old is None or new is None:
            return Entry("appeared" if old is None else "vanished", old, new, pair.likeness, rules=rules)
        if old.folded == new.folded:
            kind: Kind = "unchanged" if old.clause == new.clause else "moved"
            return Entry(kind, old, new, pair.likeness, rules=rules)
        return Entry(
            "changed",
            old,
            new,
            pair.likeness,
            changed_modals(old.text, new.text),
            changed_numbers(old.text, new.text),
            rules,
        )

    def _rules(self, old: Sentence) -> tuple[Hanging, ...]:
        hanging: Sequence[Hanging] = self.by_anchor.get(old.anchor, ())
        clause = old.clause
        while clause and clause not in self.clauses:  # a clause that the policy does not divide so far
            clause = _LAST_STEP.sub("", clause)
        return (*hanging, *self.by_clause.get(clause, ()))
