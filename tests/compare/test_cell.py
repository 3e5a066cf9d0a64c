"""The cells of the five regions, against what was read from their documents by hand (facts.md)."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.compare.documents import REGIONS, cells, made, one, policies, whole

from xianjie.compare.cell import Cell
from xianjie.compare.matrix import compare
from xianjie.compare.value import EN, ZH
from xianjie.policy.completeness import topics_of
from xianjie.vocabulary.topics import TOPICS

EVERY = [(region, topic.id) for region in REGIONS for topic in TOPICS]

# region, topic, force of the strongest rule, clauses, what the value says
SAID = [
    # 湖北 (facts.md 1)
    ("hubei", "coverage", "definition", "二", "最低生活保障对象、特困人员、低保边缘家庭成员"),
    ("hubei", "coverage", "definition", "二", "均须救助后仍有困难"),
    ("hubei", "coverage", "definition", "二", "在低收入人口数据库内、暂不符合救助条件的困难群众"),
    ("hubei", "service.service_type_assistance", "explore", "三(四)", "老年人、未成年人、残疾人、重病患者之一"),
    ("hubei", "ledger.supply", "must", "三(二)", "每年更新，并提供给乡镇(街道)"),
    ("hubei", "supply_interval", "must", "三(二)", "每年更新"),
    ("hubei", "ledger.demand", "must", "三(二)", "建立，未写更新周期"),
    ("hubei", "ledger.needs_list", "explore", "三(四)", "建立，未写更新周期"),
    ("hubei", "ledger.service_list", "must", "三(四)", "建立，未写更新周期"),
    ("hubei", "ledger_keeper", "must", "三(二) 三(四)", "供给台账(目录)、服务清单：各级民政部门"),
    ("hubei", "hand_over", "must", "三(二)", "提供给乡镇(街道)"),
    ("hubei", "duty.consultation", "must_bare", "三(一)", "“定期”（无期限）"),
    ("hubei", "duty.platform_building", "explore", "三(二)", "未写次数和期限"),
    ("hubei", "forward", "may", "三(三)", "不符合政府救助条件，或（已获政府救助，且政府救助后仍有困难）"),
    ("hubei", "forward", "may", "三(三)", "须匹配慈善项目条件"),
    ("hubei", "consent", None, "三(三)", "充分告知并征得同意；出函的，先同意后出函"),
    ("hubei", "initiator", None, "三(三)", "民政部门、乡镇(街道)"),
    ("hubei", "documents", None, "三(三)", "转介函件或加盖公章的申请材料，须有其一"),
    ("hubei", "simplification", "may", "三(三)", "已出具转介函件或申请材料加盖公章"),
    ("hubei", "reverse", "may", "三(三)", "慈善组织：告知民政部门或乡镇(街道)，或协助申请"),
    ("hubei", "government_duty", "must_bare", "三(三)", "民政部门、乡镇（街道），条件：通过审核确认"),
    ("hubei", "instrument.premises", "encouraged", "三(五)", "领域为社会救助，条件：有条件的地区"),
    ("hubei", "instrument.tax_preference", "must_bare", "三(五)", "条件：救助帮扶类慈善项目"),
    ("hubei", "instrument.government_purchase", "encouraged", "三(四) 三(五)", "慈善组织"),
    ("hubei", "instrument.commendation", "must_bare", "三(五)", "（突出贡献，且良好社会影响力），或创新性、示范性项目"),
    ("hubei", "instrument.grade_assessment_tilt", "priority", "三(五)", "突出贡献，且良好社会影响力"),
    ("hubei", "instrument.funding_increase", "must", "四(一)", "不面向组织"),
    ("hubei", "instrument.special_fund", "encouraged", "四(一)", "不限主体"),
    # 山西 (facts.md 2)
    ("shanxi", "ledger.assistance_information", "must", "任务二", "“及时”（无期限），并推送同级民政部门、备案"),
    ("shanxi", "hand_over", "must", "任务二", "推送同级民政部门"),
    ("shanxi", "filing_platform", "must", "任务二", "备案"),
    ("shanxi", "instrument.venture_philanthropy", "explore", "任务五", "发展阶段为启动成立或初期运行"),
    ("shanxi", "instrument.convenience", "must", "任务五", "基层社会救助站(点)或社区服务中心"),
    ("shanxi", "instrument.named_fund", "encouraged", "任务三", "不限主体"),
    ("shanxi", "instrument.funding_increase", "must_bare", "保障", "不面向组织"),
    # 天津 (facts.md 3)
    ("tianjin", "coverage", "definition", "二(二)3", "暂不符合政府救助条件的困难群众、救助后生活仍有困难的群众"),
    ("tianjin", "ledger.supply", "must_bare", "二(三)5", "县(区)：每半年更新，并提供给服务窗口、录入平台"),
    ("tianjin", "ledger.supply", "must_bare", "二(三)5", "省级、乡镇(街道)：建立，未写更新周期"),
    ("tianjin", "supply_interval", "must_bare", "二(三)5", "县(区)：每半年更新"),
    ("tianjin", "demand_interval", "must_bare", "二(三)5", "乡镇(街道)：“及时”（无期限）"),
    ("tianjin", "duty.task_analysis", "must", "二(一)2", "“定期”（无期限）"),
    ("tianjin", "duty.charity_training", "must", "二(一)2", "“定期”（无期限）"),
    ("tianjin", "forward", "must_bare", "二(二)3", "须在受理救助业务时办理"),
    ("tianjin", "initiator", None, "二(二)3", "民政部门、乡镇(街道)"),
    ("tianjin", "simplification", "may", "二(二)3", "最低生活保障对象、特困人员或其他已认定的社会救助对象"),
    ("tianjin", "reverse", "encouraged", "二(二)3", "慈善组织会员、理事：告知民政部门或乡镇(街道)，或协助申请"),
    ("tianjin", "instrument.charity_award", "must_bare", "二(五)7", "突出贡献，且良好社会影响力"),
    ("tianjin", "instrument.advanced_collective_individual", "must_bare", "二(五)7", "慈善组织或个人"),
    ("tianjin", "instrument.community_welfare_grant", "must_bare", "二(五)7", "参与社区公益事业"),
    ("tianjin", "instrument.convenience", "must", "二(四)6", "参与重大活动等"),
    ("tianjin", "instrument.special_fund", "must_bare", "二(三)4", "不面向组织"),
    ("tianjin", "duty.model_case_collection", "must_bare", "三(三)", "省级：未写次数和期限"),
    # 金华 (facts.md 4)
    ("jinhua", "coverage", "definition", "三", "在册对象、监测对象、提低对象"),
    ("jinhua", "income_test", "definition", "三", "家庭年总收入低于 100000 元，且财产符合条件"),
    ("jinhua", "look_back_windows", "definition", "三", "退出救助范围日期 3 年内"),
    ("jinhua", "look_back_windows", "definition", "三", "新申请未通过日 2 年内"),
    ("jinhua", "look_back_windows", "definition", "三", "获得临时救助日 1 年内"),
    ("jinhua", "service.education", "encouraged", "四(三)2", "在校学生，且属本文件覆盖对象，条件：品学兼优"),
    ("jinhua", "service.housing", "must_bare", "四(三)4", "居住条件较差，且有改造意愿"),
    ("jinhua", "service.care_visits", "must_bare", "四(三)6", "属本文件覆盖对象"),
    ("jinhua", "duty.consultation", "must_bare", "四(二)1", "县(区)：每年不少于 2 次"),
    ("jinhua", "duty.brand_project", "must", "四(一)", "县(区)：每年不少于 1 次（2024—2026 年）"),
    ("jinhua", "duty.platform_building", "must_bare", "一", "不晚于 2026-12-31"),
    ("jinhua", "duty.festival_visits", "must_bare", "四(三)1", "每年不少于 5 次（推定）（另一读法：1 次）"),
    ("jinhua", "duty.performance_evaluation", "must_bare", "五(三)", "地级市：每年不少于 1 次（推定）"),
    ("jinhua", "targets", "target", "附件1", "20 项，2024—2026 年"),
    ("jinhua", "consent", None, "四(二)2", "征得同意"),
    ("jinhua", "initiator", None, "四(二)2", "民政部门"),
    ("jinhua", "reverse", "must_bare", "四(二)2", "慈善组织：告知民政部门或乡镇(街道)，或协助申请"),
    ("jinhua", "simplification", "may", "四(二)2", "属民政→慈善转介情形，且同意"),
    ("jinhua", "instrument.premises", "must_bare", "四(二)5", "发展阶段为启动成立或初期运行"),
    (
        "jinhua",
        "instrument.media_publicity",
        "must_bare",
        "四(二)5",
        "慈善组织或个人，条件：积极参与，且成效显著，且信用良好",
    ),
    ("jinhua", "instrument.priority_recommendation", "priority", "四(二)5", "慈善组织或个人"),
    ("jinhua", "instrument.grade_assessment_tilt", "priority", "四(二)5", "慈善组织，条件：积极参与"),
    ("jinhua", "instrument.capacity_building", "must_bare", "四(二)4", "入驻社会救助联合体"),
    # 上海 (facts.md 5)
    ("shanghai", "priority", "priority", "一(二)一是", "特困人员、遭受应急困难家庭、因病致贫家庭"),
    ("shanghai", "priority", "priority", "一(二)一是", "救助后仍未摆脱困境的人员"),
    ("shanghai", "community_report", "must", "二(三)", "居(村)民委员会：告知街道(乡镇)"),
    ("shanghai", "duty.brand_selection", "must_bare", "五(四)", "“定期”（无期限）"),
    ("shanghai", "duty.performance_evaluation", "must", "五(一)", "县(区)：未写次数和期限"),
    ("shanghai", "instrument.government_purchase", "may", "五(二)", "条件：需要社会力量参与，且资金不够"),
    ("shanghai", "instrument.tax_preference", "encouraged", "五(三)", "慈善组织，或开展的活动为慈善活动"),
    ("shanghai", "instrument.registration_help", "must_bare", "五(三)", "社区社会组织，且领域为社会救助"),
    ("shanghai", "instrument.public_welfare_passport", "encouraged", "四(四)", "志愿者"),
    ("shanghai", "instrument.credit_record", "explore", "五(五)", "不限主体"),
    ("shanghai", "instrument.lottery_welfare_fund", "explore", "五(三)", "不面向组织"),
    ("shanghai", "instrument.social_work_support", "must", "四(五)", "社会工作机构"),
]

SILENT = [
    ("hubei", "priority", "not_stipulated", "HB-E-N1"),
    ("hubei", "look_back_windows", "not_stipulated", "HB-E-N2"),
    ("hubei", "hardship_test", "not_stipulated", "HB-E-N3"),
    ("hubei", "filing_platform", "not_stipulated", "HB-L-N1"),
    ("hubei", "time_limits", "not_stipulated", "HB-R-N1"),
    ("hubei", "instrument.media_publicity", "not_stipulated", "HB-I-N1"),
    ("shanxi", "coverage", "not_reported", "SX-E-N1"),
    ("shanxi", "ledger.supply", "not_reported", "SX-L-N1"),
    ("shanxi", "consent", "not_reported", "SX-R-N1"),
    ("shanxi", "instrument.grade_assessment_tilt", "not_reported", "SX-I-N1"),
    ("tianjin", "income_test", "not_stipulated", "TJ-E-N1"),
    ("tianjin", "documents", "not_stipulated", "TJ-R-N1"),
    ("tianjin", "instrument.grade_assessment_tilt", "not_stipulated", "TJ-I-N1"),
    ("jinhua", "supply_interval", "not_stipulated", "JH-L-N1"),
    ("jinhua", "precedence", "not_stipulated", "JH-E-N2"),
    ("jinhua", "government_duty", "not_stipulated", "JH-R-N1"),
    ("shanghai", "coverage", "not_stipulated", "SH-E-N1"),
    ("shanghai", "ledger.supply", "not_stipulated", "SH-L-N1"),
    ("shanghai", "simplification", "not_stipulated", "SH-R-N1"),
    ("shanghai", "instrument.premises", "not_stipulated", "SH-I-N1"),
]

OPEN = [
    ("hubei", "supply_interval", {"A-06"}),
    ("tianjin", "supply_interval", {"A-06"}),
    ("hubei", "forward", {"A-02"}),
    ("hubei", "consent", set()),  # the open question is about who is referred, not about consent
    ("hubei", "hand_over", set()),
    ("tianjin", "coverage", {"A-03"}),
    ("jinhua", "coverage", {"A-04", "A-05"}),
    ("jinhua", "income_test", {"A-04"}),
    ("jinhua", "look_back_windows", {"A-05"}),
    ("jinhua", "duty.consultation", {"A-09"}),
    ("jinhua", "duty.festival_visits", {"J-01"}),
    ("jinhua", "targets", {"A-15"}),
    ("shanxi", "instrument.premises", {"A-12"}),
    ("hubei", "instrument.premises", set()),
]


def cell(region: str, topic: str) -> Cell:
    return cells()[region, topic]


@pytest.mark.parametrize(("region", "topic"), EVERY)
def test_every_cell_says_something_or_how_it_is_silent(region: str, topic: str) -> None:
    found, policy = cell(region, topic), policies()[region]
    answering = [rule.id for _, rule in policy.rules() if topic in topics_of(rule, policy.file)]
    assert [rule.id for rule in found.rules] == answering
    assert found.ruled == bool(answering) == (topic not in policy.silent)
    assert found.value.zh
    assert found.value.en
    assert "\n" not in found.value.zh + found.value.en
    assert len(found.value.zh) <= ZH
    assert len(found.value.en) <= EN
    if found.ruled:
        assert all(rule.clause and rule.summary.zh and rule.summary.en for rule in found.rules)
        assert found.forces().zh
        assert found.clauses()
    else:
        assert found.status == policy.silence
        assert found.value.zh == {"not_stipulated": "未规定", "not_reported": "摘要未载"}[found.status]


def test_most_values_are_short() -> None:
    lengths = [len(found.value.zh) for found in cells().values() if found.ruled]
    assert sum(length <= 60 for length in lengths) / len(lengths) > 0.95


@pytest.mark.parametrize(("region", "topic", "force", "clauses", "piece"), SAID)
def test_a_cell_says_what_the_document_says(
    region: str, topic: str, force: str | None, clauses: str, piece: str
) -> None:
    found = cell(region, topic)
    assert piece in found.value.zh
    assert found.measure.force == force
    assert " ".join(found.clauses()) == clauses


@pytest.mark.parametrize(("region", "topic", "status", "row"), SILENT)
def test_a_silence_is_of_its_kind_and_names_its_row(region: str, topic: str, status: str, row: str) -> None:
    found = cell(region, topic)
    assert found.status == status
    assert row in found.rows
    assert found.rules == ()


@pytest.mark.parametrize(("region", "topic", "wanted"), OPEN)
def test_open_questions_are_named_where_they_bear_on_the_topic(region: str, topic: str, wanted: set[str]) -> None:
    found = cell(region, topic)
    assert set(found.open_questions) == wanted
    assert all(question.text.zh and question.text.en for question in found.questions)


def test_a_question_that_alters_nothing_is_a_note() -> None:
    tilt = cell("hubei", "instrument.grade_assessment_tilt")
    assert [(question.id, question.open) for question in tilt.questions] == [("A-13", False)]


def test_forces_come_strongest_first_with_what_qualifies_them() -> None:
    assert cell("hubei", "instrument.government_purchase").forces().zh == "鼓励、探索"
    assert cell("tianjin", "instrument.charity_award").forces().zh == "应当（无情态词），承诺（将…）"
    assert cell("hubei", "instrument.tax_preference").forces().en == "must (bare), per other provisions"


def test_a_consent_is_given_the_referrals_force_by_name_and_has_none_of_its_own() -> None:
    assert cell("hubei", "consent").forces().zh == "转介：可以"
    assert cell("jinhua", "consent").forces().zh == "转介：应当（无情态词）"
    assert cell("hubei", "consent").measure.force is None


def test_rules_that_differ_in_force_each_name_their_own() -> None:
    value = cell("hubei", "instrument.fee_reduction").value.zh
    assert value.startswith("应当（无情态词）：慈善组织，条件：救助帮扶类慈善项目；鼓励：慈善组织")


def test_a_mechanism_without_steps_is_told_beside_the_silence() -> None:
    assert [detail.zh for detail in cell("shanghai", "forward").details] == ["只提出机制，没有步骤（二(二)，探索）"]
    (told,) = cell("shanxi", "forward").details
    assert told.zh.startswith("只提出机制，没有步骤（任务二，应当）；渠道：")
    assert cell("shanghai", "reverse").details == ()


def test_the_silence_keeps_its_note() -> None:
    assert "摘要只说困难群众" in cell("shanxi", "coverage").note.zh
    assert cell("hubei", "coverage").note.zh == ""


def test_readings_and_numbers_stand_among_the_details() -> None:
    details = [detail.zh for detail in cell("jinhua", "income_test").details]
    assert "读法“不论几口人，都用同一数额”：家庭年总收入低于 100000 元，且财产符合条件" in details
    assert "读法“以三口之家为准按人均折算”：3 × 家庭年总收入低于 100000 元 × 家庭人口，且财产符合条件" in details
    assert "收入线所依据的家庭人口：3 人" in details


def test_a_long_list_is_cut_in_the_value_and_whole_in_the_details() -> None:
    found = cell("hubei", "service.service_type_assistance")
    assert "等 10 类之一" in found.value.zh
    assert any("纳入低收入人口数据库监测" in detail.zh for detail in found.details)


def test_what_nobody_recorded_is_no_part_of_what_the_document_asks() -> None:
    for region in ("hubei", "jinhua", "tianjin"):
        text = cell(region, "forward").value.zh
        assert "有记录" not in text
        assert text.startswith("不符合政府救助条件，或")


@pytest.mark.parametrize(
    ("day", "line"), [("2025-02-28", "80000.5"), ("2025-03-01", "90000"), ("2025-05-01", "100000")]
)
def test_a_parameter_is_said_by_its_value_on_the_day(day: str, line: str) -> None:
    policy = made(("topics: [precedence]", "topics: [precedence, income_test]"), ("income_test, ", ""))
    row = compare([policy], dt.date.fromisoformat(day).toordinal(), topics=["income_test"]).rows[0]
    assert f"低于 {line} 元" in row.cells[0].value.zh


def test_a_rule_without_data_for_the_topic_speaks_in_its_own_words() -> None:
    policy = made(
        (
            "        dimension: duties\n        force: principle\n        zh: 一\n",
            "        dimension: duties\n        topics: [closing]\n        force: must\n        zh: 办结后反馈\n",
        ),
        ("closing, ", ""),
    )
    found = one("closing", policy)
    assert found.value.zh == "办结后反馈"
    assert found.measure.force == "must"
    assert found.measure.written == {"办结后反馈"}


def test_a_cell_is_json_shaped() -> None:
    made_ = cell("jinhua", "look_back_windows").as_json("zh")
    assert made_["status"] == "ruled"
    assert made_["clauses"] == ["三"]
    assert {(one["fact"], one["amount"], one["unit"]) for one in made_["measure"]["windows"]} == {
        ("aid.exit_date", 3, "years"),
        ("aid.application_refused", 2, "years"),
        ("aid.temporary_aid_date", 1, "years"),
    }
    assert [rule["readings"] for rule in made_["rules"]] == [[], ["A-05"], []]
    silent = cell("shanxi", "coverage").as_json("en")
    assert (silent["status"], silent["value"], silent["measure"]) == ("not_reported", "not reported", None)


def test_the_measure_can_be_compared_by_machine() -> None:
    interval = cell("tianjin", "supply_interval").as_json("zh")["measure"]
    assert (interval["force"], interval["force_rank"]) == ("must_bare", 5)
    assert (interval["timings"][0]["months"], interval["timings"][0]["period"]) == (6, "P6M")
    assert [level["key"] for level in interval["levels"]] == ["county"]
    assert cell("jinhua", "duty.consultation").as_json("zh")["measure"]["timings"][0]["least"] == 2
    consent = cell("hubei", "consent").as_json("zh")["measure"]
    assert {atom["key"] for atom in consent["members"]} == {"inform", "consent", "consent_before_letter"}
    start_up = cell("hubei", "instrument.premises").as_json("zh")["measure"]
    assert {atom["key"] for atom in start_up["conditions"]} == {
        "organisation.charitable",
        "organisation.field == 'social_assistance'",
        "area.has_conditions",
        "organisation.stage in ('early', 'founding')",
    }


def test_the_matrix_of_the_five_holds_every_topic_once() -> None:
    assert [row.topic.id for row in whole().rows] == [topic.id for topic in TOPICS]
