"""Tell which dates of a case lie after the date of evaluation: what they date counts as not having happened yet.

What such a date decides may read as a firm no; whoever looks at it has to see that the date is why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xianjie.cases import Case
from xianjie.engine.wording import say
from xianjie.language.calendar import iso
from xianjie.language.evaluate import Value
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.facts import RECORDS
from xianjie.vocabulary.terms import EVENTS, term

REMARK = ("晚于判定日，按当时尚未发生计", "after the date of evaluation: counted as not having happened yet")


def is_later(name: str, value: object, as_of: int, vocabulary: Vocabulary) -> bool:
    """Tell whether a fact's value, an ordinal or a day in ISO 8601, is a date after the date of evaluation."""
    if name not in vocabulary.events:
        return False
    if isinstance(value, str):
        return value[:1].isdigit() and value > iso(as_of)
    return isinstance(value, int) and value > as_of


def later_words(case: Case, as_of: int, vocabulary: Vocabulary, lang: str) -> str:
    """Say in a sentence which dates of a case are later than the date of evaluation; empty where none is."""
    found = say(lang, "、", ", ").join(dict.fromkeys(_named(case, as_of, vocabulary, lang)))
    if not found:
        return ""
    day = iso(as_of)
    return say(
        lang,
        f"{found}，晚于判定日 {day}，按当时尚未发生计。",
        f"{found}: after the date of evaluation, {day}, and counted as not having happened yet.",
    )


def _named(case: Case, as_of: int, vocabulary: Vocabulary, lang: str) -> Iterator[str]:
    yield from _of("", case.given, as_of, vocabulary, lang)
    for event in case.events:
        if event.on is not None and event.on > as_of:
            yield say(lang, "步骤“", "step “") + f"{term(EVENTS, event.event, lang)}” {iso(event.on)}"
    lists: Sequence[tuple[str, Sequence[Mapping[str, Value]]]] = (
        ("ledger", [one.facts for one in case.ledgers]),
        ("duty", [one.facts for one in case.duties]),
    )
    for record, rows in lists:
        for number, facts in enumerate(rows, 1):
            yield from _of(f"{say(lang, *RECORDS[record])} {number} ", facts, as_of, vocabulary, lang)


def _of(before: str, facts: Mapping[str, Value], as_of: int, vocabulary: Vocabulary, lang: str) -> Iterator[str]:
    for name, value in facts.items():
        if isinstance(value, int) and is_later(name, value, as_of, vocabulary):
            spec = vocabulary[name]
            yield f"{before}{say(lang, spec.zh, spec.en)} {iso(value)}"
