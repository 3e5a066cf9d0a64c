"""Words of policies and answers: statuses, forces, instruments, services, each with its Chinese and English term."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Terms = Mapping[str, tuple[str, str]]


def _terms(table: dict[str, tuple[str, str]]) -> Terms:
    return MappingProxyType(table)


STATUSES: Terms = _terms(
    {
        "covered": ("符合", "covered"),
        "priority_match": ("属优先对象", "priority match"),
        "not_matched": ("未列入", "not matched"),
        "undetermined": ("无法判定", "undetermined"),
        "ambiguous": ("文本有歧义", "ambiguous"),
        "not_stipulated": ("未规定", "not stipulated"),
        "not_reported": ("摘要未载", "not reported"),
        "fresh": ("在有效期内", "fresh"),
        "due_soon": ("即将到期", "due soon"),
        "due_today": ("今日到期", "due today"),
        "overdue": ("已逾期", "overdue"),
        "no_fixed_interval": ("无固定周期", "no fixed interval"),
        "met": ("已达到", "met"),
        "in_progress": ("进行中", "in progress"),
        "not_met": ("未达到", "not met"),
        "allowed": ("可以转介", "allowed"),
        "refused": ("不得转介", "refused"),
        "not_triggered": ("不属转介情形", "not triggered"),
        "applies": ("适用", "applies"),
        "does_not_apply": ("非适用主体", "does not apply"),
        "condition_not_met": ("条件未满足", "condition not met"),
        "available": ("可以简化", "available"),
        "not_available": ("不可简化", "not available"),
    }
)

FORCES: Terms = _terms(
    {
        "must": ("应当", "must"),
        "must_bare": ("应当（无情态词）", "must (bare)"),
        "may": ("可以", "may"),
        "encouraged": ("鼓励", "encouraged"),
        "explore": ("探索", "explore"),
        "priority": ("优先", "priority"),
        "definition": ("界定", "definition"),
        "target": ("目标", "target"),
        "principle": ("原则", "principle"),
    }
)

CHANGES: Terms = _terms(
    {
        "parameter": ("数值", "parameter"),
        "parameter_added": ("新增数值", "parameter added"),
        "ambiguity_added": ("新增疑点", "ambiguity added"),
        "reading_added": ("新增读法组", "set of readings added"),
        "definition": ("定义", "definition"),
        "definition_added": ("新增定义", "definition added"),
        "group_added": ("新增对象", "group added"),
        "group_dropped": ("删去对象", "group dropped"),
        "rule": ("规则", "rule"),
        "rule_added": ("新增规则", "rule added"),
        "rule_dropped": ("删去规则", "rule dropped"),
        "clause_added": ("新增条款", "clause added"),
        "clause_dropped": ("删去条款", "clause dropped"),
        "topic_silent": ("不再规定", "no longer ruled"),
        "topic_ruled": ("新作规定", "now ruled"),
    }
)

QUALIFIERS: Terms = _terms(
    {"commitment": ("承诺（将…）", "commitment"), "renvoi": ("按有关规定", "per other provisions")}
)

STANDINGS: Terms = _terms(
    {
        "issued": ("已印发", "issued"),
        "draft": ("征求意见稿", "draft"),
        "press_report": ("新闻摘要", "press report"),
    }
)

VALIDITIES: Terms = _terms(
    {
        "in_force": ("现行", "in force"),
        "unverified": ("效力待核实", "validity unverified"),
        "not_in_force": ("未生效", "not in force"),
        "lapsed": ("已失效", "lapsed"),
    }
)

INSTRUMENTS: Terms = _terms(
    {
        "venture_philanthropy": ("公益创投", "public-welfare venture grants"),
        "subsidy_reward": ("补贴奖励", "subsidies and rewards"),
        "premises": ("提供场所", "premises"),
        "fee_reduction": ("减免费用", "fee reduction"),
        "tax_preference": ("税收优惠", "tax preference"),
        "government_purchase": ("政府购买服务", "government purchase of services"),
        "commendation": ("激励褒扬", "commendation"),
        "charity_award": ("慈善奖", "charity award"),
        "advanced_collective_individual": ("社会救助先进集体/个人", "advanced collective or individual"),
        "priority_recommendation": ("优先推荐", "priority recommendation"),
        "media_publicity": ("媒体宣传报道", "media publicity"),
        "grade_assessment_tilt": ("等级评估适当倾斜", "favourable weighting in grade assessment"),
        "named_fund": ("慈善冠名基金", "named fund"),
        "special_fund": ("专项基金", "special fund"),
        "lottery_welfare_fund": ("彩票公益金", "lottery welfare fund"),
        "community_welfare_grant": ("社区公益事业专项补助经费", "community welfare grant"),
        "public_welfare_passport": ("公益护照", "public-welfare passport"),
        "credit_record": ("信用记录", "credit record"),
        "convenience": ("便利条件", "convenience"),
        "registration_help": ("登记便利", "help with registration"),
        "incubation": ("孵化培育", "incubation"),
        "capacity_building": ("能力建设", "capacity building"),
        "model_cases": ("典型案例", "model cases"),
        "brand_selection": ("品牌评选", "brand selection"),
        "funding_increase": ("加大经费支持", "more funding"),
        "social_work_support": ("社会工作机构培育", "support of social-work agencies"),
        "charitable_trust": ("慈善信托", "charitable trust"),
        "donation_sponsorship": ("捐赠赞助", "donation and sponsorship"),
    }
)

SERVICES: Terms = _terms(
    {
        "living_support": ("生活保障", "living support"),
        "education": ("教育扶持", "education"),
        "medical": ("医疗减负", "medical burden relief"),
        "housing": ("住房改善", "housing"),
        "employment": ("就业帮扶", "employment"),
        "care_visits": ("日常关怀", "care visits"),
        "micro_wish": ("微心愿", "micro-wish"),
        "service_type_assistance": ("服务类社会救助", "service-type assistance"),
    }
)

EVENTS: Terms = _terms(
    {
        "identified": ("已识别", "identified"),
        "informed": ("已告知", "informed"),
        "consented": ("已同意", "consented"),
        "letter_issued": ("已出具转介函", "letter issued"),
        "materials_sealed": ("材料已盖章", "materials sealed"),
        "referred": ("已转介", "referred"),
        "accepted": ("已接收", "accepted"),
        "reviewed": ("已审核", "reviewed"),
        "delivered": ("已帮扶", "delivered"),
        "fed_back": ("已反馈", "fed back"),
        "withdrawn": ("已撤回", "withdrawn"),
        "notified": ("已通报", "notified"),
        "application_assisted": ("已协助申请", "application assisted"),
        "aid_reviewed": ("救助已审核", "aid reviewed"),
        "aid_given": ("已给予救助", "aid given"),
        "closed": ("已办结", "closed"),
    }
)

STEPS: Terms = _terms(
    {
        "inform": ("充分告知", "inform the person"),
        "consent": ("征得同意", "obtain consent"),
        "consent_before_letter": ("先同意、后出函", "consent before the letter"),
        "match_project": ("匹配慈善项目条件", "match the charity project's conditions"),
        "acceptance": ("在受理救助业务时办理", "handle it while an aid matter is accepted"),
        "reissue_letter": ("取得同意后重新出具转介函件", "issue the letter anew after consent"),
        "letter_or_seal": ("出具转介函件或在申请材料上加盖公章", "issue a letter or seal the materials"),
        "refer": ("向慈善组织提供信息", "give the information to the charity"),
        "notify_or_assist": (
            "告知民政部门、乡镇(街道)或协助申请",
            "tell civil affairs or the township, or assist the application",
        ),
        "report_to_township": ("告知街道(乡镇)", "tell the township"),
    }
)

DOCUMENTS: Terms = _terms(
    {
        "referral_letter": ("转介函件", "referral letter"),
        "sealed_materials": ("加盖公章的申请材料", "sealed application materials"),
    }
)

UNMET: Terms = _terms(
    {
        "hand_over": ("未提供给乡镇(街道)", "not handed over to the townships"),
        "platform": ("未录入平台", "not entered on the platform"),
        "window": ("未提供给服务窗口", "not provided to the service window"),
        "push": ("未推送同级民政部门", "not pushed to civil affairs"),
        "filing": ("未备案", "not filed"),
    }
)

CONDITIONS: Terms = _terms(
    {
        "never_established": ("从未建立", "never established"),
        "no_assistance_given": ("尚未发生帮扶", "no assistance given yet"),
    }
)

ADVICE: Terms = _terms({"apply_for_government_aid": ("请先申请政府救助", "apply for government aid first")})

DIMENSIONS: Terms = _terms(
    {
        "eligibility": ("对象", "eligibility"),
        "services": ("帮扶服务", "services"),
        "duties": ("台账与时限", "duties"),
        "referral": ("转介", "referral"),
        "incentives": ("激励", "incentives"),
    }
)

OPEN_LIST_NOTE = (
    "文件所列对象为开放式列举，“未列入”不等于被拒绝。",
    "The documents' lists are open: “not matched” is not a refusal.",
)


def term(table: Terms, key: str, lang: str = "zh") -> str:
    """Look up a word's term in `zh` or `en`; the key itself where the table has none."""
    pair = table.get(key)
    return key if pair is None else pair[0 if lang == "zh" else 1]
