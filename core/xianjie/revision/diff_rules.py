"""Say what became of the rules of two policies: added, dropped, moved, renamed, changed field by field or through."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from xianjie.compare.bilingual import NOTHING, Both, joined, listed, of_term, same, sentences
from xianjie.language.calendar import parse_period
from xianjie.language.prose import period_text
from xianjie.policy.completeness import topics_of
from xianjie.policy.model import AnyRule, LeastByReading
from xianjie.revision.diff_change import About, Change, Kind
from xianjie.revision.diff_conditions import condition_change, model_words
from xianjie.revision.diff_fields import PARTS, RULE, became, came, field_of, plain_change, went
from xianjie.revision.diff_parts import documents, gates, procedure, requirements, targets
from xianjie.revision.diff_sides import Pair, Side
from xianjie.vocabulary.terms import FORCES, QUALIFIERS

STRENGTH = ("may", "explore", "encouraged", "priority", "must_bare", "must")
"""The forces that oblige, the weakest first. A definition, a principle and a target are of another kind."""

CONDITIONS: Mapping[str, Both] = {
    "scope": Both("范围", "scope"),
    "trigger": Both("情形", "situation"),
    "beneficiary": Both("主体", "for whom"),
    "when": Both("条件", "condition"),
}

_FIRST = ("part", "force", "qualifier", "actor", "group", *CONDITIONS)
_LAST = ("topics", "notes", "anchor", "zh", "en", "rows")

Renames = Mapping[str, str]


def about_rule(pair: Pair, old: str | None, new: str | None) -> About:
    """Say which rule a change is about, by its id in each policy (None: not there)."""
    name = new or old or ""
    before = [rule for _, rule in pair.old.policy.rules() if rule.id == old]
    after = [rule for _, rule in pair.new.policy.rules() if rule.id == new]
    topics = [topic for rule in before for topic in topics_of(rule, pair.old.file)]
    topics += [topic for rule in after for topic in topics_of(rule, pair.new.file)]
    return About(
        "rules",
        name,
        Both(f"规则 {name}", f"rule {name}"),
        pair.old.clauses.get(old) if old else None,
        pair.new.clauses.get(new) if new else None,
        tuple(dict.fromkeys(topics)),
    )


def rule_changes(pair: Pair, groups: Renames) -> list[Change]:
    """List what became of every rule; `groups` maps the old ids of groups that only changed their id."""
    old = {rule.id: rule for _, rule in pair.old.policy.rules()}
    new = {rule.id: rule for _, rule in pair.new.policy.rules()}
    renamed = renames(old, new)
    out: list[Change] = []
    for rule_id, rule in old.items():
        if rule_id not in new and rule_id not in renamed:
            out.append(_whole(about_rule(pair, rule_id, None), pair.old, rule, added=False))
    back = {after: before for before, after in renamed.items()}
    for rule_id, rule in new.items():
        if rule_id in old:
            out += _between(pair, about_rule(pair, rule_id, rule_id), old[rule_id], rule, groups)
        elif rule_id in back:
            about = about_rule(pair, back[rule_id], rule_id)
            words = became(Both("编号", "id"), same(back[rule_id]), same(rule_id))
            out.append(about.change("", words, kind="renamed", weight="minor", old=back[rule_id], new=rule_id))
            out += _between(pair, about, old[back[rule_id]], rule, groups)
        else:
            out.append(_whole(about_rule(pair, None, rule_id), pair.new, rule, added=True))
    return out


def renames(old: Mapping[str, AnyRule], new: Mapping[str, AnyRule]) -> dict[str, str]:
    """Match rules that vanished with rules that appeared, where all but id and summary is equal, and only one fits."""
    gone: dict[str, list[str]] = {}
    come: dict[str, list[str]] = {}
    for found, rules, others in ((gone, old, new), (come, new, old)):
        for rule_id, rule in rules.items():
            if rule_id not in others:
                kept = rule.model_dump(mode="json", exclude={"id", "zh", "en"})
                found.setdefault(json.dumps([kept, _states(rule)], sort_keys=True), []).append(rule_id)
    return {before[0]: come[key][0] for key, before in gone.items() if len(before) == 1 and len(come.get(key, [])) == 1}


def _states(rule: AnyRule) -> list[str]:
    """List a procedure's states in their order, of which the first is the start."""
    found = getattr(rule, "procedure", None)
    return list(found.states) if found else []


