"""A policy made ready: conditions parsed, spread over their readings, and gathered in blocks to decide at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from xianjie.language import nodes
from xianjie.policy.model import (
    AmendmentDocument,
    AnyRule,
    CountRule,
    Gate,
    GroupModel,
    PolicyFile,
    ReferralRule,
    TargetRule,
    TransitionModel,
)
from xianjie.policy.origin import Origin
from xianjie.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a rule: an option for each set of readings that it depends on."""

    id: str
    recommended: bool
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings of one rule, the recommended one first; `differ` says what follows where they disagree.

    A rule without alternatives has one reading with an empty id.
    """

    all: tuple[Reading, ...]
    differ: Mapping[str, str]

    @property
    def several(self) -> bool:
        """Tell whether there is anything to choose."""
        return len(self.all) > 1


@dataclass(frozen=True, slots=True)
class Line:
    """One rule with, for each of its readings, the places of its conditions in the block."""

    rule: AnyRule
    clause: str
    readings: Readings
    places: tuple[Mapping[str, int], ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group with, for each reading, the places of its rules' conditions, in the document's order."""

    group: GroupModel
    rules: tuple[tuple[str, AnyRule, str], ...]
    readings: Readings
    places: tuple[Mapping[str, int], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Conditions that are decided together, each under the id of its rule."""

    name: str
    conditions: tuple[tuple[str, nodes.Condition], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a procedure, its guard placed in the referral's block (None: no guard)."""

    model: TransitionModel
    guard: int | None


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One direction of referral, ready to be decided."""

    rule: ReferralRule
    clause: str
    trigger: Line | None
    gates: tuple[tuple[Gate, int], ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AppliedOverlay:
    """What a patch made of the policy it was put on: a supposition, or an amendment that a plugin brings.

    `sha256` is over the patch's canonical form, `base_sha256` that of the policy before it. `changes` lists what it
    changed, each as kind (of `vocabulary.terms.CHANGES`) and name. `document` is the amending document's header.
    """

    id: str
    sha256: str
    base: str
    base_sha256: str
    zh: str
    en: str
    changes: tuple[tuple[str, str], ...]
    document: AmendmentDocument | None
    supposed: bool

    def changed(self, kind: str) -> frozenset[str]:
        """Name what was changed of one kind."""
        return frozenset(name for found, name in self.changes if found == kind)


@dataclass(frozen=True, slots=True)
class Policy:
    """A document of a region, complete and checked.

    `sha256` is over the canonical form of the file, so that white space and comments do not change it. `overlays` are
    the patches it went through, the first one first. `until` and `replaced_by` are what a timeline knows of it: the
    last day before another document took its place, and the id of that one.
    """

    file: PolicyFile
    source: str
    sha256: str
    vocabulary: Vocabulary
    definitions: Mapping[str, nodes.Condition]
    blocks: Mapping[str, Block]
    groups: tuple[GroupLine, ...]
    advice: tuple[Line, ...]
    services: tuple[Line, ...]
    incentives: tuple[Line, ...]
    referrals: Mapping[str, ReferralLine]
    simplifications: tuple[Line, ...]
    referral_duties: tuple[Line, ...]
    ledgers: tuple[Line, ...]
    counts: tuple[tuple[CountRule, str, Readings], ...]
    targets: tuple[tuple[TargetRule, str, Mapping[int, Readings]], ...]
    silent: frozenset[str]
    origin: Origin = field(repr=False, compare=False)
    overlays: tuple[AppliedOverlay, ...] = ()
    until: dt.date | None = None
    replaced_by: str | None = None

    @property
    def id(self) -> str:
        """Name the policy."""
        return self.file.id

    @property
    def region(self) -> str:
        """Name the region by its pinyin id."""
        return self.file.region

    @property
    def silence(self) -> str:
        """Name what silence means here: `not_stipulated` in a full text, `not_reported` in a digest."""
        return "not_stipulated" if self.file.document.text == "full" else "not_reported"

    @property
    def is_draft(self) -> bool:
        """Tell whether the document was never issued."""
        return self.file.document.standing == "draft"

    @property
    def start(self) -> dt.date | None:
        """Name the first day of the document: when it takes effect, else was issued, else adopted; None: not said."""
        document = self.file.document
        return document.effective or document.issued or document.adopted

    @property
    def last_day(self) -> dt.date | None:
        """Name the document's last day: its own end, or the day before another took its place; None: not known."""
        ends = [day for day in (self.file.document.expires, self.until) if day is not None]
        return min(ends, default=None)

    @property
    def root(self) -> str:
        """Name the document that the overlays it went through began with: itself where there are none."""
        return self.overlays[0].base if self.overlays else self.id

    @property
    def supposed(self) -> tuple[AppliedOverlay, ...]:
        """List the patches that somebody only supposes."""
        return tuple(overlay for overlay in self.overlays if overlay.supposed)

    def changed_by(self, rule: str) -> AppliedOverlay | None:
        """Give the overlay that last changed a rule or brought it; None where the document itself says it so."""
        found = [one for one in self.overlays if rule in one.changed("rule") | one.changed("rule_added")]
        return found[-1] if found else None

    def parameters_at(self, as_of: int) -> dict[str, Fraction]:
        """Give each parameter's value on a day (an ordinal), money in fen."""
        day = dt.date.fromordinal(as_of)
        out = {}
        for name, model in self.file.parameters.items():
            held = [entry for entry in model.values if entry.since is None or entry.since <= day]
            out[name] = Fraction(held[-1].value) * (100 if model.type == "money" else 1)
        return out

    def validity_at(self, as_of: int) -> str:
        """Say whether the document was in force on a day: what it declares, unless the day is before or after it.

        It is over, too, on the day another document took its place, unless it never was in force.
        """
        document, day = self.file.document, dt.date.fromordinal(as_of)
        if self.start is not None and day < self.start:
            return "not_in_force"
        replaced = self.until is not None and day > self.until and document.validity != "not_in_force"
        expired = document.expires is not None and day > document.expires
        return "lapsed" if replaced or expired else document.validity

    def rules(self) -> tuple[tuple[str, AnyRule], ...]:
        """List every rule with its clause, in the document's order."""
        return tuple((clause.path, rule) for clause in self.file.clauses for rule in clause.rules)
