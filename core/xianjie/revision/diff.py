"""Lay two policies side by side, and list what differs: structure, force, numbers, conditions, silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xianjie.compare.bilingual import Both
from xianjie.policy.prepared import Policy
from xianjie.revision.diff_change import KINDS, SECTIONS, WEIGHTS, Change, Diff, Named
from xianjie.revision.diff_clauses import clause_changes, silence_changes
from xianjie.revision.diff_head import definition_changes, header_changes, parameter_changes
from xianjie.revision.diff_readings import ambiguity_changes, group_changes, group_renames, reading_changes
from xianjie.revision.diff_rules import renames, rule_changes, through_changes
from xianjie.revision.diff_sides import Pair, side_of

SCHEMA_VERSION = 1

OTHER_REGION = Both(
    "两份文件属于不同地区，规则只按编号对应；按议题比较各地，请用 xianjie compare。",
    "The documents are of different regions; rules are matched by id only. To compare by topic use xianjie compare.",
)


def diff(old: Policy, new: Policy, as_of: int | None = None) -> Diff:
    """List every difference between two policies. Rules are matched by id; equal policies give an empty list.

    In words, a parameter stands by its value on `as_of` (an ordinal), or by its last value where there is none.
    """
    pair = Pair(side_of(old, as_of), side_of(new, as_of))
    groups = group_renames(pair)
    renamed = renames(*({rule.id: rule for _, rule in policy.rules()} for policy in (old, new)))
    head = [
        *header_changes(pair),
        *parameter_changes(pair),
        *ambiguity_changes(pair),
        *reading_changes(pair),
        *definition_changes(pair),
        *group_changes(pair, groups),
    ]
    rules = rule_changes(pair, groups)
    causes = _causes(head)
    back = {after: before for before, after in renamed.items()}
    rules += through_changes(pair, rules, causes, back)
    body = _in_order(pair, [*clause_changes(pair, renamed), *rules])
    return Diff(_named(old), _named(new), (*head, *body, *silence_changes(pair)))


def _named(policy: Policy) -> Named:
    document = policy.file.document
    return Named(
        policy.region,
        policy.id,
        policy.file.version,
        document.title,
        document.number,
        document.standing,
        document.validity,
        document.text,
        policy.sha256,
        tuple(overlay.id for overlay in policy.overlays),
    )


def _causes(changes: Iterable[Change]) -> dict[str, Both]:
    """Name what changed its meaning and stands in both policies: a rule that rests on it changes through it."""
    return {
        f"{change.section}/{change.item}": Both(
            f"{SECTIONS[change.section].zh} {change.item}", f"{_ONE[change.section]} {change.item}"
        )
        for change in changes
        if change.section in ("parameters", "readings", "definitions", "groups")
        and change.weight == "major"
        and change.field
        and change.item
    }


_ONE = {"parameters": "parameter", "readings": "readings", "definitions": "definition", "groups": "group"}


def _in_order(pair: Pair, changes: Sequence[Change]) -> list[Change]:
    """Put clauses and rules in the document's order; what was dropped stands where it stood."""
    clauses = merged(*([clause.path for clause in side.file.clauses] for side in pair))
    rules = merged(*([rule.id for _, rule in side.policy.rules()] for side in pair))
    places = {path: number for number, path in enumerate(clauses)}
    turns = {rule: number for number, rule in enumerate(rules)}

    def place(change: Change) -> tuple[int, int]:
        if change.section == "clauses":
            return places.get(change.item, -1), -1
        return places[change.new_clause or change.old_clause or ""], turns[change.item]

    return sorted(changes, key=place)


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Put what only the old list holds into the new one, behind what it stood behind."""
    out, last = list(new), -1
    for item in old:
        if item in out:
            last = out.index(item)
        else:
            last += 1
            out.insert(last, item)
    return out


# -- as data -------------------------------------------------------------------------------------------------------


def diff_json(found: Diff, lang: str = "zh") -> dict[str, Any]:
    """Give a diff as JSON-shaped data; `sentence` and the words are in `zh` or `en`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "old": named_json(found.old),
        "new": named_json(found.new),
        "equal": found.equal,
        "note": None if found.same_region else OTHER_REGION.said(lang),
        "totals": found.totals(),
        "changes": [change_json(change, lang) for change in found.changes],
    }


