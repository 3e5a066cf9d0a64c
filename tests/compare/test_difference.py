"""The sentence of a row: made-up documents that differ in one thing, and what may not be claimed of a silence."""

from __future__ import annotations

import re

import pytest
from tests.compare.documents import DAY, NAMES, REGIONS, made, policies, said, told, whole

from xianjie.compare.matrix import Row, compare
from xianjie.policy.overlay import overlaid, parse_overlay
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.topics import TOPICS

A = made()
DIGEST = made(("text: full", "text: digest"), ("standing: issued", "standing: press_report"), region="elsewhere")
DRAFT = [("standing: issued", "standing: draft"), ("validity: in_force", "validity: not_in_force")]
ROOMS = "        instruments: [premises]\n        force: encouraged\n        beneficiary: organisation.charitable\n"
COUNT = "at_least: {by: meeting, readings: {count-meetings: 2, all-parties-each: 1}}"
LEDGER = "        ledgers: [supply]\n        force: must\n"


def other(*replacements: tuple[str, str], region: str = "elsewhere") -> Policy:
    return made(*replacements, region=region)


def rooms(force: str = "encouraged", beneficiary: str = "organisation.charitable", region: str = "elsewhere") -> Policy:
    text = f"        instruments: [premises]\n        force: {force}\n        beneficiary: {beneficiary}\n"
    return other((ROOMS, text), region=region)


def silent_on(topic: str, rule: str, *more: tuple[str, str], region: str = "elsewhere") -> Policy:
    """Make a policy that says nothing on a topic that the other rules."""
    return other((rule, ""), ("silent:\n  - topics: [", f"silent:\n  - topics: [{topic}, "), *more, region=region)


ROOMS_RULE = f"      - part: incentive\n        id: rooms\n{ROOMS}        zh: 一\n        en: one\n"


def test_documents_that_say_the_same_are_said_to() -> None:
    for topic in ("coverage", "supply_interval", "forward", "instrument.premises", "targets"):
        found = told(topic, A, other())
        assert found.verdict == "same", topic
        assert found.sentence.zh == "所比各项，各地一致。"


FORCES = ["must", "must_bare", "priority", "encouraged", "explore", "may"]


@pytest.mark.parametrize(("strong", "weak"), [(a, b) for n, a in enumerate(FORCES) for b in FORCES[n + 1 :]])
def test_the_weaker_force_is_named(strong: str, weak: str) -> None:
    found = told("instrument.premises", rooms(strong, region="example"), rooms(weak))
    assert found.verdict == "differ"
    assert re.fullmatch(r"乙“[^”]+”，力度弱于甲“[^”]+”。", found.sentence.zh)
    assert re.fullmatch(r"B “[^”]+”, weaker than A “[^”]+”\.", found.sentence.en)
    assert said("instrument.premises", rooms(weak, region="example"), rooms(strong)).startswith("甲“")


def test_several_forces_are_ranked() -> None:
    three = (rooms("explore", region="example"), rooms("must"), rooms("encouraged", region="third"))
    assert said("instrument.premises", *three) == "力度由强到弱：乙“应当”＞丙“鼓励”＞甲“探索”。"


def test_forces_that_cannot_be_ranked_are_not() -> None:
    assert said("coverage", A, other()) == "所比各项，各地一致。"
    assert "力度" not in said(
        "targets", A, other(("id: numbers\n        force: target", "id: numbers\n        force: must"))
    )


def test_the_longer_interval_is_named() -> None:
    found = told("supply_interval", A, other(("interval: P6M", "interval: P1Y")))
    assert found.sentence.zh == "乙每年，周期长于甲每半年。"
    assert found.sentence.en == "B every year, a longer interval than A every half year."
    days = said("supply_interval", A, other(("interval: P6M", "interval: P200D")))
    assert days == "乙每 200 天，周期长于甲每半年。"
    three = said(
        "supply_interval",
        A,
        other(("interval: P6M", "interval: P1Y")),
        other(("interval: P6M", "interval: P1M"), region="third"),
    )
    assert three == "周期由短到长：丙每月＜甲每半年＜乙每年。"


def test_a_number_comes_before_a_word_without_a_limit_and_nothing_last() -> None:
    counted = f"        {COUNT}\n        parties: meeting\n"
    vague = other((counted, "        cadence: 定期\n"))
    none = other((counted, ""), region="third")
    sentence = said("duty.consultation", none, vague, A)
    assert sentence.startswith("丙每年不少于 2 次（另一读法：1 次），乙只写“定期”，甲未写次数和期限")


