"""Say what changed in a policy's head, its numbers and its named conditions, and which rules rest on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from xianjie.compare.bilingual import Both, listed, of_term, same, sentences
from xianjie.policy.model import ParameterModel
from xianjie.revision.diff_change import About, Change
from xianjie.revision.diff_conditions import condition_change
from xianjie.revision.diff_fields import (
    DOCUMENT,
    HEADER,
    PARAMETER,
    UNITS,
    amount_words,
    field_of,
    plain_change,
)
from xianjie.revision.diff_parts import number_change
from xianjie.revision.diff_sides import Pair, Side

_ELSEWHERE = frozenset(
    {"document", "parameters", "ambiguities", "readings", "definitions", "groups", "clauses", "silent"}
)


def header_changes(pair: Pair) -> Iterator[Change]:
    """Say what the two files say of themselves and of their documents."""
    about = About("header", "", Both("文件头", "head"))
    a, b = (
        file.model_dump(mode="json", by_alias=True, exclude=set(_ELSEWHERE)) for file in (pair.old.file, pair.new.file)
    )
    for name in dict.fromkeys((*b, *a)):
        if a.get(name) != b.get(name):
            yield plain_change(about, name, field_of(HEADER, name), a.get(name), b.get(name))
    a, b = (file.document.model_dump(mode="json") for file in (pair.old.file, pair.new.file))
    for name in dict.fromkeys((*b, *a)):
        if a.get(name) != b.get(name):
            yield plain_change(about, name, field_of(DOCUMENT, name), a.get(name), b.get(name))


def users_words(pair: Pair, path: str) -> list[Both]:
    """Name the rules whose meaning rests on something, in either policy, in one sentence; none where there are none."""
    named = [_user(side, rule, path) for side in (pair.new, pair.old) for rule in side.uses if path in side.uses[rule]]
    whole = listed(named)
    return [Both(f"用到它的规则：{whole.zh}", f"used by: {whole.en}")] if whole else []


def _user(side: Side, rule: str, path: str) -> Both:
    clause = side.clauses[rule]
    if path in side.direct[rule]:
        return Both(f"{rule}（{clause}）", f"{rule} ({clause})")
    through = [
        used.partition("/")[2]
        for used in sorted(side.direct[rule])
        if used.startswith("definitions/") and path in side.names[used.partition("/")[2]]
    ]
    names = listed(same(name) for name in through)
    return Both(f"{rule}（{clause}，经由 {names.zh}）", f"{rule} ({clause}, through {names.en})")


def about_name(pair: Pair, section: Any, name: str, subject: Both) -> About:
    """Say what a change is about, with the topics of the rules that rest on it."""
    path = f"{section}/{name}"
    topics = [*pair.old.topics(pair.old.users(path)), *pair.new.topics(pair.new.users(path))]
    return About(section, name, subject, topics=tuple(dict.fromkeys(topics)))


# -- parameters ----------------------------------------------------------------------------------------------------


def parameter_changes(pair: Pair) -> Iterator[Change]:
    """Say which numbers came, went, or have another value from some day on."""
    old, new = pair.old.file.parameters, pair.new.file.parameters
    for name in dict.fromkeys((*old, *new)):
        a, b = old.get(name), new.get(name)
        model = b or a
        if (a == b and plain_of(a) == plain_of(b)) or model is None:
            continue
        about = about_name(
            pair, "parameters", name, Both(f"数值 {name}（{model.zh}）", f"parameter {name} ({model.en})")
        )
        details = users_words(pair, f"parameters/{name}")
        if a is None and b is not None:
            words = values_words(b)
            said = Both(f"新增：{words.zh}", f"added: {words.en}")
            yield about.change("", said, kind="added", new=plain_of(b), new_words=words, details=details)
        elif b is None and a is not None:
            words = values_words(a)
            said = Both(f"删除（原为：{words.zh}）", f"dropped (was: {words.en})")
            yield about.change("", said, kind="dropped", old=plain_of(a), old_words=words, details=details)
        elif a is not None and b is not None:
            yield from _parameter(about, a, b, details)


def _parameter(about: About, old: ParameterModel, new: ParameterModel, details: list[Both]) -> Iterator[Change]:
    a, b = plain_of(old), plain_of(new)
    for name in dict.fromkeys((*b, *a)):
        if name != "values" and a.get(name) != b.get(name):
            yield plain_change(about, name, field_of(PARAMETER, name), a.get(name), b.get(name))
    before = {str(entry.since or ""): entry.value for entry in old.values}
    after = {str(entry.since or ""): entry.value for entry in new.values}
    for since in sorted({*before, *after}):
        x, y = before.get(since), after.get(since)
        path = f"values/{since or 'first'}"
        start = Both(f"自 {since} 起的值", f"value from {since}") if since else Both("首个值", "first value")
        if x is None or y is None:
            shown = (
                Both("", "") if x is None and y is None else _amount(old if y is None else new, x if y is None else y)
            )
            words = (
                Both(f"新增{start.zh}：{shown.zh}", f"{start.en} added: {shown.en}")
                if x is None
                else Both(f"去掉{start.zh}（原为 {shown.zh}）", f"{start.en} dropped (was {shown.en})")
            )
            yield about.change(
                path,
                words,
                kind="added" if x is None else "dropped",
                old=None if x is None else str(x),
                new=None if y is None else str(y),
                old_words=shown if y is None else Both("", ""),
                new_words=shown if x is None else Both("", ""),
                details=details,
            )
        elif str(x) != str(y):
            yield replace(number_change(about, path, start, x, y, unit_words(new)), details=tuple(details))


def values_words(model: ParameterModel) -> Both:
    """Say a parameter's values, each with the day it starts from."""
    return sentences(
        Both(f"自 {entry.since} 起 {amount.zh}", f"{amount.en} from {entry.since}") if entry.since else amount
        for entry in model.values
        for amount in [_amount(model, entry.value)]
    )


def _amount(model: ParameterModel, value: Any) -> Both:
    return amount_words(value, unit_words(model))


def unit_words(model: ParameterModel) -> Both:
    """Name the unit of a parameter; empty where it has none."""
    if model.type == "money":
        return Both("元", "yuan")
    return of_term(UNITS, model.unit) if model.unit else Both("", "")


def plain_of(model: BaseModel | None) -> Any:
    """Give a part of a policy file as plain values; None where it is not there."""
    return None if model is None else model.model_dump(mode="json")


# -- definitions ----------------------------------------------------------------------------------------


def definition_changes(pair: Pair) -> Iterator[Change]:
    """Say which named conditions came, went, or ask something else, and which rules rest on them."""
    old, new = pair.old.file.definitions, pair.new.file.definitions
    label = Both("定义", "definition")
    for name in dict.fromkeys((*old, *new)):
        a, b = old.get(name), new.get(name)
        if a == b:
            continue
        about = about_name(pair, "definitions", name, Both(f"定义 {name}", f"definition {name}"))
        details = users_words(pair, f"definitions/{name}")
        if a is None or b is None:
            whole = condition_change(pair, about, "", label, a, b)
            x, y = whole.old_words, whole.new_words
            said = (
                Both(f"新增：{y.zh}", f"added: {y.en}")
                if a is None
                else Both(f"删除（原为：{x.zh}）", f"dropped (was: {x.en})")
            )
            yield replace(whole, words=said, details=tuple(details))
            continue
        whole = condition_change(pair, about, "when", Both("条件", "condition"), a, b)
        yield replace(whole, details=(*whole.details, *details))
