"""People are brought to the current keys, and what still needs an old key is counted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.records.setting import OFFICER, someone

from xianjie.access import Division, Role
from xianjie.records.desk import Keeping
from xianjie.records.people.persons import Person, erase_person, open_person, record_person
from xianjie.records.refusals import Denied
from xianjie.records.rekeying import rekey
from xianjie.store import Store
from xianjie.vault import Suite, rotated, without

WORKER = someone(Role.CASE_WORKER, "42", id="key-w")
KEEPER = someone(Role.ADMINISTRATOR, "national", id="key-m")


def enter(keeping: Keeping, name: str) -> str:
    with keeping.change(WORKER) as change:
        return record_person(change, Person(name, Division("420502"), number=f"虚构 {name}")).id


def turned(keeping: Keeping) -> Keeping:
    return replace(keeping, ring=rotated(keeping.ring, Suite.AES, keeping.instant().date()))


def test_people_open_without_the_old_key_once_they_were_brought_to_the_new_one(keeping: Keeping) -> None:
    kept, gone = enter(keeping, "东方无名"), enter(keeping, "南宫虚")
    with keeping.change(KEEPER) as change:
        erase_person(change, gone)
    (old,) = keeping.ring.keys
    now = turned(keeping)
    found = rekey(now, KEEPER)
    assert (found.people, found.changed, found.erased) == (2, 1, 1)
    (new,) = set(now.ring.current.values())
    assert found.needed[old] == {"audit": 4}, "the store itself was opened with it"
    assert found.needed[new] == {"persons": 1}
    with replace(now, ring=without(now.ring, old)).change(WORKER) as change:
        assert open_person(change, kept)[1]["name"] == "东方无名"


def test_a_second_time_changes_nothing_and_notes_nothing(keeping: Keeping) -> None:
    enter(keeping, "东方无名")
    now = turned(keeping)
    assert [rekey(now, KEEPER).changed for _ in range(2)] == [1, 0]
    assert events(keeping.store) == ["person_recorded", "persons_rekeyed"]


def test_more_than_fit_one_transaction_are_all_brought(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("rekeying", "pages"):
        monkeypatch.setattr(f"xianjie.records.{room}.AT_ONCE", 2)
    for name in ("甲", "乙", "丙", "丁", "戊"):
        enter(keeping, name)
    found = rekey(turned(keeping), KEEPER)
    assert (found.people, found.changed) == (5, 5)
    assert events(keeping.store)[5:] == ["persons_rekeyed"] * 3


def test_it_takes_who_keeps_the_service(keeping: Keeping) -> None:
    for principal in (OFFICER, WORKER, someone(Role.ADMINISTRATOR, "42")):
        with pytest.raises(Denied):
            rekey(keeping, principal)


def events(store: Store) -> list[str]:
    with store.read() as view:
        return [str(one.body["event"]) for one in view.entries("audit", limit=100)]
