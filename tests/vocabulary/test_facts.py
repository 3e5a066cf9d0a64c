"""The vocabulary is the public contract's, name by name, and nothing drifts away from it."""

from __future__ import annotations

from typing import get_args

import pytest

from xianjie.errors import PluginError
from xianjie.policy import model
from xianjie.vocabulary import BASE, FactSpec, FactType, Vocabulary
from xianjie.vocabulary import terms as words
from xianjie.vocabulary.facts import LISTS, RECORDS
from xianjie.vocabulary.topics import TOPIC, TOPICS

CONTRACT: dict[str, dict[str, str]] = {
    "bool": {
        "person.dibao_recipient": "最低生活保障对象",
        "person.expenditure_poverty": "支出型贫困对象",
        "person.tekun": "特困人员",
        "person.orphan": "孤儿",
        "person.de_facto_unsupported_child": "事实无人抚养儿童",
        "person.child_in_difficulty": "困境儿童",
        "person.left_behind_child": "留守儿童",
        "person.dibao_marginal_member": "低保边缘家庭成员",
        "person.rigid_expenditure_member": "刚性支出困难家庭成员",
        "person.illness_impoverished_patient": "因病致贫重病患者",
        "person.poverty_return_monitored": "防止返贫监测对象",
        "person.other_hardship": "其他困难人员",
        "person.other_poverty_risk": "其他存在致困风险的人员",
        "person.other_recognised_recipient": "其他已认定的社会救助对象",
        "person.in_low_income_database": "纳入低收入人口数据库监测",
        "person.recognised_by_local_civil_affairs": "经本地民政部门认定",
        "person.elderly": "老年人",
        "person.minor": "未成年人",
        "person.disabled": "残疾人",
        "person.seriously_ill": "重病患者",
        "person.cannot_self_care": "生活不能自理",
        "person.elderly_alone": "高龄孤寡",
        "person.student": "在校学生",
        "person.good_conduct_and_study": "品学兼优",
        "person.able_to_work": "具备就业能力",
        "person.willing_to_work": "有就业意愿",
        "person.has_micro_wish": "有合理微心愿",
        "household.property_within_limits": "财产符合条件",
        "household.illness_impoverished": "因病致贫家庭",
        "household.emergency_hardship": "遭受应急困难家庭",
        "household.medical_burden_heavy": "三重保障后医疗负担仍较重",
        "household.poor_housing": "居住条件较差",
        "household.willing_to_renovate": "有改造意愿",
        "household.major_misfortune": "发生重大变故",
        "aid.meets_conditions": "符合政府救助条件",
        "aid.received": "已获政府救助",
        "aid.still_in_difficulty": "政府救助后仍有困难",
        "aid.covered_by_existing_policy": "现有政府资源和救助政策可以覆盖",
        "aid.exit_by_procedure": "按程序退出",
        "aid.application_is_new": "新申请",
        "referral.informed": "充分知情",
        "referral.consent_given": "同意",
        "referral.letter_issued": "已出具转介函件",
        "referral.materials_sealed": "申请材料加盖公章",
        "referral.matches_project_conditions": "符合慈善项目条件",
        "referral.can_apply_independently": "能自主申请",
        "referral.handled_during_acceptance": "在受理救助业务时",
        "referral.possibly_meets_aid_conditions": "可能符合政府救助条件",
        "referral.review_passed": "通过审核确认",
        "organisation.charitable": "慈善组织",
        "organisation.individual": "个人",
        "organisation.community_social_organisation": "社区社会组织",
        "organisation.volunteer": "志愿者",
        "organisation.social_work_agency": "社会工作机构",
        "organisation.hosted_in_consortium": "入驻社会救助联合体",
        "organisation.joins_community_welfare": "参与社区公益事业",
        "organisation.joins_major_events": "参与重大活动等",
        "organisation.outstanding_contribution": "突出贡献",
        "organisation.good_social_influence": "良好社会影响力",
        "organisation.active_participation": "积极参与",
        "organisation.significant_results": "成效显著",
        "organisation.good_credit": "信用良好",
        "organisation.project_innovative_demonstrative": "创新性、示范性项目",
        "organisation.project_gives_assistance": "救助帮扶类慈善项目",
        "area.has_conditions": "有条件的地区",
        "area.needs_social_forces": "需要社会力量参与",
        "area.funds_insufficient": "资金不够",
        "ledger.established": "已建立",
        "ledger.entered_on_platform": "已录入平台",
        "ledger.provided_to_service_window": "已提供窗口",
        "ledger.pushed_to_civil_affairs": "已推送",
        "ledger.filed_on_platform": "已备案",
    },
    "int": {
        "household.size": "家庭人口",
        "duty.year": "年度",
        "duty.count": "次数",
        "target.item": "目标序号",
        "target.year": "年度",
    },
    "money": {"household.annual_income": "家庭年总收入"},
    "number": {"target.value": "完成值", "target.value_in_year": "当年值"},
    "event date": {
        "aid.exit_date": "退出救助范围日期",
        "aid.application_submitted": "新申请提交日",
        "aid.application_refused": "新申请未通过日",
        "aid.temporary_aid_date": "获得临时救助日",
        "referral.consent_date": "同意日",
        "referral.letter_date": "函件日期",
        "ledger.last_updated": "更新日",
        "ledger.provided_to_townships": "提供给乡镇(街道)日",
        "ledger.assistance_given": "帮扶发生日",
        "duty.last_done": "最近一次日期",
    },
    "set": {"aid.special_programmes": "专项救助部门保障的项目"},
}
"""The contract's table of facts, by hand: type, name, term."""

