"""Slips in what a rule says beside its conditions: force, clause, gates, periods, counts, figures, readings, steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from xianjie.language.calendar import parse_period
from xianjie.language.prose import number_text, period_text
from xianjie.policy.model import (
    AnyRule,
    CountRule,
    Initiator,
    LeastByReading,
    LedgerRule,
    Level,
    TargetItem,
    TargetRule,
)
from xianjie.policy.prepared import Line, Policy, ReferralLine, Step
from xianjie.suite import variants
from xianjie.suite.duties import near
from xianjie.vocabulary.terms import FORCES, STEPS, UNMET, term

_OTHER_FORCE: Mapping[str, str] = {
    "must": "may",
    "must_bare": "may",
    "may": "must",
    "encouraged": "must",
    "explore": "must",
    "priority": "may",
    "definition": "may",
    "target": "may",
    "principle": "must",
}


@dataclass(frozen=True, slots=True)
class RuleSlip:
    """A policy with one thing of a rule changed, and what that is called.

    `part` is the kind of the rule; None for readings, which rules of every kind share.
    """

    kind: str
    rule: str
    clause: str
    zh: str
    en: str
    part: str | None
    policy: Policy = field(repr=False)


def rule_slips(policy: Policy) -> Iterator[RuleSlip]:
    """List the slips of every rule that answers a case, in the document's order, then those in the readings."""
    clauses = list(dict.fromkeys(clause.path for clause in policy.file.clauses))
    for clause, rule in answering(policy):
        yield from _every(policy, rule, clause, clauses)
    for route in policy.referrals.values():
        yield from _begun(policy, route)
        yield from _walked(policy, route)
    for line in policy.ledgers:
        yield from _ledgers(policy, line)
    for count, clause, _ in policy.counts:
        yield from _counts(policy, count, clause)
    for table, clause, _ in policy.targets:
        yield from _targets(policy, table, clause)
    yield from _readings(policy)


def answering(policy: Policy) -> list[tuple[str, AnyRule]]:
    """List the rules that the answers are drawn from, each with its clause."""
    held: dict[int, tuple[str, AnyRule]] = {}
    for group in policy.groups:
        held.update({id(rule): (clause, rule) for _, rule, clause in group.rules})
    lines = (
        *policy.advice,
        *policy.services,
        *policy.incentives,
        *policy.simplifications[:1],
        *policy.referral_duties,
        *policy.ledgers,
    )
    held.update({id(line.rule): (line.clause, line.rule) for line in lines})
    held.update({id(route.rule): (route.clause, route.rule) for route in policy.referrals.values()})
    held.update({id(rule): (clause, rule) for rule, clause, _ in policy.counts})
    held.update({id(rule): (clause, rule) for rule, clause, _ in policy.targets})
    return list(held.values())


def _every(policy: Policy, rule: AnyRule, clause: str, clauses: list[str]) -> Iterator[RuleSlip]:
    other = _OTHER_FORCE[rule.force]
    zh = f"力度“{term(FORCES, rule.force)}”→“{term(FORCES, other)}”"
    en = f"force “{term(FORCES, rule.force, 'en')}” → “{term(FORCES, other, 'en')}”"
    yield _with("force", policy, rule, clause, zh, en, force=other)
    if len(clauses) > 1:
        moved = clauses[(clauses.index(clause) + 1) % len(clauses)]
        cited = variants.with_clause(policy, rule, moved)
        yield RuleSlip(
            "clause", rule.id, clause, f"条款 {clause}→{moved}", f"clause {clause} → {moved}", rule.part, cited
        )
    if not any(rule is held for group in policy.groups for _, held, _ in group.rules):
        without = variants.without_rule(policy, rule)
        yield RuleSlip("rule", rule.id, clause, "整条规则删去", "the whole rule dropped", rule.part, without)


def _with(kind: str, policy: Policy, rule: AnyRule, clause: str, zh: str, en: str, **update: object) -> RuleSlip:
    return RuleSlip(kind, rule.id, clause, zh, en, rule.part, variants.with_rule(policy, rule, **update))


