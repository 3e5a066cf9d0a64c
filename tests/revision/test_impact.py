"""Who gains and who loses, on small policies worked out by hand, and against full answers compared one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.engine.asking import day, small_policy
from tests.regions.region_cases import REGIONS, ROOT

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.errors import InputError
from xianjie.policy.prepared import Policy
from xianjie.reference import patched_by, resolve
from xianjie.revision.impact import Impact, impact
from xianjie.revision.impact_classes import Change, Part, Side, change_between
from xianjie.revision.sampling import sample_cases
from xianjie.vocabulary import BASE

AS_OF = day("2025-08-01")
OVERLAYS = {one: ROOT / "examples/revisions" / f"{one}.overlay.yaml" for one in ("hubei", "jinhua", "tianjin")}

FAMILY = """
parameters:
  line: {{zh: 线, en: line, type: money, values: [{{value: {line}}}]}}
groups:
  - {{id: poor, gives: coverage, zh: 低收入家庭, en: low income}}
clauses:
  - path: 一
    treatment: rules
    rules:
      - {{part: group, id: below-the-line, group: poor, force: {force}, zh: 试, en: t,
         when: household.annual_income < line}}
      - {{part: group, id: children, group: poor, force: may, zh: 试, en: t, when: {children}}}
"""


def policy(line: int = 1000, force: str = "must", children: str = "person.orphan") -> Policy:
    return small_policy(FAMILY.format(line=line, force=force, children=children))


def case(label: str | None = "E-1", **records: Any) -> Case:
    tree = {key: value for key, value in (("case", label), *records.items()) if value is not None}
    return read_case(tree, BASE)


def family(income: int | None, orphan: bool | None = False, label: str = "E-1") -> Case:
    household = {} if income is None else {"annual_income": income}
    return case(label, household=household, person={} if orphan is None else {"orphan": orphan})


def rows(found: Impact, part: Part) -> list[tuple[str, str | None, str, str, str, int]]:
    return [
        (one.row.change, one.row.rule, one.row.name, one.row.before.status, one.row.after.status, one.cases)
        for one in found.rows
        if one.row.part == part
    ]


def counts(found: Impact, part: Part) -> dict[str, int]:
    return next({k: v for k, v in one.counts.items() if v} for one in found.totals if one.part == part)


# -- who is covered --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("income", "change"),
    [(999, "unchanged"), (1000, "gained"), (1199, "gained"), (1200, "unchanged"), (None, "unchanged")],
)
def test_a_line_that_rises_takes_in_those_between(income: int | None, change: str) -> None:
    found = impact(policy(1000), policy(1200), [family(income)], AS_OF)
    assert counts(found, "status") == {change: 1}
    assert counts(found, "group") == {change: 1}
    assert found.changed == (change != "unchanged")
    if change == "gained":
        expected = [("gained", "below-the-line", "poor", "not_matched", "covered", 1)]
        assert rows(found, "status") == rows(found, "group") == expected
        assert found.rows[0].row.clause == "一"


def test_a_line_that_falls_shuts_out_those_between() -> None:
    found = impact(policy(1200), policy(1000), [family(1000), family(999), family(1200)], AS_OF)
    assert rows(found, "status") == [("lost", "below-the-line", "poor", "covered", "not_matched", 1)]
    assert counts(found, "group") == {"lost": 1, "unchanged": 2}


def test_of_several_rules_of_a_group_the_one_that_moved_is_named() -> None:
    """The group's first rule would be named otherwise: it did not move."""
    found = impact(policy(), policy(children="person.orphan or person.disabled"), [orphanless(disabled=True)], AS_OF)
    assert rows(found, "status") == [("gained", "children", "poor", "not_matched", "covered", 1)]
    found = impact(policy(), policy(children="person.orphan or person.disabled"), [orphanless()], AS_OF)
    assert rows(found, "group") == [("undecided", "children", "poor", "not_matched", "undetermined", 1)]
    found = impact(policy(children="person.orphan or person.disabled"), policy(), [orphanless()], AS_OF)
    assert rows(found, "status") == [("settled", "children", "poor", "undetermined", "not_matched", 1)]


def orphanless(**facts: bool) -> Case:
    return case(person={"orphan": False, **facts}, household={"annual_income": 5000})


