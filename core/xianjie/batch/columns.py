"""Choose the columns of a template: the facts that documents ask for, and how each column is to be filled in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xianjie.batch.intake import column_name
from xianjie.engine.telling import facts_read
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import FactSpec, FactType, Vocabulary
from xianjie.vocabulary.facts import RECORDS
from xianjie.vocabulary.terms import EVENTS

UNKNOWN = "不清楚"
NEVER = "从未"
NONE = "无"
KEPT = ("case", "household_ref", "as_of")
STEPS = "referral.events"
_WHOLE_RECORDS = {"duties": ("ledger", "duty", "target"), "referral": ("referral",), "incentives": ("organisation",)}
_ALSO = {"referral": (STEPS,)}
_DIMENSION = {"ledger": "duties"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template: its name in the contract, its header's words, its record, how it is filled in.

    `words` are what may be chosen, empty where the cell is free; `spec` is None for what is no fact.
    """

    name: str
    title: str
    group: str
    record: str
    hint: str
    how: str
    words: tuple[str, ...] = ()
    spec: FactSpec | None = None


def facts_for(policies: Iterable[Policy], dimensions: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """List the facts that documents ask for in some dimensions, in the vocabulary's order, and a referral's steps.

    A dimension that has records of its own takes all facts of these.
    """
    wanted: set[str] = set()
    for dimension in dimensions:
        for record in _WHOLE_RECORDS.get(dimension, ()):
            wanted.update(spec.name for spec in vocabulary.of_record(record))
        wanted.update(_ALSO.get(dimension, ()))
    for policy in policies:
        for name, block in policy.blocks.items():
            if _DIMENSION.get(name, name.partition(".")[0]) in dimensions:
                wanted.update(facts_read(policy, block))
    return tuple(name for name in in_order(vocabulary) if name in wanted)


def in_order(vocabulary: Vocabulary) -> tuple[str, ...]:
    """List every fact, and the steps of a referral after its facts, record by record."""
    out: list[str] = []
    for record in RECORDS:
        out += (spec.name for spec in vocabulary.of_record(record))
        if record == "referral":
            out.append(STEPS)
    return tuple(out)


def columns_of(vocabulary: Vocabulary, facts: Iterable[str], lang: str = "zh") -> tuple[Column, ...]:
    """Describe a template's columns: number of the case, household, date, then the facts, record by record."""
    chosen = set(facts)
    head = [_kept(name, lang, vocabulary) for name in KEPT]
    return (*head, *(_column(name, vocabulary, lang) for name in in_order(vocabulary) if name in chosen))


def _say(lang: str, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def _kept(name: str, lang: str, vocabulary: Vocabulary) -> Column:
    hints = {
        "case": (
            _say(lang, "必填，内部编号", "required, your own number"),
            _say(
                lang,
                "必填。本单位的内部编号，不超过 100 字，每行不同。不得填写公民身份号码和姓名。"
                "本列是文本，前面的 0 会保留。",
                "Required: a number of your own, at most 100 characters, different in each row. Never an identity "
                "number or a name. The column is text: leading zeros stay.",
            ),
        ),
        "household_ref": (
            _say(lang, "可空，同户同号", "may be empty; one for all members"),
            _say(
                lang,
                "可空。同一家庭的各人填同一编号，结果里可以按它排在一起。不得填写户口簿号、身份号码和姓名。",
                "May be empty. The same for all members of a household. Never an identity number or a name.",
            ),
        ),
        "as_of": (
            _say(lang, "可空，日期", "may be empty, a date"),
            _say(
                lang,
                "可空。判定的日期，如 2025-05-01；不填的，用上传时给出的判定日。",
                "May be empty: the date of evaluation, as 2025-05-01; else the date given on upload holds.",
            ),
        ),
    }
    hint, how = hints[name]
    return Column(name, column_name(name, vocabulary, lang), _say(lang, "编号", "number"), "", hint, how)


def _column(name: str, vocabulary: Vocabulary, lang: str) -> Column:
    record = name.split(".", 1)[0]
    group = _say(lang, *RECORDS[record])
    title = column_name(name, vocabulary, lang)
    if name == STEPS:
        steps = "、".join(zh for zh, _ in EVENTS.values()) if lang == "zh" else ", ".join(EVENTS)
        how = _say(
            lang,
            "每一步写作“步骤 日期”，以分号隔开，如：已同意 2025-03-01；已出具转介函 2025-03-05。没有任何步骤的写“无”。"
            f"步骤有：{steps}。",
            f"Each step as `step date`, with semicolons between; 无 where there is none. Steps: {steps}.",
        )
        return Column(name, title, group, record, _say(lang, "步骤 日期；…", "step date; …"), how)
    spec = vocabulary[name]
    hint, how, words = _way(spec, lang)
    if lang != "zh":
        hint = f"{spec.en}: {hint}"
    return Column(name, title, group, record, hint, how, words, spec)


def _way(spec: FactSpec, lang: str) -> tuple[str, str, tuple[str, ...]]:
    """Say how a fact is filled in: in a few words, in a sentence, and what can be chosen."""
    leave = _say(lang, "不知道的，选“不清楚”或空着。", "Where it is not known: 不清楚, or empty.")
    write = _say(lang, "不知道的，写“不清楚”或空着。", "Where it is not known: 不清楚, or empty.")
    match spec.type:
        case FactType.BOOL:
            words: tuple[str, ...] = ("是", "否", UNKNOWN)
            return (
                "/".join(words),
                _say(lang, "选“是”“否”或“不清楚”。", "Choose 是 (yes), 否 (no) or 不清楚. ") + leave,
                words,
            )
        case FactType.ENUM:
            words = (*(zh for zh, _ in spec.words.values()), UNKNOWN)
            listed = "、".join(words[:-1])
            return (
                _say(lang, "从列表选", "choose"),
                _say(lang, f"选其一：{listed}。", f"One of: {listed}. ") + leave,
                words,
            )
        case FactType.INT:
            least = spec.least or 0
            above = "" if spec.most is None else _say(lang, f"，不大于 {spec.most}", f" and at most {spec.most}")
            how = _say(lang, f"整数，不小于 {least}{above}。", f"A whole number, at least {least}{above}. ")
            return _say(lang, "整数", "whole number"), how + write, ()
        case FactType.MONEY:
            how = _say(
                lang,
                "金额，单位是元，最多两位小数，不得为负，如 80000，也可写 8万、8万元。",
                "Yuan, at most two decimals, not below 0, as 80000, or 8万. ",
            )
            return _say(lang, "元", "yuan"), how + write, ()
        case FactType.NUMBER:
            return _say(lang, "数字", "number"), _say(lang, "数字，可以有小数。", "A number. ") + write, ()
        case FactType.EVENT:
            how = _say(
                lang,
                f"日期，如 2025-05-01；知道没有发生过的，写“{NEVER}”。",
                f"A date, as 2025-05-01; {NEVER} where it is known not to have happened. ",
            )
            return _say(lang, f"日期，或“{NEVER}”", f"a date, or {NEVER}"), how + write, ()
        case FactType.SET:
            how = _say(
                lang,
                f"各项以顿号隔开；知道一项也没有的，写“{NONE}”。",
                f"Entries with 、 between; {NONE} where there is none. ",
            )
            return _say(lang, f"用顿号隔开，或“{NONE}”", f"list, or {NONE}"), how + write, ()
