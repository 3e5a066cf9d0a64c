"""Say answers to questions, ranges of values, and what an answer would settle, in Chinese or in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xianjie.engine.wording import fact_term, shown_value
from xianjie.language.calendar import iso
from xianjie.language.evaluate import Value
from xianjie.language.prose import value_text, yuan_text
from xianjie.language.smt import OTHER_WORD
from xianjie.proof.kinds import Kind
from xianjie.vocabulary import FactSpec, FactType, Vocabulary

LANGUAGES = ("zh", "en")


def kind_text(kind: Kind, spec: FactSpec, lang: str) -> str:
    """Say one kind of answer: a word, a day, or a range with round ends."""
    if kind.ranged:
        return _range_text(kind, spec, lang)
    if isinstance(kind.value, frozenset):
        return set_text(kind.value, lang)
    return value_text(spec, kind.value, lang)


def set_text(value: frozenset[str], lang: str) -> str:
    """Say what a set holds; the word that stands for all others as such."""
    zh = lang == "zh"
    named = sorted(value - {OTHER_WORD})
    if OTHER_WORD in value:
        named.append("其他项目" if zh else "something else") if named else named.append("有" if zh else "some")
    return ("、" if zh else ", ").join(named) or ("无" if zh else "none")


def change_text(value: Value, span: Kind | None, spec: FactSpec, lang: str) -> str:
    """Say what a fact would be: the range that would do, else the very value."""
    if span is None or (span.least is None and span.most is None):
        return set_text(value, lang) if isinstance(value, frozenset) else value_text(spec, value, lang)
    return _range_text(span, spec, lang)


def case_text(case: Mapping[str, Any], vocabulary: Vocabulary, lang: str) -> str:
    """Say a witness: each fact that it has, of every record."""
    zh, parts = lang == "zh", []
    for record, facts in case.items():
        single = record.removesuffix("s") if isinstance(facts, list) else record
        single = {"dutie": "duty"}.get(single, single)
        for entry in facts if isinstance(facts, list) else [facts]:
            for name, value in entry.items():
                if isinstance(value, list) and any(isinstance(item, dict) for item in value):
                    parts.append(f"会议 {len(value)} 次" if zh else f"{len(value)} meetings")
                else:
                    full = f"{single}.{name}"
                    shown = shown_value(full, value, vocabulary, lang)
                    parts.append(f"{fact_term(full, vocabulary, lang)}：{shown}")
    return ("；" if zh else "; ").join(parts) or ("什么都没有记录" if zh else "nothing recorded")


def _range_text(kind: Kind, spec: FactSpec, lang: str) -> str:
    zh, least, most = lang == "zh", kind.least, kind.most
    if least is None and most is None:
        return "任何数值" if zh and spec.type is not FactType.EVENT else "任何一天" if zh else "any"
    if least is not None and most is not None:
        if least == most:
            return _number(least, spec, lang)
        a, b = _number(least, spec, lang), _number(most, spec, lang)
        return f"{a} 至 {b}" if zh else f"{a} to {b}"
    if spec.type is FactType.EVENT:
        if most is not None:
            return f"{iso(most)} 或更早" if zh else f"{iso(most)} or earlier"
        assert least is not None
        return f"{iso(least)} 或更晚" if zh else f"{iso(least)} or later"
    if most is not None:
        if _roundness(most + 1) > _roundness(most):
            return f"低于 {_number(most + 1, spec, lang)}" if zh else f"below {_number(most + 1, spec, lang)}"
        return f"不超过 {_number(most, spec, lang)}" if zh else f"at most {_number(most, spec, lang)}"
    assert least is not None
    if _roundness(least - 1) > _roundness(least):
        return f"超过 {_number(least - 1, spec, lang)}" if zh else f"above {_number(least - 1, spec, lang)}"
    return f"不低于 {_number(least, spec, lang)}" if zh else f"at least {_number(least, spec, lang)}"


def _number(value: int, spec: FactSpec, lang: str) -> str:
    match spec.type:
        case FactType.MONEY:
            return yuan_text(value, lang)
        case FactType.EVENT:
            return iso(value)
        case _:
            return str(value)


def _roundness(value: int) -> int:
    """Count the noughts at the end."""
    text = str(abs(value))
    return len(text) - len(text.rstrip("0")) if value else 0