ENUMS: dict[str, tuple[str, ...]] = {
    "aid.exit_programme": ("dibao", "tekun", "other"),
    "referral.direction": ("forward", "reverse", "community_report"),
    "referral.initiator": ("civil_affairs", "township", "charity", "charity_member", "committee"),
    "organisation.field": (
        "social_assistance",
        "poverty_relief",
        "community_welfare",
        "health",
        "education",
        "culture",
        "other",
    ),
    "organisation.stage": ("founding", "early", "established"),
    "organisation.activity": ("charitable", "other"),
    "organisation.requested_from": ("assistance_station", "community_service_centre", "other"),
    "ledger.kind": (
        "supply",
        "demand",
        "assistance_information",
        "resource_project_list",
        "needs_list",
        "wish_list",
        "service_list",
    ),
    "ledger.level": ("province", "city", "county", "township"),
    "duty.kind": (
        "consultation",
        "brand_project",
        "brand_selection",
        "charity_training",
        "task_analysis",
        "festival_visits",
        "performance_evaluation",
        "platform_building",
        "model_case_collection",
    ),
    "duty.level": ("province", "city", "county", "township"),
}

INSTRUMENTS = [
    "venture_philanthropy",
    "subsidy_reward",
    "premises",
    "fee_reduction",
    "tax_preference",
    "government_purchase",
    "commendation",
    "charity_award",
    "advanced_collective_individual",
    "priority_recommendation",
    "media_publicity",
    "grade_assessment_tilt",
    "named_fund",
    "special_fund",
    "lottery_welfare_fund",
    "community_welfare_grant",
    "public_welfare_passport",
    "credit_record",
    "convenience",
    "registration_help",
    "incubation",
    "capacity_building",
    "model_cases",
    "brand_selection",
    "funding_increase",
    "social_work_support",
    "charitable_trust",
    "donation_sponsorship",
]
SERVICES = [
    "living_support",
    "education",
    "medical",
    "housing",
    "employment",
    "care_visits",
    "micro_wish",
    "service_type_assistance",
]
EVENTS = [
    "identified",
    "informed",
    "consented",
    "letter_issued",
    "materials_sealed",
    "referred",
    "accepted",
    "reviewed",
    "delivered",
    "fed_back",
    "withdrawn",
    "notified",
    "application_assisted",
    "aid_reviewed",
    "aid_given",
    "closed",
]
STATUSES = [
    "covered",
    "not_matched",
    "undetermined",
    "ambiguous",
    "not_stipulated",
    "not_reported",
    "priority_match",
    "fresh",
    "due_soon",
    "due_today",
    "overdue",
    "no_fixed_interval",
    "met",
    "in_progress",
    "not_met",
    "allowed",
    "refused",
    "not_triggered",
    "applies",
    "does_not_apply",
    "condition_not_met",
    "available",
    "not_available",
]
FORCES = ["must", "must_bare", "may", "encouraged", "explore", "priority", "definition", "target", "principle"]
STEPS = ["inform", "consent", "consent_before_letter", "match_project", "acceptance"]


