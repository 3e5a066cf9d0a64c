"""Build the explanation of a condition by walking its nodes: value, sentence, and the facts it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, NotRequired, TypedDict

from xianjie.language import nodes
from xianjie.language.evaluate import World, all_of, any_of, evaluate, missing, opposite
from xianjie.language.prose import Phrase, Speaker, Template, words

Shown = bool | int | float | str | list[str] | None
"""A value as it stands in an answer: yuan, ISO dates, words; None where nobody recorded it."""


class Because(TypedDict, total=False):
    """One ground: a fact or a parameter with its value, or a part of the condition with its own grounds."""

    fact: str
    parameter: str
    op: str
    definition: str
    part: str
    value: Shown
    text: str
    because: list[Because]


class Why(TypedDict):
    """The explanation of one rule."""

    rule: str
    value: bool | None
    text: str
    because: list[Because]
    op: NotRequired[str]


class Finding(NamedTuple):
    """What came of one condition: its value, the facts that it still wants, and why."""

    value: bool | None
    missing: tuple[str, ...]
    why: Why


class Alike:
    """What one speaker tells of nodes alike in every case, each worked out once; it keeps the nodes alive."""

    def __init__(self) -> None:
        self._atoms: dict[int, tuple[nodes.Atom, Phrase, tuple[str, ...], tuple[str, ...]]] = {}
        self._aside: dict[int, tuple[Sequence[nodes.Condition], frozenset[int]]] = {}

    def atom(self, atom: nodes.Atom, speaker: Speaker) -> tuple[nodes.Atom, Phrase, tuple[str, ...], tuple[str, ...]]:
        """Give an atom with its sentences, its facts and its parameters."""
        found = self._atoms.get(id(atom))
        if found is None:
            made = (atom, speaker.phrase(atom), nodes.facts_of(atom), nodes.parameters_of(atom))
            found = self._atoms[id(atom)] = made
        return found

    def aside(self, operands: Sequence[nodes.Condition]) -> frozenset[int]:
        """Number the operands that others tell."""
        found = self._aside.get(id(operands))
        if found is None:
            found = self._aside[id(operands)] = (operands, said_by_others(operands))
        return found[1]


@dataclass(frozen=True, slots=True)
class Telling:
    """How to tell a world's values: in an answer, and in a sentence.

    `alike` may be kept from case to case, as long as the speaker is the same.
    """

    shown: Mapping[str, Shown]
    texts: Mapping[str, str]
    parameters: Mapping[str, Shown]
    speaker: Speaker
    alike: Alike = field(default_factory=Alike)


class _Told(NamedTuple):
    """What is told of one part: its value, its sentence, and what it rests on."""

    value: bool | None
    text: str
    grounds: list[Because]


def find(rule: str, node: nodes.Condition, world: World, telling: Telling) -> Finding:
    """Decide and explain one condition of a rule."""
    told = _tell(node, world, telling)
    why: Why = {
        "rule": rule,
        "op": kind_of(opened(node, world.definitions)),
        "value": told.value,
        "text": told.text,
        "because": told.grounds,
    }
    return Finding(told.value, missing(node, world) if told.value is None else (), why)


def opened(node: nodes.Condition, definitions: Mapping[str, nodes.Condition]) -> nodes.Condition:
    """Follow a definition to the condition that it names."""
    while isinstance(node, nodes.Definition):
        node = definitions[node.name]
    return node


def kind_of(node: nodes.Condition) -> str:
    """Name how a condition joins its parts: all, any, not, or the condition itself."""
    match node:
        case nodes.And():
            return "all"
        case nodes.Or():
            return "any"
        case nodes.Not(operand):
            return "not" if is_compound(operand) else "is"
        case _:
            return "is"


def is_compound(node: nodes.Condition) -> bool:
    """Tell whether a condition is made of parts that are explained one by one."""
    return isinstance(node, nodes.And | nodes.Or | nodes.Definition) or (
        isinstance(node, nodes.Not) and is_compound(node.operand)
    )


def _tell(node: nodes.Condition, world: World, telling: Telling) -> _Told:
    """Tell a part; of several parts only those that bring the outcome about are named in the sentence."""
    match node:
        case nodes.Not(operand):
            told = _tell(operand, world, telling)
            return _Told(opposite(told.value), told.text, _part(operand, told, world))
        case nodes.Definition(name):
            return _tell(world.definitions[name], world, telling)
        case nodes.And(operands) | nodes.Or(operands):
            parts = [_tell(operand, world, telling) for operand in operands]
            values = [part.value for part in parts]
            value = all_of(values) if isinstance(node, nodes.And) else any_of(values)
            w = words(telling.speaker.lang)
            joint = w.both if isinstance(node, nodes.And) and value is True else w.also
            aside = telling.alike.aside(operands)
            deciding = [number for number, part in enumerate(parts) if part.value is value]
            named = [number for number in deciding if number not in aside] or deciding
            text = joint.join(parts[number].text for number in named)
            grounds = [
                ground for operand, part in zip(operands, parts, strict=True) for ground in _part(operand, part, world)
            ]
            return _Told(value, text, grounds)
        case _:
            value = evaluate(node, world)
            _, phrase, facts, parameters = telling.alike.atom(node, telling.speaker)
            template = phrase.true if value else phrase.unknown if value is None else phrase.false
            return _Told(value, fill(template, telling.texts), _leaves(facts, parameters, telling))


def said_by_others(operands: Sequence[nodes.Condition]) -> frozenset[int]:
    """Number the operands that only ask whether a date is there, where a comparison beside them tells that date."""
    told = {name for operand in operands if isinstance(operand, nodes.Compare) for name in nodes.facts_of(operand)}
    aside = set()
    for number, operand in enumerate(operands):
        core = operand.operand if isinstance(operand, nodes.Not) else operand
        if isinstance(core, nodes.Known | nodes.Happened) and core.fact.name in told:
            aside.add(number)
    return frozenset(aside)


def _leaves(facts: Sequence[str], parameters: Sequence[str], telling: Telling) -> list[Because]:
    """List an atom's facts, then its parameters, with their values."""
    out: list[Because] = [{"fact": name, "value": telling.shown[name]} for name in facts]
    if parameters:
        out += [{"parameter": name, "value": telling.parameters[name]} for name in parameters]
    return out


def _part(node: nodes.Condition, told: _Told, world: World) -> list[Because]:
    """Give an atom's grounds in place, and a compound part as a part with grounds of its own."""
    if not is_compound(node):
        return told.grounds
    part: Because = {"op": kind_of(opened(node, world.definitions))}
    if isinstance(node, nodes.Definition):
        part["definition"] = node.name
    part["value"] = told.value
    part["text"] = told.text
    part["because"] = told.grounds
    return [part]


def fill(template: Template, texts: Mapping[str, str]) -> str:
    """Put the recorded values' texts into a sentence."""
    return "".join(part if isinstance(part, str) else texts[part.name] for part in template)
