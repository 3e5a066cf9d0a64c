"""How ledgers and counted duties stand on a day: the engine says so, many of a region by one case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.access import Action, Division, Principal, Resource
from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.cases.shape import MOST_RECORDS
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError
from xianjie.language.calendar import iso
from xianjie.records.desk import Desk, Keeping
from xianjie.records.pages import MOST, Asked, every, page
from xianjie.records.placing import place_of
from xianjie.records.reading_choices import COLLECTION as CHOICES
from xianjie.records.reading_choices import chosen, settings_of, upward
from xianjie.store import Record, View

Entry = Mapping[str, Any]
FactsOf = Callable[[View, Record, str], dict[str, Any]]
"""Give a record's facts on a day (ISO 8601), in the shape of a case."""

GOVERNING = ("id", "version", "sha256", "standing", "validity")
"""What a state tells of the document that it was found under."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Ledgers, or counted duties: where they are kept, how a case lists them, and how their facts are found."""

    collection: str
    listed: str
    facts_of: FactsOf


@dataclass(frozen=True, slots=True)
class Item:
    """A record with its facts on a day, and the readings that its office has settled on."""

    record: Record
    facts: Mapping[str, Any]
    readings: Mapping[str, str]

    @property
    def region(self) -> str:
        """Give the region by whose documents it is judged."""
        region: str = self.record.body["region"]
        return region


@dataclass(frozen=True, slots=True)
class Standing:
    """A record and its state: the engine's entry, and the document; None where they are installed no more."""

    item: Item
    state: Entry | None

    @property
    def status(self) -> str | None:
        """Give the status; None where there is no state."""
        return None if self.state is None else self.state["status"]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Find how records stand on a day (an ordinal), under the documents that govern then."""

    engine: Engine
    day: int
    due_soon_days: int = 30
    lang: str = "zh"

    def gathered(self, desk: Desk, kind: Kind, records: Sequence[Record]) -> list[Item]:
        """Gather what states are found from, while the store is looked at."""
        offices: dict[str, frozenset[str]] = {}
        found: dict[tuple[str, ...], Mapping[str, str]] = {}
        items = []
        for record in records:
            region, division = record.body["region"], place_of(record.body)
            if region not in offices:
                offices[region] = _offices(desk.view, region)
            around = [str(one) for one in upward(division) if str(one) in offices[region]]
            if (region, *around) not in found:  # where the same offices have settled anything, the same holds
                found[region, *around] = self._readings(desk.view, region, division) if around else {}
            readings = found[region, *around]
            items.append(Item(record, kind.facts_of(desk.view, record, iso(self.day)), readings))
        return items

    def standings(self, kind: Kind, items: Sequence[Item]) -> list[Standing]:
        """Have the engine say how items stand, in their order."""
        groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[int]] = {}
        for number, item in enumerate(items):
            groups.setdefault((item.region, tuple(sorted(item.readings.items()))), []).append(number)
        out = [Standing(item, None) for item in items]
        for numbers in groups.values():
            for start in range(0, len(numbers), MOST_RECORDS):
                part = numbers[start : start + MOST_RECORDS]
                asked = [items[number] for number in part]
                for number, standing in zip(part, self._assessed(kind, asked), strict=True):
                    out[number] = standing
        return out

    def _readings(self, view: View, region: str, division: Division) -> Mapping[str, str]:
        if region not in self.engine.policies:
            return {}
        return settings_of(chosen(view, division, [self.engine.documents.answering(region, self.day)]))

    def _assessed(self, kind: Kind, items: Sequence[Item]) -> list[Standing]:
        """Put items of one region, under the same readings, in one case."""
        region, readings = items[0].region, items[0].readings
        case = self._case(kind, items) if region in self.engine.policies else None
        if case is None:
            if len(items) == 1:
                return [Standing(items[0], None)]
            return [standing for item in items for standing in self._assessed(kind, [item])]
        settings = Settings(self.due_soon_days, readings)
        answer = self.engine.assess(case, [region], self.day, settings, self.lang)["regions"][region]
        policy = {name: answer["policy"][name] for name in GOVERNING}
        return [
            Standing(item, {**entry, "policy": policy}) for item, entry in zip(items, answer["duties"], strict=True)
        ]

    def _case(self, kind: Kind, items: Sequence[Item]) -> Case | None:
        """Make the case; None where a fact is among them that no region installed brings any more."""
        try:
            return read_case({kind.listed: [item.facts for item in items]}, self.engine.vocabulary)
        except InputError:
            return None


def _offices(view: View, region: str) -> frozenset[str]:
    """List the divisions whose offices ever settled a reading of a region's documents: few, or none."""
    return frozenset(record.body["division"] for record in every(view, CHOICES, {"region": region}))


@dataclass(frozen=True, slots=True)
class StatePage:
    """One page of records with their states; `after` goes on behind it, None where it is the last."""

    standings: Sequence[Standing]
    after: str | None


def standing_of(
    keeping: Keeping, principal: Principal, kind: Kind, find: Callable[[Desk], Record], reckoning: Reckoning
) -> Standing:
    """Find one record, and how it stands."""
    with keeping.look(principal) as desk:
        items = reckoning.gathered(desk, kind, [find(desk)])
    return reckoning.standings(kind, items)[0]


def listed_by_state(
    keeping: Keeping, principal: Principal, kind: Kind, asked: Asked, statuses: frozenset[str], reckoning: Reckoning
) -> StatePage:
    """List records with their states; with `statuses`, only those in one of them, and pages are full all the same."""
    found: list[Standing] = []
    at_once = MOST if statuses else asked.limit
    for batch, after in standings(keeping, principal, kind, asked, reckoning, at_once):
        if not statuses:
            return StatePage(batch, after)
        for standing in batch:
            if standing.status in statuses:
                if len(found) == asked.limit:
                    return StatePage(found, found[-1].item.record.id)
                found.append(standing)
    return StatePage(found, None)


def standings(
    keeping: Keeping, principal: Principal, kind: Kind, asked: Asked, reckoning: Reckoning, at_once: int = MOST
) -> Iterator[tuple[list[Standing], str | None]]:
    """Go through the records asked for with their states, and where it goes on; `limit` is passed over.

    The engine works while the store is let go of.
    """
    after: str | None = asked.after
    while True:
        with keeping.look(principal) as desk:
            wanted = Asked(asked.where, asked.division, after, at_once)
            found = page(desk, Action.READ, Resource.LEDGER, kind.collection, wanted)
            items = reckoning.gathered(desk, kind, found.records)
        after = found.after
        yield reckoning.standings(kind, items), after
        if after is None:
            return
