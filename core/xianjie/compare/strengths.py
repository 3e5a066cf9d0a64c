"""Clauses on how strongly and how often: weaker force, longer interval, longer look-back, a commitment only."""

from __future__ import annotations

from collections.abc import Iterator

from xianjie.compare.bilingual import of_term
from xianjie.compare.clauses import Row
from xianjie.compare.measure import FORCE_RANK, Timing, Window
from xianjie.vocabulary.terms import FORCES, QUALIFIERS, term


def force_clauses(row: Row) -> Iterator[str]:
    """Rank the strongest forces, where all of them can be ranked."""
    by = row.by(lambda measure: measure.force)
    if len(by) < 2 or not all(force in FORCE_RANK for force in by):
        return
    ranked = sorted(by.items(), key=lambda pair: -FORCE_RANK[pair[0] or ""])
    told = []
    for force, numbers in ranked:
        word = of_term(FORCES, force or "")
        told.append(row.names(numbers) + row.say(f"“{word.zh}”", f" “{word.en}”"))
    if len(told) == 2:
        yield row.say(f"{told[1]}，力度弱于{told[0]}", f"{told[1]}, weaker than {told[0]}")
    else:
        yield row.say("力度由强到弱：" + "＞".join(told), "from strong to weak: " + " > ".join(told))


def timing_clauses(row: Row) -> Iterator[str]:
    """Compare periods, then numbers a year or days, then words without a limit, then none at all."""
    by = row.by(lambda measure: measure.timing)
    timed = {timing: numbers for timing, numbers in by.items() if timing is not None}
    if len(timed) < 2:
        return
    ranked = sorted(timed.items(), key=lambda pair: pair[0].strictness)
    periods = [row.names(numbers) + _time(row, timing) for timing, numbers in ranked if timing.period is not None]
    if len(periods) == 2:
        short, long = periods
        yield row.say(f"{long}，周期长于{short}", f"{long}, a longer interval than {short}")
    elif len(periods) > 2:
        yield row.say("周期由短到长：" + "＜".join(periods), "intervals from short to long: " + " < ".join(periods))
    rest = [(timing, numbers) for timing, numbers in ranked if len(periods) < 2 or timing.period is None]
    if rest:
        told = [row.names(numbers) + _time(row, timing) for timing, numbers in rest]
        yield row.say("，", ", ").join(told)


def _time(row: Row, timing: Timing) -> str:
    if timing.fixed:
        colon = "" if timing.period is not None else ":"
        return row.say(timing.text().zh, f"{colon} {timing.text().en}")
    if timing.cadence:
        return row.say(f"只写“{timing.word}”", f": only “{timing.word}”")
    if row.topic.startswith("duty"):
        return row.say("未写次数和期限", ": no number or date")
    return row.say("未写更新周期", ": no interval")


def window_clauses(row: Row) -> Iterator[str]:
    """Compare the look-backs event by event."""
    held: dict[str, dict[Window, list[int]]] = {}
    for number in row.ruled:
        for window in sorted(row.measure(number).windows, key=lambda window: (window.fact, window.days)):
            held.setdefault(window.fact, {}).setdefault(window, []).append(number)
    for windows in held.values():
        ranked = sorted(windows.items(), key=lambda pair: pair[0].days)
        having = sorted(number for numbers in windows.values() for number in numbers)
        if len(ranked) > 1:
            event = ranked[0][0].term.said(row.lang)
            told = [f"{row.names(numbers)}{row.say('', ' ')}{_length(row, window)}" for window, numbers in ranked]
            yield row.say(f"“{event}”回溯由短到长：{'、'.join(told)}", f"look-back of “{event}”: {', '.join(told)}")
        elif having != row.ruled:
            text = ranked[0][0].text.said(row.lang)
            yield row.say(f"只有{row.names(having)}回溯“{text}”", f"only {row.names(having)}: {text}")


def _length(row: Row, window: Window) -> str:
    zh = {"years": "年", "months": "个月", "days": "天"}[window.unit]
    if window.last_day_inside:
        return row.say(f" {window.amount} {zh}内", f"within {window.amount} {window.unit}")
    return row.say(f"未满 {window.amount} {zh}", f"under {window.amount} {window.unit}")


def qualifier_clauses(row: Row) -> Iterator[str]:
    """Say whose duty is a commitment, or refers to other provisions."""
    by = row.by(lambda measure: measure.qualifiers)
    if len(by) < 2:
        return
    for qualifiers, numbers in by.items():
        if qualifiers:
            words = row.series([term(QUALIFIERS, one, row.lang) for one in sorted(qualifiers)])
            yield row.say(f"{row.names(numbers)}为“{words}”", f"{row.names(numbers)}: {words}")
