"""Cases of ledgers, counted duties and targets: the day before, on and after; one less, as many, one more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.engine.duties.cadence import due_date
from xianjie.engine.inquiry import Settings
from xianjie.language.calendar import iso
from xianjie.policy.model import CountRule, LeastByReading, LedgerRule, TargetItem, TargetRule
from xianjie.policy.prepared import Line, Policy
from xianjie.suite.expected import of_duty
from xianjie.suite.model import Entry, Unmet
from xianjie.suite.naming import Naming
from xianjie.suite.stages import LEVELS, reached
from xianjie.vocabulary.terms import STATUSES, term

Record = dict[str, Any]

PARTIES = ("departments", "charities", "grassroots")


def duty_entries(policy: Policy, as_of: int, naming: Naming) -> tuple[list[Entry], list[Unmet]]:
    """Give the cases of a policy's duties, and the rules that no record reaches."""
    made = _Duties(policy, as_of, naming)
    try:
        return list(made.entries()), made.unmet
    finally:
        made.engine.close()


class _Duties:
    def __init__(self, policy: Policy, as_of: int, naming: Naming) -> None:
        self.policy, self.as_of, self.naming = policy, as_of, naming
        self.engine = Engine([policy], policy.vocabulary, "tree")  # many dates, few cases on each
        self.unmet: list[Unmet] = []

    def entries(self) -> Iterator[Entry]:
        for line in self.policy.ledgers:
            yield from self.ledger(line)
        for rule, clause, _ in self.policy.counts:
            yield from self.count(rule, clause)
        for table, clause, _ in self.policy.targets:
            yield from self.targets(table, clause)
        yield from self.silences()

    def entry(self, rule: Any, clause: str, list_: str, records: Sequence[Record], what: str, day: int) -> Entry:
        """Make a case of records of one kind; each is looked at."""
        record = {list_: list(records)}
        case = read_case({**record, "as_of": iso(day)}, self.policy.vocabulary)
        region = self.policy.region
        found = self.engine.assess(case, [region], day)["regions"][region]["duties"]
        expect = {
            path: value
            for number, duty in enumerate(found)
            for path, value in of_duty(duty, f"duties[{number}]", full=number == 0)
        }
        statuses = "、".join(dict.fromkeys(term(STATUSES, duty["status"]) for duty in found))
        return Entry(
            name=self.naming.alone(f"{what}，{statuses}"),
            as_of=day,
            record=record,
            expect=expect,
            note=f"{clause}；{rule.id}" if rule is not None else "文件没有规定的职责",
            rows=tuple(rule.rows) if rule is not None else (),
            tags=("duty",) if rule is not None else ("silence",),
            serves=(f"{rule.id}: {what}",) if rule is not None else (),
        )

    # -- ledgers -----------------------------------------------------------------------------------------------------

    def ledger(self, line: Line) -> Iterator[Entry]:
        rule = line.rule
        assert isinstance(rule, LedgerRule)
        place = reached(self.policy, line)
        if place is None:
            self.unmet.append(Unmet(rule.id, line.clause, "这条规则决定某一台账", "前面的规则已决定同一台账", True))
            return
        name = f"{self.word('ledger.kind', place[0])}（{self.word('ledger.level', str(place[1]))}）"
        plain: Record = {"kind": place[0], "level": place[1]}

        def one(what: str, record: Record, day: int = self.as_of) -> Entry:
            return self.entry(rule, line.clause, "ledgers", [{**plain, **record}], f"{name}{what}", day)

        if rule.interval is not None:
            today = dt.date.fromordinal(self.as_of)
            updated = dt.date(today.year - 1, 10, 15).toordinal()
            cycles = dict.fromkeys(reading.options[str(rule.counting)] for reading in line.readings.all)
            days: dict[int, str] = {}
            for cycle in cycles:
                due = due_date(updated, rule.interval, cycle)
                soon = due - Settings().due_soon_days
                for day, what in (
                    (soon - 1, "到期前较久"),
                    (soon, "即将到期的第一天"),
                    (due - 1, "到期前一日"),
                    (due, "到期当日"),
                    (due + 1, "到期次日"),
                ):
                    if day > updated:
                        days.setdefault(day, f"（{self.option(str(rule.counting), cycle)}）{what}")
            for day in sorted(days):
                yield one(days[day], {"last_updated": iso(updated)}, day)
            yield one("更新日在判定日之后", {"last_updated": iso(self.as_of + 1)})
            yield one("更新日未记录", {})
        else:
            yield one("刚更新过", {"last_updated": iso(self.as_of)})
        yield one("从未建立", {"established": False})
        kinds = [
            {"kind": kind, **({"level": level} if level else {}), "last_updated": iso(self.as_of)}
            for kind in rule.ledgers
            for level in (*LEVELS, None)
        ]
        yield self.entry(rule, line.clause, "ledgers", kinds, f"{name}：逐级看同一类台账", self.as_of)

    # -- counts ------------------------------------------------------------------------------------------------------

    def count(self, rule: CountRule, clause: str) -> Iterator[Entry]:
        first = next(other for other, _, _ in self.policy.counts if _meets(other, rule))
        if first is not rule:
            self.unmet.append(Unmet(rule.id, clause, "这条规则决定某一职责", "前面的规则已决定同一职责", True))
            return
        year = dt.date.fromordinal(self.as_of).year
        year = max(rule.first_year or year, min(year, rule.last_year or year))
        end = dt.date(year, 12, 31) if rule.deadline is None else rule.deadline
        plain: Record = {"kind": rule.duty, "level": (rule.levels or ["county"])[0], "year": year}
        if rule.deadline is not None:
            del plain["year"]
        name = self.word("duty.kind", rule.duty)
        over = end.toordinal() + 1

        def one(what: str, record: Record, day: int = self.as_of) -> Entry:
            return self.entry(rule, clause, "duties", [{**plain, **record}], f"{name}{what}", day)

        for number in _around(_least(rule)):
            yield one(f" {number} 次，期限已过", {"count": number}, over)
        if rule.at_least is not None:
            few = {"count": min(_least(rule)) - 1}
            yield one("次数不足，期限最后一日", few, end.toordinal())
            yield one("次数未记录", {}, over)
            yield one("从未做过", {"last_done": "never"}, over)
        else:
            yield one("做过一次", {"count": 1})
        if rule.deadline is not None:
            yield from self._deadline(rule, one, end.toordinal())
        for bound, step in ((rule.first_year, -1), (rule.first_year, 0), (rule.last_year, 0), (rule.last_year, 1)):
            if bound is not None:
                day = dt.date(bound + step + 1, 1, 1).toordinal()
                yield one(f"，{bound + step} 年", {"year": bound + step, "count": 0}, day)
        if rule.parties is not None and rule.at_least is not None:
            yield from self._parties(rule, one, over)
        levels = [{**plain, "level": level, "count": 0} for level in LEVELS]
        levels.append({name: value for name, value in levels[0].items() if name != "level"})
        yield self.entry(rule, clause, "duties", levels, f"{name}：逐级看同一职责", over)
        if "year" in plain and rule.at_least is not None:
            yield self.entry(rule, clause, "duties", [{**plain, "year": None, "count": 0}], f"{name}年度未记录", over)

    def _deadline(self, rule: CountRule, one: Any, end: int) -> Iterator[Entry]:
        least = min(_least(rule), default=1)
        for step, what in ((-1, "限期前一日"), (0, "限期当日"), (1, "限期次日")):
            yield one(f"做在{what}", {"count": least, "last_done": iso(end + step)}, end + 2)
            yield one(f"次数未记录，做在{what}", {"last_done": iso(end + step)}, end + 2)

    def _parties(self, rule: CountRule, one: Any, over: int) -> Iterator[Entry]:
        whole = dict.fromkeys(PARTIES, True)
        least = min(_least(rule))
        for absent in PARTIES:
            meetings = [whole] * (least - 1) + [{**whole, absent: False}]
            who = {"departments": "部门", "charities": "慈善组织", "grassroots": "基层力量"}[absent]
            yield one(f"次数够，有一次缺{who}", {"count": least, "meetings": meetings}, over)
        yield one("次数够，三方都到", {"count": least, "meetings": [whole] * least}, over)
        unknown = [whole] * (least - 1) + [dict.fromkeys(PARTIES[:-1], True)]
        yield one("次数够，有一次到会方未记全", {"count": least, "meetings": unknown}, over)
        yield one("每次都缺基层力量", {"count": least, "meetings": [{**whole, "grassroots": False}] * least}, over)

    # -- targets -----------------------------------------------------------------------------------------------------

    def targets(self, rule: TargetRule, clause: str) -> Iterator[Entry]:
        years = sorted({year for item in rule.items for year in item.values})

        def one(what: str, records: Sequence[Record], day: int) -> Entry:
            return self.entry(rule, clause, "targets", records, what, day)

        for year in years:
            items = [item for item in rule.items if year in item.values]
            over = dt.date(year + 1, 1, 1).toordinal()
            for number, what in enumerate(("少一格", "恰好达到", "多一格")):
                records = [_told(item, year, near(item.values[year])[number], "value") for item in items]
                yield one(f"{year} 年各项目标都{what}", [record for record in records if record], over)
            below = [_told(item, year, near(item.values[year])[0], "value") for item in items]
            yield one(f"{year} 年各项目标都少一格，年度最后一日", [record for record in below if record], over - 1)
            yield one(f"{year} 年各项目标都未记录", [{"item": item.item, "year": year} for item in items], over)
            yield from self._both(year, items, one, over)
        outside = [
            {"item": item.item, "year": year, "value": "1"}
            for item in rule.items
            for year in (min(item.values) - 1, max(item.values) + 1)
        ]
        yield one("目标年度之外", outside, dt.date(years[-1] + 2, 1, 1).toordinal())
        yield one("目标序号、年度未记录", [{"item": rule.items[0].item}, {"year": years[0]}], self.as_of)

    def _both(self, year: int, items: Sequence[TargetItem], one: Any, day: int) -> Iterator[Entry]:
        """Set the figure of the year and the running total apart, one below and one on the target."""
        for first, second, what in ((0, 1, "当年值少一格，累计值恰好达到"), (1, 0, "当年值恰好达到，累计值少一格")):
            records = []
            for item in items:
                figures = near(item.values[year])
                if figures[0] >= 0:
                    own = {"value_in_year": _plain(figures[first]), "value": _plain(figures[second])}
                    records.append({"item": item.item, "year": year, **own})
            yield one(f"{year} 年各项目标{what}", records, day)

    # -- silence -----------------------------------------------------------------------------------------------------

    def silences(self) -> Iterator[Entry]:
        """Ask for every kind of ledger and duty on which no rule stands, and for a target where there is no table."""
        ruled = {kind for line in self.policy.ledgers for kind in getattr(line.rule, "ledgers", ())}
        kinds = [kind for kind in self.policy.vocabulary["ledger.kind"].words if kind not in ruled]
        counted = {rule.duty for rule, _, _ in self.policy.counts}
        duties = [kind for kind in self.policy.vocabulary["duty.kind"].words if kind not in counted]
        year = dt.date.fromordinal(self.as_of).year
        if kinds:
            records: list[Record] = [{"kind": kind, "last_updated": iso(self.as_of)} for kind in kinds]
            yield self.entry(None, "", "ledgers", records, "没有规定的台账", self.as_of)
        if duties:
            records = [{"kind": kind, "level": "county", "year": year, "count": 0} for kind in duties]
            yield self.entry(None, "", "duties", records, "没有规定的职责", self.as_of)
        if not self.policy.targets:
            records = [{"item": 1, "year": year, "value": "1"}]
            yield self.entry(None, "", "targets", records, "没有目标表", self.as_of)

    # -- words -------------------------------------------------------------------------------------------------------

    def word(self, fact: str, word: str) -> str:
        return self.policy.vocabulary[fact].words[word][0]

    def option(self, axis: str, option: str) -> str:
        """Name a reading by its text."""
        return next(one.zh for one in self.policy.file.readings[axis].options if one.id == option)


def _meets(other: CountRule, rule: CountRule) -> bool:
    level = (rule.levels or ["county"])[0]
    return other.duty == rule.duty and (other.levels is None or level in other.levels)


def _least(rule: CountRule) -> list[int]:
    at_least = rule.at_least
    if isinstance(at_least, LeastByReading):
        return sorted(set(at_least.readings.values()))
    return [] if at_least is None else [at_least]


def _around(numbers: Iterable[int]) -> list[int]:
    return sorted({number + step for number in numbers for step in (-1, 0, 1)})


def near(value: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Give a figure with its neighbours, one step of its last place away."""
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))
    return value - step, value, value + step


def _told(item: TargetItem, year: int, figure: Decimal, name: str) -> Record | None:
    return None if figure < 0 else {"item": item.item, "year": year, name: _plain(figure)}


def _plain(figure: Decimal) -> str:
    return format(figure.normalize(), "f")
