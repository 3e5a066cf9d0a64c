"""Make conditions of every type over the vocabulary, and facts that sit on, below and above their thresholds."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction

from xianjie.language import nodes
from xianjie.language.calendar import NEVER, add_period, window_start
from xianjie.language.evaluate import Value, World
from xianjie.vocabulary import BASE, FactType

AS_OF = 739_372  # 2025-05-01
LEAP = 738_945  # 2024-02-29

_BOOLS = [spec.name for spec in BASE.facts if spec.type is FactType.BOOL][:14]
_EVENTS = [spec.name for spec in BASE.facts if spec.type is FactType.EVENT][:5]
_ENUMS = [spec for spec in BASE.facts if spec.type is FactType.ENUM][:4]
_INTS = ["household.size", "duty.count"]
_MONEY = ["household.annual_income"]
_SETS = ["aid.special_programmes"]
_WORDS = ["medical", "住房", "education"]
_OPS: tuple[nodes.CompareOp, ...] = ("<", "<=", ">", ">=", "==", "!=")


@dataclass(frozen=True)
class Sample:
    """A small policy: conditions, definitions, numbers, and the date that they are read on."""

    conditions: tuple[tuple[str, nodes.Condition], ...]
    definitions: dict[str, nodes.Condition]
    parameters: dict[str, Fraction]
    as_of: int

    def edges(self) -> dict[str, list[int]]:
        """Find, for each date, the first days of the windows that it is asked for."""
        found: dict[str, list[int]] = {}

        def walk(node: nodes.Condition) -> None:
            match node:
                case nodes.Within(fact, amount, unit, inside):
                    length = amount.value if isinstance(amount, nodes.Number) else self.parameters[amount.name]
                    found.setdefault(fact.name, []).append(window_start(self.as_of, int(length), unit, inside))
                case nodes.Not(operand):
                    walk(operand)
                case nodes.And(operands) | nodes.Or(operands):
                    for operand in operands:
                        walk(operand)
                case _:
                    pass

        for node in (*self.definitions.values(), *(condition for _, condition in self.conditions)):
            walk(node)
        return found

    def world(self, facts: dict[str, Value]) -> World:
        """Give the world of one case."""
        return World(facts, self.as_of, self.parameters, self.definitions, BASE.events)


class Generator:
    """Draw conditions and facts from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def sample(self) -> Sample:
        """Draw a small policy."""
        r = self.random
        as_of = r.choice([AS_OF, AS_OF, LEAP, AS_OF + r.randrange(-900, 900)])
        parameters = {
            "income_line": Fraction(r.choice([0, 1, 9_999_999, 10_000_000, 7_350_050])),
            "size_limit": Fraction(r.choice([1, 3, 5])),
            "window": Fraction(r.choice([1, 2, 3])),
        }
        definitions: dict[str, nodes.Condition] = {}
        for number in range(r.randrange(4)):
            definitions[f"d{number}"] = self.condition(r.randrange(1, 4), tuple(definitions))
        names = tuple(definitions)
        conditions = tuple(
            (f"rule-{number}", self.condition(r.randrange(0, 5), names)) for number in range(r.randrange(1, 6))
        )
        return Sample(conditions, definitions, parameters, as_of)

    def condition(self, depth: int, definitions: tuple[str, ...]) -> nodes.Condition:
        """Draw a condition no deeper than `depth`."""
        r = self.random
        if depth <= 0 or r.random() < 0.15:
            if definitions and r.random() < 0.25:
                return nodes.Definition(r.choice(definitions))
            return self.atom()
        match r.randrange(5):
            case 0:
                return nodes.Not(self.condition(depth - 1, definitions))
            case 1 | 2:
                return nodes.And(tuple(self.condition(depth - 1, definitions) for _ in range(r.randrange(2, 5))))
            case _:
                return nodes.Or(tuple(self.condition(depth - 1, definitions) for _ in range(r.randrange(2, 5))))

    def atom(self) -> nodes.Condition:
        """Draw an atom of any type."""
        r = self.random
        match r.randrange(13):
            case 12:
                return self.between()
            case 0 | 1 | 2 | 3:
                return nodes.Fact(r.choice(_BOOLS))
            case 4:
                spec = r.choice(_ENUMS)
                words = r.sample(sorted(spec.words), r.randrange(1, len(spec.words)))
                return nodes.Member(nodes.Fact(spec.name), tuple(words))
            case 5:
                fact = nodes.Fact(_SETS[0])
                return nodes.NotEmpty(fact) if r.random() < 0.5 else nodes.Contains(fact, r.choice(_WORDS))
            case 6:
                return nodes.Known(nodes.Fact(r.choice(_BOOLS + _EVENTS + _MONEY)))
            case 7:
                return nodes.Happened(nodes.Fact(r.choice(_EVENTS)))
            case 8:
                unit: nodes.Unit = r.choice(("years", "months", "days"))
                amount: nodes.Number | nodes.Parameter = nodes.Number(Fraction(r.choice([1, 2, 6, 13])))
                if unit == "years" and r.random() < 0.5:
                    amount = nodes.Parameter("window")
                return nodes.Within(nodes.Fact(r.choice(_EVENTS)), amount, unit, r.random() < 0.7)
            case 9:
                left, right = nodes.Fact(r.choice(_EVENTS)), nodes.Fact(r.choice(_EVENTS))
                other = r.choice((right, nodes.AsOf(), nodes.Day(AS_OF - 400)))
                return nodes.Compare(r.choice(_OPS), left, other)
            case 10:
                return nodes.Compare(r.choice(_OPS), self.money(2), self.money(1))
            case _:
                if r.random() < 0.1:
                    return nodes.Truth(r.random() < 0.5)
                return nodes.Compare(r.choice(_OPS), self.number(1), self.number(1))

    def between(self) -> nodes.Condition:
        """Draw two bounds of one quantity, as a window of numbers or of days."""
        r = self.random
        if r.random() < 0.3:
            day, low = nodes.Fact(r.choice(_EVENTS)), nodes.Day(AS_OF - 500)
            high = r.choice((nodes.AsOf(), nodes.Day(AS_OF - 300)))
            return nodes.And((nodes.Compare(">=", day, low), nodes.Compare("<=", day, high)))
        money = r.random() < 0.5
        quantity = self.money(1) if money else self.number(1)
        scaled = r.choice((quantity, nodes.Arithmetic("*", nodes.Number(Fraction(r.choice([1, 2, 3]))), quantity)))
        least, most = Fraction(r.choice([0, 2, 4])), Fraction(r.choice([4, 6, 10**7]))
        return nodes.And(
            (
                nodes.Compare(r.choice((">=", ">")), scaled, nodes.Number(least, money)),
                nodes.Compare(r.choice(("<=", "<")), scaled, nodes.Number(most, money)),
            )
        )

    def money(self, depth: int) -> nodes.Quantity:
        """Draw an amount of money."""
        r = self.random
        if depth and r.random() < 0.5:
            if r.random() < 0.5:
                factor = nodes.Number(Fraction(r.choice(["3", "1.5", "0.3333", "-2"])))
                return nodes.Arithmetic("*", r.choice((factor, self.number(0))), self.money(depth - 1))
            return nodes.Arithmetic(r.choice(("+", "-")), self.money(depth - 1), self.money(depth - 1))
        choices: tuple[nodes.Quantity, ...] = (
            nodes.Fact(_MONEY[0]),
            nodes.Parameter("income_line", True),
            nodes.Number(Fraction(r.choice([0, 9_999_999, 10_000_000, 10**17])), True),
        )
        return r.choice(choices)

    def number(self, depth: int) -> nodes.Quantity:
        """Draw a count."""
        r = self.random
        if depth and r.random() < 0.3:
            return nodes.Arithmetic(r.choice(("+", "-", "*")), self.number(depth - 1), self.number(depth - 1))
        choices: tuple[nodes.Quantity, ...] = (
            nodes.Fact(r.choice(_INTS)),
            nodes.Fact(r.choice(_INTS)),
            nodes.Parameter("size_limit"),
            nodes.Number(Fraction(r.choice([0, 1, 3, 5]))),
        )
        return r.choice(choices)

    def facts(self, sample: Sample) -> dict[str, Value]:
        """Draw facts, a good part of them unknown, dates and sums often exactly on a threshold of the sample."""
        r = self.random
        as_of = sample.as_of
        edges = sample.edges()
        share = r.choice((0.1, 0.4, 0.7, 0.95))
        out: dict[str, Value] = {}
        for name in _BOOLS:
            out[name] = r.random() < 0.5
        for spec in _ENUMS:
            out[spec.name] = r.choice(sorted(spec.words))
        for name in _EVENTS:
            edge = add_period(as_of, -r.choice([1, 2, 3, 6, 13]), r.choice(("years", "months", "days")))
            if name in edges and r.random() < 0.7:
                edge = r.choice(edges[name])
            out[name] = r.choice((NEVER, edge + r.randrange(-1, 2), AS_OF - 400, as_of, as_of + r.randrange(1, 30)))
        for name in _INTS:
            out[name] = r.choice([0, 1, 2, 3, 4, 5])
        out[_MONEY[0]] = r.choice([0, 1, 9_999_999, 10_000_000, 10_000_001, 3_333_333, 10**17])
        out[_SETS[0]] = frozenset(r.sample(_WORDS, r.randrange(len(_WORDS) + 1)))
        return {name: value for name, value in out.items() if r.random() < share}


