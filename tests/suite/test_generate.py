"""Generated suites: what appears is worked out by hand, and that each atom decides is checked by evaluation alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter

from tests.engine.asking import day, small_policy
from tests.suite.setting import AS_OF, EVERYTHING, answer, everything, of, suite

from xianjie.cases.read import read_case
from xianjie.cases.steps import on_day
from xianjie.language import nodes
from xianjie.language.calendar import iso
from xianjie.language.evaluate import World, evaluate
from xianjie.language.write import expression
from xianjie.policy.prepared import Policy
from xianjie.regression.paths import find, parse_path, same
from xianjie.suite import variants
from xianjie.suite.atoms import Atom, atoms, opened, replaced
from xianjie.suite.generate import generate
from xianjie.suite.model import Entry, Suite
from xianjie.suite.parts import Part, parts_of


def one_rule(when: str) -> Policy:
    return small_policy(f"""
    groups:
      - {{id: one, gives: coverage, zh: 甲类, en: one}}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {{part: group, id: a, group: one, force: may, zh: 一, en: one, when: "{when}"}}
""")


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_three_cases_for_each_of_two_facts_that_must_both_hold() -> None:
    found = generate(one_rule("person.tekun and person.student"), AS_OF)
    people = [entry for entry in found.entries if not set(entry.tags) & {"silence", "duty", "validity"}]
    assert [(entry.name, entry.record) for entry in people] == [
        ("特困人员：是，甲类 符合", {"person": {"tekun": True, "student": True}}),
        ("特困人员：否，甲类 未列入", {"person": {"tekun": False, "student": True}}),
        ("特困人员：未记录，甲类 无法判定", {"person": {"student": True}}),
        ("在校学生：否，甲类 未列入", {"person": {"tekun": True, "student": False}}),
        ("在校学生：未记录，甲类 无法判定", {"person": {"tekun": True}}),
    ]
    assert people[0].expect == {
        "eligibility.status": "covered",
        "eligibility.groups[one].status": "covered",
        "eligibility.groups[one].why.rule": "a",
        "eligibility.groups[one].force": "may",
        "eligibility.groups[one].clause": "一",
        "eligibility.groups[one].missing": [],
        "eligibility.coverage": "covered",
        "eligibility.priority": "not_stipulated",
        "eligibility.missing": [],
    }
    assert people[2].expect["eligibility.groups[one].missing"] == ["person.tekun"]
    assert people[0].note == "一；a 的条件：只由 person.tekun 决定；同时用于另外 1 处"
    assert found.unmet == ()


def test_a_threshold_has_a_case_below_on_and_above() -> None:
    found = {
        entry.record["household"].get("annual_income"): entry.expect["eligibility.groups[low].readings[flat].status"]
        for entry in suite().entries
        if "poor when: household.annual_income < line" in entry.serves
    }
    assert found == {"120.49": "covered", "120.5": "not_matched", "120.51": "not_matched", None: "undetermined"}


def test_a_window_has_cases_on_both_of_its_ends() -> None:
    found = {
        entry.record["aid"]["exit_date"]: entry.expect["eligibility.groups[left].status"]
        for entry in suite().entries
        if any(one == "left when: within(aid.exit_date, months=back)" for one in entry.serves)
        and "exit_date" in entry.record.get("aid", {})
    }
    assert found == {
        "2025-01-31": "not_matched",
        "2025-02-01": "covered",
        "2025-02-02": "covered",
        "2025-07-31": "covered",
        "2025-08-01": "covered",
        "2025-08-02": "not_matched",
        "never": "not_matched",
    }


def test_two_dates_are_set_a_day_apart_around_each_other() -> None:
    gaps = {}
    for entry in suite().entries:
        if "forward gate:consent_before_letter: referral.consent_date <= referral.letter_date" in entry.serves:
            consent, letter = (entry.record["referral"][name] for name in ("consent_date", "letter_date"))
            if letter != "never":
                gaps[day(letter) - day(consent)] = entry.expect["referral.status"]
    assert gaps == {1: "allowed", 0: "allowed", -1: "refused"}


def test_a_product_is_met_exactly_on_its_boundary() -> None:
    incomes = {
        entry.record["household"]["size"] * 12050 - 3 * round(float(entry.record["household"]["annual_income"]) * 100)
        for entry in suite().entries
        if "poor when: heads * household.annual_income < line * household.size" in entry.serves
        and {"size", "annual_income"} <= entry.record.get("household", {}).keys()
    }
    assert {-3, 0, 3} <= incomes


def test_everybody_who_may_begin_a_referral_and_everybody_else() -> None:
    found = {
        entry.record["referral"].get("initiator"): entry.expect["referral.status"]
        for entry in suite().entries
        if entry.name.startswith("发起方")
    }
    assert found == {
        "township": "allowed",
        "charity": "not_stipulated",
        "charity_member": "not_stipulated",
        "committee": "not_stipulated",
        None: "undetermined",
    }
    assert of("同意：是，民政→慈善转介 可以转介").record["referral"]["initiator"] == "civil_affairs"


def test_readings_that_come_apart_and_that_agree() -> None:
    pairs = {
        (entry.expect[f"{here}.readings[flat].status"], entry.expect[f"{here}.readings[per-head].status"])
        for entry in suite().entries
        for here in ("eligibility.groups[low]",)
        if f"{here}.readings[flat].status" in entry.expect
    }
    definite = {pair for pair in pairs if "undetermined" not in pair}
    assert {flat == per_head for flat, per_head in definite} == {True, False}
    strict = {
        entry.expect["eligibility.groups[left].flagged"]
        for entry in suite().entries
        if "eligibility.groups[left].flagged" in entry.expect
    }
    assert strict == {True, False}


def test_what_the_document_is_silent_on_is_asked() -> None:
    silent = {
        path: value for entry in suite().entries for path, value in entry.expect.items() if value == "not_stipulated"
    }
    assert "services[medical].status" in silent
    assert "incentives[tax_preference].status" in silent
    assert "referral.status" in silent
    assert "referral.simplification.status" in silent
    assert "duties[0].status" in silent


def test_every_rule_is_shown_with_its_force_and_clause() -> None:
    policy = everything()
    said = [(path, value) for entry in suite().entries for path, value in entry.expect.items()]
    named = {value for path, value in said if path.endswith(".rule")}
    named |= {path.split("[")[1].split("]")[0] for path, _ in said if "accompanying" in path}
    assert {rule.id for _, rule in policy.rules()} <= named
    assert {rule.force for _, rule in policy.rules()} <= {value for path, value in said if path.endswith(".force")}
    assert {"一", "二", "三", "四"} <= {value for path, value in said if path.endswith(".clause")}


def test_the_same_policy_and_date_give_the_same_suite() -> None:
    again = generate(small_policy(EVERYTHING), AS_OF)
    assert again == suite()
    assert max(Counter(entry.name for entry in again.entries).values()) == 1
    assert all(len(entry.name) <= 100 for entry in again.entries)


def test_a_policy_of_hardly_anything_still_has_its_silence() -> None:
    policy = small_policy("""
    clauses:
      - path: 一
        treatment: background
        zh: 空
        en: none
