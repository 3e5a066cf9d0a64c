"""Grow the explanation tree: status, rule, force, clause, summary, and each ground with term, value, provenance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from xianjie.cli.options import say
from xianjie.cli.originals import original_text
from xianjie.cli.symbols import Entry, cited, mark, status_text, status_word
from xianjie.cli.typeset import Prose
from xianjie.engine.later import REMARK, is_later
from xianjie.engine.wording import (
    JOINTS,
    VALUES,
    duty_name,
    fact_term,
    history_words,
    listed,
    once,
    only_unrecorded,
    parameter_text,
    part_name,
    reading_name,
    shown_value,
    standing_words,
    supposed_words,
    word_of,
)
from xianjie.policy.model import AnyRule
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import ADVICE, DIMENSIONS, EVENTS, INSTRUMENTS, SERVICES, STEPS, term

if TYPE_CHECKING:
    from xianjie.sources.shelf import Original

_GUIDE = "dim"

_MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}


@dataclass(frozen=True, slots=True)
class Explaining:
    """What one region's explanation is told from; `later` says which dates come after the date of evaluation."""

    policy: Policy
    name: str
    answer: Entry
    lang: str
    reference: str
    originals: Mapping[str, Original] = field(default_factory=dict)
    later: str = ""

    @property
    def region(self) -> Entry:
        """Give the region's answer."""
        entry: Entry = self.answer["regions"][self.reference]
        return entry

    @property
    def as_of(self) -> int:
        """Give the date of evaluation as an ordinal."""
        return dt.date.fromisoformat(self.answer["as_of"]).toordinal()

    def say(self, zh: str, en: str) -> str:
        """Choose a sentence by language."""
        return say(self.lang, zh, en)


def trees(e: Explaining, parts: Sequence[str]) -> RenderableType:
    """Give a tree for each part asked for; a part for which the case has no record says so."""
    document = e.policy.file.document
    head = Text(e.name, "bold").append(f"  《{document.title}》", "not bold")
    remarks = [*([document.number] if document.number else []), *standing_words(e.region["policy"], e.lang)]
    remarks.append(e.say(f"判定日 {e.answer['as_of']}", f"as of {e.answer['as_of']}"))
    out: list[RenderableType] = [Prose(head), Prose(" · ".join(remarks), "dim")]
    out += [Prose(words, "dim") for words in history_words(e.region["policy"], e.lang)]
    out += [Prose(e.later, "yellow")] if e.later else []
    supposed = supposed_words(e.region["policy"], e.lang)
    if supposed:
        out.insert(0, Prose(supposed, "bold yellow"))
    for part in parts:
        out += [Text(""), _part(e, part)]
    return Group(*out)


def _part(e: Explaining, part: str) -> Tree:
    entry = e.region.get(part)
    title = Text(term(DIMENSIONS, part, e.lang), "bold")
    tree = Tree(Prose(title), guide_style=_GUIDE)
    if entry is None:
        title.append(e.say("  个案无此项记录", "  the case has no record of it"), "not bold dim")
        return tree
    if part == "eligibility":
        title.append("  ").append_text(status_text(entry["status"], e.lang))
        for group in entry["groups"]:
            _grow(e, tree, group["name"], group, _group_rules(e, group))
        for advice in entry["advice_details"]:
            branch = tree.add(Prose(Text("→ ").append(term(ADVICE, advice["advice"], e.lang), "bold")))
            _rules(
                e,
                branch,
                [(advice["clause"], rule) for _, rule in e.policy.rules() if rule.id == advice["why"]["rule"]],
            )
            _grounds(e, branch, advice["why"]["because"])
        if not entry["groups"]:
            tree.add(Prose(status_word(entry["status"], e.lang)))
    elif part == "referral":
        _referral(e, tree, entry)
    else:
        _several(e, tree, part, entry)
    return tree


