"""Grow the explanation of a status into what a page shows: each ground with its truth, its words and its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xianjie.engine.later import REMARK, is_later
from xianjie.engine.wording import (
    JOINTS,
    VALUES,
    fact_term,
    once,
    only_unrecorded,
    parameter_text,
    part_name,
    say,
    shown_value,
)
from xianjie.policy.prepared import Policy

Entry = Mapping[str, Any]
Kind = Literal["fact", "parameter", "part"]


@dataclass(frozen=True, slots=True)
class Source:
    """Who asserted a fact, when, and what they noted; each None where it is not recorded."""

    by: str | None
    on: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground. A fact or a figure has a `label` and a `text`; a part has a truth, and grounds of its own.

    `truth` is True, False or None (not known); `verdict` says it in words, `joint` how the parts below are joined.
    """

    kind: Kind
    key: str
    label: str
    text: str
    truth: bool | None = None
    verdict: str = ""
    joint: str = ""
    known: bool = True
    source: Source | None = None
    remark: str = ""
    because: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounding:
    """What grounds are told from: the document, who asserted what, and what its rules say, by their ids."""

    policy: Policy
    provenance: Mapping[str, Mapping[str, str]]
    lang: str
    summaries: Mapping[str, str]
    as_of: int | None = None

    def root(self, why: Entry) -> Ground | None:
        """Tell the whole of an explanation; None where there is nothing to it."""
        return self._part(why, "") if why["because"] else None

    def grounds(self, found: Sequence[Entry]) -> tuple[Ground, ...]:
        """Tell grounds in their order."""
        return tuple(self._ground(one) for one in once(found))

    def _ground(self, ground: Entry) -> Ground:
        vocabulary = self.policy.vocabulary
        if ground.get("fact"):
            name = ground["fact"]
            return Ground(
                "fact",
                name,
                fact_term(name, vocabulary, self.lang),
                shown_value(name, ground["value"], vocabulary, self.lang),
                known=ground["value"] is not None,
                source=source_of(self.provenance, name),
                remark=self._remark(name, ground["value"]),
            )
        if ground.get("parameter"):
            title, value = parameter_text(ground["parameter"], ground["value"], self.policy, self.lang)
            return Ground("parameter", ground["parameter"], title, value)
        part = ground.get("part")
        return self._part(ground, (self.summaries.get(part) or part_name(part, self.lang)) if part else "")

    def _remark(self, name: str, value: object) -> str:
        later = self.as_of is not None and is_later(name, value, self.as_of, self.policy.vocabulary)
        return say(self.lang, *REMARK) if later else ""

    def _part(self, part: Entry, label: str) -> Ground:
        joint = JOINTS.get(part.get("op") or "")
        value = part["value"]
        text = "" if joint is not None and only_unrecorded(part["text"]) else part["text"]
        return Ground(
            "part",
            part.get("part") or part.get("definition") or "",
            label,
            text,
            value,
            say(self.lang, *VALUES[value]),
            "" if joint is None else say(self.lang, *joint),
            because=self.grounds(part["because"] or ()),
        )


def source_of(provenance: Mapping[str, Mapping[str, str]], fact: str) -> Source | None:
    """Find who asserted a fact; None where nobody is recorded."""
    found = provenance.get(fact)
    return None if not found else Source(found.get("by"), found.get("on"), found.get("note"))
