"""Make a policy ready: check its cross-references, parse its conditions, and spread them over their readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import product
from types import MappingProxyType

from xianjie.errors import PolicyError, Problem, nearest
from xianjie.language import nodes
from xianjie.language.parse import ExpressionError, ParameterType, Scope, parse_condition
from xianjie.policy.completeness import check_topics
from xianjie.policy.consistency import check_header, check_rules, doubled, numbered
from xianjie.policy.model import (
    AdviceRule,
    AnyRule,
    ByReading,
    ConditionModel,
    CountRule,
    GroupRule,
    IncentiveRule,
    LeastByReading,
    LedgerRule,
    PolicyFile,
    ReferralDutyRule,
    ReferralRule,
    ServiceRule,
    SimplificationRule,
    TargetRule,
)
from xianjie.policy.prepared import Block, GroupLine, Line, Policy, Reading, Readings, ReferralLine, Step
from xianjie.policy.yaml_tree import Key, YamlTree
from xianjie.vocabulary import Vocabulary

Path = tuple[Key, ...]
CYCLES = ("rolling", "calendar")
PARTIES = ("count-meetings", "all-parties-each")
RUNNING = ("yearly", "running-total")


@dataclass(frozen=True, slots=True)
class Spread:
    """A condition parsed for each reading that it depends on itself (the empty key: for all)."""

    axis: str | None
    forms: Mapping[str, nodes.Condition]

    def at(self, options: Mapping[str, str]) -> nodes.Condition:
        """Choose the node under given options."""
        return self.forms["" if self.axis is None else options[self.axis]]


@dataclass(slots=True)
class _Builder:
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


class _Preparation:
    def __init__(self, file: PolicyFile, tree: YamlTree, vocabulary: Vocabulary) -> None:
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
        self.blocks: dict[str, _Builder] = {}

    # -- faults ----------------------------------------------------------------------------------------------------

    def blame(self, path: Sequence[Key], code: str, zh: str, en: str) -> None:
        self.problems.append(Problem(code, zh, en, self.tree.place(path)))

    def give_up_on_faults(self) -> None:
        if self.problems:
            raise PolicyError(self.problems)

    # -- conditions ------------------------------------------------------------------------------------------------

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
        builder = self.blocks.setdefault(block, _Builder(block))
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

    # -- parts -----------------------------------------------------------------------------------------------------

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
        for name in order:
            self.definition_axes[name] = self.axes_of([self.definitions[name]])

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

    # -- the whole -------------------------------------------------------------------------------------------------

    def lines(self, block: str, kind: type[AnyRule], slots: Sequence[str]) -> tuple[Line, ...]:
        out = []
        for path, clause, rule in numbered(self.file):
            if isinstance(rule, kind):
                found = {
                    slot: (rule.id, self.spread(getattr(rule, slot), (*path, slot)))
                    for slot in slots
                    if getattr(rule, slot) is not None
                }
                readings, places = self.place(block, found)
                out.append(Line(rule, clause, readings, places))
        return tuple(out)

    def group_lines(self) -> tuple[GroupLine, ...]:
        out = []
        for group in self.file.groups:
            rules = [
                (rule, clause, self.spread(rule.when, (*path, "when")))
                for path, clause, rule in numbered(self.file)
                if isinstance(rule, GroupRule) and rule.group == group.id
            ]
            readings, places = self.place("eligibility", {rule.id: (rule.id, spread) for rule, _, spread in rules})
            out.append(GroupLine(group, tuple((rule.id, rule, clause) for rule, clause, _ in rules), readings, places))
        return tuple(out)

    def ledger_lines(self) -> tuple[Line, ...]:
        out = []
        for path, clause, rule in numbered(self.file):
            if not isinstance(rule, LedgerRule):
                continue
            if rule.interval is not None and rule.cadence is not None:
                self.blame(
                    (*path, "cadence"),
                    "ledger-cadence",
                    "interval 与 cadence 只能写一个",
                    "give interval or cadence, not both",
                )
            if (rule.interval is not None) != (rule.counting is not None):
                self.blame(
                    (*path, "counting"),
                    "ledger-counting",
                    "有 interval 就须写 counting",
                    "an interval needs `counting`",
                )
            slots = {
                f"requires.{key}": (
                    rule.id,
                    Spread(None, {"": self.expression(text, (*path, "requires", key))}),
                )
                for key, text in rule.requires.items()
            }
            if rule.trigger is not None:
                slots["trigger"] = (
                    rule.id,
                    Spread(None, {"": self.expression(rule.trigger, (*path, "trigger"))}),
                )
            axes = self.option_set(rule.counting, CYCLES, (*path, "counting"))
            readings, places = self.place("ledger", slots, axes)
            out.append(Line(rule, clause, readings, places))
        return tuple(out)

    def count_lines(self) -> tuple[tuple[CountRule, str, Readings], ...]:
        out = []
        for path, clause, rule in numbered(self.file):
            if not isinstance(rule, CountRule):
                continue
            axes = list(self.option_set(rule.parties, PARTIES, (*path, "parties")))
            if isinstance(rule.at_least, LeastByReading):
                self.check_axis(rule.at_least.by, rule.at_least.readings, (*path, "at_least"))
                axes.append(rule.at_least.by)
            if rule.at_least is not None and rule.cadence is not None:
                self.blame(
                    (*path, "cadence"),
                    "count-cadence",
                    "at_least 与 cadence 只能写一个",
                    "give at_least or cadence, not both",
                )
            self.give_up_on_faults()
            out.append((rule, clause, self.readings(tuple(dict.fromkeys(axes)))))
        return tuple(out)

    def referral_lines(self) -> dict[str, ReferralLine]:
        out: dict[str, ReferralLine] = {}
        for path, clause, rule in numbered(self.file):
            if not isinstance(rule, ReferralRule):
                continue
            if rule.direction in out:
                self.blame(
                    (*path, "direction"),
                    "referral-doubled",
                    "同一方向只能有一条转介规则",
                    "one referral rule a direction",
                )
            if rule.mechanism_only == bool(rule.initiators):
                self.blame(
                    path,
                    "referral-initiators",
                    "除 mechanism_only 外须写明 initiators",
                    "name the initiators, or say mechanism_only",
                )
            block = f"referral.{rule.direction}"
            trigger = None
            if rule.trigger is not None:
                readings, places = self.place(
                    block, {"trigger": (rule.id, self.spread(rule.trigger, (*path, "trigger")))}
                )
                trigger = Line(rule, clause, readings, places)
            builder = self.blocks.setdefault(block, _Builder(block))
            gates = tuple(
                (gate, self.fixed(builder, rule.id, gate.when, (*path, "gates", number, "when")))
                for number, gate in enumerate(rule.gates)
            )
            steps: list[Step] = []
            if rule.procedure is not None:
                for number, step in enumerate(rule.procedure.steps):
                    here: Path = (*path, "procedure", "steps", number)
                    for state in (*step.leaves, step.to):
                        if state not in rule.procedure.states:
                            self.blame(
                                here,
                                "state-unknown",
                                f"states 中没有状态 {state}",
                                f"no state is called {state}",
                            )
                    guard = None if step.when is None else self.fixed(builder, rule.id, step.when, (*here, "when"))
                    steps.append(Step(step, guard))
            out[rule.direction] = ReferralLine(rule, clause, trigger, gates, tuple(steps))
        return out

    def fixed(self, builder: _Builder, rule: str, text: str, path: Path) -> int:
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

    def target_rules(self) -> tuple[tuple[TargetRule, str, Mapping[int, Readings]], ...]:
        out = []
        for path, clause, rule in numbered(self.file):
            if isinstance(rule, TargetRule):
                for number in doubled([item.item for item in rule.items]):
                    self.blame(
                        (*path, "items", number, "item"),
                        "target-doubled",
                        "目标序号重复",
                        "the target's number is used twice",
                    )
                readings = {
                    item.item: self.readings(
                        self.option_set(item.running, RUNNING, (*path, "items", number, "running"))
                    )
                    for number, item in enumerate(rule.items)
                }
                out.append((rule, clause, MappingProxyType(readings)))
        return tuple(out)

    def run(self, sha256: str) -> Policy:
        check_header(self.file, self.blame)
        self.define()
        check_rules(self.file, self.blame)
        silent = check_topics(self.file, self.blame)
        groups = self.group_lines()
        policy = Policy(
            file=self.file,
            source=self.tree.file,
            sha256=sha256,
            vocabulary=self.vocabulary,
            groups=groups,
            advice=self.lines("eligibility", AdviceRule, ("when",)),
            services=self.lines("services", ServiceRule, ("beneficiary", "when")),
            incentives=self.lines("incentives", IncentiveRule, ("beneficiary", "when")),
            referrals=self.referral_lines(),
            simplifications=self.lines("referral.forward", SimplificationRule, ("scope", "when")),
            referral_duties=self.duty_lines(),
            ledgers=self.ledger_lines(),
            counts=self.count_lines(),
            targets=self.target_rules(),
            silent=silent,
            definitions=self.specialised,
            blocks=MappingProxyType({}),
        )
        self.give_up_on_faults()
        return _with_blocks(policy, {name: builder.block() for name, builder in self.blocks.items()})

    def duty_lines(self) -> tuple[Line, ...]:
        out = []
        for path, clause, rule in numbered(self.file):
            if isinstance(rule, ReferralDutyRule):
                readings, places = self.place(
                    f"referral.{rule.direction}", {"when": (rule.id, self.spread(rule.when, (*path, "when")))}
                )
                out.append(Line(rule, clause, readings, places))
        return tuple(out)


def _with_blocks(policy: Policy, blocks: Mapping[str, Block]) -> Policy:
    from dataclasses import replace

    return replace(policy, blocks=MappingProxyType(dict(blocks)))


def prepare(file: PolicyFile, tree: YamlTree, vocabulary: Vocabulary, sha256: str) -> Policy:
    """Check and prepare a policy whose shape is right.

    Raises PolicyError with every fault found: names, types, readings, topics left out.
    """
    return _Preparation(file, tree, vocabulary).run(sha256)
