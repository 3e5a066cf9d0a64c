"""Name a case by what it tests, in the office's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xianjie.language.evaluate import Value
from xianjie.language.prose import value_text
from xianjie.policy.model import Rule
from xianjie.policy.prepared import Policy
from xianjie.proof.witness import label_in
from xianjie.suite.atoms import Mark
from xianjie.vocabulary import FactType
from xianjie.vocabulary.terms import ADVICE, CONDITIONS, INSTRUMENTS, SERVICES, STATUSES, UNMET, term

LONGEST = 92
"""A name takes no more characters, so that a number still fits behind it."""

_DIRECTIONS = {"forward": "民政→慈善转介", "reverse": "慈善→民政转介", "community_report": "居(村)委报告"}


class Naming:
    """Name the points and facts of one policy, and give each case of a suite a name of its own."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._rules: Mapping[str, Rule] = {rule.id: rule for _, rule in policy.rules()}
        self._groups = {line.group.id: line.group.zh for line in policy.groups}
        self._taken: dict[str, int] = {}

    def alone(self, name: str) -> str:
        """Give a name that no case has yet: the name itself, or with a number behind it."""
        name = name[:LONGEST]
        number = self._taken[name] = self._taken.get(name, 0) + 1
        return name if number == 1 else f"{name} · {number}"

    def point(self, key: str) -> str:
        """Name a point of an answer."""
        kind, _, name = key.partition(".")
        match kind:
            case "group":
                return self._groups[name]
            case "advice":
                rule = self._rules[name]
                return term(ADVICE, getattr(rule, "advice", ""))
            case "service":
                return term(SERVICES, name.partition("/")[0])
            case "instrument":
                return term(INSTRUMENTS, name.partition("/")[0])
            case "referral":
                direction, _, step = name.partition("/")
                return f"{_DIRECTIONS[direction]}程序" if step else _DIRECTIONS[direction]
            case "simplification":
                return "简化程序"
            case "accompanying":
                return self.short(name)
            case "ledger":
                slot = name.partition("/")[2].partition(".")[2]
                return f"配套要求（{term(UNMET, slot)}）" if slot else "台账"
            case "priority":
                return "优先"
            case _:
                return "对象"

    def short(self, rule: str) -> str:
        """Name a rule by the beginning of its summary."""
        found = self._rules[rule]
        text = found.zh.split("；")[0].split("，")[0].rstrip("。")
        return text if len(text) <= 24 else f"{text[:23]}…"

    def fact(self, name: str, value: Value | None, mark: Mark) -> str:
        """Name a fact with its value, and where that lies."""
        spec = self.policy.vocabulary[name]
        if value is None:
            return f"{spec.zh}：未记录"
        text = value_text(spec, value, "zh")
        if spec.type in (FactType.BOOL, FactType.ENUM, FactType.SET) or mark.zh in ("", text):
            return f"{spec.zh}：{text}"
        return f"{spec.zh} {text}（{mark.zh}）"

    def outcome(self, answer: Mapping[str, Any], key: str) -> str:
        """Name a point with what it came to."""
        kind = key.partition(".")[0]
        if kind == "ledger":
            entry = answer["duties"][0]
            if "/requires" in key:
                return f"{self.point(key)} {_COMPLIANCE[entry['compliance']]}"
            said = term(CONDITIONS, entry["condition"]) if entry["condition"] else term(STATUSES, entry["status"])
            return f"{self.point(key)} {said}"
        if "/step:" in key:
            procedure = answer["referral"]["procedure"]
            return (
                f"{self.point(key)} {procedure['name'] if procedure else term(STATUSES, answer['referral']['status'])}"
            )
        if kind == "advice":
            told = label_in(answer, key)[0] == "applies"
            return f"{'提示' if told else '不提示'}“{self.point(key)}”"
        return f"{self.point(key)} {term(STATUSES, label_in(answer, key)[0])}"


_COMPLIANCE = {"full": "已做到", "partial": "只做到一部分", "unknown": "无法确定"}