def _several(e: Explaining, tree: Tree, part: str, entries: Sequence[Entry]) -> None:
    silent: dict[str, list[str]] = {}
    alike: dict[tuple[str, str], list[tuple[str, Entry]]] = {}
    for entry in entries:
        if part == "duties":
            name = duty_name(entry, e.policy.vocabulary, e.lang)
        elif part == "services":
            name = term(SERVICES, entry["service"], e.lang)
        else:
            name = term(INSTRUMENTS, entry["instrument"], e.lang)
        if entry["rule"] is None and not entry["missing"]:
            silent.setdefault(entry["status"], []).append(name)
        elif part == "duties":
            _grow(e, tree, name, entry, _rules_of(e, entry["rule"]))
        else:
            alike.setdefault((entry["rule"], entry["status"]), []).append((name, entry))
    for (rule, _), found in alike.items():
        _grow(e, tree, listed([name for name, _ in found], e.lang), found[0][1], _rules_of(e, rule))
    for status, names in silent.items():
        tree.add(Prose(status_text(status, e.lang, e.say("：", ": ") + listed(names, e.lang))))


def _referral(e: Explaining, tree: Tree, entry: Entry) -> None:
    direction = word_of("referral.direction", entry["direction"], e.policy.vocabulary, e.lang)
    branch = _grow(
        e, tree, direction or e.say("方向未记录", "no direction recorded"), entry, _rules_of(e, entry["rule"])
    )
    for key, label in (
        ("missing_step", e.say("缺少步骤", "step missing")),
        ("next_step", e.say("下一步", "next step")),
    ):
        if entry[key]:
            branch.add(_labelled(label, term(STEPS, entry[key], e.lang)))
    procedure = entry["procedure"]
    if procedure is not None:
        steps = listed([term(EVENTS, event, e.lang) for event in procedure["open_events"]], e.lang)
        state = procedure["name"] if e.lang == "zh" else procedure["state"]
        body = e.say(f"现在“{state}”；可记录：{steps or '无'}", f"now at “{state}”; open: {steps or 'none'}")
        branch.add(_labelled(e.say("程序", "procedure"), body))
    simplification = entry["simplification"]
    if simplification is not None:
        _grow(e, tree, e.say("简化程序", "simplification"), simplification, _rules_of(e, simplification["rule"]))
    for duty in entry["accompanying"]:
        name = duty["text"] or e.say("反向转介后政府的职责", "the government's duty afterwards")
        _grow(e, tree, name, {**duty, "readings": [], "notes": []}, _rules_of(e, duty["rule"]))


def _group_rules(e: Explaining, group: Entry) -> list[tuple[str, AnyRule]]:
    line = next(line for line in e.policy.groups if line.group.id == group["id"])
    return [(clause, rule) for _, rule, clause in line.rules]


def _rules_of(e: Explaining, rule_id: str | None) -> list[tuple[str, AnyRule]]:
    return [(clause, rule) for clause, rule in e.policy.rules() if rule.id == rule_id]


def _grow(e: Explaining, tree: Tree, name: str, entry: Entry, rules: Sequence[tuple[str, AnyRule]]) -> Tree:
    """Add one entry of an answer: what it came to, its rules, its grounds, its readings, its notes."""
    head = mark(entry["status"]).append(f" {name}", "default bold").append("  ")
    branch = tree.add(Prose(head.append_text(status_word(entry["status"], e.lang))))
    _rules(e, branch, rules)
    why = entry["why"]
    if why["text"] and why["because"]:
        because = branch.add(_labelled(e.say("依据", "because"), _joint(e, why)))
        _grounds(e, because, why["because"])
    elif why["text"]:
        branch.add(_labelled(e.say("依据", "because"), why["text"]))
    for key, label in (
        ("missing", e.say("尚缺", "missing")),
        ("compliance_missing", e.say("配套尚缺", "missing for the rest")),
    ):
        if entry.get(key):
            names = [f"{fact_term(fact, e.policy.vocabulary, e.lang)} {fact}" for fact in entry[key]]
            branch.add(_labelled(label, listed(names, e.lang)))
    _readings(e, branch, entry)
    _notes(e, branch, entry["notes"])
    return branch


def _labelled(label: str, body: str | Text) -> Prose:
    return Prose(Text(f"{label}  ", "dim").append_text(body if isinstance(body, Text) else Text(body, "default")))


