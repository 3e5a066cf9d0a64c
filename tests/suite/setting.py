"""An invented policy with every kind of atom, rule and duty, and what the tests of suites ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tests.engine.asking import day, small_policy

from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.suite.generate import generate
from xianjie.suite.model import Entry, Suite

AS_OF = day("2025-08-01")

EVERYTHING = """
    parameters:
      line: {zh: 收入线, en: line, type: money, values: [{value: 100}, {value: 120.5, since: 2025-01-01}]}
      heads: {zh: 人数, en: heads, type: number, unit: persons, values: [{value: 3}]}
      back: {zh: 回溯月数, en: months back, type: number, unit: months, values: [{value: 6}]}
    readings:
      wide:
        differ: ambiguous
        options:
          - {id: flat, recommended: true, zh: 不论人口, en: flat}
          - {id: per-head, zh: 按人口, en: per head}
      strict:
        differ: recommended
        options:
          - {id: both, recommended: true, zh: 两项都要, en: both}
          - {id: aid-only, zh: 只看救助, en: aid only}
      cycle:
        differ: ambiguous
        options:
          - {id: rolling, recommended: true, zh: 滚动, en: rolling}
          - {id: calendar, zh: 自然期间, en: calendar}
      parties:
        differ: recommended
        options:
          - {id: count-meetings, recommended: true, zh: 只计次数, en: count}
          - {id: all-parties-each, zh: 三方都到, en: all parties}
      running:
        differ: recommended
        options:
          - {id: yearly, recommended: true, zh: 当年, en: yearly}
          - {id: running-total, zh: 累计, en: running}
    definitions:
      poor:
        by: wide
        readings:
          flat: household.annual_income < line
          per-head: heads * household.annual_income < line * household.size
      helped:
        by: strict
        readings:
          both: aid.received and aid.still_in_difficulty
          aid-only: aid.received
      linked: not aid.meets_conditions or helped
    groups:
      - {id: low, gives: coverage, zh: 低收入, en: low}
      - {id: left, gives: coverage, zh: 退出的, en: left}
      - {id: first, gives: priority, zh: 优先的, en: first}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: group, id: poor, group: low, force: definition, zh: 低收入家庭, en: poor, when: poor}
          - {part: group, id: sized, group: low, force: may, zh: 人口合适, en: sized, when: "2 <= household.size <= 4 and person.student"}
          - {part: group, id: left, group: left, force: definition, zh: 半年内退出, en: left, when: "within(aid.exit_date, months=back)"}
          - {part: group, id: linked, group: left, force: may, zh: 可链接, en: linked, when: linked}
          - {part: group, id: old, group: first, force: priority, zh: 先帮, en: first, when: "person.elderly or (person.elderly and person.disabled)"}
          - {part: advice, id: apply, advice: apply_for_government_aid, force: may, zh: 先申请, en: apply, when: "aid.meets_conditions and not happened(aid.application_submitted)"}
      - path: 二
        treatment: rules
        rules:
          - {part: service, id: study, service: education, force: may, zh: 助学, en: study, beneficiary: "'教育' in aid.special_programmes or person.student", when: "nonempty(aid.special_programmes)"}
          - {part: service, id: home, service: housing, force: must, zh: 住房, en: home, beneficiary: "aid.exit_programme in ('dibao', 'tekun')", when: "known(aid.exit_date)"}
          - {part: incentive, id: start, instruments: [premises, fee_reduction], force: encouraged, qualifier: renvoi, zh: 起步, en: start, beneficiary: organisation.charitable, when: "organisation.stage in ('founding', 'early') and organisation.field != 'other'"}
          - {part: incentive, id: fund, instruments: [special_fund], force: must_bare, zh: 基金, en: fund, beneficiary: "False"}
      - path: 三
        treatment: rules
        rules:
          - part: referral
            id: forward
            direction: forward
            force: may
            zh: 转介
            en: forward
            initiators: [civil_affairs, township]
            trigger: linked
            gates:
              - {step: consent, when: referral.consent_given}
              - {step: consent_before_letter, when: "not known(referral.consent_date) or not known(referral.letter_date) or referral.consent_date <= referral.letter_date"}
            documents: {any_of: [referral_letter], required: true}
            procedure:
              states: {found: 已发现, agreed: 已同意, sent: 已转介}
              steps:
                - {on: consented, leaves: [found], to: agreed}
                - {on: referred, leaves: [agreed], to: sent, when: referral.informed, missing_step: inform}
          - {part: simplification, id: simple, force: may, zh: 简化, en: simple, scope: referral.letter_issued or person.minor, when: referral.letter_issued}
          - {part: referral_duty, id: follow, direction: forward, force: must, zh: 跟进, en: follow, when: referral.can_apply_independently}
          - {part: referral, id: report, direction: community_report, force: may, zh: 报告, en: report, mechanism_only: true}
      - path: 四
        treatment: rules
        rules:
          - {part: ledger, id: supply, ledgers: [supply], levels: [county], force: must, zh: 台账, en: supply, interval: P6M, counting: cycle, trigger: "happened(ledger.assistance_given)", requires: {platform: ledger.entered_on_platform, hand_over: "ledger.provided_to_townships >= ledger.last_updated"}}
          - {part: ledger, id: prompt, ledgers: [demand], force: must, zh: 及时, en: prompt, cadence: 及时}
          - {part: count, id: meet, duty: consultation, levels: [county], at_least: 2, first_year: 2024, last_year: 2026, parties: parties, force: must, zh: 会商, en: meet}
          - {part: count, id: build, duty: platform_building, at_least: 1, deadline: 2026-12-31, comparator: assumed, force: may, zh: 建平台, en: build}
          - {part: count, id: train, duty: charity_training, cadence: 定期, force: may, zh: 培训, en: train}
          - part: target
            id: goals
            force: target
            zh: 目标
            en: goals
            items:
              - {item: 1, zh: 项目数, en: projects, unit: 个, running: running, values: {2025: 10}}
              - {item: 2, zh: 比例, en: share, unit: "%", printed: true, cumulative: true, values: {2025: 3.5, 2026: 4}}
"""  # noqa: E501


@lru_cache(maxsize=1)
def everything() -> Policy:
    """Give the invented policy."""
    return small_policy(EVERYTHING)


@lru_cache(maxsize=1)
def suite() -> Suite:
    """Give its suite."""
    return generate(everything(), AS_OF)


def of(name: str) -> Entry:
    """Give the entry of the suite that is called so."""
    return next(entry for entry in suite().entries if entry.name == name)


def answer(policy: Policy, record: Mapping[str, Any], as_of: int) -> Mapping[str, Any]:
    """Answer a record by the engine."""
    engine = Engine([policy], policy.vocabulary, "tree")
    case = read_case({**record, "as_of": iso(as_of)}, policy.vocabulary)
    found: Mapping[str, Any] = engine.assess(case, [policy.region], as_of)["regions"][policy.region]
    engine.close()
    return found
