"""Demand that a policy file agrees with itself: ids stand once, and what is named is there."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.errors import nearest
from xianjie.policy.completeness import Blame
from xianjie.policy.model import AnyRule, GroupRule, PolicyFile
from xianjie.policy.yaml_tree import Path


def check_header(file: PolicyFile, blame: Blame) -> None:
    """Blame faults in the parts before the clauses: ids used twice, readings, dates and numbers of parameters."""
    known = {item.id for item in file.ambiguities}
    for parts, code, zh, en in (
        ("ambiguities", "ambiguity-doubled", "歧义编号重复", "the ambiguity's id is used twice"),
        ("groups", "group-doubled", "对象类别重复", "the group's id is used twice"),
    ):
        for number in doubled([item.id for item in getattr(file, parts)]):
            blame((parts, number, "id"), code, zh, en)
    for axis, model in file.readings.items():
        if sum(option.recommended for option in model.options) != 1:
            blame(
                ("readings", axis),
                "reading-recommended",
                "须恰好有一种推荐读法",
                "exactly one reading is recommended",
            )
        for number in doubled([option.id for option in model.options]):
            path = ("readings", axis, "options", number, "id")
            blame(path, "reading-doubled", "读法编号重复", "the reading's id is used twice")
        if model.ambiguity is not None and model.ambiguity not in known:
            blame(
                ("readings", axis, "ambiguity"),
                "ambiguity-unknown",
                "ambiguities 中没有这一编号",
                "not listed under ambiguities",
            )
    for name, parameter in file.parameters.items():
        dates = [entry.since for entry in parameter.values]
        later = [date for date in dates[1:] if date is not None]
        if dates[0] is not None or len(later) != len(dates) - 1 or later != sorted(set(later)):
            blame(
                ("parameters", name, "values"),
                "parameter-dates",
                "第一个值不写 since，其后的值须写且依次递增",
                "the first value has no `since`; each later one has, in rising order",
            )
        if parameter.type == "money" and any(entry.value * 100 % 1 for entry in parameter.values):
            blame(
                ("parameters", name, "values"),
                "money-fen",
                "金额最多两位小数",
                "money has at most two decimals",
            )
        if parameter.unit in ("years", "months", "days") and not all(
            entry.value % 1 == 0 and 0 < entry.value <= 1200 for entry in parameter.values
        ):
            blame(
                ("parameters", name, "values"),
                "window-length",
                "期间须是 1 到 1200 的整数",
                "a window is a whole number from 1 to 1200",
            )
        if name in file.definitions or name == "as_of":
            blame(
                ("parameters", name),
                "name-doubled",
                "名称已用于定义或为保留字",
                "the name is used or reserved",
            )
    if "as_of" in file.definitions:
        blame(
            ("definitions", "as_of"),
            "name-doubled",
            "名称已用于定义或为保留字",
            "the name is used or reserved",
        )


def check_rules(file: PolicyFile, blame: Blame) -> None:
    """Blame clauses and rules whose ids clash, that name what is not there, or that say nothing."""
    ids: dict[str, Path] = {}
    known_notes = {item.id for item in file.ambiguities}
    groups = {group.id for group in file.groups}
    paths: set[str] = set()
    for c, clause in enumerate(file.clauses):
        if clause.path in paths:
            blame(("clauses", c, "path"), "clause-doubled", "同一条款出现两次", "the clause stands twice")
        paths.add(clause.path)
        if (clause.treatment == "rules") != bool(clause.rules):
            blame(
                ("clauses", c, "treatment"),
                "clause-treatment",
                "treatment 为 rules 的条款须有规则，其他条款不得有规则",
                "a clause has rules exactly where its treatment is `rules`",
            )
        if clause.treatment != "rules" and not clause.zh:
            blame(
                ("clauses", c),
                "clause-summary",
                "背景、监督条款须写 zh 概要",
                "a clause without rules needs a summary",
            )
    for path, _, rule in numbered(file):
        if rule.id in ids:
            blame((*path, "id"), "rule-doubled", "规则编号重复", "the rule's id is used twice")
        ids[rule.id] = path
        for number, note in enumerate(rule.notes):
            if note not in known_notes:
                blame(
                    (*path, "notes", number),
                    "ambiguity-unknown",
                    "ambiguities 中没有这一编号",
                    "not listed under ambiguities",
                )
        if isinstance(rule, GroupRule) and rule.group not in groups:
            near = nearest(rule.group, tuple(groups))
            blame(
                (*path, "group"),
                "group-unknown",
                "groups 中没有这个对象类别" + (f"，是否为 {near}？" if near else ""),
                "not listed under groups" + (f"; did you mean {near}?" if near else ""),
            )
    used = {rule.group for _, _, rule in numbered(file) if isinstance(rule, GroupRule)}
    for number, group in enumerate(file.groups):
        if group.id not in used:
            blame(
                ("groups", number),
                "group-empty",
                "没有规则说明谁属于这个类别",
                "no rule says who belongs to the group",
            )


def numbered(file: PolicyFile) -> list[tuple[Path, str, AnyRule]]:
    """List every rule with its path in the file and its clause."""
    return [
        (("clauses", c, "rules", r), clause.path, rule)
        for c, clause in enumerate(file.clauses)
        for r, rule in enumerate(clause.rules)
    ]


def doubled(ids: Sequence[str | int]) -> list[int]:
    """List the places at which an id stands that stood before."""
    return [number for number, one in enumerate(ids) if one in ids[:number]]
