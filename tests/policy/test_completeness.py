"""Every topic is ruled or declared silent: never forgotten, never both."""

from __future__ import annotations

import pytest
from tests.policy.base import RULED, SILENT, changed, problems, read, spot, told

from xianjie.policy.completeness import topics_of
from xianjie.vocabulary.topics import TOPIC, TOPICS


def test_the_rules_and_the_silences_of_a_policy_make_up_all_topics() -> None:
    policy = read()
    ruled = {topic for _, rule in policy.rules() for topic in topics_of(rule, policy.file)}
    assert ruled == set(RULED)
    assert ruled | policy.silent == {topic.id for topic in TOPICS}
    assert not ruled & policy.silent


@pytest.mark.parametrize("topic", SILENT)
def test_a_topic_that_is_forgotten_is_named(topic: str) -> None:
    # the topics are a list in one line: take this one out of it
    text = changed()
    head, _, tail = text.partition("  - topics: [")
    names = [name for name in tail.strip("]\n").split(", ") if name != topic]
    text = f"{head}  - topics: [{', '.join(names)}]\n"
    (problem,) = problems(text)
    assert problem.code == "topic-forgotten"
    assert problem.en.endswith(f": {topic}")
    assert (problem.place.line, problem.place.column) == spot(text, "silent:")


def test_all_topics_that_are_forgotten_are_named_together() -> None:
    text = changed((f"topics: [{', '.join(SILENT)}]", "topics: [residence]"))
    (problem,) = problems(text)
    assert problem.zh.endswith("：" + "、".join(topic for topic in SILENT if topic != "residence"))


def test_no_silence_at_all_is_a_fault_as_well() -> None:
    text = changed((f"silent:\n  - topics: [{', '.join(SILENT)}]\n", ""))
    (problem,) = problems(text)
    assert problem.code == "topic-forgotten"
    assert (problem.place.line, problem.place.column) == spot(text, "schema:")


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("topics: [precedence]", "topics: [precedence, precedense]", "precedence"),
        ("topics: [precedence]", "topics: [precedence, instrument.premisses]", "instrument.premises"),
        ("topics: [income_test,", "topics: [income_test, income_tests,", "income_test"),
        ("topics: [income_test,", "topics: [income_test, ledger.suply,", "ledger.supply"),
        ("topics: [income_test,", "topics: [income_test, zzzzzz,", None),
    ],
)
def test_a_topic_that_is_unknown_is_told_with_its_nearest(old: str, new: str, near: str | None) -> None:
    text = changed((old, new))
    (problem,) = problems(text)
    assert problem.code == "topic-unknown"
    slip = new.split(", ")[1].rstrip(",]")
    assert (problem.place.line, problem.place.column) == spot(
        text, slip + ("," if "income_tests" not in slip and old != "topics: [precedence]" else "")
    )
    assert ("did you mean" in problem.en) is (near is not None)
    if near is not None:
        assert f"did you mean {near}?" in problem.en
        assert f"是否为 {near}？" in problem.zh


@pytest.mark.parametrize(
    ("topic", "rule"),
    [
        ("coverage", "poor-people"),
        ("priority", "first-people"),
        ("precedence", "poor-people"),
        ("service.education", "schooling"),
        ("ledger.supply", "supply-ledger"),
        ("supply_interval", "supply-ledger"),
        ("ledger_keeper", "supply-ledger"),
        ("hand_over", "supply-ledger"),
        ("filing_platform", "supply-ledger"),
        ("duty.consultation", "meetings"),
        ("targets", "numbers"),
        ("forward", "forward-referral"),
        ("consent", "forward-referral"),
        ("initiator", "forward-referral"),
        ("documents", "forward-referral"),
        ("simplification", "simpler"),
        ("government_duty", "owed"),
        ("instrument.premises", "rooms"),
    ],
)
def test_a_topic_cannot_be_ruled_and_silent(topic: str, rule: str) -> None:
    text = changed(("topics: [income_test,", f"topics: [{topic}, income_test,"))
    (problem,) = problems(text)
    assert problem.code == "topic-contradicted"
    assert rule in problem.zh
    assert rule in problem.en
    assert told([problem])[0][1:] == spot(text, f"[{topic}, income_test", 1)


def test_a_topic_cannot_be_silent_twice() -> None:
    text = changed(("topics: [income_test,", "topics: [residence]\n  - topics: [income_test,"))
    assert [problem.code for problem in problems(text)] == ["topic-doubled"]


@pytest.mark.parametrize(
    ("old", "new", "forgotten"),
    [
        ("        actor: 机关\n", "", ["ledger_keeper"]),
        ("          hand_over: happened(ledger.provided_to_townships)\n", "", ["hand_over"]),
        ("          platform: ledger.entered_on_platform\n", "", ["filing_platform"]),
        ("          platform: ", "          filing: ", []),
        (
            "          hand_over: happened(ledger.provided_to_townships)",
            "          window: ledger.entered_on_platform",
            [],
        ),
        (
            "          hand_over: happened(ledger.provided_to_townships)",
            "          push: ledger.entered_on_platform",
            [],
        ),
        ("        interval: P6M\n        counting: cycle\n", "", ["supply_interval"]),
        ("        interval: P6M\n        counting: cycle\n", "        cadence: 及时\n", []),
        ("step: consent, when", "step: inform, when", []),
        ("step: consent, when", "step: match_project, when", ["consent"]),
        ("        documents: {any_of: [referral_letter], required: true}\n", "", ["documents"]),
        ("        government: true\n", "", ["government_duty"]),
        ("        topics: [precedence]\n", "", ["precedence"]),
    ],
)
def test_each_part_of_a_rule_answers_its_own_topic(old: str, new: str, forgotten: list[str]) -> None:
    text = changed((old, new))
    if not forgotten:
        assert read(text).silent == frozenset(SILENT)
        return
    (problem,) = problems(text)
    assert problem.code == "topic-forgotten"
    assert problem.en.endswith(": " + ", ".join(forgotten))


def test_a_demand_ledger_answers_its_own_interval() -> None:
    text = changed(("ledgers: [supply]", "ledgers: [supply, demand, needs_list]"))
    assert sorted(problem.en.split()[1] for problem in problems(text)) == [
        "demand_interval",
        "ledger.demand",
        "ledger.needs_list",
    ]


def test_topics_are_unique_and_each_has_its_dimension_and_terms() -> None:
    assert len(TOPIC) == len(TOPICS)
    assert {topic.dimension for topic in TOPICS} == {"eligibility", "services", "duties", "referral", "incentives"}
    assert all(topic.zh and topic.en for topic in TOPICS)
