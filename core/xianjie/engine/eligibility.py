"""Who is covered, and who comes first: a policy's groups, and the status that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xianjie.engine.inquiry import Entry, Inquiry, joined_why
from xianjie.engine.openness import facts_that_matter
from xianjie.engine.readings import Outcome, Settled, settle
from xianjie.language import nodes
from xianjie.language.explain import Finding, Why
from xianjie.policy.model import AdviceRule, AnyRule
from xianjie.policy.prepared import GroupLine

MATCH = {"coverage": "covered", "priority": "priority_match"}


@dataclass(frozen=True, slots=True)
class Group:
    """What a group came to, and the rule that decides: the first that holds, else the group's first."""

    line: GroupLine
    settled: Settled
    rule: AnyRule
    clause: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands: every group, and the statuses drawn from them."""

    groups: Sequence[Group]
    status: str
    coverage: str
    priority: str
    flagged: bool


def eligibility(inquiry: Inquiry) -> Entry:
    """Answer coverage, priority, and the status drawn from both; always answered."""
    findings = inquiry.findings("eligibility")
    found = standing(inquiry, [group_of(inquiry, line, findings) for line in inquiry.policy.groups])
    readings = [reading for group in found.groups for reading in readings_of(group)]
    advice = advice_given(inquiry, findings)
    return drawn(found, [group.entry for group in found.groups], list(_missing(inquiry, found)), readings, advice)


def drawn(
    found: Standing,
    groups: Sequence[object],
    missing: Sequence[str],
    readings: Sequence[object],
    advice: Sequence[Entry],
) -> Entry:
    """Draw the entry up from where the person stands and its parts as they are to be written."""
    return {
        "status": found.status,
        "coverage": found.coverage,
        "priority": found.priority,
        "groups": groups,
        "missing": missing,
        "readings": readings,
        "flagged": found.flagged,
        "advice": [entry["advice"] for entry in advice],
        "advice_details": advice,
    }


def readings_of(group: Group) -> list[Entry]:
    """List a group's readings as they stand beside the status."""
    return [{"group": group.line.group.id, **reading} for reading in group.settled.readings]


def standing(inquiry: Inquiry, groups: Sequence[Group]) -> Standing:
    """Draw coverage, priority and status from what the policy's groups came to."""
    coverage = _overall(inquiry, groups, "coverage")
    priority = _overall(inquiry, groups, "priority")
    silent = inquiry.policy.silence
    status = priority if coverage == silent and priority == "priority_match" else coverage
    return Standing(groups, status, coverage, priority, _flagged(groups, status, coverage))


def group_of(inquiry: Inquiry, line: GroupLine, findings: Sequence[Finding]) -> Group:
    """Settle a group by the findings on its rules."""
    match_ = MATCH[line.group.gives]
    outcomes = [
        _outcome(inquiry, line, {rule: findings[place] for rule, place in places.items()}, match_)
        for places in line.places
    ]
    settled = settle(line.readings, outcomes, inquiry.chosen)
    rule, clause = _deciding_rule(line, settled.main.why)
    entry: Entry = {
        "id": line.group.id,
        "name": inquiry.say(line.group.zh, line.group.en),
        "gives": line.group.gives,
        "status": settled.status,
        "force": rule.force,
        "clause": clause,
        "missing": list(settled.missing),
        "readings": settled.readings,
        "flagged": settled.flagged,
        "notes": list(dict.fromkeys(note for _, member, _ in line.rules for note in member.notes)),
        "why": settled.main.why,
    }
    return Group(line, settled, rule, clause, entry)


def _outcome(inquiry: Inquiry, line: GroupLine, findings: dict[str, Finding], match_: str) -> Outcome:
    values = [finding.value for finding in findings.values()]
    value = True if True in values else None if None in values else False
    if value is True:
        why = next(finding.why for finding in findings.values() if finding.value is True)
        return Outcome(match_, (), why)
    why = joined_why(line.group.id, "any", value, [(rule, f.why) for rule, f in findings.items()], inquiry.lang)
    if len(findings) == 1:
        why = next(iter(findings.values())).why
    if value is False:
        return Outcome("not_matched", (), why)
    missing = tuple(dict.fromkeys(name for finding in findings.values() for name in finding.missing))
    return Outcome("undetermined", missing, why)


def _deciding_rule(line: GroupLine, why: Why | None) -> tuple[AnyRule, str]:
    for rule_id, rule, clause in line.rules:
        if why is not None and why["rule"] == rule_id:
            return rule, clause
    return line.rules[0][1], line.rules[0][2]


def _overall(inquiry: Inquiry, groups: Sequence[Group], gives: str) -> str:
    statuses = [group.settled.status for group in groups if group.line.group.gives == gives]
    if not statuses:
        return inquiry.policy.silence
    for status in (MATCH[gives], "undetermined", "ambiguous"):
        if status in statuses:
            return status
    return "not_matched"


def _flagged(groups: Sequence[Group], status: str, coverage: str) -> bool:
    """Tell whether a reading that is not recommended would give another status, not only another group."""
    gives = "coverage" if status == coverage else "priority"
    asked = [group.settled for group in groups if group.line.group.gives == gives]
    match status:
        case "covered" | "priority_match":
            return all(settled.flagged for settled in asked if settled.status == status)
        case "not_matched":
            return any(settled.flagged for settled in asked)
        case _:
            return False


def _missing(inquiry: Inquiry, found: Standing) -> tuple[str, ...]:
    """List the facts that can still change the status, over every reading that takes part."""
    asked = open_groups(inquiry, found)
    world = inquiry.at.world(inquiry.encoded)
    turns = [conditions_at(inquiry, places) for places in in_turn(asked)]
    wanted = {
        name for conditions in turns for name in facts_that_matter(conditions, world, inquiry.at.joint(conditions))
    }
    return tuple(dict.fromkeys(name for group in asked for name in group.settled.missing if name in wanted))


def open_groups(inquiry: Inquiry, found: Standing) -> list[Group]:
    """List the groups on which it depends what the status will be; none where it is decided."""
    if found.status == "undetermined" and found.coverage == "undetermined":
        gives = "coverage"
    elif found.coverage == inquiry.policy.silence and found.priority == "undetermined":
        gives = "priority"
    else:
        return []
    return [group for group in found.groups if group.line.group.gives == gives]


def in_turn(asked: Sequence[Group]) -> list[tuple[int, ...]]:
    """Give the places of the groups' conditions, once for each turn of the readings that take part."""
    turns = max((len(group.settled.standing) for group in asked), default=0)
    return [tuple(place for group in asked for place in _places(group, turn)) for turn in range(turns)]


def _places(group: Group, turn: int) -> Iterable[int]:
    standing = group.settled.standing
    return group.line.places[standing[min(turn, len(standing) - 1)]].values()


def conditions_at(inquiry: Inquiry, places: Sequence[int]) -> list[nodes.Condition]:
    """Give the conditions at their places."""
    block = inquiry.policy.blocks["eligibility"]
    return [block.conditions[place][1] for place in places]


def advice_given(inquiry: Inquiry, findings: Sequence[Finding]) -> list[Entry]:
    """List the next actions that the document points the person to."""
    out: list[Entry] = []
    for line in inquiry.policy.advice:
        finding = findings[line.places[0]["when"]]
        if finding.value is True and isinstance(line.rule, AdviceRule):
            out.append(
                {
                    "advice": line.rule.advice,
                    "text": inquiry.say(line.rule.zh, line.rule.en),
                    "force": line.rule.force,
                    "clause": line.clause,
                    "why": finding.why,
                }
            )
    return out