def named_json(named: Named) -> dict[str, Any]:
    """Give what names a policy as JSON-shaped data."""
    return {
        "region": named.region,
        "id": named.id,
        "version": named.version,
        "title": named.title,
        "number": named.number,
        "standing": named.standing,
        "validity": named.validity,
        "text": named.text,
        "sha256": named.sha256,
        "overlays": list(named.overlays),
    }


def change_json(change: Change, lang: str = "zh") -> dict[str, Any]:
    """Give one change as JSON-shaped data."""
    return {
        "kind": change.kind,
        "weight": change.weight,
        "path": change.path,
        "section": change.section,
        "item": change.item or None,
        "field": change.field or None,
        "sentence": change.zh if lang == "zh" else change.en,
        "words": {
            "kind": KINDS[change.kind][1].said(lang),
            "weight": WEIGHTS[change.weight].said(lang),
            "section": SECTIONS[change.section].said(lang),
            "old": change.old_words.said(lang) or None,
            "new": change.new_words.said(lang) or None,
        },
        "zh": change.zh,
        "en": change.en,
        "old": change.old,
        "new": change.new,
        "old_clause": change.old_clause,
        "new_clause": change.new_clause,
        "topics": list(change.topics),
        "causes": list(change.causes),
        "written": change.written,
        "details": [detail.said(lang) for detail in change.details],
    }


def totals_words(found: Diff) -> Both:
    """Say the totals in one line; what is nought is left out."""
    totals = found.totals()
    if found.equal:
        return Both("两份政策相同，没有差异。", "The two policies are equal: no difference.")
    parts = [_counted(_RULES, totals["rules"], Both("规则", "rules")), _counted(_FORCE, totals["force"], Both("", ""))]
    parts.append(_counted(_SILENCE, totals["silence"], Both("", "")))
    parts += [
        Both(f"{name.zh} {totals['items'][section]}", f"{name.en} {totals['items'][section]}")
        for section, name in SECTIONS.items()
        if totals["items"].get(section)
    ]
    kept = [part for part in parts if part]
    head = Both(
        f"共 {totals['changes']} 处改动，其中实质 {totals['major']}、文字 {totals['minor']}",
        f"{totals['changes']} changes, {totals['major']} major, {totals['minor']} minor",
    )
    if found.hidden:
        head = Both(f"{head.zh}（未列出 {found.hidden}）", f"{head.en} ({found.hidden} not listed)")
    return Both(
        "；".join([head.zh, *(part.zh for part in kept)]) + "。",
        "; ".join([head.en, *(part.en for part in kept)]) + ".",
    )


_RULES: Mapping[str, Both] = {
    "added": Both("新增", "added"),
    "dropped": Both("删除", "dropped"),
    "changed": Both("修改", "changed"),
    "through": Both("间接修改", "changed through"),
    "moved": Both("移位", "moved"),
    "renamed": Both("改编号", "renamed"),
    "reworded": Both("只改文字", "reworded"),
}
_FORCE: Mapping[str, Both] = {
    "stronger": Both("力度增强", "stronger"),
    "weaker": Both("力度减弱", "weaker"),
    "force": Both("力度换类", "of another force"),
}
_SILENCE: Mapping[str, Both] = {
    "ruled": Both("沉默变规定", "silence to rule"),
    "silenced": Both("规定变沉默", "rule to silence"),
}


def _counted(names: Mapping[str, Both], counts: Mapping[str, int], head: Both) -> Both:
    some = [(name, counts[key]) for key, name in names.items() if counts[key]]
    if not some:
        return Both("", "")
    zh = "、".join(f"{name.zh} {number}" for name, number in some)
    en = ", ".join(f"{name.en} {number}" for name, number in some)
    return Both(f"{head.zh} {zh}", f"{head.en}: {en}") if head else Both(zh, en)
