"""Write one policy's answers down as JSON: each part a form for every pattern of truth values, filled in case by case.

What is new is asked of the engine's own code; so there is one place that says what an answer holds, and this one only
remembers how it was written. It remembers twice: a form by the truth values of a block's conditions, and a part filled
in by the values of the very facts that the block reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
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
from xianjie.language.generate import Code, Verdict, verdict_function
from xianjie.language.generate_json import Tell, tell_function
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


class _Telling(NamedTuple):
    """A block of conditions: what picks the values of the facts that it reads, and what tells of it in JSON."""

    read: Callable[[Sequence[Code]], object]
    tell: Tell


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
        self._telling: dict[str, _Telling] = {}
        self._turns: dict[tuple[int, ...], _Turn] = {}
        self._policy, self._parts, self._rows = Kept[str](memory), Kept[str](memory), Kept[str](memory)
        self._forms, self._standing = Kept[Ready](memory), Kept[_Standing](memory)
        self._groups = [(line, Kept[_GroupPart](memory)) for line in at.policy.groups]
        self._wanted = Kept[tuple[frozenset[str] | None]](memory)

    def answer(self, sheet: Sheet, parts: Sequence[str]) -> list[str]:
        """Write the policy's answer, with the parts that are asked for, in pieces of narrow text."""
        out = ['{"policy":', self._policy.get("", lambda: narrow_json(document_entry(self._asked(sheet))))]
        for name in parts:
            out += (f',"{name}":', self._part(name, sheet))
        out.append("}")
        return out

    def _part(self, name: str, sheet: Sheet) -> str:
        match name:
            case "duties":
                return self._duties(sheet)
            case "referral":
                block = f"referral.{sheet.case.facts.get('referral.direction')}"
                return self._filled(block, sheet, self._referral, recorded(sheet.case, self._plain.as_of))
            case "services":
                return self._filled(name, sheet, services)
            case "incentives":
                return self._filled(name, sheet, incentives)
            case _:
                read = self._tells(name).read(sheet.laid.codes)
                return self._parts.get((name, read), lambda: "".join(self._eligibility(sheet)))

    # ------------------------------------------------------------------------------------------------------------

    def _asked(self, sheet: Sheet, at: PolicyAt | None = None) -> Inquiry:
        """Put the case to the engine's own code, by marks unless it is said otherwise."""
        encoded = Encoded(sheet.case.facts, sheet.laid.codes, [], [])
        return Inquiry(sheet.case, at or self._marked, encoded, sheet.settings, self.chosen)

    def _tells(self, block: str) -> _Telling:
        found = self._telling.get(block)
        if found is None:
            found = self._telling[block] = _telling(self._marked, block)
        return found

    def _filled(
        self, block: str, sheet: Sheet, draw: Callable[[Inquiry], object], beside: tuple[object, ...] = ()
    ) -> str:
        """Write what is decided by one block, and by what else is named."""
        telling = self._tells(block)

        def write() -> str:
            told = telling.tell(*sheet.laid)
            form = self._forms.get((block, told.codes, beside), lambda: Ready(form_of(draw(self._asked(sheet)))))
            return "".join(form.filled(told))

        return self._parts.get((block, telling.read(sheet.laid.codes), beside), write)

    def _referral(self, asked: Inquiry) -> object:
        return referral(asked, self._procedures)

    def _eligibility(self, sheet: Sheet) -> list[str]:
        told = self._tells("eligibility").tell(*sheet.laid)
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

    def _duties(self, sheet: Sheet) -> str:
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
        return f"[{','.join(rows)}]"


def _telling(marked: Marked, name: str) -> _Telling:
    policy = marked.policy
    slots = [policy.vocabulary.slot[fact] for fact in _facts_read(policy, name)]
    read = itemgetter(*slots) if slots else lambda _: None
    return _Telling(read, tell_function(marked.material(policy.blocks.get(name) or Block(name, ()))))


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