def _joint(e: Explaining, part: Entry) -> Text:
    """Say how the parts of a condition are joined and what came of it, then in a sentence why."""
    joint = JOINTS.get(part.get("op") or "")
    if joint is None:
        return Text(part["text"], "default")
    line = Text(e.say(*joint), "default").append(e.say("：", ": "))
    line.append(e.say(*VALUES[part["value"]]), _MARKS[part["value"]][1])
    if part.get("definition"):
        line.append(f"  {part['definition']}", "dim")
    if not only_unrecorded(part["text"]):
        line.append(f"  {part['text']}", "dim")
    return line


def _rules(e: Explaining, branch: Tree, rules: Iterable[tuple[str, AnyRule]]) -> None:
    for clause, rule in rules:
        source = {"force": rule.force, "qualifier": rule.qualifier, "clause": clause}
        line = Text(e.say("规则  ", "rule  "), "dim").append(rule.id, "default")
        line.append("  ").append_text(cited(source, e.lang))
        if rule.actor and e.lang == "zh":
            line.append(f" · {rule.actor}", "dim")
        changed = e.policy.changed_by(rule.id)
        if changed is not None and changed.supposed:
            line.append(e.say("  假设所改", "  as supposed"), "yellow")
        elif changed is not None:
            line.append(e.say(f"  经 {changed.id} 修改", f"  amended by {changed.id}"), "dim")
        summary = branch.add(Prose(line))
        summary.add(Prose(e.say(rule.zh, rule.en)))
        if rule.id in e.originals:
            summary.add(_labelled(e.say("原文", "original"), original_text(e.originals[rule.id], e.lang)))


def _grounds(e: Explaining, branch: Tree, grounds: Sequence[Entry]) -> None:
    for ground in once(grounds):
        if ground.get("fact"):
            branch.add(_fact(e, ground))
        elif ground.get("parameter"):
            branch.add(_parameter(e, ground))
        else:
            icon, style = _MARKS[ground["value"]]
            line = Text(f"{icon} ", style)
            if ground.get("part"):
                line.append(part_name(ground["part"], e.lang) + e.say("：", ": "), "default")
            inner = branch.add(Prose(line.append_text(_joint(e, ground))))
            _grounds(e, inner, ground["because"])


def _fact(e: Explaining, ground: Entry) -> Prose:
    name, value = ground["fact"], ground["value"]
    line = Text(fact_term(name, e.policy.vocabulary, e.lang)).append(f" {name}", "dim").append(e.say("：", ": "))
    line.append(shown_value(name, value, e.policy.vocabulary, e.lang), "yellow" if value is None else "bold")
    if is_later(name, value, e.as_of, e.policy.vocabulary):
        line.append(e.say(f"（{REMARK[0]}）", f" ({REMARK[1]})"), "yellow")
    source = e.answer["provenance"].get(name)
    if source:
        said = listed([source[key] for key in ("by", "on", "note") if key in source], e.lang)
        line.append(e.say(f"（来源：{said}）", f" (source: {said})"), "dim")
    return Prose(line)


def _parameter(e: Explaining, ground: Entry) -> Prose:
    name = ground["parameter"]
    title, value = parameter_text(name, ground["value"], e.policy, e.lang)
    return Prose(
        Text(e.say("文件数值 ", "figure of the document ")).append(title).append(f" {name}", "dim")
        .append(e.say("：", ": ")).append(value, "bold")
    )  # fmt: skip


def _readings(e: Explaining, branch: Tree, entry: Entry) -> None:
    if not entry["readings"]:
        return
    inner = branch.add(Text(e.say("读法", "readings"), "dim"))
    for reading in entry["readings"]:
        rule = entry.get("rule") or entry.get("id") or ""
        line = status_text(reading["status"], e.lang).append(
            f"  “{reading_name(e.policy, rule, reading['reading'], e.lang)}”", "default"
        )
        line.append(f" {reading['reading']}", "dim")
        if reading["recommended"]:
            line.append(e.say("（推荐）", " (recommended)"))
        if reading.get("text"):
            line.append(e.say("：", ": ") + reading["text"], "default")
        inner.add(Prose(line))


def _notes(e: Explaining, branch: Tree, notes: Sequence[str]) -> None:
    known = {item.id: item for item in e.policy.file.ambiguities}
    for note in notes:
        item = known.get(note)
        branch.add(_labelled(e.say(f"备注 {note}", f"note {note}"), "" if item is None else e.say(item.zh, item.en)))
