"""Say statuses, forces, facts and values as a person reads them: an icon with each status, never colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from xianjie.cli.options import say
from xianjie.vocabulary import FactType, Vocabulary
from xianjie.vocabulary.terms import CHANGES, FORCES, QUALIFIERS, STANDINGS, STATUSES, VALIDITIES, term
from xianjie.vocabulary.topics import TOPIC

Entry = Mapping[str, Any]

OPEN = ("undetermined", "ambiguous")
SILENT = ("not_stipulated", "not_reported")

_GOOD = ("✓", "green")
_BAD = ("✗", "red")
_WATCH = ("!", "yellow")
_NEUTRAL = ("◦", "")
_SILENCE = ("-", "dim")

_MARKS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("covered", "priority_match", "fresh", "met", "allowed", "applies", "available"), _GOOD),
    **dict.fromkeys(("overdue", "not_met", "refused"), _BAD),
    **dict.fromkeys(("due_soon", "due_today"), _WATCH),
    **dict.fromkeys(SILENT, _SILENCE),
    "undetermined": ("?", "yellow"),
    "ambiguous": ("⇄", "magenta"),
}

ORDER = (
    "refused", "overdue", "not_met", "due_today", "due_soon", "ambiguous", "undetermined", "priority_match", "covered",
    "allowed", "fresh", "met", "available", "applies", "in_progress", "no_fixed_interval", "condition_not_met",
    "not_triggered", "not_matched", "not_available", "does_not_apply", "not_stipulated", "not_reported",
)  # fmt: skip
"""Statuses in the order in which a reader wants to see them."""

ENTITLED = ("applies", *(status for status in ORDER if status != "applies"))
"""The same for services and incentives: what there is comes first."""

_EXTRA_TERMS: Mapping[str, tuple[str, str]] = {
    "duty.meetings": ("会议记录", "record of the meetings"),
    "target.additions": ("各年新增", "what each year added"),
}

"""Periods that have a name, by their months."""

_SHORT_FORCES: Mapping[str, tuple[str, str]] = {"must_bare": ("应当(无情态)", "must (bare)")}


def mark(status: str) -> Text:
    """Give a status's icon."""
    icon, style = _MARKS.get(status, _NEUTRAL)
    return Text(icon, style)


def status_text(status: str, lang: str, more: str = "") -> Text:
    """Give icon and words of a status, with something after it."""
    icon, style = _MARKS.get(status, _NEUTRAL)
    return Text(f"{icon} {term(STATUSES, status, lang)}{more}", style)


def status_word(status: str, lang: str) -> Text:
    """Give the words of a status, without its icon."""
    return Text(term(STATUSES, status, lang), _MARKS.get(status, _NEUTRAL)[1])


def force_words(entry: Entry, lang: str, short: bool = False) -> str:
    """Say a rule's force, with what qualifies it."""
    force = entry.get("force")
    if not force:
        return ""
    words = term(_SHORT_FORCES, force, lang) if short and force in _SHORT_FORCES else term(FORCES, force, lang)
    qualifier = entry.get("qualifier")
    return (
        words
        if short or not qualifier
        else f"{words}，{term(QUALIFIERS, qualifier, lang)}"
        if lang == "zh"
        else (f"{words}, {term(QUALIFIERS, qualifier, lang)}")
    )


def cited(entry: Entry, lang: str) -> Text:
    """Give force and clause in one muted line; empty where the document is silent."""
    parts = [part for part in (force_words(entry, lang), entry.get("clause") or "") if part]
    return Text(" · ".join(parts), "dim")


def standing_words(policy: Entry, lang: str) -> list[str]:
    """Say what a reader must know of a document before relying on it; nothing where it is issued and in force."""
    out = []
    if policy["standing"] != "issued":
        out.append(term(STANDINGS, policy["standing"], lang))
    if policy["validity"] != "in_force" and not (
        policy["standing"] == "draft" and policy["validity"] == "not_in_force"
    ):
        out.append(term(VALIDITIES, policy["validity"], lang))
    return out


def supposed_words(policy: Entry, lang: str) -> str:
    """Say that an answer holds only if a change is supposed, and which; empty where nothing is."""
    overlay = policy["overlay"]
    if overlay is None:
        return ""
    changes = _changes_named(overlay["changes"], lang)
    return say(lang, f"假设：{overlay['text']}（{changes}）", f"supposition: {overlay['text']} ({changes})")


def history_words(policy: Entry, lang: str) -> list[str]:
    """Say which documents changed the one that answers, and which one follows it."""
    out = []
    for amendment in policy["amendments"]:
        title = f"《{amendment['title']}》" + (f"{amendment['number']}" if amendment["number"] else "")
        start = amendment["start"] or say(lang, "日期不明", "no date")
        changes = _changes_named(amendment["changes"], lang)
        out.append(say(lang, f"经{title}修改（{start} 起）：{changes}", f"amended by {title} from {start}: {changes}"))
    following, until = policy["replaced_by"], policy["until"]
    if following and until:
        out.append(say(lang, f"至 {until}，其后由 {following} 接替", f"until {until}, then followed by {following}"))
    elif following:
        out.append(say(lang, f"由 {following} 接替", f"followed by {following}"))
    return out


_MOST_CHANGES = 4


def _changes_named(changes: Sequence[Entry], lang: str) -> str:
    words = [f"{term(CHANGES, one['kind'], lang)} {_topic(one, lang)}" for one in changes]
    if not words:
        return say(lang, "没有改动", "no changes")
    more = len(words) - _MOST_CHANGES
    shown = listed(words[:_MOST_CHANGES], lang)
    return shown + say(lang, f" 等 {len(words)} 处", f" and {more} more") if more > 0 else shown


def _topic(change: Entry, lang: str) -> str:
    if change["name"] in TOPIC and change["kind"].startswith("topic"):
        return say(lang, TOPIC[change["name"]].zh, TOPIC[change["name"]].en)
    return str(change["name"])


def fact_term(name: str, vocabulary: Vocabulary, lang: str) -> str:
    """Name a fact by its term."""
    if name in vocabulary:
        spec = vocabulary[name]
        return say(lang, spec.zh, spec.en)
    return term(_EXTRA_TERMS, name, lang)


def shown_value(name: str, value: object, vocabulary: Vocabulary, lang: str) -> str:
    """Say a fact's value as it stands in an answer."""
    if value is None:
        return say(lang, "未记录", "not recorded")
    if isinstance(value, bool):
        return say(lang, "是", "yes") if value else say(lang, "否", "no")
    if isinstance(value, list | tuple | set | frozenset):
        return say(lang, "、", ", ").join(str(item) for item in value) or say(lang, "无", "none")
    if value == "never":
        return say(lang, "从未发生", "never")
    spec = vocabulary.by_name.get(name)
    if spec is not None and spec.type is FactType.MONEY:
        return f"{value} {say(lang, '元', 'yuan')}"
    if spec is not None and isinstance(value, str) and value in spec.words:
        return spec.words[value][0 if lang == "zh" else 1]
    return str(value)


def word_of(name: str, key: str | None, vocabulary: Vocabulary, lang: str) -> str:
    """Say a word of an enum fact; empty where there is none."""
    if key is None:
        return ""
    pair = vocabulary[name].words.get(key) if name in vocabulary else None
    return key if pair is None else say(lang, *pair)


def listed(items: Sequence[str], lang: str) -> str:
    """Join items as a list."""
    return say(lang, "、", ", ").join(items)
