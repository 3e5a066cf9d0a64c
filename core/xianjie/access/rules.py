"""The one table of access: for each resource and action, which role may, how far it reaches, and why.

What does not stand here is denied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from xianjie.access.principal import Role


class Resource(StrEnum):
    """What is asked for."""

    POLICY = "policy"
    SOURCE = "source"
    ASSESSMENT = "assessment"
    DECISION = "decision"
    CASE = "case"
    READING_CHOICE = "reading_choice"
    PERSON = "person"
    REFERRAL = "referral"
    CONSENT = "consent"
    DISCLOSURE = "disclosure"
    ORGANISATION = "organisation"
    LEDGER = "ledger"
    AUDIT = "audit"
    API_KEY = "api_key"
    OPERATION = "operation"


class Action(StrEnum):
    """What is to be done with it."""

    READ = "read"
    WRITE = "write"
    RUN = "run"
    LOOK_UP = "look_up"
    ERASE = "erase"
    CREATE = "create"
    ADVANCE = "advance"
    REPORT = "report"
    WITHDRAW = "withdraw"
    OPEN = "open"
    SETTLE = "settle"
    PUBLISH = "publish"
    VERIFY = "verify"
    ISSUE = "issue"
    REVOKE = "revoke"
    MAINTAIN = "maintain"


class Scope(StrEnum):
    """How far a permission reaches."""

    ANYWHERE = "anywhere"
    """Whatever the division: the matter is public, or nothing of anybody is shown."""
    DIVISION = "division"
    """Records of the divisions that the role was given for."""
    NATIONAL = "national"
    """Only with the role for the whole country: the matter touches all divisions at once."""
    OWN = "own"
    """In these divisions, records of one's own organisation."""
    DISCLOSED = "disclosed"
    """Of these, what was disclosed to the organisation, as far as a consent stands, and its categories alone."""


SCOPE_NAMES: Mapping[Scope, tuple[str, str]] = {
    Scope.ANYWHERE: ("不限区划", "anywhere"),
    Scope.DIVISION: ("辖区内", "division"),
    Scope.NATIONAL: ("须为全国", "national only"),
    Scope.OWN: ("本组织", "own"),
    Scope.DISCLOSED: ("已披露", "disclosed"),
}


