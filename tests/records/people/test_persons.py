"""People: sealed, found by number or name within one's divisions, never twice, and erased for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.records.people.invented import (
    ADMIN,
    AUDITOR,
    ELSEWHERE,
    NAME,
    NUMBER,
    OFFICER,
    TODAY,
    WORKER,
    case,
    consent,
    events,
    everything,
    given,
    organisation,
    person,
    refused_nothing_changed,
)
from tests.records.setting import NOW, kept
from tests.store.server import programs, running

from xianjie.access import Division, Role
from xianjie.records.desk import Keeping
from xianjie.records.people import cases, disclosures
from xianjie.records.people.persons import (
    Person,
    change_person,
    erase_person,
    look_up,
    note_number_taken,
    open_person,
    record_person,
)
from xianjie.records.refusals import Clash, Denied, Missing, Stale
from xianjie.store import Seal, open_store
from xianjie.vault import Suite, VaultError, audit_seals, new_ring, rotated


def opened(keeping: Keeping, id: str) -> dict[str, str | None]:
    with keeping.change(OFFICER) as change:
        return open_person(change, id)[1]


def test_what_was_recorded_is_opened_and_each_opening_noted(keeping: Keeping) -> None:
    id = person(keeping, number=NUMBER)
    assert opened(keeping, id) == {"name": NAME, "number": NUMBER, "phone": "电话一二三", "address": "无名路一号"}
    assert events(keeping) == ["person_recorded", "person_opened"]


def test_nothing_personal_stands_in_the_files_or_the_chain(keeping: Keeping, tmp_path: Path) -> None:
    id = person(keeping, number=NUMBER)
    opened(keeping, id)
    with keeping.change(WORKER) as change:
        look_up(change, "name", NAME)
        look_up(change, "number", NUMBER)
    found = everything(tmp_path / "kept")
    assert id in found
    for secret in (NAME, NUMBER, NUMBER[:-1], "电话一二三", "无名路一号", NAME.encode("unicode-escape").decode()):
        assert secret not in found


def test_a_person_shows_nothing_of_themselves() -> None:
    assert NAME not in repr(Person(NAME, Division("88"), NUMBER))


@pytest.mark.parametrize(
    ("by", "text", "found"),
    [
        ("number", NUMBER, True),
        ("number", NUMBER.lower(), True),
        ("number", " ".join(NUMBER), True),
        ("number", NUMBER[:-1] + "1", False),
        ("name", NAME, True),
        ("name", "东方 无名", True),
        ("name", "东方有名", False),
        ("name", NUMBER, False),
    ],
)
def test_somebody_is_found_however_they_are_typed(keeping: Keeping, by: str, text: str, found: bool) -> None:
    id = person(keeping, number=NUMBER)
    with keeping.change(WORKER) as change:
        records = look_up(change, by, text).records  # type: ignore[arg-type]
    assert [one.id for one in records] == ([id] if found else [])
    with keeping.store.read() as view:
        last = view.tip("audit")
    assert last is not None
    assert {name: value for name, value in last.body.items() if name not in ("by", "holder", "collection")} == {
        "event": "person_looked_up",
        "field": by,
        "count": int(found),
    }
    assert last.body["by"] == "key-w"


def test_a_name_finds_all_who_have_it_within_reach_alone(keeping: Keeping) -> None:
    here = {person(keeping), person(keeping, "880102")}
    person(keeping, "8802")
    with keeping.change(WORKER) as change:
        assert {one.id for one in look_up(change, "name", NAME).records} == here


def test_who_may_not_look_up_finds_nothing(keeping: Keeping) -> None:
    person(keeping, number=NUMBER)
    for nobody in (ELSEWHERE[Role.CASE_WORKER], ADMIN, AUDITOR):
        with keeping.change(nobody) as change:
            assert look_up(change, "number", NUMBER).records == ()


@pytest.mark.parametrize("place", ["880101", "8802"])
def test_a_number_is_taken_once_whoever_has_it_and_wherever(keeping: Keeping, place: str) -> None:
    first = person(keeping, place, number=NUMBER)
    with pytest.raises(Clash) as raised, refused_nothing_changed(keeping, WORKER) as change:
        record_person(change, Person("另一个", Division("880101"), NUMBER.lower()))
    assert raised.value.code == "person-known"
    told = str(raised.value.problems)
    assert first not in told
    assert NAME not in told
    assert NUMBER not in told
    with keeping.change(WORKER) as change:
        note_number_taken(change)
    assert events(keeping)[-1] == "person_number_taken"


def test_people_without_a_number_are_as_many_as_there_are(keeping: Keeping) -> None:
    assert person(keeping) != person(keeping)


def test_a_number_kept_under_an_older_key_is_known_and_found(keeping: Keeping) -> None:
    id = person(keeping, number=NUMBER)
    later = Keeping(keeping.store, rotated(keeping.ring, Suite.AES, TODAY), lambda: NOW)
    with pytest.raises(Clash, match="号码"), later.change(WORKER) as change:
        record_person(change, Person("另一个", Division("880101"), NUMBER))
    with later.change(WORKER) as change:
        assert [one.id for one in look_up(change, "number", NUMBER).records] == [id]
        assert [one.id for one in look_up(change, "name", NAME).records] == [id]
    other = person(later, name="另一个", number="另一证件 A1")
    assert opened(later, other)["number"] == "另一证件 A1"


def test_a_change_replaces_all_and_needs_the_version(keeping: Keeping) -> None:
    id = person(keeping, number=NUMBER)
    with keeping.change(WORKER) as change:
        record = change_person(change, id, 1, Person("东方改名", Division("880102"), NUMBER))
    assert (record.version, record.body["division"]) == (2, "880102")
    assert opened(keeping, id) == {"name": "东方改名", "number": NUMBER, "phone": None, "address": None}
    with pytest.raises(Stale), refused_nothing_changed(keeping, WORKER) as change:
        change_person(change, id, 1, Person(NAME, Division("880101")))
    with keeping.change(WORKER) as change:
        change_person(change, id, 2, Person("东方改名", Division("880101")))
        assert look_up(change, "name", NAME).records == ()
        assert look_up(change, "number", NUMBER).records == ()
    person(keeping, name="后来的人", number=NUMBER)


def test_a_change_takes_nobody_else_s_number(keeping: Keeping) -> None:
    person(keeping, number=NUMBER)
    other = person(keeping, name="另一个")
    with pytest.raises(Clash, match="号码"), keeping.change(WORKER) as change:
        change_person(change, other, 1, Person("另一个", Division("880101"), NUMBER))


def test_nobody_records_opens_or_changes_outside_their_division(keeping: Keeping) -> None:
    id = person(keeping)
    stranger = ELSEWHERE[Role.CASE_WORKER]
    with pytest.raises(Denied), refused_nothing_changed(keeping, stranger) as change:
        record_person(change, Person(NAME, Division("8801")))
    with pytest.raises(Missing), refused_nothing_changed(keeping, stranger) as change:
        open_person(change, id)
    with pytest.raises(Missing), refused_nothing_changed(keeping, stranger) as change:
        change_person(change, id, 1, Person(NAME, Division("8802")))
    with pytest.raises(Missing), refused_nothing_changed(keeping, WORKER) as change:
        change_person(change, id, 1, Person(NAME, Division("8802")))
    with pytest.raises(Missing), refused_nothing_changed(keeping, ELSEWHERE[Role.ADMINISTRATOR]) as change:
        erase_person(change, id)
    for nobody in (ADMIN, AUDITOR):
        with pytest.raises(Denied), refused_nothing_changed(keeping, nobody) as change:
            open_person(change, id)
    with pytest.raises(Denied), refused_nothing_changed(keeping, WORKER) as change:
        erase_person(change, id)


def test_what_is_left_is_the_place_and_the_day_and_the_number_is_free(keeping: Keeping) -> None:
    id = person(keeping, number=NUMBER)
    with keeping.change(ADMIN) as change:
        erase_person(change, id)
    with keeping.store.read() as view:
        left = view.get("persons", id)
    assert left is not None
    assert set(left.body) == {"erased", "division", "within"}
    assert left.body["erased"] == "2025-08-01"
    assert person(keeping, number=NUMBER) != id


def test_an_erased_person_is_gone_for_everybody(keeping: Keeping) -> None:
    id = person(keeping)
    with keeping.change(ADMIN) as change:
        erase_person(change, id)
    with pytest.raises(VaultError) as raised, refused_nothing_changed(keeping, OFFICER) as change:
        open_person(change, id)
    assert raised.value.code == "person-erased"
    with pytest.raises(VaultError), keeping.change(WORKER) as change:
        change_person(change, id, 2, Person(NAME, Division("880101")))
    with pytest.raises(VaultError), keeping.change(ADMIN) as change:
        erase_person(change, id)
    with pytest.raises(VaultError):
        case(keeping, id)
    with pytest.raises(VaultError):
        consent(keeping, given(id, organisation(keeping)))
    with pytest.raises(Missing), keeping.change(ELSEWHERE[Role.CASE_WORKER]) as change:
        open_person(change, id)
    with keeping.change(WORKER) as change:
        assert look_up(change, "name", NAME).records == ()


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL")
    with running(found) as url:
        yield url


@pytest.fixture(params=["embedded", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keeping]:
    """Keep records in a store of each kind."""
    if request.param == "embedded":
        with kept(tmp_path / "either") as keeping:
            yield keeping
        return
    url = request.getfixturevalue("database")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    ring = new_ring(Suite.SM, TODAY)
    with open_store(url, seals=[Seal(name, hash) for name, hash in audit_seals(ring)]) as store:
        yield Keeping(store, ring, lambda: NOW)


def test_erasing_leaves_the_chain_whole_and_nothing_readable(either: Keeping) -> None:
    id, to = person(either, number=NUMBER), organisation(either)
    entered = case(either, id)
    agreed = consent(either, given(id, to, "identity", "health", note="由本人说明"))
    with either.change(OFFICER) as change:
        made = disclosures.disclose(
            change, disclosures.Disclosure(agreed, frozenset({"identity", "health"}), case=entered.id)
        )
    before = either.store.verify()
    with either.change(ADMIN) as change:
        erase_person(change, id)
    either.store.compact(forget=True)
    found = either.store.verify()
    assert (before.problems, found.problems, found.remarks) == ((), (), ())
    assert found.entries["audit"] == before.entries["audit"] + 1
    with pytest.raises(VaultError, match="person-erased"), either.change(OFFICER) as change:
        cases.open_case(change, entered.id)
    with pytest.raises(VaultError, match="person-erased"), either.change(OFFICER) as change:
        disclosures.open_disclosure(change, made.id)
    with either.store.read() as view:
        assert disclosures.standing(view, referral="r", organisation=to, day=TODAY) == frozenset()
        whole = [
            record.body
            for name in ("persons", "cases", "consents", "disclosures")
            for record in view.find(name, limit=100)
        ]
        told = [entry.body for entry in view.entries("audit", limit=100)]
    for secret in (NAME, NUMBER, "由本人说明", "annual_income", "data_key"):
        assert secret not in repr(whole), secret
        assert secret not in repr(told), secret
    assert dt.date.fromisoformat(whole[0]["erased"]) == TODAY