def _whole(about: About, side: Side, rule: AnyRule, added: bool) -> Change:
    """Say that a rule is new, or gone."""
    part, force = of_term(PARTS, rule.part), force_words(rule)
    words = Both(f"{part.zh}规则，{force.zh}：{rule.zh}", f"{part.en} rule, {force.en}: {rule.en}")
    plain = rule.model_dump(mode="json", exclude_defaults=True)
    told = [
        Both(f"{label.zh}：{text.zh}", f"{label.en}: {text.en}")
        for name, label in CONDITIONS.items()
        if (model := getattr(rule, name, None)) not in (None, "True")
        for text in [model_words(side, model)]
    ]
    if added:
        shown = Both(f"新增{words.zh}", f"new {words.en}")
        return about.change("", shown, kind="added", new=plain, new_words=words, details=told)
    shown = Both(f"删除{words.zh}", f"dropped {words.en}")
    return about.change("", shown, kind="dropped", old=plain, old_words=words, details=told)


def force_words(rule: AnyRule) -> Both:
    """Say a rule's force with what qualifies it."""
    force = of_term(FORCES, rule.force)
    if rule.qualifier is None:
        return force
    return joined([force, of_term(QUALIFIERS, rule.qualifier)], "，", ", ")


# -- field by field ------------------------------------------------------------------------------------------------


def _between(pair: Pair, about: About, old: AnyRule, new: AnyRule, groups: Renames) -> Iterator[Change]:
    """List the changes of one rule: its place, its force, what it asks, then the rest."""
    if about.old_clause != about.new_clause:
        words = became(Both("条款", "clause"), same(about.old_clause or ""), same(about.new_clause or ""))
        yield about.change("clause", words, kind="moved", old=about.old_clause, new=about.new_clause)
    a, b = old.model_dump(mode="json"), new.model_dump(mode="json")
    names = [name for name in dict.fromkeys((*_FIRST, *b, *a)) if name not in _LAST]
    for name in (*names, *_LAST):
        if a.get(name) != b.get(name) and name != "id":
            yield from _field(pair, about, name, old, new, groups)
        elif name == "procedure":
            yield from procedure(pair, about, getattr(old, name, None), getattr(new, name, None))


def _field(pair: Pair, about: About, name: str, old: AnyRule, new: AnyRule, groups: Renames) -> Iterator[Change]:
    """Say how one field changed; whatever the field, at least one change comes of it."""
    a, b = getattr(old, name, None), getattr(new, name, None)
    x, y = (rule.model_dump(mode="json").get(name) for rule in (old, new))
    if name in CONDITIONS:
        yield condition_change(pair, about, name, CONDITIONS[name], a, b)
    elif name in _NESTED:
        yield from _NESTED[name](pair, about, a, b)
    elif name == "force":
        yield _force(about, old.force, new.force)
    elif name == "group":
        yield _group(pair, about, x, y, groups)
    elif name == "anchor":
        yield about.change(name, _ANCHOR[bool(x), bool(y)], weight="minor", old=x, new=y)
    elif name == "interval":
        yield _interval(about, x, y)
    elif name == "at_least":
        yield _least(pair, about, a, b)
    elif name == "deadline" and a and b:
        yield _deadline(about, a, b)
    else:
        yield plain_change(about, name, field_of(RULE, name), x, y)


_NESTED: Mapping[str, Callable[[Pair, About, Any, Any], Iterator[Change]]] = {
    "documents": documents,
    "gates": gates,
    "requires": requirements,
    "procedure": procedure,
    "items": targets,
}


_ANCHOR = {
    (False, True): Both("加上了原文那句的指纹", "fingerprint of its sentence added"),
    (True, False): Both("去掉了原文那句的指纹", "fingerprint of its sentence dropped"),
    (True, True): Both("原文的那句有改动（指纹不同）", "its sentence in the document is another (by its fingerprint)"),
}


def _force(about: About, old: str, new: str) -> Change:
    a, b = of_term(FORCES, old), of_term(FORCES, new)
    kind: Kind = "force"
    end = Both("，性质不同，不比强弱", "; of another kind, neither stronger nor weaker")
    if old in STRENGTH and new in STRENGTH:
        stronger = STRENGTH.index(new) > STRENGTH.index(old)
        kind, end = ("stronger", Both("，增强", "; stronger")) if stronger else ("weaker", Both("，减弱", "; weaker"))
    words = _ended(became(Both("力度", "force"), a, b), end)
    return about.change("force", words, kind=kind, old=old, new=new, old_words=a, new_words=b)


