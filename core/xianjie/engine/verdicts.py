"""Decide many cases without reasons: the same statuses as a full answer, in a small part of its time.

The conditions of a block are compiled to one function of the facts' codes. What follows from their truth values is
asked of the engine's own code, once for each pattern of values that occurs, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar
from weakref import finalize

from xianjie.cases import Case
from xianjie.cases.steps import on_day
from xianjie.engine.deciders import Decide, PolicyAt
from xianjie.engine.duties import duties
from xianjie.engine.eligibility import Group, advice_given, group_of, standing
from xianjie.engine.encode import Encoded, codes_of, encode
from xianjie.engine.entitlements import settled_line
from xianjie.engine.inquiry import Entry, Inquiry, Settings
from xianjie.engine.procedures import Procedures
from xianjie.engine.readings import standing_readings
from xianjie.engine.referral import referral
from xianjie.language.explain import Finding
from xianjie.language.generate import FALSE, TRUE, Material, verdict_function
from xianjie.language.generate import Verdict as Decided
from xianjie.policy.model import IncentiveRule, Rule, ServiceRule
from xianjie.policy.prepared import Block, GroupLine, Line, Policy
from xianjie.vocabulary.terms import INSTRUMENTS, SERVICES

K = TypeVar("K")
V = TypeVar("V")

KEPT = 50_000
"""How many patterns of truth values are kept for one part of a policy."""

Pick = Callable[[Sequence[int]], object]

_VALUES = {TRUE: True, FALSE: False}


class Ruled(NamedTuple):
    """One entry of an answer: what it is about, its status, and the rule that decides, with its force and clause.

    `rule`, `clause` and `force` are None where no rule of the document stands.
    """

    name: str
    status: str
    rule: str | None
    clause: str | None
    force: str | None
    qualifier: str | None
    flagged: bool


class EligibilityVerdict(NamedTuple):
    """Who is covered, and who comes first; the groups in the document's order."""

    status: str
    coverage: str
    priority: str
    flagged: bool
    groups: tuple[Ruled, ...]


class ReferralVerdict(NamedTuple):
    """Whether a referral may go ahead, and what stands around it; `outcome` is named by the direction."""

    outcome: Ruled
    missing_step: str | None
    simplification: Ruled | None
    accompanying: tuple[Ruled, ...]


class Verdict(NamedTuple):
    """What a case comes to under a policy, part by part; a part for which it has no record is None.

    Two verdicts are equal where every status is, and with it the rule that decides, its clause, force and qualifier,
    the flag of a reading that would decide otherwise, the missing step of a referral, and the advice. Reasons, missing
    facts, the statuses of single readings, documents, next steps and the procedure's state take no part; nor do duties
    with a time or a number, which `Verdicts.duties` answers.
    """

    eligibility: EligibilityVerdict
    services: tuple[Ruled, ...] | None
    referral: ReferralVerdict | None
    incentives: tuple[Ruled, ...] | None
    advice: tuple[Ruled, ...]


