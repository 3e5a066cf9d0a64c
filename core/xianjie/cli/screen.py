"""Lay the answers out on the screen: cases grouped by household, each with its matrix and reasons; or one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.text import Text

from xianjie.cli.matrix import matrix
from xianjie.cli.options import say
from xianjie.cli.reasons import region_reasons
from xianjie.cli.sheet import Sheet
from xianjie.cli.symbols import ORDER, SILENT, fact_term, listed, status_text
from xianjie.cli.telling import Entry, Telling
from xianjie.cli.typeset import WIDEST, Prose, indented
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.terms import DIMENSIONS, OPEN_LIST_NOTE, term


def show_answers(
    console: Console,
    answers: Sequence[Entry],
    policies: Mapping[str, Policy],
    names: Mapping[str, str],
    lang: str,
) -> None:
    """Print every case in full, members of one household together."""
    households: dict[str, list[Entry]] = {}
    for number, answer in enumerate(answers):
        ref = answer["household_ref"]
        households.setdefault(f"h{ref}" if ref is not None else f"c{number}", []).append(answer)
    first = True
    for members in households.values():
        if len(members) > 1:
            title = say(
                lang,
                f"家庭 {members[0]['household_ref']} · {len(members)} 人",
                f"household {members[0]['household_ref']} · {len(members)} people",
            )
            _print(console, _rule(title, "bold"))
        for answer in members:
            if not first or len(members) > 1:
                console.print()
            first = False
            _case(console, answer, policies, names, lang, alone=len(members) == 1)
    console.print()
    _print(console, Prose(say(lang, *OPEN_LIST_NOTE), "dim"))


def _rule(title: str, style: str = "") -> RenderableType:
    return Rule(Text(title, style), align="left", style="dim")


def _print(console: Console, thing: RenderableType) -> None:
    console.print(thing, width=min(console.width, WIDEST))


def _case(
    console: Console,
    answer: Entry,
    policies: Mapping[str, Policy],
    names: Mapping[str, str],
    lang: str,
    alone: bool,
) -> None:
    parts = [say(lang, f"个案 {answer['case']}", f"case {answer['case']}")] if answer["case"] else []
    if alone and answer["household_ref"]:
        parts.append(say(lang, f"家庭 {answer['household_ref']}", f"household {answer['household_ref']}"))
    parts.append(say(lang, f"判定日 {answer['as_of']}", f"as of {answer['as_of']}"))
    _print(console, _rule(" · ".join(parts)))
    console.print()
    _print(console, matrix(answer["regions"], names, lang))
    for region, entry in answer["regions"].items():
        console.print()
        _print(console, _rule(names[region], "bold"))
        for line in region_reasons(Telling(policies[region], names[region], entry, lang)):
            _print(console, line)
    for line in _missing(answer, next(iter(policies.values())).vocabulary, names, lang):
        _print(console, line)


def missing_facts(answer: Entry) -> dict[str, list[str]]:
    """List every fact that is missing anywhere in an answer, with the regions that want it."""
    found: dict[str, list[str]] = {}
    for region, entry in answer["regions"].items():
        referral = entry.get("referral") or {}
        parts = [
            *entry["eligibility"]["groups"],
            *(entry.get("services") or ()),
            *(entry.get("duties") or ()),
            *([referral] if referral else ()),
            *([referral["simplification"]] if referral.get("simplification") else ()),
            *referral.get("accompanying", ()),
            *(entry.get("incentives") or ()),
        ]
        for part in parts:
            for name in (*part["missing"], *part.get("compliance_missing", ())):
                regions = found.setdefault(name, [])
                if region not in regions:
                    regions.append(region)
    return found


def _missing(
    answer: Entry, vocabulary: Vocabulary, names: Mapping[str, str], lang: str
) -> Iterator[RenderableType]:
    found = missing_facts(answer)
    if not found:
        return
    order = {name: number for number, name in enumerate(vocabulary.names)}
    rows = [
        [
            Text(fact_term(name, vocabulary, lang)),
            Text(name),
            Text(listed([names[region] for region in found[name]], lang), "dim"),
        ]
        for name in sorted(found, key=lambda name: order.get(name, len(order)))
    ]
    titles = [
        say(lang, "尚缺的事实", "missing fact"),
        say(lang, "文件里的名称", "name in the file"),
        say(lang, "哪些地区要用", "wanted by"),
    ]
    yield Text("")
    yield _rule(say(lang, "补录这些事实，结论可能改变", "what could still change the answers"), "bold")
    yield Sheet(titles, rows)


@dataclass(frozen=True, slots=True)
class Row:
    """One case under one region, summed up."""

    case: str
    region: str
    statuses: Mapping[str, Text]


def summed_up(answer: Entry, names: Mapping[str, str], lang: str) -> list[Row]:
    """Sum an answer up, a row for each region, with the status of each dimension that a reader must see first."""
    rows = []
    for region, entry in answer["regions"].items():
        statuses: dict[str, Text] = {}
        for dimension in DIMENSIONS:
            part = entry.get(dimension)
            if part is None:
                statuses[dimension] = Text("")
            elif isinstance(part, list):
                found = sorted({one["status"] for one in part}, key=ORDER.index)
                first = next(
                    (one for one in found if one not in (*SILENT, "does_not_apply")),
                    found[0] if found else "",
                )
                statuses[dimension] = status_text(first, lang) if first else Text("")
            else:
                statuses[dimension] = status_text(part["status"], lang)
        rows.append(Row(answer["case"] or "", names[region], statuses))
    return rows


def overview(console: Console, rows: Sequence[Sequence[Row]], lang: str) -> None:
    """Print one line for each case and region."""
    titles = [
        say(lang, "个案", "case"),
        say(lang, "地区", "region"),
        *(term(DIMENSIONS, key, lang) for key in DIMENSIONS),
    ]
    lines = [
        [Text(row.case if number == 0 else ""), Text(row.region), *row.statuses.values()]
        for case in rows
        for number, row in enumerate(case)
    ]
    least = [min(16, max(cell.cell_len for cell in column)) for column in zip(*lines, strict=True)]
    console.print(Sheet(titles, lines, least))
    console.print()
    words = say(
        lang,
        f"共 {len(rows)} 案；每格只列最需留意的一项。逐案理由用 --full，交给程序用 --json。",
        f"{len(rows)} cases; each cell shows what needs attention first. For reasons take --full, for programs --json.",
    )
    console.print(indented(words, 0, "dim"))
    console.print(Prose(say(lang, *OPEN_LIST_NOTE), "dim"))