def _group(pair: Pair, about: About, old: str | None, new: str | None, groups: Renames) -> Change:
    a, b = _group_name(pair.old, old), _group_name(pair.new, new)
    base = about.change("group", became(Both("对象类别", "group"), a, b), old=old, new=new, old_words=a, new_words=b)
    if old is not None and groups.get(old) == new:
        words = _ended(base.words, Both("，随类别改编号", ", as the group's id did"))
        return replace(base, kind="rewritten", weight="minor", words=words)
    return base


def _group_name(side: Side, group: str | None) -> Both:
    found = next((item for item in side.file.groups if item.id == group), None)
    return same("") if found is None else Both(f"{found.zh}（{found.id}）", f"{found.en} ({found.id})")


def _interval(about: About, old: str | None, new: str | None) -> Change:
    a, b = (Both(period_text(period, "zh"), period_text(period, "en")) if period else NOTHING for period in (old, new))
    base = about.change("interval", NOTHING, old=old, new=new, old_words=a, new_words=b)
    if not old or not new:
        return _given(base, RULE["interval"].label)
    before, after = parse_period(old), parse_period(new)
    if before == after:
        words = Both(f"周期换了写法（{old} → {new}），长短相同", f"period written differently ({old} → {new}), as long")
        return replace(base, kind="rewritten", weight="minor", words=words)
    end = NOTHING
    if before and after and (before[0] == after[0] == 0 or before[1] == after[1] == 0):
        end = Both("，变长", "; longer") if after > before else Both("，变短", "; shorter")
    return replace(base, words=_ended(became(RULE["interval"].label, a, b), end))


def _given(base: Change, label: Both) -> Change:
    """Say that a value is given that was not, or no longer given that was."""
    if base.old is None:
        return replace(base, kind="added", words=came(label, base.new_words))
    return replace(base, kind="dropped", words=went(label, base.old_words))


def _ended(words: Both, end: Both) -> Both:
    return Both(words.zh + end.zh, words.en + end.en)


def _least(pair: Pair, about: About, old: Any, new: Any) -> Change:
    a, b = _times(pair.old, old), _times(pair.new, new)
    plain = [model.model_dump(mode="json") if isinstance(model, LeastByReading) else model for model in (old, new)]
    base = about.change("at_least", NOTHING, old=plain[0], new=plain[1], old_words=a, new_words=b)
    label = RULE["at_least"].label
    if old is None or new is None:
        return _given(base, label)
    end = NOTHING
    if isinstance(old, int) and isinstance(new, int):
        end = Both("，增加", "; more") if new > old else Both("，减少", "; fewer")
    return replace(base, words=_ended(became(label, a, b), end))


def _times(side: Side, least: int | LeastByReading | None) -> Both:
    if least is None:
        return same("")
    if isinstance(least, int):
        return Both(f"不少于 {least} 次", f"at least {least}")
    options = {option.id: option for option in side.file.readings[least.by].options}
    return sentences(
        Both(f"“{options[name].zh}”：不少于 {number} 次", f"“{options[name].en}”: at least {number}")
        for name, number in least.readings.items()
    )


def _deadline(about: About, old: dt.date, new: dt.date) -> Change:
    a, b = same(str(old)), same(str(new))
    end = Both("，推迟", "; later") if new > old else Both("，提前", "; earlier")
    words = _ended(became(RULE["deadline"].label, a, b), end)
    return about.change("deadline", words, old=str(old), new=str(new), old_words=a, new_words=b)


# -- changed through something else --------------------------------------------------------------------------------


def through_changes(pair: Pair, changes: list[Change], names: Mapping[str, Both], renamed: Renames) -> list[Change]:
    """List the rules whose meaning rests on something that changed; `names` gives the paths that did, with names."""
    own = {change.item for change in changes if change.section == "rules" and change.weight == "major"}
    out = []
    for rule_id, used in pair.new.uses.items():
        before = renamed.get(rule_id, rule_id)
        if before not in pair.old.uses:
            continue
        causes = sorted((used & pair.old.uses[before]) & names.keys(), key=list(names).index)
        if not causes:
            continue
        about = about_rule(pair, before, rule_id)
        listed_names = listed(names[path] for path in causes)
        words = (
            Both(f"另因 {listed_names.zh} 改变而改变", f"changed as well through {listed_names.en}")
            if rule_id in own
            else Both(
                f"自身文字未变，因 {listed_names.zh} 改变而含义改变",
                f"its own text is the same; its meaning changed through {listed_names.en}",
            )
        )
        out.append(about.change("through", words, kind="through", causes=causes))
    return out
