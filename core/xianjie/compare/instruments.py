"""What documents offer to organisations: instrument by instrument and region by region, grouped by force.

Without an organisation it is the list of what is on offer; with one, what each offer comes to for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.engine.entitlements import incentive_rows
from xianjie.policy.conditions import Conditions
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import FORCES, INSTRUMENTS

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A condition of an offer: what it is for, the reading it is under (empty: all), and its words."""

    slot: str
    reading: str
    words: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What one rule of one document offers of one instrument; `entry` is the engine's answer to an organisation."""

    instrument: str
    rule: str
    clause: str
    force: str
    qualifier: str | None
    actor: str | None
    zh: str
    en: str
    wanted: tuple[Wanted, ...]
    entry: Entry | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Give what two documents must have in common here to be alike."""
        if self.entry is not None:
            return (self.force, self.qualifier, self.entry["status"])
        return (self.force, self.qualifier, *((one.slot, one.words) for one in self.wanted))


@dataclass(frozen=True, slots=True)
class Place:
    """An instrument in one document: the offers of one force, or silence where no rule is on it at all.

    `silence` is `not_stipulated` or `not_reported`; `elsewhere` names other forces that the document has for it.
    """

    offers: tuple[Offer, ...]
    silence: str | None
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One instrument in all documents, in their order; `differs` is the same for all its rows."""

    instrument: str
    places: tuple[Place, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Instruments:
    """The whole table. `groups` has the rows of each force, in the order of FORCES; `silent` no document rules.

    `alike` are instruments left out, as they do not differ. `as_of` is an ordinal.
    """

    policies: tuple[Policy, ...]
    as_of: int
    answered: bool
    groups: Mapping[str, tuple[Row, ...]]
    silent: tuple[str, ...]
    alike: tuple[str, ...]


def instruments(
    policies: Sequence[Policy],
    as_of: int,
    lang: str,
    answers: Sequence[Sequence[Entry]] | None = None,
    only_differences: bool = False,
) -> Instruments:
    """Gather what documents offer; `answers` are the engine's entries on incentives, for each document in its order."""
    by_policy = [
        _offers(policy, as_of, lang, None if answers is None else answers[number])
        for number, policy in enumerate(policies)
    ]
    differing = {name for name in INSTRUMENTS if len({_key(offers[name]) for offers in by_policy}) > 1}
    ruled = [name for name in INSTRUMENTS if any(offers[name] for offers in by_policy)]
    shown = [name for name in ruled if name in differing or not only_differences]
    groups: dict[str, tuple[Row, ...]] = {}
    for force in FORCES:
        rows = tuple(
            Row(
                name,
                tuple(_place(policy, offers[name], force) for policy, offers in zip(policies, by_policy, strict=True)),
                name in differing,
            )
            for name in shown
            if any(offer.force == force for offers in by_policy for offer in offers[name])
        )
        if rows:
            groups[force] = rows
    silent = tuple(name for name in INSTRUMENTS if name not in ruled)
    alike = tuple(name for name in ruled if name not in shown)
    return Instruments(tuple(policies), as_of, answers is not None, groups, silent, alike)


def _offers(policy: Policy, as_of: int, lang: str, entries: Sequence[Entry] | None) -> dict[str, list[Offer]]:
    said = Conditions(policy, lang, as_of)
    rows = incentive_rows(policy)
    out: dict[str, list[Offer]] = {name: [] for name in INSTRUMENTS}
    for row, entry in zip(rows, entries if entries is not None else [None] * len(rows), strict=True):
        if row.line is None:
            continue
        rule = row.line.rule
        wanted = tuple(Wanted(one.slot, said.reading_name(one), one.words) for one in said.of(rule))
        out[row.name].append(
            Offer(
                row.name,
                rule.id,
                row.line.clause,
                rule.force,
                rule.qualifier,
                rule.actor,
                rule.zh,
                rule.en,
                wanted,
                entry,
            )
        )
    return out


def _key(offers: Sequence[Offer]) -> frozenset[tuple[object, ...]]:
    return frozenset(offer.key for offer in offers)


def _place(policy: Policy, offers: Sequence[Offer], force: str) -> Place:
    here = tuple(offer for offer in offers if offer.force == force)
    others = tuple(dict.fromkeys(offer.force for offer in offers if offer.force != force))
    return Place(here, policy.silence if not offers else None, () if here else others)
