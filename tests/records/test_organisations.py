"""Organisations: entered and changed by who answers for their division, read by everybody, each code once."""

from __future__ import annotations

import pytest
from tests.records.setting import OFFICER, READER, charity, someone

from xianjie.access import Division, Role
from xianjie.records.desk import Keeping
from xianjie.records.organisations import (
    Organisation,
    change_organisation,
    organisation,
    organisations,
    record_organisation,
)
from xianjie.records.pages import Asked
from xianjie.records.refusals import Denied, Missing, Stale
from xianjie.store import Record, StoreError

CODE = "53420500MJ00000001"


def entered(keeping: Keeping, one: Organisation) -> Record:
    with keeping.change(OFFICER) as change:
        return record_organisation(change, one)


def test_what_was_entered_is_read(keeping: Keeping) -> None:
    record = entered(keeping, charity(charitable=True))
    with keeping.look(READER) as desk:
        found = organisation(desk, record.id)
        assert (found.body["name"], found.body["facts"]) == ("示例慈善会", {"charitable": True})
        assert [one.id for one in organisations(desk, Asked({})).records] == [record.id]


def test_a_code_is_taken_once(keeping: Keeping) -> None:
    entered(keeping, charity(code=CODE))
    with pytest.raises(StoreError) as raised:
        entered(keeping, charity("另一个", code=CODE))
    assert raised.value.code == "store-duplicate"
    entered(keeping, charity("没有代码"))
    entered(keeping, charity("也没有代码"))


@pytest.mark.parametrize("place", ["43", ""])
def test_nobody_enters_one_outside_their_division(keeping: Keeping, place: str) -> None:
    with pytest.raises(Denied):
        entered(keeping, charity(place=place))


def test_who_only_reads_enters_none(keeping: Keeping) -> None:
    with pytest.raises(Denied), keeping.change(READER) as change:
        record_organisation(change, charity())


def test_a_change_needs_leave_where_it_was_and_where_it_goes(keeping: Keeping) -> None:
    record = entered(keeping, charity(place="4205"))
    for who, to in (("4206", "4206"), ("4205", "4206"), ("4206", "4205")):
        officer = someone(Role.REFERRAL_OFFICER, who, id="key-b")
        with pytest.raises(Missing), keeping.change(officer) as change:
            change_organisation(change, record.id, 1, charity(place=to))
    with keeping.change(OFFICER) as change:
        moved = change_organisation(change, record.id, 1, charity("改名", place="4206"))
    assert (moved.version, moved.body["division"]) == (2, "4206")
    with keeping.look(READER) as desk:
        assert organisations(desk, Asked({}, Division("4205"))).records == []
        assert [one.id for one in organisations(desk, Asked({}, Division("4206"))).records] == [record.id]


def test_a_change_of_an_older_version_is_refused(keeping: Keeping) -> None:
    record = entered(keeping, charity())
    with keeping.change(OFFICER) as change:
        change_organisation(change, record.id, 1, charity("改名"))
    with pytest.raises(Stale), keeping.change(OFFICER) as change:
        change_organisation(change, record.id, 1, charity("再改"))
    with keeping.look(READER) as desk:
        assert organisation(desk, record.id).body["name"] == "改名"


def test_one_that_is_not_there_is_missing(keeping: Keeping) -> None:
    with pytest.raises(Missing), keeping.look(READER) as desk:
        organisation(desk, "nowhere")
    with pytest.raises(Missing), keeping.change(OFFICER) as change:
        change_organisation(change, "nowhere", 1, charity())
