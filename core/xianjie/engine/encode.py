"""Lay a case's facts out for the engines: codes to decide on, values to show, texts to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from xianjie.engine.memory import Kept
from xianjie.language.calendar import iso
from xianjie.language.evaluate import Value
from xianjie.language.explain import Shown
from xianjie.language.generate import FALSE, TRUE, UNKNOWN, Code
from xianjie.language.narrow import narrow_inside, narrow_json
from xianjie.language.prose import value_text, words
from xianjie.vocabulary import FactSpec, FactType, Vocabulary


@dataclass(frozen=True, slots=True)
class Encoded:
    """A case's facts by name, and by slot of the vocabulary: code, shown value, text."""

    facts: Mapping[str, Value]
    codes: list[Code]
    shown: list[Shown]
    texts: list[str]


class Laid(NamedTuple):
    """A case's facts by slot for source that writes JSON: code, value as JSON, text as inside a string, both narrow.

    Of a flag only the code counts.
    """

    codes: list[Code]
    shown: list[str]
    texts: list[str]


@lru_cache(maxsize=32)
def _blank(vocabulary: Vocabulary, lang: str) -> tuple[list[Code], list[Shown], list[str]]:
    codes: list[Code] = [UNKNOWN if spec.type is FactType.BOOL else None for spec in vocabulary.facts]
    return codes, [None] * len(codes), [words(lang).unrecorded] * len(codes)


def codes_of(facts: Mapping[str, Value], vocabulary: Vocabulary) -> list[Code]:
    """Code recorded facts by slot, for verdicts without reasons; everything else is unknown."""
    codes, slot = _blank(vocabulary, "zh")[0].copy(), vocabulary.slot
    for name, value in facts.items():
        codes[slot[name]] = TRUE if value is True else FALSE if value is False else value
    return codes


def encode(facts: Mapping[str, Value], vocabulary: Vocabulary, lang: str) -> Encoded:
    """Encode recorded facts; everything else is unknown."""
    blank = _blank(vocabulary, lang)
    shown, texts = blank[1].copy(), blank[2].copy()
    for name, value in facts.items():
        slot = vocabulary.slot[name]
        if isinstance(value, bool):
            shown[slot] = value
        else:
            spec = vocabulary.facts[slot]
            shown[slot], texts[slot] = show(spec, value), value_text(spec, value, lang)
    return Encoded(facts, codes_of(facts, vocabulary), shown, texts)


def lay_out(
    facts: Mapping[str, Value], vocabulary: Vocabulary, lang: str, known: Kept[tuple[str, str]] | None = None
) -> Laid:
    """Lay recorded facts out for source that writes JSON; everything else is unknown.

    `known` remembers how values were written.
    """
    blank, slot = _blank_laid(vocabulary, lang), vocabulary.slot
    codes, shown, texts = blank.codes.copy(), blank.shown.copy(), blank.texts.copy()
    for name, value in facts.items():
        if value is True:
            codes[slot[name]] = TRUE
        elif value is False:
            codes[slot[name]] = FALSE
        else:
            place = slot[name]
            written = None if known is None else known.get((place, value, lang))
            if written is None:
                spec = vocabulary.facts[place]
                written = narrow_json(show(spec, value)), narrow_inside(value_text(spec, value, lang))
                if known is not None:
                    known.keep((place, value, lang), written)
            codes[place] = value
            shown[place], texts[place] = written
    return Laid(codes, shown, texts)


@lru_cache(maxsize=32)
def _blank_laid(vocabulary: Vocabulary, lang: str) -> Laid:
    codes, shown, texts = _blank(vocabulary, lang)
    return Laid(codes, [narrow_json(value) for value in shown], [narrow_inside(text) for text in texts])


def show(spec: FactSpec, value: Value) -> Shown:
    """Give a recorded value as an answer shows it: money in yuan, dates in ISO 8601, sets as sorted lists."""
    match value:
        case bool():
            return value
        case frozenset():
            return sorted(value)
        case int() if spec.type is FactType.EVENT:
            return iso(value)
        case int() if spec.type is FactType.MONEY:
            return yuan(value)
        case _:
            return value


def yuan(fen: int) -> int | float:
    """Give fen as the shortest JSON number of yuan."""
    return fen // 100 if fen % 100 == 0 else fen / 100
