"""Build the explanation of a condition by walking its nodes: value, sentence, and the facts it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, NotRequired, TypedDict

from xianjie.language import nodes
from xianjie.language.evaluate import World, evaluate, missing
from xianjie.language.prose import Speaker, Template, words

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


@dataclass(frozen=True, slots=True)
class Telling:
    """How to tell a world's values: in an answer, and in a sentence."""

    shown: Mapping[str, Shown]
    texts: Mapping[str, str]
    parameters: Mapping[str, Shown]
    speaker: Speaker


def find(rule: str, node: nodes.Condition, world: World, telling: Telling) -> Finding:
    """Decide and explain one condition of a rule."""
    why: Why = {
        "rule": rule,
        "op": kind_of(opened(node, world.definitions)),
        "value": evaluate(node, world),
        "text": sentence(node, world, telling),
        "because": grounds(node, world, telling),
    }
    return Finding(why["value"], missing(node, world), why)


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


def grounds(node: nodes.Condition, world: World, telling: Telling) -> list[Because]:
    """List what a condition rests on: its atoms' facts and parameters in place, its compound parts as parts."""
    match node:
        case nodes.And(operands) | nodes.Or(operands):
            return [ground for operand in operands for ground in _part(operand, world, telling)]
        case nodes.Not(operand):
            return _part(operand, world, telling)
        case nodes.Definition():
            return grounds(opened(node, world.definitions), world, telling)
        case _:
            return leaves(node, telling)


def leaves(atom: nodes.Atom, telling: Telling) -> list[Because]:
    """List an atom's facts, then its parameters, with their values."""
    out: list[Because] = [{"fact": name, "value": telling.shown[name]} for name in nodes.facts_of(atom)]
    out += [{"parameter": name, "value": telling.parameters[name]} for name in nodes.parameters_of(atom)]
    return out


def _part(node: nodes.Condition, world: World, telling: Telling) -> list[Because]:
    if not is_compound(node):
        return grounds(node, world, telling)
    part: Because = {"op": kind_of(opened(node, world.definitions))}
    if isinstance(node, nodes.Definition):
        part["definition"] = node.name
    part["value"] = evaluate(node, world)
    part["text"] = sentence(node, world, telling)
    part["because"] = grounds(node, world, telling)
    return [part]


def sentence(node: nodes.Condition, world: World, telling: Telling) -> str:
    """Say what the recorded facts make of a condition; only the parts that bring the outcome about are named."""
    w = words(telling.speaker.lang)
    match node:
        case nodes.Not(operand):
            return sentence(operand, world, telling)
        case nodes.Definition(name):
            return sentence(world.definitions[name], world, telling)
        case nodes.And(operands) | nodes.Or(operands):
            value = evaluate(node, world)
            telling_parts = [operand for operand in operands if evaluate(operand, world) is value]
            joint = w.both if isinstance(node, nodes.And) and value is True else w.also
            return joint.join(sentence(operand, world, telling) for operand in telling_parts)
        case _:
            phrase = telling.speaker.phrase(node)
            value = evaluate(node, world)
            template = phrase.true if value else phrase.unknown if value is None else phrase.false
            return fill(template, telling.texts)


def fill(template: Template, texts: Mapping[str, str]) -> str:
    """Put the recorded values' texts into a sentence."""
    return "".join(part if isinstance(part, str) else texts[part.name] for part in template)