@pytest.mark.parametrize(
    ("type_", "name", "zh"), [(type_, name, zh) for type_, facts in CONTRACT.items() for name, zh in facts.items()]
)
def test_a_fact_of_the_contract_has_its_type_and_term(type_: str, name: str, zh: str) -> None:
    spec = BASE[name]
    assert (spec.type, spec.zh) == (type_, zh)
    assert spec.en
    assert not spec.words


@pytest.mark.parametrize(("name", "known"), ENUMS.items())
def test_an_enum_of_the_contract_has_its_words(name: str, known: tuple[str, ...]) -> None:
    spec = BASE[name]
    assert spec.type is FactType.ENUM
    assert tuple(spec.words) == known
    assert all(zh and en for zh, en in spec.words.values())


def test_there_is_no_fact_that_the_contract_does_not_name() -> None:
    assert set(BASE.names) == {name for facts in CONTRACT.values() for name in facts} | set(ENUMS)


@pytest.mark.parametrize(
    ("name", "zh"),
    [
        ("referral.direction", ("民政→慈善", "慈善→民政", "居(村)委→街镇")),
        ("organisation.stage", ("启动成立", "初期运行", "成熟")),
        ("ledger.level", ("省级", "地级市", "县(区)", "乡镇(街道)")),
        (
            "ledger.kind",
            ("供给台账(目录)", "需求台账", "救助帮扶信息", "资源项目清单", "需求清单", "心愿清单", "服务清单"),
        ),
        (
            "duty.kind",
            (
                "会商",
                "品牌项目",
                "品牌评选",
                "慈善组织培训",
                "任务研判",
                "节点慰问",
                "绩效评价",
                "平台建设",
                "典型案例征集",
            ),
        ),
    ],
)
def test_the_words_have_the_contracts_terms(name: str, zh: tuple[str, ...]) -> None:
    assert tuple(pair[0] for pair in BASE[name].words.values()) == zh


def test_the_least_of_each_whole_number() -> None:
    assert {spec.name: spec.least for spec in BASE.facts if spec.type is FactType.INT} == {
        "household.size": 1,
        "duty.year": 1949,
        "duty.count": 0,
        "target.item": 1,
        "target.year": 1949,
    }


@pytest.mark.parametrize(
    ("table", "known"),
    [
        (words.INSTRUMENTS, INSTRUMENTS),
        (words.SERVICES, SERVICES),
        (words.EVENTS, EVENTS),
        (words.STATUSES, STATUSES),
        (words.FORCES, FORCES),
        (words.QUALIFIERS, ["commitment", "renvoi"]),
        (words.STANDINGS, ["issued", "draft", "press_report"]),
        (words.VALIDITIES, ["in_force", "unverified", "not_in_force", "lapsed"]),
        (words.DOCUMENTS, ["referral_letter", "sealed_materials"]),
        (words.CONDITIONS, ["never_established", "no_assistance_given"]),
        (words.ADVICE, ["apply_for_government_aid"]),
        (words.DIMENSIONS, ["eligibility", "services", "duties", "referral", "incentives"]),
    ],
)
def test_each_list_of_words_is_the_contracts(table: words.Terms, known: list[str]) -> None:
    assert sorted(table) == sorted(known)
    for index in (0, 1):
        said = [pair[index] for pair in table.values()]
        assert all(said)
        assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("literal", "known"),
    [
        (model.Instrument, tuple(words.INSTRUMENTS)),
        (model.ServiceKind, tuple(words.SERVICES)),
        (model.Event, tuple(words.EVENTS)),
        (model.Force, tuple(words.FORCES)),
        (model.Qualifier, tuple(words.QUALIFIERS)),
        (model.Unmet, tuple(words.UNMET)),
        (model.LedgerKind, tuple(BASE["ledger.kind"].words)),
        (model.DutyKind, tuple(BASE["duty.kind"].words)),
        (model.Direction, tuple(BASE["referral.direction"].words)),
        (model.Initiator, tuple(BASE["referral.initiator"].words)),
        (model.Level, tuple(BASE["ledger.level"].words)),
        (model.Level, tuple(BASE["duty.level"].words)),
    ],
)
def test_the_shape_of_a_policy_file_knows_the_same_words(literal: object, known: tuple[str, ...]) -> None:
    assert get_args(literal) == known


