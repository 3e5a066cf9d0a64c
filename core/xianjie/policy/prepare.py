"""Make a policy ready: check its cross-references and completeness, and place every rule's conditions in blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from xianjie.policy.completeness import check_topics
from xianjie.policy.consistency import check_header, check_rules, doubled, numbered
from xianjie.policy.model import (
    AdviceRule,
    AnyRule,
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
from xianjie.policy.origin import Tree
from xianjie.policy.prepared import GroupLine, Line, Policy, Readings, ReferralLine, Step
from xianjie.policy.spread import BlockBuilder, Conditions, Path, Spread
from xianjie.vocabulary import Vocabulary

CYCLES = ("rolling", "calendar")
PARTIES = ("count-meetings", "all-parties-each")
MOST_STEPS = 60
"""As many transitions as one statechart of the production system takes."""
RUNNING = ("yearly", "running-total")


class _Preparation(Conditions):
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
            builder = self.blocks.setdefault(block, BlockBuilder(block))
            gates = tuple(
                (gate, self.fixed(builder, rule.id, gate.when, (*path, "gates", number, "when")))
                for number, gate in enumerate(rule.gates)
            )
            steps: list[Step] = []
            taken: set[tuple[str, str, str | None]] = set()
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
                    for state in step.leaves:
                        if (state, step.on, step.when) in taken:
                            self.blame(here, "step-doubled", "同一状态、同一步骤写了两次", "the step stands twice")
                        taken.add((state, step.on, step.when))
                    guard = None if step.when is None else self.fixed(builder, rule.id, step.when, (*here, "when"))
                    steps.append(Step(step, guard))
            if len(taken) > MOST_STEPS:
                self.blame(
                    (*path, "procedure", "steps"),
                    "procedure-too-long",
                    f"程序的步骤超过 {MOST_STEPS} 个",
                    f"a procedure has at most {MOST_STEPS} steps",
                )
            out[rule.direction] = ReferralLine(rule, clause, trigger, gates, tuple(steps))
        return out

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
        policy = Policy(
            file=self.file,
            source=self.tree.file,
            origin=self.tree,
            sha256=sha256,
            vocabulary=self.vocabulary,
            groups=self.group_lines(),
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
            # last: the lines above put their conditions into the blocks
            blocks=MappingProxyType({name: builder.block() for name, builder in self.blocks.items()}),
        )
        self.give_up_on_faults()
        return policy

    def duty_lines(self) -> tuple[Line, ...]:
        out = []
        for path, clause, rule in numbered(self.file):
            if isinstance(rule, ReferralDutyRule):
                readings, places = self.place(
                    f"referral.{rule.direction}", {"when": (rule.id, self.spread(rule.when, (*path, "when")))}
                )
                out.append(Line(rule, clause, readings, places))
        return tuple(out)


def prepare(file: PolicyFile, tree: Tree, vocabulary: Vocabulary, sha256: str) -> Policy:
    """Check and prepare a policy whose shape is right.

    Raises PolicyError with every fault found: names, types, readings, topics left out.
    """
    return _Preparation(file, tree, vocabulary).run(sha256)
