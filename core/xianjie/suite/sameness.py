"""Decide whether a mutant that no case kills asks anything else at all: proved equal, or a case that sets it apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.errors import InputError
from xianjie.language import ir, nodes
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy, ReferralLine
from xianjie.proof.deciding import Deciding
from xianjie.proof.difference import Cell, Pairing
from xianjie.proof.duties import duty_cells
from xianjie.proof.solving import TIMEOUT_MS, Found
from xianjie.suite.atoms import opened
from xianjie.suite.contexts import settled
from xianjie.suite.forms import Place
from xianjie.suite.generate import generate
from xianjie.suite.killing import Killing
from xianjie.suite.model import Entry
from xianjie.suite.mutants import Mutant
from xianjie.suite.parts import Part, choices_of, parts_of
from xianjie.suite.stages import plain, stages_of

Words = tuple[str, str]
"""A sentence in Chinese and in English."""

EQUAL = "各种个案下与原文件的回答都一样", "every case is answered as before"
LATE = "求解器未能在时限内判定", "the solver did not decide in time"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a mutant: `equal` is None where it was not decided. `record` is a case that sets it apart."""

    equal: bool | None
    why: Words
    record: Mapping[str, Any] | None = field(default=None, repr=False)


class Sameness:
    """Compare the mutants of one policy with it, at one date."""

    def __init__(self, policy: Policy, as_of: int, timeout_ms: int = TIMEOUT_MS, survived_own: bool = False) -> None:
        """Take the policy; `timeout_ms` is for one question to the solver.

        `survived_own`: what is asked about has survived the policy's own suite already.
        """
        self.policy, self.as_of, self.timeout_ms, self.survived_own = policy, as_of, timeout_ms, survived_own
        self._deciding: Deciding | None = None
        self._own: tuple[Killing, Mapping[str, Entry]] | None = None

    def close(self) -> None:
        """Free what is held outside Python."""
        if self._own is not None:
            self._own[0].close()

    @property
    def deciding(self) -> Deciding:
        """Give the policy's conditions as formulas, written when first asked for."""
        if self._deciding is None:
            self._deciding = Deciding(self.policy, self.as_of, self.timeout_ms)
        return self._deciding

    def of(self, mutant: Mutant) -> Finding:
        """Decide one mutant: by a case of the policy's own suite that sets it apart, else by proof."""
        shown = self._shown(mutant)
        if shown is not None:
            return shown
        if mutant.places:
            return self._conditions(mutant)
        if mutant.parts == {"duties"}:
            return self._duties(mutant)
        match mutant.kind:
            case "step":
                return self._steps(mutant)
            case "rule":
                return self._dropped(mutant)
            case "documents":
                return Finding(
                    None, ("没有个案走到需要材料的地方", "no case reaches the place where papers are asked for")
                )
        found = self._answers(mutant)
        return self._duties(mutant) if found.equal and "duties" in mutant.parts else found

    # -- conditions --------------------------------------------------------------------------------------------------

    def _conditions(self, mutant: Mutant) -> Finding:
        """Compare condition by condition; where one differs, the answers that hang on it."""
        apart: list[Place] = []
        for place in sorted(mutant.places):
            found = self.deciding.alike(*self._pair(mutant, place))
            if found is Found.NOT_DECIDED:
                return Finding(None, LATE)
            if found is Found.SOME:
                apart.append(place)
        if not apart:
            zh, en = "条件在各种个案下都与原来的一样", "the condition is the same in every case"
            return Finding(True, (zh, en))
        hidden = self._hidden()
        if any(place not in hidden for place in apart):
            found_apart = self._answers(mutant)
            if not found_apart.equal:
                return found_apart
        for place in apart:
            for part in hidden.get(place, ()):
                replayed = self._replayed(mutant, part, place)
                if not replayed.equal:
                    return replayed
        return Finding(True, EQUAL)

    def _pair(self, mutant: Mutant, place: Place) -> tuple[ir.Ir, ir.Ir]:
        left, right = (self._lowered(policy, place) for policy in (self.policy, mutant.policy))
        return left, right

    def _lowered(self, policy: Policy, place: Place) -> ir.Ir:
        frame = ir.Frame(self.as_of, policy.parameters_at(self.as_of), policy.vocabulary.events)
        return ir.lower(opened(policy.blocks[place[0]].conditions[place[1]][1], policy.definitions), frame)

    def _hidden(self) -> dict[Place, list[Part]]:
        """List the conditions that no point of the proof shows: on ledgers, and the guards of a procedure's steps."""
        out: dict[Place, list[Part]] = {}
        for part in parts_of(self.policy):
            if part.block == "ledger" or "/step:" in part.key:
                out.setdefault((part.block, part.place), []).append(part)
        return out

    def _replayed(self, mutant: Mutant, part: Part, place: Place) -> Finding:
        """Put a case that sets the condition apart to both."""
        left, right = self._pair(mutant, place)
        names = dict.fromkeys(name for node in self._texts(mutant, place) for name in nodes.facts_of(node))
        facts = self.deciding.setting_apart(left, right, list(names))
        stage = next((one for one in stages_of(self.deciding) if part.key in one.keys), None)
        record = None
        if facts is not None and stage is not None:
            record = stage.write(settled(facts, [(part.key, ())], ()))
        if record is None or not self._tells_apart(mutant, record, self.as_of):
            zh, en = "条件有别，但没有找到显示差别的个案", "the condition differs, and no case was found that shows it"
            return Finding(None, (zh, en))
        zh, en = "没有个案走到这一条件有别的地方", "no case reaches the place where the condition differs"
        return Finding(False, (zh, en), record)

    def _texts(self, mutant: Mutant, place: Place) -> list[nodes.Condition]:
        block, number = place
        return [
            opened(policy.blocks[block].conditions[number][1], policy.definitions)
            for policy in (self.policy, mutant.policy)
        ]

    # -- answers -----------------------------------------------------------------------------------------------------

    def _answers(self, mutant: Mutant) -> Finding:
        """Ask the solver for a case that the two answer otherwise, under every way to settle readings."""
        undecided = False
        for chosen in choices_of(self.policy):
            pairing = Pairing(
                self.policy, mutant.policy, self.as_of, chosen=(chosen, chosen), timeout_ms=self.timeout_ms
            )
            equality = pairing.equality()
            if equality.with_unknown is Found.NOT_DECIDED:
                undecided = True
            if equality.with_unknown is not Found.SOME:
                continue
            for key in equality.keys:
                for cell in pairing.classes(key):
                    if cell.witness is not None:
                        return Finding(False, _apart(cell, tuple(chosen.values())), cell.witness.record)
            zh, en = f"{'、'.join(equality.keys)} 有别", f"{', '.join(equality.keys)} can differ"
            return Finding(False, (f"{zh}，没有个案分得出", f"{en}, and no case shows it"))
        return Finding(None, LATE) if undecided else Finding(True, EQUAL)

    def _dropped(self, mutant: Mutant) -> Finding:
        """Look for a case in which a rule that was dropped speaks."""
        undecided = False
        for key in self.deciding.every_key:
            point = self.deciding.point(key)
            for status in dict.fromkeys(label[0] for label in point.labels if label[1:2] == (mutant.rule,)):
                with self.deciding.cases(point.given) as cases:
                    found = cases.take(self.deciding.gives(key, [status]))
                    undecided = undecided or found is Found.NOT_DECIDED
                    if found is not Found.SOME:
                        continue
                    facts = cases.smallest(self.deciding.facts_of([(key, ())]))
                if facts is None:
                    undecided = True
                    continue
                record = plain(self.policy, facts, self.as_of, [point])
                if self._tells_apart(mutant, record, self.as_of):
                    zh, en = "没有个案由这条规则决定", "this rule decides no case"
                    return Finding(False, (zh, en), record)
        return Finding(None, LATE) if undecided else Finding(True, EQUAL)

    def _duties(self, mutant: Mutant) -> Finding:
        """Go through every class of records of duties, on the days on which something can turn."""
        for day in self._days():
            for cell in duty_cells(self.policy, mutant.policy, day):
                if cell.left != cell.right and cell.witness is not None:
                    return Finding(False, _apart(cell), cell.witness.record)
        zh, en = (
            "各类台账、职责、目标的边界逐一核对，回答都一样",
            "every class of ledgers, counts and targets is answered as before",
        )
        return Finding(True, (zh, en))

    def _days(self) -> list[int]:
        """List the date itself, the last day of each year that a rule names and the day after, deadlines likewise."""
        years = {dt.date.fromordinal(self.as_of).year}
        days = {self.as_of}
        for rule, _, _ in self.policy.counts:
            years |= {year + step for year in (rule.first_year, rule.last_year) if year for step in (-1, 0, 1)}
            if rule.deadline is not None:
                days |= {rule.deadline.toordinal() + step for step in (-1, 0, 1, 2)}
        for table, _, _ in self.policy.targets:
            years |= {year for item in table.items for year in item.values}
        days |= {dt.date(year, 12, 31).toordinal() + step for year in years for step in (0, 1)}
        return sorted(days)

    def _tells_apart(self, mutant: Mutant, record: Mapping[str, Any], day: int) -> bool:
        try:
            case = read_case({**record, "as_of": iso(day)}, self.policy.vocabulary)
        except InputError:
            return False
        answers = []
        for policy in (self.policy, mutant.policy):
            engine = Engine([policy], policy.vocabulary, "tree")
            answer = engine.assess(case, [policy.region], day)["regions"][policy.region]
            answers.append({name: part for name, part in answer.items() if name != "policy"})
            engine.close()
        return bool(answers[0] != answers[1])

    def _shown(self, mutant: Mutant) -> Finding | None:
        """Look for a case of the policy's own generated suite that sets a mutant apart."""
        if self.survived_own:
            return None
        if self._own is None:
            made = generate(self.policy, self.as_of, self.timeout_ms)
            killing = Killing(self.policy, made.cases(self.policy.vocabulary))
            self._own = killing, {entry.name: entry for entry in made.entries}
        killing, entries = self._own
        case = killing.killer(mutant)
        if case is None:
            return None
        entry = entries[case.name]
        zh, en = f"没有个案像“{entry.name}”", f"no case is like “{entry.name}”"
        alone = (record for record in _singly(entry.record) if self._tells_apart(mutant, record, entry.as_of))
        return Finding(False, (zh, en), {"as_of": iso(entry.as_of), **next(alone, entry.record)})

    # -- procedures --------------------------------------------------------------------------------------------------

    def _steps(self, mutant: Mutant) -> Finding:
        """Compare what the steps of every procedure do."""
        for direction, route in self.policy.referrals.items():
            other = mutant.policy.referrals[direction]
            if list(_moves(route)) != list(_moves(other)):
                zh, en = "程序的步骤有别，没有个案走到那里", "the steps differ, and no case goes there"
                return Finding(None, (zh, en))
        return Finding(True, ("程序走起来与原来的一样", "the procedure runs as before"))