def _begun(policy: Policy, route: ReferralLine) -> Iterator[RuleSlip]:
    """Change what a referral takes: gates, who may begin it, papers."""
    rule, clause = route.rule, route.clause
    for number, (gate, _) in enumerate(route.gates):
        gates = (*route.gates[:number], *route.gates[number + 1 :])
        zh, en = f"关口“{term(STEPS, gate.step)}”删去", f"gate “{term(STEPS, gate.step, 'en')}” removed"
        changed = variants.with_route(policy, rule.direction, gates=gates)
        yield RuleSlip("gate", rule.id, clause, zh, en, rule.part, changed)
    names = policy.vocabulary["referral.initiator"].words
    for one in rule.initiators:
        left = [other for other in rule.initiators if other != one]
        zh, en = f"发起方删去“{names[one][0]}”", f"initiator “{names[one][1]}” dropped"
        yield _with("initiator", policy, rule, clause, zh, en, initiators=left)
    new = next((one for one in get_args(Initiator) if one not in rule.initiators), None)
    if new is not None and rule.initiators:
        zh, en = f"发起方加上“{names[new][0]}”", f"initiator “{names[new][1]}” added"
        yield _with("initiator", policy, rule, clause, zh, en, initiators=[*rule.initiators, new])
    if rule.documents is not None:
        documents = rule.documents.model_copy(update={"required": not rule.documents.required})
        zh, en = "材料是否必须，反过来", "whether the papers are required, turned round"
        yield _with("documents", policy, rule, clause, zh, en, documents=documents)


def _walked(policy: Policy, route: ReferralLine) -> Iterator[RuleSlip]:
    """Change a procedure: drop a step, lead it elsewhere, drop its guard."""
    rule, clause = route.rule, route.clause
    states = list(rule.procedure.states) if rule.procedure is not None else []
    for number, step in enumerate(route.steps):
        leaves, on, to = step.model.leaves, step.model.on, step.model.to
        before, after = route.steps[:number], route.steps[number + 1 :]
        what = f"第 {number + 1} 步（{'、'.join(leaves)} 经 {on} 到 {to}）"
        what_en = f"step {number + 1} ({', '.join(leaves)} by {on} to {to})"
        other = states[(states.index(to) + 1) % len(states)]
        turned = replace(step, model=step.model.model_copy(update={"to": other}))
        changes = [("删去", "dropped", (*before, *after)), (f"改到 {other}", f"to {other}", (*before, turned, *after))]
        if step.guard is not None:
            free = (*before, replace(step, guard=None), *after)
            changes.append(("的条件删去", "without its condition", free))
        for zh, en, steps in changes:
            if _doubled(steps):
                continue
            changed = variants.with_route(policy, rule.direction, steps=steps)
            yield RuleSlip("step", rule.id, clause, what + zh, f"{what_en} {en}", rule.part, changed)


def _doubled(steps: Sequence[Step]) -> bool:
    """Tell whether a step stands twice, which no policy file may hold."""
    taken = [(leaf, step.model.on, step.guard) for step in steps for leaf in step.model.leaves]
    return len(set(taken)) < len(taken)


def _levels(policy: Policy, rule: LedgerRule | CountRule, clause: str) -> Iterator[RuleSlip]:
    names = policy.vocabulary["ledger.level"].words
    for level in rule.levels or ():
        left = [other for other in rule.levels or () if other != level]
        zh, en = f"层级删去“{names[level][0]}”", f"level “{names[level][1]}” dropped"
        yield _with("level", policy, rule, clause, zh, en, levels=left)
    new = next((level for level in get_args(Level) if level not in (rule.levels or get_args(Level))), None)
    if new is not None:
        zh, en = f"层级加上“{names[new][0]}”", f"level “{names[new][1]}” added"
        yield _with("level", policy, rule, clause, zh, en, levels=[*(rule.levels or ()), new])


def _ledgers(policy: Policy, line: Line) -> Iterator[RuleSlip]:
    rule = line.rule
    assert isinstance(rule, LedgerRule)
    yield from _levels(policy, rule, line.clause)
    for period in _other_periods(rule.interval) if rule.interval is not None else ():
        zh = f"周期“{period_text(str(rule.interval), 'zh')}”→“{period_text(period, 'zh')}”"
        en = f"interval “{period_text(str(rule.interval), 'en')}” → “{period_text(period, 'en')}”"
        yield _with("interval", policy, rule, line.clause, zh, en, interval=period)
    for slot in line.places[0]:
        places = tuple({key: place for key, place in found.items() if key != slot} for found in line.places)
        name = slot.partition(".")[2]
        update: dict[str, Any] = {"requires": {key: text for key, text in rule.requires.items() if key != name}}
        zh, en = f"配套要求（{term(UNMET, name)}）删去", f"requirement ({term(UNMET, name, 'en')}) dropped"
        if not name:
            update, zh, en = {"trigger": None}, "起因删去", "trigger dropped"
        changed = variants.with_rule(policy, rule, **update)
        ledgers = tuple(
            replace(found, places=places) if found.rule.id == rule.id else found for found in changed.ledgers
        )
        changed = replace(changed, ledgers=ledgers)
        yield RuleSlip("requirement", rule.id, line.clause, zh, en, rule.part, changed)