def test_an_interval_and_none() -> None:
    plain = other(("        interval: P6M\n        counting: cycle\n", "        cadence: 及时\n"))
    assert "甲每半年，乙只写“及时”" in said("supply_interval", A, plain)
    assert "有歧义：甲 A-02" in said("supply_interval", A, plain)


def test_more_often_a_year_comes_first() -> None:
    more = other((COUNT, "at_least: 4"))
    assert said("duty.consultation", A, more).startswith("乙每年不少于 4 次，甲每年不少于 2 次")


@pytest.mark.parametrize(
    ("beneficiary", "sentence"),
    [
        ("organisation.charitable and area.has_conditions", "乙另以有条件的地区为条件。"),
        ("organisation.charitable and organisation.field == 'education'", "乙另以领域为教育为条件。"),
        ('"True"', "甲另以慈善组织为条件。"),
        ("organisation.volunteer", "甲以慈善组织为条件；乙以志愿者为条件。"),
        ("organisation.charitable and not organisation.individual", "乙另以个人：否为条件。"),
        ('"False"', "乙不面向组织，只是资金渠道或政府职责。"),
        ("organisation.charitable or organisation.individual", "甲以慈善组织为条件；乙以慈善组织或个人为条件。"),
    ],
)
def test_an_extra_condition_is_named(beneficiary: str, sentence: str) -> None:
    assert said("instrument.premises", A, rooms(beneficiary=beneficiary)) == sentence


def test_what_most_groups_ask_is_told_once() -> None:
    more = other(
        (
            "when: person.tekun\n        zh: 一\n        en: one\n      - part: advice",
            "when: person.tekun and aid.received\n        zh: 一\n        en: one\n      - part: advice",
        )
    )
    assert said("priority", A, more) == "多数类别：乙另以已获政府救助为条件。"


def supposed(policy: Policy, changes: str) -> Policy:
    text = f"overlay: 1\nid: rarer\nbase: {policy.id}\nzh: 设想\nen: supposed\n{changes}\n"
    return overlaid(policy, parse_overlay(text, "o.yaml"))


def test_a_condition_of_one_group_among_several_is_told_by_the_group() -> None:
    hubei = policies()["hubei"]
    narrower = "person.in_low_income_database and not meets_aid_conditions and person.minor"
    changed_ = supposed(hubei, f"rules: {{in-database-conditions-not-met: {{when: {narrower}}}}}")
    row = compare([hubei, changed_], DAY, NAMES, ["coverage"]).rows[0]
    assert row.difference.sentence.zh == (
        "“在低收入人口数据库内、暂不符合救助条件的困难群众”：湖北（rarer，假设）另以未成年人为条件。"
    )


def test_more_groups_are_counted_and_named() -> None:
    more = other(
        (
            "  - {id: first, gives: priority, zh: 优先, en: first}\n",
            "  - {id: first, gives: priority, zh: 优先, en: first}\n"
            "  - {id: second, gives: priority, zh: 其次, en: second}\n",
        ),
        (
            "      - part: advice\n",
            "      - part: group\n        id: second-people\n        group: second\n        force: priority\n"
            "        when: person.orphan\n        zh: 一\n        en: one\n      - part: advice\n",
        ),
    )
    sentence = said("priority", A, more)
    assert sentence.startswith("乙列 2 类，甲列 1 类；乙另列其次")
    assert told("priority", A, more).sentence.en.startswith("B 2 groups, A 1 group")


def test_another_step_and_another_starter_are_named() -> None:
    step = other(
        (
            "          - {step: consent, when: referral.consent_given}\n",
            "          - {step: inform, when: referral.informed}\n"
            "          - {step: consent, when: referral.consent_given}\n",
        )
    )
    assert said("consent", A, step) == "乙另须充分告知。"
    starter = other(("initiators: [civil_affairs]", "initiators: [civil_affairs, township]"))
    assert said("initiator", A, starter) == "乙另可由乡镇(街道)发起。"
    paper = other(("any_of: [referral_letter], required: true", "any_of: [sealed_materials], required: true"))
    assert said("documents", A, paper) == "甲另认可转介函件；乙另认可加盖公章的申请材料。"
    gate = other(
        (
            "{step: consent, when: referral.consent_given}",
            "{step: consent, when: referral.consent_given}\n"
            "          - {step: acceptance, when: referral.handled_during_acceptance}",
        )
    )
    assert said("forward", A, gate) == "乙另须在受理救助业务时办理。"


def test_the_force_of_a_referral_is_not_told_of_its_consent() -> None:
    weaker = other(
        (
            "direction: forward\n        force: must\n        initiators",
            "direction: forward\n        force: may\n        initiators",
        )
    )
    assert "力度弱于" in said("forward", A, weaker)
    assert told("consent", A, weaker).verdict == "same"


