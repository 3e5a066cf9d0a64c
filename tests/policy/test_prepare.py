"""Every fault of a policy file is told by its code, at its place; and a sound one is spread over its readings."""

from __future__ import annotations

import pytest
from tests.policy.base import TEXT, changed, problems, read, spot, told

from xianjie.language import nodes

NARROW = "      narrow: poor and aid.still_in_difficulty\n"


def test_the_policy_that_the_tests_break_is_sound() -> None:
    assert read().id == "example-2025"


@pytest.mark.parametrize(
    ("old", "new", "code", "piece"),
    [
        # readings
        ("{id: narrow, zh", "{id: narrow, recommended: true, zh", "reading-recommended", "wide-or-narrow:"),
        ("{id: wide, recommended: true,", "{id: wide,", "reading-recommended", "wide-or-narrow:"),
        ("    ambiguity: A-02", "    ambiguity: A-99", "ambiguity-unknown", "ambiguity: A-99"),
        ("{id: calendar, zh: 自然", "{id: rolling, zh: 自然", "reading-doubled", "id: rolling, zh: 自然"),
        ("    by: wide-or-narrow", "    by: wide-or-narow", "reading-unknown", "by: wide-or-narow"),
        (NARROW, "", "reading-options", "readings:\n      wide:"),
        (NARROW, NARROW + "      other: poor\n", "reading-options", "readings:\n      narrow:"),
        ("        counting: cycle", "        counting: meeting", "reading-options", "counting: meeting"),
        ("        counting: cycle", "        counting: nothing", "reading-options", "counting: nothing"),
        ("        parties: meeting", "        parties: cycle", "reading-options", "parties: cycle"),
        ("running: running,", "running: cycle,", "reading-options", "running: cycle"),
        ("{by: meeting, readings: {count-", "{by: meting, readings: {count-", "reading-unknown", "by: meting"),
        ("count-meetings: 2, ", "", "reading-options", "readings: {all-"),
        (
            "step: consent, when: referral.consent_given",
            "step: consent, when: hardship",
            "reading-not-here",
            "when: hardship}",
        ),
        ("to: done, when: referral.consent_given", "to: done, when: hardship", "reading-not-here", "when: hardship}"),
        # definitions and parameters
        (
            "  poor: household.annual_income < income_line",
            "  poor: household.annual_income < income_line or recent\n  recent: poor\n  rest: person.tekun",
            None,
            "",
        ),
        (
            "- {value: 80000.50}",
            "- {value: 80000.50, since: 2025-01-01}",
            "parameter-dates",
            "values:\n      - {value: 80000",
        ),
        ("90000, since: 2025-03-01", "90000", "parameter-dates", "values:\n      - {value: 80000"),
        ("90000, since: 2025-03-01", "90000, since: 2025-05-01", "parameter-dates", "values:\n      - {value: 80000"),
        ("90000, since: 2025-03-01", "90000, since: 2025-05-02", "parameter-dates", "values:\n      - {value: 80000"),
        ("value: 80000.50", "value: 80000.505", "money-fen", "values:\n      - {value: 80000"),
        ("[{value: 1}]", "[{value: 1.5}]", "window-length", "values: [{value: 1.5}]"),
        ("[{value: 1}]", "[{value: 0}]", "window-length", "values: [{value: 0}]"),
        ("[{value: 1}]", "[{value: 1201}]", "window-length", "values: [{value: 1201}]"),
        ("  recent: within", "  as_of: within", None, ""),
        # groups, clauses, rules
        ("{id: first, gives", "{id: poor, gives", None, ""),
        ("{id: A-02, zh", "{id: A-01, zh", None, ""),
        ("        group: first", "        group: frist", None, ""),
        ("  - path: 四", "  - path: 三", "clause-doubled", "path: 三\n    treatment: supervision"),
        ("    treatment: supervision", "    treatment: rules", "clause-treatment", "treatment: rules\n    zh: 监督"),
        ("    zh: 监督。\n", "", "clause-summary", "path: 四"),
        ("id: poor-leavers", "id: poor-people\n        title_: x", None, ""),
        ("        id: simpler", "        id: owed", "rule-doubled", "id: owed\n        direction"),
        ("notes: [A-01]", "notes: [A-01, A-77]", "ambiguity-unknown", "A-77"),
        ("interval: P6M", "interval: P6M\n        cadence: 及时", "ledger-cadence", "cadence: 及时"),
        ("        counting: cycle\n", "", "ledger-counting", "part: ledger"),
        ("        interval: P6M\n", "", None, ""),
        ("cadence: 定期", "cadence: 定期\n        at_least: 1", "count-cadence", "cadence: 定期"),
        ("{item: 2, zh: 乙", "{item: 1, zh: 乙", "target-doubled", "item: 1, zh: 乙"),
        ("        initiators: [civil_affairs]\n", "", None, ""),
        ("leaves: [found]", "leaves: [lost]", "state-unknown", "- {on: referred"),
        ("to: done,", "to: gone,", "state-unknown", "- {on: referred"),
    ],
)
def test_each_fault_once(old: str, new: str, code: str | None, piece: str) -> None:
    """A code of None: the change has its own test below; here it only must not pass unseen."""
    text = changed((old, new))
    found = told(problems(text))
    if code is None:
        assert found
        return
    offset = 2 if piece.startswith("- {") else 0
    assert found == [(code, *spot(text, piece, offset))]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (
            changed(("  recent: within(aid.exit_date, years=window)", "  as_of: aid.received\n  recent: person.tekun")),
            ["name-doubled"],
        ),
        (changed(("  window:\n", "  recent:\n"), ("years=window", "years=1")), ["name-doubled"]),
        (changed(("  window:\n", "  as_of:\n"), ("years=window", "years=1")), ["name-doubled"]),
        (changed(("{id: A-02, zh", "{id: A-01, zh"), ("ambiguity: A-02", "ambiguity: A-01")), ["ambiguity-doubled"]),
        (
            changed(
                ("{id: first, gives: priority", "{id: poor, gives: coverage"),
                ("        group: first", "        group: poor"),
                (SILENT_HEAD := "topics: [income_test,", "topics: [priority, income_test,"),
            ),
            ["group-doubled"],
        ),
        (
            changed(("        group: first", "        group: frist"), (SILENT_HEAD, "topics: [priority, income_test,")),
            ["group-unknown", "group-empty"],
        ),
        (
            changed(("{id: first, gives", "{id: first, gives: priority, zh: 空, en: empty}\n  - {id: none, gives")),
            ["group-empty"],
        ),
        (
            changed(("        interval: P6M\n", ""), (SILENT_HEAD, "topics: [supply_interval, income_test,")),
            ["ledger-counting"],
        ),
        (
            changed(("        initiators: [civil_affairs]\n", ""), (SILENT_HEAD, "topics: [initiator, income_test,")),
            ["referral-initiators"],
        ),
        (
            changed(
                (
                    "        initiators: [civil_affairs]\n",
                    "        initiators: [civil_affairs]\n        mechanism_only: true\n",
                ),
                (SILENT_HEAD, "topics: [forward, income_test,"),
            ),
            ["referral-initiators"],
        ),
        (
            changed(
                (
                    "      - part: simplification\n",
                    "      - {part: referral, id: again, direction: forward, force: may, initiators: [charity], "
                    "zh: 一, en: one}\n      - part: simplification\n",
                )
            ),
            ["referral-doubled"],
        ),
    ],
)
def test_faults_that_take_two_changes(text: str, codes: list[str]) -> None:
    assert [problem.code for problem in problems(text)] == codes