def test_steps_have_terms_and_a_next_step_is_a_step_or_its_mend() -> None:
    assert list(get_args(model.Step)) == STEPS
    assert set(get_args(model.Step)) | set(get_args(model.NextStep)) == set(words.STEPS)


def test_the_words_of_a_document_are_those_of_the_shape() -> None:
    fields = model.Document.model_fields
    assert get_args(fields["standing"].annotation) == tuple(words.STANDINGS)
    assert get_args(fields["validity"].annotation) == tuple(words.VALIDITIES)
    assert get_args(model.Provision.model_fields["dimension"].annotation) == tuple(words.DIMENSIONS)


def test_topics_are_unique_and_cover_every_service_ledger_duty_and_instrument() -> None:
    ids = [topic.id for topic in TOPICS]
    assert len(set(ids)) == len(ids) == len(TOPIC)
    wanted = (
        {f"service.{one}" for one in SERVICES}
        | {f"ledger.{one}" for one in ENUMS["ledger.kind"]}
        | {f"duty.{one}" for one in ENUMS["duty.kind"]}
        | {f"instrument.{one}" for one in INSTRUMENTS}
    )
    assert {one for one in ids if "." in one} == wanted
    assert {topic.dimension for topic in TOPICS} == set(words.DIMENSIONS)
    assert len({topic.zh for topic in TOPICS}) == len({topic.en for topic in TOPICS}) == len(TOPICS)


def test_a_term_is_looked_up_and_an_unknown_word_stands_for_itself() -> None:
    assert words.term(words.FORCES, "may") == "可以"
    assert words.term(words.FORCES, "may", "en") == "may"
    assert words.term(words.FORCES, "nothing") == "nothing"


# -- the vocabulary itself ---------------------------------------------------------------------------------------------


def test_slots_and_records() -> None:
    assert [BASE.slot[name] for name in BASE.names] == list(range(len(BASE.facts)))
    assert BASE["aid.received"].record == "aid"
    assert BASE["aid.received"].short == "received"
    assert {spec.record for spec in BASE.facts} == set(RECORDS)
    for record in RECORDS:
        assert [name for _, name in BASE.shorts(record)] == [n for n in BASE.names if n.startswith(f"{record}.")]
        assert all(name == f"{record}.{short}" for short, name in BASE.shorts(record))
    assert (BASE.of_record("no-such"), BASE.shorts("no-such")) == ((), ())
    assert [spec.name for spec in BASE.of_record("area")] == list(BASE.names[BASE.slot["area.has_conditions"] :][:3])
    assert LISTS == {"ledger": "ledgers", "duty": "duties", "target": "targets"}
    assert BASE.events == set(CONTRACT["event date"])
    assert "aid.received" in BASE
    assert "aid.recieved" not in BASE
    with pytest.raises(KeyError):
        BASE["aid.recieved"]


def test_terms_are_unique_within_a_record() -> None:
    for record in RECORDS:
        terms = [spec.zh for spec in BASE.of_record(record)]
        assert len(set(terms)) == len(terms)