class Verdicts:
    """A policy on one date, ready to decide many cases. Not to be shared between threads."""

    def __init__(self, policy: Policy, as_of: int, chosen: Mapping[str, str] | None = None) -> None:
        """Take a policy and a date (an ordinal); `chosen` maps sets of readings to the option settled on."""
        self.policy, self.as_of = policy, as_of
        self._settings, self._chosen = Settings(), dict(chosen or {})
        self._bare = _Bare(policy, as_of)
        self._full: PolicyAt | None = None
        self._procedures = Procedures()
        finalize(self, self._procedures.close)
        self._eligibility: dict[tuple[int, ...], tuple[EligibilityVerdict, tuple[Ruled, ...]]] = {}
        self._groups: list[tuple[GroupLine, Pick, dict[object, Group]]] = [
            (line, _values(line.places), {}) for line in policy.groups
        ]
        self._referral: dict[tuple[object, ...], ReferralVerdict] = {}
        self._services = _Entries(policy, policy.services, SERVICES, "services")
        self._incentives = _Entries(policy, policy.incentives, INSTRUMENTS, "incentives")

    def of(self, case: Case) -> Verdict:
        """Decide a case in every part that it has a record for."""
        case = on_day(case, self.as_of)
        inquiry = self._inquiry(case)
        codes, records = inquiry.encoded.codes, case.records
        pattern = self._bare.pattern("eligibility", codes)
        found = self._eligibility.get(pattern)
        if found is None:
            found = _keep(self._eligibility, pattern, self._standing(inquiry, pattern))
        eligibility, advice = found
        return Verdict(
            eligibility,
            self._services.of(inquiry, self._bare) if "person" in records or "household" in records else None,
            self._referred(inquiry) if "referral" in records else None,
            self._incentives.of(inquiry, self._bare) if "organisation" in records else None,
            advice,
        )

    def duties(self, case: Case) -> list[Entry]:
        """Answer the case's ledgers, counted duties and targets, as an answer holds them, reasons and all."""
        case = on_day(case, self.as_of)
        return duties(self._asked_in_full(case)) if case.records & {"ledger", "duty", "target"} else []

    def rules_of(self, case: Case, group: GroupLine) -> dict[str, bool | None]:
        """Tell of each rule of a group whether it holds for a case, under the reading that comes first."""
        case = on_day(case, self.as_of)
        pattern = self._bare.pattern("eligibility", codes_of(case.facts, self.policy.vocabulary))
        first = standing_readings(group.readings, self._chosen)[0][0]
        return {rule: _VALUES.get(pattern[place]) for rule, place in group.places[first].items()}

    # ------------------------------------------------------------------------------------------------------------

    def _inquiry(self, case: Case) -> Inquiry:
        encoded = Encoded(case.facts, codes_of(case.facts, self.policy.vocabulary), [], [])
        return Inquiry(case, self._bare, encoded, self._settings, self._chosen)

    def _asked_in_full(self, case: Case) -> Inquiry:
        if self._full is None:
            self._full = PolicyAt(self.policy, self.as_of, "zh", "generated")
        encoded = encode(case.facts, self.policy.vocabulary, "zh")
        return Inquiry(case, self._full, encoded, self._settings, self._chosen)

    def _standing(self, inquiry: Inquiry, pattern: tuple[int, ...]) -> tuple[EligibilityVerdict, tuple[Ruled, ...]]:
        findings = inquiry.findings("eligibility")
        groups = []
        for line, values, known in self._groups:
            key = values(pattern)
            if key not in known:
                known[key] = group_of(inquiry, line, findings)
            groups.append(known[key])
        found = standing(inquiry, groups)
        entries = (
            Ruled(
                one.line.group.id,
                one.settled.status,
                one.rule.id,
                one.clause,
                one.rule.force,
                None,
                one.settled.flagged,
            )
            for one in groups
        )
        advice = (
            Ruled(entry["advice"], "applies", entry["why"]["rule"], entry["clause"], entry["force"], None, False)
            for entry in advice_given(inquiry, findings)
        )
        verdict = EligibilityVerdict(found.status, found.coverage, found.priority, found.flagged, tuple(entries))
        return verdict, tuple(advice)

    def _referred(self, inquiry: Inquiry) -> ReferralVerdict:
        """Answer the referral; recorded steps are walked by the engine, whose statechart knows their order."""
        if inquiry.case.events:
            return _referral(referral(self._asked_in_full(inquiry.case), self._procedures))
        facts = inquiry.case.facts
        direction = facts.get("referral.direction")
        key = (
            self._bare.pattern(f"referral.{direction}", inquiry.encoded.codes),
            direction,
            facts.get("referral.initiator"),
            bool(facts.get("referral.consent_date")),  # known, and not `never`: tells how a closed gate is named
        )
        found = self._referral.get(key)
        if found is None:
            found = _keep(self._referral, key, _referral(referral(inquiry, self._procedures)))
        return found