@pytest.mark.parametrize(
    ("old", "new", "circle"),
    [
        ("  poor: household.annual_income < income_line", "  poor: poor or person.tekun", "poor → poor"),
        ("  recent: within(aid.exit_date, years=window)", "  recent: hardship\n  deep: recent", None),
        (
            "  poor: household.annual_income < income_line",
            "  poor: not recent_\n  recent_: person.tekun and poor",
            "recent_",
        ),
        ("  poor: household.annual_income < income_line", "  poor: hardship", "hardship"),
    ],
)
def test_definitions_in_a_circle(old: str, new: str, circle: str | None) -> None:
    text = changed((old, new))
    if circle is None:
        assert "hardship@wide" in read(text).definitions
        return
    (problem,) = problems(text)
    assert problem.code == "definition-cycle"
    assert circle in problem.en
    assert "→" in problem.zh
    assert problem.place.line is not None


WRONG = "nope.x"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  poor: household.annual_income < income_line", f"  poor: person.tekun and {WRONG}"),
        ("narrow: poor and aid.still_in_difficulty", f"narrow: poor and {WRONG}"),
        ("when: hardship and not person.other_hardship", f"when: hardship and {WRONG}"),
        ("when: aid.meets_conditions and not aid.received", f"when: {WRONG}"),
        ("beneficiary: person.student", f"beneficiary: person.student or {WRONG}"),
        ("when: person.good_conduct_and_study", f"when: {WRONG}"),
        ("platform: ledger.entered_on_platform", f"platform: not {WRONG}"),
        ("actor: 机关", f"actor: 机关\n        trigger: {WRONG}"),
        ("trigger: hardship", f"trigger: hardship or {WRONG}"),
        ("step: consent, when: referral.consent_given", f"step: consent, when: {WRONG}"),
        ("to: done, when: referral.consent_given", f"to: done, when: {WRONG}"),
        (
            "id: simpler\n        force: may\n        when: person.tekun",
            f"id: simpler\n        force: may\n        scope: {WRONG}\n        when: person.tekun",
        ),
        ("government: true", f"government: true\n        when: {WRONG}"),
        ("beneficiary: organisation.charitable", f"beneficiary: {WRONG}"),
    ],
)
def test_a_wrong_condition_is_told_at_its_very_character(old: str, new: str) -> None:
    text = changed((old, new))
    assert told(problems(text)) == [("unknown-name", *spot(text, WRONG))]


