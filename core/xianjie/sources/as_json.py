"""Give a drift, or a document with what hangs on it, as JSON-shaped data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xianjie.sources.clauses import Outline, Sentence
from xianjie.sources.deciding import Decided
from xianjie.sources.drift import Drift, Entry
from xianjie.sources.found import Found
from xianjie.sources.marking import differing
from xianjie.sources.modals import Modal
from xianjie.sources.numerals import Number


def drift_json(found: Drift, decided: Sequence[Decided] | None) -> dict[str, Any]:
    """Give a drift, without the sentences that are as they were; `cases` is None where no corpus was asked."""
    return {
        "policy": found.policy,
        "region": found.region,
        "compared": found.compared,
        "drifted": found.drifted,
        "coarse": found.coarse,
        "sentences": {"old": found.old_sentences, "new": found.new_sentences},
        "counts": found.counts,
        "entries": [_entry(entry) for entry in found.entries if entry.kind != "unchanged"],
        "rules": [found_json(one) for one in found.rules],
        "adrift": list(found.adrift),
        "touched": {rule: list(kinds) for rule, kinds in found.touched().items()},
        "cases": None if decided is None else [_decided(one) for one in decided],
    }


def outline_json(text: Outline, found: Sequence[Found]) -> dict[str, Any]:
    """Give a document's sentences, and where the sentence of each rule stands."""
    return {"sentences": [_sentence(one) for one in text.sentences], "rules": [found_json(one) for one in found]}


def _entry(entry: Entry) -> dict[str, Any]:
    old, new = entry.old, entry.new
    out: dict[str, Any] = {
        "kind": entry.kind,
        "likeness": round(entry.likeness, 3),
        "old": _sentence(old),
        "new": _sentence(new),
        "modals": [{"old": _modal(one), "new": _modal(other)} for one, other in entry.modals],
        "numbers": [
            {"old": _number(change.old, change.old_text), "new": _number(change.new, change.new_text)}
            for change in entry.numbers
        ],
        "rules": [
            {"rule": rule.rule, "clause": rule.clause, "by": rule.by, "topics": list(rule.topics)}
            for rule in entry.rules
        ],
        "topics": list(entry.topics),
    }
    if entry.kind == "changed" and old is not None and new is not None:
        sides = differing(old.text, new.text)
        out["marked"] = {
            name: [{"text": text, "differs": differs} for text, differs in side]
            for name, side in zip(("old", "new"), sides, strict=True)
        }
    return out


def _sentence(sentence: Sentence | None) -> dict[str, Any] | None:
    if sentence is None:
        return None
    return {
        "clause": sentence.clause,
        "text": sentence.text,
        "heading": sentence.heading,
        "line": sentence.line,
        "anchor": sentence.anchor,
    }


def _modal(modal: Modal | None) -> dict[str, str] | None:
    return None if modal is None else {"word": modal.word, "force": modal.force}


def _number(number: Number | None, text: str) -> dict[str, str] | None:
    return None if number is None else {"text": text, "kind": number.kind, "value": number.value}


def found_json(found: Found) -> dict[str, Any]:
    """Give what became of one rule's sentence."""
    return {
        "rule": found.rule,
        "clause": found.clause,
        "state": found.state,
        "likeness": round(found.likeness, 3),
        "sentence": _sentence(found.sentence),
    }


def _decided(decided: Decided) -> dict[str, Any]:
    return {
        "number": decided.number,
        "case": decided.label,
        "rests": [
            {"rule": rest.rule, "part": rest.part, "status": rest.status, "weight": rest.weight}
            for rest in decided.rests
        ],
    }
