"""Write Python source that decides a block of conditions at once, and source that explains as it decides.

From the integer form: unknown is 1, false 0, true 3, so that Kleene's *and* is `&` and *or* is `|`. Numbers, sentences
and dates stand outside the source as constants, so that one policy is compiled once whatever the date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import assert_never

from xianjie.language import ir, nodes
from xianjie.language.explain import Finding, Shown, is_compound, kind_of, opened, said_by_others
from xianjie.language.ir import Frame, lower
from xianjie.language.prose import Phrase, Speaker, Template, words
from xianjie.vocabulary import FactType, Vocabulary

UNKNOWN, FALSE, TRUE = 1, 0, 3
"""Codes of the three values."""

Code = int | str | frozenset[str] | None
Verdict = Callable[[Sequence[Code]], tuple[int, ...]]
Explain = Callable[[Sequence[Code], Sequence[Shown], Sequence[str]], list[Finding]]

_VALUES = (False, None, None, True)
_OPPOSITES = (TRUE, UNKNOWN, UNKNOWN, FALSE)


@dataclass(frozen=True, slots=True)
class Material:
    """What the source is written from: conditions under their rules' ids, definitions, the date, and how to speak."""

    conditions: Sequence[tuple[str, nodes.Condition]]
    definitions: Mapping[str, nodes.Condition]
    frame: Frame
    vocabulary: Vocabulary
    speaker: Speaker
    parameters: Mapping[str, Shown]


def verdict_function(material: Material) -> Verdict:
    """Compile the conditions to a function of the facts' codes that gives each condition's code, in order."""
    writer = Writer(material)
    results = [writer.value(node) for _, node in material.conditions]
    writer.line(f"return ({''.join(result + ', ' for result in results)})")
    return writer.function("decide(C)")  # type: ignore[return-value]


def explain_function(material: Material) -> Explain:
    """Compile the conditions to a function that gives each one's finding: value, missing facts and explanation."""
    writer = Writer(material)
    findings = [writer.finding(rule, node) for rule, node in material.conditions]
    writer.line(f"return [{', '.join(findings)}]")
    return writer.function("explain(C, S, T)")  # type: ignore[return-value]


@lru_cache(maxsize=512)
def _compiled(source: str) -> CodeType:
    return compile(source, "<conditions of a policy>", "exec")


