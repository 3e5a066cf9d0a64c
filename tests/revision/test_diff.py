"""What a diff says of a revision, field by field; that it misses nothing, and says nothing of equal policies."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.policy.base import SILENT, TEXT, changed, read
from tests.revision.mutating import mutant, values_of

from xianjie.plugins import discover
from xianjie.policy import model
from xianjie.policy.prepared import Policy
from xianjie.policy.shape import fingerprint
from xianjie.revision import diff_fields
from xianjie.revision.diff import OTHER_REGION, diff, diff_json, merged, totals_words
from xianjie.revision.diff_change import KINDS, SECTIONS, Change, Diff, Kind, Section
from xianjie.revision.diff_rules import STRENGTH
from xianjie.vocabulary import BASE

CASES: list[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).with_name("one_change.yaml"))
INSTALLED = discover().load()
SMALL = values_of(TEXT)
WHEN = "when: hardship and not person.other_hardship"
SIMPLE = """\
      - part: simplification
        id: {}
        force: may
        when: person.tekun
        zh: 一
        en: one
"""
GENERAL = """\
      - part: provision
        id: {}
        dimension: duties
        force: principle
        zh: 一
        en: one
"""
OPPOSITE = {
    "added": "dropped",
    "dropped": "added",
    "stronger": "weaker",
    "weaker": "stronger",
    "ruled": "silenced",
    "silenced": "ruled",
}


def texts(case: dict[str, Any]) -> tuple[str, str]:
    """Give the old and the new text of one revision."""
    old, new = (changed(*(tuple(pair) for pair in case.get(key, ()))) for key in ("before", "after"))
    return old, new


@lru_cache(maxsize=400)
def policy_of(text: str) -> Policy:
    """Read a policy, each text once."""
    return read(text)


def pair_of(case: dict[str, Any]) -> tuple[Policy, Policy]:
    """Give the old and the new policy of one revision."""
    old, new = texts(case)
    return policy_of(old), policy_of(new)


def revised(*replaced: tuple[str, str]) -> Diff:
    """Compare the small policy with what it becomes."""
    return diff(read(), read(changed(*replaced)))


def of(found: Diff, path: str) -> Change:
    """Find the one change at a path."""
    (change,) = [change for change in found.changes if change.path == path]
    return change


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_revision_is_told_wholly_and_in_order(case: dict[str, Any]) -> None:
    old, new = pair_of(case)
    found = diff(old, new)
    assert [f"{one.path} {one.kind} {one.weight} {one.words.zh}" for one in found.changes] == case["told"]
    assert not found.equal
    for change in found.changes:
        assert change.words.en
        assert change.words.en != change.words.zh
        assert change.subject.zh
        assert change.old != change.new or change.kind in ("through", "moved")
    assert json.loads(json.dumps(diff_json(found), allow_nan=False))["changes"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_other_way_round_the_same_places_are_named(case: dict[str, Any]) -> None:
    old, new = pair_of(case)
    there, back = diff(old, new), diff(new, old)
    assert seen(there, forward=True) == seen(back, forward=False)


def seen(found: Diff, forward: bool) -> list[tuple[str, str, str, str | None, str | None]]:
    """Give places, kinds and clauses, turned round where the diff was taken backwards; a new id goes by both."""
    names = {
        (one.section, one.item): "+".join(sorted((one.old, one.new))) for one in found.changes if one.kind == "renamed"
    }
    out = []
    for change in found.changes:
        kind = change.kind if forward else OPPOSITE.get(change.kind, change.kind)
        clauses = (change.old_clause, change.new_clause)
        name = names.get((change.section, change.item), change.item)
        path = f"{change.section}/{name}/{change.field}"
        out.append((path, kind, change.weight, *(clauses if forward else clauses[::-1])))
    return sorted(out, key=str)


def test_the_names_of_revisions_stand_once() -> None:
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)
    assert len(names) > 150


# -- nothing is missed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", INSTALLED, ids=lambda policy: policy.id)
def test_a_policy_equals_itself(policy: Policy) -> None:
    found = diff(policy, policy)
    assert found.equal
    assert found.changes == ()
    assert totals_words(found).zh == "两份政策相同，没有差异。"
    assert diff_json(found)["equal"] is True


def test_white_space_comments_and_the_order_of_keys_do_not_count() -> None:
    text = changed(
        ("# 虚构的示例文件，只用于测试。\n", "\n"),
        ("income_line:\n    zh: 收入线\n    en: income line\n", "income_line:\n    en: income line\n    zh: 收入线\n"),
    )
    assert diff(read(), read(text)).equal


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=10**9), st.sampled_from([1, 1, 2, 4]))
def test_no_change_of_the_file_is_passed_over(seed: int, turns: int) -> None:
    new = mutant(SMALL, seed, BASE, turns)
    if new is not None:
        holds(policy_of(TEXT), new)


def test_most_of_what_is_tried_makes_a_policy() -> None:
    assert sum(mutant(SMALL, seed, BASE, tries=20) is not None for seed in range(20)) > 15


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(INSTALLED))
def test_no_change_of_an_installed_policy_is_passed_over(seed: int, policy: Policy) -> None:
    new = mutant(values_of(Path(policy.source).read_text(encoding="utf-8")), seed, policy.vocabulary, tries=8)
    if new is not None:
        holds(policy, new)


def holds(old: Policy, new: Policy) -> None:
    """Demand that a diff is empty exactly where the files are equal, and the same from both ends."""
    found = diff(old, new)
    assert found.equal == (fingerprint(old.file) == fingerprint(new.file))
    assert diff(new, new).equal
    assert seen(found, forward=True) == seen(diff(new, old), forward=False)
    assert len({(change.path, change.kind) for change in found.changes}) == len(found.changes)
    assert json.dumps(diff_json(found, "en"), allow_nan=False)
    told = found.totals()
    assert told["major"] + told["minor"] == told["changes"] == len(found.changes)


def test_every_field_of_a_policy_file_has_a_name_of_its_own() -> None:
    tables = {
        model.Document: diff_fields.DOCUMENT,
        model.ParameterModel: diff_fields.PARAMETER,
        model.AmbiguityModel: diff_fields.AMBIGUITY,
        model.ReadingSet: diff_fields.READING_SET,
        model.ReadingOption: diff_fields.OPTION,
        model.GroupModel: diff_fields.GROUP,
        model.Clause: diff_fields.CLAUSE,
        model.TargetItem: diff_fields.TARGET,
        model.TransitionModel: diff_fields.STEP,
        model.PolicyFile: diff_fields.HEADER,
        **dict.fromkeys(get_args(get_args(model.AnyRule)[0]), diff_fields.RULE),
    }
    otherwise = {
        "values", "options", "recommended", "id", "path", "rules", "item", "leaves", "to", "when", "document",
        "parameters", "ambiguities", "readings", "definitions", "groups", "clauses", "silent", "force", "group",
        "beneficiary", "trigger", "scope", "requires", "gates", "procedure", "documents", "items", "anchor",
    }  # fmt: skip
    for kind, table in tables.items():
        names = {(field.alias or name) for name, field in kind.model_fields.items()}
        assert names - set(table) <= otherwise, kind.__name__


def test_every_kind_and_section_has_a_sign_and_a_word() -> None:
    assert set(KINDS) == set(get_args(Kind))
    assert set(SECTIONS) == set(get_args(Section))
    words = [word.zh for _, word in KINDS.values()]
    assert len(set(words)) == len(words)
    assert {KINDS[kind][0] for kind in ("added", "dropped", "stronger", "weaker")} == {"+", "−", "▲", "▼"}


# -- force ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weaker", range(len(STRENGTH) - 1))
def test_forces_that_oblige_have_an_order(weaker: int) -> None:
    old, new = STRENGTH[weaker], STRENGTH[weaker + 1]
    before = read(changed(("education\n        force: may", f"education\n        force: {old}")))
    after = read(changed(("education\n        force: may", f"education\n        force: {new}")))
    assert [change.kind for change in diff(before, after).changes] == ["stronger"]
    assert [change.kind for change in diff(after, before).changes] == ["weaker"]


@pytest.mark.parametrize("other", ["definition", "principle", "target"])
def test_a_force_of_another_kind_is_neither_stronger_nor_weaker(other: str) -> None:
    found = revised(("education\n        force: may", f"education\n        force: {other}"))
    assert [change.kind for change in found.changes] == ["force"]
    assert "不比强弱" in found.changes[0].zh


def test_the_force_comes_first_of_what_changed_in_a_rule() -> None:
    found = revised(
        ("        beneficiary: person.student\n", "        beneficiary: person.orphan\n        actor: 虚构\n"),
        ("education\n        force: may", "education\n        force: must"),
        ("        when: person.good_conduct_and_study\n        zh: 一", "        zh: 二"),
    )
    fields = [change.field for change in found.changes]
    assert fields == ["force", "actor", "beneficiary", "when", "zh"]


# -- identity ------------------------------------------------------------------------------------------------------


def test_a_rule_is_renamed_only_where_nothing_but_id_and_summary_differs() -> None:
    found = revised(
        (
            "id: simpler\n        force: may\n        when: person.tekun\n        zh: 一",
            "id: simplified\n        force: may\n        when: person.tekun\n        zh: 二",
        )
    )
    assert [(change.path, change.kind) for change in found.changes] == [
        ("rules/simplified", "renamed"),
        ("rules/simplified/zh", "changed"),
    ]
    other = revised(("id: simpler\n        force: may", "id: simplified\n        force: must"))
    assert {(change.path, change.kind) for change in other.changes} == {
        ("rules/simplified", "added"),
        ("rules/simpler", "dropped"),
    }


def test_of_two_rules_that_fit_none_is_guessed() -> None:
    whole = SIMPLE.format("simpler")
    twice = read(changed((whole, SIMPLE.format("simpler") + SIMPLE.format("simpler-2"))))
    other = read(changed((whole, SIMPLE.format("plain") + SIMPLE.format("plain-2"))))
    assert sorted((change.path, change.kind) for change in diff(twice, other).changes) == [
        ("rules/plain", "added"),
        ("rules/plain-2", "added"),
        ("rules/simpler", "dropped"),
        ("rules/simpler-2", "dropped"),
    ]


def test_a_renamed_rule_that_moved_says_both() -> None:
    ledger = "      - part: ledger\n"
    found = revised((GENERAL.format("general"), ""), (ledger, GENERAL.format("overall") + ledger))
    assert [(change.path, change.kind, change.old_clause, change.new_clause) for change in found.changes] == [
        ("rules/overall", "renamed", "三", "二"),
        ("rules/overall/clause", "moved", "三", "二"),
    ]


def test_both_clauses_stand_on_every_change_of_a_rule() -> None:
    found = revised(
        (GENERAL.format("general"), GENERAL.format("other") + GENERAL.format("general")),
        (
            "    treatment: rules\n    rules:\n      - part: ledger",
            "    treatment: rules\n    title: 台账\n    rules:\n      - part: ledger",
        ),
        ("interval: P6M", "interval: P1Y"),
    )
    clauses = {change.path: (change.old_clause, change.new_clause) for change in found.changes}
    assert clauses == {
        "clauses/二/title": ("二", "二"),
        "rules/supply-ledger/interval": ("二", "二"),
        "rules/other": (None, "三"),
    }


def test_topics_of_a_change_are_those_that_the_rule_answers() -> None:
    found = revised(("interval: P6M", "interval: P1Y"), ("{value: 80000.50}", "{value: 80000}"))
    assert of(found, "rules/supply-ledger/interval").topics == (
        "ledger.supply", "supply_interval", "ledger_keeper", "hand_over", "filing_platform",
    )  # fmt: skip
    assert of(found, "parameters/income_line/values/first").topics == (
        "coverage", "precedence", "forward", "consent", "initiator", "documents",
    )  # fmt: skip


def test_documents_of_two_regions_are_compared_with_a_word_of_warning() -> None:
    other = read(TEXT.replace("region: example", "region: elsewhere"))
    found = diff(read(), other)
    assert not found.same_region
    assert [change.path for change in found.changes] == ["header/region"]
    assert diff_json(found)["note"] == OTHER_REGION.zh
    assert "xianjie compare" in OTHER_REGION.zh
    assert diff_json(diff(read(), read()))["note"] is None
    a, b = INSTALLED[0], INSTALLED[-1]
    assert len(diff(a, b).changes) > 50


def test_what_was_dropped_stands_where_it_stood() -> None:
    assert merged(["a", "b", "c"], ["a", "c"]) == ["a", "b", "c"]
    assert merged(["x", "a", "y", "z", "b"], ["a", "n", "b"]) == ["x", "a", "y", "z", "n", "b"]
    assert merged([], ["a"]) == ["a"]
    assert merged(["a"], []) == ["a"]
    found = revised(
        (SIMPLE.format("simpler"), ""),
        ("silent:\n  - topics: [", "silent:\n  - topics: [simplification, "),
        ("dimension: duties\n        force: principle", "dimension: duties\n        force: must"),
        ("id: owed\n", "id: owed\n        actor: 虚构\n"),
    )
    assert [change.item for change in found.changes] == ["simpler", "owed", "general", "simplification"]


# -- changed through something else --------------------------------------------------------------------------------


def test_a_rule_that_rests_on_what_changed_is_told_so_through_definitions() -> None:
    found = revised(("{value: 80000.50}", "{value: 80000}"))
    told = {change.item: change.causes for change in found.changes if change.kind == "through"}
    assert told == {"poor-people": ("parameters/income_line",), "forward-referral": ("parameters/income_line",)}
    details = of(found, "parameters/income_line/values/first").details
    assert [detail.zh for detail in details] == [
        "用到它的规则：poor-people（一，经由 hardship）、forward-referral（三，经由 hardship）"
    ]
    assert [detail.en for detail in details] == [
        "used by: poor-people (一, through hardship), forward-referral (三, through hardship)"
    ]


def test_a_rule_that_no_longer_rests_on_what_changed_is_not_changed_through_it() -> None:
    found = revised((WHEN, "when: not person.other_hardship"), ("{value: 80000.50}", "{value: 80000}"))
    assert {change.item for change in found.changes if change.kind == "through"} == {"forward-referral"}


def test_a_definition_that_is_only_written_differently_changes_nothing_through_it() -> None:
    found = revised(
        ("poor: household.annual_income < income_line", "poor: (income_line > household.annual_income)"),
    )
    assert [(change.path, change.kind) for change in found.changes] == [("definitions/poor/when", "rewritten")]


def test_a_set_of_readings_that_a_rule_counts_by_changes_it() -> None:
    found = revised(("    ambiguity: A-02\n    differ: recommended", "    ambiguity: A-02\n    differ: ambiguous"))
    assert {change.item for change in found.changes if change.kind == "through"} == {"supply-ledger"}
    least = revised(("  meeting:\n    differ: recommended", "  meeting:\n    differ: ambiguous"))
    assert {change.item for change in least.changes if change.kind == "through"} == {"meetings"}
    running = revised(("  running:\n    differ: recommended", "  running:\n    differ: ambiguous"))
    assert {change.item for change in running.changes if change.kind == "through"} == {"numbers"}


# -- silence -------------------------------------------------------------------------------------------------------


def test_every_topic_can_fall_silent_and_be_ruled_again() -> None:
    listed = ", ".join(SILENT)
    ruled = read(
        changed(
            (
                "dimension: duties\n        force: principle",
                f"dimension: duties\n        topics: [{listed}]\n        force: principle",
            ),
            (f"silent:\n  - topics: [{listed}]\n", "silent: []\n"),
        )
    )
    there, back = diff(read(), ruled), diff(ruled, read())
    assert [change.item for change in there.changes if change.kind == "ruled"] == list(SILENT)
    assert [change.item for change in back.changes if change.kind == "silenced"] == list(SILENT)
    one = of(there, f"silence/{SILENT[0]}")
    assert (one.old, one.new, one.old_clause, one.new_clause) == ("not_stipulated", ["general"], None, "三")
    assert one.topics == (SILENT[0],)
    assert there.totals()["silence"] == {"ruled": len(SILENT), "silenced": 0}


# -- totals and data -----------------------------------------------------------------------------------------------


def test_totals_count_rules_by_what_became_of_them() -> None:
    found = revised(
        ("{value: 80000.50}", "{value: 80000}"),
        (WHEN, "when: hardship"),
        ("education\n        force: may", "education\n        force: must"),
        ("id: simpler", "id: simplified"),
        ("title: 虚构的示例文件", "title: 另一文件"),
        ("id: rooms\n", "id: rooms\n        rows: [XX-I-01]\n"),
    )
    totals = found.totals()
    assert totals["rules"] == {
        "added": 0, "dropped": 0, "moved": 0, "renamed": 1, "changed": 2, "through": 1, "reworded": 1,
    }  # fmt: skip
    assert totals["force"] == {"stronger": 1, "weaker": 0, "force": 0}
    assert (totals["changes"], totals["major"], totals["minor"], totals["hidden"]) == (8, 5, 3, 0)
    assert totals_words(found).zh == (
        "共 8 处改动，其中实质 5、文字 3；规则 修改 2、间接修改 1、改编号 1、只改文字 1；力度增强 1；文件头 1；数值 1。"
    )
    assert totals_words(found).en == (
        "8 changes, 5 major, 3 minor; rules: changed 2, changed through 1, renamed 1, reworded 1; stronger 1; head 1; "
        "parameters 1."
    )
    major = found.major()
    assert [change.weight for change in major.changes] == ["major"] * 5
    assert (major.totals()["changes"], major.totals()["hidden"], major.equal) == (8, 3, False)
    assert "未列出 3" in totals_words(major).zh


def test_with_nothing_but_words_changed_the_major_part_is_empty_and_yet_not_equal() -> None:
    found = revised(("title: 虚构的示例文件", "title: 另一文件")).major()
    assert found.changes == ()
    assert not found.equal
    assert "没有差异" not in totals_words(found).zh


def test_a_change_as_data_holds_all_that_a_program_needs() -> None:
    found = revised(("education\n        force: may", "education\n        force: must"), (WHEN, "when: hardship"))
    data = diff_json(found, "en")
    condition, force = data["changes"]
    assert force == {
        "kind": "stronger",
        "weight": "major",
        "path": "rules/schooling/force",
        "section": "rules",
        "item": "schooling",
        "field": "force",
        "sentence": "rule schooling: force from “may” to “must”; stronger",
        "words": {"kind": "stronger", "weight": "major", "section": "rules", "old": "may", "new": "must"},
        "zh": "规则 schooling：力度由“可以”改为“应当”，增强",
        "en": "rule schooling: force from “may” to “must”; stronger",
        "old": "may",
        "new": "must",
        "old_clause": "一",
        "new_clause": "一",
        "topics": ["service.education"],
        "causes": [],
        "written": False,
        "details": [],
    }
    assert (condition["written"], condition["old"], condition["new"]) == (True, WHEN.removeprefix("when: "), "hardship")
    assert condition["words"]["old"] == "“hardship” and not (other person in hardship)"
    assert data["old"]["id"] == data["new"]["id"] == "example-2025"
    assert data["old"]["sha256"] != data["new"]["sha256"]


def test_a_parameter_is_said_by_its_value_on_the_day() -> None:
    new = read(changed((WHEN, "when: household.annual_income < income_line")))

    def words(as_of: int | None) -> str:
        return of(diff(read(), new, as_of), "rules/poor-people/when").new_words.zh

    assert "80000.5 元" in words(739_000)
    assert "100000 元" in words(None)