RESOURCE_NAMES: Mapping[Resource, str] = {
    Resource.POLICY: "政策",
    Resource.SOURCE: "原文",
    Resource.ASSESSMENT: "判定",
    Resource.DECISION: "决定",
    Resource.CASE: "未结个案",
    Resource.READING_CHOICE: "采用的读法",
    Resource.PERSON: "个人信息",
    Resource.REFERRAL: "转介",
    Resource.CONSENT: "同意",
    Resource.DISCLOSURE: "披露",
    Resource.ORGANISATION: "组织",
    Resource.LEDGER: "台账与期限",
    Resource.AUDIT: "审计链",
    Resource.API_KEY: "接口密钥",
    Resource.OPERATION: "运行",
}
ACTION_NAMES: Mapping[Action, str] = {
    Action.READ: "查看",
    Action.WRITE: "登记",
    Action.RUN: "进行",
    Action.LOOK_UP: "查找",
    Action.ERASE: "删除",
    Action.CREATE: "新建",
    Action.ADVANCE: "推进",
    Action.REPORT: "报告",
    Action.WITHDRAW: "撤回",
    Action.OPEN: "打开内容",
    Action.SETTLE: "选定",
    Action.PUBLISH: "发布",
    Action.VERIFY: "核验",
    Action.ISSUE: "签发",
    Action.REVOKE: "吊销",
    Action.MAINTAIN: "维护",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one thing with one resource, and why these and no others."""

    resource: Resource
    action: Action
    roles: Mapping[Role, Scope]
    zh: str
    en: str


def _rules() -> tuple[Rule, ...]:
    reader, worker, officer = Role.READER, Role.CASE_WORKER, Role.REFERRAL_OFFICER
    charity, editor, auditor, admin = Role.CHARITY_USER, Role.POLICY_EDITOR, Role.AUDITOR, Role.ADMINISTRATOR
    r, a = Resource, Action

    def to(scope: Scope, *roles: Role) -> Mapping[Role, Scope]:
        return MappingProxyType(dict.fromkeys(roles, scope))

    def within(*roles: Role) -> Mapping[Role, Scope]:
        return to(Scope.DIVISION, *roles)

    def with_charity(scope: Scope, *roles: Role) -> Mapping[Role, Scope]:
        return MappingProxyType({**within(*roles), charity: scope})

    return (
        Rule(r.POLICY, a.READ, to(Scope.ANYWHERE, *Role), "政策是公开的", "policies are public"),
        Rule(
            r.POLICY,
            a.PUBLISH,
            within(editor),
            "发布会改变所有人的答案，管理员也不代行",
            "it changes everybody's answers; an administrator does not stand in",
        ),
        Rule(
            r.SOURCE,
            a.READ,
            to(Scope.ANYWHERE, reader, worker, officer, editor, auditor),
            "原文可能是未公开的草案，只给机关人员",
            "a text may be a draft that is not public: for offices alone",
        ),
        Rule(r.SOURCE, a.WRITE, within(editor), "原文与政策同归一人", "texts go with the policies made of them"),
        Rule(
            r.ASSESSMENT,
            a.RUN,
            to(Scope.ANYWHERE, reader, worker, officer, charity, editor),
            "只用提问者自己给的事实，不取库中任何人的资料",
            "uses what the asker sends and nothing of anybody from the store",
        ),
        Rule(
            r.DECISION,
            a.READ,
            within(worker, officer, auditor),
            "有家庭情况而没有姓名；审计要能复核",
            "holds circumstances but no name; an auditor must be able to check it",
        ),
        Rule(r.CASE, a.READ, within(worker, officer), "转介以未结个案为据", "referrals rest on pending cases"),
        Rule(r.CASE, a.WRITE, within(worker), "个案由经办人负责", "cases are the case worker's"),
        Rule(
            r.READING_CHOICE,
            a.READ,
            to(Scope.ANYWHERE, reader, worker, officer, editor, auditor),
            "各机关怎样理解政策，不涉及个人",
            "how an office reads a policy is nothing personal",
        ),
        Rule(
            r.READING_CHOICE,
            a.SETTLE,
            within(editor),
            "影响机关今后的全部答案，不由办理个案的人就案决定",
            "it binds all later answers of an office, and is not settled by who works on one case",
        ),
        Rule(
            r.PERSON,
            a.READ,
            within(worker, officer),
            "姓名和号码只给办理的人；管理员须另有经办角色",
            "names and numbers are for who works with them; an administrator needs case_worker as well",
        ),
        Rule(
            r.PERSON,
            a.LOOK_UP,
            within(worker, officer),
            "能查到某人在库中，本身就是披露",
            "to find that somebody is there is a disclosure in itself",
        ),
        Rule(r.PERSON, a.WRITE, within(worker), "由经办人登记和更正", "the case worker records and mends"),
        Rule(
            r.PERSON,
            a.ERASE,
            within(admin),
            "办理的人不能删去自己办过的事；删除时不需要看到内容",
            "who works on a case cannot wipe it; to erase, nothing need be seen",
        ),
        Rule(
            r.REFERRAL,
            a.READ,
            with_charity(Scope.DISCLOSED, worker, officer, auditor),
            "慈善组织只看到已向它披露的转介",
            "a charity sees those referrals alone that were disclosed to it",
        ),
        Rule(
            r.REFERRAL,
            a.CREATE,
            with_charity(Scope.OWN, worker, officer),
            "两个方向都可发起，慈善组织只能以自己的名义",
            "both directions begin here; a charity begins in its own name",
        ),
        Rule(
            r.REFERRAL,
            a.ADVANCE,
            within(officer),
            "认定的人不兼办转介",
            "who judges a case does not run its referral as well",
        ),
        Rule(
            r.REFERRAL,
            a.REPORT,
            with_charity(Scope.OWN, officer),
            "接收、帮扶、反馈由接收方报告，也可由转介人代录",
            "accepted, delivered, fed back: told by who receives, or entered for them by the officer",
        ),
        Rule(
            r.REFERRAL,
            a.WITHDRAW,
            within(worker, officer),
            "撤回是本人的权利，机关里谁收到，谁就记下；慈善组织收到的，登记为撤回同意",
            "it is the person's right: whoever is told in the office records it; a charity, as a consent's withdrawal",
        ),
        Rule(
            r.CONSENT,
            a.READ,
            with_charity(Scope.OWN, worker, officer, auditor),
            "各方要知道同意的范围；审计要核对每次披露",
            "each side must know how far a consent goes; an auditor checks each disclosure against it",
        ),
        Rule(
            r.CONSENT,
            a.CREATE,
            with_charity(Scope.OWN, worker, officer),
            "由当面征得同意的一方记录",
            "recorded by the side that asked for it",
        ),
        Rule(
            r.CONSENT,
            a.WITHDRAW,
            with_charity(Scope.OWN, worker, officer),
            "撤回要和同意一样方便，向哪一方提出都可以",
            "withdrawing is as easy as consenting, with whichever side is told",
        ),
        Rule(
            r.DISCLOSURE,
            a.READ,
            with_charity(Scope.OWN, worker, officer, auditor),
            "何时向谁披露了哪些类别，不含内容",
            "when, to whom and of which categories: not the content",
        ),
        Rule(
            r.DISCLOSURE,
            a.CREATE,
            within(officer),
            "对外提供个人信息只由转介人办理",
            "personal data leave the office by the referral officer's hand alone",
        ),
        Rule(
            r.DISCLOSURE,
            a.OPEN,
            with_charity(Scope.DISCLOSED, officer),
            "内容只给被披露的组织，限于同意的类别，撤回即止",
            "the content is for the organisation it was disclosed to, in the categories consented to, until withdrawal",
        ),
        Rule(
            r.ORGANISATION,
            a.READ,
            to(Scope.ANYWHERE, *Role),
            "慈善组织的登记信息是公开的",
            "charities are on a public register",
        ),
        Rule(
            r.ORGANISATION,
            a.WRITE,
            within(officer),
            "转介人对接收方负责，组织不自行登记",
            "the officer answers for who receives; organisations do not enter themselves",
        ),
        Rule(
            r.LEDGER,
            a.READ,
            within(reader, worker, officer, editor, auditor),
            "台账的更新与期限，不含个人信息；属机关内部",
            "when ledgers and duties are due: nothing personal, yet of the office",
        ),
        Rule(r.LEDGER, a.WRITE, within(worker, officer), "由维护台账的人记录", "by who keeps the ledger"),
        Rule(
            r.AUDIT,
            a.READ,
            within(auditor, admin),
            "被记录的人不看记录",
            "those whose doings it records do not read it",
        ),
        Rule(
            r.AUDIT,
            a.VERIFY,
            to(Scope.ANYWHERE, auditor, admin),
            "只回答整条链是否完整",
            "tells only whether the chain is whole",
        ),
        Rule(
            r.API_KEY,
            a.READ,
            within(auditor, admin),
            "谁有什么权限，可查；密钥本身谁也看不到",
            "who may do what can be seen; the key itself by nobody",
        ),
        Rule(
            r.API_KEY,
            a.ISSUE,
            within(admin),
            "不超出自己的辖区，不发给自己",
            "not beyond one's own divisions, and not to oneself",
        ),
        Rule(r.API_KEY, a.REVOKE, within(admin), "谁能签发，谁能吊销", "who may issue may revoke"),
        Rule(
            r.OPERATION,
            a.READ,
            to(Scope.NATIONAL, reader, admin),
            "运行指标合计全部辖区",
            "metrics count all divisions together",
        ),
        Rule(
            r.OPERATION,
            a.MAINTAIN,
            to(Scope.NATIONAL, admin),
            "导出、压缩、换密钥触及全部记录，但不解密给人看",
            "export, compaction and rekeying touch all records and show none",
        ),
    )


RULES: tuple[Rule, ...] = _rules()
BY_PLACE: Mapping[tuple[Resource, Action], Rule] = MappingProxyType(
    {(rule.resource, rule.action): rule for rule in RULES}
)
