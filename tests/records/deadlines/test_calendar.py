"""The calendar: the days that the texts give, in order; two where it reads two ways, none where it gives none."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import icalendar
import pytest
from tests.records.deadlines.test_due_dates import settled
from tests.records.reckoning import TODAY, WORKER, begun, engine, held, on, opened, updated

from xianjie.access import Division
from xianjie.errors import InputError
from xianjie.records.deadlines import calendar as due_dates_calendar
from xianjie.records.deadlines.calendar import Due, Span, calendar
from xianjie.records.deadlines.feed import feed, uid_of
from xianjie.records.deadlines.ledgers import Ledger, record_ledger
from xianjie.records.desk import Keeping

ALWAYS = Span("2000-01-01", "2100-01-01")
NAMES = {"hubei": ("湖北", "Hubei"), "tianjin": ("天津", "Tianjin"), "jinhua": ("金华", "Jinhua")}


def drawn(keeping: Keeping, span: Span = ALWAYS, day: str = "2025-08-01") -> list[Due]:
    return calendar(keeping, WORKER, span, on(day))


def told(dues: list[Due]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(due.day, due.status, due.readings) for due in dues]


def test_readings_that_give_two_days_give_two_entries(keeping: Keeping) -> None:
    opened(keeping, last_updated="2024-05-01")
    assert told(drawn(keeping)) == [
        ("2025-05-01", "overdue", ("rolling",)),
        ("2025-12-31", "fresh", ("calendar",)),
    ]
    assert [due.recommended for due in drawn(keeping)] == [True, False]


def test_where_all_readings_give_one_day_there_is_one(keeping: Keeping) -> None:
    opened(keeping, last_updated="2024-12-31")
    (due,) = drawn(keeping)
    assert (due.day, due.marked) == ("2025-12-31", False)


def test_where_the_office_settled_there_is_one(keeping: Keeping) -> None:
    settled(keeping, "hubei", "year", "calendar", "42")
    opened(keeping, last_updated="2024-05-01")
    assert told(drawn(keeping)) == [("2025-12-31", "fresh", ())]


@pytest.mark.parametrize(
    ("region", "facts"),
    [
        ("tianjin", {"kind": "demand", "level": "township", "last_updated": "2025-01-01"}),  # 及时
        ("hubei", {"kind": "demand", "last_updated": "2025-01-01"}),
        ("jinhua", {"last_updated": "2025-01-01"}),
        ("hubei", {}),
        ("hubei", {"established": False}),
    ],
)
def test_where_the_text_or_the_record_gives_no_day_there_is_none(
    keeping: Keeping, region: str, facts: dict[str, Any]
) -> None:
    opened(keeping, region, "4201", **facts)
    assert drawn(keeping) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"count": 0}, [("2025-12-31", "in_progress", ())]),
        ({"count": 2}, [("2025-12-31", "met", ())]),
        ({"year": 2024, "count": 0}, [("2024-12-31", "not_met", ())]),
        ({}, [("2025-12-31", "undetermined", ())]),
        ({"kind": "festival_visits", "count": 3}, [("2025-12-31", "ambiguous", ())]),
        (
            {"kind": "platform_building", "year": None, "count": 0},
            [("2026-12-31", "in_progress", ())],
        ),  # by its deadline
        ({"kind": "charity_training", "count": 0}, []),  # 常态化
        ({"year": None, "count": 0}, []),
    ],
)
def test_counted_periods_end_with_the_year_or_on_their_day(
    keeping: Keeping, facts: dict[str, Any], expected: list[Any]
) -> None:
    begun(keeping, **facts)
    assert told(drawn(keeping)) == expected


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2025-12-31", "2025-12-31", 1),
        ("2025-12-30", "2025-12-30", 0),
        ("2026-01-01", "2026-12-31", 0),
        ("2025-12-30", "2026-01-01", 1),
    ],
)
def test_a_span_holds_both_its_ends(keeping: Keeping, first: str, last: str, count: int) -> None:
    opened(keeping, last_updated="2024-12-31")
    assert len(drawn(keeping, Span(first, last))) == count


def test_days_are_in_order_and_chosen_by_region_and_division(keeping: Keeping) -> None:
    for place, last in (("420502", "2024-12-31"), ("420602", "2023-12-31")):
        opened(keeping, place=place, last_updated=last)
    opened(keeping, "tianjin", "12", last_updated="2024-12-31")
    begun(keeping, count=0)
    assert [due.day for due in drawn(keeping)] == ["2024-12-31", "2025-06-30", "2025-12-31", "2025-12-31"]
    regions = [due.standing.item.region for due in drawn(keeping, Span("2000-01-01", "2100-01-01", "tianjin"))]
    assert regions == ["tianjin"]
    inside = drawn(keeping, Span("2000-01-01", "2100-01-01", None, Division("4205")))
    assert [due.standing.item.record.body["division"] for due in inside] == ["420502"]


def test_more_than_a_calendar_holds_is_refused_and_not_cut(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_dates_calendar, "MOST_RECORDS", 2)
    for _ in range(2):
        opened(keeping, last_updated="2024-12-31")
    assert len(drawn(keeping)) == 2
    begun(keeping, count=0)
    with pytest.raises(InputError) as raised:
        drawn(keeping)
    assert raised.value.problems[0].code == "calendar-too-many"
    assert len(drawn(keeping, Span("2000-01-01", "2100-01-01", "hubei"))) == 2


# -- the feed ----------------------------------------------------------------------------------------------------------


def written(dues: list[Due], lang: str = "zh", today: dt.date = TODAY, day: str = "2025-08-01") -> bytes:
    at = dt.date.fromisoformat(day).toordinal()
    return feed(dues, engine(), NAMES, "http://127.0.0.1:8765", today, at, lang)


def parsed(data: bytes) -> list[dict[str, str]]:
    """Read the events as RFC 5545 says, by nothing but its own rules: unfold octets, split at the colon, unescape."""
    lines = data.replace(b"\r\n ", b"").split(b"\r\n")
    assert lines[-1] == b""
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2] == b"END:VCALENDAR"
    events: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.decode("utf-8").partition(":")
        if (name, value) == ("BEGIN", "VEVENT"):
            events.append({})
        elif events and name not in ("BEGIN", "END"):
            assert name not in events[-1], name
            events[-1][name] = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)
    return events


def test_a_plain_reader_finds_what_was_written(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2024-12-31", provided_to_townships="never")
    (event,) = parsed(written(drawn(keeping)))
    assert event["UID"] == f"ledger-{made.id}@xianjie"
    assert event["DTSTART;VALUE=DATE"] == "20251231"
    assert event["SUMMARY"] == "湖北 县(区)供给台账(目录)更新 · 在有效期内 · 三(二)"
    assert event["SEQUENCE"] == "1"
    assert event["DTSTAMP"] == "20250801T013000Z"
    assert event["URL"] == f"http://127.0.0.1:8765/v1/ledgers/{made.id}"
    lines = event["DESCRIPTION"].splitlines()
    assert lines[1:] == ["尚未做到：未提供给乡镇(街道)", "力度：应当", "hubei-2024 · 现行"]
    assert "2025-12-31" in lines[0]


def test_lines_are_folded_between_characters_and_never_longer_than_75_octets(keeping: Keeping) -> None:
    for last in ("2024-05-01", "2024-12-31"):
        opened(keeping, last_updated=last)
    begun(keeping, count=0)
    for lang in ("zh", "en"):
        data = written(drawn(keeping), lang)
        for line in data.split(b"\r\n"):
            assert len(line) <= 75
            line.decode("utf-8")
        assert b"\n" not in data.replace(b"\r\n", b"")


def test_another_library_reads_the_same(keeping: Keeping) -> None:
    opened(keeping, last_updated="2024-05-01")
    begun(keeping, count=0)
    dues = drawn(keeping)
    data = written(dues)
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert [event.decoded("DTSTART").isoformat() for event in events] == [due.day for due in dues]
    plain = parsed(data)
    assert [str(event["SUMMARY"]) for event in events] == [event["SUMMARY"] for event in plain]
    assert [str(event["DESCRIPTION"]) for event in events] == [event["DESCRIPTION"] for event in plain]


def test_entries_keep_their_names_and_count_up_as_they_move(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2023-12-31")
    duty = begun(keeping, count=0)
    before = {event["UID"]: event for event in parsed(written(drawn(keeping)))}
    updated(keeping, made.id, "updated", "2024-12-31")
    held(keeping, duty.id, "2025-03-01")
    after = {event["UID"]: event for event in parsed(written(drawn(keeping)))}
    assert before.keys() == after.keys()
    for uid, event in after.items():
        assert int(event["SEQUENCE"]) == int(before[uid]["SEQUENCE"]) + 1
    ledger = f"ledger-{made.id}@xianjie"
    assert (before[ledger]["DTSTART;VALUE=DATE"], after[ledger]["DTSTART;VALUE=DATE"]) == ("20241231", "20251231")


def test_two_readings_are_two_entries_and_marked_in_words(keeping: Keeping) -> None:
    made = opened(keeping, last_updated="2024-05-01")
    rolling, calendar_year = parsed(written(drawn(keeping)))
    assert rolling["UID"] == f"ledger-{made.id}-rolling@xianjie"
    assert calendar_year["UID"] == f"ledger-{made.id}-calendar@xianjie"
    assert "文本有歧义，推荐读法：" in rolling["SUMMARY"]
    assert "文本有歧义，另一种读法：" in calendar_year["SUMMARY"]
    english = parsed(written(drawn(keeping), "en"))
    assert "ambiguous, recommended reading: " in english[0]["SUMMARY"]
    assert len({uid_of(due) for due in drawn(keeping)}) == 2


def test_the_feed_is_the_same_all_day_and_another_the_next(keeping: Keeping) -> None:
    opened(keeping, last_updated="2024-12-31")
    first = written(drawn(keeping))
    assert written(drawn(keeping)) == first
    following = "2025-08-02"
    second = written(drawn(keeping, day=following), today=dt.date(2025, 8, 2), day=following)
    assert second != first
    assert parsed(second)[0]["DTSTAMP"] == "20250801T160000Z"  # the day's begin in Beijing


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("一,二;三\\四：五", "一,二;三\\四：五"),
        ("\\n不是换行", "\\n不是换行"),
        ("西区\r\nEND:VEVENT\nBEGIN:VEVENT", "西区 END:VEVENT BEGIN:VEVENT"),
        ("钟\x07\x0b\x85\u2028声\t响", "钟 声 响"),
    ],
)
def test_names_do_not_break_out_of_their_line(keeping: Keeping, name: str, line: str) -> None:
    with keeping.change(WORKER) as change:
        facts = {"kind": "supply", "level": "county", "last_updated": "2024-12-31"}
        record_ledger(change, Ledger(name, "hubei", Division("4205"), facts))
    data = written(drawn(keeping))
    (event,) = parsed(data)
    assert event["DESCRIPTION"].split("\n")[0] == line
    (other,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert str(other["DESCRIPTION"]).split("\n")[0] == line


def test_an_empty_feed_is_a_calendar(keeping: Keeping) -> None:
    assert parsed(written(drawn(keeping))) == []
