"""The cells of who is covered: groups, income test, look-back windows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from xianjie.compare.bilingual import NOTHING, Both, fitted, listed, of_term, one_line
from xianjie.compare.conditions import atoms_in, figure
from xianjie.compare.measure import Asked, Atom, Measure, Window
from xianjie.compare.value import EN, ZH, Piece, Value, asked, by_reading, forms, gathered, in_own_words
from xianjie.compare.wording import Voice, window_text
from xianjie.language import nodes
from xianjie.language.prose import number_text
from xianjie.policy.model import AnyRule, GroupModel, GroupRule
from xianjie.vocabulary.terms import FORCES

_UNITS: Mapping[str, Both] = MappingProxyType(
    {
        "years": Both(" 年", " years"),
        "months": Both(" 个月", " months"),
        "days": Both(" 天", " days"),
        "persons": Both(" 人", " persons"),
    }
)
_TAIL_ZH = re.compile(r"(.+)（([^（）]+)）")


def groups(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Name the groups, a proviso that several share said once; a rule of another kind speaks in its own words."""
    known = {group.id: group for group in voice.policy.file.groups}
    members = [rule for rule in rules if isinstance(rule, GroupRule)]
    others = [in_own_words(rule) for rule in rules if not isinstance(rule, GroupRule)]
    if not members:
        return gathered(others)
    named = [known[name] for name in dict.fromkeys(rule.group for rule in members)]
    counted = Both(f"等 {len(named)} 类", f" and others, {len(named)} groups")
    text = fitted(_factored(named), Both("；", "; "), counted, ZH, EN)
    measure = Measure(
        forces=tuple(dict.fromkeys(rule.force for rule in members)),
        members=frozenset(Atom(group.id, _name(group)) for group in named),
        conditions=_usual(members, voice),
        asks=frozenset(_membership(rule, known[rule.group], voice) for rule in members),
        written=frozenset(piece.text.zh for piece in others),
    )
    details = [detail for rule in members for detail in _told(rule, known[rule.group], voice)]
    if others:
        parts = [text, *(piece.text for piece in others)]
        text = fitted(parts, Both("；", "; "), Both("；等 {} 条", "; {} rules in all"), ZH, EN)
    axes = {rule.id: voice.found(rule).axes for rule in members}
    return Value(text, measure, tuple(dict.fromkeys(details)), axes)


def _name(group: GroupModel) -> Both:
    return Both(one_line(group.zh), one_line(group.en))


def _factored(named: Sequence[GroupModel]) -> list[Both]:
    """Join neighbouring groups whose Chinese names end in the same bracket, and say the bracket once."""
    out: list[tuple[str, list[Both]]] = []
    for group in named:
        found = _TAIL_ZH.fullmatch(one_line(group.zh))
        tail = found[2] if found else ""
        name = Both(found[1] if found else one_line(group.zh), one_line(group.en))
        if out and out[-1][0] == tail:
            out[-1][1].append(name)
        else:
            out.append((tail, [name]))
    texts = []
    for tail, names in out:
        text = listed(_without_common_end(names))
        if tail:
            text = replace(text, zh=f"{text.zh}（{'均须' if len(names) > 1 else ''}{tail}）")
        texts.append(text)
    return texts


def _without_common_end(names: Sequence[Both]) -> list[Both]:
    """Say the words with which all the English names end only after the last."""
    split = [name.en.split(" ") for name in names]
    shared = 0
    while len(names) > 2 and all(len(words) > shared + 1 for words in split):
        if len({words[-1 - shared] for words in split}) > 1:
            break
        shared += 1
    if shared < 3:
        return list(names)
    cut = [Both(name.zh, " ".join(words[:-shared])) for name, words in zip(names, split, strict=True)]
    tail = " ".join(split[-1][-shared:])
    return [*cut[:-1], Both(cut[-1].zh, f"{cut[-1].en} (all {tail})")]


