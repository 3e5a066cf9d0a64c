"""The shape of an answer, as the contract states it. Every surface gives this and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from xianjie.policy.model import DutyKind, Force, Instrument, LedgerKind, Qualifier, ServiceKind, Step

SCHEMA_VERSION = 1

Silent = Literal["not_stipulated", "not_reported"]
Undecided = Literal["undetermined", "ambiguous"]
Timed = Literal["fresh", "due_soon", "due_today", "overdue"]
Done = Literal["met", "in_progress", "not_met"]
Referred = Literal["allowed", "refused", "not_triggered"]
Simplified = Literal["available", "not_available"]
# all that can be said of one thing, in the order in which it is listed; columns have the places for codes
LedgerStatus = Literal[Timed, "no_fixed_interval", Undecided, Silent]
DutyStatus = Literal[Done, "no_fixed_interval", Undecided, Silent]
TargetStatus = Literal[Done, Undecided, Silent]
ReferralStatus = Literal[Referred, Undecided, Silent]
SimplifiedStatus = Literal[Simplified, Undecided, Silent]
Number = int | float


class Shape(BaseModel):
    """What every part of an answer shares: exactly these names, never changed after it is given."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Because(Shape):
    """One ground of an explanation: a fact or a parameter with its value, or a part with its own grounds."""

    fact: str | None = None
    parameter: str | None = None
    op: str | None = None
    definition: str | None = None
    part: str | None = None
    value: bool | Number | str | list[str] | None = None
    text: str | None = None
    because: list[Because] | None = None


class Why(Shape):
    """The explanation of a status: the rule, what it came to, in words, and what it rests on."""

    rule: str
    op: str
    value: bool | None
    text: str
    because: list[Because]


class ReadingEntry(Shape):
    """What one way to read the text comes to. `next_due` and the like stand where the reading alters them."""

    reading: str
    recommended: bool
    status: str
    chosen: bool | None = None
    group: str | None = None
    text: str | None = None
    next_due: str | None = None
    days_left: int | None = None
    days_overdue: int | None = None
    required: Number | None = None
    actual: Number | None = None
    shortfall: Number | None = None


class Stated(Shape):
    """What every status carries: its force and clause, what it wants, how it can be read, and why it is so.

    `flagged`: another reading of the text, not recommended, says otherwise.
    """

    force: Force | None
    clause: str | None
    missing: list[str]
    readings: list[ReadingEntry]
    flagged: bool
    notes: list[str]
    why: Why


class GroupEntry(Stated):
    """One class of people that the document names."""

    id: str
    name: str
    gives: Literal["coverage", "priority"]
    status: Literal["covered", "priority_match", "not_matched"] | Undecided


class AdviceEntry(Shape):
    """A next action that the document points to."""

    advice: str
    text: str
    force: Force
    clause: str
    why: Why


class Eligibility(Shape):
    """Coverage, priority, and the status drawn from both."""

    status: Literal["covered", "priority_match", "not_matched"] | Undecided | Silent
    coverage: Literal["covered", "not_matched"] | Undecided | Silent
    priority: Literal["priority_match", "not_matched"] | Undecided | Silent
    groups: list[GroupEntry]
    missing: list[str]
    readings: list[ReadingEntry]
    flagged: bool
    advice: list[str]
    advice_details: list[AdviceEntry]


class DutyEntry(Stated):
    """One ledger, counted duty or target of the case."""

    kind: LedgerKind | DutyKind | Literal["target"] | None
    level: Literal["province", "city", "county", "township"] | None
    status: Literal[Timed, "no_fixed_interval", Done] | Undecided | Silent
    rule: str | None
    qualifier: Qualifier | None
    interval: str | None
    cadence: str | None
    next_due: str | None
    days_left: Annotated[int, Field(ge=0)] | None
    days_overdue: Annotated[int, Field(ge=1)] | None
    compliance: Literal["full", "partial", "unknown"]
    unmet: list[str]
    compliance_missing: list[str]
    condition: Literal["never_established", "no_assistance_given"] | None
    item: int | None = None
    year: int | None = None
    name: str | None = None
    unit: str | None = None
    required: Number | None = None
    actual: Number | None = None
    shortfall: Number | None = None
    comparator_source: Literal["printed", "assumed"] | None = None
    warnings: list[str] = []


class Simplification(Stated):
    """Whether a charity may simplify its procedure for this person."""

    status: Simplified | Undecided | Silent
    rule: str | None


