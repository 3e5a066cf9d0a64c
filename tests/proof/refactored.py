"""Rewrite a policy's conditions without changing what they mean: De Morgan, turned round, split and negated."""

from __future__ import annotations

from dataclasses import replace

from xianjie.language import nodes
from xianjie.policy.prepared import Policy

_OPPOSITE: dict[nodes.CompareOp, nodes.CompareOp] = {
    "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==",
}  # fmt: skip


def refactored(policy: Policy, events: frozenset[str]) -> Policy:
    """Give an equal policy whose every condition is written otherwise."""

    def turned(node: nodes.Condition) -> nodes.Condition:
        match node:
            case nodes.And(operands):
                return nodes.Not(nodes.Or(tuple(nodes.Not(turned(part)) for part in reversed(operands))))
            case nodes.Or(operands):
                return nodes.Not(nodes.And(tuple(nodes.Not(turned(part)) for part in reversed(operands))))
            case nodes.Not(operand):
                return nodes.Not(turned(operand))
            case nodes.Member(fact, words) if len(words) > 1:
                return nodes.Or(tuple(nodes.Member(fact, (word,)) for word in reversed(words)))
            case nodes.Compare(op, left, right) if not set(nodes.facts_of(node)) & events:
                return nodes.Not(nodes.Compare(_OPPOSITE[op], left, right))
            case _:
                return node

    return replace(
        policy,
        sha256="0" * 64,
        definitions={name: turned(node) for name, node in policy.definitions.items()},
        blocks={
            name: replace(block, conditions=tuple((rule, turned(node)) for rule, node in block.conditions))
            for name, block in policy.blocks.items()
        },
    )