def test_levels_are_told() -> None:
    county = other((LEDGER, f"{LEDGER}        levels: [county]\n"))
    assert said("supply_interval", A, county) == "乙的周期只及县(区)。"
    duty = other((f"        {COUNT}", f"        levels: [county]\n        {COUNT}"))
    assert said("duty.consultation", A, duty) == "乙只及县(区)。"


def test_a_commitment_and_a_reference_are_told() -> None:
    promised = other((ROOMS, ROOMS + "        qualifier: commitment\n"))
    assert said("instrument.premises", A, promised) == "乙为“承诺（将…）”。"


def test_look_backs_are_compared_by_their_length() -> None:
    marked = ("        when: recent\n", "        topics: [look_back_windows]\n        when: recent\n")
    listed = ("look_back_windows, ", "")
    longer = other(
        marked, listed, ("    unit: years\n    values: [{value: 1}]", "    unit: years\n    values: [{value: 2}]")
    )
    sentence = said("look_back_windows", made(marked, listed), longer)
    assert "“退出救助范围日期”回溯由短到长：甲 1 年内、乙 2 年内" in sentence
    under = other(marked, listed, ("recent: within(", "recent: under("))
    assert "未满 1 年" in said("look_back_windows", made(marked, listed), under)


def test_one_silent_document_is_told_from_one_that_does_not_report() -> None:
    silent = silent_on("instrument.premises", ROOMS_RULE)
    found = told("instrument.premises", A, silent)
    assert (found.verdict, found.sentence.zh) == ("differ", "只有甲有规定；乙未规定。")
    digest = silent_on("instrument.premises", ROOMS_RULE, ("text: full", "text: digest"))
    found = told("instrument.premises", A, digest)
    assert (found.verdict, found.sentence.zh) == ("open", "在手头的文本里，只有甲有规定；乙摘要未载。")
    assert found.sentence.en == "in the texts at hand only A has a rule; B: not reported."


def test_two_agree_and_a_digest_is_silent() -> None:
    digest = silent_on("instrument.premises", ROOMS_RULE, ("text: full", "text: digest"), region="third")
    found = told("instrument.premises", A, other(), digest)
    assert (found.verdict, found.sentence.zh) == ("open", "甲、乙所比各项一致；丙摘要未载。")


def test_all_silent_of_one_kind_or_of_both() -> None:
    assert told("residence", A, other()).verdict == "silent"
    assert said("residence", A, other()) == "均未规定。"
    assert said("residence", A, DIGEST) == "甲未规定，乙摘要未载。"
    assert said("residence", DIGEST) == "只有一份文件，无从比较。"


def test_a_draft_is_marked_where_it_is_first_named() -> None:
    draft = other((ROOMS, ROOMS.replace("encouraged", "may")), *DRAFT)
    sentence = said("instrument.premises", A, draft)
    assert sentence == "乙（征求意见稿）“可以”，力度弱于甲“鼓励”。"
    assert said("supply_interval", A, other(("interval: P6M", "interval: P1Y"), *DRAFT)).count("征求意见稿") == 1


def test_a_supposition_is_marked_so() -> None:
    matrix = compare(
        [A, supposed(A, "rules: {supply-ledger: {interval: P1Y}}")], DAY, {"example": ("甲", "A")}, ["supply_interval"]
    )
    assert matrix.rows[0].difference.sentence.zh == "甲（rarer，假设）每年，周期长于甲每半年。"
    assert [column.name.zh for column in matrix.columns] == ["甲", "甲（rarer）"]
    assert matrix.columns[1].supposed.zh == "设想"
    assert any("假设" in marker.zh for marker in matrix.columns[1].markers())


def test_readings_that_only_one_has_are_told() -> None:
    both = told("coverage", A, other())
    assert both.verdict == "same"
    plain = other(
        ("        when: hardship and not person.other_hardship\n", "        when: poor or aid.still_in_difficulty\n")
    )
    assert "有歧义：甲 A-01" in said("coverage", A, plain)


def test_free_words_are_never_said_to_be_the_same() -> None:
    clause = (
        "        dimension: duties\n        force: principle\n",
        "        dimension: duties\n        topics: [closing]\n        force: must\n",
    )
    documents = made(clause, ("closing, ", "")), other(clause, ("closing, ", ""))
    found = told("closing", *documents)
    assert (found.verdict, found.sentence.zh) == ("open", "各地用语见各格，未作机器比较。")
    reworded = (clause[0] + "        zh: 一\n", clause[1] + "        zh: 办结后反馈\n")
    found = told("closing", made(clause, ("closing, ", "")), other(reworded, ("closing, ", "")))
    assert (found.verdict, found.sentence.zh) == ("open", "各地用语见各格，未作机器比较。")