def test_a_loss_that_another_rule_makes_good_changes_the_reason() -> None:
    found = impact(policy(1200), policy(1000), [family(1100, orphan=True)], AS_OF)
    assert rows(found, "status") == [("reason_changed", "children", "poor", "covered", "covered", 1)]
    (row,) = (one.row for one in found.rows if one.row.part == "group")
    assert (row.before.rule, row.after.rule) == ("below-the-line", "children")


def test_a_force_changes_where_status_and_rule_stay() -> None:
    found = impact(policy(force="may"), policy(force="must"), [family(10), family(5000), family(5000, True)], AS_OF)
    assert rows(found, "status") == [("force_changed", "below-the-line", "poor", "covered", "covered", 1)]
    assert counts(found, "group") == {"force_changed": 2, "unchanged": 1}  # an orphan is covered by the other rule
    row = found.rows[0].row
    assert (row.before, row.after) == (Side("covered", force="may"), Side("covered", force="must"))


def test_equal_policies_change_nothing_and_all_is_counted() -> None:
    found = impact(policy(), policy(), [family(n * 100) for n in range(20)], AS_OF)
    assert (found.cases, found.changed, found.rows) == (20, 0, ())
    assert {one.part: one.entries for one in found.totals} == {"status": 20, "group": 20, "service": 160}


TWO_GROUPS = """
groups:
  - {{id: poor, gives: coverage, zh: 甲, en: a}}
{more}
clauses:
  - path: 一
    treatment: rules
    rules:
      - {{part: group, id: poor-rule, group: poor, force: must, zh: 试, en: t, when: person.tekun}}
{rule}
"""
ALONE = small_policy(TWO_GROUPS.format(more="", rule=""))
SECOND = "      - {part: group, id: first-rule, group: first, force: must, zh: 试, en: t, when: person.disabled}"
BOTH = small_policy(
    TWO_GROUPS.format(more="  - {id: first, gives: coverage, zh: 乙, en: b}", rule=SECOND),
)


@pytest.mark.parametrize(
    ("disabled", "change"), [(True, "gained"), (False, None), (None, "undecided")], ids=["in", "out", "open"]
)
def test_a_new_group_touches_only_those_it_reaches(disabled: bool | None, change: str | None) -> None:
    person = {"tekun": False} if disabled is None else {"tekun": False, "disabled": disabled}
    found = impact(ALONE, BOTH, [case(person=person)], AS_OF)
    assert [row[:3] for row in rows(found, "group")] == ([] if change is None else [(change, "first-rule", "first")])
    back = {"gained": "lost", "undecided": "settled", None: None}[change]
    found = impact(BOTH, ALONE, [case(person=person)], AS_OF)
    assert [row[0] for row in rows(found, "group")] == ([] if back is None else [back])


def test_the_group_that_gives_or_gave_is_made_answerable() -> None:
    """Two groups move at once: covered by one before, open in the other after, and the loss explains it."""
    old = small_policy(TWO_GROUPS.format(more="", rule=""))
    new = small_policy(
        TWO_GROUPS.format(more="  - {id: first, gives: coverage, zh: 乙, en: b}", rule=SECOND).replace(
            "person.tekun", "person.tekun and person.elderly"
        )
    )
    found = impact(old, new, [case(person={"tekun": True, "elderly": False})], AS_OF)
    assert rows(found, "status") == [("undecided", "poor-rule", "poor", "covered", "undetermined", 1)]
    found = impact(new, old, [case(person={"tekun": True, "elderly": False})], AS_OF)
    assert rows(found, "status") == [("settled", "poor-rule", "poor", "undetermined", "covered", 1)]


# -- lists of entries ------------------------------------------------------------------------------------------------

GRANT = "      - {{part: incentive, id: {id}, instruments: {kinds}, force: may, beneficiary: {who}, zh: 试, en: t}}\n"


def grants(*rules: tuple[str, str, str], text: str = "full") -> Policy:
    lines = "".join(GRANT.format(id=name, kinds=kinds, who=who) for name, kinds, who in rules)
    head = "clauses:\n  - path: 一\n    treatment: rules\n    rules:\n"
    other = "      - {part: provision, id: other, dimension: duties, force: must, zh: 试, en: t}\n"
    return small_policy(head + other + lines, text=text)


