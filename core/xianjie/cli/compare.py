"""`xianjie compare`: what documents say, topic by topic, and how they differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import given_day, guarded, refuse, stdout_console, today, write_json
from xianjie.cli.options import DocxOption, JsonOption, Lang, LangOption, RegionsOption, region_names, say

if TYPE_CHECKING:
    from xianjie.cases import Case
    from xianjie.compare.case import Outcomes
    from xianjie.compare.matrix import Matrix
    from xianjie.plugins import Regions
    from xianjie.policy.prepared import Policy

STDOUT = Path("-")


@guarded
def compare(
    regions: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A,B",
            help="地区、地区@文件、改动文件，逗号分开，默认全部 / regions, region@document, overlay files",
            autocompletion=region_names,
        ),
    ] = None,
    region: RegionsOption = None,
    topics: Annotated[
        list[str] | None,
        typer.Option(metavar="T,T", help="议题或维度，如 转介 coverage，逗号分开 / topics or dimensions"),
    ] = None,
    only_differences: Annotated[
        bool, typer.Option("--only-differences", help="只看有差异的 / only what differs")
    ] = False,
    case: Annotated[
        Path | None, typer.Option(metavar="FILE", help="同一个案在各地的结论 / what one case comes to in each")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="写出各格的详细内容 / every cell's words in full")] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="判定日，默认个案的，再无则今天 / date of comparison"),
    ] = None,
    as_json: JsonOption = False,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="写成 Markdown，- 为屏幕 / write Markdown, - for the screen")
    ] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="写成 Excel 工作簿 / write a workbook")] = None,
    docx: DocxOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="覆盖已有的文件 / write over a file")] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """逐个议题比较各地文件 / Compare documents topic by topic.

    每格写明内容、力度、条款，或属于哪一种沉默；有差异的用一句话说明怎样不同。
    Each cell gives what is said, its force and clause, or the kind of silence; a row that differs says how.
    """
    from xianjie.cli.reports import refuse_existing
    from xianjie.compare.asking import topics_named
    from xianjie.compare.matrix import compare as compared
    from xianjie.compare.matrix import matrix_json
    from xianjie.plugins import discover

    for path, option in ((markdown, "--markdown"), (xlsx, "--xlsx"), (docx, "--docx")):
        if path is not None and path != STDOUT:
            refuse_existing(path, option, overwrite)
    if as_json and markdown == STDOUT:
        refuse("format-choose", "屏幕上只能给一种：--json 或 --markdown -", "one on the screen: --json or --markdown -")
    wanted = topics_named(topics) if topics else None
    found = discover()
    one = None if case is None else _case(case, found)
    day = given_day(as_of) or (one.as_of if one is not None else None) or today().toordinal()
    policies = _policies(found, [*_references(regions or []), *(region or [])], day)
    names = {key: (item.zh, item.en) for key, item in found.regions.items()}
    matrix = compared(policies, day, names, wanted, only_differences)
    outcomes = None if one is None else _outcomes(one, policies, day, lang.value)
    _write_files(matrix, outcomes, markdown, xlsx, docx, lang.value)
    if as_json:
        made: dict[str, Any] = matrix_json(matrix, lang.value)
        if outcomes is not None:
            made["case"] = outcomes.as_json()
        write_json(made)
    elif markdown is None and xlsx is None and docx is None:
        from xianjie.cli.compare_screen import Screen

        Screen(stdout_console(), lang.value, full).show(matrix, outcomes)


def _references(given: Sequence[str]) -> list[str]:
    """Cut lists of references at their commas; an empty list names nothing that is there, and is refused as such."""
    return [
        word.strip()
        for text in given
        for word in [word for word in text.replace("，", ",").split(",") if word.strip()] or [""]
    ]


def _policies(regions: Regions, references: Sequence[str], day: int) -> list[Policy]:
    """Find the documents that are named, or, where none is, the one that governs each installed region."""
    from xianjie.reference import resolve

    return [resolve(reference, regions, day) for reference in dict.fromkeys(references or regions.regions)]


def _case(path: Path, regions: Regions) -> Case:
    from xianjie.cases.files import read_cases

    cases = read_cases(path, regions.vocabulary)
    if len(cases) != 1:
        refuse(
            "case-single",
            f"文件里有 {len(cases)} 个个案，比较时只用一个",
            f"the file holds {len(cases)} cases; a comparison takes one",
            str(path),
        )
    return cases[0]


def _outcomes(case: Case, policies: Sequence[Policy], day: int, lang: str) -> Outcomes:
    from xianjie.compare.case import outcomes

    return outcomes(case, policies, day, lang)


def _write_files(
    matrix: Matrix,
    outcomes: Outcomes | None,
    markdown: Path | None,
    xlsx: Path | None,
    docx: Path | None,
    lang: str,
) -> None:
    from xianjie.cli.reports import write_report

    if markdown is not None:
        from xianjie.compare.markdown import markdown as as_markdown

        text = as_markdown(matrix, lang, outcomes)
        if markdown == STDOUT:
            typer.echo(text, nl=False)
        else:
            write_report(markdown, text.encode(), "--markdown")
            typer.echo(say(lang, f"已写入 {markdown}", f"written to {markdown}"), err=True)
    if xlsx is not None:
        from xianjie.compare.workbook import workbook

        write_report(xlsx, workbook(matrix, lang, outcomes), "--xlsx")
        typer.echo(say(lang, f"已写入 {xlsx}", f"written to {xlsx}"), err=True)
    if docx is not None:
        from xianjie.home import default_home
        from xianjie.papers import comparison_paper

        write_report(docx, comparison_paper(matrix, outcomes, lang, default_home()), "--docx")
        typer.echo(say(lang, f"已写入 {docx}", f"written to {docx}"), err=True)
