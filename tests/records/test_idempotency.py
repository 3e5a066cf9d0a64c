"""What a write answered is given again under its key: to the same principal, for the same request, for a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.records.setting import OFFICER, charity, someone

from xianjie.access import Principal, Role
from xianjie.records.desk import Keeping
from xianjie.records.idempotency import COLLECTION, Answered, Asked, earlier, remember
from xianjie.records.organisations import record_organisation
from xianjie.vault import VaultError

ASKED = Asked("a key", "fingerprint")


def kept_answer(keeping: Keeping, answer: object, asked: Asked = ASKED, principal: Principal = OFFICER) -> None:
    with keeping.change(principal) as change:
        remember(change, asked, answer)
        record_organisation(change, charity())


def found(keeping: Keeping, asked: Asked = ASKED, principal: Principal = OFFICER) -> Answered | None:
    with keeping.change(principal) as change:
        try:
            return earlier(change, asked)
        finally:
            record_organisation(change, charity())


def later(keeping: Keeping, **more: float) -> Keeping:
    instant = keeping.instant() + dt.timedelta(**more)
    return replace(keeping, instant=lambda: instant)


def test_the_answer_is_given_again(keeping: Keeping) -> None:
    assert found(keeping) is None
    answer = [{"名称": "示例", "n": 1, "null": None}, 201, 3, "/v1/x"]
    kept_answer(keeping, answer)
    assert found(keeping) == Answered(True, answer)


def test_another_request_under_the_key_is_told_apart(keeping: Keeping) -> None:
    kept_answer(keeping, "kept")
    assert found(keeping, Asked("a key", "another")) == Answered(False, None)
    assert found(keeping, Asked("another key", "fingerprint")) is None


def test_the_key_of_another_principal_is_another(keeping: Keeping) -> None:
    kept_answer(keeping, "kept")
    for id in ("key-b", "key-", "key-aa"):
        assert found(keeping, ASKED, someone(Role.REFERRAL_OFFICER, "42", id=id)) is None
    # what is joined of id and key must not join to the same
    assert found(keeping, Asked("ba key", "fingerprint"), someone(Role.REFERRAL_OFFICER, "42", id="key-")) is None


def test_it_is_forgotten_after_its_day(keeping: Keeping) -> None:
    kept_answer(keeping, "kept")
    assert found(later(keeping, hours=24)) == Answered(True, "kept")
    assert found(later(keeping, hours=48)) is None
    assert found(keeping) is None  # taken away for good
    kept_answer(keeping, "anew")
    assert found(keeping) == Answered(True, "anew")


def test_what_has_expired_is_swept_by_later_writes(keeping: Keeping) -> None:
    for number in range(7):
        kept_answer(keeping, "kept", Asked(f"key {number}", "f"))
    kept_answer(later(keeping, days=3), "later", Asked("later 1", "f"))
    kept_answer(later(keeping, days=3), "later", Asked("later 2", "f"))
    with keeping.store.read() as view:
        assert view.count(COLLECTION) == 2


def test_the_answer_is_sealed_in_the_store(keeping: Keeping) -> None:
    kept_answer(keeping, {"name": "不可外传的姓名"})
    with keeping.store.read() as view:
        (record,) = view.find(COLLECTION)
    assert "不可外传" not in str(record.body)
    assert record.id.isalpha()
    assert len(record.id) == 64


def test_what_is_undone_is_not_remembered(keeping: Keeping) -> None:
    def broken() -> None:
        with keeping.change(OFFICER) as change:
            remember(change, ASKED, "kept")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert found(keeping) is None


@pytest.mark.parametrize("length", [0, 14_997, 14_998, 14_999, 29_998, 29_999, 300_000])
def test_a_long_answer_is_kept_whole(keeping: Keeping, length: int) -> None:
    answer = "汉" * length + "end"
    kept_answer(keeping, answer)
    assert found(keeping) == Answered(True, answer)


def test_pieces_that_change_places_are_noticed(keeping: Keeping) -> None:
    kept_answer(keeping, "x" * 20_000)
    with keeping.store.transaction() as transaction:
        (record,) = transaction.find(COLLECTION)
        body = {**record.body, "answer": record.body["answer"][::-1]}
        transaction.replace(COLLECTION, record.id, body, record.version)
    with pytest.raises(VaultError):
        found(keeping)
