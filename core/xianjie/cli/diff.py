"""`xianjie diff`: what differs between two policies, rule by rule, in the document's order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import given_day, guarded, refuse, stdout_console, today, write_json
from xianjie.cli.options import JsonOption, Lang, LangOption, say

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from xianjie.plugins import Regions
    from xianjie.policy.prepared import Policy
    from xianjie.revision.diff_change import Change, Diff, Named

DIFFERENT = 1
"""Exit status where the two policies differ."""

_STYLES = {"+": "green", "−": "red", "▲": "green", "▼": "yellow", "~": "cyan"}
_REFERENCE = "地区、地区@文件、政策文件或改动文件 / region, region@document, policy file or overlay file"


@guarded
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_REFERENCE)],
    new: Annotated[
        str | None,
        typer.Argument(metavar="NEW", help="同上；OLD 是改动文件时可不写 / the same; none for an overlay"),
    ] = None,
    minor: Annotated[
        bool, typer.Option("--minor/--no-minor", help="也列只动文字的改动 / list changes of words only as well")
    ] = True,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="写成 Markdown 报告 / write a Markdown report")
    ] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="写成 Excel 工作簿 / write a workbook")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="覆盖已有的文件 / write over a file")] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="地区取哪一天的文件，默认今天 / the day of the documents"),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """比较两份政策的结构 / Tell what differs between two policies.

    只给一个改动文件时，与它所改的政策比较 / an overlay file alone is compared with the policy that it patches.

    退出码 / exit status:
    0 没有列出的差异 / nothing to list;
    1 有差异 / they differ;
    2 输入有误 / bad input.
    """
    from xianjie.cli.reports import refuse_existing, write_report
    from xianjie.plugins import discover
    from xianjie.revision.diff import diff as compared
    from xianjie.revision.diff import diff_json

    for path, option in ((markdown, "--markdown"), (xlsx, "--xlsx")):
        if path is not None:
            refuse_existing(path, option, overwrite)
    day = given_day(as_of) or today().toordinal()
    policies = _policies(old, new, discover(), day)
    found = compared(*policies, as_of=day)
    if not minor:
        found = found.major()
    if markdown is not None:
        from xianjie.revision.diff_text import diff_markdown

        write_report(markdown, diff_markdown(found, lang.value).encode(), "--markdown")
    if xlsx is not None:
        from xianjie.revision.diff_workbook import diff_workbook

        write_report(xlsx, diff_workbook(found, lang.value), "--xlsx")
    if as_json:
        write_json(diff_json(found, lang.value))
    else:
        _show(found, policies, lang.value)
    if found.changes:
        raise typer.Exit(DIFFERENT)


def _policies(old: str, new: str | None, regions: Regions, day: int) -> tuple[Policy, Policy]:
    """Find the two policies; an overlay file alone stands for itself and for what it patches."""
    from xianjie.reference import is_path, patched_by, resolve

    first = resolve(old, regions, day)
    if new is not None:
        return first, resolve(new, regions, day)
    base = patched_by(Path(old), regions) if is_path(old) else None
    if base is None:
        refuse(
            "diff-second-missing",
            "只有改动文件可以单独给出；请再写一份政策",
            "only an overlay file can stand alone: name a second policy",
            "NEW",
        )
    return base, first


# What is shown -----------------------------------------------------------------------------------------------------


def _show(found: Diff, policies: Sequence[Policy], lang: str) -> None:
    from xianjie.cli.typeset import WIDEST

    console = stdout_console()
    width = min(console.width, WIDEST)
    for line in _lines(found, policies, lang):
        console.print(line, width=width)


def _lines(found: Diff, policies: Sequence[Policy], lang: str) -> Iterator[RenderableType]:
    from rich.text import Text

    from xianjie.cli.typeset import Heading, Prose
    from xianjie.revision.diff import OTHER_REGION, totals_words
    from xianjie.revision.diff_text import by_heading

    for label, named in ((say(lang, "旧", "old"), found.old), (say(lang, "新", "new"), found.new)):
        yield Prose(_name(named, lang), mark=Text(label, "dim"), mark_width=5)
    yield Text("")
    if not found.same_region:
        yield Prose(OTHER_REGION.said(lang), "yellow")
    yield Prose(totals_words(found).said(lang), "bold")
    for heading, items in by_heading(found.changes, policies, lang):
        yield Text("")
        yield Heading(heading)
        for of_one in items:
            yield from _of_one(of_one, lang)


def _name(named: Named, lang: str) -> Text:
    from rich.text import Text

    from xianjie.revision.diff_text import named_words

    title = f"《{named.title}》"
    return Text(title, "bold").append(named_words(named).said(lang).removeprefix(title), "not bold")


def _of_one(changes: Sequence[Change], lang: str) -> Iterator[RenderableType]:
    """Show the changes of one rule, parameter or the like under its name."""
    from rich.text import Text

    from xianjie.cli.typeset import Prose
    from xianjie.revision.diff_text import is_named, kind_words

    first = changes[0]
    named = is_named(first)
    if named:
        head = Text(first.subject.said(lang), "bold")
        if " → " in first.clause:
            head.append(f"  {first.clause}", "not bold dim")
        yield Prose(head)
    width = 16 if lang == "zh" else 22
    indent = 2 if named else 0
    told: set[str] = set()
    for change in changes:
        words = kind_words(change, lang)
        mark = Text(words, _STYLES.get(words[0], ""))
        body = Text(change.words.said(lang), "" if change.weight == "major" else "dim")
        yield Prose(body, indent=indent, mark=mark, mark_width=width)
        yield from _sides(change, lang, indent + width)
        for detail in dict.fromkeys(detail.said(lang) for detail in change.details):
            if detail not in told:
                yield Prose(Text(detail, "dim"), indent=indent + width)
        told.update(detail.said(lang) for detail in change.details)


def _sides(change: Change, lang: str, indent: int) -> Iterator[RenderableType]:
    """Show both conditions, or both long texts, where the sentence itself does not."""
    from rich.text import Text

    from xianjie.cli.typeset import Prose
    from xianjie.revision.diff_text import sides

    for label, words, lines in sides(change, lang):
        text = Text(words)
        for line in lines:
            text.append(f"\n{line}" if text.plain else line, "dim")
        yield Prose(text, indent=indent, mark=Text(label.said(lang), "dim"), mark_width=5 if lang == "en" else 4)