""")
    found = generate(policy, AS_OF)
    assert {tag for entry in found.entries for tag in entry.tags} == {"silence", "validity"}
    assert found.unmet == ()


def test_a_document_with_dates_is_asked_around_them() -> None:
    policy = everything()
    document = policy.file.document.model_copy(
        update={
            "issued": dt.date.fromisoformat("2024-03-01"),
            "expires": dt.date.fromisoformat("2026-02-28"),
            "validity": "in_force",
        }
    )
    dated = dataclasses.replace(policy, file=policy.file.model_copy(update={"document": document}))
    found = {
        iso(entry.as_of): entry.expect["policy.validity"]
        for entry in generate(dated, AS_OF).entries
        if "validity" in entry.tags
    }
    assert found == {
        "2024-02-29": "not_in_force",
        "2024-03-01": "in_force",
        "2025-08-01": "in_force",
        "2026-02-28": "in_force",
        "2026-03-01": "lapsed",
    }


# -- what no case can show ---------------------------------------------------------------------------------------------


def test_a_part_that_another_always_decides_is_listed_as_proved() -> None:
    found = generate(one_rule("person.tekun or (person.tekun and person.student)"), AS_OF)
    told = {(one.what, one.why, one.proved) for one in found.unmet}
    assert told == {
        ("条件里的 person.tekun：成立时单独决定结论", "同一事实还决定条件的其他部分，两者不能分开变化", True),
        ("条件里的 person.student：成立、不成立、未知时单独决定结论", "条件的其他部分总已先决定结论", True),
    }


def test_an_atom_that_is_never_false_is_listed_so() -> None:
    found = generate(one_rule("household.size >= 1 and person.tekun"), AS_OF)
    assert ("条件里的 household.size >= 1：不成立时单独决定结论", "这一项总是成立") in {
        (one.what, one.why) for one in found.unmet
    }


def test_a_status_that_no_case_gets_is_listed() -> None:
    found = generate(
        small_policy("""
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: service, id: a, service: medical, force: may, zh: 一, en: one, beneficiary: person.tekun, when: "person.tekun or person.student"}
"""),  # noqa: E501
        AS_OF,
    )
    assert "医疗减负得到“条件未满足”" in {one.what for one in found.unmet}
    assert all(one.proved for one in found.unmet)


def test_a_rule_that_an_earlier_one_always_forestalls_is_listed() -> None:
    found = generate(
        small_policy("""
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: count, id: a, duty: consultation, at_least: 2, force: may, zh: 一, en: one}
          - {part: count, id: b, duty: consultation, at_least: 3, force: may, zh: 一, en: one}
          - {part: ledger, id: c, ledgers: [supply], cadence: 及时, force: may, zh: 一, en: one}
          - {part: ledger, id: d, ledgers: [supply], levels: [county], cadence: 定期, force: may, zh: 一, en: one}
