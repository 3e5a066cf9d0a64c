"""Read a case into the closed, typed fields that may cross into durable: truths, codes, bounded integers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import prod
from typing import assert_never

from xianjie.language.evaluate import Value
from xianjie.production.host import failure
from xianjie.production.verdicts import (
    EXACT,
    Field,
    FlagField,
    HeldField,
    Leaf,
    RecordedField,
    SumField,
    Verdict,
    VerdictField,
    WordField,
)

Codes = Mapping[str, Value | None]
"""Fact → value; None, or no entry, where it is unknown. An event that never came is the integer 0."""

_OTHER = "w"


class Vocabulary:
    """The slugs of the fields and the codes of the enum words that a set of verdicts needs."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        """Number every field and every word once. No two slugs below 100,000 share durable's 32-bit hash."""
        tests = [test for verdict in verdicts for test in verdict.tests]
        self._slugs: dict[Field, str] = {}
        self._words: dict[str, str] = {}
        for test in tests:
            if isinstance(test.field, VerdictField):
                self._slugs[test.field] = verdict_slug(test.field.place)
            else:
                self._slugs.setdefault(test.field, f"f{len(self._slugs)}")
            if isinstance(test.value, str):
                self._words.setdefault(test.value, f"{_OTHER}{len(self._words)}")
        self._read = [(slug, field) for field, slug in self._slugs.items() if not isinstance(field, VerdictField)]

    def slug(self, field: Field) -> str:
        """Name a field as durable sees it."""
        return self._slugs[field]

    def constant(self, test: Leaf) -> bool | int | str:
        """Write the right side of a test as durable sees it."""
        return self._words[test.value] if isinstance(test.value, str) else test.value

    def read(self, codes: Codes) -> dict[str, bool | int | str]:
        """Read the fields that are known. InternalError for a value of a wrong type."""
        values: dict[str, bool | int | str] = {}
        for slug, field in self._read:
            value = self._value(field, codes)
            if value is not None:
                values[slug] = value
        return values

    def _value(self, field: Field, codes: Codes) -> bool | int | str | None:
        # Exact types, for durable itself takes the text "true" for the truth and "5" for the number.
        match field:
            case FlagField(fact):
                flag = codes.get(fact)
                if flag is not None and type(flag) is not bool:
                    raise _mistyped(fact)
                return flag
            case WordField(fact):
                word = codes.get(fact)
                if word is None:
                    return None
                if type(word) is not str:
                    raise _mistyped(fact)
                return self._words.get(word, _OTHER)
            case HeldField(fact, word):
                held = codes.get(fact)
                if held is None:
                    return None
                if type(held) is not frozenset:
                    raise _mistyped(fact)
                return bool(held) if word is None else word in held
            case RecordedField(fact):
                return codes.get(fact) is not None
            case SumField(terms, needs, origin):
                numbers = _numbers(needs, codes)
                if numbers is None:
                    return None
                left = sum(factor * prod(map(numbers.__getitem__, facts)) for factor, facts in terms) - origin
                return max(-EXACT, min(EXACT, left))
            case VerdictField():
                return None
            case _:
                assert_never(field)


def verdict_slug(place: int) -> str:
    """Name the field that carries a verdict."""
    return f"v{place}"


def _numbers(facts: Collection[str], codes: Codes) -> dict[str, int] | None:
    numbers: dict[str, int] = {}
    for fact in facts:
        number = codes.get(fact)
        if number is None:
            return None
        if type(number) is not int:
            raise _mistyped(fact)
        numbers[fact] = number
    return numbers


def _mistyped(fact: str) -> Exception:
    return failure(f"事实 {fact} 的类型不对", f"fact {fact} has a value of the wrong type")
