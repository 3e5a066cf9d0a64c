"""Read the quantities of a condition: numbers, money and days, each with its type."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Mapping
from fractions import Fraction

from xianjie.language import nodes
from xianjie.language.names import NameReader
from xianjie.vocabulary import FactType

_NUMERAL = re.compile(r"(?:\d|\d_\d)+(?:\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ARITHMETIC: Mapping[type[ast.operator], nodes.ArithmeticOp] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


class QuantityReader(NameReader):
    """Read numbers, money and days."""

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
                    if not _DAY.fullmatch(text):
                        raise ValueError
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
