"""Invent the records of an office beside a family's: ledgers, counted duties and targets, close to what is asked."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal

from xianjie.cases import Ledger, RecordedDuty, RecordedTarget
from xianjie.language.calendar import FIRST_DAY, NEVER, add_months, add_period, parse_period
from xianjie.language.evaluate import Value
from xianjie.policy.model import CountRule, LeastByReading, LedgerRule, TargetItem
from xianjie.policy.prepared import Policy
from xianjie.revision.sampling_values import Facts, Values

PARTIES = ("departments", "charities", "grassroots")


class Records:
    """Draw ledgers, duties and targets of the kinds that two policies rule."""

    def __init__(self, policies: Sequence[Policy], values: Values, draw: random.Random, as_of: int) -> None:
        self.values, self.draw, self.as_of = values, draw, as_of
        self.ledger_rules = [line.rule for policy in policies for line in policy.ledgers]
        self.count_rules = [rule for policy in policies for rule, _, _ in policy.counts]
        self.items = [item for policy in policies for rule, _, _ in policy.targets for item in rule.items]
        self.turns = [turn for rule in self.ledger_rules for turn in self._turns(rule)]

    def has(self, record: str) -> bool:
        """Tell whether either policy rules records of this kind."""
        return bool({"ledger": self.ledger_rules, "duty": self.count_rules, "target": self.items}[record])

    def ledgers(self) -> tuple[Ledger, ...]:
        """Draw one or two ledgers."""
        return tuple(self._ledger() for _ in range(self.draw.randrange(1, 3)))

    def duties(self) -> tuple[RecordedDuty, ...]:
        """Draw one or two counted duties."""
        return tuple(self._duty(self.draw.choice(self.count_rules)) for _ in range(self.draw.randrange(1, 3)))

    def targets(self) -> tuple[RecordedTarget, ...]:
        """Draw one or two targets."""
        return tuple(self._target(self.draw.choice(self.items)) for _ in range(self.draw.randrange(1, 3)))

    def _turns(self, rule: object) -> list[int]:
        """List days of update from which the next turn falls due about the date of evaluation."""
        assert isinstance(rule, LedgerRule)
        period = parse_period(rule.interval or "")
        if period is None:
            return []
        months, days = period
        out = []
        for due in (self.as_of - 1, self.as_of, self.as_of + 1, self.as_of + 30, self.as_of + 31):
            back = add_period(due, -days, "days") if days else add_months(due, -months)
            out += [back - 1, back, back + 1, add_months(back, -(months or 1))]
        return [day for day in out if day >= FIRST_DAY]

    def _some(self, facts: Facts, share: float = 0.9) -> Facts:
        return {name: value for name, value in facts.items() if self.draw.random() < share}

    def _level(self, record: str, levels: Sequence[str] | None) -> str:
        words = tuple(self.values.vocabulary[f"{record}.level"].words)
        return self.draw.choice(levels or words) if self.draw.random() < 0.8 else self.draw.choice(words)

    def _ledger(self) -> Ledger:
        draw, rule = self.draw, self.draw.choice(self.ledger_rules)
        assert isinstance(rule, LedgerRule)
        updated = draw.choice(self.turns or [self.as_of - 100])
        facts: Facts = {
            "ledger.kind": draw.choice(rule.ledgers),
            "ledger.level": self._level("ledger", rule.levels),
            "ledger.last_updated": updated,
        }
        for name in self.values.named("ledger"):
            after: Value = max(FIRST_DAY, updated + draw.choice((-1, 0, 1, 60)))
            is_date = name in self.values.vocabulary.events
            facts.setdefault(name, draw.choice((after, after, NEVER)) if is_date else self.values.of(name, 0.7))
        facts = self._some(facts)
        if draw.random() < 0.05:
            facts = {name: facts[name] for name in ("ledger.kind", "ledger.level") if name in facts}
            facts["ledger.established"] = False
        return Ledger(facts)

    def _duty(self, rule: CountRule) -> RecordedDuty:
        draw = self.draw
        least = (
            [*rule.at_least.readings.values()] if isinstance(rule.at_least, LeastByReading) else [rule.at_least or 1]
        )
        count = max(0, draw.choice(least) + draw.choice((-1, 0, 0, 1)))
        this = dt.date.fromordinal(self.as_of).year
        years = [this - 1, this, this + 1]
        years += [year + step for year in (rule.first_year, rule.last_year) if year for step in (-1, 0, 1)]
        facts: Facts = {
            "duty.kind": rule.duty,
            "duty.level": self._level("duty", rule.levels),
            "duty.year": draw.choice(years),
            "duty.count": count,
        }
        if rule.deadline is not None or draw.random() < 0.2:
            end = rule.deadline.toordinal() if rule.deadline else self.as_of
            facts["duty.last_done"] = draw.choice((end - 1, end, end + 1, self.as_of, NEVER))
        if count == 0 or facts.get("duty.last_done") == NEVER:
            facts["duty.count"] = count = 0
            facts.pop("duty.last_done", None)
        facts = self._some(facts)
        meetings = None
        if rule.parties is not None and draw.random() < 0.6:
            listed = draw.randrange(count + 1) if "duty.count" in facts else count
            meetings = tuple(
                {party: draw.random() < 0.8 for party in PARTIES if draw.random() < 0.9} for _ in range(listed)
            )
        return RecordedDuty(facts, meetings)

    def _target(self, item: TargetItem) -> RecordedTarget:
        draw = self.draw
        year, required = draw.choice([*item.values.items()])
        step = Decimal("0.1") if required != required.to_integral_value() else Decimal(1)
        value = max(Decimal(0), required + draw.choice((-1, 0, 0, 1)) * step)
        added = {other: value / 2 for other in item.values if other <= year} if draw.random() < 0.3 else {}
        return RecordedTarget(
            item.item,
            year + draw.choice((0, 0, 0, 0, 1)),
            value if draw.random() < 0.8 else None,
            value if draw.random() < 0.4 else None,
            added,
        )
