"""Show an impact on a screen: totals for each part, then what changed, by which clause, and whether it is approved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from xianjie.cli.sheet import Sheet
from xianjie.cli.typeset import Heading, Prose
from xianjie.revision.approvals import Approval, Judged
from xianjie.revision.impact import Counted, Impact
from xianjie.revision.impact_classes import CHANGE_SIGNS, CHANGE_TERMS, CHANGES, PART_TERMS, Change, change_told
from xianjie.revision.impact_words import Words
from xianjie.vocabulary.terms import term

MOST = 12
"""As many rows of a part are shown unless all are asked for."""

_STYLES: dict[Change, str] = {
    "gained": "green",
    "lost": "red",
    "undecided": "yellow",
    "settled": "blue",
    "reason_changed": "magenta",
    "force_changed": "cyan",
    "unchanged": "dim",
}

_SHORT: dict[Change, str] = {
    "gained": "gained",
    "lost": "lost",
    "undecided": "open",
    "settled": "settled",
    "reason_changed": "reason",
    "force_changed": "force",
    "unchanged": "same",
}
"""Heads of columns in English that fit a screen."""

Row = tuple[Counted, Approval | None]


def lines(found: Impact, judged: Judged, notes: Sequence[str], full: bool, lang: str) -> Iterator[RenderableType]:
    """Give what is shown, line by line."""
    words = Words(found, lang)
    width = 8
    for label, text in (
        (words.say("修订前", "before"), words.document(found.old)),
        (words.say("修订后", "after"), words.document(found.new)),
        (words.say("判定日", "date"), words.dates()),
    ):
        yield Prose(Text(text), mark=Text(label, "dim"), mark_width=width)
    yield Text("")
    yield Prose(_summary(found, judged, words), "bold")
    for note in notes:
        yield Prose(note, "dim")
    if found.totals:
        yield Text("")
        yield _totals(found, words)
    for part, rows in groupby(judged.rows, key=lambda pair: pair[0].row.part):
        yield from _part(term(PART_TERMS, part, lang), list(rows), words, full)


def _summary(found: Impact, judged: Judged, words: Words) -> str:
    rows = len(judged.rows)
    if not rows:
        return words.say(f"{found.cases} 案，答案都没有变化。", f"{found.cases} cases: nothing changes.")
    head = words.say(
        f"{found.cases} 案中 {found.changed} 案有变化，共 {rows} 种；",
        f"{found.changed} of {found.cases} cases change, in {rows} ways; ",
    )
    if judged.unapproved:
        return head + words.say(f"✗ {judged.unapproved} 种没有批准。", f"✗ {judged.unapproved} are not approved.")
    return head + words.say("✓ 都已批准。", "✓ all approved.")


def _totals(found: Impact, words: Words) -> Sheet:
    shown = [change for change in CHANGES if any(total.counts[change] for total in found.totals)]
    short = [f"{CHANGE_SIGNS[change]} {words.say(CHANGE_TERMS[change][0], _SHORT[change])}" for change in shown]
    titles = [words.say("部分", "part"), *short]
    rows = [
        [
            Text(term(PART_TERMS, total.part, words.lang), "bold"),
            *(_number(total.counts[change], change) for change in shown),
        ]
        for total in found.totals
    ]
    return Sheet(titles, rows)


def _number(number: int, change: Change) -> Text:
    return Text(f"{number:,}", _STYLES[change]) if number else Text("·", "dim")


def _part(title: str, rows: Sequence[Row], words: Words, full: bool) -> Iterator[RenderableType]:
    yield Text("")
    yield Heading(title)
    shown = rows if full else rows[:MOST]
    for counted, approval in shown:
        one = counted.row
        word = change_told(one.change, one.part, words.lang, one.after.status)
        mark = Text(f"{CHANGE_SIGNS[one.change]} {word}", _STYLES[one.change])
        yield Prose(_said(counted, approval, words), mark=mark, mark_width=12 if words.lang == "zh" else 18)
    left = len(rows) - len(shown)
    if left:
        text = words.say(
            f"还有 {left} 种，见 --full、--json、--xlsx 或 --html",
            f"{left} more: see --full, --json, --xlsx or --html",
        )
        yield Prose(text, "dim")


def _said(counted: Counted, approval: Approval | None, words: Words) -> Text:
    """Say a row in two lines: what changed, for how many; by which clause, for instance whom, and who approved it."""
    row = counted.row
    before, after = words.sides(row)
    body = Text(words.name(row), "bold").append(words.say("：", ": ") + f"{before} → {after}", "not bold")
    body.append(words.say(f"  {counted.cases:,} 案", f"  {counted.cases:,}"), "not bold")
    source = words.cited(row)
    examples = words.examples(counted.examples)
    body.append(f"\n{source}", "not bold dim").append(
        words.say(f"  例 {examples}", f"  such as {examples}"), "not bold dim"
    )
    if approval is not None:
        body.append(f"  ✓ {approval.document}", "not bold green")
    return body
