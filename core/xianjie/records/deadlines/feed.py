"""The calendar as a feed that calendar programs subscribe to (iCalendar, RFC 5545): all-day events, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from icalendar import Calendar, Event

from xianjie.engine.assess import Engine
from xianjie.language.calendar import BEIJING
from xianjie.records.deadlines.calendar import LEDGERS, Due
from xianjie.records.deadlines.due_dates import Entry
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.terms import FORCES, STATUSES, UNMET, VALIDITIES

Names = Mapping[str, tuple[str, str]]
"""Regions by id, with their Chinese and English names."""


def uid_of(due: Due) -> str:
    """Name an entry for good: by its record, and by the readings where they give days of their own."""
    kind = "ledger" if due.kind is LEDGERS else "duty"
    return "-".join((kind, due.standing.item.record.id, *due.readings)) + "@xianjie"


def summary_of(due: Due, engine: Engine, names: Names, lang: str) -> str:
    """Say in one line what is due: region, kind, level, status, clause; of days that readings give, that they do."""
    state = _state(due)
    kind = _kind(due, engine.vocabulary, lang)
    region = due.standing.item.region
    place = names[region][_number(lang)] if region in names else region
    status = STATUSES[due.status][_number(lang)]
    if due.kind is LEDGERS:
        what = f"{kind}更新" if lang == "zh" else f"{kind}: update"
    else:
        year = "" if state["year"] is None else f" {state['year']}"
        what = f"{kind}{year} 止" if lang == "zh" else f"{kind}{year}: end"
    parts = [f"{place} {what}", status, state["clause"] or ""]
    if due.marked:
        names_of = _reading_names(due, engine, lang)
        if lang == "zh":
            parts.append(f"文本有歧义，{'推荐' if due.recommended else '另一种'}读法：{'、'.join(names_of)}")
        else:
            one = "recommended" if due.recommended else "another"
            parts.append(f"ambiguous, {one} reading: {', '.join(names_of)}")
    return " · ".join(part for part in parts if part)


def feed(
    dues: Sequence[Due], engine: Engine, names: Names, base: str, today: dt.date, day: int, lang: str = "zh"
) -> bytes:
    """Write the feed. `base` is the URL that the service is reached at; `today` stamps what changes from day to day."""
    out = Calendar()
    out.add("prodid", f"-//xianjie//due dates//{lang.upper()}")
    out.add("version", "2.0")
    out.add("calscale", "GREGORIAN")
    title = "衔接：台账与职责期限" if lang == "zh" else "xianjie: ledgers and duties"
    out.add("x-wr-calname", title)
    out.add("name", title)
    shown = min(today, dt.date.fromordinal(day))
    for due in dues:
        out.add_component(_event(due, engine, names, base, shown, lang))
    written: bytes = out.to_ical()
    return written


def _event(due: Due, engine: Engine, names: Names, base: str, shown: dt.date, lang: str) -> Event:
    record, state = due.standing.item.record, _state(due)
    event = Event()
    event.add("uid", uid_of(due))
    # the state is found anew each day, so the stamp is the day's begin; within a day the feed stays the same
    begin = dt.datetime.combine(shown, dt.time(), BEIJING)
    event.add("dtstamp", max(begin, dt.datetime.fromisoformat(record.body["changed"])).astimezone(dt.UTC))
    event.add("sequence", record.version)
    event.add("dtstart", dt.date.fromisoformat(due.day))
    event.add("summary", summary_of(due, engine, names, lang))
    event.add("description", "\n".join(_lines(due, state, lang)))
    event.add("categories", [STATUSES[due.status][_number(lang)]])
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{base}/v1/{due.kind.collection}/{record.id}")
    return event


def _lines(due: Due, state: Entry, lang: str) -> list[str]:
    """Give the reasons, what is not met, the force, and how far the document can be relied on."""
    number = _number(lang)
    colon = "：" if lang == "zh" else ": "
    reading = next((one.get("text") for one in state["readings"] if one["reading"] in due.readings), None)
    lines = [
        _on_one_line(due.standing.item.record.body["name"]),
        reading or state["why"]["text"],
        *state.get("warnings", ()),
    ]
    if state["unmet"]:
        unmet = ("、" if lang == "zh" else ", ").join(UNMET[one][number] for one in state["unmet"])
        lines.append(("尚未做到" if lang == "zh" else "not met") + colon + unmet)
    if state["force"] is not None:
        lines.append(("力度" if lang == "zh" else "force") + colon + FORCES[state["force"]][number])
    policy = state["policy"]
    lines.append(f"{policy['id']} · {VALIDITIES[policy['validity']][number]}")
    return [line for line in lines if line]


def _on_one_line(name: str | None) -> str:
    """Take line breaks and control characters out of a name: iCalendar allows none of them."""
    return " ".join("".join(one if one.isprintable() else " " for one in name or "").split())


def _kind(due: Due, vocabulary: Vocabulary, lang: str) -> str:
    """Name the kind, with its level before it."""
    of, number, state = "ledger" if due.kind is LEDGERS else "duty", _number(lang), _state(due)
    kind, level = (
        "" if state[name] is None else vocabulary[f"{of}.{name}"].words[state[name]][number]
        for name in ("kind", "level")
    )
    return f"{level}{kind}" if lang == "zh" else " ".join(part for part in (level, kind) if part)


def _reading_names(due: Due, engine: Engine, lang: str) -> list[str]:
    """Name readings as the policy file does; one that is put together of several by its id."""
    id = _state(due)["policy"]["id"]
    options = {
        option.id: option.zh if lang == "zh" else option.en
        for policy in engine.documents.timelines[due.standing.item.region].all
        if policy.id == id
        for model in policy.file.readings.values()
        for option in model.options
    }
    return [options.get(reading, reading) for reading in due.readings]


def _state(due: Due) -> Entry:
    assert due.standing.state is not None  # without a state there is no day
    return due.standing.state


def _number(lang: str) -> int:
    return 0 if lang == "zh" else 1