def _usual(rules: Sequence[GroupRule], voice: Voice) -> frozenset[Atom]:
    """Give what more than half of the rules ask in every case, where there are several."""
    parts = [asked([voice.found(rule).main["when"]], voice) for rule in rules]
    counts = Counter(atom for atoms in parts for atom in atoms)
    return frozenset(atom for atom, number in counts.items() if number * 2 > len(rules))


def _membership(rule: GroupRule, group: GroupModel, voice: Voice) -> Asked:
    conditions = asked([voice.found(rule).main["when"]], voice)
    return Asked(group.id, _name(group), rule.force, rule.qualifier, conditions, forms(rule, voice, "when"))


def _told(rule: GroupRule, group: GroupModel, voice: Voice) -> list[Both]:
    name, readings = _name(group), by_reading(rule, "when", voice)
    words = voice.words(voice.found(rule).main["when"], whole=True)
    force = of_term(FORCES, rule.force)
    if readings:
        return [Both(f"{name.zh}：{one.zh}", f"{name.en}: {one.en}") for one in readings]
    stated = rule.force not in ("definition", "priority")
    zh, en = (f"（{force.zh}）", f" ({force.en})") if stated else ("", "")
    return [Both(f"{name.zh}{zh}：{words.zh}", f"{name.en}{en}: {words.en}")]


def condition(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Say the condition of the rules that answer, as for the income test."""
    return gathered([_condition(rule, voice) for rule in rules])


def _condition(rule: AnyRule, voice: Voice) -> Piece:
    node = voice.found(rule).main.get("when")
    if node is None or not isinstance(rule, GroupRule):
        return in_own_words(rule)
    details = (*by_reading(rule, "when", voice), *_numbers(rule, voice))
    return Piece(
        rule,
        voice.words(node),
        conditions=asked([node], voice),
        forms=forms(rule, voice, "when"),
        axes=voice.found(rule).axes,
        details=details,
    )


def _numbers(rule: AnyRule, voice: Voice) -> tuple[Both, ...]:
    """Name the parameters that take part in the rule under any of its readings, with their values."""
    parameters = voice.policy.file.parameters
    used = {name for slots in voice.found(rule).slots for node in slots.values() for name in nodes.parameters_of(node)}
    out = []
    for name in (name for name in parameters if name in used):
        model = parameters[name]
        number = nodes.Parameter(name, model.type == "money")
        value = voice.both(lambda speaker, number=number: str(speaker.quantity(number)[0]))  # type: ignore[misc]
        unit = _UNITS.get(model.unit or "", NOTHING)
        out.append(Both(one_line(f"{model.zh}：{value.zh}{unit.zh}"), one_line(f"{model.en}: {value.en}{unit.en}")))
    return tuple(out)


def look_back(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """List the look-back windows in the conditions of the rules that answer."""
    found = {rule.id: _windows(rule, voice) for rule in rules}
    pieces = [
        Piece(
            rule,
            listed([one.text for one in found[rule.id]]),
            forms=forms(rule, voice, "when"),
            axes=voice.found(rule).axes,
        )
        for rule in rules
        if found[rule.id]
    ]
    pieces += [in_own_words(rule) for rule in rules if not found[rule.id]]
    value = gathered(pieces)
    readings = [detail for rule in rules for detail in by_reading(rule, "when", voice)]
    measure = replace(value.measure, windows=frozenset(one for windows in found.values() for one in windows))
    return Value(value.text, measure, tuple(dict.fromkeys((*value.details, *readings))), value.axes)


def _windows(rule: AnyRule, voice: Voice) -> list[Window]:
    node = voice.found(rule).main.get("when")
    out = []
    for atom in atoms_in(node) if node is not None else ():
        if isinstance(atom, nodes.Within):
            term, amount = voice.term(atom.fact.name), figure(atom.amount, voice.parameters).value
            text = window_text(term, number_text(amount), atom.unit, atom.last_day_inside)
            out.append(Window(atom.fact.name, int(amount), atom.unit, atom.last_day_inside, term, text))
    return out
