"""What the terms mean here, in a sentence each: for whoever meets them in an answer, a table or a form.

These sentences tell how the terms are used by the rules and the answers. They are ours; no document is quoted, and
what a document itself says of a word counts before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Meanings = Mapping[str, tuple[str, str]]

STATUSES: Meanings = {
    "covered": (
        "文件写明的对象之一，所要的事实都已具备",
        "one of the groups that the document names; all it asks for is known",
    ),
    "priority_match": (
        "文件写明优先帮扶的对象之一；优先不等于唯一",
        "one of the groups to be helped first; which does not mean that others are not helped",
    ),
    "not_matched": (
        "不属文件写明的任何一类对象；不等于不能得到帮扶",
        "in none of the groups that the document names; which does not mean that no help can be had",
    ),
    "undetermined": (
        "还缺事实，现在判不了；缺哪几项列在旁边",
        "facts are wanting, so that it cannot be told yet; which ones is told beside it",
    ),
    "ambiguous": (
        "文字可以有不止一种读法，读法不同结论就不同；各种读法都列出，不替人选",
        "the wording can be read in more than one way, with different answers; all of them are shown, none is chosen",
    ),
    "not_stipulated": (
        "手头是全文，其中没有写这件事",
        "the full text is at hand, and it says nothing of this",
    ),
    "not_reported": (
        "手头只有摘要，摘要里没有提；正式文件有没有写，不知道",
        "only a digest is at hand, and it does not mention this; whether the document does is not known",
    ),
    "fresh": ("上次更新到现在没有超过规定的间隔", "the last update lies within the interval"),
    "due_soon": ("快到该更新的日子了", "the next update is due soon"),
    "due_today": ("最迟今天更新", "the next update is due today at the latest"),
    "overdue": (
        "已过最迟更新的日子，逾期几天写在旁边",
        "past the day by which it was due; by how many days is told beside it",
    ),
    "no_fixed_interval": (
        "文件要求更新，但没有写多久一次，算不出到期日",
        "updates are asked for, but not how often: no due date follows",
    ),
    "met": ("要求的次数或数量已经做到", "the number that is asked for was reached"),
    "in_progress": ("还没有做到，期限也没有到", "not reached yet, and the time is not over"),
    "not_met": ("期限已过，没有做到", "the time is over, and it was not reached"),
    "allowed": ("按文件可以转介", "the document allows the referral"),
    "refused": (
        "按文件现在不得转介，原因写在旁边",
        "the document does not allow the referral now; why is told beside it",
    ),
    "not_triggered": ("不是文件写明要转介的情形", "not a situation in which the document asks for a referral"),
    "applies": ("这一项激励适用于这个组织或项目", "the incentive applies to this organisation or project"),
    "does_not_apply": ("这一项激励不是给这类主体的", "the incentive is not meant for this kind of body"),
    "condition_not_met": ("主体合适，但条件还没有满足", "the kind of body fits, but a condition is not met"),
    "available": ("可以走简化的程序", "the simplified procedure can be used"),
    "not_available": ("不能走简化的程序", "the simplified procedure cannot be used"),
}

FORCES: Meanings = {
    "must": ("文件要求做到，用了“应当”“要”一类的词", "the document requires it, in words such as “shall”"),
    "must_bare": (
        "文件直接写做什么，没有“应当”“可以”这类词；这里按要求对待，并且标明",
        "the document simply says what is done, without “shall” or “may”; taken as a requirement, and marked",
    ),
    "may": ("文件允许做，不是必须", "the document allows it, and does not require it"),
    "encouraged": ("文件提倡，不做也不违反", "the document encourages it; not to do it breaks no rule"),
    "explore": ("文件鼓励试行，做法未定", "to be tried; how is left open"),
    "priority": ("文件要求先考虑，不排除其他", "to be considered first, without excluding others"),
    "definition": ("文件说明一个词指什么", "the document says what a word stands for"),
    "target": ("文件提出要达到的数量或程度", "a number or degree to be reached"),
    "principle": ("指导方向，不直接产生权利或义务", "a direction; no right or duty follows from it directly"),
}

QUALIFIERS: Meanings = {
    "commitment": ("文件承诺将来做，现在还不能据此要求", "promised for later; nothing can be claimed from it yet"),
    "renvoi": (
        "具体怎样做，要看文件所指的别的规定",
        "how it is done stands in other rules that the document points to",
    ),
}

STANDINGS: Meanings = {
    "issued": ("已经正式印发", "formally issued"),
    "draft": (
        "向社会征求意见的稿子，没有生效，定稿可能不同",
        "a draft for comments: not in force, and the final text may differ",
    ),
    "press_report": (
        "依据新闻报道里的摘要编写，没有见到原文",
        "written from a press report; the document itself was not seen",
    ),
}

VALIDITIES: Meanings = {
    "in_force": ("在所问的日子有效", "in force on the day asked about"),
    "unverified": (
        "年代较早，或缺少有效期信息，是否还有效要向制发机关核实",
        "old, or without a period of validity: ask the authority whether it still holds",
    ),
    "not_in_force": ("在所问的日子还没有施行，或者是草案", "not in force on the day asked about, or a draft"),
    "lapsed": ("在所问的日子已经失效，或被新文件代替", "lapsed, or replaced, on the day asked about"),
}

DIMENSIONS: Meanings = {
    "eligibility": ("哪些人、哪些家庭是文件所说的帮扶对象", "which people and households the document is about"),
    "services": ("文件写了哪些帮扶，给哪些人", "which help the document names, and for whom"),
    "duties": ("台账、清单、会商等，谁负责、多久一次", "ledgers, lists, meetings: whose duty, and how often"),
    "referral": (
        "政府和慈善组织之间怎样转介，先后次序和手续",
        "how government and charities refer to each other: order and formalities",
    ),
    "incentives": (
        "文件给慈善组织和项目哪些支持、奖励和便利",
        "what support, rewards and ease the document offers to charities",
    ),
}

INSTRUMENTS: Meanings = {
    "venture_philanthropy": (
        "以项目评选的方式资助公益项目起步",
        "charitable projects are chosen and funded in their beginnings",
    ),
    "subsidy_reward": ("给组织或项目补贴或奖励", "subsidies or rewards for organisations or projects"),
    "premises": ("免费或低价提供办公、活动场所", "rooms to work in, free or cheap"),
    "fee_reduction": ("减收或免收费用", "charges reduced or waived"),
    "tax_preference": ("依税法享受减税或免税", "less tax, or none, as tax law says"),
    "government_purchase": ("政府出钱购买组织提供的服务", "government buys services of the organisation"),
    "commendation": ("表扬、表彰一类的荣誉", "public praise and honours"),
    "charity_award": ("慈善方面的奖项", "an award for charity"),
    "advanced_collective_individual": ("社会救助工作的先进称号", "a title for outstanding work in social assistance"),
    "priority_recommendation": ("评奖、评优时先推荐", "recommended first where awards are given"),
    "media_publicity": ("通过媒体宣传好的做法", "good work is told in the media"),
    "grade_assessment_tilt": (
        "社会组织等级评估时适当加分或照顾",
        "counts in favour when social organisations are graded",
    ),
    "named_fund": ("以捐赠人名义设立的慈善基金", "a charitable fund that bears the donor's name"),
    "special_fund": ("为一项用途设立的基金", "a fund for one purpose"),
    "lottery_welfare_fund": ("用彩票公益金支持", "supported from the welfare share of lotteries"),
    "community_welfare_grant": ("社区公益事业的专项补助", "a grant for the welfare of communities"),
    "public_welfare_passport": ("记录公益参与、可以享受优待的凭证", "a record of volunteering that brings benefits"),
    "credit_record": ("公益行为记入信用记录", "charitable deeds enter the credit record"),
    "convenience": ("在办事时给予方便", "formalities are made easier"),
    "registration_help": ("登记时给予便利或指导", "help with registration"),
    "incubation": ("对新成立的组织扶持、指导", "young organisations are supported and guided"),
    "capacity_building": ("培训等，提高组织的能力", "training and the like"),
    "model_cases": ("选出典型案例推广", "good examples are chosen and spread"),
    "brand_selection": ("评选慈善品牌", "charitable brands are chosen"),
    "funding_increase": ("增加经费投入", "more money is put in"),
    "social_work_support": ("培育、支持社会工作机构", "social work agencies are fostered"),
    "charitable_trust": ("以慈善信托的方式支持", "support by way of charitable trusts"),
    "donation_sponsorship": ("接受社会捐赠、赞助", "donations and sponsorship"),
}

SERVICES: Meanings = {
    "living_support": ("基本生活方面的帮助", "help with daily life"),
    "education": ("上学方面的帮助", "help with schooling"),
    "medical": ("减轻看病负担", "help with the cost of illness"),
    "housing": ("改善住房", "better housing"),
    "employment": ("帮助就业", "help with finding work"),
    "care_visits": ("上门探访、关心照料", "visits and care"),
    "micro_wish": ("实现困难群众的小愿望", "small wishes fulfilled"),
    "service_type_assistance": ("以服务代替发钱发物的救助", "assistance as a service, not in money or goods"),
}

EVENTS: Meanings = {
    "identified": ("发现并记下了这户有需要", "the need was found and recorded"),
    "informed": ("已经把转介的事对本人说清楚", "the person was told of the referral"),
    "consented": ("本人或监护人已经同意", "the person, or their guardian, has agreed"),
    "letter_issued": ("转介函件已经出具", "the letter of referral was issued"),
    "materials_sealed": ("申请材料已加盖公章", "the papers bear the official seal"),
    "referred": ("信息已经交给对方", "the information was handed over"),
    "accepted": ("对方已经接收", "the other side has taken it on"),
    "reviewed": ("对方已经审核", "the other side has examined it"),
    "delivered": ("帮扶已经送到", "the help was given"),
    "fed_back": ("结果已经反馈回来", "the outcome was reported back"),
    "withdrawn": ("本人撤回，或转介已撤销", "the person withdrew, or the referral was taken back"),
    "notified": ("已经告知民政部门或乡镇(街道)", "the authority was told"),
    "application_assisted": ("已经协助本人申请", "the person was helped to apply"),
    "aid_reviewed": ("政府救助已经审核", "the application for government aid was examined"),
    "aid_given": ("已经给予政府救助", "government aid was given"),
    "closed": ("这次转介已经办完", "the referral is finished"),
}

STEPS: Meanings = {
    "inform": (
        "对本人说清楚转介给谁、给哪些信息、做什么用",
        "the person is told to whom, with which data, and what for",
    ),
    "consent": ("转介之前取得本人或监护人的同意", "the person, or their guardian, agrees before the referral"),
    "consent_before_letter": ("同意的日期不能晚于函件的日期", "the consent must not be later than the letter"),
    "match_project": ("核对是否符合慈善项目的条件", "whether the conditions of a charitable project are met"),
    "acceptance": ("在受理政府救助申请时一并办理", "done while an application for government aid is being taken"),
    "reissue_letter": (
        "函件早于同意的，取得同意后重新出函",
        "a letter that came before the consent is issued anew after it",
    ),
    "letter_or_seal": (
        "出具函件，或在材料上盖章，二者有一即可",
        "a letter, or the seal on the papers: either will do",
    ),
    "refer": ("把信息交给慈善组织", "the information goes to the charity"),
    "notify_or_assist": (
        "慈善组织发现有需要的，告知政府或协助申请",
        "a charity that finds a need tells the authority, or helps to apply",
    ),
    "report_to_township": ("告知所在的街道或乡镇", "the township or sub-district is told"),
}

MEANINGS: Mapping[str, Meanings] = MappingProxyType(
    {
        "STATUSES": STATUSES,
        "FORCES": FORCES,
        "QUALIFIERS": QUALIFIERS,
        "STANDINGS": STANDINGS,
        "VALIDITIES": VALIDITIES,
        "DIMENSIONS": DIMENSIONS,
        "INSTRUMENTS": INSTRUMENTS,
        "SERVICES": SERVICES,
        "EVENTS": EVENTS,
        "STEPS": STEPS,
    }
)
"""The meanings of each table of terms, by the table's name."""


def meaning(key: str, table: str, lang: str) -> str:
    """Say what a term of a table means."""
    return MEANINGS[table][key][0 if lang == "zh" else 1]
