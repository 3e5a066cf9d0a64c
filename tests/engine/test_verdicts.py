"""Verdicts without reasons say what the full answers say, on generated policies and cases and on every region's."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.differential.generator import AS_OF, Generator, written
from tests.engine.asking import small_policy
from tests.engine.invented import Inventor
from tests.regions.region_cases import REGIONS
from tests.regions.region_cases import given as region_case

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.engine.verdicts import EligibilityVerdict, ReferralVerdict, Ruled, Verdict, Verdicts
from xianjie.errors import InputError
from xianjie.language.names import ParameterType, Scope
from xianjie.language.parse import parse_condition
from xianjie.language.text import ExpressionError
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import BASE

POLICIES = {policy.region: policy for policy in REGIONS.load()}
ENGINE = Engine(list(POLICIES.values()), BASE)
AXES = ("first-way", "second-way")
SCOPE = Scope(
    BASE,
    {
        "income_line": ParameterType(True, None),
        "size_limit": ParameterType(False, None),
        "window": ParameterType(False, "years"),
    },
    frozenset(),
)


def told(answer: dict[str, Any], policy: Policy) -> Verdict:
    """Read a verdict off a full answer."""
    found, rules = answer["eligibility"], {line.group.id: line.rules for line in policy.groups}
    groups = []
    for entry in found["groups"]:
        ids = [rule for rule, _, _ in rules[entry["id"]]]
        deciding = entry["why"]["rule"] if entry["why"]["rule"] in ids else ids[0]
        groups.append(ruled(entry["id"], {**entry, "rule": deciding}))
    advice = tuple(
        Ruled(one["advice"], "applies", one["why"]["rule"], one["clause"], one["force"], None, False)
        for one in found["advice_details"]
    )
    return Verdict(
        EligibilityVerdict(found["status"], found["coverage"], found["priority"], found["flagged"], tuple(groups)),
        listed(answer.get("services"), "service"),
        referred(answer.get("referral")),
        listed(answer.get("incentives"), "instrument"),
        advice,
    )


def ruled(name: str, entry: dict[str, Any]) -> Ruled:
    carried = (entry["status"], entry["rule"], entry["clause"], entry["force"])
    return Ruled(name, *carried, entry.get("qualifier"), entry["flagged"])


def listed(entries: list[dict[str, Any]] | None, key: str) -> tuple[Ruled, ...] | None:
    return None if entries is None else tuple(ruled(entry[key], entry) for entry in entries)


def referred(entry: dict[str, Any] | None) -> ReferralVerdict | None:
    if entry is None:
        return None
    simplified = entry["simplification"]
    return ReferralVerdict(
        ruled(entry["direction"] or "", entry),
        entry["missing_step"],
        None if simplified is None else ruled("simplification", simplified),
        tuple(ruled(duty["duty"], duty) for duty in entry["accompanying"]),
    )


def in_full(engine: Engine, policy: Policy, case: Case, as_of: int, chosen: dict[str, str] | None = None) -> Verdict:
    answer = engine.assess(case, [policy.region], as_of, Settings(readings=chosen or {}))
    return told(answer["regions"][policy.region], policy)


# -- the regions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", sorted(REGIONS.regions))
def test_every_region_decides_every_regions_cases_as_the_engine_does(region: str) -> None:
    policy = POLICIES[region]
    made: dict[int, Verdicts] = {}
    own = region_case(REGIONS.regions[region])
    others = [one for other in REGIONS.regions.values() if other.id != region for one in region_case(other)]
    for one in own + others[::4]:
        day = one.as_of
        verdicts = made.setdefault(day, Verdicts(policy, day))
        assert verdicts.of(one.case) == in_full(ENGINE, policy, one.case, day), one.name


def invented(seed: int, count: int) -> Iterator[tuple[int, Case]]:
    inventor = Inventor(seed)
    day = dt.date.fromisoformat(inventor.as_of).toordinal()
    while count:
        try:
            case = read_case(inventor.case(), BASE)
        except InputError:
            continue  # two records that contradict each other
        yield day, case
        count -= 1


@pytest.mark.parametrize("region", sorted(REGIONS.regions))
def test_invented_families_with_steps_ledgers_and_organisations(region: str) -> None:
    policy = POLICIES[region]
    for seed in range(2, 4):
        for day, case in invented(seed, 25):
            chosen = {
                axis: random.Random(seed).choice(model.options).id
                for axis, model in policy.file.readings.items()
                if seed % 2
            }
            verdict = Verdicts(policy, day, chosen).of(case)
            assert verdict == in_full(ENGINE, policy, case, day, chosen)


def test_duties_are_the_engines_own() -> None:
    policy = POLICIES["jinhua"]
    seen = 0
    for day, case in invented(11, 40):
        answer = ENGINE.assess(case, ["jinhua"], day)["regions"]["jinhua"]
        found = Verdicts(policy, day).duties(case)
        assert found == answer.get("duties", [])
        seen += len(found)
    assert seen > 20


# -- generated policies ----------------------------------------------------------------------------------------------


class Author:
    """Write small policies at random: groups, services, incentives, a referral, each condition over readings or not."""

    def __init__(self, seed: int) -> None:
        self.random, self.conditions = random.Random(seed), Generator(seed)

    def condition(self) -> str:
        """Draw a condition, again where it compares what a policy file may not compare."""
        while True:
            text = written(self.conditions.condition(self.random.randrange(0, 3), ()))
            try:
                parse_condition(text, SCOPE)
            except ExpressionError:
                continue
            return text

    def model(self, key: str) -> str:
        if self.random.random() < 0.5:
            return f"{key}: {quoted(self.condition())}"
        axis = self.random.choice(AXES)
        forms = ", ".join(f"{option}: {quoted(self.condition())}" for option in ("one", "other"))
        return f"{key}: {{by: {axis}, readings: {{{forms}}}}}"

    def rule(self, part: str, number: int, extra: str, *keys: str) -> str:
        force = self.random.choice(("must", "may", "encouraged"))
        lines = [f"- part: {part}", f"  id: {part.replace('_', '-')}-{number}", f"  force: {force}", f"  {extra}"]
        lines += [f"  {self.model(key)}" for key in keys]
        return "\n".join([*lines, "  zh: 试", "  en: a trial"])

    def referral(self) -> str:
        gates = "\n".join(
            f"    - {{step: {step}, when: {quoted(self.condition())}}}"
            for step in ("inform", "consent", "consent_before_letter")
            if self.random.random() < 0.6
        )
        head = "- part: referral\n  id: forward\n  force: may\n  direction: forward\n  initiators: [civil_affairs]\n"
        tail = f"  {self.model('trigger')}\n" if self.random.random() < 0.7 else ""
        return f"{head}{tail}" + (f"  gates:\n{gates}\n" if gates else "") + "  zh: 试\n  en: a trial"

    def policy(self) -> Policy:
        r = self.random
        rules = [self.rule("group", n, f"group: {r.choice(('first', 'second', 'ahead'))}", "when") for n in range(5)]
        rules += [self.rule("group", 9 + n, f"group: {name}", "when") for n, name in enumerate(("first", "second"))]
        rules.append(self.rule("group", 12, "group: ahead", "when"))
        kinds = ("education", "medical", "education")
        rules += [self.rule("service", n, f"service: {kind}", "beneficiary", "when") for n, kind in enumerate(kinds)]
        kinds = ("[premises, fee_reduction]", "[premises]", "[commendation]")
        rules += [
            self.rule("incentive", n, f"instruments: {kind}", "beneficiary", "when") for n, kind in enumerate(kinds)
        ]
        rules += [self.rule("advice", 0, "advice: apply_for_government_aid", "when")]
        if r.random() < 0.8:
            rules += [self.referral(), self.rule("simplification", 0, "notes: []", "scope", "when")]
            rules += [self.rule("referral_duty", n, "direction: forward", "when") for n in range(2)]
        body = "\n".join(rules).replace("\n", "\n      ")
        return small_policy(
            f"""
