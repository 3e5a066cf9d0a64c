"""Lay the answers out on the screen: cases grouped by household, each with its matrix and reasons; or one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.text import Text

from xianjie.cli.matrix import Matrix
from xianjie.cli.options import say
from xianjie.cli.reasons import region_reasons
from xianjie.cli.symbols import ORDER, SILENT, status_text
from xianjie.cli.telling import Entry, Telling
from xianjie.cli.typeset import WIDEST, Prose, indented
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import DIMENSIONS, OPEN_LIST_NOTE, term


def show_answers(
    console: Console, answers: Sequence[Entry], policies: Mapping[str, Policy], names: Mapping[str, str], lang: str
) -> None:
    """Print every case in full, members of one household together."""
    households: dict[str, list[Entry]] = {}
    for number, answer in enumerate(answers):
        ref = answer["household_ref"]
        households.setdefault(f"h{ref}" if ref is not None else f"c{number}", []).append(answer)
    first = True
    for members in households.values():
        if len(members) > 1:
            title = say(lang, f"家庭 {members[0]['household_ref']} · {len(members)} 人", f"household {members[0]['household_ref']} · {len(members)} people")
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
    console: Console, answer: Entry, policies: Mapping[str, Policy], names: Mapping[str, str], lang: str, alone: bool
) -> None:
    parts = [say(lang, f"个案 {answer['case']}", f"case {answer['case']}")] if answer["case"] else []
    if alone and answer["household_ref"]:
        parts.append(say(lang, f"家庭 {answer['household_ref']}", f"household {answer['household_ref']}"))
    parts.append(say(lang, f"判定日 {answer['as_of']}", f"as of {answer['as_of']}"))
    _print(console, _rule(" · ".join(parts)))
    console.print()
    _print(console, Matrix(answer["regions"], names, lang))
    for region, entry in answer["regions"].items():
        console.print()
        _print(console, _rule(names[region], "bold"))
        for line in region_reasons(Telling(policies[region], names[region], entry, lang)):
            _print(console, line)


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
                first = next((one for one in found if one not in (*SILENT, "does_not_apply")), found[0] if found else "")
                statuses[dimension] = status_text(first, lang) if first else Text("")
            else:
                statuses[dimension] = status_text(part["status"], lang)
        rows.append(Row(answer["case"] or "", names[region], statuses))
    return rows


def overview(console: Console, rows: Sequence[Sequence[Row]], lang: str) -> None:
    """Print one line for each case and region."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(say(lang, "个案", "case"), overflow="fold")
    table.add_column(say(lang, "地区", "region"), no_wrap=True)
    for dimension in DIMENSIONS:
        table.add_column(term(DIMENSIONS, dimension, lang))
    for case in rows:
        for number, row in enumerate(case):
            table.add_row(row.case if number == 0 else "", row.region, *row.statuses.values())
    console.print(table)
    console.print()
    words = say(
        lang,
        f"共 {len(rows)} 案；每格只列最需留意的一项。逐案理由用 --full，交给程序用 --json。",
        f"{len(rows)} cases; each cell shows what needs attention first. For reasons take --full, for programs --json.",
    )
    console.print(indented(words, 0, "dim"))
    console.print(Prose(say(lang, *OPEN_LIST_NOTE), "dim"))
