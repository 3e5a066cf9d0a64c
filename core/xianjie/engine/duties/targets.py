"""Whether a yearly target was reached, with exact figures and the comparison that is printed or assumed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from xianjie.cases import RecordedTarget
from xianjie.engine.duties.entry import entry, silence, wanting
from xianjie.engine.inquiry import Entry, Inquiry, plain_why
from xianjie.engine.readings import Outcome, settle
from xianjie.language.calendar import iso
from xianjie.language.explain import Because
from xianjie.policy.model import TargetItem, TargetRule
from xianjie.policy.prepared import Readings


def target_duty(inquiry: Inquiry, target: RecordedTarget) -> Entry:
    """Answer one target of one year: met, in progress while the year lasts, not met, silent, or open."""
    extra: Entry = {
        "item": target.item,
        "year": target.year,
        "name": None,
        "unit": None,
        "required": None,
        "actual": None,
        "shortfall": None,
        "comparator_source": None,
        "warnings": [],
    }
    if not inquiry.policy.targets:
        return silence(inquiry, "target", None, extra)
    lacking = [name for name, value in (("target.item", target.item), ("target.year", target.year)) if value is None]
    if lacking:
        return wanting(inquiry, "target", None, lacking, extra)
    for rule, clause, readings in inquiry.policy.targets:
        for item in rule.items:
            if item.item == target.item and target.year in item.values:
                return _under(inquiry, target, rule, clause, item, readings[item.item], extra)
    return silence(inquiry, "target", None, extra)


def _under(
    inquiry: Inquiry,
    target: RecordedTarget,
    rule: TargetRule,
    clause: str,
    item: TargetItem,
    readings: Readings,
    extra: Entry,
) -> Entry:
    outcomes = [
        _outcome(inquiry, target, rule, item, reading.options.get(item.running or "")) for reading in readings.all
    ]
    settled = settle(readings, outcomes, inquiry.chosen)
    made = entry(
        "target",
        None,
        settled,
        rule,
        clause,
        {
            **extra,
            "name": inquiry.say(item.zh, item.en),
            "unit": item.unit,
            "comparator_source": "printed" if item.printed else "assumed",
            **settled.main.changes,
        },
    )
    made["notes"] = list(dict.fromkeys((*rule.notes, *item.notes)))
    return made


def _outcome(
    inquiry: Inquiry, target: RecordedTarget, rule: TargetRule, item: TargetItem, counting: str | None
) -> Outcome:
    assert target.year is not None
    required = item.values[target.year]
    actual, at_least = _figure(target, item, counting)
    changes: dict[str, object] = {
        "required": _number(required),
        "actual": None if actual is None else _number(actual),
        "shortfall": None if actual is None else _number(max(Decimal(0), required - actual)),
    }
    sign = "≥" if item.printed else inquiry.say("（按不低于理解）", "(taken as at least) ")
    bound = inquiry.say(f"{item.zh}：目标 {sign}{_plain(required)}", f"{item.en}: target {sign}{_plain(required)}")
    because: list[Because] = [{"fact": "target.value", "value": None if actual is None else _number(actual)}]
    known = actual if actual is not None else at_least
    if known is not None and known >= required:
        text = inquiry.say(f"{bound}，完成 {_plain(known)}", f"{bound}, reached {_plain(known)}")
        return Outcome("met", (), plain_why(rule.id, True, text, because), changes)
    if actual is None:
        text = inquiry.say(f"{bound}，完成值未记录", f"{bound}, the value is not recorded")
        lacking = "target.value_in_year" if counting == "yearly" else "target.value"
        return Outcome("undetermined", (lacking,), plain_why(rule.id, None, text, because), changes)
    end = dt.date(target.year, 12, 31).toordinal()
    over = inquiry.at.as_of > end
    closing = inquiry.say(
        f"年度{'已' if over else '未'}结束（{iso(end)}）",
        f"the year ends on {iso(end)}, {'over' if over else 'not over'}",
    )
    text = inquiry.say(
        f"{bound}，完成 {_plain(actual)}，差 {_plain(required - actual)}，{closing}",
        f"{bound}, reached {_plain(actual)}, {_plain(required - actual)} short, {closing}",
    )
    return Outcome("not_met" if over else "in_progress", (), plain_why(rule.id, False, text, because), changes)


def _figure(target: RecordedTarget, item: TargetItem, counting: str | None) -> tuple[Decimal | None, Decimal | None]:
    """Give the figure that a reading compares, and where it is not recorded a figure that it cannot be below.

    A running total is `value`; what the recorded years added is no more than that. A figure of one year is
    `value_in_year`, or the year's addition, or, where neither is recorded, `value`: a single figure serves either.
    """
    year = target.year
    assert year is not None
    in_year = target.value_in_year if target.value_in_year is not None else target.additions.get(year)
    if counting == "yearly" or (counting is None and not item.cumulative):
        return (in_year if in_year is not None else target.value), None
    if target.value is not None:
        return target.value, None
    added = {number: value for number, value in target.additions.items() if number <= year}
    if in_year is not None:
        added[year] = in_year
    if counting == "running-total" and set(added) == set(range(min(item.values), year + 1)):
        return sum(added.values(), Decimal(0)), None
    if added and all(value >= 0 for value in added.values()):
        return None, sum(added.values(), Decimal(0))
    return None, None


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