class _Bare(PolicyAt):
    """A policy at a date that decides conditions without a word on why."""

    def __init__(self, policy: Policy, as_of: int) -> None:
        super().__init__(policy, as_of, "zh", "generated")
        self._patterns: dict[str, Decided] = {}

    def pattern(self, block: str, codes: Sequence[Any]) -> tuple[int, ...]:
        """Give the code of each condition's truth value; a block that the policy does not have has none."""
        decide = self._patterns.get(block)
        if decide is None:
            found = self.policy.blocks.get(block) or Block(block, ())
            material = Material(
                found.conditions, self.policy.definitions, self.frame(), self.policy.vocabulary, self.speaker, {}
            )
            decide = self._patterns.setdefault(block, verdict_function(material))
        return decide(codes)

    def _compile(self, block: Block) -> Decide:
        rules = [rule for rule, _ in block.conditions]
        return lambda encoded: [
            _finding(rule, code) for rule, code in zip(rules, self.pattern(block.name, encoded.codes), strict=True)
        ]


def _finding(rule: str, code: int) -> Finding:
    value = _VALUES.get(code)
    return Finding(
        value,
        ("",) if value is None else (),  # that something is missing, not what
        {"rule": rule, "op": "is", "value": value, "text": "", "because": []},
    )


_Entry = tuple[Ruled, ...]
"""What one rule comes to, once for each instrument or service that it names."""


def _values(places: Sequence[Mapping[str, int]]) -> Pick:
    """Make a picker of the truth values that a line rests on, over all its readings."""
    return itemgetter(*dict.fromkeys(place for reading in places for place in reading.values()))


class _Entries:
    """The entries of services or incentives: settled rule by rule, and set out in the contract's order."""

    def __init__(self, policy: Policy, lines: Sequence[Line], names: Iterable[str], block: str) -> None:
        self.block = block
        silent = policy.silence
        titles = [_names(line.rule) for line in lines]
        held = [name for title in titles for name in title]
        silences = [Ruled(name, silent, None, None, None, None, False) for name in names if name not in held]
        named = [*held, *(one.name for one in silences)]
        order = [number for name in names for number, other in enumerate(named) if other == name]
        self.silences = tuple(silences)
        self.pick: Callable[[Sequence[Ruled]], tuple[Ruled, ...]] = itemgetter(*order)
        self.lines: list[tuple[Line, tuple[str, ...], Pick, dict[object, _Entry]]] = [
            (line, title, _values(line.places), {}) for line, title in zip(lines, titles, strict=True)
        ]

    def of(self, inquiry: Inquiry, bare: _Bare) -> tuple[Ruled, ...]:
        pattern = bare.pattern(self.block, inquiry.encoded.codes)
        out: list[Ruled] = []
        for line, names, values, known in self.lines:
            key = values(pattern)
            found = known.get(key)
            if found is None:
                settled = settled_line(inquiry, line, inquiry.findings(self.block), self.block)
                rule = line.rule
                found = known[key] = tuple(
                    Ruled(name, settled.status, rule.id, line.clause, rule.force, rule.qualifier, settled.flagged)
                    for name in names
                )
            out += found
        out += self.silences
        return self.pick(out)


def _names(rule: Rule) -> tuple[str, ...]:
    if isinstance(rule, IncentiveRule):
        return tuple(rule.instruments)
    assert isinstance(rule, ServiceRule)
    return (rule.service,)


def _referral(entry: Entry) -> ReferralVerdict:
    simplified = entry["simplification"]
    return ReferralVerdict(
        _read(entry["direction"] or "", entry),
        entry["missing_step"],
        None if simplified is None else _read("simplification", simplified),
        tuple(_read(duty["duty"], duty) for duty in entry["accompanying"]),
    )


def _read(name: str, entry: Entry) -> Ruled:
    return Ruled(
        name, entry["status"], entry["rule"], entry["clause"], entry["force"], entry.get("qualifier"), entry["flagged"]
    )


def _keep(kept: dict[K, V], key: K, value: V) -> V:
    """Keep what a pattern comes to, and start afresh where too many have gathered."""
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = value
    return value
