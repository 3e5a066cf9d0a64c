"""Say how the parts of a rule changed that have parts of their own: gates, papers, steps, requirements, targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xianjie.compare.bilingual import Both, listed, of_term, same
from xianjie.language.prose import number_text
from xianjie.policy.model import Documents, Gate, Procedure, TargetItem, TransitionModel
from xianjie.revision.diff_change import About, Change, Weight
from xianjie.revision.diff_conditions import condition_change, model_words
from xianjie.revision.diff_fields import (
    DOCUMENTS_FIELDS,
    REQUIREMENTS,
    STEP,
    TARGET,
    Field,
    amount_words,
    became,
    field_of,
    matched,
    order_words,
    plain_change,
)
from xianjie.revision.diff_sides import Pair, Side
from xianjie.vocabulary.terms import EVENTS, STEPS


def documents(_: Pair, about: About, old: Documents | None, new: Documents | None) -> Iterator[Change]:
    """Say how the papers of a referral changed."""
    papers, needed = DOCUMENTS_FIELDS["any_of"], DOCUMENTS_FIELDS["required"]
    a, b = ({} if model is None else model.model_dump(mode="json") for model in (old, new))
    for path, field in (("any_of", papers), ("required", needed)):
        if a.get(path) != b.get(path):
            yield plain_change(about, f"documents/{path}", field, a.get(path), b.get(path))


def gates(pair: Pair, about: About, old: list[Gate] | None, new: list[Gate] | None) -> Iterator[Change]:
    """Say which steps a referral now takes, or no longer, and which ask something else."""
    found = matched(old or (), new or (), lambda gate: gate.step)
    for name, gate in found.dropped:
        words = model_words(pair.old, gate.when)
        step = of_term(STEPS, gate.step)
        yield about.change(
            f"gates/{name}",
            Both(f"去掉必经步骤“{step.zh}”（{words.zh}）", f"step “{step.en}” dropped ({words.en})"),
            kind="dropped",
            old=gate.when,
            old_words=words,
            written=True,
        )
    for name, gate in found.added:
        words = model_words(pair.new, gate.when)
        step = of_term(STEPS, gate.step)
        yield about.change(
            f"gates/{name}",
            Both(f"增加必经步骤“{step.zh}”（{words.zh}）", f"step “{step.en}” added ({words.en})"),
            kind="added",
            new=gate.when,
            new_words=words,
            written=True,
        )
    for name, before, after in found.both:
        if before != after:
            step = of_term(STEPS, after.step)
            label = Both(f"必经步骤“{step.zh}”的条件", f"condition of the step “{step.en}”")
            yield condition_change(pair, about, f"gates/{name}", label, before.when, after.when)
    if found.order:
        yield about.change("gates", order_words(Both("必经步骤", "steps"), found.order), kind="moved")


def requirements(
    pair: Pair, about: About, old: Mapping[str, str] | None, new: Mapping[str, str] | None
) -> Iterator[Change]:
    """Say what else a full update of a ledger takes now, or no longer."""
    a, b = old or {}, new or {}
    for name in dict.fromkeys((*a, *b)):
        if a.get(name) != b.get(name):
            term = of_term(REQUIREMENTS, name)
            label = Both(f"配套要求“{term.zh}”", f"requirement “{term.en}”")
            yield condition_change(pair, about, f"requires/{name}", label, a.get(name), b.get(name))


# -- procedures ----------------------------------------------------------------------------------------------------


def procedure(pair: Pair, about: About, old: Procedure | None, new: Procedure | None) -> Iterator[Change]:
    """Say how the states and steps of a referral changed, its start included."""
    if old is None or new is None:
        if new is not None:
            words = _states(new)
            yield about.change(
                "procedure",
                Both(f"写明程序：{words.zh}", f"procedure now set out: {words.en}"),
                kind="added",
                new=new.model_dump(mode="json"),
                new_words=words,
            )
        elif old is not None:
            words = _states(old)
            yield about.change(
                "procedure",
                Both(f"不再写明程序（原为：{words.zh}）", f"procedure no longer set out (was: {words.en})"),
                kind="dropped",
                old=old.model_dump(mode="json"),
                old_words=words,
            )
        return
    start, begin = next(iter(old.states)), next(iter(new.states))
    if start != begin:
        a, b = _state(old, start), _state(new, begin)
        words = became(Both("程序的起点", "start of the procedure"), a, b)
        yield about.change("procedure/start", words, old=start, new=begin, old_words=a, new_words=b)
    for name in dict.fromkeys((*old.states, *new.states)):
        before, after = old.states.get(name), new.states.get(name)
        if before != after:
            weight: Weight = "minor" if before and after else "major"
            label = Field(f"程序的状态“{name}”", f"state “{name}” of the procedure", weight)
            yield plain_change(about, f"procedure/states/{name}", label, before, after)
    found = matched(old.steps, new.steps, lambda step: f"{step.on}@{'+'.join(step.leaves)}")
    for name, step in found.dropped:
        words = _step(old, step, pair.old)
        yield about.change(
            f"procedure/steps/{name}",
            Both(f"程序去掉步骤：{words.zh}", f"step of the procedure dropped: {words.en}"),
            kind="dropped",
            old=step.model_dump(mode="json"),
            old_words=words,
        )
    for name, step in found.added:
        words = _step(new, step, pair.new)
        yield about.change(
            f"procedure/steps/{name}",
            Both(f"程序增加步骤：{words.zh}", f"step of the procedure added: {words.en}"),
            kind="added",
            new=step.model_dump(mode="json"),
            new_words=words,
        )
    for name, one, other in found.both:
        yield from _step_changes(pair, about, name, one, other)
        if one.to != other.to:
            event = of_term(EVENTS, other.on)
            x, y = _state(old, one.to), _state(new, other.to)
            place = Both(f"程序步骤“{event.zh}”到达的状态", f"state reached by the step “{event.en}” of the procedure")
            path = f"procedure/steps/{name}/to"
            yield about.change(path, became(place, x, y), old=one.to, new=other.to, old_words=x, new_words=y)
    if found.order:
        yield about.change(
            "procedure/steps", order_words(Both("程序步骤", "procedure's steps"), found.order), kind="moved"
        )


def _step_changes(pair: Pair, about: About, name: str, old: TransitionModel, new: TransitionModel) -> Iterator[Change]:
    event = of_term(EVENTS, new.on)
    place = Both(f"程序步骤“{event.zh}”", f"step “{event.en}” of the procedure")
    path = f"procedure/steps/{name}"
    if old.when != new.when:
        label = Both(f"{place.zh}的条件", f"condition of the {place.en}")
        yield condition_change(pair, about, f"{path}/when", label, old.when, new.when)
    a, b = old.model_dump(mode="json"), new.model_dump(mode="json")
    for field_name in a:
        if field_name not in ("when", "to") and a[field_name] != b[field_name]:
            known = field_of(STEP, field_name)
            label_of = Field(f"{place.zh}{known.zh}", f"{known.en} of the {place.en}", terms=known.terms)
            yield plain_change(about, f"{path}/{field_name}", label_of, a[field_name], b[field_name])


def _state(model: Procedure, name: str) -> Both:
    return Both(f"{model.states[name]}（{name}）", f"{model.states[name]} ({name})")


def _states(model: Procedure) -> Both:
    return listed(same(text) for text in model.states.values())


def _step(model: Procedure, step: TransitionModel, side: Side) -> Both:
    event = of_term(EVENTS, step.on)
    leaves = "、".join(model.states.get(name, name) for name in step.leaves)
    to = model.states.get(step.to, step.to)
    if step.when is None:
        return Both(f"{leaves} —{event.zh}→ {to}", f"{leaves} —{event.en}→ {to}")
    guard = model_words(side, step.when)
    return Both(f"{leaves} —{event.zh}→ {to}（{guard.zh}）", f"{leaves} —{event.en}→ {to} ({guard.en})")


# -- targets -------------------------------------------------------------------------------------------------------


def targets(_: Pair, about: About, old: list[TargetItem] | None, new: list[TargetItem] | None) -> Iterator[Change]:
    """Say how a table of yearly targets changed, line by line and year by year."""
    found = matched(old or (), new or (), lambda item: item.item)
    for name, item in found.dropped:
        words = _line(item)
        yield about.change(
            f"items/{name}",
            Both(f"去掉目标 {words.zh}", f"target {words.en} dropped"),
            kind="dropped",
            old=item.model_dump(mode="json"),
            old_words=words,
        )
    for name, item in found.added:
        words = _line(item)
        yield about.change(
            f"items/{name}",
            Both(f"增加目标 {words.zh}", f"target {words.en} added"),
            kind="added",
            new=item.model_dump(mode="json"),
            new_words=words,
        )
    for name, before, after in found.both:
        yield from _line_changes(about, name, before, after)
    if found.order:
        yield about.change("items", order_words(Both("目标", "targets"), found.order), kind="moved", weight="minor")


def _line_changes(about: About, name: str, old: TargetItem, new: TargetItem) -> Iterator[Change]:
    place = Both(f"目标 {new.item}（{new.zh}）", f"target {new.item} ({new.en})")
    a, b = old.model_dump(mode="json"), new.model_dump(mode="json")
    for field_name in dict.fromkeys((*b, *a)):
        if field_name != "values" and a[field_name] != b[field_name]:
            known = field_of(TARGET, field_name)
            label = Field(f"{place.zh}的{known.zh}", f"{known.en} of {place.en}", known.weight, known.terms, known.long)
            yield plain_change(about, f"items/{name}/{field_name}", label, a[field_name], b[field_name])
    for year in sorted({*old.values, *new.values}):
        x, y = old.values.get(year), new.values.get(year)
        path = f"items/{name}/values/{year}"
        if x is None or y is None:
            label = Field(f"{place.zh} {year} 年的数", f"number of {place.en} for {year}")
            yield plain_change(about, path, label, None if x is None else str(x), None if y is None else str(y))
        elif str(x) != str(y):
            yield number_change(
                about, path, Both(f"{place.zh} {year} 年", f"{place.en} in {year}"), x, y, same(new.unit)
            )


def _line(item: TargetItem) -> Both:
    values = "；".join(f"{year} 年 {number_text(value)}" for year, value in sorted(item.values.items()))
    english = "; ".join(f"{year}: {number_text(value)}" for year, value in sorted(item.values.items()))
    return Both(f"{item.item} {item.zh}（{item.unit}；{values}）", f"{item.item} {item.en} ({item.unit}; {english})")


def number_change(about: About, path: str, label: Both, old: Decimal, new: Decimal, unit: Both) -> Change:
    """Say that a number became another one, or that it is only written differently."""
    a, b = amount_words(old, unit), amount_words(new, unit)
    if old == new:
        words = Both(
            f"{label.zh}的数换了写法（{old} → {new}），大小相同", f"{label.en}: number written differently, as large"
        )
        return about.change(
            path, words, kind="rewritten", weight="minor", old=str(old), new=str(new), old_words=a, new_words=b
        )
    end = Both("（提高）", " (higher)") if new > old else Both("（降低）", " (lower)")
    words = Both(f"{label.zh}由 {a.zh} 改为 {b.zh}{end.zh}", f"{label.en} from {a.en} to {b.en}{end.en}")
    return about.change(path, words, old=str(old), new=str(new), old_words=a, new_words=b)
