"""How a ledger or a duty and its state are told on a page: in words, with the grounds, and no more than is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.engine.assess import Engine
from xianjie.engine.wording import force_words, reading_name
from xianjie.language.prose import period_text
from xianjie.policy.prepared import Policy
from xianjie.records.deadlines.cadences import Cadence
from xianjie.records.deadlines.calendar import DUTIES, LEDGERS, dues
from xianjie.records.deadlines.due_dates import Entry, Kind, Standing
from xianjie.vocabulary import FactSpec, FactType
from xianjie.vocabulary.terms import CONDITIONS, UNMET, term
from xianjie.web.pages.deadlines.fields import NEVER


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of the text comes to: its name, its state, and the day that it gives."""

    name: str
    status: str
    due: str | None
    recommended: bool
    chosen: bool
    days_left: int | None
    days_overdue: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A state under one document, ready to be shown; `due` is None where the text gives no day."""

    region: str
    policy: Policy
    validity: str
    entry: Entry
    own: bool
    interval: str
    force: str
    actor: str | None
    readings: Sequence[Reading]
    unmet: Sequence[str]
    unmet_unknown: Sequence[str]
    missing: Sequence[str]
    condition: str

    @property
    def status(self) -> str:
        """Give the status."""
        status: str = self.entry["status"]
        return status

    @property
    def differing(self) -> bool:
        """Tell whether readings that the office has not settled give different days or states."""
        open_ones = [one for one in self.readings if one.chosen] or self.readings
        return len({(one.status, one.due) for one in open_ones}) > 1


@dataclass(frozen=True, slots=True)
class Row:
    """A ledger or a duty of a list: `told` is None where its region, or a fact of it, is installed no more.

    `ends`: the last day of the period in which a duty is counted.
    """

    id: str
    href: str
    name: str | None
    kind: str
    level: str
    year: str
    region: str
    division: str
    last: str | None
    ends: str | None
    version: int
    facts: Mapping[str, Any]
    told: Told | None


@dataclass(frozen=True, slots=True)
class Wording:
    """Say things in one language; `names` are those of the regions."""

    engine: Engine
    names: Mapping[str, tuple[str, str]]
    lang: str

    def say(self, zh: str, en: str) -> str:
        """Choose the words."""
        return zh if self.lang == "zh" else en

    def region(self, id: str) -> str:
        """Name a region; its id where it is installed no more."""
        return self.say(*self.names[id]) if id in self.names else id

    def region_options(self) -> list[tuple[str, str]]:
        """List the regions that are installed, to choose from."""
        return [(id, self.say(*pair)) for id, pair in self.names.items()]

    def words(self, kind: Kind, fact: str) -> list[tuple[str, str]]:
        """List the words of an enum, each with its term."""
        spec = self.engine.vocabulary[f"{_record(kind)}.{fact}"]
        return [(key, self.say(*pair)) for key, pair in spec.words.items()]

    def word(self, kind: Kind, fact: str, value: Any) -> str:
        """Say a word of an enum; empty where there is none."""
        spec = self.engine.vocabulary[f"{_record(kind)}.{fact}"]
        return self.say(*spec.words[value]) if value in spec.words else ""

    def specs(self, kind: Kind) -> tuple[FactSpec, ...]:
        """List the facts of a ledger or a duty."""
        return self.engine.vocabulary.of_record(_record(kind))

    def value(self, spec: FactSpec, value: Any) -> str:
        """Say a fact's value, as a record holds it; a day is left in ISO 8601."""
        if value is None:
            return self.say("不清楚", "not known")
        if spec.type is FactType.BOOL:
            return self.say("是", "yes") if value else self.say("否", "no")
        if value == NEVER:
            return self.say("从未", "never")
        if spec.type is FactType.ENUM:
            return self.say(*spec.words[value]) if value in spec.words else str(value)
        if isinstance(value, list):
            return self.say("、", ", ").join(str(one) for one in value)
        return str(value)

    def facts(self, kind: Kind, facts: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
        """List all facts with their values, and whether each is known."""
        listed = [
            (self.say(one.zh, one.en), self.value(one, facts.get(one.short)), facts.get(one.short) is not None)
            for one in self.specs(kind)
        ]
        meetings = facts.get("meetings")
        if meetings:
            listed.append((self.say("列出的会商", "meetings listed"), str(len(meetings)), True))
        return listed

    def name(self, standing: Standing) -> str:
        """Name a record by what it was called, else by its level, kind and year."""
        record, facts = standing.item.record, standing.item.facts
        kind = LEDGERS if record.collection == LEDGERS.collection else DUTIES
        told = (self.word(kind, "level", facts.get("level")), self.word(kind, "kind", facts.get("kind")))
        parts = [part for part in (*told, str(facts.get("year") or "")) if part]
        return record.body["name"] or self.say("", " ").join(parts) or self.say("未写类别", "of no kind")

    def row(self, standing: Standing, day: int) -> Row:
        """Tell a record and its state on a day."""
        record, facts = standing.item.record, standing.item.facts
        kind = LEDGERS if record.collection == LEDGERS.collection else DUTIES
        return Row(
            record.id,
            f"/{kind.collection}/{record.id}",
            record.body["name"],
            self.word(kind, "kind", facts.get("kind")),
            self.word(kind, "level", facts.get("level")),
            str(facts.get("year") or ""),
            standing.item.region,
            record.body["division"],
            facts.get("last_updated" if kind is LEDGERS else "last_done"),
            None if kind is LEDGERS else next((due.day for due in dues(kind, standing, self.engine, day)), None),
            record.version,
            facts,
            self.own(standing, day),
        )

    def own(self, standing: Standing, day: int) -> Told | None:
        """Tell the state of a record under the document of its own region."""
        state = standing.state
        if state is None:
            return None
        policy = self.engine.documents.answering(standing.item.region, day)
        return self.told(Cadence(standing.item.region, policy, state["policy"]["validity"], state, own=True))

    def told(self, cadence: Cadence) -> Told:
        """Tell what a document says."""
        entry, policy = cadence.entry, cadence.policy
        interval = period_text(entry["interval"], self.lang) if entry["interval"] else entry["cadence"] or ""
        rule = cadence.rule
        return Told(
            cadence.region,
            policy,
            cadence.validity,
            entry,
            cadence.own,
            interval,
            force_words(entry, self.lang),
            rule.actor if rule is not None else None,
            [
                Reading(
                    reading_name(policy, entry["rule"], one["reading"], self.lang),
                    one["status"],
                    one.get("next_due"),
                    one["recommended"],
                    bool(one.get("chosen")),
                    one.get("days_left"),
                    one.get("days_overdue"),
                )
                for one in entry["readings"]
            ],
            [term(UNMET, one, self.lang) for one in entry["unmet"]],
            self._terms(entry["compliance_missing"]),
            self._terms(entry["missing"]),
            term(CONDITIONS, entry["condition"], self.lang) if entry["condition"] else "",
        )

    def _terms(self, names: Sequence[str]) -> list[str]:
        known = self.engine.vocabulary
        return [self.say(known[name].zh, known[name].en) if name in known else name for name in names]


def _record(kind: Kind) -> str:
    return "ledger" if kind is LEDGERS else "duty"