CHARITY = case(organisation={"charitable": True})
CHARITABLE = ("start-up", "[premises, fee_reduction]", "organisation.charitable")


def test_a_rule_added_is_gained_for_each_instrument_and_one_dropped_is_lost() -> None:
    found = impact(grants(), grants(CHARITABLE), [CHARITY, CHARITY], AS_OF)
    assert rows(found, "incentive") == [
        ("gained", "start-up", "fee_reduction", "not_stipulated", "applies", 2),
        ("gained", "start-up", "premises", "not_stipulated", "applies", 2),
    ]
    assert counts(found, "incentive") == {"gained": 4, "unchanged": 52}
    found = impact(grants(CHARITABLE), grants(), [CHARITY], AS_OF)
    assert [row[:2] for row in rows(found, "incentive")] == [("lost", "start-up")] * 2


def test_a_rule_renamed_changes_the_reason_only() -> None:
    renamed = ("help-to-start", *CHARITABLE[1:])
    found = impact(grants(CHARITABLE), grants(renamed), [CHARITY], AS_OF)
    assert {row[:2] for row in rows(found, "incentive")} == {("reason_changed", "help-to-start")}


def test_several_rules_of_one_instrument_are_told_apart() -> None:
    first, second = ("a", "[premises]", "organisation.charitable"), ("b", "[premises]", "organisation.volunteer")
    both = case(organisation={"charitable": True, "volunteer": True})
    found = impact(grants(first, second), grants(second, first), [both], AS_OF)
    assert not rows(found, "incentive")
    found = impact(grants(first, second), grants(second), [both], AS_OF)
    assert rows(found, "incentive") == [("lost", "a", "premises", "applies", "not_stipulated", 1)]


def test_two_kinds_of_silence_are_a_change_that_hangs_on_no_rule() -> None:
    found = impact(grants(), grants(text="digest"), [CHARITY], AS_OF)
    kinds = {row[:2] + row[3:5] for row in rows(found, "incentive")}
    assert kinds == {("reason_changed", None, "not_stipulated", "not_reported")}


def test_a_change_that_befalls_a_case_twice_counts_one_case() -> None:
    old, new = grants(), grants(CHARITABLE)
    ledgers = [{"kind": "supply", "level": "county"}] * 2
    found = impact(old, new, [case(ledgers=ledgers, organisation={"charitable": True})], AS_OF)
    assert {(one.entries, one.cases) for one in found.rows} == {(1, 1)}
    timed = ledgers_every("P1Y")
    dated = {"kind": "supply", "last_updated": "2025-07-01"}
    found = impact(timed, ledgers_every("P1M"), [case(ledgers=[dated, dated])], AS_OF)
    assert [(one.entries, one.cases) for one in found.rows] == [(2, 1)]


# -- referral and duties ---------------------------------------------------------------------------------------------

REFERRAL = """
clauses:
  - path: 一
    treatment: rules
    rules:
      - part: referral
        id: forward
        direction: forward
        force: may
        initiators: [civil_affairs]
        gates: [{gates}]
        zh: 试
        en: a trial
"""
CONSENT, INFORM = "{step: consent, when: referral.consent_given}", "{step: inform, when: referral.informed}"


def referred(**facts: Any) -> Case:
    return case(referral={"direction": "forward", "initiator": "civil_affairs", **facts})


def test_a_gate_that_is_added_refuses_and_names_its_step() -> None:
    old = small_policy(REFERRAL.format(gates=CONSENT))
    new = small_policy(REFERRAL.format(gates=f"{INFORM}, {CONSENT}"))
    cases = [
        referred(consent_given=True, informed=False),
        referred(consent_given=False, informed=False),
        referred(consent_given=True),
        referred(consent_given=True, informed=True),
    ]
    found = impact(old, new, cases, AS_OF)
    assert [row[0] for row in rows(found, "referral")] == ["lost", "undecided", "reason_changed"]
    by_change = {one.row.change: one.row for one in found.rows if one.row.part == "referral"}
    assert by_change["lost"].after.detail == "inform"
    assert [side.detail for side in (by_change["reason_changed"].before, by_change["reason_changed"].after)] == [
        "consent",
        "inform",
    ]


