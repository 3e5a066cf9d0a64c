"""Find where the sentence behind each rule stands in a text, by the rule's anchor alone.

An anchor is a fingerprint: it tells whether a sentence is there, not what it said. So where it is not there as it is
written, other numbers of clauses and other writings of numbers are tried, and then the sentence is offered that is
most like our own summary of the rule: as the nearest, never as the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from xianjie.policy.anchors import anchor, normalised
from xianjie.policy.model import AnyRule
from xianjie.policy.prepared import Policy
from xianjie.sources.align import grams
from xianjie.sources.clauses import CLOSING, PREFACE, Outline, Sentence
from xianjie.sources.numerals import folded
from xianjie.sources.writings import rewritten

State = Literal["same", "moved", "numbers", "nearest", "gone", "unanchored"]

NEAREST = 0.3
"""How much of a summary a sentence must hold to be offered as the nearest."""
_HERE = 0.15
_STEP = re.compile("[一二三四五六七八九十百]+|[0-9]+")
_NUMBERED = re.compile(
    rf"(?:附件[0-9]*)?(?:{PREFACE}|{CLOSING}|第[一二三四五六七八九十百零]+[条章节]|[一二三四五六七八九十]+)?"
    r"(?:\([一二三四五六七八九十]+\))?[0-9]*(?:\([0-9]+\))?(?:[一二三四五六七八九十]+是)?"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one rule's sentence in a text.

    `same`: there, in its clause. `numbers`: there, its numbers written otherwise. `moved`: there, in another clause.
    `nearest`: not there; the sentence most like our summary, `likeness` saying how much of it is in there (0 to 1).
    `gone`: nothing is like it. `unanchored`: the rule has no anchor.
    """

    rule: str
    clause: str
    state: State
    sentence: Sentence | None
    likeness: float


def locate(policy: Policy, text: Outline) -> tuple[Found, ...]:
    """Find the sentence of every rule of a policy, in the rules' order."""
    rules = policy.rules()
    exact: dict[str, Sequence[Sentence]] = {
        one: text.anchored(one) for one in {rule.anchor for _, rule in rules if rule.anchor}
    }
    lost = {one for one, found in exact.items() if not found}
    others = _otherwise(text, lost) if lost else {}
    held = {one.whole for found in exact.values() for one in found} | {one.whole for one in others.values()}
    free = [one for one in text.sentences if one.whole not in held and not one.heading]
    counted = [(one, set(grams(one.folded))) for one in free] if lost else []
    out = []
    renumbered = _renumbered(text) if lost else []
    for clause, rule in rules:
        if rule.anchor is None:
            out.append(Found(rule.id, clause, "unanchored", None, 0.0))
        elif exact[rule.anchor]:
            sentence = next((one for one in exact[rule.anchor] if one.clause == clause), exact[rule.anchor][0])
            out.append(_there(rule, clause, "same", sentence))
        elif rule.anchor in others:
            out.append(_there(rule, clause, "numbers", others[rule.anchor]))
        else:
            out.append(_with_its_own_numbers(rule, clause, renumbered) or _nearest(rule, clause, counted))
    return tuple(out)


def _there(rule: AnyRule, clause: str, state: State, sentence: Sentence) -> Found:
    """Tell a sentence that is there, and whether it stands in another clause, where clauses are numbered as usual."""
    moved = sentence.clause != clause and _NUMBERED.fullmatch(clause) is not None
    return Found(rule.id, clause, "moved" if moved else state, sentence, 1.0)


def _otherwise(text: Outline, lost: set[str]) -> Mapping[str, Sentence]:
    """Look for anchors under other writings of the numbers."""
    found: dict[str, Sentence] = {}
    for pieces in _wholes(text):
        for words in rewritten("".join(one.mark + one.text for one in pieces)):
            print_ = anchor(words)
            if print_ in lost:
                found[print_] = _body(pieces)
    return found


def _wholes(text: Outline) -> Iterator[list[Sentence]]:
    found: dict[int, list[Sentence]] = defaultdict(list)
    for one in text.sentences:
        found[one.whole].append(one)
    yield from found.values()


def _body(pieces: Sequence[Sentence]) -> Sentence:
    return next((one for one in pieces if not one.heading), pieces[-1])


def _renumbered(text: Outline) -> list[tuple[list[str], Sentence]]:
    """List the stretches that hold a clause's number, cut where numbers stand, for another number to be put there."""
    out = []
    for pieces in _wholes(text):
        if any(one.mark for one in pieces):
            parts: list[str] = [""]
            for one in pieces:
                if one.mark:
                    parts.append("")
                parts[-1] += normalised(one.text)
            out.append((parts, _body(pieces)))
    return out


def _with_its_own_numbers(rule: AnyRule, clause: str, stretches: Sequence[tuple[list[str], Sentence]]) -> Found | None:
    """Look for a rule's anchor under the numbers that its clause had."""
    steps = _STEP.findall(clause)
    for parts, sentence in stretches:
        marks = len(parts) - 1
        if marks <= len(steps):
            own = steps[len(steps) - marks :]
            words = parts[0] + "".join(step + part for step, part in zip(own, parts[1:], strict=True))
            if anchor(words) == rule.anchor:
                return Found(rule.id, clause, "moved", sentence, 1.0)
    return None


def _nearest(rule: AnyRule, clause: str, sentences: Sequence[tuple[Sentence, set[str]]]) -> Found:
    """Offer the sentence that holds most of our summary, one in the rule's own clause before others."""
    wanted = set(grams(folded(rule.zh)))
    best, score, share = None, 0.0, 0.0
    for sentence, found in sentences:
        held = len(wanted & found) / len(wanted) if wanted else 0.0
        rated = held + (_HERE if sentence.clause == clause else 0.0)
        if held and rated > score:
            best, score, share = sentence, rated, held
    if best is None or score < NEAREST:
        return Found(rule.id, clause, "gone", None, 0.0)
    return Found(rule.id, clause, "nearest", best, share)
