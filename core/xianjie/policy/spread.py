"""Parse a policy's conditions, spread them over the readings they depend on, and gather them in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import product
from types import MappingProxyType

from xianjie.errors import PolicyError, Problem, nearest
from xianjie.language import nodes
from xianjie.language.names import ParameterType, Scope
from xianjie.language.parse import parse_condition
from xianjie.language.text import ExpressionError
from xianjie.policy.model import ByReading, ConditionModel, PolicyFile
from xianjie.policy.origin import Tree
from xianjie.policy.prepared import Block, Reading, Readings
from xianjie.policy.yaml_tree import Key
from xianjie.vocabulary import Vocabulary

Path = tuple[Key, ...]
LONGEST_CHAIN = 30
"""How many definitions may lead from one to the next: the engines follow them by recursion."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A condition parsed for each reading that it depends on itself (the empty key: for all)."""

    axis: str | None
    forms: Mapping[str, nodes.Condition]

    def at(self, options: Mapping[str, str]) -> nodes.Condition:
        """Choose the node under given options."""
        return self.forms["" if self.axis is None else options[self.axis]]


@dataclass(slots=True)
class BlockBuilder:
    """Gather the conditions of one block; equal conditions of one rule stand once."""

    name: str
    conditions: list[tuple[str, nodes.Condition]] = field(default_factory=list)
    places: dict[tuple[str, nodes.Condition], int] = field(default_factory=dict)

    def add(self, rule: str, node: nodes.Condition) -> int:
        key = (rule, node)
        if key not in self.places:
            self.places[key] = len(self.conditions)
            self.conditions.append(key)
        return self.places[key]

    def block(self) -> Block:
        return Block(self.name, tuple(self.conditions))


