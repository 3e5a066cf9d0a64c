"""Write one policy's answers down as JSON: each part a form for every pattern of truth values, filled in case by case.

What is new is asked of the engine's own code; so there is one place that says what an answer holds, and this one only
remembers how it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from xianjie.cases import Case
from xianjie.engine.deciders import PolicyAt
from xianjie.engine.document import document_entry
from xianjie.engine.duties import counted_duty, ledger_duty, target_duty
from xianjie.engine.eligibility import (
    Group,
    advice_given,
    conditions_at,
    drawn,
    group_of,
    in_turn,
    open_groups,
    readings_of,
    standing,
    without_reasons,
)
from xianjie.engine.encode import Encoded, Laid
from xianjie.engine.entitlements import incentives, services
from xianjie.engine.forms import (
    Form,
    Marked,
    Names,
    Ready,
    form_of,
    listed,
    names_marked,
    names_told,
    part,
    put_together,
    row,
)
from xianjie.engine.inquiry import Inquiry, Settings
from xianjie.engine.memory import Kept, Memory
from xianjie.engine.openness import Joint
from xianjie.engine.procedures import Procedures
from xianjie.engine.referral import recorded, referral
from xianjie.language import nodes
from xianjie.language.explain import Finding
from xianjie.language.generate import Verdict, verdict_function
from xianjie.language.generate_json import Tell, Told, tell_function
from xianjie.language.narrow import narrow_json
from xianjie.policy.prepared import Block, GroupLine, Policy


class Written(NamedTuple):
    """An answer's id, and the answer as a line of JSON in UTF-8, its line break included."""

    decision_id: str
    line: bytes


class _GroupPart(NamedTuple):
    """A group: how it stands, and how it and its readings are written."""

    group: Group
    entry: Form
    readings: Form


class _Turn(NamedTuple):
    """Conditions on which the status depends: their places, how they are spelled out, and what decides their atoms."""

    places: tuple[int, ...]
    joint: Joint
    decide: Verdict


class _Standing(NamedTuple):
    """How eligibility is written; where the status is open, also on what it depends, and what is missing for it."""

    form: Ready
    turns: Sequence[_Turn]
    missing: Names


class Sheet(NamedTuple):
    """One case on its day, laid out to be written about, and the settings it is asked under."""

    case: Case
    laid: Laid
    settings: Settings


