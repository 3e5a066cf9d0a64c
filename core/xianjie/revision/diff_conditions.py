"""Say how a condition changed: what it asks more or less, which threshold or period moved, or that nothing did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from xianjie.compare.bilingual import NOTHING, Both, joined, listed, of_term, same, sentences
from xianjie.language import nodes
from xianjie.language.prose import Speaker
from xianjie.language.write import expression
from xianjie.policy.model import ByReading, ConditionModel
from xianjie.revision.diff_change import About, Change
from xianjie.revision.diff_fields import UNITS, amount_words, quoted
from xianjie.revision.diff_meaning import model_same
from xianjie.revision.diff_sides import Pair, Side

_JOINED = {
    nodes.And: Both("由任一即可改为须同时成立", "any one was enough, now all are needed"),
    nodes.Or: Both("由须同时成立改为任一即可", "all were needed, now any one is enough"),
}

MOST = 3
"""How many differences the sentence itself tells; more are counted, and told beside it."""

_STRICT = (frozenset({"<", "<="}), frozenset({">", ">="}))


def condition_change(
    pair: Pair,
    about: About,
    path: str,
    label: Both,
    old: ConditionModel | None,
    new: ConditionModel | None,
) -> Change:
    """Say what happened to a condition whose text is no longer the same."""
    x, y = model_words(pair.old, old), model_words(pair.new, new)
    base = about.change(path, NOTHING, old=_plain(old), new=_plain(new), old_words=x, new_words=y, written=True)
    if old is None:
        return replace(base, kind="added", words=Both(f"新增{label.zh}：{y.zh}", f"{label.en} added: {y.en}"))
    if new is None:
        return replace(base, kind="dropped", words=Both(f"去掉{label.zh}：{x.zh}", f"{label.en} dropped: {x.en}"))
    if model_same(pair, old, new):
        words = Both(f"{label.zh}换了写法，意思相同", f"{label.en} written differently, the meaning is the same")
        return replace(base, kind="rewritten", weight="minor", words=words)
    found = list(dict.fromkeys(_told(pair, old, new)))
    if len(found) <= MOST:
        whole = sentences(found)
        return replace(base, words=Both(f"{label.zh}：{whole.zh}", f"{label.en}: {whole.en}"))
    number = len(found)
    words = Both(f"{label.zh}有 {number} 处改变", f"{label.en}: {number} differences")
    return replace(base, words=words, details=tuple(found))


def model_words(side: Side, model: ConditionModel | None) -> Both:
    """Say a condition as a reader would, for each reading where it turns on one."""
    if model is None:
        return Both("", "")
    if isinstance(model, str):
        return side.words(side.parsed(model))
    return sentences(
        Both(f"“{name.zh}”：{words.zh}", f"“{name.en}”: {words.en}")
        for option, text in model.readings.items()
        for name, words in [(option_name(side, model.by, option), side.words(side.parsed(text)))]
    )


def option_name(side: Side, axis: str, option: str) -> Both:
    """Name one option of a set of readings."""
    found = next(item for item in side.file.readings[axis].options if item.id == option)
    return Both(found.zh, found.en)


def _plain(model: ConditionModel | None) -> object:
    if isinstance(model, ByReading):
        return {"by": model.by, "readings": {option: " ".join(text.split()) for option, text in model.readings.items()}}
    return None if model is None else " ".join(model.split())


def _told(pair: Pair, old: ConditionModel, new: ConditionModel) -> Iterator[Both]:
    if isinstance(old, str) and isinstance(new, str):
        yield from told(pair, pair.old.parsed(old), pair.new.parsed(new))
        return
    if isinstance(old, ByReading) and isinstance(new, ByReading) and old.by == new.by:
        for option, text in new.readings.items():
            name = option_name(pair.new, new.by, option)
            before = old.readings.get(option)
            inner = [Both("新增", "added")] if before is None else list(_told(pair, before, text))
            if before is None or not model_same(pair, before, text):
                yield from (Both(f"读法“{name.zh}”：{one.zh}", f"reading “{name.en}”: {one.en}") for one in inner)
        for option in old.readings:
            if option not in new.readings:
                name = option_name(pair.old, old.by, option)
                yield Both(f"读法“{name.zh}”：去掉", f"reading “{name.en}”: dropped")
        return
    if isinstance(new, ByReading) and isinstance(old, ByReading):
        yield Both(f"改随读法组 {new.by} 而定（原随 {old.by}）", f"now turns on the readings {new.by} (was {old.by})")
    elif isinstance(new, ByReading):
        yield Both(f"改随读法组 {new.by} 而定", f"now turns on the readings {new.by}")
    else:
        yield Both("不再随读法而定", "no longer turns on a reading")


# -- what two conditions have apart --------------------------------------------------------------------------------


def told(pair: Pair, old: nodes.Condition, new: nodes.Condition) -> list[Both]:
    """List what is different between two conditions, part by part; nothing where they are equal."""
    if old == new:
        return []
    match old, new:
        case (nodes.And(parts), nodes.Or(others)) | (nodes.Or(parts), nodes.And(others)):
            return [_replaced(pair, old, new, _JOINED[type(new)] if set(parts) == set(others) else None)]
    for kind in (nodes.And, nodes.Or):
        if not isinstance(old, kind) and not isinstance(new, kind):
            continue
        a, b = _operands(old, kind), _operands(new, kind)
        if len(a) > 1 < len(b) or any(part == one or _akin(part, one) for part in a for one in b):
            return _members(pair, a, b, kind)
    match old, new:
        case nodes.Not(before), nodes.Not(after):
            return [Both(f"“并非”之内，{one.zh}", f"inside “not”, {one.en}") for one in told(pair, before, after)]
        case (nodes.Not(inner), other) | (other, nodes.Not(inner)) if inner == other:
            return [_replaced(pair, old, new, Both("改为相反", "reversed"))]
        case nodes.Compare(), nodes.Compare():
            return [_comparison(pair, old, new)]
        case nodes.Within(), nodes.Within() if old.fact == new.fact:
            return _window(pair, old, new)
        case nodes.Member(), nodes.Member() if old.fact == new.fact:
            return [_words(pair, old, new)]
        case _:
            return [_replaced(pair, old, new)]


def _operands(node: nodes.Condition, kind: type[nodes.And] | type[nodes.Or]) -> tuple[nodes.Condition, ...]:
    return node.operands if isinstance(node, kind) else (node,)


def _members(
    pair: Pair,
    old: Sequence[nodes.Condition],
    new: Sequence[nodes.Condition],
    kind: type[nodes.And] | type[nodes.Or],
) -> list[Both]:
    """Compare two groups: parts that are akin are compared, the rest came or went."""
    gone = _spread(pair.old, [part for part in old if part not in new], kind)
    come = _spread(pair.new, [part for part in new if part not in old], kind)
    before, after = _spread(pair.old, old, kind), _spread(pair.new, new, kind)
    gone, come = [part for part in gone if part not in after], [part for part in come if part not in before]
    out: list[Both] = []
    for part in list(gone):
        other = next((one for one in come if _akin(part, one)), None)
        if other is not None:
            gone.remove(part)
            come.remove(other)
            out += _placed(pair.old.words(part), told(pair, part, other), isinstance(other, nodes.And | nodes.Or))
    more, less = (
        (Both("增加并列条件", "a further condition"), Both("去掉并列条件", "one condition fewer"))
        if kind is nodes.And
        else (Both("增加可选情形", "a further alternative"), Both("去掉可选情形", "one alternative fewer"))
    )
    out += [_named(less, pair.old.words(part)) for part in gone]
    out += [_named(more, pair.new.words(part)) for part in come]
    return out or [Both("各部分的次序或重复改变", "order or repetition of its parts changed")]


def _spread(
    side: Side, parts: Sequence[nodes.Condition], kind: type[nodes.And] | type[nodes.Or]
) -> list[nodes.Condition]:
    """Open parts that are groups of the same kind, under a name or not, so that only what really differs is told."""
    out: list[nodes.Condition] = []
    for part in parts:
        whole = side.opened(part)
        out += _spread(side, whole.operands, kind) if isinstance(whole, kind) else [part]
    return out


def _placed(part: Both, found: list[Both], group: bool) -> list[Both]:
    """Say in which part of a group something changed, where that is a group itself."""
    if not group:
        return found
    name = quoted(part)
    return [Both(f"在{name.zh}一项，{one.zh}", f"in {name.en}, {one.en}") for one in found]


def _named(what: Both, words: Both) -> Both:
    text = quoted(words)
    return Both(f"{what.zh}{text.zh}", f"{what.en}: {text.en}")


def _akin(old: nodes.Condition, new: nodes.Condition) -> bool:
    """Tell whether one part of a group can be said to have become the other."""
    match old, new:
        case nodes.Compare(_, left, right), nodes.Compare(_, other_left, other_right):
            return left == other_left or right == other_right
        case (nodes.Within(a), nodes.Within(b)) | (nodes.Member(a), nodes.Member(b)):
            return a == b
        case nodes.Not(before), nodes.Not(after):
            return _akin(before, after)
        case (nodes.Not(inner), other) | (other, nodes.Not(inner)):
            return inner == other
        case (nodes.And(parts), nodes.And(others)) | (nodes.Or(parts), nodes.Or(others)):
            return any(part in others for part in parts)
        case (nodes.And(parts) | nodes.Or(parts), one) | (one, nodes.And(parts) | nodes.Or(parts)):
            return one in parts
        case _:
            return False


def _replaced(pair: Pair, old: nodes.Condition, new: nodes.Condition, note: Both | None = None) -> Both:
    a, b = pair.old.words(old), pair.new.words(new)
    if a == b:  # alike in words, so by the way they are written
        a, b = same(expression(old)), same(expression(new))
    end = Both(f"（{note.zh}）", f" ({note.en})") if note else Both("", "")
    x, y = quoted(a), quoted(b)
    return Both(f"{x.zh}改为{y.zh}{end.zh}", f"{x.en} became {y.en}{end.en}")


def _comparison(pair: Pair, old: nodes.Compare, new: nodes.Compare) -> Both:
    if old.left == new.left and old.right == new.right:
        edge = next((pairs for pairs in _STRICT if {old.op, new.op} == pairs), None)
        if edge is None:
            return _replaced(pair, old, new)
        inside = len(new.op) == 2
        note = (
            Both("恰在界限上的，由不符合改为符合", "exactly on the line: now met")
            if inside
            else Both("恰在界限上的，由符合改为不符合", "exactly on the line: no longer met")
        )
        return _replaced(pair, old, new, note)
    if old.op == new.op and (old.left == new.left or old.right == new.right):
        a, b = (old.right, new.right) if old.left == new.left else (old.left, new.left)
        fixed = old.left if old.left == new.left else old.right
        name = _both(pair.new, lambda speaker: _text(speaker, fixed))
        x, y = _quantity(pair.old, a), _quantity(pair.new, b)
        dates = isinstance(a, nodes.Day)
        end = _turn(_value(pair.old, a), _value(pair.new, b), _DATES if dates else _SIZES)
        return Both(
            f"{name.zh}的界限由 {x.zh} 改为 {y.zh}{end.zh}", f"limit of {name.en} from {x.en} to {y.en}{end.en}"
        )
    return _replaced(pair, old, new)


def _window(pair: Pair, old: nodes.Within, new: nodes.Within) -> list[Both]:
    term = _both(pair.new, lambda speaker: speaker.term(new.fact.name))
    out = []
    if (old.amount, old.unit) != (new.amount, new.unit):
        a, b = _length(pair.old, old), _length(pair.new, new)
        same_unit = old.unit == new.unit
        end = _turn(_value(pair.old, old.amount), _value(pair.new, new.amount), _LENGTHS) if same_unit else NOTHING
        out.append(
            Both(f"{term.zh}的期间由 {a.zh} 改为 {b.zh}{end.zh}", f"period of {term.en} from {a.en} to {b.en}{end.en}")
        )
    if old.last_day_inside != new.last_day_inside:
        out.append(
            Both(f"{term.zh}的期间，最后一天由不在内改为在内", f"period of {term.en}: the last day is now inside")
            if new.last_day_inside
            else Both(f"{term.zh}的期间，最后一天由在内改为不在内", f"period of {term.en}: the last day is now outside")
        )
    return out


def _words(pair: Pair, old: nodes.Member, new: nodes.Member) -> Both:
    term = _both(pair.new, lambda speaker: speaker.term(new.fact.name))
    parts = []
    for sign, side, some in (
        (Both("增加", "added"), pair.new, [word for word in new.words if word not in old.words]),
        (Both("去掉", "dropped"), pair.old, [word for word in old.words if word not in new.words]),
    ):
        if some:
            terms = listed(Both(*side.policy.vocabulary[new.fact.name].words[word]) for word in some)
            parts.append(Both(f"{sign.zh} {terms.zh}", f"{terms.en} {sign.en}"))
    whole = joined(parts, "，", ", ") or Both("次序或重复改变", "order or repetition changed")
    return Both(f"{term.zh}的取值：{whole.zh}", f"words of {term.en}: {whole.en}")


def _both(side: Side, say: Callable[[Speaker], str]) -> Both:
    return Both(say(side.zh), say(side.en))


def _text(speaker: Speaker, node: nodes.Quantity) -> str:
    """Say a quantity with no facts at hand."""
    parts = speaker.quantity(node)
    return " ".join("".join(part for part in parts if isinstance(part, str)).split())


def _quantity(side: Side, node: nodes.Quantity) -> Both:
    """Say a limit; a parameter by its name as well as its value."""
    words = _both(side, lambda speaker: _text(speaker, node))
    if isinstance(node, nodes.Parameter):
        return Both(f"{node.name}（{words.zh}）", f"{node.name} ({words.en})")
    return words


def _length(side: Side, node: nodes.Within) -> Both:
    number = _value(side, node.amount)
    assert number is not None
    words = amount_words(number, of_term(UNITS, node.unit))
    if isinstance(node.amount, nodes.Parameter):
        return Both(f"{node.amount.name}（{words.zh}）", f"{node.amount.name} ({words.en})")
    return words


def _value(side: Side, node: nodes.Quantity) -> Fraction | None:
    """Give the number that a quantity is; None where it depends on the case."""
    match node:
        case nodes.Number(value):
            return value
        case nodes.Parameter(name):
            return side.zh.parameters[name]
        case nodes.Day(ordinal):
            return Fraction(ordinal)
        case _:
            return None


_SIZES = (Both("（提高）", " (higher)"), Both("（降低）", " (lower)"))
_DATES = (Both("（推后）", " (later)"), Both("（提前）", " (earlier)"))
_LENGTHS = (Both("（变长）", " (longer)"), Both("（变短）", " (shorter)"))


def _turn(old: Fraction | None, new: Fraction | None, words: tuple[Both, Both]) -> Both:
    """Say whether a number rose or fell; nothing where that depends on the case."""
    if old is None or new is None:
        return NOTHING
    if old == new:
        return Both("（目前数值相同）", " (the same number at present)")
    return words[0] if new > old else words[1]
