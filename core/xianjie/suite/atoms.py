"""Take conditions apart into their atoms, and find the values of a fact that lie on and beside each atom's boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from xianjie.language import ir, nodes
from xianjie.language.calendar import NEVER, window_start
from xianjie.language.evaluate import Value
from xianjie.language.smt import OTHER_WORD, bounds_of
from xianjie.vocabulary import FactType, Vocabulary

Path = tuple[int, ...]
"""Where a part of a condition stands: at each level the number of the operand."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A part of a condition, as a rule one of its atoms, and where it stands; `also`: where it stands again."""

    path: Path
    node: nodes.Condition
    also: tuple[Path, ...] = ()

    @property
    def places(self) -> tuple[Path, ...]:
        """List every place that is meant."""
        return self.path, *self.also


@dataclass(frozen=True, slots=True)
class Mark:
    """A value of a fact that an atom asks for, and what it is called; a value of None is that nobody recorded it.

    `step` counts from the boundary where the value itself hangs on other facts.
    """

    zh: str
    value: Value | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Variation:
    """A fact to be varied over an atom's boundary. `on` states the boundary where it hangs on other facts as well."""

    fact: str
    marks: tuple[Mark, ...]
    on: tuple[nodes.Condition, ...] = ()


UNRECORDED = Mark("未记录")


def opened(node: nodes.Condition, definitions: Mapping[str, nodes.Condition]) -> nodes.Condition:
    """Write a condition out with the definitions that it names."""
    match node:
        case nodes.Definition(name):
            return opened(definitions[name], definitions)
        case nodes.Not(operand):
            return nodes.Not(opened(operand, definitions))
        case nodes.And(operands):
            return nodes.And(tuple(opened(operand, definitions) for operand in operands))
        case nodes.Or(operands):
            return nodes.Or(tuple(opened(operand, definitions) for operand in operands))
        case _:
            return node


def operands_of(node: nodes.Condition) -> tuple[nodes.Condition, ...]:
    """Give the parts that a condition is joined of; an atom has none."""
    match node:
        case nodes.And(operands) | nodes.Or(operands):
            return operands
        case nodes.Not(operand):
            return (operand,)
        case _:
            return ()


def walk(node: nodes.Condition, path: Path = ()) -> Iterator[tuple[Path, nodes.Condition]]:
    """Walk every part of a condition from the whole down to its atoms, each with its place."""
    yield path, node
    for number, operand in enumerate(operands_of(node)):
        yield from walk(operand, (*path, number))


def atoms(node: nodes.Condition) -> Iterator[Atom]:
    """Walk the atoms of a condition in the order of the text; one that stands twice is given twice."""
    for path, part in walk(node):
        if not operands_of(part) and not isinstance(part, nodes.And | nodes.Or):
            yield Atom(path, part)


def at(node: nodes.Condition, path: Path) -> nodes.Condition | None:
    """Give the part that stands at a place; None where there is none."""
    for number in path:
        operands = operands_of(node)
        if number >= len(operands):
            return None
        node = operands[number]
    return node


def replaced(node: nodes.Condition, path: Path, new: nodes.Condition) -> nodes.Condition:
    """Put another part where one stands."""
    if not path:
        return new
    number, rest = path[0], path[1:]
    match node:
        case nodes.Not(operand):
            return nodes.Not(replaced(operand, rest, new))
        case nodes.And(operands) | nodes.Or(operands):
            inner = replaced(operands[number], rest, new)
            return type(node)((*operands[:number], inner, *operands[number + 1 :]))
        case _:
            raise LookupError(path)


# -- boundaries --------------------------------------------------------------------------------------------------------


