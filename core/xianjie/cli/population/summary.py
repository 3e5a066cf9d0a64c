"""`xianjie population summary`: what an assessed population comes to, on the screen, in tables and in pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xianjie.cli.batch import OverwriteOption
from xianjie.cli.edge import guarded, refuse, stdout_console
from xianjie.cli.options import JsonOption, Lang, LangOption, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from xianjie.population.summary.cells import Table
    from xianjie.population.summary.gathered import Summary

_SHOWN = 24
"""So many rows of a table are shown on the screen unless all are asked for."""
_LONG = 16
DITTO = "〃"
"""Stands on the screen for words of more characters than that, where the row above says the same."""


@guarded
def summary(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="判定完的结果文件夹 / the folder of the answers")],
    suppress: Annotated[
        int | None,
        typer.Option("--suppress", min=2, max=1000, metavar="K", help="不列少于 K 的数 / tell no count below K"),
    ] = None,
    by: Annotated[
        Literal["division"] | None, typer.Option("--by", metavar="division", help="另分区划列出 / by division as well")
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="写成 CSV / write CSV")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="写成 Excel 工作簿 / write a workbook")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="DIR", help="把图画到文件夹，SVG / draw pictures")] = None,
    png: Annotated[Path | None, typer.Option(metavar="DIR", help="同上，PNG / the same as PNG")] = None,
    overwrite: OverwriteOption = False,
    full: Annotated[bool, typer.Option("--full", help="各表列全 / leave nothing out")] = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """汇总人群判定的结果 / Tell what an assessed population comes to.

    人数按地区、结论、对象、缺少的事实、规则、两地之间合计；不重读数据，只用判定时的计数。
    --suppress 10 之后，少于 10 的数和能推算出它们的数都不列（docs/population.md 写明保证到什么程度）。
    Counts by region, status, group, missing fact, rule, and between two regions, from what was counted at the time;
    with --suppress, small counts are held back together with those by which they could be worked out.
    """
    from xianjie.cli.reports import refuse_existing, write_report
    from xianjie.population.summary.gathered import Summary
    from xianjie.population.summary.tables import tables_of

    found = Summary.of(out)
    if by is not None and found.division is None:
        zh, en = "判定时没有指明区划一列（--division）", "no column of divisions was named when it was assessed"
        refuse("division-not-counted", zh, en, "--by")
    for path, option in ((csv, "--csv"), (xlsx, "--xlsx")):
        if path is not None:
            refuse_existing(path, option, overwrite)
    told = found if suppress is None else found.guarded(suppress)
    tables = tables_of(told, by_division=by is not None)
    if csv is not None:
        from xianjie.population.summary.writing import csv_of

        write_report(csv, csv_of(tables, lang.value), "--csv")
    if xlsx is not None:
        from xianjie.population.summary.workbook import workbook

        write_report(xlsx, workbook(told, tables, lang.value), "--xlsx")
    for folder, kind in ((svg, "svg"), (png, "png")):
        if folder is not None:
            _draw(told, folder, kind, overwrite, lang.value)
    if as_json:
        from xianjie.population.summary.writing import json_of

        typer.echo(json_of(told), nl=False)
    elif not any((csv, xlsx, svg, png)):
        console = stdout_console()
        for line in _lines(told, tables, full, lang.value):
            console.print(line)


def _draw(told: Summary, folder: Path, kind: str, overwrite: bool, lang: str) -> None:
    from xianjie.cli.reports import refuse_existing, write_report
    from xianjie.population.summary.pictures import pictures_of

    drawn = {folder / f"{name}.{kind}": body for name, body in pictures_of(told, kind, lang).items()}
    for path in drawn:
        refuse_existing(path, f"--{kind}", overwrite)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        zh, en = f"建不了文件夹：{error.strerror}", f"the folder cannot be made: {error.strerror}"
        refuse("folder-unwritable", zh, en, f"--{kind}")
    for path, body in drawn.items():
        write_report(path, body, f"--{kind}")


def _lines(told: Summary, tables: list[Table], full: bool, lang: str) -> Iterator[RenderableType]:
    from rich.text import Text

    from xianjie.cli.typeset import Heading, Prose
    from xianjie.population.summary.cells import shown
    from xianjie.population.summary.tables import documents, guard_note

    at = int(lang != "zh")
    people = say(lang, f"{shown(told.rows, lang)} 人，判定日 {told.as_of}", f"{shown(told.rows, lang)} people, as of ")
    yield Prose(people if lang == "zh" else people + told.as_of, "bold")
    if told.rejected:
        wrong = say(
            lang, f"另有 {told.rejected:,} 行有错，没有判定", f"{told.rejected:,} rows were put aside as faulty"
        )
        yield Prose(wrong, "yellow")
    note = guard_note(told)
    if note is not None:
        yield Prose(note[at], "dim")
    for table in [documents(told), *tables]:
        yield Text("")
        yield Heading(table.title[at])
        yield sheet(table, full, lang)
        left = len(table.rows) - _SHOWN
        if left > 0 and not full:
            yield Prose(say(lang, f"还有 {left} 行，用 --full 列全", f"{left} more rows: --full"), "dim")
        for words in table.notes:
            yield Prose(words[at], "dim")


def sheet(table: Table, full: bool, lang: str) -> RenderableType:
    """Lay out a table for the screen, a long one in part unless it is to be `full`."""
    from rich.text import Text

    from xianjie.cli.sheet import Sheet
    from xianjie.population.summary.cells import shown

    at = int(lang != "zh")
    rows = table.rows if full else table.rows[:_SHOWN]
    titles = [head[at] for head in table.heads]
    cells = _ditto([[shown(cell, lang) for cell in row] for row in rows], table.labels)
    return Sheet(titles, [[Text(text, "dim" if text in ("0", "*") else "") for text in row] for row in cells])


def _ditto(cells: list[list[str]], labels: int) -> list[list[str]]:
    """Say long words that stand in the row above as well by a mark."""
    return [
        [
            DITTO if above and at < labels and len(text) > _LONG and text == above[at] else text
            for at, text in enumerate(row)
        ]
        for row, above in zip(cells, [[], *cells], strict=False)
    ]