"""),
        AS_OF,
    )
    assert {one.rule for one in found.unmet} == {"b", "d"}


# -- each atom decides, by evaluation alone ----------------------------------------------------------------------------


def test_each_atom_decides_while_true_while_false_and_while_open_or_is_told_not_to() -> None:
    """Hold an atom true and false in the policy itself: a case of the suite must then be answered otherwise.

    By the tree walk and the engine, with no word of the solver. What no case shows must stand among what is proved.
    """
    found, policy = suite(), everything()
    told = {(one.rule, one.what.partition("里的 ")[2].partition("：")[0]) for one in found.unmet}
    for part in parts_of(policy):
        whole = opened(part.condition(policy), policy.definitions)
        for atom in atoms(whole):
            if isinstance(atom.node, nodes.Truth):
                continue
            shown = shows(policy, found, part, whole, atom)
            wanted = {True, False} if isinstance(atom.node, nodes.Known) else {True, False, None}
            lacking = wanted - shown
            assert not lacking or (part.rule.id, expression(atom.node)) in told, (part, atom, lacking)


def shows(policy: Policy, found: Suite, part: Part, whole: nodes.Condition, atom: Atom) -> set[bool | None]:
    """Tell what an atom came to in the cases in which the answer hangs on it."""
    held = [
        variants.with_conditions(policy, {(part.block, part.place): replaced(whole, atom.path, nodes.Truth(value))})
        for value in (True, False)
    ]
    out: set[bool | None] = set()
    for entry in found.entries:
        if not any(one.startswith(f"{part.rule.id} ") for one in entry.serves):
            continue
        value = evaluate(atom.node, world(policy, entry))
        if value in out:
            continue
        if apart(held[0], held[1], entry):
            out.add(value)
    return out


def world(policy: Policy, entry: Entry) -> World:
    case = on_day(read_case({**entry.record, "as_of": iso(entry.as_of)}, policy.vocabulary), entry.as_of)
    facts = {**case.facts, **(case.ledgers[0].facts if case.ledgers else {})}
    parameters = policy.parameters_at(entry.as_of)
    return World(facts, entry.as_of, parameters, policy.definitions, policy.vocabulary.events)


def apart(one: Policy, other: Policy, entry: Entry) -> bool:
    """Tell whether a path that the case looks at comes out otherwise."""
    answers = [answer(policy, entry.record, entry.as_of) for policy in (one, other)]
    for path in entry.expect:
        steps = parse_path(path)
        assert steps is not None
        if not same(*(find(found, steps) for found in answers)):
            return True
    return False
