"""Say what a revision comes to, as its page shows it: differences by clause, charts with their numbers, proofs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.engine.wording import force_words, point_name
from xianjie.language.calendar import iso, parse_period
from xianjie.language.prose import period_text
from xianjie.policy.prepared import Policy
from xianjie.proof.phrases import case_text
from xianjie.regression.tell import ground_text, told
from xianjie.revision.diff_change import KINDS, Change
from xianjie.revision.diff_text import by_heading, is_named, kind_words, sides
from xianjie.revision.impact_html import impact_told
from xianjie.vocabulary.terms import DIMENSIONS, STATUSES, STEPS, term
from xianjie.web.pages.revise.outcome import Outcome

MOST_ITEMS = 400
MOST_FAILED = 40


@dataclass(frozen=True, slots=True)
class Said:
    """A change: its kind with sign and word, the sentence, both sides where the sentence does not hold them."""

    kind: str
    sign: str
    minor: bool
    sentence: str
    sides: Sequence[tuple[str, str, Sequence[str]]]
    details: Sequence[str]


@dataclass(frozen=True, slots=True)
class Item:
    """All changes of one rule, parameter or the like; `rule` is its id where it is one."""

    name: str
    clause: str
    rule: str | None
    changes: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Witness:
    """A smallest case on which the two come out otherwise, with the ground on each side."""

    point: str
    old: str
    new: str
    case: str
    grounds: Sequence[tuple[str, str, str]]
    rules: frozenset[str]
    undecided: bool = False


def told_outcome(found: Outcome, lang: str, notes: Sequence[str]) -> dict[str, Any]:
    """Say all of it in one language."""
    policies = (found.asked.old, found.asked.new)
    witnesses = [one for report in found.proofs.values() for one in _witnesses(report, policies, lang)]
    changed = [change for change in found.diff.changes if change.weight == "major"]
    impact = impact_told(found.impact, found.judged, notes, lang)
    return {
        "diff": [
            (heading, [_item(changes, lang) for changes in items])
            for heading, items in by_heading(found.diff.changes[:MOST_ITEMS], policies, lang)
        ],
        "left_off": max(0, len(found.diff.changes) - MOST_ITEMS),
        "witnesses": witnesses,
        "unseen": _unseen(changed, witnesses),
        "proofs": [_proof(name, found, lang) for name in DIMENSIONS],
        "bounds": _bounds(found, policies, lang),
        "impact": impact,
        "chart": _chart(found, lang),
        "trial": None
        if found.trial is None
        else [_failed(one, policies[0], lang) for one in found.trial.failed[:MOST_FAILED]],
        "day": iso(found.asked.day),
    }


def _item(changes: Sequence[Change], lang: str) -> Item:
    first = changes[0]
    seen: set[str] = set()
    out = []
    for change in changes:
        details = [one for one in dict.fromkeys(detail.said(lang) for detail in change.details) if one not in seen]
        seen.update(details)
        beside = [(label.said(lang), words, lines) for label, words, lines in sides(change, lang)]
        sign = KINDS[change.kind][0]
        words = kind_words(change, lang).removeprefix(f"{sign} ")
        out.append(Said(words, sign, change.weight == "minor", change.words.said(lang), beside, details))
    rule = first.item if first.section == "rules" else None
    return Item(first.subject.said(lang) if is_named(first) else "", first.clause, rule, out)


# -- proofs ------------------------------------------------------------------------------------------------------------


def _witnesses(report: Mapping[str, Any], policies: Sequence[Policy], lang: str) -> Iterator[Witness]:
    for point in report["points"]:
        name = point_name(point["key"], policies, lang)
        for cell in point["cells"]:
            undecided = cell["found"] == "not_decided"
            if not cell["differ"] and not undecided and not _other_force(cell):
                continue
            witness = cell.get("witness")
            grounds, rules = [], set()
            for ground in witness["clauses"] if witness else ():
                rules |= {ground["rule"]} if ground["rule"] else set()
                words = force_words(ground, lang, short=True)
                grounds.append((ground["clause"] or "", words, ground["text"] or ""))
            case = case_text(witness["case"], policies[0].vocabulary, lang) if witness else ""
            told = (_side(cell["left"], policies, lang), _side(cell["right"], policies, lang))
            yield Witness(name, *told, case, grounds, frozenset(rules), undecided)


def _other_force(cell: Mapping[str, Any]) -> bool:
    """Tell whether the same answer rests on another force, so that somebody is owed more or less by it."""
    left, right = cell["left"], cell["right"]
    given = left["status"] == right["status"] and left["status"] in ("applies", "allowed", "covered", "priority_match")
    return bool(given and left.get("force") != right.get("force"))


def _side(side: Mapping[str, Any], policies: Sequence[Policy], lang: str) -> str:
    if side["status"] in ("absent", "none"):
        return "没有这一项" if lang == "zh" else "not there"
    more = [_named(side[name], policies, lang) for name in ("group", "missing_step", "period") if name in side]
    if "force" in side:
        more.append(force_words(side, lang, short=True))
    told = "，".join(more) if lang == "zh" else ", ".join(more)
    status = term(STATUSES, side["status"], lang)
    return status + ((f"（{told}）" if lang == "zh" else f" ({told})") if told else "")


def _named(key: str, policies: Sequence[Policy], lang: str) -> str:
    """Say a part of an answer in words: a group, a step, or the period of a duty."""
    groups = {line.group.id: line.group for policy in policies for line in policy.groups}
    if key in groups:
        return groups[key].zh if lang == "zh" else groups[key].en
    return period_text(key, lang) if parse_period(key) else term(STEPS, key, lang) if key in STEPS else key


def _unseen(changes: Sequence[Change], witnesses: Sequence[Witness]) -> list[str]:
    """Name the rules that changed in substance and that no witness rests on."""
    seen = frozenset().union(*(one.rules for one in witnesses))
    rules = dict.fromkeys(change.item for change in changes if change.section == "rules")
    return [name for name in rules if name not in seen]


def _proof(name: str, found: Outcome, lang: str) -> dict[str, Any]:
    if name in found.unproved:
        return {
            "name": term(DIMENSIONS, name, lang),
            "verdict": "undecided",
            "problems": [problem.zh if lang == "zh" else problem.en for problem in found.unproved[name]],
        }
    equality = found.proofs[name]["equality"]
    verdict = {"none": "same", "some": "differ"}.get(equality["with_unknown"], "undecided")
    return {"name": term(DIMENSIONS, name, lang), "verdict": verdict, "complete": equality["complete"], "problems": []}


def _bounds(found: Outcome, policies: Sequence[Policy], lang: str) -> str:
    from xianjie.engine.wording import fact_term

    bounds: dict[str, Any] = {}
    for report in found.proofs.values():
        bounds |= report["scope"]["bounds"]
    names = [
        f"{fact_term(name, policies[0].vocabulary, lang)} {least}—{most}" for name, (least, most) in bounds.items()
    ]
    return ("；" if lang == "zh" else "; ").join(names)


# -- charts and cases --------------------------------------------------------------------------------------------------


def _chart(found: Outcome, lang: str) -> dict[str, Any]:
    """Give the numbers of the chart: what the table beside it holds, part by part, without what is unchanged."""
    from xianjie.revision.impact_classes import CHANGE_SIGNS, CHANGE_TERMS, CHANGES, PART_TERMS

    changes = [change for change in CHANGES if change != "unchanged"]
    totals = [total for total in found.impact.totals if any(total.counts[change] for change in changes)]
    return {
        "parts": [term(PART_TERMS, total.part, lang) for total in totals],
        "series": [
            {
                "key": change,
                "name": f"{CHANGE_SIGNS[change]} {term(CHANGE_TERMS, change, lang)}",
                "values": [total.counts[change] for total in totals],
            }
            for change in changes
            if any(total.counts[change] for total in totals)
        ],
    }


def _failed(result: Any, policy: Policy, lang: str) -> dict[str, Any]:
    return {
        "name": result.case.name,
        "as_of": result.as_of,
        "differences": [
            {
                "told": told(one, policy.vocabulary, lang),
                "grounds": [ground_text(ground, lang) for ground in one.grounds],
            }
            for one in result.differences
        ],
    }
