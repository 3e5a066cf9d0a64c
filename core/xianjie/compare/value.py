"""What one rule, or all the rules of a topic, come to in a cell: a short text, its measure, and the longer words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xianjie.compare.bilingual import NOTHING, Both, fitted, of_term, one_line
from xianjie.compare.conditions import conjuncts
from xianjie.compare.measure import FORCE_RANK, Asked, Atom, Measure, Timing, by_force, by_strictness
from xianjie.compare.wording import Voice
from xianjie.language import nodes
from xianjie.policy.model import AnyRule
from xianjie.vocabulary.terms import FORCES

ZH, EN = 90, 400
"""How many characters a value may have; what is longer is cut, and stands in full among the details."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one rule says on one topic. `details` are words too long for the text.

    `forms` are the conditions that bear on the topic, as written, under every reading. `axes` are the sets of readings
    that alter it; they can be fewer than those of the whole rule.
    """

    rule: AnyRule
    text: Both
    timing: Timing | None = None
    members: frozenset[Atom] = frozenset()
    conditions: frozenset[Atom] = frozenset()
    forms: frozenset[str] = frozenset()
    levels: frozenset[Atom] = frozenset()
    axes: tuple[str, ...] = ()
    written: bool = False
    details: tuple[Both, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell says: a short text, what of it can be compared, the longer words, and each rule's open readings."""

    text: Both
    measure: Measure
    details: tuple[Both, ...]
    axes: Mapping[str, tuple[str, ...]]


def gathered(pieces: Sequence[Piece]) -> Value:
    """Put the pieces of one topic together, what binds strongest first.

    The conditions are those of the strongest rule. Where the rules differ in force, each piece names its own.
    """
    ordered = sorted(pieces, key=_leads)
    several = len({piece.rule.force for piece in pieces}) > 1 and len({piece.text for piece in pieces}) > 1
    texts = [_forced(piece) for piece in ordered] if several else [piece.text for piece in pieces]
    text = fitted(texts, Both("；", "; "), Both("；等 {} 条", "; {} rules in all"), ZH, EN)
    details = tuple(dict.fromkeys(detail for piece in pieces for detail in piece.details))
    cut = tuple(one for one in texts if one.zh not in text.zh or one.en not in text.en)
    axes = {piece.rule.id: piece.axes for piece in pieces}
    return Value(text, _measure(ordered), tuple(dict.fromkeys((*cut, *details))), axes)


def _forced(piece: Piece) -> Both:
    force = of_term(FORCES, piece.rule.force)
    return Both(f"{force.zh}：{piece.text.zh}", f"{force.en}: {piece.text.en}")


def _leads(piece: Piece) -> tuple[int, bool]:
    return -FORCE_RANK.get(piece.rule.force, 0), NOBODY in piece.members


def _measure(pieces: Sequence[Piece]) -> Measure:
    first = pieces[0]
    nobody = all(NOBODY in piece.members for piece in pieces)
    timings = by_strictness([piece.timing for piece in pieces if piece.timing is not None])
    timed = [piece.levels for piece in pieces if timings and piece.timing == timings[0]]
    reach = timed or [piece.levels for piece in pieces]
    return Measure(
        forces=by_force(piece.rule.force for piece in pieces),
        qualifiers=frozenset([first.rule.qualifier] if first.rule.qualifier else []),
        timings=timings,
        members=frozenset(atom for piece in pieces for atom in piece.members if atom != NOBODY or nobody),
        conditions=first.conditions,
        asks=frozenset(
            Asked("", NOTHING, piece.rule.force, piece.rule.qualifier, piece.conditions, piece.forms)
            for piece in pieces
        ),
        levels=frozenset(level for levels in reach for level in levels) if all(reach) else frozenset(),
        written=frozenset(one_line(piece.rule.zh) for piece in pieces if piece.written),
    )


NOBODY = Atom("nobody", Both("不面向组织", "not for an organisation"))
"""The mark of money or a duty of the authorities that no organisation can ask for."""


def asked(parts: Iterable[nodes.Condition], voice: Voice) -> frozenset[Atom]:
    """Give what settled conditions ask in every case, as things that cells can share."""
    return frozenset(Atom(voice.key(one), voice.words(one)) for part in parts for one in conjuncts(part))


def forms(rule: AnyRule, voice: Voice, *slots: str) -> frozenset[str]:
    """Write a rule's conditions of some slots (`when`, `gate.`, …), under every reading of them."""
    return frozenset(
        f"{slot}: {voice.key(node)}"
        for found in voice.found(rule).slots
        for slot, node in found.items()
        if slot.startswith(slots)
    )


def by_reading(rule: AnyRule, slot: str, voice: Voice, named: bool = True) -> tuple[Both, ...]:
    """Say a condition under each reading that alters it, the recommended one first; nothing where none does.

    Nothing either where the readings differ only inside something that goes by a name (`named`).
    """
    found = voice.found(rule)
    said = {voice.words(slots[slot], whole=True, named=named) for slots in found.slots if slot in slots}
    if len(said) < 2:
        return ()
    out = []
    for options, slots in zip(found.readings, found.slots, strict=True):
        names = [
            option
            for axis in found.axes
            for option in voice.policy.file.readings[axis].options
            if option.id == options.get(axis)
        ]
        words = voice.words(slots[slot], whole=True, named=named)
        zh, en = "、".join(option.zh for option in names), ", ".join(option.en for option in names)
        out.append(Both(one_line(f"读法“{zh}”：{words.zh}"), one_line(f"reading “{en}”: {words.en}")))
    return tuple(dict.fromkeys(out))


def in_own_words(rule: AnyRule) -> Piece:
    """Take the rule's own summary, where its data say nothing on the topic."""
    return Piece(rule, Both(one_line(rule.zh), one_line(rule.en)), written=True)