@pytest.mark.parametrize(
    ("topic", "old", "new"),
    [
        ("hand_over", "hand_over: happened(ledger.provided_to_townships)\n", "hand_over: ledger.entered_on_platform\n"),
        (
            "simplification",
            "force: may\n        when: person.tekun",
            "force: may\n        scope: person.orphan\n        when: person.tekun",
        ),
        ("coverage", "recent: within(aid.exit_date, years=window)", "recent: within(aid.exit_date, months=6)"),
        ("targets", "values: {2025: 3}", "values: {2025: 4}"),
        ("targets", "unit: 个, values", "unit: 家, values"),
        ("consent", "{step: consent, when: referral.consent_given}", "{step: consent, when: referral.informed}"),
        ("government_duty", "        government: true\n", "        government: true\n        when: aid.received\n"),
    ],
)
def test_a_change_inside_a_rule_is_never_called_the_same(topic: str, old: str, new: str) -> None:
    if topic == "hand_over":
        topic = "ledger.supply"  # the condition of the hand-over is compared with the ledger
    found = told(topic, A, other((old, new)))
    assert found.verdict == "differ"
    assert "一致" not in found.sentence.zh


def test_rules_beside_the_strongest_are_compared_too() -> None:
    second = ROOMS_RULE.replace("id: rooms", "id: more-rooms").replace("encouraged", "may")
    volunteers = second.replace("organisation.charitable", "organisation.volunteer")
    fewer = second.replace("organisation.charitable", "organisation.volunteer and area.has_conditions")
    documents = made((ROOMS_RULE, ROOMS_RULE + volunteers)), other((ROOMS_RULE, ROOMS_RULE + fewer))
    found = told("instrument.premises", *documents)
    assert (found.verdict, found.sentence.zh) == ("differ", "“可以”一条：乙另以有条件的地区为条件。")


# the five regions


@pytest.mark.parametrize("row", whole().rows, ids=[row.topic.id for row in whole().rows])
def test_a_sentence_is_one_and_names_who_is_silent(row: Row) -> None:
    zh, en = row.difference.sentence.zh, row.difference.sentence.en
    assert zh.endswith("。")
    assert zh.count("。") == 1
    assert en.endswith(".")
    assert not re.search("[\x00-\x1f]", zh + en)
    for column, cell in zip(whole().columns, row.cells, strict=True):
        assert cell.ruled or column.name.zh in zh
        assert cell.ruled or column.name.en in en
    silent = [
        column.name.zh for column, cell in zip(whole().columns, row.cells, strict=True) if cell.status == "not_reported"
    ]
    for name in silent:
        assert not re.search(f"{name}(没有|无|未规定)", zh)


def test_what_policy_staff_want_to_hear_is_said() -> None:
    told_ = {row.topic.id: row.difference.sentence.zh for row in whole().rows}
    assert told_["supply_interval"].startswith(
        "天津“应当（无情态词）”，力度弱于湖北“应当”；湖北每年，周期长于天津每半年"
    )
    assert told_["reverse"].startswith("力度由强到弱：金华（征求意见稿）“应当（无情态词）”＞天津“鼓励”＞湖北“可以”")
    assert told_["consent"].startswith("湖北另须充分告知；")
    assert told_["initiator"].startswith("湖北、天津另可由乡镇(街道)发起；")
    assert "湖北另以有条件的地区、领域为社会救助为条件" in told_["instrument.premises"]
    assert told_["duty.consultation"].startswith("金华（征求意见稿）每年不少于 2 次，湖北只写“定期”")
    assert told_["forward"].count("上海、山西只提出机制，没有步骤") == 1
    assert (
        told_["instrument.named_fund"] == "湖北、金华（征求意见稿）、山西（新闻摘要）所比各项一致；上海、天津未规定。"
    )


def test_every_pair_of_regions_has_a_sentence_on_every_topic() -> None:
    for number, one in enumerate(REGIONS):
        for another in REGIONS[number + 1 :]:
            matrix = compare([policies()[one], policies()[another]], DAY, NAMES)
            assert len(matrix.rows) == len(TOPICS)
            for row in matrix.rows:
                ruled = [cell for cell in row.cells if cell.ruled]
                assert (row.difference.verdict == "silent") == (not ruled)
                assert row.difference.sentence.zh
                if row.difference.verdict == "same":
                    assert len(ruled) == 2
                    assert ruled[0].measure == ruled[1].measure
