"""Fields of facts of every type, as a region may add them: what they show is read back as it was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xianjie.vocabulary import FactSpec, FactType
from xianjie.web.pages.deadlines.fields import Typed, day_typed, facts_typed, filled

SPECS = (
    FactSpec("ledger.done", FactType.BOOL, "做了", "done"),
    FactSpec("ledger.times", FactType.INT, "次数", "times", least=0),
    FactSpec("ledger.cost", FactType.MONEY, "花费", "cost"),
    FactSpec("ledger.share", FactType.NUMBER, "比例", "share"),
    FactSpec("ledger.seen", FactType.EVENT, "查看日", "day seen"),
    FactSpec("ledger.form", FactType.ENUM, "形式", "form", {"paper": ("纸质", "paper"), "file": ("电子", "file")}),
    FactSpec("ledger.offices", FactType.SET, "单位", "offices"),
)
WORDS = st.text(st.characters(categories=["Lo", "Ll", "Nd"]), min_size=1, max_size=5)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "done": st.booleans(),
        "times": st.integers(0, 10**9),
        "cost": st.integers(0, 10**6),
        "share": st.decimals(0, 1, places=3).map(str),
        "seen": st.one_of(st.just("never"), st.dates().map(lambda day: day.isoformat())),
        "form": st.sampled_from(["paper", "file"]),
        "offices": st.lists(WORDS, min_size=1, max_size=3, unique=True),
    },
)


@given(FACTS)
def test_what_a_field_shows_is_read_back(facts: dict[str, Any]) -> None:
    shown = filled(SPECS, facts)
    assert set(shown) == {spec.short for spec in SPECS}
    read, problems = facts_typed(SPECS, shown)
    assert problems == []
    numbers = {name: Decimal(str(read.pop(name))) for name in ("cost", "share") if name in read}
    assert numbers == {name: Decimal(str(facts[name])) for name in ("cost", "share") if name in facts}
    assert read == {name: value for name, value in facts.items() if name not in numbers}


@given(st.dictionaries(st.sampled_from([spec.short for spec in SPECS]), st.text(max_size=20)))
def test_whatever_is_typed_is_read_without_a_fall(texts: dict[str, str]) -> None:
    given_texts = {spec.short: Typed(texts.get(spec.short, "").strip()) for spec in SPECS}
    read, problems = facts_typed(SPECS, given_texts)
    assert problems == []
    assert set(read) == {name for name, one in given_texts.items() if one.text}


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day: Any) -> None:
    for text in (
        day.isoformat(),
        f"{day.year:04d}年{day.month}月{day.day}日",
        f"{day.year:04d}/{day.month}/{day.day}",
        f" {day.year:04d} . {day.month} . {day.day} ",
    ):
        assert day_typed(text) == day.isoformat()


def test_what_is_no_day_stays_as_it_was_typed() -> None:
    for text in ("昨天", "2025", "25-1-1", "1/2/2025", "2025-1", "2025-01-01T00:00"):
        assert day_typed(text) == text