def test_an_unfinished_condition_is_told_right_behind_it_and_not_in_the_next_key() -> None:
    text = changed(("when: hardship and not person.other_hardship", "when: hardship and not"))
    assert told(problems(text)) == [("expression-syntax", *spot(text, "hardship and not\n", 16))]


def test_all_faults_are_told_at_once() -> None:
    text = changed(
        ("notes: [A-01]", "notes: [A-77]"),
        ("leaves: [found]", "leaves: [lost]"),
        ("beneficiary: person.student", "beneficiary: person.studnt"),
        ("        counting: cycle\n", ""),
    )
    found = {problem.code for problem in problems(text)}
    assert found == {"ambiguity-unknown", "state-unknown", "unknown-name", "ledger-counting"}


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("    by: wide-or-narrow", "    by: wide-or-narow", "wide-or-narrow"),
        ("        group: first", "        group: frist", "first"),
        ("narrow: poor and aid.still_in_difficulty", "narrow: por", "poor"),
        ("years=window", "years=windw", "window"),
    ],
)
def test_a_slip_is_told_with_its_nearest(old: str, new: str, near: str) -> None:
    texts = [problem for problem in problems(changed((old, new))) if "did you mean" in problem.en]
    assert [f"did you mean {near}?" in problem.en and f"是否为 {near}？" in problem.zh for problem in texts] == [True]


# -- what a sound policy becomes ---------------------------------------------------------------------------------------


def test_a_rule_stands_once_for_each_reading_the_recommended_first() -> None:
    policy = read()
    poor = policy.groups[0]
    assert [reading.id for reading in poor.readings.all] == ["wide", "narrow"]
    assert [reading.recommended for reading in poor.readings.all] == [True, False]
    assert poor.readings.differ == {"wide-or-narrow": "ambiguous"}
    assert poor.readings.several
    conditions = policy.blocks["eligibility"].conditions
    wide, narrow = (conditions[place["poor-people"]] for place in poor.places)
    assert wide == (
        "poor-people",
        nodes.And((nodes.Definition("hardship@wide"), nodes.Not(nodes.Fact("person.other_hardship")))),
    )
    assert narrow[1] != wide[1]
    assert poor.places[0]["poor-leavers"] == poor.places[1]["poor-leavers"]
    assert policy.definitions["hardship@wide"] == nodes.Or(
        (nodes.Definition("poor"), nodes.Fact("aid.still_in_difficulty"))
    )
    assert policy.definitions["hardship@narrow"] == nodes.And(
        (nodes.Definition("poor"), nodes.Fact("aid.still_in_difficulty"))
    )
    assert "hardship" not in policy.definitions


