"""Ledgers: opened, updated and handed over; nothing recorded is changed, and a correction names what it corrects."""

from __future__ import annotations

from typing import Any

import pytest
from tests.records.reckoning import WORKER, opened, updated
from tests.records.setting import READER, someone

from xianjie.access import Division, Role
from xianjie.errors import InputError
from xianjie.records.deadlines.ledgers import Ledger, change_ledger, facts_of, ledger, record_ledger, updates
from xianjie.records.desk import Keeping
from xianjie.records.refusals import Clash, Denied, Missing, Stale
from xianjie.store import Record


def facts(keeping: Keeping, id: str, day: str = "2025-08-01") -> dict[str, Any]:
    with keeping.look(WORKER) as desk:
        found = facts_of(desk.view, ledger(desk, id), day)
    return {name: value for name, value in found.items() if name not in ("kind", "level")}


def entries(keeping: Keeping, id: str) -> list[Record]:
    with keeping.look(WORKER) as desk:
        return list(updates(desk, id, None, 200).records)


def test_updates_move_the_facts_forward_and_are_all_kept(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2024-05-01")
    updated(keeping, made.id, "updated", "2025-05-01")
    updated(keeping, made.id, "provided_to_townships", "2025-05-03", by="民政局社会救助科")
    updated(keeping, made.id, "updated", "2025-02-01")
    assert facts(keeping, made.id) == {"last_updated": "2025-05-01", "provided_to_townships": "2025-05-03"}
    told = [(one.body["what"], one.body["on"]) for one in entries(keeping, made.id)]
    assert told == [
        ("opened", None),
        ("updated", "2025-05-01"),
        ("provided_to_townships", "2025-05-03"),
        ("updated", "2025-02-01"),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-01-31", "2024-05-01"),
        ("2025-02-01", "2025-02-01"),
        ("2025-04-30", "2025-02-01"),
        ("2025-05-01", "2025-05-01"),
    ],
)
def test_a_past_day_is_told_by_what_had_happened_then(keeping: Keeping, day: str, expected: str) -> None:
    made = opened(keeping, last_updated="2024-05-01")
    updated(keeping, made.id, "updated", "2025-05-01")
    updated(keeping, made.id, "updated", "2025-02-01")
    assert facts(keeping, made.id, day) == {"last_updated": expected}


