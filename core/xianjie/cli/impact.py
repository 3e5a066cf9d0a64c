"""`xianjie impact`: tell what a revision does to cases: who gains, who loses, and what nobody approved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import given_day, guarded, refuse, stderr_console, stdout_console, today, write_json
from xianjie.cli.options import DocxOption, JsonOption, Lang, LangOption
from xianjie.errors import InputError, Problem

if TYPE_CHECKING:
    from xianjie.cases import Case
    from xianjie.plugins import Regions
    from xianjie.policy.prepared import Policy
    from xianjie.revision.approvals import Judged
    from xianjie.revision.impact import Impact

UNAPPROVED = 1
"""Exit status where something changes that nobody approved."""
LONG = 4000
"""From more cases than this, progress is shown on stderr."""

_REFERENCE = "地区、地区@文件、政策文件或改动文件 / region, region@document, policy file or overlay file"


@guarded
def impact(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_REFERENCE)],
    new: Annotated[
        str | None,
        typer.Argument(metavar="NEW", help="同上；OLD 是改动文件时可不写 / the same; none for an overlay"),
    ] = None,
    cases: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="个案文件，或 *.cases.yaml 及其文件夹，可重复 / case files, repeatable",
        ),
    ] = None,
    generate: Annotated[
        int | None, typer.Option(metavar="N", help="生成 N 个虚构的个案 / generate N invented cases")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="生成个案的种子 / seed of the generated cases")] = 1,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="判定日，不写则用个案的，再无则今天 / date of evaluation"),
    ] = None,
    new_as_of: Annotated[
        str | None,
        typer.Option("--new-as-of", metavar="DATE", help="修订后的判定日，不写则同上 / date for the revision"),
    ] = None,
    approvals: Annotated[
        Path | None, typer.Option(metavar="FILE", help="批准文件 YAML / who approved which change")
    ] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="写成 Excel 工作簿 / write a workbook")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="写成网页 / write a page of HTML")] = None,
    docx: DocxOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="覆盖已有的文件 / write over a file")] = False,
    full: Annotated[bool, typer.Option("--full", help="列出全部变化 / leave nothing out")] = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """修订对个案的影响 / Tell who gains and who loses by a revision.

    只给一个改动文件时，与它所改的政策比较 / an overlay file alone is compared with the policy that it patches.

    退出码 / exit status:
    0 没有变化，或都已批准 / nothing changes, or all of it is approved;
    1 有未批准的变化 / something changes that is not approved;
    2 输入有误 / bad input.
    """
    from xianjie.cli.reports import refuse_existing, write_report
    from xianjie.plugins import discover
    from xianjie.revision.approvals import NONE, judge, read_approvals
    from xianjie.revision.impact import impact as compared
    from xianjie.revision.impact_json import impact_json
    from xianjie.revision.impact_words import notes_on

    for path, option in ((xlsx, "--xlsx"), (html, "--html"), (docx, "--docx")):
        if path is not None:
            refuse_existing(path, option, overwrite)
    regions = discover()
    clock = today().toordinal()
    days = given_day(as_of), given_day(new_as_of)
    policies = _policies(old, new, regions, days[0] or clock, days[1])
    approved = NONE if approvals is None else read_approvals(approvals, *policies)
    drawn, total = _cases(cases or [], generate, seed, policies, days, clock, regions)
    room = _most_listed() if xlsx is not None or docx is not None else 0
    found = compared(*policies, _watched(drawn, total, lang.value), days[0], days[1], listed=room)
    judged = judge(found, approved, clock)
    for warning in judged.warnings:
        typer.echo(warning.text(lang.value), err=True)
    names = [path.name for path in cases or []]
    notes = notes_on(names, generate, seed, None if approvals is None else approvals.name, lang.value)
    if xlsx is not None:
        from xianjie.revision.impact_xlsx import impact_xlsx

        write_report(xlsx, impact_xlsx(found, judged, notes, lang.value), "--xlsx")
    if html is not None:
        from xianjie.revision.impact_html import impact_html

        write_report(html, impact_html(found, judged, notes, lang.value).encode(), "--html")
    if docx is not None:
        from xianjie.home import default_home
        from xianjie.papers import impact_paper

        write_report(docx, impact_paper(found, judged, notes, lang.value, default_home()), "--docx")
    if as_json:
        source = {"files": [path.name for path in cases]} if cases else {"generated": generate, "seed": seed}
        write_json(impact_json(found, judged, source))
    else:
        _show(found, judged, notes, full, lang.value)
    if judged.unapproved:
        raise typer.Exit(UNAPPROVED)


def _policies(old: str, new: str | None, regions: Regions, day: int, new_day: int | None) -> tuple[Policy, Policy]:
    """Find the two policies; an overlay file alone stands for itself and for what it patches."""
    from xianjie.reference import is_path, patched_by, resolve

    if new is not None:
        return resolve(old, regions, day), resolve(new, regions, day if new_day is None else new_day)
    base = patched_by(Path(old), regions) if is_path(old) else None
    if base is None:
        refuse(
            "impact-second-missing",
            "只有改动文件可以单独给出；请再写修订后的政策",
            "only an overlay file can stand alone: name the revised policy as well",
            "NEW",
        )
    return base, resolve(old, regions, day)


def _cases(
    files: Sequence[Path],
    generate: int | None,
    seed: int,
    policies: tuple[Policy, Policy],
    days: tuple[int | None, int | None],
    clock: int,
    regions: Regions,
) -> tuple[Iterator[Case], int]:
    """Read or generate the cases, and count them; one that has no date gets today's where none was given."""
    from dataclasses import replace

    if bool(files) is (generate is not None):
        refuse(
            "impact-cases",
            "用 --cases 给出个案文件，或用 --generate 生成个案，二者取一",
            "give case files with --cases, or generate cases with --generate: one of the two",
            "--cases",
        )
    found: Iterable[Case]
    if generate is not None:
        from xianjie.revision.sampling import MOST, draw_cases

        if not 1 <= generate <= MOST:
            zh, en = f"生成的个案须在 1 到 {MOST} 之间", f"from 1 to {MOST} cases can be generated"
            refuse("generate-range", zh, en, "--generate")
        found, total = draw_cases(policies, generate, seed, days[0] or clock, days[1]), generate
    else:
        found = _read(files, regions)
        total = len(found)
    if days[0] is not None:
        return iter(found), total
    return (case if case.as_of is not None else replace(case, as_of=clock) for case in found), total


