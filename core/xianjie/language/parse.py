"""Read a condition written in Python syntax, check its types, and turn it into nodes. Nothing is ever executed."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from xianjie.errors import nearest
from xianjie.language import nodes
from xianjie.language.text import ExpressionError as ExpressionError
from xianjie.language.text import bad_syntax, check_text, lines_of
from xianjie.vocabulary import FactType, Vocabulary

DEEPEST_TREE = 200
"""The evaluator and the compilers walk a condition by recursion: this many levels stay well inside Python's stack."""

_NUMERAL = re.compile(r"(?:\d|\d_\d)+(?:\.\d+)?")
_FUNCTIONS = ("within", "under", "happened", "known", "nonempty", "date")
_UNITS: Mapping[str, nodes.Unit] = {"years": "years", "months": "months", "days": "days"}
_COMPARE: Mapping[type[ast.cmpop], nodes.CompareOp] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_ARITHMETIC: Mapping[type[ast.operator], nodes.ArithmeticOp] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


@dataclass(frozen=True, slots=True)
class ParameterType:
    """What a condition may know of a parameter: money or a plain number, and the unit that it counts, if any."""

    money: bool
    unit: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a condition may use."""

    vocabulary: Vocabulary
    parameters: Mapping[str, ParameterType]
    definitions: frozenset[str]


def parse_condition(text: str, scope: Scope) -> nodes.Condition:
    """Turn the text of a condition into nodes.

    Raises ExpressionError with the place of the first fault: syntax, an unknown name, a wrong type or unit.
    """
    return _Reader(text, scope).condition()


class _Reader:
    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope = text, scope
        # ast counts columns in UTF-8 bytes of each line; errors are given in characters of the whole text.
        self.lines = lines_of(text)

    def condition(self) -> nodes.Condition:
        check_text(self.text)
        try:
            tree = ast.parse(f"({self.text}\n)", mode="eval")
        except SyntaxError as error:
            line, column = error.lineno or 1, (error.offset or 1) - 1
            offset = sum(len(part) for part in self.lines[: line - 1]) + column - (1 if line == 1 else 0)
            raise bad_syntax(max(0, min(offset, len(self.text)))) from None
        except (ValueError, RecursionError, MemoryError):
            raise ExpressionError("expression-syntax", "条件无法解析", "cannot be parsed", 0) from None
        self.check_depth(tree.body)
        return self.boolean(tree.body)

    def check_depth(self, tree: ast.expr) -> None:
        level: list[ast.AST] = [tree]
        for _ in range(DEEPEST_TREE):
            level = [child for node in level for child in ast.iter_child_nodes(node)]
            if not level:
                return
        self.fail(level[0], "expression-too-deep", "条件嵌套过深", "nested too deep")

    def offset(self, node: ast.AST) -> int:
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0)
        if line > len(self.lines):
            return len(self.text)
        prefix = 1 if line == 1 else 0
        encoded = self.lines[line - 1].encode()[: max(0, column - prefix)]
        return sum(len(part) for part in self.lines[: line - 1]) + len(encoded.decode(errors="ignore"))

    def fail(self, node: ast.AST, code: str, zh: str, en: str) -> NoReturn:
        raise ExpressionError(code, zh, en, self.offset(node))

    # -- conditions ------------------------------------------------------------------------------------------------

    def boolean(self, node: ast.expr) -> nodes.Condition:
        match node:
            case ast.BoolOp(op, values):
                operands = tuple(self.boolean(value) for value in values)
                return nodes.And(operands) if isinstance(op, ast.And) else nodes.Or(operands)
            case ast.UnaryOp(ast.Not(), operand):
                return nodes.Not(self.boolean(operand))
            case ast.Constant(bool(value)):
                return nodes.Truth(value)
            case ast.Compare(left, ops, comparators):
                sides = [left, *comparators]
                parts = tuple(
                    self.comparison(node, a, op, b) for a, op, b in zip(sides, ops, comparators, strict=False)
                )
                return parts[0] if len(parts) == 1 else nodes.And(parts)
            case ast.Attribute():
                fact = self.fact(node)
                spec = self.scope.vocabulary[fact.name]
                if spec.type is not FactType.BOOL:
                    self.fail(
                        node,
                        "type-mismatch",
                        f"{fact.name} 的类型是 {spec.type}，不能单独作条件",
                        f"{fact.name} is of type {spec.type}, not a condition by itself",
                    )
                return fact
            case ast.Name(name):
                if name in self.scope.definitions:
                    return nodes.Definition(name)
                if name in self.scope.parameters:
                    self.fail(
                        node,
                        "type-mismatch",
                        f"参数 {name} 不能单独作条件",
                        f"parameter {name} is no condition",
                    )
                return self.unknown_name(node, name)
            case ast.Call():
                return self.call(node)
            case _:
                self.fail(
                    node,
                    "expression-not-a-condition",
                    "这里需要一个条件（事实、比较或 and/or/not）",
                    "a condition is needed here (a fact, a comparison, and/or/not)",
                )

    def comparison(self, whole: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr) -> nodes.Condition:
        if isinstance(op, ast.In | ast.NotIn):
            inside = self.membership(left, right)
            return nodes.Not(inside) if isinstance(op, ast.NotIn) else inside
        symbol = _COMPARE.get(type(op))
        if symbol is None:
            self.fail(whole, "expression-syntax", "不支持 is，请用 == 或 in", "`is` is not supported: use == or in")
        for one, other in ((left, right), (right, left)):
            if isinstance(other, ast.Constant) and isinstance(other.value, str):
                return self.word_comparison(one, symbol, other)
            if isinstance(other, ast.Constant) and isinstance(other.value, bool):
                self.fail(
                    other,
                    "type-mismatch",
                    "布尔事实请直接写，或用 not，不与 True/False 比较",
                    "write a boolean fact by itself or with not, do not compare it with True/False",
                )
        a, a_type = self.quantity(left)
        b, b_type = self.quantity(right)
        a, a_type, b, b_type = self.agree(whole, a, a_type, b, b_type)
        return nodes.Compare(symbol, a, b)

    def word_comparison(self, fact_side: ast.expr, symbol: str, word: ast.Constant) -> nodes.Condition:
        if symbol not in ("==", "!="):
            self.fail(word, "type-mismatch", "文字只能用 == 或 != 比较", "words compare with == or != only")
        fact = self.fact(fact_side)
        member = nodes.Member(fact, (self.word(fact, word),))
        return member if symbol == "==" else nodes.Not(member)

    def membership(self, left: ast.expr, right: ast.expr) -> nodes.Condition:
        if isinstance(left, ast.Constant) and isinstance(left.value, str):
            fact = self.fact(right)
            if self.scope.vocabulary[fact.name].type is not FactType.SET:
                self.fail(right, "type-mismatch", f"{fact.name} 不是集合", f"{fact.name} is no set")
            return nodes.Contains(fact, left.value)
        fact = self.fact(left)
        if not isinstance(right, ast.Tuple | ast.List | ast.Set) or not right.elts:
            self.fail(
                right,
                "type-mismatch",
                "in 之后需要非空的文字列表",
                "`in` needs a list of words that is not empty",
            )
        return nodes.Member(fact, tuple(self.word(fact, item) for item in right.elts))

    def word(self, fact: nodes.Fact, item: ast.expr) -> str:
        spec = self.scope.vocabulary[fact.name]
        if spec.type is not FactType.ENUM:
            self.fail(
                item,
                "type-mismatch",
                f"{fact.name} 的类型是 {spec.type}，不能与文字比较",
                f"{fact.name} is of type {spec.type} and does not compare with words",
            )
        if not isinstance(item, ast.Constant) or not isinstance(item.value, str):
            self.fail(
                item,
                "type-mismatch",
                f"这里需要 {fact.name} 的一个取值",
                f"a word of {fact.name} is needed here",
            )
        if item.value not in spec.words:
            near = nearest(item.value, tuple(spec.words))
            hint_zh = f"，是否为 {near}？" if near else f"；可用：{'、'.join(spec.words)}"
            hint_en = f"; did you mean {near}?" if near else f"; known: {', '.join(spec.words)}"
            self.fail(
                item,
                "unknown-word",
                f"{fact.name} 没有取值 {item.value}{hint_zh}",
                f"{fact.name} has no word {item.value}{hint_en}",
            )
        return item.value

    # -- quantities ------------------------------------------------------------------------------------------------

    def quantity(self, node: ast.expr) -> tuple[nodes.Quantity, str]:
        """Read a number or a day; its type is `number`, `money`, `literal` (either), or `day`."""
        match node:
            case ast.Constant(value) if isinstance(value, int | float) and not isinstance(value, bool):
                text = ast.get_source_segment(f"({self.text}\n)", node) or ""
                if not _NUMERAL.fullmatch(text):
                    self.fail(node, "expression-number", "数字请写成普通小数", "write a number as a plain decimal")
                return nodes.Number(Fraction(text.replace("_", ""))), "literal"
            case ast.UnaryOp(ast.USub(), operand):
                positive, kind = self.quantity(operand)
                if not isinstance(positive, nodes.Number):
                    self.fail(
                        node,
                        "expression-number",
                        "负号只能用于数字",
                        "a minus sign goes before a number only",
                    )
                return nodes.Number(-positive.value, positive.money), kind
            case ast.Attribute():
                fact = self.fact(node)
                spec = self.scope.vocabulary[fact.name]
                match spec.type:
                    case FactType.INT:
                        return fact, "number"
                    case FactType.MONEY:
                        return fact, "money"
                    case FactType.EVENT:
                        return fact, "day"
                    case _:
                        self.fail(
                            node,
                            "type-mismatch",
                            f"{fact.name} 的类型是 {spec.type}，不能比较大小",
                            f"{fact.name} is of type {spec.type} and has no size",
                        )
            case ast.Name("as_of"):
                return nodes.AsOf(), "day"
            case ast.Name(name):
                if name in self.scope.parameters:
                    kind = "money" if self.scope.parameters[name].money else "number"
                    return nodes.Parameter(name, kind == "money"), kind
                if name in self.scope.definitions:
                    self.fail(
                        node,
                        "type-mismatch",
                        f"定义 {name} 是条件，不是数量",
                        f"definition {name} is no quantity",
                    )
                return self.unknown_name(node, name)
            case ast.Call(ast.Name("date"), [ast.Constant(str(text))], []):
                try:
                    return nodes.Day(dt.date.fromisoformat(text).toordinal()), "day"
                except ValueError:
                    self.fail(node, "expression-date", "日期请写成 date('2025-05-01')", "write date('2025-05-01')")
            case ast.BinOp(left, op, right):
                return self.arithmetic(node, left, op, right)
            case _:
                self.fail(
                    node,
                    "expression-not-a-quantity",
                    "这里需要数字、金额或日期",
                    "a number, money or a day is needed here",
                )

    def arithmetic(
        self, node: ast.BinOp, left: ast.expr, op: ast.operator, right: ast.expr
    ) -> tuple[nodes.Quantity, str]:
        symbol = _ARITHMETIC.get(type(op))
        if symbol is None:
            self.fail(
                node,
                "expression-arithmetic",
                "只能用 +、-、*（不作除法）",
                "only +, - and * (nothing is divided)",
            )
        a, a_type = self.quantity(left)
        b, b_type = self.quantity(right)
        if "day" in (a_type, b_type):
            self.fail(node, "type-mismatch", "日期不作加减，请用 within(…)", "days are not added: use within(…)")
        if symbol == "*":
            if a_type == b_type == "money":
                self.fail(node, "type-mismatch", "金额不能乘金额", "money cannot be multiplied by money")
            kinds = {a_type, b_type}
            kind = "money" if "money" in kinds else "number" if "number" in kinds else "literal"
            return nodes.Arithmetic(symbol, a, b), kind
        a, a_type, b, b_type = self.agree(node, a, a_type, b, b_type)
        return nodes.Arithmetic(symbol, a, b), a_type

    def agree(
        self, node: ast.expr, a: nodes.Quantity, a_type: str, b: nodes.Quantity, b_type: str
    ) -> tuple[nodes.Quantity, str, nodes.Quantity, str]:
        """Give a bare numeral its neighbour's type (yuan become fen); refuse a mixture."""
        if a_type == "literal" and b_type == "money":
            return _in_fen(a), "money", b, b_type
        if b_type == "literal" and a_type == "money":
            return a, a_type, _in_fen(b), "money"
        if a_type == "literal" and b_type == "number":
            return a, "number", b, b_type
        if b_type == "literal" and a_type == "number":
            return a, a_type, b, "number"
        if a_type != b_type:
            names = {
                "number": ("数", "a number"),
                "money": ("金额", "money"),
                "day": ("日期", "a day"),
                "literal": ("数", "a number"),
            }
            self.fail(
                node,
                "type-mismatch",
                f"{names[a_type][0]}不能与{names[b_type][0]}相比或相加减",
                f"{names[a_type][1]} does not go with {names[b_type][1]}",
            )
        return a, a_type, b, b_type

    # -- names -----------------------------------------------------------------------------------------------------

    def fact(self, node: ast.expr) -> nodes.Fact:
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            if isinstance(node, ast.Name) and not self.is_known(node.id):
                self.unknown_name(node, node.id)
            self.fail(
                node,
                "expression-not-a-fact",
                "这里需要一个事实（如 aid.received）",
                "a fact is needed here (as aid.received)",
            )
        name = f"{node.value.id}.{node.attr}"
        if name not in self.scope.vocabulary:
            self.unknown_name(node, name)
        return nodes.Fact(name)

    def is_known(self, name: str) -> bool:
        return name == "as_of" or name in self.scope.parameters or name in self.scope.definitions

    def unknown_name(self, node: ast.AST, name: str) -> NoReturn:
        known = (*self.scope.vocabulary.names, *self.scope.parameters, *sorted(self.scope.definitions))
        near = nearest(name, known)
        self.fail(
            node,
            "unknown-name",
            f"没有名为 {name} 的事实、参数或定义" + (f"，是否为 {near}？" if near else ""),
            f"no fact, parameter or definition is called {name}" + (f"; did you mean {near}?" if near else ""),
        )

    def call(self, node: ast.Call) -> nodes.Condition:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "date":
            self.fail(
                node,
                "type-mismatch",
                "date(…) 是日期，不能单独作条件",
                "date(…) is a day, no condition by itself",
            )
        if name not in _FUNCTIONS:
            near = nearest(name, _FUNCTIONS)
            self.fail(
                node,
                "unknown-function",
                f"没有函数 {name}"
                + (f"，是否为 {near}？" if near else "；可用：within、under、happened、known、nonempty"),
                f"no function {name}"
                + (f"; did you mean {near}?" if near else "; known: within, under, happened, known, nonempty"),
            )
        if len(node.args) != 1:
            self.fail(node, "function-arguments", f"{name} 的第一项须是一个事实", f"{name} takes one fact first")
        fact = self.fact(node.args[0])
        kind = self.scope.vocabulary[fact.name].type
        if name in ("within", "under"):
            return self.window(node, fact, last_day_inside=name == "within")
        if node.keywords:
            self.fail(node, "function-arguments", f"{name} 不带具名参数", f"{name} takes no keywords")
        if name == "known":
            return nodes.Known(fact)
        wanted = FactType.EVENT if name == "happened" else FactType.SET
        if kind is not wanted:
            self.fail(
                node,
                "type-mismatch",
                f"{name} 需要 {wanted}，而 {fact.name} 是 {kind}",
                f"{name} needs a {wanted}; {fact.name} is {kind}",
            )
        return nodes.Happened(fact) if name == "happened" else nodes.NotEmpty(fact)

    def window(self, node: ast.Call, fact: nodes.Fact, last_day_inside: bool) -> nodes.Condition:
        if self.scope.vocabulary[fact.name].type is not FactType.EVENT:
            self.fail(
                node,
                "type-mismatch",
                f"期间只能用于日期，{fact.name} 不是日期",
                f"a window needs a date; {fact.name} is none",
            )
        unit = _UNITS.get(node.keywords[0].arg or "") if len(node.keywords) == 1 else None
        if unit is None:
            self.fail(
                node,
                "function-arguments",
                "期间写作 years=、months= 或 days= 之一",
                "give one of years=, months=, days=",
            )
        amount_node = node.keywords[0].value
        amount, kind = self.quantity(amount_node)
        if isinstance(amount, nodes.Number):
            if amount.value.denominator != 1 or not 0 < amount.value <= 1200:
                self.fail(
                    amount_node,
                    "window-length",
                    "期间须是 1 到 1200 的整数",
                    "a window is a whole number from 1 to 1200",
                )
            return nodes.Within(fact, amount, unit, last_day_inside)
        if isinstance(amount, nodes.Parameter) and kind == "number":
            declared = self.scope.parameters[amount.name].unit
            if declared != unit:
                self.fail(
                    amount_node,
                    "unit-mismatch",
                    f"参数 {amount.name} 的单位是 {declared or '（未写）'}，这里需要 {unit}",
                    f"parameter {amount.name} counts {declared or 'nothing named'}, {unit} are needed here",
                )
            return nodes.Within(fact, amount, unit, last_day_inside)
        self.fail(amount_node, "type-mismatch", "期间须是整数或参数", "a window is a whole number or a parameter")


def _in_fen(node: nodes.Quantity) -> nodes.Quantity:
    """Read the bare numerals of a quantity as yuan."""
    match node:
        case nodes.Number(value):
            return nodes.Number(value * 100, money=True)
        case nodes.Arithmetic(op, left, right):
            if op == "*":
                return nodes.Arithmetic(op, _in_fen(left), right)
            return nodes.Arithmetic(op, _in_fen(left), _in_fen(right))
        case _:
            return node
