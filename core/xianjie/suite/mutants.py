"""The mutants of a policy: each has one slip in it, and no two ask the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xianjie.language import nodes
from xianjie.language.write import expression
from xianjie.policy.prepared import Policy
from xianjie.suite import variants
from xianjie.suite.atoms import at, replaced
from xianjie.suite.forms import Form, Forms, Place
from xianjie.suite.rule_slips import rule_slips
from xianjie.suite.slips import Slip, slips

KINDS: Mapping[str, tuple[str, str]] = {
    "operator": ("比较符", "comparison"),
    "threshold": ("条件里的数值", "number in a condition"),
    "parameter": ("参数", "parameter"),
    "window": ("期间", "window"),
    "operand": ("删去一项", "operand dropped"),
    "dropped": ("删去条件", "condition dropped"),
    "connective": ("且、或互换", "and / or exchanged"),
    "negated": ("取反", "negated"),
    "word": ("取值", "word of a list"),
    "force": ("力度", "force"),
    "clause": ("条款", "clause"),
    "rule": ("删去规则", "rule dropped"),
    "gate": ("删去关口", "gate removed"),
    "initiator": ("发起方", "initiator"),
    "documents": ("材料", "documents"),
    "step": ("程序的步骤", "step of a procedure"),
    "interval": ("周期", "interval"),
    "requirement": ("配套要求", "what a full update takes"),
    "level": ("层级", "level"),
    "count": ("次数", "count"),
    "bound": ("年度与期限", "years and deadline"),
    "target": ("目标值", "target"),
    "readings": ("读法", "readings"),
}
"""The kinds of mutants, each with its Chinese and English name."""

PART_OF: Mapping[str, str] = {
    "group": "eligibility",
    "advice": "eligibility",
    "service": "services",
    "ledger": "duties",
    "count": "duties",
    "target": "duties",
    "referral": "referral",
    "simplification": "referral",
    "referral_duty": "referral",
    "incentive": "incentives",
}
"""The part of an answer that a kind of rule speaks in."""

_PART_OF_BLOCK: Mapping[str, str] = {
    "eligibility": "eligibility",
    "services": "services",
    "ledger": "duties",
    "referral": "referral",
    "incentives": "incentives",
}

Root = tuple[nodes.Condition, nodes.Condition]
"""A condition before a slip and after it."""

_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Mutant:
    """A policy with one slip. `zh` and `en` say what was changed.

    `parts` are the parts of an answer that the slip can reach. `roots` are the conditions before and after, one of
    which must come out otherwise for any answer to change, and `places` those that hang on them; both are empty where
    the slip is not in a condition.
    """

    id: str
    kind: str
    rule: str
    clause: str
    zh: str
    en: str
    policy: Policy = field(repr=False)
    parts: frozenset[str]
    roots: tuple[Root, ...] = field(default=(), repr=False)
    places: frozenset[Place] = field(default=frozenset(), repr=False)


def mutants(policy: Policy, as_of: int) -> list[Mutant]:
    """List the mutants of a policy at a date (an ordinal); of those that ask the same, the first."""
    return list(_Mutation(policy, as_of).mutants())


class _Mutation:
    def __init__(self, policy: Policy, as_of: int) -> None:
        self.policy, self.as_of = policy, as_of
        self.base = Forms(policy, as_of)
        self.forms = self.base.every()
        self.seen: set[frozenset[tuple[Place, Form]]] = set()
        self.numbers: dict[tuple[str, str], int] = {}
        self.clauses = {rule.id: clause for clause, rule in policy.rules()}

    def mutants(self) -> Iterator[Mutant]:
        yield from self.of_conditions()
        yield from self.of_definitions()
        yield from self.of_parameters()
        for slip in rule_slips(self.policy):
            parts = frozenset(PART_OF.values()) if slip.part is None else frozenset({PART_OF[slip.part]})
            yield self.made(slip.kind, slip.rule, slip.clause, (slip.zh, slip.en), slip.policy, parts)

    def made(
        self, kind: str, rule: str, clause: str, told: tuple[str, str], policy: Policy, parts: frozenset[str]
    ) -> Mutant:
        number = self.numbers[rule, kind] = self.numbers.get((rule, kind), 0) + 1
        name = f"{rule}.{kind}.{number}"
        digest = hashlib.sha256(f"{self.policy.sha256} {name}".encode()).hexdigest()
        return Mutant(name, kind, rule, clause, *told, replace(policy, sha256=digest), parts)

    def asking(
        self,
        made: Policy,
        roots: Sequence[Root],
        kind: str,
        rule: str,
        told: tuple[str, str],
        clause: str | None = None,
    ) -> Iterator[Mutant]:
        """Make a mutant of changed conditions, where they ask something that no mutant has asked before."""
        changed = Forms(made, self.as_of, self.base).changed(self.forms)
        key = frozenset(changed.items())
        if not changed or key in self.seen:
            return
        self.seen.add(key)
        places = frozenset(changed)
        roots = roots or [(self.node(self.policy, place), self.node(made, place)) for place in sorted(places)]
        parts = frozenset(_PART_OF_BLOCK[block.partition(".")[0]] for block, _ in places)
        yield replace(
            self.made(kind, rule, clause or self.cited(places), told, made, parts), roots=tuple(roots), places=places
        )

    def cited(self, places: frozenset[Place]) -> str:
        """Name the clauses whose rules hang on some places."""
        rules = [self.policy.blocks[block].conditions[number][0] for block, number in sorted(places)]
        found = list(dict.fromkeys(self.clauses[rule] for rule in rules if rule in self.clauses))
        return "、".join(found[:3]) + ("等" if len(found) > 3 else "")

    @staticmethod
    def node(policy: Policy, place: Place) -> nodes.Condition:
        return policy.blocks[place[0]].conditions[place[1]][1]

    # -- conditions --------------------------------------------------------------------------------------------------

    def of_conditions(self) -> Iterator[Mutant]:
        texts: dict[tuple[str, str, nodes.Condition], list[Place]] = {}
        for block in self.policy.blocks.values():
            for number, (rule, node) in enumerate(block.conditions):
                texts.setdefault((block.name, rule, bare(node)), []).append((block.name, number))
        for (_, rule, text), places in texts.items():
            for slip in slips(text, self.policy.vocabulary):
                changed = {place: _slipped(self.node(self.policy, place), slip) for place in places}
                made = variants.with_conditions(self.policy, changed)
                roots = [(self.node(self.policy, place), changed[place]) for place in places]
                what = said(text, slip)
                yield from self.asking(made, roots, slip.kind, rule, (what, what), self.clauses[rule])

    def of_definitions(self) -> Iterator[Mutant]:
        texts: dict[tuple[str, nodes.Condition], list[str]] = {}
        for name, node in self.policy.definitions.items():
            texts.setdefault((name.partition("@")[0], bare(node)), []).append(name)
        for (base, text), names in texts.items():
            for slip in slips(text, self.policy.vocabulary):
                changed = {name: _slipped(self.policy.definitions[name], slip) for name in names}
                made = variants.with_definitions(self.policy, changed)
                roots = [(self.policy.definitions[name], changed[name]) for name in names]
                what = said(text, slip)
                told = f"定义 {base}：{what}", f"definition {base}: {what}"
                yield from self.asking(made, roots, slip.kind, base, told)

    def of_parameters(self) -> Iterator[Mutant]:
        for name, model in self.policy.file.parameters.items():
            held = self.policy.parameters_at(self.as_of)[name]
            cents = 100 if model.type == "money" else 1
            number = max(n for n, value in enumerate(model.values) if value.value * cents == held)
            for step in (-1, 1):
                value = (model.values[number].value * cents + step) / cents
                if value > 0:
                    made = variants.with_parameter(self.policy, name, number, value)
                    what = f"{model.values[number].value}→{value}"
                    told = f"参数 {model.zh}：{what}", f"parameter {name}: {what}"
                    yield from self.asking(made, [], "parameter", name, told)


def bare(node: nodes.Condition) -> nodes.Condition:
    """Write a condition as its text stands, whatever the reading."""
    match node:
        case nodes.Definition(name):
            return nodes.Definition(name.partition("@")[0])
        case nodes.Not(operand):
            return nodes.Not(bare(operand))
        case nodes.And(operands) | nodes.Or(operands):
            return type(node)(tuple(bare(operand) for operand in operands))
        case _:
            return node


def said(text: nodes.Condition, slip: Slip) -> str:
    """Say what a slip made of a part."""
    before = at(text, slip.path)
    assert before is not None
    after = slip.change(before)
    return f"“{_short(before)}”→“{_short(after)}”"


def _short(node: nodes.Condition) -> str:
    text = expression(node)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _slipped(node: nodes.Condition, slip: Slip) -> nodes.Condition:
    part = at(node, slip.path)
    assert part is not None
    return replaced(node, slip.path, slip.change(part))