def _read(paths: Sequence[Path], regions: Regions) -> list[Case]:
    """Read case files; of regression cases (*.cases.yaml, or a folder of them) each case once, under its name."""
    from dataclasses import replace

    from xianjie.cli.assess import cases_in
    from xianjie.regression.files import case_files_in
    from xianjie.regression.model import SUFFIX, TABLES
    from xianjie.regression.read import read_cases_file

    named = [path for path in paths if path.is_dir() or path.name.endswith((SUFFIX, *TABLES))]
    found = cases_in([path for path in paths if path not in named], regions.vocabulary)
    problems: list[Problem] = []
    for file in (file for path in named for file in case_files_in(path)):
        try:
            entries = {one.place: one for one in read_cases_file(file, regions.vocabulary, regions)}
        except InputError as error:
            problems += error.problems
            continue
        found += [replace(one.case, label=one.name, as_of=one.as_of) for one in entries.values()]
    if problems:
        raise InputError(problems)
    return found


def _watched(cases: Iterator[Case], total: int, lang: str) -> Iterator[Case]:
    """Hand the cases on, with a bar on stderr where there are many."""
    from rich.progress import Progress

    console = stderr_console()
    hidden = total <= LONG or not console.is_terminal
    with Progress(console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task("比较" if lang == "zh" else "comparing", total=total)
        for number, case in enumerate(cases):
            if number % 200 == 0:
                progress.update(task, completed=number)
            yield case


def _most_listed() -> int:
    from xianjie.revision.impact_xlsx import MOST_ROWS

    return MOST_ROWS


def _show(found: Impact, judged: Judged, notes: Sequence[str], full: bool, lang: str) -> None:
    from xianjie.cli.impact_screen import lines
    from xianjie.cli.typeset import WIDEST

    console = stdout_console()
    width = min(console.width, WIDEST)
    for line in lines(found, judged, notes, full, lang):
        console.print(line, width=width)