class Conditions:
    """Read the conditions of one policy file, and keep every fault with its place."""

    def __init__(self, file: PolicyFile, tree: Tree, vocabulary: Vocabulary) -> None:
        self.file, self.tree, self.vocabulary = file, tree, vocabulary
        self.problems: list[Problem] = []
        self.scope = Scope(
            vocabulary,
            {name: ParameterType(model.type == "money", model.unit) for name, model in file.parameters.items()},
            frozenset(file.definitions),
        )
        self.definitions: dict[str, Spread] = {}
        self.definition_axes: dict[str, tuple[str, ...]] = {}
        self.specialised: dict[str, nodes.Condition] = {}
        self.blocks: dict[str, BlockBuilder] = {}

    def blame(self, path: Sequence[Key], code: str, zh: str, en: str) -> None:
        self.problems.append(Problem(code, zh, en, self.tree.place(path)))

    def give_up_on_faults(self) -> None:
        if self.problems:
            raise PolicyError(self.problems)

    def expression(self, text: str, path: Path) -> nodes.Condition:
        try:
            return parse_condition(text, self.scope)
        except ExpressionError as error:
            self.problems.append(Problem(error.code, error.zh, error.en, self.tree.place_in(path, error.offset)))
            return nodes.Truth(False)

    def spread(self, model: ConditionModel, path: Path) -> Spread:
        if isinstance(model, str):
            return Spread(None, {"": self.expression(model, path)})
        assert isinstance(model, ByReading)
        good = self.check_axis(model.by, model.readings, path)
        forms = {key: self.expression(text, (*path, "readings", key)) for key, text in model.readings.items()}
        return Spread(model.by, forms) if good else Spread(None, {"": nodes.Truth(False)})

    def check_axis(self, axis: str, given: Iterable[str], path: Path) -> bool:
        known = self.file.readings.get(axis)
        if known is None:
            near = nearest(axis, tuple(self.file.readings))
            self.blame(
                (*path, "by"),
                "reading-unknown",
                f"没有名为 {axis} 的读法组" + (f"，是否为 {near}？" if near else ""),
                f"no set of readings is called {axis}" + (f"; did you mean {near}?" if near else ""),
            )
            return False
        options = {option.id for option in known.options}
        if options != set(given):
            listed = "、".join(sorted(options))
            self.blame(
                (*path, "readings"),
                "reading-options",
                f"须恰好写出这些读法：{listed}",
                f"exactly these readings are needed: {listed}",
            )
            return False
        return True

    def axes_of(self, spreads: Iterable[Spread]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for spread in spreads:
            if spread.axis is not None:
                found[spread.axis] = None
            for node in spread.forms.values():
                for name in nodes.definitions_of(node):
                    found.update((axis, None) for axis in self.definition_axes[name])
        return tuple(found)

    def readings(self, axes: Sequence[str]) -> Readings:
        """Combine the options of several sets; the combination of the recommended ones comes first."""
        ordered = [sorted(self.file.readings[axis].options, key=lambda option: not option.recommended) for axis in axes]
        combined = [
            Reading(
                "+".join(option.id for option in choice),
                all(option.recommended for option in choice),
                MappingProxyType({axis: option.id for axis, option in zip(axes, choice, strict=True)}),
            )
            for choice in product(*ordered)
        ]
        return Readings(
            tuple(combined), MappingProxyType({axis: str(self.file.readings[axis].differ) for axis in axes})
        )

    def specialise(self, node: nodes.Condition, options: Mapping[str, str]) -> nodes.Condition:
        """Point a condition's definitions at their form under the given options, making that form where it is new."""
        match node:
            case nodes.Definition(name):
                axes = self.definition_axes[name]
                suffix = ",".join(options[axis] for axis in axes)
                full = f"{name}@{suffix}" if suffix else name
                if full not in self.specialised:
                    self.specialised[full] = self.specialise(self.definitions[name].at(options), options)
                return nodes.Definition(full)
            case nodes.Not(operand):
                return nodes.Not(self.specialise(operand, options))
            case nodes.And(operands):
                return nodes.And(tuple(self.specialise(operand, options) for operand in operands))
            case nodes.Or(operands):
                return nodes.Or(tuple(self.specialise(operand, options) for operand in operands))
            case _:
                return node

    def place(
        self, block: str, slots: Mapping[str, tuple[str, Spread]], extra_axes: Sequence[str] = ()
    ) -> tuple[Readings, tuple[Mapping[str, int], ...]]:
        """Put a rule's conditions into a block, once for each of its readings."""
        axes = tuple(dict.fromkeys((*self.axes_of(spread for _, spread in slots.values()), *extra_axes)))
        readings = self.readings(axes)
        builder = self.blocks.setdefault(block, BlockBuilder(block))
        places = tuple(
            MappingProxyType(
                {
                    slot: builder.add(rule, self.specialise(spread.at(reading.options), reading.options))
                    for slot, (rule, spread) in slots.items()
                }
            )
            for reading in readings.all
        )
        return readings, places

    def fixed(self, builder: BlockBuilder, rule: str, text: str, path: Path) -> int:
        """Place a condition that is the same under all readings."""
        spread = Spread(None, {"": self.expression(text, path)})
        if self.axes_of([spread]):
            self.blame(
                path,
                "reading-not-here",
                "这里的条件不能随读法变化",
                "the condition must not vary with a reading here",
            )
            return 0
        return builder.add(rule, self.specialise(spread.at({}), {}))

    def define(self) -> None:
        for name, model in self.file.definitions.items():
            self.definitions[name] = self.spread(model, ("definitions", name))
        needs = {
            name: {other for node in spread.forms.values() for other in nodes.definitions_of(node)}
            for name, spread in self.definitions.items()
        }
        try:
            order = list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            circle = " → ".join(error.args[1])
            self.blame(
                ("definitions", error.args[1][0]),
                "definition-cycle",
                f"定义循环引用：{circle}",
                f"definitions in a circle: {circle}",
            )
            self.give_up_on_faults()
        self.give_up_on_faults()
        depth: dict[str, int] = {}
        for name in order:
            self.definition_axes[name] = self.axes_of([self.definitions[name]])
            depth[name] = 1 + max((depth[other] for other in needs[name]), default=0)
            if depth[name] > LONGEST_CHAIN:
                self.blame(
                    ("definitions", name),
                    "definition-chain",
                    f"定义逐层引用超过 {LONGEST_CHAIN} 层",
                    f"more than {LONGEST_CHAIN} definitions lead from one to the next",
                )
                self.give_up_on_faults()

    def option_set(self, axis: str | None, needed: Sequence[str], path: Path) -> tuple[str, ...]:
        """Check an axis whose options the engine itself knows how to work out."""
        if axis is None:
            return ()
        model = self.file.readings.get(axis)
        if model is None or {option.id for option in model.options} != set(needed):
            listed = "、".join(needed)
            self.blame(
                path,
                "reading-options",
                f"须是一组恰含 {listed} 的读法",
                f"must name a set of readings with exactly {listed}",
            )
            return ()
        return (axis,)
