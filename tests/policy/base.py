"""A small policy with a rule of every part, for tests to break at one place each."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from xianjie.errors import PolicyError, Problem
from xianjie.policy.load import read_policy
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import BASE
from xianjie.vocabulary.topics import TOPICS

RULED = (
    "coverage",
    "priority",
    "service.education",
    "ledger.supply",
    "supply_interval",
    "ledger_keeper",
    "hand_over",
    "filing_platform",
    "duty.consultation",
    "duty.task_analysis",
    "targets",
    "forward",
    "consent",
    "initiator",
    "documents",
    "simplification",
    "government_duty",
    "instrument.premises",
    "precedence",
)
SILENT = tuple(topic.id for topic in TOPICS if topic.id not in RULED)

TEXT = f"""\
# 虚构的示例文件，只用于测试。
schema: 1
id: example-2025
region: example
version: "1"

document:
  title: 虚构的示例文件
  issuers: [虚构的机关]
  level: city
  gbt2260: "990000"
  adopted: 2024-12-01
  issued: 2025-01-01
  effective: 2025-02-01
  expires: 2026-01-31
  standing: issued
  validity: in_force
  text: full

parameters:
  income_line:
    zh: 收入线
    en: income line
    type: money
    values:
      - {{value: 80000.50}}
      - {{value: 90000, since: 2025-03-01}}
      - {{value: 100000, since: 2025-05-01}}
  window:
    zh: 期间
    en: window
    type: number
    unit: years
    values: [{{value: 1}}]

ambiguities:
  - {{id: A-01, zh: 甲, en: first, becomes: ambiguous}}
  - {{id: A-02, zh: 乙, en: second, becomes: recommended}}

readings:
  wide-or-narrow:
    ambiguity: A-01
    differ: ambiguous
    options:
      - {{id: narrow, zh: 窄, en: narrow}}
      - {{id: wide, recommended: true, zh: 宽, en: wide}}
  cycle:
    ambiguity: A-02
    differ: recommended
    options:
      - {{id: rolling, recommended: true, zh: 滚动, en: rolling}}
      - {{id: calendar, zh: 自然, en: calendar}}
  meeting:
    differ: recommended
    options:
      - {{id: count-meetings, recommended: true, zh: 计次, en: count}}
      - {{id: all-parties-each, zh: 每方, en: each}}
  running:
    differ: recommended
    options:
      - {{id: yearly, recommended: true, zh: 当年, en: yearly}}
      - {{id: running-total, zh: 累计, en: total}}

definitions:
  poor: household.annual_income < income_line
  hardship:
    by: wide-or-narrow
    readings:
      narrow: poor and aid.still_in_difficulty
      wide: poor or aid.still_in_difficulty
  recent: within(aid.exit_date, years=window)

groups:
  - {{id: poor, gives: coverage, zh: 低收入, en: poor}}
  - {{id: first, gives: priority, zh: 优先, en: first}}

clauses:
  - path: 引言
    treatment: background
    zh: 依据。
  - path: 一
    title: 对象
    treatment: rules
    rules:
      - part: group
        id: poor-people
        group: poor
        force: definition
        topics: [precedence]
        notes: [A-01]
        when: hardship and not person.other_hardship
        zh: 一
        en: one
      - part: group
        id: poor-leavers
        group: poor
        force: definition
        when: recent
        zh: 一
        en: one
      - part: group
        id: first-people
        group: first
        force: priority
        when: person.tekun
        zh: 一
        en: one
      - part: advice
        id: apply-first
        advice: apply_for_government_aid
        force: encouraged
        when: aid.meets_conditions and not aid.received
        zh: 一
        en: one
      - part: service
        id: schooling
        service: education
        force: may
        beneficiary: person.student
        when: person.good_conduct_and_study
        zh: 一
        en: one
  - path: 二
    treatment: rules
    rules:
      - part: ledger
        id: supply-ledger
        ledgers: [supply]
        force: must
        actor: 机关
        interval: P6M
        counting: cycle
        requires:
          hand_over: happened(ledger.provided_to_townships)
          platform: ledger.entered_on_platform
        zh: 一
        en: one
      - part: count
        id: meetings
        duty: consultation
        force: must
        at_least: {{by: meeting, readings: {{count-meetings: 2, all-parties-each: 1}}}}
        parties: meeting
        zh: 一
        en: one
      - part: count
        id: analysis
        duty: task_analysis
        force: must
        cadence: 定期
        zh: 一
        en: one
      - part: target
        id: numbers
        force: target
        items:
          - {{item: 1, zh: 甲, en: first, unit: 个, running: running, values: {{2025: 79.9}}}}
          - {{item: 2, zh: 乙, en: second, unit: 个, values: {{2025: 3}}}}
        zh: 一
        en: one
  - path: 三
    treatment: rules
    rules:
      - part: referral
        id: forward-referral
        direction: forward
        force: must
        initiators: [civil_affairs]
        trigger: hardship
        gates:
          - {{step: consent, when: referral.consent_given}}
        documents: {{any_of: [referral_letter], required: true}}
        procedure:
          states: {{found: 已发现, done: 已办}}
          steps:
            - {{on: referred, leaves: [found], to: done, when: referral.consent_given}}
        zh: 一
        en: one
      - part: simplification
        id: simpler
        force: may
        when: person.tekun
        zh: 一
        en: one
      - part: referral_duty
        id: owed
        direction: forward
        government: true
        force: must
        zh: 一
        en: one
      - part: incentive
        id: rooms
        instruments: [premises]
        force: encouraged
        beneficiary: organisation.charitable
        zh: 一
        en: one
      - part: provision
        id: general
        dimension: duties
        force: principle
        zh: 一
        en: one
  - path: 四
    treatment: supervision
    zh: 监督。

silent:
  - topics: [{", ".join(SILENT)}]
"""


def changed(*replacements: tuple[str, str]) -> str:
    """Replace each text, which must stand in the policy exactly once."""
    text = TEXT
    for old, new in replacements:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text


def read(text: str = TEXT) -> Policy:
    """Read a policy that is right."""
    return read_policy(text, "example.yaml", BASE)


def problems(text: str) -> list[Problem]:
    """Give the faults of a policy that is wrong."""
    with pytest.raises(PolicyError) as caught:
        read_policy(text, "example.yaml", BASE)
    return list(caught.value.problems)


def spot(text: str, piece: str, inside: int = 0) -> tuple[int, int]:
    """Find line and column (from 1) of a piece of text that stands there once, and of a character inside it."""
    assert text.count(piece) == 1, (piece, text.count(piece))
    at = text.index(piece) + inside
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def told(found: Sequence[Problem]) -> list[tuple[str, int | None, int | None]]:
    """Give code, line and column of each fault."""
    return [(problem.code, problem.place.line, problem.place.column) for problem in found]
