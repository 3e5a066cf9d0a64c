"""The cells of ledgers, counted duties and targets: how often, at which levels, by whom, and what goes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from xianjie.compare.bilingual import NOTHING, Both, listed, one_line, same, sentences
from xianjie.compare.measure import Asked, Atom, Timing
from xianjie.compare.value import Piece, Value, forms, gathered, in_own_words
from xianjie.compare.wording import Voice
from xianjie.policy.model import AnyRule, CountRule, LeastByReading, LedgerRule, TargetItem, TargetRule

REQUIRES: Mapping[str, Both] = MappingProxyType(
    {
        "hand_over": Both("提供给乡镇(街道)", "hand it to the townships"),
        "window": Both("提供给服务窗口", "give it to the service window"),
        "push": Both("推送同级民政部门", "push it to civil affairs of the level"),
        "platform": Both("录入平台", "enter it on the platform"),
        "filing": Both("备案", "file it"),
    }
)
"""What a full update of a ledger takes beside the update."""

TOPIC_REQUIRES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"hand_over": ("hand_over", "window", "push"), "filing_platform": ("platform", "filing")}
)

_NO_INTERVAL = Both("建立，未写更新周期", "set up, no interval given")


def ledger(rules: Sequence[AnyRule], voice: Voice, with_requires: bool = True) -> Value:
    """Say of each rule its levels, its interval, and what goes with an update."""
    return gathered([_ledger(rule, voice, with_requires) for rule in rules])


def _ledger(rule: AnyRule, voice: Voice, with_requires: bool) -> Piece:
    if not isinstance(rule, LedgerRule):
        return in_own_words(rule)
    timing = Timing(period=rule.interval, cadence=rule.cadence)
    said = timing.text()
    text = Both(f"{said.zh}更新", f"updated {said.en}") if rule.interval else said if rule.cadence else _NO_INTERVAL
    members: frozenset[Atom] = frozenset()
    if with_requires and rule.requires:
        asked = [REQUIRES[name] for name in REQUIRES if name in rule.requires]
        text = Both(f"{text.zh}，并{listed(asked).zh}", f"{text.en}; also {listed(asked).en}")
        members = frozenset(_required(name) for name in rule.requires)
    levels = _levels(rule.levels, "ledger.level", voice)
    trigger = voice.found(rule).main.get("trigger")
    details: tuple[Both, ...] = ()
    if trigger is not None:
        words = voice.words(trigger, whole=True)
        details = (Both(f"起因：{words.zh}", f"when it arises: {words.en}"),)
    axes = voice.found(rule).axes
    asked_for = forms(rule, voice, "trigger", *(["requires."] if with_requires else []))
    return Piece(
        rule, _at(levels, text), timing, members, frozenset(), asked_for, frozenset(levels), axes, False, details
    )


def _required(name: str) -> Atom:
    return Atom(name, REQUIRES[name])


def _levels(levels: Sequence[str] | None, fact: str, voice: Voice) -> list[Atom]:
    table = voice.policy.vocabulary[fact].words
    return [Atom(level, Both(*table[level])) for level in levels or ()]


def _at(levels: Sequence[Atom], text: Both) -> Both:
    if not levels:
        return text
    names = listed([level.text for level in levels])
    return Both(f"{names.zh}：{text.zh}", f"{names.en}: {text.en}")


def requirement(topic: str, rules: Sequence[AnyRule]) -> Value:
    """Say to whom a ledger is handed over, or where it is entered or filed."""
    pieces = []
    for rule in rules:
        asked = [name for name in TOPIC_REQUIRES[topic] if isinstance(rule, LedgerRule) and name in rule.requires]
        if asked:
            text = listed([REQUIRES[name] for name in asked])
            pieces.append(Piece(rule, text, members=frozenset(_required(name) for name in asked)))
        else:
            pieces.append(in_own_words(rule))
    return gathered(pieces)


def keeper(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Name who keeps which ledgers, one keeper after the other."""
    table = voice.policy.vocabulary["ledger.kind"].words
    first: dict[tuple[str, str], AnyRule] = {}
    kept: dict[tuple[str, str], list[Both]] = {}
    pieces = [in_own_words(rule) for rule in rules if not (isinstance(rule, LedgerRule) and rule.actor)]
    for rule in rules:
        if isinstance(rule, LedgerRule) and rule.actor:
            key = one_line(rule.actor), rule.force
            first.setdefault(key, rule)
            kept.setdefault(key, []).extend(Both(*table[kind]) for kind in rule.ledgers)
    for (actor, force), ledgers in kept.items():
        names = listed(ledgers)
        text = Both(f"{names.zh}：{actor}", f"{names.en}: {actor}")
        pieces.append(Piece(first[actor, force], text, members=frozenset([Atom(actor, same(f"“{actor}”"))])))
    return gathered(pieces)


