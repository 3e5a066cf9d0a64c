"""An overlay changes what it names and nothing else; what it cannot change is told where the overlay says it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.base import TEXT, changed, read, spot

from xianjie.errors import InputError, PolicyError, Problem
from xianjie.plugins import discover
from xianjie.policy.completeness import topics_of
from xianjie.policy.model import GroupRule, LedgerRule, PolicyFile
from xianjie.policy.overlay import overlaid, overlay_of, parse_overlay, read_overlay, with_parameters
from xianjie.policy.prepare import prepare
from xianjie.policy.prepared import Policy
from xianjie.policy.shape import fingerprint
from xianjie.vocabulary import BASE
from xianjie.vocabulary.terms import CHANGES
from xianjie.vocabulary.topics import TOPICS

HEAD = "overlay: 1\nid: trial\nbase: example-2025\nzh: 试\nen: trial\n"
POLICY = read()
REAL = discover().load()


def applied(body: str, policy: Policy = POLICY) -> Policy:
    """Put an overlay on a policy."""
    return overlaid(policy, parse_overlay(HEAD + body, "trial.yaml"))


def faults(body: str, policy: Policy = POLICY) -> list[Problem]:
    """Give the faults of an overlay that is wrong."""
    text = HEAD + body
    with pytest.raises(PolicyError) as caught:
        overlaid(policy, parse_overlay(text, "trial.yaml"))
    return list(caught.value.problems)


def rule_of(policy: Policy, name: str) -> object:
    return next(rule for _, rule in policy.rules() if rule.id == name)


def changes(policy: Policy) -> list[tuple[str, str]]:
    return list(policy.overlays[-1].changes)


# -- what is changed ---------------------------------------------------------------------------------------------------


def test_a_parameter_takes_another_value_whatever_the_day() -> None:
    made = applied("set: {income_line: 120000, window: 2}\n")
    for day in ("2025-01-01", "2025-06-01"):
        ordinal = dt.date.fromisoformat(day).toordinal()
        assert made.parameters_at(ordinal) == {"income_line": Fraction(12_000_000), "window": Fraction(2)}
    assert changes(made) == [("parameter", "income_line"), ("parameter", "window")]


def test_a_parameter_takes_values_from_days_on() -> None:
    made = applied("set: {window: [{value: 1}, {value: 4, since: 2026-01-01}]}\n")
    days = [dt.date(2025, 12, 31).toordinal(), dt.date(2026, 1, 1).toordinal()]
    assert [made.parameters_at(day)["window"] for day in days] == [1, 4]


def test_what_is_not_named_stays_as_it_was_and_so_does_the_base() -> None:
    before = POLICY.file.model_dump(by_alias=True)
    made = applied("set: {window: 2}\ndrop: [schooling]\n")
    assert POLICY.file.model_dump(by_alias=True) == before
    assert POLICY.overlays == ()
    kept = [rule for _, rule in POLICY.rules() if rule.id != "schooling"]
    assert [rule for _, rule in made.rules()] == kept
    assert made.file.document == POLICY.file.document
    assert (made.id, made.region, made.file.version) == (POLICY.id, POLICY.region, POLICY.file.version)
    assert made.definitions == POLICY.definitions


def test_a_definition_is_changed_or_added_in_every_condition_that_uses_it() -> None:
    made = applied("definitions: {poor: person.tekun, new_one: 'not poor'}\n")
    assert changes(made) == [("definition", "poor"), ("definition_added", "new_one")]
    plain = read(changed(("poor: household.annual_income < income_line", "poor: person.tekun\n  new_one: not poor")))
    assert dict(made.definitions) == dict(plain.definitions)
    by_reading = (
        "definitions:\n  recent:\n    by: cycle\n    readings: {rolling: person.tekun, calendar: person.orphan}\n"
    )
    group = next(line for line in applied(by_reading).groups if line.group.id == "poor")
    assert [reading.id for reading in group.readings.all] == [
        "wide+rolling",
        "wide+calendar",
        "narrow+rolling",
        "narrow+calendar",
    ]


def test_fields_of_a_rule_are_changed_and_null_takes_one_away() -> None:
    made = applied(
        "rules:\n  supply-ledger: {force: may, actor: null, requires: {platform: ledger.filed_on_platform}}\n"
    )
    rule = rule_of(made, "supply-ledger")
    assert isinstance(rule, LedgerRule)
    assert (rule.force, rule.actor, list(rule.requires)) == ("may", None, ["platform"])
    assert rule.interval == "P6M"
    assert changes(made)[0] == ("rule", "supply-ledger")
    assert set(changes(made)[1:]) == {("topic_silent", "hand_over"), ("topic_silent", "ledger_keeper")}


def test_a_field_that_is_null_and_was_not_there_changes_nothing() -> None:
    made = applied("rules: {supply-ledger: {cadence: null}}\n")
    assert made.sha256 == POLICY.sha256
    assert changes(made) == []


NUMBER = "{zh: 甲, en: a, type: number, values: [{value: 1}]}"
RULE = "{part: provision, id: new-one, dimension: duties, force: may, zh: 新, en: new}"


@pytest.mark.parametrize(
    ("where", "clause", "place"),
    [("clause: 一", "一", 5), ("clause: 一, after: poor-people", "一", 1), ("clause: 一, after: schooling", "一", 5)],
)
def test_a_rule_is_added_at_the_end_of_a_clause_or_after_another(where: str, clause: str, place: int) -> None:
    made = applied(f"add: [{{{where}, rule: {RULE}}}]\n")
    found = next(one for one in made.file.clauses if one.path == clause)
    assert found.rules[place].id == "new-one"
    assert changes(made) == [("rule_added", "new-one")]


def test_a_clause_without_rules_becomes_one_with_rules() -> None:
    made = applied(f"add: [{{clause: 四, rule: {RULE}}}]\n")
    clause = made.file.clauses[-1]
    assert (clause.path, clause.treatment, clause.zh) == ("四", "rules", "监督。")


@pytest.mark.parametrize(("after", "place"), [("", 5), (", after: poor-people", 2), (", after: general", 4)])
def test_a_whole_clause_is_added_at_the_end_or_after_the_clause_of_a_rule(after: str, place: int) -> None:
    made = applied(f"add: [{{clause: {{path: 五, title: 新}}{after}, rule: {RULE}}}]\n")
    assert [one.path for one in made.file.clauses].index("五") == place
    assert changes(made) == [("clause_added", "五"), ("rule_added", "new-one")]


def test_a_clause_that_was_added_takes_more_rules_and_may_bring_its_own() -> None:
    other = RULE.replace("new-one", "own-one")
    made = applied(
        f"add:\n  - {{clause: {{path: 五, rules: [{other}]}}, rule: {RULE}}}\n"
        f"  - {{clause: 五, after: own-one, rule: {RULE.replace('new-one', 'third-one')}}}\n"
        "  - {clause: {path: 六, treatment: background, zh: 背景。}}\n"
    )
    assert [rule.id for rule in made.file.clauses[-2].rules] == ["own-one", "third-one", "new-one"]
    assert made.file.clauses[-1].treatment == "background"


def test_a_dropped_rule_may_come_back_as_another() -> None:
    group = "{part: group, id: poor-leavers, group: poor, force: may, when: person.tekun, zh: 新, en: new}"
    made = applied(f"drop: [poor-leavers]\nadd: [{{clause: 一, rule: {group}}}]\n")
    assert changes(made) == [("rule_dropped", "poor-leavers"), ("rule_added", "poor-leavers")]
    rule = rule_of(made, "poor-leavers")
    assert isinstance(rule, GroupRule)
    assert rule.when == "person.tekun"


def test_parameters_readings_ambiguities_and_groups_are_added_for_new_rules() -> None:
    made = applied(
        "parameters:\n  age: {zh: 岁, en: age, type: number, unit: years, values: [{value: 2}]}\n"
        "ambiguities: [{id: A-09, zh: 丙, en: third, becomes: ambiguous}]\n"
        "readings:\n  other:\n    ambiguity: A-09\n    differ: ambiguous\n"
        "    options: [{id: a, recommended: true, zh: 甲, en: a}, {id: b, zh: 乙, en: b}]\n"
        "groups: [{id: late, gives: priority, zh: 新, en: new}]\n"
        "add:\n  - clause: 一\n    rule:\n      part: group\n      id: late-people\n      group: late\n"
        "      force: may\n      notes: [A-09]\n      zh: 新\n      en: new\n"
        "      when: {by: other, readings: {a: person.tekun, b: 'within(aid.exit_date, years=age)'}}\n"
    )
    assert [kind for kind, _ in changes(made)] == [
        "parameter_added",
        "reading_added",
        "ambiguity_added",
        "group_added",
        "rule_added",
    ]
    assert [line.group.id for line in made.groups] == ["poor", "first", "late"]
    assert [reading.id for reading in made.groups[-1].readings.all] == ["a", "b"]


# -- what follows by itself --------------------------------------------------------------------------------------------


def test_a_topic_that_an_added_rule_answers_is_silent_no_more() -> None:
    rule = (
        "{part: service, id: rooms-for-all, service: housing, force: may, beneficiary: person.tekun, zh: 新, en: new}"
    )
    assert "service.housing" in POLICY.silent
    made = applied(f"add: [{{clause: 一, rule: {rule}}}]\n")
    assert POLICY.silent - made.silent == {"service.housing"}
    assert ("topic_ruled", "service.housing") in changes(made)


def test_a_topic_that_loses_its_last_rule_is_silent() -> None:
    made = applied("drop: [schooling, rooms]\n")
    assert made.silent - POLICY.silent == {"service.education", "instrument.premises"}
    assert [name for kind, name in changes(made) if kind == "topic_silent"] == [
        "service.education",
        "instrument.premises",
    ]


def test_a_topic_that_a_rule_is_named_for_moves_with_it() -> None:
    assert "precedence" not in POLICY.silent
    assert "precedence" in applied("rules: {poor-people: {topics: null}}\n").silent


def test_a_group_that_keeps_a_rule_stays_and_one_that_loses_its_last_goes() -> None:
    assert [line.group.id for line in applied("drop: [poor-people]\n").groups] == ["poor", "first"]
    made = applied("drop: [poor-people, poor-leavers]\n")
    assert [line.group.id for line in made.groups] == ["first"]
    assert ("group_dropped", "poor") in changes(made)
    assert ("topic_silent", "coverage") in changes(made)
    moved = applied("rules: {first-people: {group: poor}}\n")
    assert [line.group.id for line in moved.groups] == ["poor"]


def test_a_clause_that_loses_its_last_rule_goes() -> None:
    names = "forward-referral, simpler, owed, rooms, general"
    made = applied(f"drop: [{names}]\n")
    assert [clause.path for clause in made.file.clauses] == ["引言", "一", "二", "四"]
    assert ("clause_dropped", "三") in changes(made)
    kept = applied(f"drop: [{names}]\nadd: [{{clause: 三, rule: {RULE}}}]\n")
    assert [clause.path for clause in kept.file.clauses] == ["引言", "一", "二", "三", "四"]


def test_a_topic_is_declared_silent_together_with_its_rule() -> None:
    made = applied("drop: [schooling]\nsilent: [service.education]\n")
    assert ("topic_silent", "service.education") in changes(made)
    assert made.file.silent[-1].topics == ["service.education"]


RULES = [rule.id for _, rule in POLICY.rules()]


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(RULES), max_size=len(RULES) - 1))
def test_whatever_is_dropped_every_topic_is_ruled_or_silent_and_the_result_stands_by_itself(dropped: set[str]) -> None:
    made = applied(f"drop: [{', '.join(sorted(dropped))}]\n")
    ruled = {topic for _, rule in made.rules() for topic in topics_of(rule, made.file)}
    assert ruled | made.silent == {topic.id for topic in TOPICS}
    assert not ruled & made.silent
    assert [rule.id for _, rule in made.rules()] == [name for name in RULES if name not in dropped]
    # written down as a policy file of its own it is a good policy, and the same
    again = PolicyFile.model_validate(made.file.model_dump(mode="python", by_alias=True, exclude_unset=True))
    alone = prepare(again, made.origin, BASE, fingerprint(again))  # type: ignore[arg-type]
    assert (alone.sha256, dict(alone.blocks)) == (made.sha256, dict(made.blocks))


@pytest.mark.parametrize("policy", REAL, ids=lambda policy: policy.id)
def test_to_set_everything_to_what_it_is_changes_nothing(policy: Policy) -> None:
    file = policy.file.model_dump(mode="python", by_alias=True, exclude_unset=True)
    same = {
        "overlay": 1,
        "id": "same",
        "base": policy.id,
        "base_sha256": policy.sha256,
        "zh": "不变",
        "en": "the same",
        "set": {name: model["values"] for name, model in file.get("parameters", {}).items()},
        "definitions": file.get("definitions", {}),
        "rules": {
            rule["id"]: {key: value for key, value in rule.items() if key != "id"}
            for clause in file["clauses"]
            for rule in clause.get("rules", ())
        },
    }
    made = overlaid(policy, overlay_of(same))
    assert (made.sha256, made.silent, dict(made.blocks)) == (policy.sha256, policy.silent, dict(policy.blocks))
    assert changes(made) == []


@pytest.mark.parametrize("policy", REAL, ids=lambda policy: policy.id)
def test_every_rule_of_every_document_can_be_dropped_alone(policy: Policy) -> None:
    for _, rule in policy.rules():
        made = overlaid(
            policy,
            overlay_of(
                {"overlay": 1, "id": "one-less", "base": policy.id, "zh": "删", "en": "drop", "drop": [rule.id]}
            ),
        )
        assert ("rule_dropped", rule.id) in changes(made)
        assert {kind for kind, _ in changes(made)} <= set(CHANGES)


# -- what the result says of itself ------------------------------------------------------------------------------------


def test_the_result_says_what_was_put_on_what() -> None:
    overlay = parse_overlay(HEAD + "set: {window: 2}\n", "trial.yaml")
    made = overlaid(POLICY, overlay)
    (one,) = made.overlays
    assert (one.id, one.zh, one.en, one.supposed, one.document) == ("trial", "试", "trial", True, None)
    assert (one.base, one.base_sha256, one.sha256) == (POLICY.id, POLICY.sha256, overlay.sha256)
    assert made.sha256 not in (POLICY.sha256, overlay.sha256)
    assert made.supposed == made.overlays
    assert one.changed("parameter") == {"window"}


def test_an_overlay_is_the_same_however_it_is_written() -> None:
    one = parse_overlay(HEAD + "set: {window: 2, income_line: 3.5}\ndrop: []\n", "a.yaml")
    two = parse_overlay("# a remark\n" + HEAD + "set:\n  income_line: 3.5\n  window: 2\n", "b.yaml")
    assert one.sha256 == two.sha256 != parse_overlay(HEAD, "a.yaml").sha256
    assert overlaid(POLICY, one).sha256 == overlaid(POLICY, two).sha256
    mapping = {"overlay": 1, "id": "trial", "base": "example-2025", "zh": "试", "en": "trial"}
    assert overlay_of({**mapping, "set": {"window": 2, "income_line": 3.5}}).file.set == two.file.set


def test_overlays_are_put_on_each_other() -> None:
    first = applied(f"add: [{{clause: 一, rule: {RULE}}}]\n")
    second = applied("rules: {new-one: {force: must}}\nset: {window: 5}\n", first)
    assert [one.id for one in second.overlays] == ["trial", "trial"]
    assert second.overlays[1].base_sha256 == first.sha256
    rule = rule_of(second, "new-one")
    assert getattr(rule, "force", None) == "must"
    wrong = faults("rules: {new-one: {force: musty}}\n", first)
    assert [(one.code, one.place.file, one.place.line) for one in wrong] == [("word-unknown", "trial.yaml", 6)]


def test_a_fault_that_a_later_overlay_makes_in_an_earlier_one_is_told_in_the_earlier_one() -> None:
    service = "part: service, id: new-one, service: housing, force: may, zh: 新, en: new, beneficiary: brief"
    text = HEAD.replace("id: trial", "id: earlier") + (
        "definitions: {brief: person.tekun}\n"
        "rules: {forward-referral: {gates: [{step: consent, when: brief}]}}\n"
        f"add: [{{clause: 一, rule: {{{service}}}}}]\n"
    )
    first = overlaid(POLICY, parse_overlay(text, "earlier.yaml"))
    later = "definitions: {brief: {by: wide-or-narrow, readings: {narrow: person.tekun, wide: person.orphan}}}\n"
    (problem,) = faults(later, first)
    assert (problem.code, problem.place.file) == ("reading-not-here", "earlier.yaml")
    assert (problem.place.line, problem.place.column) == spot(text, "when: brief")


def test_a_base_given_as_text_works_and_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(HEAD + "set: {window: 2}\n", encoding="utf-8")
    assert overlaid(read(TEXT), read_overlay(path)).parameters_at(1)["window"] == 2
    with pytest.raises(PolicyError) as caught:
        read_overlay(tmp_path / "none.yaml")
    assert caught.value.problems[0].code == "file-missing"


# -- amendments --------------------------------------------------------------------------------------------------------

DOCUMENT = """\
document:
  title: 虚构的修改
  number: 例发〔2026〕1号
  issuers: [虚构的机关]
  issued: 2026-01-10
  effective: 2026-01-15
  standing: press_report
  validity: unverified
  remarks: [来自报纸]
