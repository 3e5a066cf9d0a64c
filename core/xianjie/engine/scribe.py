"""Write one policy's answers down as JSON: each part a form for every pattern of truth values, filled in case by case.

What is new is asked of the engine's own code; so there is one place that says what an answer holds, and this one only
remembers how it was written. It remembers twice: a form by the truth values of the conditions that a rule, a group or
a referral rests on, and a part filled in by the values of the very facts that its block reads.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from xianjie.cases import Case, Ledger, RecordedDuty, RecordedTarget
from xianjie.engine.deciders import PolicyAt
from xianjie.engine.document import document_entry
from xianjie.engine.duties import counted_duty, ledger_duty, target_duty
from xianjie.engine.eligibility_written import EligibilityWritten
from xianjie.engine.encode import Encoded, Laid
from xianjie.engine.entitlements import incentive, incentive_rows, service, service_rows
from xianjie.engine.forms import Marked, Ready, form_of, part
from xianjie.engine.inquiry import Entry, Inquiry, Settings
from xianjie.engine.memory import Kept, Memory
from xianjie.engine.procedures import Procedures
from xianjie.engine.referral import (
    accompanying,
    accompanying_rows,
    direction_of,
    places_of,
    recorded,
    referral_itself,
    simplification,
    simplification_rows,
)
from xianjie.engine.rows import Rows
from xianjie.engine.telling import Pick, Telling, facts_read, picking, telling
from xianjie.language.generate_json import Told
from xianjie.language.narrow import narrow_json


class Written(NamedTuple):
    """An answer's id, the fingerprints of the policies that answered by the names they were asked under, the answer.

    `line` is JSON in UTF-8, its line break included.
    """

    decision_id: str
    policies: Mapping[str, str]
    line: bytes


class Sheet(NamedTuple):
    """One case on its day, laid out to be written about, and the settings it is asked under.

    Beside the facts laid out: what else a referral is answered by, and each recorded duty with all that tells it from
    others. All policies are asked on the same sheet.
    """

    case: Case
    laid: Laid
    settings: Settings
    referral: tuple[object, ...]
    duties: Sequence[tuple[Hashable, Ledger | RecordedDuty | RecordedTarget]]


def sheet_of(case: Case, day: int, laid: Laid, settings: Settings) -> Sheet:
    """Lay a case out that stands as it did on a day."""
    duties: list[tuple[Hashable, Ledger | RecordedDuty | RecordedTarget]] = [
        (("ledger", settings.due_soon_days, *ledger.facts.items()), ledger) for ledger in case.ledgers
    ]
    for duty in case.duties:
        meetings = None if duty.meetings is None else tuple(tuple(met.items()) for met in duty.meetings)
        duties.append((("duty", meetings, *duty.facts.items()), duty))
    for target in case.targets:
        figures = (target.value, target.value_in_year, *target.additions.values())
        # by their digits: of two equal figures one may be written -0
        duties.append((("target", target.item, target.year, *map(str, figures), *target.additions), target))
    return Sheet(case, laid, settings, recorded(case, day) if "referral" in case.records else (), duties)


class _Route(NamedTuple):
    """One direction of referral: what picks the truth values that it rests on, and the lists beside it."""

    pick: Pick
    simplification: Rows
    accompanying: Rows


class Scribe:
    """A policy at a date in one language, under the readings chosen. Safe to share between threads."""

    def __init__(self, at: PolicyAt, chosen: Mapping[str, str], procedures: Procedures, memory: Memory) -> None:
        self.policy, self.chosen = at.policy, chosen
        self._plain, self._marked = at, Marked(at.policy, at.as_of, at.lang)
        self._procedures, self._memory = procedures, memory
        block = at.policy.blocks.get("ledger")
        self._beside_ledgers = facts_read(at.policy, block) if block else ()
        self._telling: dict[str, Telling] = {}
        self._routes: dict[str | None, _Route] = {}
        self._policy, self._parts, self._duty = Kept[str](memory), Kept[str](memory), Kept[str](memory)
        self._referrals = Kept[Ready](memory)
        self._eligibility = EligibilityWritten(self._marked, memory)
        lists = {
            "services": [(row.line, partial(service, row)) for row in service_rows(at.policy)],
            "incentives": [(row.line, partial(incentive, row)) for row in incentive_rows(at.policy)],
        }
        self._rows = {name: Rows(name, rows, memory) for name, rows in lists.items()}

    def answer(self, sheet: Sheet, parts: Sequence[str]) -> list[str]:
        """Write the policy's answer, with the parts that are asked for, in pieces of narrow text."""
        head = self._policy.get(())
        if head is None:
            head = self._policy.keep((), narrow_json(document_entry(self._asked(sheet))))
        out = ['{"policy":', head]
        for name in parts:
            out += (f',"{name}":', self._duties(sheet) if name == "duties" else self._part(name, sheet))
        out.append("}")
        return out

    def _asked(self, sheet: Sheet) -> Inquiry:
        """Put the case to the engine's own code, by marks."""
        encoded = Encoded(sheet.case.facts, sheet.laid.codes, [], [])
        return Inquiry(sheet.case, self._marked, encoded, sheet.settings, self.chosen)

    def _part(self, name: str, sheet: Sheet) -> str:
        """Write what is decided by one block, and by what else is recorded of a referral."""
        block, beside = name, tuple[object, ...]()
        if name == "referral":
            block, beside = f"referral.{direction_of(sheet.case)}", sheet.referral
        tells = self._telling.get(block)
        if tells is None:
            tells = self._telling[block] = telling(self._marked, block)
        key = (block, tells.read(sheet.laid.codes), beside)
        found = self._parts.get(key)
        if found is None:
            told, asked = tells.tell(*sheet.laid), self._asked(sheet)
            if name == "eligibility":
                written = self._eligibility.written(told, asked)
            elif name == "referral":
                # steps are judged by what was known before the last of them: the truth values of today do not tell
                written = self._referral(told, asked, key if sheet.case.events else beside)
            else:
                written = f"[{self._rows[name].written(told, asked)}]"
            found = self._parts.keep(key, written)
        return found

    # -- referrals -----------------------------------------------------------------------------------------------------

    def _referral(self, told: Told, asked: Inquiry, beside: tuple[object, ...]) -> str:
        direction = direction_of(asked.case)
        route = self._routes.get(direction)
        if route is None:
            route = self._routes[direction] = self._route(direction)
        key = (direction, route.pick(told.codes), beside)
        form = self._referrals.get(key)
        if form is None:
            entry = referral_itself(asked, self._procedures)
            if direction == "forward":
                entry["simplification"] = part("simplification")
            entry["accompanying"] = [part("accompanying")]
            form = self._referrals.keep(key, Ready(form_of(entry), "simplification", "accompanying"))
        return form.filled(told, route.simplification.written(told, asked), route.accompanying.written(told, asked))

    def _route(self, direction: str | None) -> _Route:
        policy, name = self.policy, f"referral.{direction}"
        if direction is None:
            return _Route(picking(()), Rows(name, (), self._memory), Rows(name, (), self._memory))
        simple, beside = simplification_rows(policy, direction), accompanying_rows(policy, direction)
        return _Route(
            picking(places_of(policy.referrals.get(direction))),
            Rows(name, [(line, partial(simplification, line)) for line in simple], self._memory),
            Rows(name, [(line, partial(accompanying, line)) for line in beside], self._memory),
        )

    # -- duties --------------------------------------------------------------------------------------------------------

    def _duties(self, sheet: Sheet) -> str:
        """Write ledgers, counted duties and targets: days and figures tell them apart, so each is kept by its own."""
        rows: list[str] = []
        beside = tuple(map(sheet.case.facts.get, self._beside_ledgers))
        for record, one in sheet.duties:
            key = (record, beside) if isinstance(one, Ledger) else record
            rows.append(self._duty.get(key) or self._duty.keep(key, narrow_json(self._owed(sheet, one))))
        return f"[{','.join(rows)}]"

    def _owed(self, sheet: Sheet, one: Ledger | RecordedDuty | RecordedTarget) -> Entry:
        case = sheet.case
        asked = Inquiry(case, self._plain, Encoded(case.facts, [], [], []), sheet.settings, self.chosen)
        match one:
            case Ledger():
                return ledger_duty(asked, one)
            case RecordedDuty():
                return counted_duty(asked, one)
            case RecordedTarget():
                return target_duty(asked, one)
