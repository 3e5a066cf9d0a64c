"""What the audit chain tells: who did what to which record, and when; no names, no facts of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from xianjie.store import Record
from xianjie.store.values import canonical
from xianjie.vault import Purpose, Ring, Tagger

CHAIN = "audit"

EVENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "decided": ("作出判定", "decisions made"),
        "decision_read": ("查看决定", "a decision read"),
        "policy_published": ("文件投入使用", "a document came into service"),
        "organisation_recorded": ("登记组织", "an organisation recorded"),
        "organisation_changed": ("更正组织", "an organisation changed"),
        "ledger_recorded": ("登记台账", "a ledger recorded"),
        "ledger_changed": ("更正台账", "a ledger changed"),
        "ledger_updated": ("记录台账更新", "what was done to a ledger recorded"),
        "duty_recorded": ("登记次数型职责", "a counted duty recorded"),
        "duty_changed": ("更正次数型职责", "a counted duty changed"),
        "duty_event_recorded": ("记录履行职责", "a duty's event recorded"),
        "person_recorded": ("登记个人", "a person recorded"),
        "person_changed": ("更正个人信息", "a person's data changed"),
        "person_opened": ("打开个人信息", "a person's data opened"),
        "person_looked_up": ("查找个人", "people looked up"),
        "person_number_taken": ("号码已有人登记", "a person refused, whose number is there"),
        "person_erased": ("删除个人信息", "a person's data erased"),
        "persons_rekeyed": ("个人信息改用现用密钥", "people's data brought to the current keys"),
        "case_recorded": ("登记个案", "a case recorded"),
        "case_changed": ("更正个案", "a case changed"),
        "case_opened": ("打开个案", "a case opened"),
        "case_assessed": ("判定个案", "a case assessed"),
        "case_closed": ("结案", "a case closed"),
        "consented": ("登记同意", "a consent recorded"),
        "consent_withdrawn": ("撤回同意", "a consent withdrawn"),
        "disclosed": ("披露", "data disclosed"),
        "disclosure_opened": ("打开所披露的内容", "what was disclosed opened"),
        "reading_settled": ("选定读法", "a reading settled"),
        "reading_taken_back": ("收回所选读法", "a settled reading taken back"),
        "referral_opened": ("发起转介", "a referral opened"),
        "referral_read": ("查看转介", "a referral read"),
        "referral_changed": ("更正转介", "a referral changed"),
        "referral_step": ("记录转介步骤", "a step of a referral recorded"),
        "api_key_issued": ("签发接口密钥", "an API key issued"),
        "api_key_revoked": ("吊销接口密钥", "an API key revoked"),
        "logged_in": ("登录", "a login"),
        "logged_out": ("退出登录", "a login ended"),
        "api_key_rehashed": ("接口密钥改用新的哈希密钥", "an API key hashed with the current key"),
    }
)
"""Every event there is, with its words. A change that notes none does not happen."""


def entry(event: str, by: str, holder: str, collection: str, id: str | None, more: Mapping[str, Any]) -> dict[str, Any]:
    """Make the body of an entry. `by` is the credential's id, `holder` who holds it; `id` None: of several records."""
    assert event in EVENTS, event
    out: dict[str, Any] = {"event": event, "by": by, "holder": holder, "collection": collection}
    if id is not None:
        out["id"] = id
    assert not out.keys() & more.keys(), "who did it is never overwritten"
    return {**out, **more}


def digest(ring: Ring, record: Record) -> str:
    """Commit to a record that is never changed: a keyed hash, from which nobody guesses what stands in it."""
    return Tagger(ring, Purpose.AUDIT).tag(_digested(record))


def agrees(ring: Ring, record: Record, tag: str) -> bool:
    """Tell whether a record is still as it was committed to."""
    return Tagger(ring, Purpose.AUDIT).check(_digested(record), tag)


def _digested(record: Record) -> bytes:
    return canonical(["record", record.collection, record.id, dict(record.body)]).encode()
