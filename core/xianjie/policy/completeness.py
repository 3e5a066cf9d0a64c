"""Demand that every topic is ruled or declared silent, and never both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from xianjie.errors import nearest
from xianjie.policy.model import (
    AdviceRule,
    AnyRule,
    CountRule,
    GroupRule,
    IncentiveRule,
    LedgerRule,
    PolicyFile,
    Provision,
    ReferralDutyRule,
    ReferralRule,
    ServiceRule,
    SimplificationRule,
    TargetRule,
)
from xianjie.policy.yaml_tree import Key
from xianjie.vocabulary.topics import TOPIC, TOPICS

Blame = Callable[[Sequence[Key], str, str, str], None]


def topics_of(rule: AnyRule, file: PolicyFile) -> tuple[str, ...]:
    """List the topics that a rule answers: those of its own kind, then those it names."""
    return tuple(dict.fromkeys((*_own_topics(rule, file), *rule.topics)))


def _own_topics(rule: AnyRule, file: PolicyFile) -> Iterator[str]:
    match rule:
        case GroupRule():
            gives = {group.id: group.gives for group in file.groups}
            yield gives.get(rule.group, "coverage")
        case ServiceRule():
            yield f"service.{rule.service}"
        case LedgerRule():
            yield from (f"ledger.{kind}" for kind in rule.ledgers)
            if rule.interval or rule.cadence:
                yield from (f"{kind}_interval" for kind in rule.ledgers if kind in ("supply", "demand"))
            if rule.actor:
                yield "ledger_keeper"
            if {"hand_over", "window", "push"} & set(rule.requires):
                yield "hand_over"
            if {"platform", "filing"} & set(rule.requires):
                yield "filing_platform"
        case CountRule():
            yield f"duty.{rule.duty}"
        case TargetRule():
            yield "targets"
        case ReferralRule():
            if not rule.mechanism_only:
                yield rule.direction
            if rule.direction == "forward":
                if any(gate.step in ("inform", "consent") for gate in rule.gates):
                    yield "consent"
                if rule.initiators:
                    yield "initiator"
                if rule.documents:
                    yield "documents"
        case SimplificationRule():
            yield "simplification"
        case ReferralDutyRule():
            if rule.government:
                yield "government_duty"
        case IncentiveRule():
            yield from (f"instrument.{instrument}" for instrument in rule.instruments)
        case AdviceRule() | Provision():
            pass


def check_topics(file: PolicyFile, blame: Blame) -> frozenset[str]:
    """List the topics declared silent, after blaming each that is unknown, contradicted or forgotten."""
    ruled: dict[str, str] = {}
    for c, clause in enumerate(file.clauses):
        for r, rule in enumerate(clause.rules):
            for number, topic in enumerate(rule.topics):
                _known(topic, ("clauses", c, "rules", r, "topics", number), blame)
            for topic in topics_of(rule, file):
                ruled.setdefault(topic, rule.id)
    silent: set[str] = set()
    for s, silence in enumerate(file.silent):
        for number, topic in enumerate(silence.topics):
            path = ("silent", s, "topics", number)
            _known(topic, path, blame)
            if topic in silent:
                blame(path, "topic-doubled", f"议题 {topic} 重复", f"topic {topic} stands twice")
            if topic in ruled:
                blame(
                    path,
                    "topic-contradicted",
                    f"议题 {topic} 已由规则 {ruled[topic]} 规定，不能同时声明为未规定",
                    f"topic {topic} is ruled by {ruled[topic]} and cannot be silent as well",
                )
            silent.add(topic)
    forgotten = [topic.id for topic in TOPICS if topic.id not in ruled and topic.id not in silent]
    if forgotten:
        listed = "、".join(forgotten)
        blame(
            ("silent",),
            "topic-forgotten",
            f"以下议题既无规则也未声明为未规定：{listed}",
            f"these topics are neither ruled nor declared silent: {listed}",
        )
    return frozenset(silent)


def _known(topic: str, path: Sequence[Key], blame: Blame) -> None:
    if topic not in TOPIC:
        near = nearest(topic, tuple(TOPIC))
        blame(
            path,
            "topic-unknown",
            f"没有议题 {topic}" + (f"，是否为 {near}？" if near else ""),
            f"no topic {topic}" + (f"; did you mean {near}?" if near else ""),
        )