def ledgers_every(interval: str, platform: bool = False) -> Policy:
    asked = "requires: {platform: ledger.entered_on_platform}" if platform else ""
    return small_policy(
        f"""
readings:
  turn: {{differ: recommended, options: [{{id: rolling, recommended: true, zh: 甲, en: a}},
          {{id: calendar, zh: 乙, en: b}}]}}
clauses:
  - path: 一
    treatment: rules
    rules:
      - part: ledger
        id: supply-ledger
        ledgers: [supply]
        force: must
        interval: {interval}
        counting: turn
        {asked}
        zh: 试
        en: a trial
"""
    )


def kept(updated: str, **facts: Any) -> Case:
    return case(ledgers=[{"kind": "supply", "last_updated": updated, **facts}])


@pytest.mark.parametrize(
    ("updated", "change", "statuses"),
    [
        ("2025-01-31", "lost", ("fresh", "overdue")),
        ("2025-02-01", "lost", ("fresh", "due_today")),
        ("2025-02-02", "lost", ("fresh", "due_soon")),
        ("2025-02-28", "lost", ("fresh", "due_soon")),
        ("2025-03-01", "reason_changed", ("fresh", "fresh")),
    ],
)
def test_an_interval_that_is_shortened(updated: str, change: str, statuses: tuple[str, str]) -> None:
    found = impact(ledgers_every("P1Y"), ledgers_every("P6M"), [kept(updated)], AS_OF)
    (row,) = rows(found, "duty")
    assert (row[0], row[3:5]) == (change, statuses)
    if change == "reason_changed":
        assert [found.rows[0].row.before.detail, found.rows[0].row.after.detail] == ["P1Y", "P6M"]


def test_a_requirement_that_is_added_is_told_beside_the_date() -> None:
    old, new = ledgers_every("P1Y"), ledgers_every("P1Y", platform=True)
    found = impact(old, new, [kept("2025-07-01", entered_on_platform=False), kept("2025-07-01")], AS_OF)
    assert counts(found, "duty") == {"unchanged": 2}
    assert rows(found, "compliance") == [("settled", "supply-ledger", "supply", "unknown", "partial", 1)]


def test_a_due_date_that_moves_alone_is_a_change() -> None:
    """Counted by the calendar or rolling: another due date, the same status, rule and interval."""
    old = ledgers_every("P1Y")
    new = ledgers_every("P1Y", platform=False)
    turned = replace(new, ledgers=tuple(_turned(line) for line in new.ledgers))
    found = impact(old, turned, [kept("2025-07-01")], AS_OF)
    assert [row[0] for row in rows(found, "duty")] == ["reason_changed"]


def _turned(line: Any) -> Any:
    """Recommend the other reading of a ledger's rule."""
    first, second = line.readings.all
    readings = replace(line.readings, all=(replace(second, recommended=True), replace(first, recommended=False)))
    return replace(line, readings=readings, places=line.places[::-1])


# -- dates, labels, lists --------------------------------------------------------------------------------------------

WINDOW = """
groups:
  - {id: left, gives: coverage, zh: 甲, en: a}
clauses:
  - path: 一
    treatment: rules
    rules:
      - {part: group, id: left, group: left, force: must, zh: 试, en: t, when: "within(aid.exit_date, years=1)"}
"""


def test_the_date_is_that_of_the_argument_or_else_the_cases_own() -> None:
    left = small_policy(WINDOW)
    one = case(aid={"exit_date": "2024-08-01"}, as_of="2025-08-01")
    two = replace(one, as_of=day("2025-08-02"))
    assert impact(left, left, [one, two], None).changed == 0
    assert impact(left, left, [one], day("2025-08-01"), day("2025-08-02")).changed == 1
    assert impact(left, left, [one], None, day("2025-08-02")).changed == 1
    with pytest.raises(InputError) as error:
        impact(left, left, [case(aid={"exit_date": "2024-08-01"})], None)
    assert error.value.problems[0].code == "as-of-missing"


def test_many_dates_are_compiled_and_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.revision.impact.DAYS_KEPT", 2)
    cases = [replace(family(1100), as_of=AS_OF + n % 5) for n in range(20)]
    assert impact(policy(1000), policy(1200), cases, None).changed == 20