def test_a_rule_without_alternatives_has_one_reading_without_a_name() -> None:
    first = read().groups[1]
    assert [reading.id for reading in first.readings.all] == [""]
    assert not first.readings.several


def test_two_sets_of_readings_multiply_and_only_one_combination_is_recommended() -> None:
    text = changed(
        (
            "when: person.good_conduct_and_study",
            "when: {by: cycle, readings: {rolling: hardship, calendar: person.tekun}}",
        )
    )
    (line,) = read(text).services
    assert [reading.id for reading in line.readings.all] == [
        "rolling+wide",
        "rolling+narrow",
        "calendar+wide",
        "calendar+narrow",
    ]
    assert [reading.recommended for reading in line.readings.all] == [True, False, False, False]
    assert len(line.places) == 4
    assert len({place["when"] for place in line.places}) == 3  # the calendar's form is the same under both others


def test_the_engines_own_axes_are_taken_from_the_rules() -> None:
    policy = read()
    assert [reading.id for reading in policy.ledgers[0].readings.all] == ["rolling", "calendar"]
    (meetings, analysis) = policy.counts
    # one set named twice in a rule is still one choice
    assert (meetings[0].id, meetings[1]) == ("meetings", "二")
    assert [reading.id for reading in meetings[2].all] == ["count-meetings", "all-parties-each"]
    assert not analysis[2].several
    ((_, _, targets),) = policy.targets
    assert [reading.id for reading in targets[1].all] == ["yearly", "running-total"]
    assert not targets[2].several


def test_blocks_hold_each_condition_under_its_rule() -> None:
    policy = read()
    assert set(policy.blocks) == {"eligibility", "services", "incentives", "ledger", "referral.forward"}
    assert [rule for rule, _ in policy.blocks["eligibility"].conditions] == [
        "poor-people",
        "poor-leavers",
        "poor-people",
        "first-people",
        "apply-first",
    ]
    forward = policy.referrals["forward"]
    assert policy.blocks["referral.forward"].conditions[forward.gates[0][1]] == (
        "forward-referral",
        nodes.Fact("referral.consent_given"),
    )
    # the guard is the same condition of the same rule: it stands once
    assert forward.steps[0].guard == forward.gates[0][1]
    assert forward.trigger is not None
    assert forward.trigger.clause == "三"


def test_rules_are_listed_in_the_documents_order() -> None:
    listed = [(clause, rule.id) for clause, rule in read().rules()]
    assert listed[0] == ("一", "poor-people")
    assert listed[-1] == ("三", "general")
    assert [TEXT.index(f"id: {rule}\n") for _, rule in listed] == sorted(
        TEXT.index(f"id: {rule}\n") for _, rule in listed
    )


def test_a_step_that_stands_twice_is_refused() -> None:
    step = "            - {on: referred, leaves: [found], to: done, when: referral.consent_given}\n"
    assert [problem.code for problem in problems(changed((step, step + step)))] == ["step-doubled"]
    # the same step under another condition is another step
    other = step.replace("referral.consent_given", "referral.informed")
    assert read(changed((step, step + other))).referrals["forward"].steps[1].guard is not None


@pytest.mark.parametrize(("number", "codes"), [(59, []), (60, ["procedure-too-long"])])
def test_a_procedure_has_at_most_sixty_steps(number: int, codes: list[str]) -> None:
    step = "            - {on: referred, leaves: [found], to: done, when: referral.consent_given}\n"
    more = "".join(
        f"            - {{on: notified, leaves: [found], to: done, when: household.size > {n}}}\n"
        for n in range(number)
    )
    text = changed((step, step + more))
    if codes:
        assert [problem.code for problem in problems(text)] == codes
    else:
        assert len(read(text).referrals["forward"].steps) == 60


@pytest.mark.parametrize(("number", "codes"), [(30, []), (31, ["definition-chain"])])
def test_definitions_lead_on_thirty_times_at_most(number: int, codes: list[str]) -> None:
    chain = "".join(f"  link{n}: link{n - 1}\n" if n else "  link0: person.tekun\n" for n in range(number))
    text = changed(("  recent: within", chain + "  recent: within"))
    if codes:
        assert [problem.code for problem in problems(text)] == codes
    else:
        assert read(text).file.definitions[f"link{number - 1}"] == f"link{number - 2}"
