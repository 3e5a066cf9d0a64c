"""Say what changed in a policy's open questions, the ways to read it, and its classes of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xianjie.compare.bilingual import Both, listed, of_term, same
from xianjie.policy.model import GroupModel, ReadingSet
from xianjie.revision.diff_change import About, Change
from xianjie.revision.diff_fields import (
    AMBIGUITY,
    GROUP,
    OPTION,
    READING_SET,
    Field,
    became,
    field_of,
    matched,
    order_words,
    plain_change,
)
from xianjie.revision.diff_head import about_name, plain_of, users_words
from xianjie.revision.diff_sides import Pair


def ambiguity_changes(pair: Pair) -> Iterator[Change]:
    """Say which open questions came, went (settled, or no longer there), or are treated otherwise."""
    found = matched(pair.old.file.ambiguities, pair.new.file.ambiguities, lambda item: item.id)
    for name, item in found.dropped:
        about, words = _doubt(pair, name), Both(item.zh, item.en)
        said = Both(f"不再列为疑点：{item.zh}", f"no longer an open question: {item.en}")
        yield about.change("", said, kind="dropped", old=plain_of(item), old_words=words)
    for name, item in found.added:
        about, words = _doubt(pair, name), Both(item.zh, item.en)
        said = Both(f"新列的疑点：{item.zh}", f"a new open question: {item.en}")
        yield about.change("", said, kind="added", new=plain_of(item), new_words=words)
    for name, before, after in found.both:
        yield from _fields(_doubt(pair, name), AMBIGUITY, plain_of(before), plain_of(after))
    if found.order:
        about = About("ambiguities", "", Both("疑点", "ambiguities"))
        yield about.change("order", order_words(Both("疑点", "ambiguities"), found.order), kind="moved", weight="minor")


def _doubt(pair: Pair, name: str) -> About:
    topics = [
        topic
        for side in pair
        for topic in side.topics(
            frozenset(rule.id for _, rule in side.policy.rules() if name in rule.notes)
            | frozenset(
                user
                for axis, model in side.file.readings.items()
                if model.ambiguity == name
                for user in side.users(f"readings/{axis}")
            )
        )
    ]
    return About("ambiguities", name, Both(f"疑点 {name}", f"ambiguity {name}"), topics=tuple(dict.fromkeys(topics)))


def _fields(about: About, table: Mapping[str, Field], old: Any, new: Any, prefix: str = "") -> Iterator[Change]:
    for name in dict.fromkeys((*new, *old)):
        if old.get(name) != new.get(name):
            yield plain_change(about, f"{prefix}{name}", field_of(table, name), old.get(name), new.get(name))


def reading_changes(pair: Pair) -> Iterator[Change]:
    """Say which sets of readings came or went, and how those that stayed differ."""
    old, new = pair.old.file.readings, pair.new.file.readings
    for name in dict.fromkeys((*old, *new)):
        a, b = old.get(name), new.get(name)
        if plain_of(a) == plain_of(b):
            continue
        about = about_name(pair, "readings", name, Both(f"读法组 {name}", f"readings {name}"))
        details = users_words(pair, f"readings/{name}")
        if a is None and b is not None:
            words = _options(b)
            said = Both(f"新增读法：{words.zh}", f"readings added: {words.en}")
            yield about.change("", said, kind="added", new=plain_of(b), new_words=words, details=details)
        elif b is None and a is not None:
            words = _options(a)
            said = Both(f"不再分读法（原有：{words.zh}）", f"no longer read in several ways (were: {words.en})")
            yield about.change("", said, kind="dropped", old=plain_of(a), old_words=words, details=details)
        elif a is not None and b is not None:
            yield from _reading_set(about, a, b, details)


def _options(model: ReadingSet) -> Both:
    return listed(Both(option.zh, option.en) for option in model.options)


def _reading_set(about: About, old: ReadingSet, new: ReadingSet, details: list[Both]) -> Iterator[Change]:
    a, b = (model.model_dump(mode="json", exclude={"options"}) for model in (old, new))
    yield from _fields(about, READING_SET, a, b)
    first, then = (next(option for option in model.options if option.recommended) for model in (old, new))
    if first.id != then.id:
        x, y = Both(first.zh, first.en), Both(then.zh, then.en)
        words = became(Both("推荐的读法", "the recommended reading"), x, y)
        yield about.change("recommended", words, old=first.id, new=then.id, old_words=x, new_words=y, details=details)
    found = matched(old.options, new.options, lambda option: option.id)
    for name, option in found.dropped:
        words = Both(option.zh, option.en)
        said = Both(f"去掉读法“{option.zh}”", f"reading “{option.en}” dropped")
        yield about.change(
            f"options/{name}", said, kind="dropped", old=plain_of(option), old_words=words, details=details
        )
    for name, option in found.added:
        words = Both(option.zh, option.en)
        said = Both(f"增加读法“{option.zh}”", f"reading “{option.en}” added")
        yield about.change(
            f"options/{name}", said, kind="added", new=plain_of(option), new_words=words, details=details
        )
    for name, before, after in found.both:
        plain = [option.model_dump(mode="json", exclude={"recommended"}) for option in (before, after)]
        yield from _fields(about, OPTION, plain[0], plain[1], f"options/{name}/")
    if found.order:
        yield about.change("options", order_words(Both("读法", "readings"), found.order), kind="moved", weight="minor")


# -- groups ----------------------------------------------------------------------------------------------------------


def group_renames(pair: Pair) -> dict[str, str]:
    """Match groups that vanished with groups that appeared, where all but the id is equal, and only one fits."""
    old, new = ({group.id: group for group in side.file.groups} for side in pair)
    gone = [group for group in old.values() if group.id not in new]
    come = [group for group in new.values() if group.id not in old]

    def alike(group: GroupModel, others: list[GroupModel]) -> list[str]:
        kept = group.model_dump(exclude={"id"})
        return [other.id for other in others if other.model_dump(exclude={"id"}) == kept]

    return {
        group.id: found[0]
        for group in gone
        for found in [alike(group, come)]
        if len(found) == 1 and len(alike(group, gone)) == 1
    }


def group_changes(pair: Pair, renamed: Mapping[str, str]) -> Iterator[Change]:
    """Say which classes of people came, went, changed their id, their name, or what they give."""
    found = matched(pair.old.file.groups, pair.new.file.groups, lambda group: renamed.get(group.id, group.id))
    for name, group in found.dropped:
        about, words = _class(pair, name, group), Both(group.zh, group.en)
        said = Both(f"删除“{group.zh}”（{_given(group).zh}）", f"“{group.en}” dropped ({_given(group).en})")
        yield about.change("", said, kind="dropped", old=plain_of(group), old_words=words)
    for name, group in found.added:
        about, words = _class(pair, name, group), Both(group.zh, group.en)
        said = Both(f"新增“{group.zh}”（{_given(group).zh}）", f"“{group.en}” added ({_given(group).en})")
        yield about.change("", said, kind="added", new=plain_of(group), new_words=words)
    for name, before, after in found.both:
        about = _class(pair, name, after)
        if before.id != after.id:
            words = became(Both("编号", "id"), same(before.id), same(after.id))
            yield about.change("", words, kind="renamed", old=before.id, new=after.id)
        a, b = (group.model_dump(mode="json", exclude={"id"}) for group in (before, after))
        yield from _fields(about, GROUP, a, b)
    if found.order:
        about = About("groups", "", Both("对象类别", "groups"))
        yield about.change("order", order_words(Both("对象类别", "groups"), found.order), kind="moved")


def _class(pair: Pair, name: str, group: GroupModel) -> About:
    return about_name(pair, "groups", name, Both(f"对象类别 {name}（{group.zh}）", f"group {name} ({group.en})"))


def _given(group: GroupModel) -> Both:
    terms = GROUP["gives"].terms
    assert terms is not None
    return of_term(terms, group.gives)