def _moves(route: ReferralLine) -> Iterator[tuple[object, ...]]:
    """List what a procedure's steps do; being identified is what its start means, and moves nothing there."""
    start = next(iter(route.rule.procedure.states)) if route.rule.procedure is not None else ""
    yield tuple(dict.fromkeys(step.model.on for step in route.steps))
    for step in route.steps:
        for leaf in step.model.leaves:
            if (leaf, step.model.on) != (start, "identified"):
                yield leaf, step.model.on, step.model.to, step.guard


def _singly(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Take a case of several ledgers, duties or targets apart into cases of one."""
    for name, held in record.items():
        if isinstance(held, list):
            yield from ({**record, name: [one]} for one in held)


def _apart(cell: Cell, chosen: Sequence[str] = ()) -> Words:
    """Say how two answers differ, and under which readings where some were settled on."""
    left, right = cell.left[0], cell.right[0]
    if left[0] != right[0] or len(left) != len(right):
        before, after = left[0], right[0]
    else:
        pairs = [pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]]
        before, after = (" ".join(pair[side] for pair in pairs) for side in (0, 1))
    under_zh = f"（按读法 {'、'.join(chosen)}）" if chosen else ""
    under_en = f" (under {', '.join(chosen)})" if chosen else ""
    return (
        f"{cell.key}：{before} 变为 {after}{under_zh}，没有个案分得出",
        f"{cell.key}: {before} becomes {after}{under_en}, and no case shows it",
    )