class Accompanying(Stated):
    """What somebody owes around the referral."""

    duty: str
    actor: str | None
    status: Literal["applies", "condition_not_met"] | Undecided | Silent
    rule: str | None
    text: str | None


class Refusal(Shape):
    """The first recorded step that was out of turn."""

    index: int
    event: str
    missing_step: Step | None
    missing: list[str]
    text: str


class ProcedureEntry(Shape):
    """Where the procedure stands after the recorded steps, and the steps that are open now.

    `passed_over`: recorded steps that the document does not know.
    """

    state: str
    name: str
    open_events: list[str]
    passed_over: list[str]
    refused: Refusal | None


class Referral(Stated):
    """Whether the referral may go ahead."""

    direction: Literal["forward", "reverse", "community_report"] | None
    status: Referred | Undecided | Silent
    rule: str | None
    missing_step: Step | None
    next_step: str | None
    documents_any_of: list[str]
    document_required: bool | Silent
    channel: str | None
    simplification: Simplification | None
    options: list[str]
    accompanying: list[Accompanying]
    procedure: ProcedureEntry | None


Entitlement = Literal["applies", "does_not_apply", "condition_not_met"] | Undecided | Silent


class IncentiveEntry(Stated):
    """One instrument under one rule, or under none."""

    instrument: Instrument
    status: Entitlement
    rule: str | None
    qualifier: Qualifier | None


class ServiceEntry(Stated):
    """One kind of help under one rule, or under none."""

    service: ServiceKind
    status: Entitlement
    rule: str | None
    qualifier: Qualifier | None


class ChangeEntry(Shape):
    """One thing that an overlay changed: its kind (`rule`, `parameter`, `rule_added`, …) and its name."""

    kind: str
    name: str


class OverlayEntry(Shape):
    """The supposed change that the answer was given under."""

    id: str
    sha256: str
    text: str
    changes: list[ChangeEntry]


class AmendmentEntry(Shape):
    """A document that changed the one asked, from its own start on; `changes` tells which rules are its."""

    id: str
    sha256: str
    title: str
    number: str | None
    start: str | None
    text: str
    changes: list[ChangeEntry]


class PolicyEntry(Shape):
    """The document that was asked, and how far it can be relied on at the date of evaluation.

    `until` is its last day, where it expired or another took its place (`replaced_by`). `parent` is the region above.
    """

    id: str
    version: str
    sha256: str
    title: str
    standing: Literal["issued", "draft", "press_report"]
    validity: Literal["in_force", "unverified", "not_in_force", "lapsed"]
    text: Literal["full", "digest"]
    replaces: list[str]
    replaced_by: str | None
    until: str | None
    parent: str | None
    amendments: list[AmendmentEntry]
    overlay: OverlayEntry | None


class RegionAnswer(Shape):
    """One region's answer. A part for which the case has no record is None."""

    policy: PolicyEntry
    eligibility: Eligibility
    services: list[ServiceEntry] | None = None
    duties: list[DutyEntry] | None = None
    referral: Referral | None = None
    incentives: list[IncentiveEntry] | None = None


PARTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "services": frozenset({"person", "household"}),
        "duties": frozenset({"ledger", "duty", "target"}),
        "referral": frozenset({"referral"}),
        "incentives": frozenset({"organisation"}),
    }
)
"""The parts that are given only where the case has one of these records, in their order; eligibility always is."""


def parts_for(records: frozenset[str]) -> list[str]:
    """Name the parts of an answer to a case with these records."""
    return ["eligibility", *(name for name, wanted in PARTS.items() if records & wanted)]


class SettingsEntry(Shape):
    """The settings that the answer was given under. `overlay`: for each region so answered, the supposition's id."""

    due_soon_days: int
    readings: dict[str, str]
    overlay: dict[str, str] | None = None


class Answer(Shape):
    """The answer of every region asked, on one date."""

    schema_version: Literal[1]
    engine: str
    as_of: str
    decision_id: str
    settings: SettingsEntry
    case: str | None
    household_ref: str | None
    provenance: dict[str, dict[str, str]]
    regions: dict[str, RegionAnswer]

    def to_json(self) -> dict[str, Any]:
        """Give the answer as JSON-shaped data, without the parts for which the case has no record."""
        return self.model_dump(mode="json", exclude_unset=True)
