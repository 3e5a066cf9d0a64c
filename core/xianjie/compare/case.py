"""Put one case to every document of a comparison, and find topic by topic what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.cases import Case
from xianjie.engine.assess import Engine
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.topics import TOPICS

Entry = Mapping[str, Any]
Json = dict[str, Any]

ORDER = (
    "refused", "overdue", "not_met", "due_today", "due_soon", "ambiguous", "undetermined", "applies", "priority_match",
    "covered", "allowed", "fresh", "met", "available", "in_progress", "no_fixed_interval", "condition_not_met",
    "not_triggered", "not_matched", "not_available", "does_not_apply", "not_stipulated", "not_reported",
)  # fmt: skip
"""Statuses in the order in which a reader wants to see them, where a topic has several."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one topic comes to for the case under one document.

    `statuses` holds the status of each entry of the answer, what matters most first; `missing` the facts wanted.
    """

    statuses: tuple[str, ...]
    missing: tuple[str, ...]

    def as_json(self) -> Json:
        """Give the outcome as JSON-shaped data."""
        return {"status": self.statuses[0], "statuses": list(self.statuses), "missing": list(self.missing)}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes of one case: for each document, by topic; a topic that the case does not touch is left out."""

    label: str | None
    as_of: str
    by_column: tuple[Mapping[str, Outcome], ...]

    def of(self, column: int, topic: str) -> Outcome | None:
        """Give what a topic comes to under one document; None where the case has no record for it."""
        return self.by_column[column].get(topic)

    def as_json(self) -> Json:
        """Give the outcomes as JSON-shaped data, one mapping for each column."""
        return {
            "case": self.label,
            "as_of": self.as_of,
            "columns": [
                {topic: outcome.as_json() for topic, outcome in outcomes.items()} for outcomes in self.by_column
            ],
        }


def outcomes(case: Case, policies: Sequence[Policy], as_of: int, lang: str = "zh") -> Outcomes:
    """Put a case to each policy on one date (an ordinal), each by itself, so that two of one region can be compared."""
    found, day = [], ""
    for policy in policies:
        engine = Engine([policy], policy.vocabulary)
        try:
            answer = engine.assess(case, [policy.region], as_of, lang=lang)
        finally:
            engine.close()
        day = answer["as_of"]
        found.append(by_topic(answer["regions"][policy.region]))
    return Outcomes(case.label, day, tuple(found))


def by_topic(answer: Entry) -> dict[str, Outcome]:
    """Sort the entries of one region's answer by the topics that they answer."""
    entries: dict[str, list[Entry]] = {}
    for topic, entry in _entries(answer):
        entries.setdefault(topic, []).append(entry)
    out = {}
    for topic in (topic.id for topic in TOPICS if topic.id in entries):
        statuses = dict.fromkeys(sorted((entry["status"] for entry in entries[topic]), key=ORDER.index))
        missing = dict.fromkeys(name for entry in entries[topic] for name in entry.get("missing", ()))
        out[topic] = Outcome(tuple(statuses), tuple(missing))
    return out


def _entries(answer: Entry) -> Iterator[tuple[str, Entry]]:
    eligibility = answer["eligibility"]
    for gives in ("coverage", "priority"):
        groups = [group for group in eligibility["groups"] if group["gives"] == gives]
        missing = [name for group in groups for name in group["missing"]]
        status = eligibility[gives]
        yield gives, {"status": status, "missing": missing if status in ("undetermined", "ambiguous") else []}
    for entry in answer.get("services") or ():
        yield f"service.{entry['service']}", entry
    for entry in answer.get("incentives") or ():
        yield f"instrument.{entry['instrument']}", entry
    for entry in answer.get("duties") or ():
        yield from _duty(entry)
    if answer.get("referral") is not None:
        yield from _referral(answer["referral"])


def _duty(entry: Entry) -> Iterator[tuple[str, Entry]]:
    kind = entry["kind"]
    if kind == "target":
        yield "targets", entry
    elif kind is not None:
        known = {topic.id for topic in TOPICS}
        yield (f"ledger.{kind}" if f"ledger.{kind}" in known else f"duty.{kind}"), entry
        if f"{kind}_interval" in known:
            yield f"{kind}_interval", entry


def _referral(entry: Entry) -> Iterator[tuple[str, Entry]]:
    if entry["direction"] is not None:
        yield entry["direction"], entry
    if entry["simplification"] is not None:
        yield "simplification", entry["simplification"]
    for duty in entry["accompanying"]:
        if duty["duty"] == "government_duty":
            yield "government_duty", duty