def counted(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Say how many times a year, or by which day, something is done."""
    return gathered([_counted(rule, voice) for rule in rules])


def _counted(rule: AnyRule, voice: Voice) -> Piece:
    if not isinstance(rule, CountRule):
        return in_own_words(rule)
    least, otherwise = _least(rule, voice)
    timing = Timing(
        least=least,
        otherwise=otherwise,
        deadline=rule.deadline,
        cadence=rule.cadence,
        first_year=rule.first_year,
        last_year=rule.last_year,
        assumed=rule.comparator == "assumed" and least is not None,
    )
    levels = _levels(rule.levels, "duty.level", voice)
    return Piece(rule, _at(levels, timing.text()), timing, levels=frozenset(levels), axes=voice.found(rule).axes)


def _least(rule: CountRule, voice: Voice) -> tuple[int | None, tuple[int, ...]]:
    """Give the least number of the recommended reading, and those of the others."""
    model = rule.at_least
    if not isinstance(model, LeastByReading):
        return model, ()
    options = voice.policy.file.readings[model.by].options
    main = next(model.readings[option.id] for option in options if option.recommended)
    return main, tuple(sorted({number for number in model.readings.values() if number != main}))


def targets(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Count the targets and name their years."""
    value = gathered([_targets(rule, voice) for rule in rules])
    items = frozenset(_item(item, rule) for rule in rules if isinstance(rule, TargetRule) for item in rule.items)
    return replace(value, measure=replace(value.measure, asks=items)) if items else value


def _item(item: TargetItem, rule: TargetRule) -> Asked:
    name = Both(one_line(item.zh), one_line(item.en))
    written = {f"{year}: {value.normalize():f}" for year, value in item.values.items()}
    signs = {f"unit: {item.unit}", f"printed: {item.printed}", f"cumulative: {item.cumulative}"}
    return Asked(name.zh, name, rule.force, rule.qualifier, frozenset(), frozenset(written | signs))


def _targets(rule: AnyRule, voice: Voice) -> Piece:
    if not isinstance(rule, TargetRule):
        return in_own_words(rule)
    years = sorted({year for item in rule.items for year in item.values})
    span = f"{years[0]}" if len(years) == 1 else f"{years[0]}–{years[-1]}"
    number = len(rule.items)
    text = Both(f"{number} 项，{span.replace('–', '—')} 年", f"{number} {'items' if number > 1 else 'item'}, {span}")
    categories = Counter(item.category for item in rule.items if item.category)
    parts = [Both(f"{name} {count} 项", f"{name}: {count}") for name, count in categories.items()]
    printed = [str(item.item) for item in rule.items if item.printed]
    signs = (
        Both(f"印有“≥”的：第 {'、'.join(printed)} 项", f"printed with ≥: {', '.join(printed)}") if printed else NOTHING
    )
    details = tuple(detail for detail in (sentences(map(_clean, parts)), signs) if detail)
    members = frozenset(Atom(one_line(item.zh), Both(one_line(item.zh), one_line(item.en))) for item in rule.items)
    return Piece(rule, text, members=members, axes=voice.found(rule).axes, details=details)


def _clean(text: Both) -> Both:
    return Both(one_line(text.zh), one_line(text.en))
