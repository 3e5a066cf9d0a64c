"""Whether a ledger is up to date, and whether its last update was complete."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.cases import Ledger
from xianjie.engine.duties.cadence import due_date
from xianjie.engine.duties.entry import entry, silence, wanting
from xianjie.engine.inquiry import Entry, Inquiry, plain_why
from xianjie.engine.readings import Outcome, settle
from xianjie.language.calendar import NEVER, iso
from xianjie.language.explain import Because, Finding
from xianjie.language.prose import period_text
from xianjie.policy.model import LedgerRule
from xianjie.policy.prepared import Line
from xianjie.vocabulary.terms import CONDITIONS, UNMET, term


def ledger_duty(inquiry: Inquiry, ledger: Ledger) -> Entry:
    """Answer one ledger: fresh, due, overdue, without a fixed interval, silent, or open."""
    kind, level = ledger.facts.get("ledger.kind"), ledger.facts.get("ledger.level")
    assert kind is None or isinstance(kind, str)
    assert level is None or isinstance(level, str)
    if kind is None:
        return wanting(inquiry, None, level, ["ledger.kind"], {})
    lines = [line for line in inquiry.policy.ledgers if isinstance(line.rule, LedgerRule) and kind in line.rule.ledgers]
    if not lines:
        return silence(inquiry, kind, level, {})
    if level is None and any(_rule(line).levels is not None for line in lines):
        if not any(_rule(line).interval or _rule(line).cadence for line in lines):
            return silence(inquiry, kind, None, {})  # whatever the level, no interval is given
        return wanting(inquiry, kind, None, ["ledger.level"], {})
    for line in lines:
        levels = _rule(line).levels
        if levels is None or level in levels:
            return _under(inquiry, ledger, line, kind, level)
    return silence(inquiry, kind, level, {})


def _rule(line: Line) -> LedgerRule:
    assert isinstance(line.rule, LedgerRule)
    return line.rule


def _under(inquiry: Inquiry, ledger: Ledger, line: Line, kind: str, level: str | None) -> Entry:
    rule = _rule(line)
    findings = inquiry.findings_with("ledger", ledger.facts)
    outcomes = [_outcome(inquiry, ledger, line, findings, number) for number in range(len(line.readings.all))]
    settled = settle(line.readings, outcomes, inquiry.chosen, lambda outcome: outcome.status == "overdue")
    extra: Entry = {
        "interval": rule.interval,
        "cadence": rule.cadence,
        "condition": _condition(ledger, line, findings),
    }
    extra.update(settled.main.changes)
    if settled.status == "ambiguous":
        extra.update({"next_due": None, "days_left": None, "days_overdue": None})
    extra.update(_compliance(line, findings, extra["condition"]))
    return entry(kind, level, settled, rule, line.clause, extra)


def _condition(ledger: Ledger, line: Line, findings: Sequence[Finding]) -> str | None:
    if ledger.facts.get("ledger.established") is False or ledger.facts.get("ledger.last_updated") == NEVER:
        return "never_established"
    if "trigger" in line.places[0] and findings[line.places[0]["trigger"]].value is False:
        return "no_assistance_given"
    return None


def _outcome(inquiry: Inquiry, ledger: Ledger, line: Line, findings: Sequence[Finding], number: int) -> Outcome:
    rule = _rule(line)
    condition = _condition(ledger, line, findings)
    if condition == "never_established":
        text = inquiry.say(
            f"{term(CONDITIONS, condition)}，文件没有写明首次建立的期限",
            "never established, and the document gives no first deadline",
        )
        return Outcome("undetermined", (), plain_why(rule.id, None, text, _grounds(ledger)))
    if rule.interval is None and rule.cadence is None:
        text = inquiry.say("文件要求建立，但没有写明更新周期", "the document asks for it and gives no interval")
        return Outcome(inquiry.policy.silence, (), plain_why(rule.id, None, text))
    if rule.interval is None:
        text = inquiry.say(
            f"文件只写“{rule.cadence}”，不产生到期日",
            f"the document says only “{rule.cadence}”, which gives no date",
        )
        return Outcome("no_fixed_interval", (), plain_why(rule.id, None, text, _grounds(ledger)))
    updated = ledger.facts.get("ledger.last_updated")
    if not isinstance(updated, int) or updated > inquiry.at.as_of:
        text = inquiry.say("更新日：判定日之前没有记录", "no update is recorded up to the date of evaluation")
        return Outcome("undetermined", ("ledger.last_updated",), plain_why(rule.id, None, text, _grounds(ledger)))
    cycle = line.readings.all[number].options[str(rule.counting)]
    return _timed(inquiry, rule, updated, cycle, _grounds(ledger))


def _timed(inquiry: Inquiry, rule: LedgerRule, updated: int, cycle: str, because: list[Because]) -> Outcome:
    period = str(rule.interval)
    due = due_date(updated, period, cycle)
    left = due - inquiry.at.as_of
    if left < 0:
        status = "overdue"
    elif left == 0:
        status = "due_today"
    else:
        status = "due_soon" if left <= inquiry.settings.due_soon_days else "fresh"
    changes = {
        "next_due": iso(due),
        "days_left": left if left >= 0 else None,
        "days_overdue": -left if left < 0 else None,
    }
    tail_zh = f"已逾期 {-left} 天" if left < 0 else "今日到期" if left == 0 else f"还有 {left} 天"
    tail_en = f"{-left} days overdue" if left < 0 else "due today" if left == 0 else f"{left} days left"
    text = inquiry.say(
        f"{iso(updated)} 更新，{period_text(period, 'zh')}一次，应不晚于 {iso(due)} 再更新，{tail_zh}",
        f"updated {iso(updated)}, {period_text(period, 'en')}, due by {iso(due)}, {tail_en}",
    )
    return Outcome(status, (), plain_why(rule.id, left >= 0, text, because), changes)


def _grounds(ledger: Ledger) -> list[Because]:
    updated = ledger.facts.get("ledger.last_updated")
    return [{"fact": "ledger.last_updated", "value": iso(updated) if isinstance(updated, int) else None}]


def _compliance(line: Line, findings: Sequence[Finding], condition: object) -> Entry:
    rule = _rule(line)
    required = {key: findings[line.places[0][f"requires.{key}"]] for key in rule.requires}
    if not required or condition is not None:
        return {"compliance": "unknown", "unmet": [], "compliance_missing": []}
    unmet = [key for key in UNMET if key in required and required[key].value is False]
    missing = list(dict.fromkeys(name for finding in required.values() for name in finding.missing))
    compliance = "partial" if unmet else "unknown" if missing else "full"
    return {"compliance": compliance, "unmet": unmet, "compliance_missing": missing}
