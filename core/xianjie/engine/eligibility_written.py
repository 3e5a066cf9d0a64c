"""Write eligibility down: each group by the truth values of its rules, the frame around by how the groups stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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
)
from xianjie.engine.forms import Marked, Names, Ready, elements_of, form_of, names_marked, names_told, part, row
from xianjie.engine.inquiry import Inquiry
from xianjie.engine.memory import Kept, Memory
from xianjie.engine.openness import Joint
from xianjie.engine.rows import places_of
from xianjie.engine.telling import picking
from xianjie.language.generate import Verdict, verdict_function
from xianjie.language.generate_json import Told
from xianjie.policy.prepared import Block

BLOCK = "eligibility"


class _Member:
    """A group as it came out: how it stands, what is missing for it, and how it and its readings are written."""

    __slots__ = ("entry", "group", "missing", "readings", "stands", "weight")

    def __init__(self, group: Group) -> None:
        settled = group.settled
        self.group, self.missing = group, names_marked(settled.missing)
        self.stands = (settled.status, settled.flagged, settled.standing)
        self.entry, self.readings = Ready(form_of(group.entry)), Ready(elements_of(readings_of(group)))
        self.weight = 2 * (self.entry.weight + self.readings.weight)


class _Turn(NamedTuple):
    """Conditions on which the status depends: their places, how they are spelled out, and what decides their atoms."""

    places: tuple[int, ...]
    joint: Joint
    decide: Verdict


class _Frame:
    """What is written around the groups; where the status is open, which groups it waits for, and in which turns."""

    __slots__ = ("form", "turns", "waiting", "weight")

    def __init__(self, form: Ready, waiting: Sequence[int], turns: Sequence[_Turn]) -> None:
        self.form, self.waiting, self.turns, self.weight = form, waiting, turns, form.weight


class EligibilityWritten:
    """The eligibility of a policy at a date, by marks."""

    def __init__(self, at: Marked, memory: Memory) -> None:
        self._at = at
        self._members = [(line, picking(places_of(line)), Kept[_Member](memory)) for line in at.policy.groups]
        self._advice = picking([place for line in at.policy.advice for place in places_of(line)])
        self._frames, self._wanted = Kept[_Frame](memory), Kept[tuple[frozenset[str] | None]](memory)
        self._turns: dict[tuple[int, ...], _Turn] = {}

    def written(self, told: Told, asked: Inquiry) -> str:
        """Write the part; `asked` puts the case to the engine's own code by marks."""
        members = self._came_out(told, asked)
        key = (self._advice(told.codes), *(member.stands for member in members))
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames.keep(key, self._frame(asked, [member.group for member in members]))
        return frame.form.filled(
            told,
            ",".join([member.entry.filled(told) for member in members]),
            self._missing(frame, [members[number].missing for number in frame.waiting], told, asked),
            ",".join(filter(None, [member.readings.filled(told) for member in members])),
        )

    def _came_out(self, told: Told, asked: Inquiry) -> list[_Member]:
        out = []
        for line, pick, kept in self._members:
            key = pick(told.codes)
            member = kept.get(key)
            if member is None:
                member = kept.keep(key, _Member(group_of(asked, line, asked.findings(BLOCK))))
            out.append(member)
        return out

    def _frame(self, asked: Inquiry, groups: Sequence[Group]) -> _Frame:
        found = standing(asked, groups)
        waiting = open_groups(asked, found)
        advice = advice_given(asked, asked.findings(BLOCK))
        entry = drawn(found, [part("groups")], [part("missing")], [part("readings")], advice)
        return _Frame(
            Ready(form_of(entry), "groups", "missing", "readings"),
            [number for number, group in enumerate(groups) if any(group is one for one in waiting)],
            [self._turn(asked, places) for places in in_turn(waiting)],
        )

    def _turn(self, asked: Inquiry, places: tuple[int, ...]) -> _Turn:
        if places not in self._turns:
            joint = self._at.joint(conditions_at(asked, places))
            atoms = Block("atoms", tuple(("", atom) for atom in joint.atoms))
            self._turns[places] = _Turn(places, joint, verdict_function(self._at.material(atoms)))
        return self._turns[places]

    def _missing(self, frame: _Frame, missing: Sequence[Names], told: Told, asked: Inquiry) -> str:
        """Write the facts that can still change the status, in the order in which the groups want them."""
        wanted: set[str] = set()
        for turn in frame.turns:
            matter = self._matter(turn, turn.decide(asked.encoded.codes))
            wanted.update(names_told(turn.places, told) if matter is None else matter)
        listed = dict.fromkeys(name for names in missing for name in names_told(names, told))
        return row(tuple(name for name in listed if name in wanted))

    def _matter(self, turn: _Turn, codes: tuple[int, ...]) -> frozenset[str] | None:
        """Name the facts that matter by their atoms' codes; None where all that are missing are to be named."""
        key = (turn.places, codes)
        found = self._wanted.get(key) or self._wanted.keep(key, (turn.joint.wanted(codes),))
        return found[0]
