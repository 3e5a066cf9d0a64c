"""The facts that a case can hold, their types and terms. A region may add its own, never a synonym."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from xianjie.errors import PluginError, Problem, nearest


class FactType(StrEnum):
    """The types a fact can have. Every fact may also be unknown."""

    BOOL = "bool"
    INT = "int"
    MONEY = "money"
    NUMBER = "number"
    EVENT = "event date"
    ENUM = "enum"
    SET = "set"


@dataclass(frozen=True, slots=True)
class FactSpec:
    """Describe one fact: its name `record.fact`, its type, its terms, and for an enum the words with their terms.

    `least` and `most` bound the whole numbers of an int. `fixed`: nobody can change it by acting now. It is past, or it
    is what a person or a body is; it can only turn out to have been recorded wrongly, or not at all.
    """

    name: str
    type: FactType
    zh: str
    en: str
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    least: int | None = None
    fixed: bool = False
    most: int | None = None

    @property
    def record(self) -> str:
        """Name the record of a case that holds the fact (`person`, `ledger`, …)."""
        return self.name.split(".", 1)[0]

    @property
    def short(self) -> str:
        """Name the fact inside its record."""
        return self.name.split(".", 1)[1]


RECORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "person": ("个人", "person"),
        "household": ("家庭", "household"),
        "aid": ("政府救助", "government aid"),
        "referral": ("转介", "referral"),
        "organisation": ("组织或项目", "organisation or project"),
        "area": ("地区", "area"),
        "ledger": ("台账", "ledger"),
        "duty": ("次数型职责", "counted duty"),
        "target": ("年度目标", "yearly target"),
    }
)
"""The records of a case, each with its Chinese and English term."""

LISTS: Mapping[str, str] = MappingProxyType({"ledger": "ledgers", "duty": "duties", "target": "targets"})
"""The records of which a case holds several, and the key of their list."""


_LISTED = ("referral.events", "duty.meetings", "target.additions")
"""Lists inside records, whose names no fact may take."""


_FIXED = frozenset(
    {
        # what a person is: age, bereavement, illness, disability
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
        # what became of earlier aid and earlier applications, and when
        "aid.exit_date",
        "aid.exit_programme",
        "aid.exit_by_procedure",
        "aid.application_is_new",
        "aid.application_submitted",
        "aid.application_refused",
        "aid.temporary_aid_date",
        "ledger.assistance_given",
        # when somebody consented; a letter can be issued anew, with another date
        "referral.consent_date",
        # what a body is, and how old
        "organisation.individual",
        "organisation.stage",
    }
)
"""Facts that nobody can change. Recognitions, incomes, consents and papers can be changed: by deciding, or in time."""


def _flag(name: str, zh: str, en: str) -> FactSpec:
    return FactSpec(name, FactType.BOOL, zh, en, fixed=name in _FIXED)


def _event(name: str, zh: str, en: str) -> FactSpec:
    return FactSpec(name, FactType.EVENT, zh, en, fixed=name in _FIXED)


def _enum(name: str, zh: str, en: str, **words: tuple[str, str]) -> FactSpec:
    return FactSpec(name, FactType.ENUM, zh, en, MappingProxyType(words), fixed=name in _FIXED)


_FACTS: tuple[FactSpec, ...] = (
    _flag("person.dibao_recipient", "最低生活保障对象", "subsistence allowance (dibao) recipient"),
    _flag("person.expenditure_poverty", "支出型贫困对象", "person in expenditure-driven poverty"),
    _flag("person.tekun", "特困人员", "person in extreme hardship (tekun)"),
    _flag("person.orphan", "孤儿", "orphan"),
    _flag("person.de_facto_unsupported_child", "事实无人抚养儿童", "de facto unsupported child"),
    _flag("person.child_in_difficulty", "困境儿童", "child in difficulty"),
    _flag("person.left_behind_child", "留守儿童", "left-behind child"),
    _flag("person.dibao_marginal_member", "低保边缘家庭成员", "member of a marginal dibao household"),
    _flag(
        "person.rigid_expenditure_member",
        "刚性支出困难家庭成员",
        "member of a rigid-expenditure hardship household",
    ),
    _flag(
        "person.illness_impoverished_patient",
        "因病致贫重病患者",
        "seriously ill patient impoverished by illness",
    ),
    _flag(
        "person.poverty_return_monitored",
        "防止返贫监测对象",
        "person monitored against falling back into poverty",
    ),
    _flag("person.other_hardship", "其他困难人员", "other person in hardship"),
    _flag("person.other_poverty_risk", "其他存在致困风险的人员", "other person at risk of hardship"),
    _flag(
        "person.other_recognised_recipient",
        "其他已认定的社会救助对象",
        "other recognised social assistance recipient",
    ),
    _flag(
        "person.in_low_income_database",
        "纳入低收入人口数据库监测",
        "monitored in the low-income population database",
    ),
    _flag(
        "person.recognised_by_local_civil_affairs",
        "经本地民政部门认定",
        "recognised by the local civil affairs authority",
    ),
    _flag("person.elderly", "老年人", "elderly person"),
    _flag("person.minor", "未成年人", "minor"),
    _flag("person.disabled", "残疾人", "disabled person"),
    _flag("person.seriously_ill", "重病患者", "seriously ill patient"),
    _flag("person.cannot_self_care", "生活不能自理", "unable to live independently"),
    _flag("person.elderly_alone", "高龄孤寡", "very old and alone"),
    _flag("person.student", "在校学生", "student"),
    _flag("person.good_conduct_and_study", "品学兼优", "of good conduct and study"),
    _flag("person.able_to_work", "具备就业能力", "able to work"),
    _flag("person.willing_to_work", "有就业意愿", "willing to work"),
    _flag("person.has_micro_wish", "有合理微心愿", "has a reasonable micro-wish"),
    FactSpec("household.size", FactType.INT, "家庭人口", "household size", least=1, most=99),
    FactSpec("household.annual_income", FactType.MONEY, "家庭年总收入", "total annual household income"),
    _flag("household.property_within_limits", "财产符合条件", "property within the limits"),
    _flag("household.illness_impoverished", "因病致贫家庭", "household impoverished by illness"),
    _flag("household.emergency_hardship", "遭受应急困难家庭", "household in an emergency hardship"),
    _flag(
        "household.medical_burden_heavy",
        "三重保障后医疗负担仍较重",
        "medical burden still heavy after three layers of cover",
    ),
    _flag("household.poor_housing", "居住条件较差", "poor housing"),
    _flag("household.willing_to_renovate", "有改造意愿", "willing to renovate"),
    _flag("household.major_misfortune", "发生重大变故", "struck by a major misfortune"),
    _flag("aid.meets_conditions", "符合政府救助条件", "meets the conditions of government aid"),
    _flag("aid.received", "已获政府救助", "received government aid"),
    _flag("aid.still_in_difficulty", "政府救助后仍有困难", "still in difficulty after government aid"),
    _flag(
        "aid.covered_by_existing_policy",
        "现有政府资源和救助政策可以覆盖",
        "covered by existing government resources and policies",
    ),
    _event("aid.exit_date", "退出救助范围日期", "date of leaving assistance"),
    _enum(
        "aid.exit_programme",
        "退出的救助",
        "programme left",
        dibao=("最低生活保障", "subsistence allowance"),
        tekun=("特困人员救助供养", "support for persons in extreme hardship"),
        other=("其他", "other"),
    ),
    _flag("aid.exit_by_procedure", "按程序退出", "left by procedure"),
    _flag("aid.application_is_new", "新申请", "a new application"),
    _event("aid.application_submitted", "新申请提交日", "date the new application was submitted"),
    _event("aid.application_refused", "新申请未通过日", "date the new application was refused"),
    _event("aid.temporary_aid_date", "获得临时救助日", "date of temporary aid"),
    FactSpec("aid.special_programmes", FactType.SET, "专项救助部门保障的项目", "special-assistance programmes"),
    _enum(
        "referral.direction",
        "转介方向",
        "direction of referral",
        forward=("民政→慈善", "civil affairs to charity"),
        reverse=("慈善→民政", "charity to civil affairs"),
        community_report=("居(村)委→街镇", "residents' committee to township"),
    ),
    _enum(
        "referral.initiator",
        "发起方",
        "initiator",
        civil_affairs=("民政部门", "civil affairs authority"),
        township=("乡镇(街道)", "township"),
        charity=("慈善组织", "charity"),
        charity_member=("慈善组织会员、理事", "member or director of a charity"),
        committee=("居(村)民委员会", "residents' committee"),
    ),
    _flag("referral.informed", "充分知情", "fully informed"),
    _flag("referral.consent_given", "同意", "consent given"),
    _event("referral.consent_date", "同意日", "date of consent"),
    _flag("referral.letter_issued", "已出具转介函件", "referral letter issued"),
    _event("referral.letter_date", "函件日期", "date of the letter"),
    _flag("referral.materials_sealed", "申请材料加盖公章", "application materials sealed"),
    _flag("referral.matches_project_conditions", "符合慈善项目条件", "matches the charity project's conditions"),
    _flag("referral.can_apply_independently", "能自主申请", "can apply independently"),
    _flag("referral.handled_during_acceptance", "在受理救助业务时", "while an aid matter is being accepted"),
    _flag(
        "referral.possibly_meets_aid_conditions",
        "可能符合政府救助条件",
        "possibly meets the conditions of government aid",
    ),
    _flag("referral.review_passed", "通过审核确认", "review and confirmation passed"),
    _flag("organisation.charitable", "慈善组织", "charitable organisation"),
    _flag("organisation.individual", "个人", "individual"),
    _flag("organisation.community_social_organisation", "社区社会组织", "community social organisation"),
    _flag("organisation.volunteer", "志愿者", "volunteer"),
    _flag("organisation.social_work_agency", "社会工作机构", "social-work agency"),
    _enum(
        "organisation.field",
        "领域",
        "field of work",
        social_assistance=("社会救助", "social assistance"),
        poverty_relief=("扶弱助困", "relief of the poor and weak"),
        community_welfare=("社区公益", "community welfare"),
        health=("健康", "health"),
        education=("教育", "education"),
        culture=("文化", "culture"),
        other=("其他", "other"),
    ),
    _enum(
        "organisation.stage",
        "发展阶段",
        "stage",
        founding=("启动成立", "founding"),
        early=("初期运行", "early operation"),
        established=("成熟", "established"),
    ),
    _flag(
        "organisation.hosted_in_consortium",
        "入驻社会救助联合体",
        "hosted in the social-assistance consortium",
    ),
    _flag("organisation.joins_community_welfare", "参与社区公益事业", "takes part in community welfare"),
    _flag("organisation.joins_major_events", "参与重大活动等", "takes part in major events"),
    _flag("organisation.outstanding_contribution", "突出贡献", "outstanding contribution"),
    _flag("organisation.good_social_influence", "良好社会影响力", "good social influence"),
    _flag("organisation.active_participation", "积极参与", "active participation"),
    _flag("organisation.significant_results", "成效显著", "significant results"),
    _flag("organisation.good_credit", "信用良好", "good credit"),
    _flag(
        "organisation.project_innovative_demonstrative",
        "创新性、示范性项目",
        "innovative and demonstrative project",
    ),
    _flag(
        "organisation.project_gives_assistance",
        "救助帮扶类慈善项目",
        "charity project of assistance and help",
    ),
    _enum(
        "organisation.activity",
        "开展的活动",
        "activity",
        charitable=("慈善活动或与慈善有关的活动", "charitable or related activity"),
        other=("其他", "other"),
    ),
    _enum(
        "organisation.requested_from",
        "向谁提出",
        "requested from",
        assistance_station=("基层社会救助站(点)", "grass-roots social-assistance station"),
        community_service_centre=("社区服务中心", "community service centre"),
        other=("其他", "other"),
    ),
    _flag("area.has_conditions", "有条件的地区", "an area that has the conditions"),
    _flag("area.needs_social_forces", "需要社会力量参与", "work that needs social forces"),
    _flag("area.funds_insufficient", "资金不够", "funds insufficient"),
    _enum(
        "ledger.kind",
        "台账类别",
        "kind of ledger",
        supply=("供给台账(目录)", "supply ledger (directory)"),
        demand=("需求台账", "demand ledger"),
        assistance_information=("救助帮扶信息", "assistance information"),
        resource_project_list=("资源项目清单", "list of resources and projects"),
        needs_list=("需求清单", "needs list"),
        wish_list=("心愿清单", "wish list"),
        service_list=("服务清单", "service list"),
    ),
    _enum(
        "ledger.level",
        "台账层级",
        "level of the ledger",
        province=("省级", "province"),
        city=("地级市", "prefecture-level city"),
        county=("县(区)", "county (district)"),
        township=("乡镇(街道)", "township (sub-district)"),
    ),
    _flag("ledger.established", "已建立", "established"),
    _flag("ledger.entered_on_platform", "已录入平台", "entered on the platform"),
    _flag("ledger.provided_to_service_window", "已提供窗口", "provided to the service window"),
    _flag("ledger.pushed_to_civil_affairs", "已推送", "pushed to civil affairs"),
    _flag("ledger.filed_on_platform", "已备案", "filed on the platform"),
    _event("ledger.last_updated", "更新日", "date last updated"),
    _event("ledger.provided_to_townships", "提供给乡镇(街道)日", "date provided to the townships"),
    _event("ledger.assistance_given", "帮扶发生日", "date the assistance was given"),
    _enum(
        "duty.kind",
        "职责类别",
        "kind of duty",
        consultation=("会商", "consultation"),
        brand_project=("品牌项目", "brand project"),
        brand_selection=("品牌评选", "brand selection"),
        charity_training=("慈善组织培训", "training of charities"),
        task_analysis=("任务研判", "analysis of tasks"),
        festival_visits=("节点慰问", "help at key dates"),
        performance_evaluation=("绩效评价", "performance evaluation"),
        platform_building=("平台建设", "platform building"),
        model_case_collection=("典型案例征集", "collection of model cases"),
    ),
    _enum(
        "duty.level",
        "职责层级",
        "level of the duty",
        province=("省级", "province"),
        city=("地级市", "prefecture-level city"),
        county=("县(区)", "county (district)"),
        township=("乡镇(街道)", "township (sub-district)"),
    ),
    FactSpec("duty.year", FactType.INT, "年度", "year", least=1949),
    FactSpec("duty.count", FactType.INT, "次数", "count", least=0),
    _event("duty.last_done", "最近一次日期", "date last done"),
    FactSpec("target.item", FactType.INT, "目标序号", "number of the target", least=1),
    FactSpec("target.year", FactType.INT, "年度", "year", least=1949),
    FactSpec("target.value", FactType.NUMBER, "完成值", "value reported"),
    FactSpec("target.value_in_year", FactType.NUMBER, "当年值", "value in the year"),
)


class Vocabulary:
    """Hold the facts known to one process: the contract's, then those that regions add, in a fixed order."""

    def __init__(self, facts: Iterable[FactSpec]) -> None:
        self.facts: tuple[FactSpec, ...] = tuple(facts)
        self.by_name: Mapping[str, FactSpec] = MappingProxyType({spec.name: spec for spec in self.facts})
        self.slot: Mapping[str, int] = MappingProxyType({spec.name: i for i, spec in enumerate(self.facts)})
        self.names: tuple[str, ...] = tuple(self.by_name)
        self.events: frozenset[str] = frozenset(s.name for s in self.facts if s.type is FactType.EVENT)
        self._records: dict[str, list[FactSpec]] = {}
        for spec in self.facts:
            self._records.setdefault(spec.record, []).append(spec)
        self._shorts = {name: tuple((s.short, s.name) for s in specs) for name, specs in self._records.items()}

    def __getitem__(self, name: str) -> FactSpec:
        """Look a fact up by its name; KeyError where there is none."""
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether a fact has that name."""
        return name in self.by_name

    def nearest(self, name: str) -> str | None:
        """Find the known fact nearest to a misspelt one; None where nothing is near."""
        return nearest(name, self.names)

    def of_record(self, record: str) -> tuple[FactSpec, ...]:
        """List the facts of one record of a case."""
        return tuple(self._records.get(record, ()))

    def shorts(self, record: str) -> tuple[tuple[str, str], ...]:
        """List the facts of one record, each by its name inside the record and by its name."""
        return self._shorts.get(record, ())

    def extended(self, facts: Iterable[FactSpec], source: str) -> Vocabulary:
        """Add a region's own facts; PluginError where one is known already, under its name or under its term."""
        added = list(facts)
        names = set(self.names)
        terms = {spec.zh: spec.name for spec in self.facts}
        problems = []
        for spec in added:
            if spec.name in (*names, *_LISTED) or spec.record not in RECORDS or spec.name.count(".") != 1:
                problems.append(
                    Problem(
                        "plugin-fact-name",
                        f"插件 {source} 的事实 {spec.name} 与已有名称重复，或不属于任何记录（{', '.join(RECORDS)}）",
                        f"plugin {source}: fact {spec.name} is known already, or in no record ({', '.join(RECORDS)})",
                    )
                )
            elif spec.zh in terms:
                problems.append(
                    Problem(
                        "plugin-fact-synonym",
                        f"插件 {source} 的事实 {spec.name} 与 {terms[spec.zh]} 同义（{spec.zh}），请用后者",
                        f"plugin {source}: fact {spec.name} is a synonym of {terms[spec.zh]}; use that one",
                    )
                )
            names.add(spec.name)
            terms.setdefault(spec.zh, spec.name)
        if problems:
            raise PluginError(problems)
        return Vocabulary((*self.facts, *added)) if added else self


BASE = Vocabulary(_FACTS)
"""The facts of the public contract."""
