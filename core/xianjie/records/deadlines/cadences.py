"""One ledger or duty under the documents of several regions: how it would stand in each of them on the same day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.inquiry import Settings
from xianjie.policy.model import AnyRule
from xianjie.policy.prepared import Policy
from xianjie.records.deadlines.due_dates import Entry, Kind, Reckoning, Standing


@dataclass(frozen=True, slots=True)
class Cadence:
    """What the document of one region says: its entry as in an answer's `duties`, and the document.

    `own`: it is the region that the ledger or duty is judged by, under the readings that its office settled on; the
    others answer as the text stands. `rule` is None where the document is silent.
    """

    region: str
    policy: Policy
    validity: str
    entry: Entry
    own: bool = False

    @property
    def rule(self) -> AnyRule | None:
        """Give the rule behind the entry."""
        id = self.entry["rule"]
        return next((rule for _, rule in self.policy.rules() if rule.id == id), None) if id else None


def supposed(
    listed: str,
    facts: Mapping[str, Any],
    regions: Sequence[str],
    reckoning: Reckoning,
    readings: Mapping[str, str] = MappingProxyType({}),
) -> list[Cadence]:
    """Answer for facts of which nothing is recorded; `listed` is `ledgers` or `duties`, `readings` are settled.

    Raises InputError where the facts are none of the vocabulary, or none of a case.
    """
    (found,) = _answered(read_case({listed: [facts]}, reckoning.engine.vocabulary), regions, reckoning, readings)
    return found


def under_each(
    kind: Kind, standings: Sequence[Standing], regions: Sequence[str], reckoning: Reckoning
) -> list[list[Cadence]]:
    """Put records under the documents of regions, in the order of `standings` and of `regions`.

    A record whose state is not known, as its region or a fact of it is installed no more, has no cadences.
    """
    known = [one for one in standings if one.state is not None]
    if not known or not regions:
        return [[] for _ in standings]
    case = read_case({kind.listed: [one.item.facts for one in known]}, reckoning.engine.vocabulary)
    answered = iter(_answered(case, regions, reckoning))
    return [[] if one.state is None else _with_own(one, next(answered)) for one in standings]


def _answered(
    case: Case,
    regions: Sequence[str],
    reckoning: Reckoning,
    readings: Mapping[str, str] = MappingProxyType({}),
) -> list[list[Cadence]]:
    """Ask every region once for all ledgers or duties of a case; one list for each of them."""
    engine, day = reckoning.engine, reckoning.day
    settings = Settings(reckoning.due_soon_days, readings)
    answer = engine.assess(case, regions, day, settings, reckoning.lang)["regions"]
    policies = {name: engine.documents.answering(name, day) for name in regions}
    return [
        [
            Cadence(name, policies[name], answer[name]["policy"]["validity"], answer[name]["duties"][number])
            for name in regions
        ]
        for number in range(len(case.ledgers) + len(case.duties))
    ]


def _with_own(standing: Standing, cadences: Sequence[Cadence]) -> list[Cadence]:
    """Let the record's own region say what its state is: its office may have settled on readings."""
    state = standing.state
    assert state is not None
    entry = {name: value for name, value in state.items() if name != "policy"}
    return [
        Cadence(one.region, one.policy, one.validity, entry, own=True) if one.region == standing.item.region else one
        for one in cadences
    ]
