"""Read a condition written in Python syntax, check its types, and turn it into nodes. Nothing is ever executed."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from xianjie.errors import nearest
from xianjie.language import nodes
from xianjie.language.names import Scope
from xianjie.language.quantities import QuantityReader
from xianjie.language.text import ExpressionError, bad_syntax, check_text
from xianjie.vocabulary import FactType

DEEPEST_TREE = 200
"""The evaluator and the compilers walk a condition by recursion: this many levels stay well inside Python's stack."""

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


def parse_condition(text: str, scope: Scope) -> nodes.Condition:
    """Turn the text of a condition into nodes.

    Raises ExpressionError with the place of the first fault: syntax, an unknown name, a wrong type or unit.
    """
    return _Reader(text, scope).condition()


class _Reader(QuantityReader):
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
