"""One block of a policy's conditions: which facts it reads, and what it tells of a case in pieces of JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from xianjie.engine.deciders import PolicyAt
from xianjie.language import nodes
from xianjie.language.generate import Code
from xianjie.language.generate_json import Tell, tell_function
from xianjie.policy.prepared import Block, Policy

Pick = Callable[[Sequence[Any]], object]
"""Picks what stands at some places, as a key; always None where there is no place."""


class Telling(NamedTuple):
    """What picks the values of the facts that a block reads, and what tells of it."""

    read: Callable[[Sequence[Code]], object]
    tell: Tell


def telling(at: PolicyAt, name: str) -> Telling:
    """Compile a block; one that the policy does not have reads and tells nothing."""
    policy = at.policy
    block = policy.blocks.get(name) or Block(name, ())
    slots = [policy.vocabulary.slot[fact] for fact in facts_read(policy, block)]
    return Telling(picking(slots), tell_function(at.material(block)))


def picking(places: Sequence[int]) -> Pick:
    """Make what picks by places."""
    return itemgetter(*places) if places else _nothing


def _nothing(_: Sequence[Any]) -> None:
    return None


def facts_read(policy: Policy, block: Block) -> tuple[str, ...]:
    """Name the facts that a block's conditions are decided on, those of definitions among them."""
    waiting = [node for _, node in block.conditions]
    names: dict[str, None] = {}
    entered: set[str] = set()
    while waiting:
        node = waiting.pop()
        names.update(dict.fromkeys(nodes.facts_of(node)))
        new = [name for name in nodes.definitions_of(node) if name not in entered]
        entered.update(new)
        waiting += [policy.definitions[name] for name in new]
    return tuple(names)
