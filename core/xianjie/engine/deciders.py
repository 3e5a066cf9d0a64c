"""Three engines that decide a block of conditions, all with the same findings: tree, generated, rete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal
from weakref import finalize

from xianjie.engine.encode import Encoded
from xianjie.engine.openness import Joint
from xianjie.errors import InternalError, Problem
from xianjie.language import ir, nodes
from xianjie.language.evaluate import World
from xianjie.language.explain import Alike, Finding, Shown, Telling, find
from xianjie.language.generate import Material, explain_function
from xianjie.language.prose import Speaker
from xianjie.policy.prepared import Block, Policy

EngineName = Literal["generated", "tree", "rete"]
Decide = Callable[[Encoded], list[Finding]]


class PolicyAt:
    """A policy on one date, in one language: its parameters folded, its blocks compiled when first asked for."""

    def __init__(self, policy: Policy, as_of: int, lang: str, engine: EngineName) -> None:
        self.policy, self.as_of, self.lang, self.engine = policy, as_of, lang, engine
        self.parameters = policy.parameters_at(as_of)
        self.speaker = Speaker(policy.vocabulary, self.parameters, lang)
        self.shown_parameters: dict[str, Shown] = {
            name: _shown(value / 100 if policy.file.parameters[name].type == "money" else value)
            for name, value in self.parameters.items()
        }
        self._decide: dict[str, Decide] = {}
        self._joints: dict[tuple[int, ...], Joint] = {}
        self._alike = Alike()

    def decide(self, block: str, encoded: Encoded) -> list[Finding]:
        """Decide a block of the policy; a block that it does not have has no findings."""
        if block not in self.policy.blocks:
            return []
        decide = self._decide.get(block)
        if decide is None:
            decide = self._decide.setdefault(block, self._compile(self.policy.blocks[block]))
        return decide(encoded)

    def joint(self, conditions: Sequence[nodes.Condition]) -> Joint:
        """Give several of the policy's conditions, spelled out."""
        key = tuple(map(id, conditions))  # the policy keeps them alive
        if key not in self._joints:
            self._joints[key] = Joint(conditions, self.policy.definitions)
        return self._joints[key]

    def world(self, encoded: Encoded) -> World:
        """Give the world that the policy's conditions are decided in."""
        policy = self.policy
        return World(encoded.facts, self.as_of, self.parameters, policy.definitions, policy.vocabulary.events)

    # ------------------------------------------------------------------------------------------------------------

    def frame(self) -> ir.Frame:
        """Give the frame that the policy's conditions are lowered in."""
        return ir.Frame(self.as_of, self.parameters, self.policy.vocabulary.events)

    def material(self, block: Block) -> Material:
        """Give what source is written from to decide a block."""
        policy = self.policy
        return Material(
            block.conditions, policy.definitions, self.frame(), policy.vocabulary, self.speaker, self.shown_parameters
        )

    def _compile(self, block: Block) -> Decide:
        match self.engine:
            case "tree":
                return lambda encoded: self._walk(block, encoded)
            case "generated":
                explain = explain_function(self.material(block))
                return lambda encoded: explain(encoded.codes, encoded.shown, encoded.texts)
            case "rete":
                return self._chain(block)

    def _walk(self, block: Block, encoded: Encoded) -> list[Finding]:
        names = self.policy.vocabulary.names
        telling = Telling(
            dict(zip(names, encoded.shown, strict=True)),
            dict(zip(names, encoded.texts, strict=True)),
            self.shown_parameters,
            self.speaker,
            self._alike,
        )
        world = self.world(encoded)
        return [find(rule, node, world, telling) for rule, node in block.conditions]

    def _chain(self, block: Block) -> Decide:
        """Decide by forward chaining on the production system; the grounds are told by the tree walk and must agree."""
        from xianjie.production.chain import Chain

        frame = self.frame()
        chain = Chain(
            f"{self.policy.id} {block.name}",
            [(str(number), ir.lower(node, frame)) for number, (_, node) in enumerate(block.conditions)],
            {name: ir.lower(node, frame) for name, node in self.policy.definitions.items()},
        )
        finalize(self, chain.close)  # the network lies outside Python: it goes when nobody decides by it any more

        def decide(encoded: Encoded) -> list[Finding]:
            verdicts = chain.decide(encoded.facts)
            findings = self._walk(block, encoded)
            for number, finding in enumerate(findings):
                if verdicts[str(number)] is not finding.value:
                    rule = block.conditions[number][0]
                    raise InternalError(
                        Problem(
                            "engines-disagree",
                            f"推理引擎对规则 {rule} 的结论不一致",
                            f"the engines disagree on rule {rule}",
                        )
                    )
            return findings

        return decide


def _shown(value: object) -> Shown:
    from fractions import Fraction

    assert isinstance(value, Fraction)
    return value.numerator if value.denominator == 1 else float(value)
