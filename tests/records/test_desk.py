"""A change stands with its note or not at all, and is made by somebody who may."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from tests.records.setting import OFFICER, READER, charity, someone

from xianjie.access import Action, Division, Resource, Role, Target
from xianjie.errors import InternalError
from xianjie.records import audit
from xianjie.records.desk import Change, Keeping, offices
from xianjie.records.ids import LENGTH, new_id
from xianjie.records.refusals import Denied, Missing, Stale
from xianjie.store import StoreError

COLLECTION = "organisations"
BODY = charity().body()


def noted(keeping: Keeping) -> list[str]:
    with keeping.store.read() as view:
        return [entry.body["event"] for entry in view.entries(audit.CHAIN)]


def count(keeping: Keeping) -> int:
    with keeping.store.read() as view:
        return view.count(COLLECTION)


def test_a_change_and_its_note_stand_together(keeping: Keeping) -> None:
    with keeping.change(OFFICER) as change:
        record = change.insert(COLLECTION, BODY)
        change.note("organisation_recorded", COLLECTION, record.id, version=record.version)
    with keeping.store.read() as view:
        (entry,) = view.entries(audit.CHAIN)
    assert entry.body == {
        "event": "organisation_recorded",
        "by": "key-a",
        "holder": "holder-of-key-a",
        "collection": COLLECTION,
        "id": record.id,
        "version": 1,
    }
    assert dt.datetime.fromisoformat(entry.at) == keeping.instant()
    assert count(keeping) == 1


def test_a_change_without_a_note_is_refused_and_leaves_nothing(keeping: Keeping) -> None:
    with pytest.raises(InternalError) as raised, keeping.change(OFFICER) as change:
        change.insert(COLLECTION, BODY)
    assert [problem.code for problem in raised.value.problems] == ["store-misuse"]
    assert (count(keeping), noted(keeping)) == (0, [])


def test_an_exception_takes_back_the_change_and_its_note(keeping: Keeping) -> None:
    def broken() -> None:
        with keeping.change(OFFICER) as change:
            change.note("organisation_recorded", COLLECTION, change.insert(COLLECTION, BODY).id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert (count(keeping), noted(keeping)) == (0, [])


def test_after_a_refused_change_the_next_one_is_made(keeping: Keeping) -> None:
    with pytest.raises(InternalError), keeping.change(OFFICER):
        pass
    with keeping.change(OFFICER) as change:
        change.note("organisation_recorded", COLLECTION, change.insert(COLLECTION, BODY).id)
    assert (count(keeping), noted(keeping)) == (1, ["organisation_recorded"])


def test_an_event_that_is_not_in_the_table_is_not_noted(keeping: Keeping) -> None:
    with pytest.raises(AssertionError), keeping.change(OFFICER) as change:
        change.note("invented", COLLECTION, None)
    assert noted(keeping) == []


def test_every_event_has_its_words_in_both_languages() -> None:
    for name, (zh, en) in audit.EVENTS.items():
        assert name.isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
        assert en.isascii()


def test_a_record_is_replaced_at_the_version_that_was_read_alone(keeping: Keeping) -> None:
    with keeping.change(OFFICER) as change:
        first = change.insert(COLLECTION, BODY)
        change.note("organisation_recorded", COLLECTION, first.id)
    with keeping.change(OFFICER) as change:
        second = change.replace(first, BODY, 1)
        change.note("organisation_changed", COLLECTION, first.id)
    assert second.version == 2
    with pytest.raises(Stale), keeping.change(OFFICER) as change:
        change.replace(change.get(COLLECTION, first.id), BODY, 1)
    with pytest.raises(StoreError) as raised, keeping.change(OFFICER) as change:
        change.replace(first, BODY)
    assert raised.value.code == "store-conflict"
    assert noted(keeping) == ["organisation_recorded", "organisation_changed"]


def test_the_desk_refuses_what_the_principal_may_not(keeping: Keeping) -> None:
    public = Target(Resource.ORGANISATION, Division("4205"))
    with keeping.look(READER) as desk:
        desk.require(Action.READ, public)
        assert desk.may(Action.READ, public)
        assert not desk.may(Action.WRITE, public)
        with pytest.raises(Denied) as denied:
            desk.require(Action.WRITE, public)
    assert denied.value.code == "access-role"


def test_a_record_of_another_division_is_as_if_it_were_not_there(keeping: Keeping) -> None:
    worker = someone(Role.CASE_WORKER, "4205")
    with keeping.look(worker) as desk:
        desk.require(Action.READ, Target(Resource.CASE, Division("420502")))
        with pytest.raises(Missing) as elsewhere:
            desk.require(Action.READ, Target(Resource.CASE, Division("4206")))
        with pytest.raises(Missing) as nowhere:
            desk.get("cases", "nowhere")
    assert elsewhere.value.problems == nowhere.value.problems


@pytest.mark.parametrize(
    ("instant", "today"),
    [
        ("2025-08-01T15:59:59+00:00", "2025-08-01"),
        ("2025-08-01T16:00:00+00:00", "2025-08-02"),
        ("2025-08-02T00:00:00+08:00", "2025-08-02"),
    ],
)
def test_today_is_that_of_beijing(keeping: Keeping, instant: str, today: str) -> None:
    late = replace(keeping, instant=lambda: dt.datetime.fromisoformat(instant))
    with late.look(OFFICER) as desk:
        assert desk.today.isoformat() == today


def test_a_look_sees_one_state_of_the_store(keeping: Keeping) -> None:
    with keeping.look(READER) as desk:
        assert not isinstance(desk, Change)
        assert desk.view.count(COLLECTION) == 0


def test_offices_are_the_divisions_of_all_roles_in_order() -> None:
    assert offices(someone(Role.CASE_WORKER, "4205", "42", "4205")) == (Division("42"), Division("4205"))


def test_ids_are_letters_alone_and_never_the_same() -> None:
    drawn = {new_id() for _ in range(2_000)}
    assert len(drawn) == 2_000
    assert all(len(id) == LENGTH and id.isalpha() and id.islower() and id.isascii() for id in drawn)


def test_what_a_note_holds_is_json_without_names(keeping: Keeping) -> None:
    with keeping.change(OFFICER) as change:
        record = change.insert(COLLECTION, charity("不可外传的名称").body())
        change.note("organisation_recorded", COLLECTION, record.id)
    with keeping.store.read() as view:
        told = json.dumps([entry.body for entry in view.entries(audit.CHAIN)], ensure_ascii=False)
    assert "不可外传" not in told