def _other_periods(period: str) -> Iterator[str]:
    months, days = parse_period(period) or (0, 0)
    if days:
        yield from (f"P{days + step}D" for step in (-1, 1) if days + step > 0)
    elif months % 12 == 0:
        yield f"P{months // 12 + 1}Y"
        yield f"P{months // 2}M"
    else:
        yield from (f"P{months + step}M" for step in (-1, 1) if months + step > 0)


def _counts(policy: Policy, rule: CountRule, clause: str) -> Iterator[RuleSlip]:
    yield from _levels(policy, rule, clause)
    for before, after, new in _other_counts(rule):
        zh, en = f"不少于 {before} 次→不少于 {after} 次", f"at least {before} → at least {after}"
        yield _with("count", policy, rule, clause, zh, en, at_least=new)
    if rule.at_least is not None:
        other = "assumed" if rule.comparator == "printed" else "printed"
        yield _with("count", policy, rule, clause, *_SIGN[other], comparator=other)
    for name, zh, en in (("first_year", "起始年度", "first year"), ("last_year", "最后年度", "last year")):
        year = getattr(rule, name)
        for step in (-1, 1) if year is not None else ():
            told = f"{zh} {year}→{year + step}", f"{en} {year} → {year + step}"
            yield _with("bound", policy, rule, clause, *told, **{name: year + step})
    for step in (-1, 1) if rule.deadline is not None else ():
        assert rule.deadline is not None
        day = rule.deadline + dt.timedelta(days=step)
        zh, en = f"期限 {rule.deadline}→{day}", f"deadline {rule.deadline} → {day}"
        yield _with("bound", policy, rule, clause, zh, en, deadline=day)


_SIGN = {
    "assumed": ("比较号改为推定", "the comparison sign taken as assumed"),
    "printed": ("比较号改为明写", "the comparison sign taken as printed"),
}


def _other_counts(rule: CountRule) -> Iterator[tuple[int, int, object]]:
    """Give each least count one less and one more, with what the rule then holds; none below one."""
    at_least = rule.at_least
    for step in (-1, 1):
        if isinstance(at_least, LeastByReading):
            for reading, number in at_least.readings.items():
                if number + step > 0:
                    readings = {**at_least.readings, reading: number + step}
                    yield number, number + step, at_least.model_copy(update={"readings": readings})
        elif at_least is not None and at_least + step > 0:
            yield at_least, at_least + step, at_least + step


def _targets(policy: Policy, rule: TargetRule, clause: str) -> Iterator[RuleSlip]:
    for number, item in enumerate(rule.items):
        for zh, en, update in _other_targets(item):
            items = [*rule.items[:number], item.model_copy(update=update), *rule.items[number + 1 :]]
            told = f"第 {item.item} 项{zh}", f"item {item.item}: {en}"
            yield _with("target", policy, rule, clause, *told, items=items)


def _other_targets(item: TargetItem) -> Iterator[tuple[str, str, dict[str, object]]]:
    for year, value in item.values.items():
        below, _, above = near(value)
        for other in (below, above):
            told = f"{number_text(value)}→{number_text(other)}"
            yield f" {year} 年 {told}", f"{year} {told}", {"values": {**item.values, year: other}}
    yield *_SIGN["assumed" if item.printed else "printed"], {"printed": not item.printed}
    if item.running is None:
        zh, en = ("改为当年数", "a yearly figure") if item.cumulative else ("改为累计数", "a running total")
        yield zh, en, {"cumulative": not item.cumulative}


def _readings(policy: Policy) -> Iterator[RuleSlip]:
    for axis, model in policy.file.readings.items():
        other = "recommended" if model.differ == "ambiguous" else "ambiguous"
        zh, en = "读法不一致时作为歧义", "readings that differ are taken as ambiguous"
        if other == "recommended":
            zh, en = "读法不一致时取推荐的", "where readings differ, the recommended one is taken"
        yield RuleSlip("readings", axis, "", zh, en, None, variants.with_readings(policy, axis, other, None))
        for option in model.options:
            if not option.recommended:
                changed = variants.with_readings(policy, axis, None, option.id)
                zh, en = f"推荐的读法改为 {option.id}", f"the recommended reading is {option.id}"
                yield RuleSlip("readings", axis, "", zh, en, None, changed)