class Writer:
    """Write the source of one function; `generate_json` says the same in another form."""

    def __init__(self, material: Material) -> None:
        """Take what the source is written from."""
        self.material = material
        self.lines: list[str] = []
        self.depth = 1
        self.facts: dict[str, str] = {}
        self.values: dict[ir.Ir, str] = {}
        self.leaves: dict[str, str] = {}
        self.texts: dict[nodes.Condition, str] = {}
        self.grounds_of: dict[nodes.Condition, str] = {}
        self.constants: dict[str, object] = {"V": _VALUES, "N": _OPPOSITES, "Finding": Finding}
        self.count = 0

    # -- writing ---------------------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def constant(self, value: object) -> str:
        name = self.name("K")
        self.constants[name] = value
        return name

    def assign(self, prefix: str, expression: str) -> str:
        name = self.name(prefix)
        self.line(f"{name} = {expression}")
        return name

    def function(self, signature: str) -> object:
        head = [f"    {variable} = C[{self.material.vocabulary.slot[fact]}]" for fact, variable in self.facts.items()]
        source = "\n".join([f"def {signature}:", *head, *self.lines, ""])
        space: dict[str, object] = dict(self.constants)
        exec(_compiled(source), space)  # noqa: S102 - source written above from checked nodes; no text of a policy is in it
        return space[signature.partition("(")[0]]

    # -- values ----------------------------------------------------------------------------------------------------

    def fact(self, name: str) -> str:
        if name not in self.facts:
            self.facts[name] = f"f{self.material.vocabulary.slot[name]}"
        return self.facts[name]

    def is_flag(self, name: str) -> bool:
        return self.material.vocabulary[name].type is FactType.BOOL

    def unknown(self, name: str) -> str:
        return f"{self.fact(name)} == 1" if self.is_flag(name) else f"{self.fact(name)} is None"

    def value(self, node: nodes.Condition) -> str:
        return self.ir_value(lower(node, self.material.frame))

    def ir_value(self, part: ir.Ir) -> str:
        if part not in self.values:
            self.values[part] = self.new_value(part)
        return self.values[part]

    def new_value(self, part: ir.Ir) -> str:
        match part:
            case ir.Constant(value):
                return str(TRUE if value else FALSE)
            case ir.Flag(fact):
                return self.fact(fact)
            case ir.OneOfWords(fact, allowed):
                return self.test([fact], f"{self.fact(fact)} in {allowed!r}")
            case ir.HasWord(fact, word):
                return self.test([fact], self.fact(fact) if word is None else f"{word!r} in {self.fact(fact)}")
            case ir.Recorded(fact):
                return self.assign("v", f"0 if {self.unknown(fact)} else 3")
            case ir.Linear():
                return self.test(part.needs, self.linear(part))
            case ir.Negation(operand):
                return self.assign("v", f"N[{self.ir_value(operand)}]")
            case ir.All((ir.Linear(">=", low_terms) as low, ir.Linear("<=", high_terms) as high)) if (
                low_terms == high_terms == ((1, low.needs),) and low.needs == high.needs and len(low.needs) == 1
            ):
                between = (
                    f"{self.constant(low.constant)} <= {self.fact(low.needs[0])} <= {self.constant(high.constant)}"
                )
                return self.test(low.needs, between)
            case ir.All(operands):
                return self.assign("v", " & ".join(self.ir_value(operand) for operand in operands))
            case ir.Any(operands):
                return self.assign("v", " | ".join(self.ir_value(operand) for operand in operands))
            case ir.Named(name):
                return self.value(self.material.definitions[name])
            case _:
                assert_never(part)

    def test(self, needs: Sequence[str], condition: str) -> str:
        unknown = " or ".join(self.unknown(name) for name in needs)
        return self.assign(
            "v", f"1 if {unknown} else 3 if {condition} else 0" if unknown else f"3 if {condition} else 0"
        )

    def linear(self, part: ir.Linear) -> str:
        terms = [
            " * ".join(
                ([self.constant(coefficient)] if coefficient != 1 else []) + [self.fact(name) for name in monomial]
            )
            for coefficient, monomial in part.terms
        ]
        return f"{' + '.join(terms) or '0'} {part.op} {self.constant(part.constant)}"

    # -- explanations ----------------------------------------------------------------------------------------------

    def finding(self, rule: str, node: nodes.Condition) -> str:
        value, text, grounds = self.value(node), self.text(node), self.grounds(node)
        lacking = self.missing(node, value)
        why = (
            f"{{'rule': {self.constant(rule)}, 'op': {self.op(node)!r}, 'value': V[{value}], "
            f"'text': {text}, 'because': [{', '.join(grounds)}]}}"
        )
        return f"Finding(V[{value}], {lacking}, {why})"

    def op(self, node: nodes.Condition) -> str:
        return kind_of(opened(node, self.material.definitions))

    def grounds(self, node: nodes.Condition) -> list[str]:
        match node:
            case nodes.And(operands) | nodes.Or(operands):
                return [ground for operand in operands for ground in self.part(operand)]
            case nodes.Not(operand):
                return self.part(operand)
            case nodes.Definition():
                return self.grounds(opened(node, self.material.definitions))
            case _:
                leaves = [self.leaf(name) for name in nodes.facts_of(node)]
                return leaves + [self.parameter(name) for name in nodes.parameters_of(node)]

    def part(self, node: nodes.Condition) -> list[str]:
        if not is_compound(node):
            return self.grounds(node)
        if node not in self.grounds_of:
            self.grounds_of[node] = self.assign("g", self.new_part(node))
        return [self.grounds_of[node]]

    def new_part(self, node: nodes.Condition) -> str:
        named = f"'definition': {self.constant(node.name)}, " if isinstance(node, nodes.Definition) else ""
        value, text, grounds = self.value(node), self.text(node), ", ".join(self.grounds(node))
        return f"{{'op': {self.op(node)!r}, {named}'value': V[{value}], 'text': {text}, 'because': [{grounds}]}}"

    def leaf(self, name: str) -> str:
        if name not in self.leaves:
            self.leaves[name] = self.assign("l", self.new_leaf(name))
        return self.leaves[name]

    def new_leaf(self, name: str) -> str:
        return f"{{'fact': {name!r}, 'value': S[{self.material.vocabulary.slot[name]}]}}"

    def parameter(self, name: str) -> str:
        return self.constant({"parameter": name, "value": self.material.parameters[name]})

    def text(self, node: nodes.Condition) -> str:
        match node:
            case nodes.Not(operand):
                return self.text(operand)
            case nodes.Definition(name):
                return self.text(self.material.definitions[name])
            case _:
                if node not in self.texts:
                    self.texts[node] = self.new_text(node)
                return self.texts[node]

    def new_text(self, node: nodes.And | nodes.Or | nodes.Atom) -> str:
        value = self.value(node)
        if not isinstance(node, nodes.And | nodes.Or):
            return self.atom_text(self.material.speaker.phrase(node), value)
        w = words(self.material.speaker.lang)
        pairs = [(self.text(operand), self.value(operand)) for operand in node.operands]
        aside = said_by_others(node.operands)
        kept = [pair for number, pair in enumerate(pairs) if number not in aside]
        named = self.deciding(kept, value, self.said(w.also))
        some = f"({named} or {self.deciding(pairs, value, self.said(w.also))})" if aside else named
        # a true *all* and a false *any* are brought about by every part: nothing has to be picked out
        whole, joint = ("3", w.both) if isinstance(node, nodes.And) else ("0", w.also)
        between = f"{{{self.constant(self.said(joint))}}}"
        every = f'f"{between.join(f"{{{text}}}" for text, _ in kept or pairs)}"'
        return self.assign("t", f"{every} if {value} == {whole} else {some}")

    def deciding(self, pairs: Sequence[tuple[str, str]], value: str, also: str) -> str:
        """Join the texts of the parts that have the value; one text too many is put between, and cut off in front."""
        joint = self.constant(also)
        listed = "".join(f"{{{joint} + {text} if {part} == {value} else ''}}" for text, part in pairs)
        return f'f"{listed}"[{len(also)}:]'

    def atom_text(self, phrase: Phrase, value: str) -> str:
        plain = [self.plain(template) for template in (phrase.false, phrase.unknown, phrase.true)]
        if all(text is not None for text in plain):
            table = (plain[0], plain[1], plain[1], plain[2])
            return self.assign("t", f"{self.constant(table)}[{value}]")
        false, unknown, true = (self.filled(template) for template in (phrase.false, phrase.unknown, phrase.true))
        return self.assign("t", f"{true} if {value} == 3 else {false} if {value} == 0 else {unknown}")

    def said(self, text: str) -> str:
        """Give a piece of a sentence as it stands in what is written."""
        return text

    def plain(self, template: Template) -> str | None:
        return self.said("".join(map(str, template))) if all(isinstance(part, str) for part in template) else None

    def filled(self, template: Template) -> str:
        pieces = [
            f"{{{self.constant(self.said(part))}}}"
            if isinstance(part, str)
            else f"{{T[{self.material.vocabulary.slot[part.name]}]}}"
            for part in template
        ]
        return f'f"{"".join(pieces)}"'

    # -- missing facts -----------------------------------------------------------------------------------------------

    def missing(self, node: nodes.Condition, value: str) -> str:
        if not self.can_be_open(node):
            return "()"
        result = self.assign("m", "()")
        self.line(f"if {value} == 1:")
        self.depth += 1
        self.line("m = {}")
        self.collect(node)
        self.line(f"{result} = tuple(m)")
        self.depth -= 1
        return result

    def can_be_open(self, node: nodes.Condition) -> bool:
        match node:
            case nodes.Truth() | nodes.Known():
                return False
            case nodes.Definition(name):
                return self.can_be_open(self.material.definitions[name])
            case nodes.Not(operand):
                return self.can_be_open(operand)
            case nodes.And(operands) | nodes.Or(operands):
                return any(self.can_be_open(operand) for operand in operands)
            case _:
                return bool(nodes.facts_of(node))

    def collect(self, node: nodes.Condition) -> None:
        """Write the gathering of an open condition's unknown facts; the caller has asked whether it is open."""
        match node:
            case nodes.Definition(name):
                self.collect(self.material.definitions[name])
            case nodes.Not(operand):
                self.collect(operand)
            case nodes.And(operands) | nodes.Or(operands):
                for operand in operands:
                    if self.can_be_open(operand):
                        self.line(f"if {self.value_at_hand(operand)} == 1:")
                        self.depth += 1
                        self.collect(operand)
                        self.depth -= 1
            case _:
                names = nodes.facts_of(node)
                for name in names:
                    if len(names) == 1:
                        self.line(f"m[{name!r}] = None")
                    else:
                        self.line(f"if {self.unknown(name)}: m[{name!r}] = None")

    def value_at_hand(self, node: nodes.Condition) -> str:
        """Name the value of a part whose text was written before, so that no line is added inside the branch."""
        return self.values[lower(node, self.material.frame)]