"""


def test_an_amendment_gives_a_version_with_its_own_id_dates_and_standing() -> None:
    made = applied(DOCUMENT + "set: {window: 2}\n")
    document = made.file.document
    assert (made.id, made.region, made.file.version, made.root) == ("trial", "example", "2026-01-15", "example-2025")
    assert (document.title, document.number, document.gbt2260) == ("虚构的示例文件", None, "990000")
    assert (document.adopted, document.issued, document.effective) == (None, dt.date(2026, 1, 10), dt.date(2026, 1, 15))
    assert (document.standing, document.validity, document.amends) == ("press_report", "unverified", "example-2025")
    assert document.expires == dt.date(2026, 1, 31)
    assert document.remarks == ["来自报纸"]
    amending = made.overlays[0].document
    assert amending is not None
    assert amending.number == "例发〔2026〕1号"


def test_an_amendment_may_set_another_end() -> None:
    made = applied(DOCUMENT.replace("  standing", "  expires: 2030-12-31\n  standing"))
    assert made.last_day == dt.date(2030, 12, 31)


def test_an_amendment_without_dates_is_called_after_its_id() -> None:
    text = DOCUMENT.replace("  issued: 2026-01-10\n  effective: 2026-01-15\n", "").replace("press_report", "draft")
    made = applied(text)
    assert (made.start, made.file.version, made.is_draft) == (None, "trial", True)


def test_only_an_overlay_says_that_it_amends() -> None:
    with pytest.raises(PolicyError) as caught:
        read(changed(("  standing: issued", "  amends: example-2024\n  standing: issued")))
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.line) == ("amends-misplaced", spot(TEXT, "  standing: issued")[0])


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "piece", "near"),
    [
        # names that are not there, each with the nearest
        ("set: {incme_line: 1}", "parameter-unknown", "incme_line", "income_line"),
        ("rules: {suply-ledger: {force: may}}", "rule-unknown", "suply-ledger", "supply-ledger"),
        ("rules: {supply-ledger: {intervl: null}}", "field-unknown", "intervl", "interval"),
        ("rules: {supply-ledger: {intervl: P1Y}}", "field-unknown", "intervl", "interval"),
        ("drop: [suply-ledger]", "rule-unknown", "suply", "supply-ledger"),
        (f"add: [{{clause: 九, rule: {RULE}}}]", "clause-unknown", "clause", None),
        (f"add: [{{clause: 一, after: poor-peple, rule: {RULE}}}]", "rule-unknown", "after", "poor-people"),
        ("rules: {poor-people: {group: por}}", "group-unknown", "group: por", "poor"),
        ("definitions: {poor: person.tekn}", "unknown-name", "person.tekn", "person.tekun"),
        ("silent: [prority]", "topic-unknown", "prority", "priority"),
        ("sett: {}", "field-unknown", "sett", "set"),
        # shapes and types, at the value
        ("set: {income_line: '1'}", "type-number", "income_line", None),
        ("set: {income_line: []}", "list-too-short", "income_line", None),
        ("set: {income_line: 0.001}", "money-fen", "income_line", None),
        ("set: {window: 1.5}", "window-length", "window", None),
        ("set: {window: [{value: 1, since: 2025-01-01}]}", "parameter-dates", "window", None),
        ("rules: {supply-ledger: {force: mst}}", "word-unknown", "force", None),
        ("rules: {supply-ledger: {interval: 6}}", "type-text", "interval", None),
        ("rules: {supply-ledger: {zh: null}}", "field-missing", "zh: null", None),
        ("rules: {poor-people: []}", "type-mapping", "poor-people", None),
        ("rules: {poor-people: {id: other}}", "overlay-rule-id", "id: other", None),
        ("rules: {supply-ledger: {cadence: 定期}}", "ledger-cadence", "cadence", None),
        ("rules: {numbers: {items: [{item: 1, zh: 甲, en: a, unit: a, values: {1: x}}]}}", "type-number", "1: x", None),
        # conditions, at the very word
        ("rules: {first-people: {when: person.tekun and household.size}}", "type-mismatch", "household.size", None),
        ("rules: {forward-referral: {gates: [{step: consent, when: hardship}]}}", "reading-not-here", "when", None),
        ("rules: {supply-ledger: {requires: {platform: aid.x}}}", "unknown-name", "aid.x", None),
        ("definitions: {poor: poor or person.tekun}", "definition-cycle", "poor: poor", None),
        ("definitions: {as_of: person.tekun}", "name-doubled", "as_of", None),
        # what clashes
        ("drop: [meetings, meetings]", "overlay-doubled", "meetings]", None),
        ("drop: [meetings]\nrules: {meetings: {force: may}}", "overlay-contradicted", "meetings]", None),
        (f"add: [{{clause: 一, rule: {RULE.replace('new-one', 'meetings')}}}]", "rule-doubled", "id: meetings", None),
        (f"add: [{{clause: {{path: 一}}, rule: {RULE}}}]", "clause-doubled", "clause", None),
        (f"add: [{{clause: 二, after: poor-people, rule: {RULE}}}]", "overlay-after", "after", None),
        ("add: [{clause: 二}]", "overlay-add-empty", "{clause: 二}", None),
        ("add: [{clause: {path: 五}}]", "clause-treatment", "clause", None),
        ("groups: [{id: poor, gives: coverage, zh: 甲, en: a}]", "group-doubled", "id: poor", None),
        ("groups: [{id: other, gives: coverage, zh: 甲, en: a}]", "group-empty", "{id: other", None),
        ("ambiguities: [{id: A-01, zh: 甲, en: a, becomes: note}]", "ambiguity-doubled", "id: A-01", None),
        (f"parameters: {{window: {NUMBER}}}", "overlay-name-there", "window", None),
        ("silent: [coverage]", "topic-contradicted", "coverage", None),
        (f"silent: [{sorted(POLICY.silent)[0]}]", "topic-doubled", sorted(POLICY.silent)[0], None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place_in_the_overlay(body: str, code: str, piece: str, near: str | None) -> None:
    found = faults(body + "\n")
    text = HEAD + body
    first = next(problem for problem in found if problem.code == code)
    assert (first.place.file, first.place.line, first.place.column) == ("trial.yaml", *spot(text, piece))
    if near is not None:
        assert f"是否为 {near}？" in first.zh
        assert f"did you mean {near}?" in first.en


def test_a_word_inside_a_folded_condition_is_found() -> None:
    body = "rules:\n  first-people:\n    when: >-\n      person.tekun\n      and persn.orphan\n"
    (problem,) = faults(body)
    assert (problem.place.line, problem.place.column) == spot(HEAD + body, "persn.orphan")


def test_all_faults_are_told_together() -> None:
    found = faults(
        "set: {nothing: 1}\ndefinitions: {poor: person.tekn}\nrules: {meetings: {force: mst}}\ndrop: [none-such]\n"
    )
    assert {problem.code for problem in found} == {"parameter-unknown", "word-unknown", "rule-unknown"}
    found = faults("set: {nothing: 1}\ndefinitions: {poor: person.tekn}\n")
    assert {problem.code for problem in found} == {"parameter-unknown", "unknown-name"}


def test_what_breaks_in_the_base_is_told_in_the_base() -> None:
    body = "definitions: {poor: {by: wide-or-narrow, readings: {narrow: person.tekun, wide: person.orphan}}}\n"
    gate = changed(("when: referral.consent_given}\n        documents", "when: poor}\n        documents"))
    (problem,) = faults(body, read(gate))
    assert (problem.code, problem.place.file) == ("reading-not-here", "example.yaml")
    assert (problem.place.line, problem.place.column) == spot(gate, "when: poor}")


@pytest.mark.parametrize("body", ["base: other-2025", f'base_sha256: "{"0" * 64}"'])
def test_an_overlay_for_another_policy_is_refused(body: str) -> None:
    text = HEAD.replace("base: example-2025", body) if body.startswith("base:") else HEAD + body + "\n"
    with pytest.raises(PolicyError) as caught:
        overlaid(POLICY, parse_overlay(text, "trial.yaml"))
    (problem,) = caught.value.problems
    assert problem.code == ("overlay-base" if body.startswith("base:") else "overlay-base-changed")
    assert (problem.place.line, problem.place.column) == spot(text, body)


JUNK = st.sampled_from(
    [
        None, 3, -1, 2.5, "x", "", True, [], [1], {}, {"a": 1}, "group", "ledger", "P1Y", "aid.received", b"x",
        object(),
        float("nan"), float("inf"), 10**400, {"by": "cycle", "readings": {}}, [{"step": "consent", "when": "x"}],
    ]
)  # fmt: skip
FIELDS = st.sampled_from(
    ["part", "group", "when", "force", "topics", "notes", "gates", "interval", "items", "nonsense"]
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(RULES), st.dictionaries(FIELDS, JUNK, max_size=2), max_size=2),
    st.dictionaries(st.sampled_from(["window", "income_line", "zz"]), JUNK, max_size=1),
    st.dictionaries(st.sampled_from(["poor", "hardship", "zz"]), JUNK, max_size=1),
)
def test_nonsense_is_refused_as_a_fault_of_the_overlay(
    rules: dict[str, object], values: dict[str, object], definitions: dict[str, object]
) -> None:
    mapping = {"overlay": 1, "id": "trial", "base": "example-2025", "zh": "试", "en": "trial"}
    try:
        made = overlaid(POLICY, overlay_of({**mapping, "rules": rules, "set": values, "definitions": definitions}))
    except PolicyError:
        return
    assert {topic for _, rule in made.rules() for topic in topics_of(rule, made.file)} | made.silent >= {"coverage"}


def test_the_fingerprint_of_the_base_is_that_before_any_overlay() -> None:
    text = f'base_sha256: "{POLICY.sha256}"\nset: {{window: 2}}\n'
    assert applied(text, applied(text)).parameters_at(1)["window"] == 2


def test_an_overlay_that_a_program_made_names_paths() -> None:
    mapping = {"overlay": 1, "id": "trial", "base": "example-2025", "zh": "试", "en": "trial"}
    with pytest.raises(PolicyError) as caught:
        overlay_of({**mapping, "sett": {}})
    assert [str(problem.place) for problem in caught.value.problems] == ["sett"]
    with pytest.raises(PolicyError) as caught:
        overlaid(POLICY, overlay_of({**mapping, "definitions": {"poor": "person.tekn"}}))
    assert [str(problem.place) for problem in caught.value.problems] == ["definitions.poor"]


@pytest.mark.parametrize(
    "text", ["", "overlay", "[overlay]", "3", "overlay: 2\n", HEAD.replace("id: trial", "id: Trial X")]
)
def test_what_is_no_overlay_is_refused(text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_overlay(text, "trial.yaml")
    assert all(problem.place.file == "trial.yaml" for problem in caught.value.problems)


# -- parameters by name ------------------------------------------------------------------------------------------------


def test_parameters_are_set_by_name() -> None:
    made = with_parameters(POLICY, {"income_line": "120000.50", "window": "3"})
    assert made.parameters_at(1) == {"income_line": Fraction(12_000_050), "window": Fraction(3)}
    assert (made.overlays[0].id, changes(made)) == ("set", [("parameter", "income_line"), ("parameter", "window")])
    assert "120000.50" in made.overlays[0].zh
    assert with_parameters(POLICY, {}) is POLICY


def test_equal_numbers_make_one_policy() -> None:
    assert with_parameters(POLICY, {"window": "3"}).sha256 == applied("set: {window: 3}\n").sha256
    assert Decimal("3") == with_parameters(POLICY, {"window": "3"}).file.parameters["window"].values[0].value


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"incme_line": "1"}, "parameter-unknown", "set"),
        ({"window": ""}, "set-value", "set.window"),
        ({"window": "1e3"}, "set-value", "set.window"),
        ({"window": "1,000"}, "set-value", "set.window"),
        ({"window": "3 years"}, "set-value", "set.window"),
        ({"window": "NaN"}, "set-value", "set.window"),
        ({"window": "３"}, "set-value", "set.window"),
    ],
)
def test_a_parameter_by_name_is_refused(values: dict[str, str], code: str, path: str) -> None:
    with pytest.raises(InputError) as caught:
        with_parameters(POLICY, values)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path) == (code, path)
    assert all(value not in problem.zh + problem.en for value in values.values() if value)


def test_a_value_that_the_parameter_cannot_take_is_refused_with_its_name() -> None:
    with pytest.raises(PolicyError) as caught:
        with_parameters(POLICY, {"window": "0"})
    assert [(one.code, one.place.path) for one in caught.value.problems] == [("window-length", "set.window")]