def test_a_correction_takes_the_place_of_what_it_names(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2024-05-01")
    wrong = updated(keeping, made.id, "updated", "2025-07-01")
    right = updated(keeping, made.id, "updated", "2025-06-01", corrects=wrong.id)
    assert facts(keeping, made.id) == {"last_updated": "2025-06-01"}
    updated(keeping, made.id, "retracted", "2025-08-01", corrects=right.id)
    assert facts(keeping, made.id) == {"last_updated": "2024-05-01"}
    assert len(entries(keeping, made.id)) == 4


def test_what_was_said_can_be_that_it_was_not_done(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2025-05-01")
    updated(keeping, made.id, "entered_on_platform", "2025-05-02", done=False)
    assert facts(keeping, made.id)["entered_on_platform"] is False
    updated(keeping, made.id, "entered_on_platform", "2025-05-05")
    assert facts(keeping, made.id)["entered_on_platform"] is True
    assert facts(keeping, made.id, "2025-05-04")["entered_on_platform"] is False


def refused(keeping: Keeping, id: str, *told: Any, **more: Any) -> str:
    version = entries(keeping, id)
    with pytest.raises((InputError, Clash)) as raised:
        updated(keeping, id, *told, **more)
    assert entries(keeping, id) == version
    return raised.value.problems[0].code


def test_a_correction_names_an_entry_of_this_ledger_that_nobody_corrected(keeping: Keeping) -> None:
    made, other = opened(keeping), opened(keeping)
    first = updated(keeping, made.id, "updated", "2025-07-01")
    foreign = updated(keeping, other.id, "updated", "2025-07-01")
    opening = entries(keeping, made.id)[0]
    for named in (foreign.id, opening.id, "nothing-of-this-name"):
        assert refused(keeping, made.id, "updated", "2025-07-02", corrects=named) == "correction-unknown"
    updated(keeping, made.id, "retracted", "2025-07-02", corrects=first.id)
    assert refused(keeping, made.id, "retracted", "2025-07-02", corrects=first.id) == "correction-doubled"
    assert refused(keeping, made.id, "retracted", "2025-07-02") == "correction-missing"


@pytest.mark.parametrize("what", ["updated", "provided_to_townships", "established"])
def test_of_some_things_only_what_was_done_is_recorded(keeping: Keeping, what: str) -> None:
    made = opened(keeping)
    assert refused(keeping, made.id, what, "2025-07-02", done=False) == "update-not-done"


def test_nothing_is_recorded_before_it_happens(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2025-08-01")
    assert refused(keeping, made.id, "updated", "2025-08-02") == "day-future"
    updated(keeping, made.id, "updated", "2025-08-01")
    with pytest.raises(InputError) as raised:
        opened(keeping, last_updated="2025-08-02")
    (problem,) = raised.value.problems
    assert (problem.code, problem.place.path) == ("day-future", "/facts/last_updated")


def mended(keeping: Keeping, id: str, version: int, who: Any = WORKER, place: str = "420502", **told: Any) -> Record:
    with keeping.change(who) as change:
        return change_ledger(change, id, version, Ledger("改名", "hubei", Division(place), {"kind": "supply", **told}))


def test_mending_the_opening_leaves_what_was_recorded_since(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2024-05-01")
    updated(keeping, made.id, "updated", "2025-05-01")
    with pytest.raises(Stale):
        mended(keeping, made.id, 1)
    changed = mended(keeping, made.id, 2, last_updated="2024-06-01")
    assert (changed.version, changed.body["name"]) == (3, "改名")
    assert facts(keeping, made.id) == {"last_updated": "2025-05-01"}
    assert facts(keeping, made.id, "2025-01-01") == {"last_updated": "2024-06-01"}
    told = entries(keeping, made.id)
    assert [one.body["what"] for one in told] == ["opened", "updated", "mended"]
    assert told[0].body["facts"]["last_updated"] == "2024-05-01"


def test_each_hand_keeps_to_its_division(keeping: Keeping) -> None:
    made = opened(keeping)
    elsewhere = someone(Role.CASE_WORKER, "4206", id="key-b")
    with pytest.raises(Missing), keeping.look(elsewhere) as desk:
        ledger(desk, made.id)
    with pytest.raises(Missing), keeping.look(elsewhere) as desk:
        updates(desk, made.id, None, 10)
    for place in ("420502", "4206"):
        with pytest.raises(Missing):
            mended(keeping, made.id, 1, elsewhere, place)
    with pytest.raises(Denied, match="division"):  # they wrote that place themselves: there is nothing to hide
        mended(keeping, made.id, 1, someone(Role.CASE_WORKER, "420502", id="key-c"), "4206")
    with keeping.look(READER) as desk:
        assert ledger(desk, made.id).id == made.id
    with pytest.raises(Denied), keeping.change(READER) as change:
        record_ledger(change, Ledger(None, "hubei", Division("4205"), {}))


def test_the_chain_tells_what_was_done_and_nothing_that_was_written(keeping: Keeping) -> None:
    made = opened(keeping)
    entry = updated(keeping, made.id, "updated", "2025-05-01", by="民政局社会救助科")
    mended(keeping, made.id, 2)
    with keeping.store.read() as view:
        told = [one.body for one in view.entries("audit")]
    assert [one["event"] for one in told] == ["ledger_recorded", "ledger_updated", "ledger_changed"]
    assert told[1]["entry"] == entry.id
    assert "民政局" not in str(told)
    assert "2025-05-01" not in str(told)


def test_entries_are_listed_page_by_page_in_the_order_of_recording(keeping: Keeping) -> None:
    made = opened(keeping)
    for number in range(1, 13):
        updated(keeping, made.id, "updated", f"2025-07-{13 - number:02d}")
    seen: list[str] = []
    after: str | None = None
    while True:
        with keeping.look(WORKER) as desk:
            page = updates(desk, made.id, after, 4)
        assert len(page.records) <= 4
        seen += [str(one.body["on"]) for one in page.records]
        after = page.after
        if after is None:
            break
    assert seen == ["None", *(f"2025-07-{13 - number:02d}" for number in range(1, 13))]
