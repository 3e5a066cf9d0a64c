"""`xianjie population mapping`: draft the file that says which column of the data holds which fact."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xianjie.cli.batch import ManyRegions, OverwriteOption
from xianjie.cli.edge import given_day, guarded, today
from xianjie.cli.options import AsOfOption, Lang, LangOption, parted, say
from xianjie.cli.population.question import DimensionsOption, SourceArgument, asking_of


@guarded
def mapping(
    source: SourceArgument,
    regions: ManyRegions = None,
    dimension: DimensionsOption = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="写到文件，不写则输出 / where to write it, else stdout")
    ] = None,
    as_of: AsOfOption = None,
    overwrite: OverwriteOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """按数据的列写出对应文件的草稿 / Draft a mapping file from the data's columns.

    列名是事实的名称或中文术语的，已经对上；其余的事实写成注释，由你填上列名。
    Columns that are called as a fact or as its term are entered; the other facts are notes for you to fill in.
    """
    from xianjie.cli.reports import refuse_existing, write_report
    from xianjie.population.job.mapping import draft
    from xianjie.population.job.sources import find_sources
    from xianjie.population.job.whole import column_names

    if out is not None:
        refuse_existing(out, "--out", overwrite)
    day = given_day(as_of) or today().toordinal()
    with asking_of(parted(regions), dimension, day) as asking:
        text = draft(column_names(find_sources(source)[0]), asking.layout(), lambda zh, en: say(lang.value, zh, en))
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_report(out, text.encode(), "--out")
        typer.echo(say(lang.value, f"已写入 {out}", f"written to {out}"), err=True)
