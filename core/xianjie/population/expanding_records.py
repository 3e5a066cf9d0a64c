"""What a row's columns say of the records beside a person: its ledger, counted duty and target, and its referral."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xianjie.engine.referral import accompanying_rows, simplification_rows
from xianjie.language.calendar import iso
from xianjie.policy.model import CountRule, LedgerRule, Rule
from xianjie.policy.prepared import Line
from xianjie.population.compiler.counts import STATUSES as COUNTED
from xianjie.population.compiler.duties import BITS, DutiesColumns, DutyColumns
from xianjie.population.compiler.fields import NOTHING, Choice, Meaning
from xianjie.population.compiler.ledgers import STATUSES as KEPT
from xianjie.population.compiler.policies import Compiled
from xianjie.population.compiler.referral import BITS as READ
from xianjie.population.compiler.referral import OWED, SIMPLIFIED, ReferralColumns
from xianjie.population.compiler.referral import STATUSES as REFERRED
from xianjie.population.compiler.targets import STATUSES as AIMED
from xianjie.population.unpacking import Entry, Row, code_of, held, in_order, read_under


def duty_entries(row: Row, part: DutiesColumns, compiled: Compiled) -> list[Entry]:
    """Expand a region's duties: an entry for each of ledger, counted duty and target that the row records.

    What the row itself records (kind, level, year, item) is not repeated; `part` says which of the three it is.
    """
    out: list[Entry] = []
    if part.ledger.status.word(row) != NOTHING:
        out.append(_ledger(row, part.ledger, compiled))
    if part.count.status.word(row) != NOTHING:
        entry = _ruled("count", row, part.count, COUNTED, compiled)
        rule = _rule(row, part.count)
        assert rule is None or isinstance(rule, CountRule)
        counted = rule is not None and rule.at_least is not None
        entry["cadence"] = None if rule is None else rule.cadence
        entry["comparator_source"] = rule.comparator if rule is not None and counted else None
        out.append({**entry, **_figures(row, part.count)})
    if part.target.status.word(row) != NOTHING:
        out.append({**_ruled("target", row, part.target, AIMED, compiled), **_figures(row, part.target)})
    return out


def _ledger(row: Row, part: DutyColumns, compiled: Compiled) -> Entry:
    rule = _rule(row, part)
    assert rule is None or isinstance(rule, LedgerRule)
    compliance, condition = part.choices_beside
    unmet, missing = (held(row, field) for field in part.fields_beside)
    told = _word(condition, row)
    return {
        **_ruled("ledger", row, part, KEPT, compiled),
        "interval": None if rule is None else rule.interval,
        "cadence": None if rule is None else rule.cadence,
        **_due(row.get(part.figures[0].name), compiled.as_of),
        "compliance": compliance.word(row),
        "unmet": [str(key) for (key,) in part.fields_beside[0].meanings if (key,) in unmet],
        "compliance_missing": in_order((name for (name,) in missing), compiled.layout.vocabulary),
        "condition": told,
    }


def _due(day: object, as_of: int) -> Entry:
    if not isinstance(day, int):
        return {"next_due": None, "days_left": None, "days_overdue": None}
    left = day - as_of
    return {
        "next_due": iso(day),
        "days_left": left if left >= 0 else None,
        "days_overdue": -left if left < 0 else None,
    }


def _rule(row: Row, part: DutyColumns) -> Rule | None:
    name = part.rule.word(row)
    return next((under.rule for under in part.ruled if under.rule.id == name), None)


def _ruled(kind: str, row: Row, part: DutyColumns, words: Sequence[str], compiled: Compiled) -> Entry:
    name = part.rule.word(row)
    unders = [under for under in part.ruled if under.rule.id == name]
    found = held(row, part.readings)
    asked = (u for u in unders if all(code_of((name, one.id), found, BITS) for one in u.readings.all))
    under = next((one for one in asked if one.readings.several), None)
    return {
        "part": kind,
        "status": part.status.word(row),
        "rule": unders[0].rule.id if unders else None,
        "force": unders[0].rule.force if unders else None,
        "qualifier": unders[0].rule.qualifier if unders else None,
        "clause": unders[0].clause if unders else None,
        "missing": in_order((one for (one,) in held(row, part.missing)), compiled.layout.vocabulary),
        "flagged": () in held(row, part.flagged),
        "readings": [] if under is None else read_under(under.readings, name, found, words, BITS),
    }


def _figures(row: Row, part: DutyColumns) -> Entry:
    return {figure.name.rpartition("_")[2]: _number(row.get(figure.name)) for figure in part.figures}


def _number(value: object) -> int | float | None:
    if value is None:
        return None
    assert isinstance(value, int | Decimal)
    return int(value) if value == int(value) else float(value)


def referral_entry(row: Row, part: ReferralColumns, compiled: Compiled) -> Entry | None:
    """Expand a region's referral, without where its procedure stands; None where the row records none."""
    status = part.status.word(row)
    if status == NOTHING:
        return None
    policy, vocabulary = part.policy, compiled.layout.vocabulary
    direction = _word(part.direction, row)
    line = None if direction is None else policy.referrals.get(direction)
    found, flagged = held(row, part.readings), held(row, part.flagged)
    steps = line is not None and not line.rule.mechanism_only
    documents = line.rule.documents if line is not None and steps else None
    entry: Entry = {
        "direction": direction,
        "status": status,
        "rule": None if line is None else line.rule.id,
        "force": None if line is None else line.rule.force,
        "clause": None if line is None else line.clause,
        "missing": in_order((name for (name,) in held(row, part.missing)), vocabulary),
        "missing_step": _word(part.missing_step, row),
        "next_step": _word(part.next_step, row),
        "documents_any_of": list(documents.any_of) if documents else [],
        "document_required": documents.required if documents else policy.silence,
        "channel": None if line is None else line.rule.channel,
        "options": list(line.rule.options) if line is not None and steps and status != policy.silence else [],
        "flagged": line is not None and (line.rule.id,) in flagged,
        "readings": read_under(line.trigger.readings, line.rule.id, found, REFERRED, READ)
        if line is not None and line.trigger is not None
        else [],
        "simplification": None,
        "accompanying": [],
    }
    if direction is not None:
        missing = in_order((name for (name,) in held(row, part.simplified_missing)), vocabulary)
        for beside in simplification_rows(policy, direction):
            told = {"status": part.simplified.word(row), "missing": missing}
            entry["simplification"] = {**told, **_beside(beside, found, flagged, SIMPLIFIED)}
        statuses, lacking = held(row, part.accompanying), held(row, part.accompanying_missing)
        for beside in accompanying_rows(policy, direction):
            name = None if beside is None else beside.rule.id
            entry["accompanying"].append(
                {
                    "status": policy.silence if name is None else OWED[code_of((name,), statuses, 2)],
                    "missing": in_order((one[1] for one in lacking if one[0] == name), vocabulary),
                    **_beside(beside, found, flagged, OWED),
                }
            )
    return entry


def _beside(line: Line | None, found: set[Meaning], flagged: set[Meaning], words: Sequence[str]) -> Entry:
    if line is None:
        return {"rule": None, "force": None, "clause": None, "flagged": False, "readings": []}
    return {
        "rule": line.rule.id,
        "force": line.rule.force,
        "clause": line.clause,
        "flagged": (line.rule.id,) in flagged,
        "readings": read_under(line.readings, line.rule.id, found, words, READ),
    }


def _word(choice: Choice, row: Row) -> str | None:
    word = choice.word(row)
    return None if word == NOTHING else word