def variations(atom: nodes.Condition, frame: ir.Frame, vocabulary: Vocabulary) -> list[Variation]:
    """List, for each fact of an atom, the values on both sides of its boundary and on it, and *not recorded*.

    Of a window both ends, and an event that never came. An atom without a fact has none.
    """
    match atom:
        case nodes.Truth():
            return []
        case nodes.Fact(name):
            return [Variation(name, (*_flags(), UNRECORDED))]
        case nodes.Member(fact, words):
            every = vocabulary[fact.name].words
            outside = [word for word in every if word not in words][:1]
            marks = [Mark(every[word][0], word) for word in (*dict.fromkeys(words), *outside)]
            return [Variation(fact.name, (*marks, UNRECORDED))]
        case nodes.Contains(fact, word):
            marks = [Mark(f"含{word}", frozenset({word})), Mark("无", frozenset()), _other()]
            return [Variation(fact.name, (*marks, UNRECORDED))]
        case nodes.NotEmpty(fact):
            return [Variation(fact.name, (_other(), Mark("无", frozenset()), UNRECORDED))]
        case nodes.Known(fact):
            return [Variation(fact.name, (*_some(fact.name, frame, vocabulary), UNRECORDED))]
        case nodes.Happened(fact):
            return [Variation(fact.name, (*_today(frame.as_of), _never(), UNRECORDED))]
        case nodes.Within(fact, amount, unit, last_day_inside):
            length = amount.value if isinstance(amount, nodes.Number) else frame.parameters[amount.name]
            start = window_start(frame.as_of, int(length), unit, last_day_inside)
            ends = (Mark("期限外一日", start - 1), Mark("期限首日", start), Mark("期限第二日", start + 1))
            days = {mark.value: mark for mark in (*_today(frame.as_of), *ends)}
            ordered = sorted(days.values(), key=lambda mark: (not isinstance(mark.value, int), mark.value))
            return [Variation(fact.name, (*ordered, _never(), UNRECORDED))]
        case nodes.Compare():
            return _compared(atom, frame, vocabulary)
        case nodes.Definition() | nodes.Not() | nodes.And() | nodes.Or():
            return []
        case _:
            assert_never(atom)


def _flags() -> tuple[Mark, Mark]:
    return Mark("是", True), Mark("否", False)


def _other() -> Mark:
    return Mark(f"含{OTHER_WORD}", frozenset({OTHER_WORD}))


def _never() -> Mark:
    return Mark("从未发生", NEVER)


def _today(as_of: int) -> tuple[Mark, Mark, Mark]:
    return Mark("判定前一日", as_of - 1), Mark("判定当日", as_of), Mark("判定次日", as_of + 1)


def _some(name: str, frame: ir.Frame, vocabulary: Vocabulary) -> tuple[Mark, ...]:
    """Give values that stand for *recorded*."""
    spec = vocabulary[name]
    match spec.type:
        case FactType.BOOL:
            return _flags()
        case FactType.EVENT:
            return _today(frame.as_of)[1], _never()
        case FactType.ENUM:
            word = next(iter(spec.words))
            return (Mark(spec.words[word][0], word),)
        case FactType.SET:
            return _other(), Mark("无", frozenset())
        case FactType.INT | FactType.MONEY | FactType.NUMBER:
            return (Mark("有记录", max(1, spec.least or 0)),)
        case _:
            assert_never(spec.type)


def _compared(atom: nodes.Compare, frame: ir.Frame, vocabulary: Vocabulary) -> list[Variation]:
    """Vary each fact of a comparison by one step around the place where both sides are the same."""
    names = nodes.facts_of(atom)
    linear = ir.lower(nodes.Compare("==", atom.left, atom.right), frame)
    if isinstance(linear, ir.All):
        linear = linear.operands[-1]
    if len(names) == 1 and isinstance(linear, ir.Linear) and len(linear.terms) == 1 and len(linear.terms[0][1]) == 1:
        coefficient = linear.terms[0][0]
        return [_alone(names[0], linear.constant, coefficient, frame, vocabulary)]
    same = nodes.Compare("==", atom.left, atom.right)
    out = []
    for name in names:
        below, on, above = _steps(vocabulary[name].type)
        extra = (_never(),) if vocabulary[name].type is FactType.EVENT else ()
        marks = (Mark(below, step=-1), Mark(on, step=0), Mark(above, step=1), *extra, UNRECORDED)
        out.append(Variation(name, marks, (same, atom)))
    return out


def _alone(name: str, constant: int, coefficient: int, frame: ir.Frame, vocabulary: Vocabulary) -> Variation:
    spec = vocabulary[name]
    below, on, above = _steps(spec.type)
    if coefficient < 0:
        constant, coefficient = -constant, -coefficient
    whole, rest = divmod(constant, coefficient)
    marks = (
        [Mark(below, whole - 1), Mark(on, whole), Mark(above, whole + 1)]
        if not rest
        else [Mark(below, whole), Mark(above, whole + 1)]
    )
    bounds = bounds_of(spec, frame.as_of)
    marks = [mark for mark in marks if isinstance(mark.value, int) and bounds.least <= mark.value <= bounds.most]
    if spec.type is FactType.EVENT:
        marks.append(_never())
    return Variation(name, (*marks, UNRECORDED))


def _steps(kind: FactType) -> tuple[str, str, str]:
    match kind:
        case FactType.EVENT:
            return "早一日", "恰为当日", "晚一日"
        case FactType.MONEY:
            return "少一分", "恰为", "多一分"
        case _:
            return "少一", "恰为", "多一"
