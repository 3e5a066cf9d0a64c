"""What the tests of the form share: cases and fields made at random, over all facts of the vocabulary."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from xianjie.vocabulary import BASE, FactSpec, FactType
from xianjie.vocabulary.facts import LISTS
from xianjie.vocabulary.terms import EVENTS

DAY = dt.date(2025, 8, 1).toordinal()
WORDS = (
    st.text("医疗教育住房（甲）abc- ", min_size=1, max_size=8).map(str.strip).filter(lambda text: text and text != "无")
)


def values(spec: FactSpec, near: int = DAY) -> st.SearchStrategy[Any]:
    """Give values of a fact as a JSON case holds them."""
    match spec.type:
        case FactType.BOOL:
            return st.booleans()
        case FactType.ENUM:
            return st.sampled_from(list(spec.words))
        case FactType.EVENT:
            days = st.integers(near - 800, near + 30).map(lambda day: dt.date.fromordinal(day).isoformat())
            return st.one_of(st.just("never"), days)
        case FactType.SET:
            return st.lists(WORDS, max_size=3, unique=True)
        case FactType.MONEY:
            return st.one_of(
                st.sampled_from([0, 50000, 80000, 99999.99, 100000, 200000]), st.decimals(0, 10**12, places=2).map(str)
            )
        case FactType.NUMBER:
            return st.one_of(st.integers(-1000, 1000), st.decimals(-1000, 1000, places=3).map(str))
        case FactType.INT:
            return st.integers(spec.least or 0, (spec.least or 0) + 60)


def records(record: str, most: int = 4) -> st.SearchStrategy[dict[str, Any]]:
    """Give some facts of one record."""
    specs = {spec.short: values(spec) for spec in BASE.of_record(record)}
    names = st.lists(st.sampled_from(sorted(specs)), max_size=most, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: specs[name] for name in chosen}))


LABELS = st.text("E-0123甲<>&\"' ", min_size=1, max_size=12).map(str.strip).filter(bool)
SAID = st.fixed_dictionaries(
    {}, optional={"by": LABELS, "on": st.just("2025-07-01"), "note": st.text("凭证甲<b>", min_size=1, max_size=9)}
).filter(bool)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Give a whole case: facts of every record, lists with what is in them, steps, and who asserted what."""
    case: dict[str, Any] = {}
    for record in ("person", "household", "aid", "referral", "organisation", "area"):
        facts = draw(records(record))
        if facts:
            case[record] = facts
    for record, plural in LISTS.items():
        rows = [row for row in draw(st.lists(records(record, 3), max_size=2)) if row]
        if record == "duty":
            met = st.lists(
                st.dictionaries(st.sampled_from(["departments", "charities", "grassroots"]), st.booleans()), max_size=3
            )
            rows = [{**row, "meetings": found} if (found := draw(met)) else row for row in rows]
        if record == "target":
            grown = st.dictionaries(st.integers(2020, 2026).map(str), st.integers(0, 50), max_size=3)
            rows = [{**row, "additions": added} if (added := draw(grown)) else row for row in rows]
        if rows:
            case[plural] = rows
    if draw(st.booleans()):
        events = draw(st.lists(st.sampled_from(sorted(EVENTS)), max_size=3))
        if events:
            case.setdefault("referral", {})["events"] = [{"event": event, "by": "窗口"} for event in events]
    if draw(st.booleans()):
        case["case"] = draw(LABELS)
    if draw(st.booleans()):
        case["household_ref"] = draw(LABELS)
    answered = [f"{record}.{short}" for record in ("person", "household", "aid") for short in case.get(record, ())]
    if answered:
        said = draw(st.dictionaries(st.sampled_from(answered), SAID, max_size=2))
        if said:
            case["provenance"] = said
    return case