class Scribe:
    """A policy at a date in one language, under the readings chosen. Safe to share between threads."""

    def __init__(self, at: PolicyAt, chosen: Mapping[str, str], procedures: Procedures, memory: Memory) -> None:
        self.policy, self.chosen = at.policy, chosen
        self._plain, self._marked = at, Marked(at.policy, at.as_of, at.lang)
        self._procedures = procedures
        self._beside_ledgers = _facts_read(at.policy, "ledger")
        self._tell: dict[str, Tell] = {}
        self._turns: dict[tuple[int, ...], _Turn] = {}
        self._policy, self._rows = Kept[str](memory), Kept[str](memory)
        self._forms, self._standing = Kept[Ready](memory), Kept[_Standing](memory)
        self._groups = [(line, Kept[_GroupPart](memory)) for line in at.policy.groups]
        self._wanted = Kept[tuple[frozenset[str] | None]](memory)

    def answer(self, sheet: Sheet, parts: Sequence[str]) -> list[str]:
        """Write the policy's answer, with the parts that are asked for, in pieces of narrow text."""
        out = ['{"policy":', self._policy.get("", lambda: narrow_json(document_entry(self._asked(sheet))))]
        for name in parts:
            out.append(f',"{name}":')
            out += self._part(name, sheet)
        out.append("}")
        return out

    def _part(self, name: str, sheet: Sheet) -> list[str]:
        match name:
            case "eligibility":
                return self._eligibility(sheet)
            case "services":
                return self._filled(name, sheet, services)
            case "duties":
                return self._duties(sheet)
            case "referral":
                return self._referral(sheet)
            case _:
                return self._filled(name, sheet, incentives)

    # ------------------------------------------------------------------------------------------------------------

    def _asked(self, sheet: Sheet, at: PolicyAt | None = None) -> Inquiry:
        """Put the case to the engine's own code, by marks unless it is said otherwise."""
        encoded = Encoded(sheet.case.facts, sheet.laid.codes, [], [])
        return Inquiry(sheet.case, at or self._marked, encoded, sheet.settings, self.chosen)

    def _told(self, block: str, sheet: Sheet) -> Told:
        tell = self._tell.get(block)
        if tell is None:
            found = self.policy.blocks.get(block) or Block(block, ())
            tell = self._tell[block] = tell_function(self._marked.material(found))
        return tell(*sheet.laid)

    def _filled(
        self, block: str, sheet: Sheet, draw: Callable[[Inquiry], object], beside: tuple[object, ...] = ()
    ) -> list[str]:
        """Write what is decided by one block, and by what else is named."""
        told = self._told(block, sheet)
        form = self._forms.get((block, told.codes, *beside), lambda: Ready(form_of(draw(self._asked(sheet)))))
        return form.filled(told)

    def _referral(self, sheet: Sheet) -> list[str]:
        return self._filled(
            f"referral.{sheet.case.facts.get('referral.direction')}",
            sheet,
            lambda asked: referral(asked, self._procedures),
            recorded(sheet.case, self._plain.as_of),
        )

    def _eligibility(self, sheet: Sheet) -> list[str]:
        told = self._told("eligibility", sheet)
        found = self._standing.get(told.codes, lambda: self._stands(self._asked(sheet), told.codes))
        if not found.turns:
            return found.form.filled(told)
        listed, wanted = names_told(found.missing, told), set[str]()
        for turn in found.turns:
            matter = self._matter(turn, turn.decide(sheet.laid.codes))
            wanted.update(names_told(turn.places, told) if matter is None else matter)
        return found.form.filled(told, row(tuple(name for name in listed if name in wanted)))

    def _matter(self, turn: _Turn, codes: tuple[int, ...]) -> frozenset[str] | None:
        """Name the facts that matter by their atoms' codes; None where all that are missing are to be named."""
        (found,) = self._wanted.get((turn.places, codes), lambda: (turn.joint.wanted(codes),))
        return found

    def _stands(self, asked: Inquiry, codes: tuple[int, ...]) -> _Standing:
        findings = asked.findings("eligibility")
        groups = []
        for line, kept in self._groups:
            values = tuple(codes[place] for places in line.places for place in places.values())
            groups.append(kept.get(values, lambda line=line: self._group(asked, line, findings)))  # type: ignore[misc]
        found = standing(asked, [one.group for one in groups])
        waiting = open_groups(asked, found)
        missing = ["missing"] if waiting else []
        entry = drawn(
            found, [part("groups")], [part(name) for name in missing], [part("readings")], advice_given(asked, findings)
        )
        rows = {"groups": listed(one.entry for one in groups), "readings": listed(one.readings for one in groups)}
        return _Standing(
            Ready(put_together(form_of(entry), rows), *missing),
            [self._turn(asked, places) for places in in_turn(waiting)],
            names_marked(dict.fromkeys(name for group in waiting for name in group.settled.missing)),
        )

    def _turn(self, asked: Inquiry, places: tuple[int, ...]) -> _Turn:
        if places not in self._turns:
            joint = self._marked.joint(conditions_at(asked, places))
            atoms = Block("atoms", tuple(("", atom) for atom in joint.atoms))
            self._turns[places] = _Turn(places, joint, verdict_function(self._marked.material(atoms)))
        return self._turns[places]

    def _group(self, asked: Inquiry, line: GroupLine, findings: Sequence[Finding]) -> _GroupPart:
        group = group_of(asked, line, findings)
        readings = listed(form_of(reading) for reading in readings_of(group))
        return _GroupPart(without_reasons(group), form_of(group.entry), readings)

    def _duties(self, sheet: Sheet) -> list[str]:
        """Write ledgers, counted duties and targets: days and figures tell them apart, so each is kept by its own."""
        case, asked = sheet.case, self._asked(sheet, self._plain)
        rows = []
        beside = (sheet.settings.due_soon_days, *map(case.facts.get, self._beside_ledgers))
        for ledger in case.ledgers:
            key: tuple[object, ...] = ("ledger", *beside, *ledger.facts.items())
            rows.append(self._rows.get(key, lambda one=ledger: narrow_json(ledger_duty(asked, one))))  # type: ignore[misc]
        for duty in case.duties:
            meetings = None if duty.meetings is None else tuple(tuple(met.items()) for met in duty.meetings)
            key = ("duty", meetings, *duty.facts.items())
            rows.append(self._rows.get(key, lambda one=duty: narrow_json(counted_duty(asked, one))))  # type: ignore[misc]
        for target in case.targets:
            figures = (target.value, target.value_in_year, *target.additions.values())
            # by their digits: of two equal figures one may be written -0
            key = ("target", target.item, target.year, *map(str, figures), *target.additions)
            rows.append(self._rows.get(key, lambda one=target: narrow_json(target_duty(asked, one))))  # type: ignore[misc]
        return ["[", ",".join(rows), "]"]


def _facts_read(policy: Policy, block: str) -> tuple[str, ...]:
    """Name the facts that a block's conditions are decided on, those of definitions among them."""
    found = policy.blocks.get(block)
    waiting = [node for _, node in found.conditions] if found is not None else []
    names: dict[str, None] = {}
    entered: set[str] = set()
    while waiting:
        node = waiting.pop()
        names.update(dict.fromkeys(nodes.facts_of(node)))
        new = [name for name in nodes.definitions_of(node) if name not in entered]
        entered.update(new)
        waiting += [policy.definitions[name] for name in new]
    return tuple(names)