def written(node: nodes.Node) -> str:
    """Write a node as a policy file would; reading it gives the node back."""
    match node:
        case nodes.Truth(value):
            return str(value)
        case nodes.Number(value, money):
            number = value / 100 if money else value
            text = str(number.numerator) if number.denominator == 1 else f"{float(number):.10f}".rstrip("0")
            return f"({text})" if number < 0 else text
        case nodes.Day(ordinal):
            import datetime as dt

            return f"date('{dt.date.fromordinal(ordinal).isoformat()}')"
        case nodes.AsOf():
            return "as_of"
        case nodes.Fact(name) | nodes.Parameter(name) | nodes.Definition(name):
            return name
        case nodes.Arithmetic(op, left, right):
            return f"({written(left)} {op} {written(right)})"
        case nodes.Compare(op, left, right):
            return f"({written(left)} {op} {written(right)})"
        case nodes.Member(fact, allowed):
            return f"({fact.name} in {list(allowed)!r})"
        case nodes.Contains(fact, word):
            return f"({word!r} in {fact.name})"
        case nodes.NotEmpty(fact):
            return f"nonempty({fact.name})"
        case nodes.Within(fact, amount, unit, inside):
            return f"{'within' if inside else 'under'}({fact.name}, {unit}={written(amount)})"
        case nodes.Happened(fact):
            return f"happened({fact.name})"
        case nodes.Known(fact):
            return f"known({fact.name})"
        case nodes.Not(operand):
            return f"(not {written(operand)})"
        case nodes.And(operands):
            return "(" + " and ".join(written(operand) for operand in operands) + ")"
        case nodes.Or(operands):
            return "(" + " or ".join(written(operand) for operand in operands) + ")"