def test_examples_are_the_first_few_by_label_and_nameless_cases_by_number() -> None:
    cases = [family(1100, label=f"E-{n}") for n in range(5)] + [case(None, household={"annual_income": 1100})]
    found = impact(policy(1000), policy(1200, children="person.orphan"), cases, AS_OF, examples=2)
    assert {one.examples for one in found.rows if one.row.change == "gained"} == {("E-0", "E-1")}
    found = impact(policy(1000), policy(1200), cases[5:], AS_OF)
    assert {one.examples for one in found.rows} == {("#1",)}


def test_cases_are_listed_one_by_one_up_to_a_number() -> None:
    cases = [family(1100, label=f"E-{n}") for n in range(5)]
    found = impact(policy(1000), policy(1200), cases, AS_OF, listed=3)
    assert [label for label, _ in found.listed] == ["E-0", "E-0", "E-1"]  # the status, and the group
    assert found.left_off == 7
    assert impact(policy(1000), policy(1200), cases, AS_OF).listed == ()


def test_cases_may_come_one_at_a_time() -> None:
    found = impact(policy(1000), policy(1200), (family(n) for n in (1000, 1100)), AS_OF)
    assert (found.cases, found.changed) == (2, 2)


# -- against full answers --------------------------------------------------------------------------------------------


def flat(answer: Mapping[str, Any]) -> Iterator[tuple[Part, Any, Side]]:
    """Lay a full answer out: part, what the entry is about, and what it says."""
    found = answer["eligibility"]
    yield "status", None, Side(found["status"])
    for entry in answer.get("services") or ():
        yield "service", (entry["service"], entry["rule"]), side(entry)
    for entry in answer.get("incentives") or ():
        yield "incentive", (entry["instrument"], entry["rule"]), side(entry)
    referral = answer.get("referral")
    if referral is not None:
        yield "referral", None, side(referral)._replace(detail=referral["missing_step"])
        if referral["simplification"] is not None:
            yield "simplification", None, side(referral["simplification"])
        for entry in referral["accompanying"]:
            yield "accompanying", (entry["duty"], entry["rule"]), side(entry)
    for number, entry in enumerate(answer.get("duties") or ()):
        yield "duty", number, Side(entry["status"])


def side(entry: Mapping[str, Any]) -> Side:
    return Side(
        entry["status"], entry["rule"], entry["clause"], entry["force"], entry.get("qualifier"), entry["flagged"]
    )


STATUS_ONLY = ("status", "duty")
"""Parts of which statuses alone are compared: what stands behind them is tested above."""


@pytest.mark.parametrize("region", sorted(OVERLAYS))
def test_the_counts_are_those_of_full_answers_set_side_by_side(region: str) -> None:
    new = resolve(str(OVERLAYS[region]), REGIONS, AS_OF)
    old = patched_by(OVERLAYS[region], REGIONS)
    assert old is not None
    cases = sample_cases((old, new), 150, 5, AS_OF)
    engines = Engine([old], BASE), Engine([new], BASE)
    expected: Counter[tuple[Part, Change]] = Counter()
    for one in cases:
        before, after = (
            {(part, name): said for part, name, said in flat(engine.assess(one, [region], AS_OF)["regions"][region])}
            for engine in engines
        )
        for key in before.keys() & after.keys():  # an entry that only one of them has is told otherwise
            expected[key[0], change_between(key[0], before[key], after[key])] += 1
    found = impact(old, new, cases, AS_OF)
    counted: Counter[tuple[Part, Change]] = Counter()
    for row in found.rows:
        one_sided = row.row.part not in STATUS_ONLY and row.row.before.rule != row.row.after.rule
        same = row.row.part in STATUS_ONLY and row.row.before.status == row.row.after.status
        if not one_sided:
            counted[row.row.part, "unchanged" if same else row.row.change] += row.entries
    for total in found.totals:
        counted[total.part, "unchanged"] += total.counts["unchanged"]
    compared = {part for part, _ in expected}
    assert compared >= {"status", "service", "referral", "simplification", "incentive", "duty"}
    assert {key: number for key, number in counted.items() if key[0] in compared and number} == expected
    assert len({change for _, change in expected}) >= 5
