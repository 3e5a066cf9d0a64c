"""Whether something was done as many times a year as the document asks, or by its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from xianjie.cases import RecordedDuty
from xianjie.engine.duties.entry import entry, silence, wanting
from xianjie.engine.inquiry import Entry, Inquiry, plain_why
from xianjie.engine.readings import Outcome, settle
from xianjie.language.calendar import LAST_DAY, NEVER, iso
from xianjie.language.explain import Because
from xianjie.policy.model import CountRule, LeastByReading
from xianjie.policy.prepared import Reading, Readings

PARTIES = ("departments", "charities", "grassroots")
PARTY_TERMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "departments": ("相关救助部门", "the departments"),
        "charities": ("慈善组织", "the charities"),
        "grassroots": ("基层力量", "grass-roots forces"),
    }
)


def counted_duty(inquiry: Inquiry, duty: RecordedDuty) -> Entry:
    """Answer one counted duty: met, in progress while its year lasts, not met, without a number, silent, or open."""
    kind, level = duty.facts.get("duty.kind"), duty.facts.get("duty.level")
    year = duty.facts.get("duty.year")
    assert kind is None or isinstance(kind, str)
    assert level is None or isinstance(level, str)
    extra: Entry = {
        "year": year,
        "required": None,
        "actual": None,
        "shortfall": None,
        "comparator_source": None,
        "warnings": [],
    }
    if kind is None:
        return wanting(inquiry, None, level, ["duty.kind"], extra)
    lines = [line for line in inquiry.policy.counts if line[0].duty == kind]
    if not lines:
        return silence(inquiry, kind, level, extra)
    if level is None and any(rule.levels is not None for rule, _, _ in lines):
        if not any(rule.at_least or rule.cadence for rule, _, _ in lines):
            return silence(inquiry, kind, None, extra)  # whatever the level, no number is given
        return wanting(inquiry, kind, None, ["duty.level"], extra)
    for rule, clause, readings in lines:
        if rule.levels is None or level in rule.levels:
            return _under(inquiry, duty, rule, clause, readings, kind, level, extra)
    return silence(inquiry, kind, level, extra)


def _under(
    inquiry: Inquiry,
    duty: RecordedDuty,
    rule: CountRule,
    clause: str,
    readings: Readings,
    kind: str,
    level: str | None,
    extra: Entry,
) -> Entry:
    year = duty.facts.get("duty.year")
    yearly = rule.at_least is not None and rule.deadline is None
    if yearly and not isinstance(year, int):
        return wanting(inquiry, kind, level, ["duty.year"], extra)
    if isinstance(year, int) and not (rule.first_year or year) <= year <= (rule.last_year or year):
        return silence(inquiry, kind, level, extra)
    outcomes = [_outcome(inquiry, duty, rule, reading) for reading in readings.all]
    settled = settle(readings, outcomes, inquiry.chosen)
    if rule.at_least is not None:
        extra = {**extra, "comparator_source": rule.comparator}
    changes = dict(settled.main.changes)
    if settled.status == "ambiguous":
        compared = [outcomes[i].changes for i in settled.standing]
        changes = {key: value if all(c[key] == value for c in compared) else None for key, value in changes.items()}
    warnings = _absent_parties(inquiry, duty) if rule.parties else []
    return entry(
        kind,
        level,
        settled,
        rule,
        clause,
        {"cadence": rule.cadence, **extra, **changes, "warnings": warnings},
    )


def _outcome(inquiry: Inquiry, duty: RecordedDuty, rule: CountRule, reading: Reading) -> Outcome:
    if rule.at_least is None:
        if rule.cadence is not None:
            text = inquiry.say(
                f"文件只写“{rule.cadence}”，没有次数", f"the document says only “{rule.cadence}”, no number"
            )
            return Outcome("no_fixed_interval", (), plain_why(rule.id, None, text))
        text = inquiry.say(
            "文件提出此项工作，没有写明时间和次数", "the document asks for it and gives no time or number"
        )
        return Outcome(inquiry.policy.silence, (), plain_why(rule.id, None, text))
    required = rule.at_least
    if isinstance(required, LeastByReading):
        required = required.readings[reading.options[required.by]]
    low, high, missing = _count(inquiry, duty, rule, reading)
    end = rule.deadline.toordinal() if rule.deadline else _year_end(duty)
    changes: dict[str, object] = {
        "required": required,
        "actual": low if low == high else None,
        "shortfall": max(0, required - low) if low == high else None,
    }
    because: list[Because] = [{"fact": "duty.count", "value": low if low == high else None}]
    bound = inquiry.say(f"要求不少于 {required} 次", f"at least {required} asked for")
    if low >= required:
        text = inquiry.say(f"已有 {low} 次，{bound}", f"{low} done, {bound}")
        return Outcome("met", (), plain_why(rule.id, True, text, because), changes)
    if high is not None and high < required:
        over = inquiry.at.as_of > end
        closing = inquiry.say(
            f"期限 {iso(end)} {'已过' if over else '未过'}",
            f"the period ends on {iso(end)}, {'over' if over else 'not over'}",
        )
        text = inquiry.say(f"已有 {high} 次，{bound}，{closing}", f"{high} done, {bound}, {closing}")
        return Outcome("not_met" if over else "in_progress", (), plain_why(rule.id, False, text, because), changes)
    text = inquiry.say(f"次数未记录完整，{bound}", f"the count is not fully recorded, {bound}")
    return Outcome("undetermined", tuple(missing), plain_why(rule.id, None, text, because), changes)


def _year_end(duty: RecordedDuty) -> int:
    year = duty.facts["duty.year"]
    assert isinstance(year, int)
    return dt.date(year, 12, 31).toordinal() if year <= dt.MAXYEAR else LAST_DAY


def _count(
    inquiry: Inquiry, duty: RecordedDuty, rule: CountRule, reading: Reading
) -> tuple[int, int | None, Sequence[str]]:
    """Give the least and the most that the record can mean, and what is missing; None: no upper bound."""
    if rule.parties is not None and reading.options[rule.parties] == "all-parties-each":
        return _complete_meetings(duty)
    count, done = duty.facts.get("duty.count"), duty.facts.get("duty.last_done")
    if isinstance(count, int):
        if rule.deadline is not None and isinstance(done, int) and count and done > rule.deadline.toordinal():
            return 0, count - 1, ["duty.last_done"] if count > 1 else ()  # the last of them came too late
        return count, count, ()
    if done == NEVER:
        return 0, 0, ()
    listed = len(duty.meetings or ())
    if rule.deadline is not None and isinstance(done, int):
        in_time = done <= min(inquiry.at.as_of, rule.deadline.toordinal())
        return max(listed, int(in_time)), None, ["duty.count"]
    if (
        isinstance(done, int)
        and done <= inquiry.at.as_of
        and dt.date.fromordinal(done).year == duty.facts.get("duty.year")
    ):
        return max(listed, 1), None, ["duty.count"]
    return listed, None, ["duty.count"]


def _complete_meetings(duty: RecordedDuty) -> tuple[int, int | None, Sequence[str]]:
    """Count the meetings at which every party was present; one whose parties are not recorded may or may not count."""
    count = duty.facts.get("duty.count")
    meetings: tuple[Mapping[str, bool], ...] = duty.meetings or ()
    complete = sum(all(meeting.get(party) is True for party in PARTIES) for meeting in meetings)
    possible = sum(all(meeting.get(party) is not False for party in PARTIES) for meeting in meetings)
    if isinstance(count, int):
        possible += count - len(meetings)
        return complete, possible, () if complete == possible else ["duty.meetings"]
    return complete, None, ["duty.count", "duty.meetings"]


def _absent_parties(inquiry: Inquiry, duty: RecordedDuty) -> list[str]:
    """Name each kind of party that every recorded meeting was without."""
    meetings = duty.meetings or ()
    out = []
    for party, (zh, en) in PARTY_TERMS.items():
        if meetings and all(meeting.get(party) is False for meeting in meetings):
            out.append(inquiry.say(f"所列会商均无{zh}参加", f"{en} took part in none of the meetings listed"))
    return out
