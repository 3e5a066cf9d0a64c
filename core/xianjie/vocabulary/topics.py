"""The topics that every policy must answer or declare silent, so that *not encoded* is impossible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from xianjie.vocabulary.facts import BASE
from xianjie.vocabulary.terms import INSTRUMENTS, SERVICES


@dataclass(frozen=True, slots=True)
class Topic:
    """One question on which documents can be compared, in one of the dimensions."""

    id: str
    dimension: str
    zh: str
    en: str


def _all() -> tuple[Topic, ...]:
    out = [
        Topic("coverage", "eligibility", "覆盖对象", "who is covered"),
        Topic("priority", "eligibility", "优先对象", "who comes first"),
        Topic("income_test", "eligibility", "收入、财产标准", "income and property test"),
        Topic("look_back_windows", "eligibility", "回溯期", "look-back windows"),
        Topic("precedence", "eligibility", "多类并存时的次序", "precedence where several classes match"),
        Topic("residence", "eligibility", "户籍或居住条件", "residence test"),
        Topic(
            "hardship_test",
            "eligibility",
            "“仍有困难”由谁、如何认定",
            "who decides remaining hardship, and how",
        ),
    ]
    out += [Topic(f"service.{key}", "services", f"服务：{zh}", f"service: {en}") for key, (zh, en) in SERVICES.items()]
    out += [
        Topic(f"ledger.{key}", "duties", f"台账：{zh}", f"ledger: {en}")
        for key, (zh, en) in BASE["ledger.kind"].words.items()
    ]
    out += [
        Topic("supply_interval", "duties", "供给台账更新周期", "interval of the supply ledger"),
        Topic("demand_interval", "duties", "需求台账更新周期", "interval of the demand ledger"),
        Topic("ledger_keeper", "duties", "台账责任主体", "keeper of the ledgers"),
        Topic("hand_over", "duties", "台账提供给谁", "hand-over of the supply ledger"),
        Topic("filing_platform", "duties", "录入或备案平台", "platform of entry or filing"),
        Topic("first_deadline", "duties", "首次建立期限", "deadline of the first version"),
    ]
    out += [
        Topic(f"duty.{key}", "duties", f"职责：{zh}", f"duty: {en}")
        for key, (zh, en) in BASE["duty.kind"].words.items()
    ]
    out += [
        Topic("targets", "duties", "年度目标", "yearly targets"),
        Topic("forward", "referral", "民政→慈善转介", "forward referral"),
        Topic("reverse", "referral", "慈善→民政转介", "reverse referral"),
        Topic("community_report", "referral", "居(村)委→街镇报告", "community report"),
        Topic("consent", "referral", "同意要求", "consent"),
        Topic("initiator", "referral", "由谁发起", "who may start"),
        Topic("documents", "referral", "转介材料", "documents"),
        Topic("simplification", "referral", "简化程序", "simplification"),
        Topic("time_limits", "referral", "办理时限", "time limits"),
        Topic("closing", "referral", "反馈与办结", "feedback and closing"),
        Topic(
            "government_duty",
            "referral",
            "反向转介后政府的职责",
            "the government's duty after a reverse referral",
        ),
    ]
    out += [
        Topic(f"instrument.{key}", "incentives", f"激励：{zh}", f"instrument: {en}")
        for key, (zh, en) in INSTRUMENTS.items()
    ]
    return tuple(out)


TOPICS: tuple[Topic, ...] = _all()
TOPIC: Mapping[str, Topic] = MappingProxyType({topic.id: topic for topic in TOPICS})