@pytest.mark.parametrize(
    ("slip", "near"),
    [
        ("aid.recieved", "aid.received"),
        ("received", "aid.received"),
        ("person.dibao_recipent", "person.dibao_recipient"),
        ("family.size", "household.size"),
        ("zzz.qqq", None),
    ],
)
def test_the_nearest_fact(slip: str, near: str | None) -> None:
    assert BASE.nearest(slip) == near


def fact(name: str, zh: str = "新的事实") -> FactSpec:
    return FactSpec(name, FactType.BOOL, zh, "a new fact")


def test_a_region_adds_facts_behind_those_of_the_contract() -> None:
    more = BASE.extended([fact("person.returned_worker"), fact("area.remote", "偏远地区")], "somewhere")
    assert more.names == (*BASE.names, "person.returned_worker", "area.remote")
    assert more.slot["person.returned_worker"] == len(BASE.facts)
    assert "person.returned_worker" not in BASE
    assert BASE.extended([], "somewhere") is BASE


@pytest.mark.parametrize(
    ("added", "codes"),
    [
        ([fact("aid.received")], ["plugin-fact-name"]),
        ([fact("animal.tame")], ["plugin-fact-name"]),
        ([fact("person")], ["plugin-fact-name"]),
        ([fact("person.a.b")], ["plugin-fact-name"]),
        ([fact("person.worker", "特困人员")], ["plugin-fact-synonym"]),
        ([fact("person.worker"), fact("person.labourer")], ["plugin-fact-synonym"]),
        ([fact("aid.received"), fact("person.worker", "孤儿")], ["plugin-fact-name", "plugin-fact-synonym"]),
        ([fact("person.worker"), fact("person.worker", "另一个词")], ["plugin-fact-name"]),
    ],
)
def test_a_synonym_or_a_doubled_name_or_a_wrong_record_is_refused(added: list[FactSpec], codes: list[str]) -> None:
    with pytest.raises(PluginError) as caught:
        BASE.extended(added, "somewhere")
    assert [problem.code for problem in caught.value.problems] == codes
    assert all("somewhere" in problem.zh and "somewhere" in problem.en for problem in caught.value.problems)


def test_a_synonym_is_told_with_the_fact_to_use() -> None:
    with pytest.raises(PluginError) as caught:
        BASE.extended([fact("person.worker", "孤儿")], "somewhere")
    assert "person.orphan" in caught.value.problems[0].en


def test_a_vocabulary_can_be_made_of_any_facts() -> None:
    tiny = Vocabulary([fact("aid.one"), FactSpec("aid.day", FactType.EVENT, "日", "day")])
    assert tiny.names == ("aid.one", "aid.day")
    assert tiny.events == {"aid.day"}


FIXED = {
    # what a person is: nobody chooses age, bereavement, illness or disability
    "person.orphan",
    "person.de_facto_unsupported_child",
    "person.elderly",
    "person.minor",
    "person.disabled",
    "person.seriously_ill",
    "person.cannot_self_care",
    "person.elderly_alone",
    # what befell a household
    "household.emergency_hardship",
    "household.major_misfortune",
    # past aid and past applications, and when consent was given
    "aid.exit_date",
    "aid.exit_programme",
    "aid.exit_by_procedure",
    "aid.application_is_new",
    "aid.application_submitted",
    "aid.application_refused",
    "aid.temporary_aid_date",
    "referral.consent_date",
    "ledger.assistance_given",
    # a private person is no organisation, and a grown organisation does not become a young one
    "organisation.individual",
    "organisation.stage",
}
"""Everything else can be changed: by deciding (recognition, aid, consent, a letter), by acting, or in time."""


def test_the_facts_that_nobody_can_change_are_these() -> None:
    assert {spec.name for spec in BASE.facts if spec.fixed} == FIXED


def test_a_region_may_add_a_fact_that_nobody_can_change() -> None:
    spec = FactSpec("person.veteran", FactType.BOOL, "退役军人", "veteran", fixed=True)
    assert BASE.extended([spec], "a plugin")["person.veteran"].fixed
