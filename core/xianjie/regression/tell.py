"""Tell a case that does not hold in the office's own words: what was expected, what was found, the clause, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xianjie.regression.paths import Name, Nowhere, Steps
from xianjie.regression.run import Difference, Ground, Result
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.terms import (
    FORCES,
    QUALIFIERS,
    STANDINGS,
    STATUSES,
    STEPS,
    UNMET,
    VALIDITIES,
    Terms,
    term,
)

_TABLES: Mapping[str, Terms] = {
    "status": STATUSES,
    "coverage": STATUSES,
    "priority": STATUSES,
    "document_required": STATUSES,
    "force": FORCES,
    "qualifier": QUALIFIERS,
    "standing": STANDINGS,
    "validity": VALIDITIES,
    "missing_step": STEPS,
    "next_step": STEPS,
    "unmet": UNMET,
}
"""The terms of words, by the last name of a path."""


LONGEST = 160
"""An explanation is cut after so many characters; the answer itself holds it whole."""


def say(lang: str, zh: str, en: str) -> str:
    """Choose a sentence by language."""
    return zh if lang == "zh" else en


def value_text(value: object, steps: Steps, vocabulary: Vocabulary, lang: str) -> str:
    """Say a value of an answer as a person reads it, the word itself in brackets."""
    if isinstance(value, Nowhere):
        return say(lang, value.zh, value.en)
    if value is None:
        return say(lang, "空（null）", "null")
    if isinstance(value, bool):
        return say(lang, "是（true）" if value else "否（false）", "true" if value else "false")
    if isinstance(value, list):
        words = [value_text(item, steps, vocabulary, lang) for item in value]
        return say(lang, "、", ", ").join(words) or say(lang, "无（[]）", "none ([])")
    if isinstance(value, Mapping):
        return say(lang, "一组值", "a part with entries of its own")
    if isinstance(value, str):
        last = next((step.name for step in reversed(steps) if isinstance(step, Name)), "")
        words_of = term(_TABLES.get(last, {}), value, lang)
        if words_of == value and value in vocabulary:
            words_of = vocabulary[value].zh if lang == "zh" else vocabulary[value].en
        return say(lang, f"{words_of}（{value}）", f"{value}") if words_of != value else value
    return str(value)


def cited(ground: Ground, lang: str) -> str:
    """Say the clause and the force that a part rests on; empty where the document is silent."""
    return " · ".join(
        part for part in (ground.clause, term(FORCES, ground.force, lang) if ground.force else "") if part
    )


def ground_text(ground: Ground, lang: str) -> str:
    """Say what a part rests on in one line: name and status, clause, force, explanation."""
    why = ground.why if len(ground.why) <= LONGEST else ground.why[: LONGEST - 1] + "…"
    head = [cited(ground, lang), ground.name or ""]
    if ground.name and ground.status:
        head.append(term(STATUSES, ground.status, lang))
    return say(lang, "：", ": ").join(part for part in (" · ".join(part for part in head if part), why) if part)


def supposition(result: Result, lang: str) -> str:
    """Say what the answer supposes; empty where it is the document as it stands."""
    if result.overlay is None:
        return ""
    text = result.overlay["text"]
    return say(lang, f"假设：{text}", f"supposing: {text}")


def headline(result: Result, region_name: str, lang: str) -> str:
    """Say in one line which case it is, before which document, on which day."""
    policy, supposed = result.policy, supposition(result, lang)
    return say(
        lang,
        f"{result.case.name}：{region_name}，判定日 {result.as_of}，文件 {policy['id']}（{policy['version']}）",
        f"{result.case.name}: {region_name}, as of {result.as_of}, policy {policy['id']} ({policy['version']})",
    ) + (say(lang, "，", ", ") + supposed if supposed else "")


def brief(result: Result, vocabulary: Vocabulary, lang: str) -> str:
    """Say in one line what does not hold first, and how much more does not."""
    first, *more = result.differences
    path, wanted, found = told(first, vocabulary, lang)
    text = say(lang, f"{path} 应为 {wanted}，实为 {found}", f"{path}: expected {wanted}, found {found}")
    return text + (say(lang, f"；另有 {len(more)} 处不符", f"; and {len(more)} more") if more else "")


def told(difference: Difference, vocabulary: Vocabulary, lang: str) -> tuple[str, str, str]:
    """Give a difference as path, what was expected, and what was found."""
    one = difference.expectation
    wanted = value_text(one.value, one.steps, vocabulary, lang)
    found = value_text(difference.found, one.steps, vocabulary, lang)
    if (
        isinstance(one.value, list)
        and isinstance(difference.found, list)
        and len(one.value) + len(difference.found) > 2
    ):
        lacking = [item for item in one.value if item not in difference.found]
        beyond = [item for item in difference.found if item not in one.value]
        parts = [
            say(lang, *words) + value_text(items, one.steps, vocabulary, lang)
            for words, items in ((("缺少 ", "lacks "), lacking), (("多出 ", "has besides "), beyond))
            if items
        ]
        found = say(lang, "；", "; ").join(parts) or found
    return one.path, wanted, found


def failure_lines(result: Result, region_name: str, vocabulary: Vocabulary, lang: str) -> list[str]:
    """Tell a case that does not hold: line by line, every expectation that failed, and what the answer rests on."""
    out = [headline(result, region_name, lang)]
    if result.case.note:
        out.append(say(lang, "备注 ", "note ") + result.case.note)
    for difference in result.differences:
        path, wanted, found = told(difference, vocabulary, lang)
        out += ["", path, say(lang, "  应为 ", "  expected ") + wanted, say(lang, "  实为 ", "  found    ") + found]
        out += [say(lang, "  依据 ", "  because  ") + ground_text(ground, lang) for ground in difference.grounds]
        out.append(say(lang, "  见   ", "  see      ") + str(replace(difference.expectation.place, path=None)))
    return out