parameters:
  income_line: {{zh: 线, en: line, type: money, values: [{{value: 100000}}]}}
  size_limit: {{zh: 人, en: people, type: number, values: [{{value: 3}}]}}
  window: {{zh: 期, en: window, type: number, unit: years, values: [{{value: 2}}]}}
readings:
  first-way: {{differ: {r.choice(("ambiguous", "recommended"))}, options: [{OPTIONS}]}}
  second-way: {{differ: {r.choice(("ambiguous", "recommended"))}, options: [{OPTIONS}]}}
groups:
  - {{id: first, gives: coverage, zh: 一, en: one}}
  - {{id: second, gives: {r.choice(("coverage", "priority"))}, zh: 二, en: two}}
  - {{id: ahead, gives: priority, zh: 先, en: ahead}}
clauses:
  - path: 一
    treatment: rules
    rules:
      {body}
""",
            text=r.choice(("full", "digest")),
        )


OPTIONS = "{id: one, recommended: true, zh: 甲, en: one}, {id: other, zh: 乙, en: other}"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def cases_for(seed: int, count: int) -> Iterator[Case]:
    """Draw facts over the whole of the generator's vocabulary, and a referral beside them."""
    generator = Generator(seed)
    sample = replace(generator.sample(), as_of=AS_OF)
    r = generator.random
    for _ in range(count):
        facts = {
            k: v for k, v in generator.facts(sample).items() if not k.startswith(("referral.", "ledger.", "duty."))
        }
        if r.random() < 0.9:
            facts["referral.direction"] = r.choice(("forward", "forward", "reverse"))
        if r.random() < 0.7:
            facts["referral.initiator"] = r.choice(("civil_affairs", "charity"))
        records = frozenset(r.sample(("person", "household", "referral", "organisation"), r.randrange(5)))
        yield Case("S-1", None, None, facts, facts, records, (), (), (), (), {})


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_generated_policies_decide_generated_cases_as_the_engine_does(seed: int) -> None:
    policy = Author(seed).policy()
    engine = Engine([policy], BASE)
    chosen = {"first-way": "other"} if seed % 3 == 0 else {}
    verdicts = Verdicts(policy, AS_OF, chosen)
    for case in cases_for(seed, 20):
        assert verdicts.of(case) == in_full(engine, policy, case, AS_OF, chosen)


def test_generated_policies_reach_every_kind_of_answer() -> None:
    """The property above would hold on policies that decide nothing: here is that they do."""
    seen: set[str] = set()
    flagged = False
    for seed in range(25):
        verdicts = Verdicts(Author(seed).policy(), AS_OF)
        for case in cases_for(seed, 20):
            verdict = verdicts.of(case)
            entries = [*verdict.eligibility.groups, *(verdict.services or ()), *(verdict.incentives or ())]
            if verdict.referral is not None:
                simplified = verdict.referral.simplification
                entries += [
                    verdict.referral.outcome,
                    *verdict.referral.accompanying,
                    *([simplified] if simplified else []),
                ]
            seen |= {entry.status for entry in entries} | {f"advice {len(verdict.advice)}"}
            flagged = flagged or any(entry.flagged for entry in entries)
    assert seen >= {"covered", "not_matched", "undetermined", "ambiguous", "priority_match", "applies"}
    assert seen >= {"does_not_apply", "condition_not_met", "not_stipulated", "not_reported", "allowed", "refused"}
    assert seen >= {"not_triggered", "available", "not_available", "advice 0", "advice 1"}
    assert flagged


# -- what the class itself promises ----------------------------------------------------------------------------------

TWO_LIMBS = """
readings:
  way: {{differ: recommended, options: [{options}]}}
groups:
  - {{id: family, gives: coverage, zh: 家庭, en: families}}
clauses:
  - path: 一
    treatment: rules
    rules:
      - {{part: group, id: first-limb, group: family, force: may, zh: 试, en: t,
         when: {{by: way, readings: {{one: person.tekun, other: person.orphan}}}}}}
      - {{part: group, id: second-limb, group: family, force: must, zh: 试, en: t, when: person.disabled}}
"""


def family(**facts: bool) -> Case:
    return read_case({"person": facts}, BASE)


def test_the_deciding_rule_is_the_first_that_holds() -> None:
    verdicts = Verdicts(small_policy(TWO_LIMBS.format(options=OPTIONS)), AS_OF)
    both = verdicts.of(family(tekun=True, disabled=True)).eligibility.groups[0]
    second = verdicts.of(family(tekun=False, orphan=False, disabled=True)).eligibility.groups[0]
    neither = verdicts.of(family(tekun=False, orphan=False, disabled=False)).eligibility.groups[0]
    assert (both.rule, both.force) == ("first-limb", "may")
    assert (second.rule, second.force) == ("second-limb", "must")
    assert (neither.status, neither.rule) == ("not_matched", "first-limb")


def test_the_rules_of_a_group_are_told_one_by_one_under_the_reading_chosen() -> None:
    policy = small_policy(TWO_LIMBS.format(options=OPTIONS))
    case = family(tekun=True, orphan=False)
    assert Verdicts(policy, AS_OF).rules_of(case, policy.groups[0]) == {"first-limb": True, "second-limb": None}
    other = Verdicts(policy, AS_OF, {"way": "other"})
    assert other.rules_of(case, policy.groups[0]) == {"first-limb": False, "second-limb": None}


def test_a_part_without_a_record_is_none() -> None:
    verdict = Verdicts(POLICIES["jinhua"], AS_OF).of(read_case({"case": "E-1"}, BASE))
    assert (verdict.services, verdict.referral, verdict.incentives) == (None, None, None)
    assert verdict.eligibility.status == "undetermined"


def test_equal_questions_give_equal_verdicts_and_a_swapped_force_does_not() -> None:
    text = TWO_LIMBS.format(options=OPTIONS)
    case = family(tekun=True)
    same = [Verdicts(small_policy(text), AS_OF).of(case) for _ in range(2)]
    assert same[0] == same[1]
    assert hash(same[0]) == hash(same[1])
    assert Verdicts(small_policy(text.replace("force: may", "force: must")), AS_OF).of(case) != same[0]


def test_too_many_patterns_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.engine.verdicts.KEPT", 3)
    policy = POLICIES["hubei"]
    verdicts = Verdicts(policy, AS_OF)
    for day, case in invented(3, 30):
        assert verdicts.of(case) == in_full(ENGINE, policy, case, AS_OF), day
    assert len(verdicts._eligibility) <= 3
    assert len(verdicts._referral) <= 3


def test_a_consent_after_the_day_is_not_given_yet() -> None:
    case = read_case(
        {
            "person": {"dibao_recipient": True},
            "aid": {"received": True, "still_in_difficulty": True},
            "referral": {
                "direction": "forward",
                "initiator": "civil_affairs",
                "consent_date": "2025-05-02",
            },
        },
        BASE,
    )
    for day, status in ((AS_OF, "refused"), (AS_OF + 1, "allowed")):
        found = Verdicts(POLICIES["jinhua"], day).of(case).referral
        assert found is not None
        assert found.outcome.status == status
