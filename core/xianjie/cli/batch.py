"""`xianjie batch`: the table to fill in, and the answers to a filled one, as Excel or CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import BAD_INPUT, UNDECIDED, given_day, guarded, refuse, stderr_console, stdout_console, today
from xianjie.cli.options import AsOfOption, Lang, LangOption, ReadingsOption, RegionsOption, parted, region_names, say

if TYPE_CHECKING:
    from xianjie.batch.answering import Answered, Question
    from xianjie.batch.gathering import Gathered
    from xianjie.batch.intake import Intake, Tell
    from xianjie.engine.assess import Engine
    from xianjie.plugins import Regions

SHOWN = 20
"""So many faults are listed on the screen; the marked file has all of them."""

ManyRegions = Annotated[
    list[str] | None,
    typer.Option("--regions", metavar="A,B", help="地区，逗号分开 / regions", autocompletion=region_names),
]
EveryOption = Annotated[bool, typer.Option("--all", help="全部地区 / every installed region")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="覆盖已有的文件 / write over a file")]


def batch_app() -> typer.Typer:
    """Build the family of commands."""
    app = typer.Typer(
        help="批量核对：填写表、核对、标出错误 / many cases in one table",
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.command("template")(template)
    app.command("check")(check)
    return app


@guarded
def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="写到哪里 / where to write it")],
    regions: ManyRegions = None,
    region: RegionsOption = None,
    dimension: Annotated[
        list[str] | None,
        typer.Option(
            "--dimension", "-d", metavar="D", help="维度，默认 对象，可重复 / dimension, by default eligibility"
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """写出空白的填写表 / Write the table to fill in.

    列是所选地区、所选维度要用到的事实，默认全部地区的“对象”。
    Its columns are the facts that the regions and dimensions ask for; by default eligibility in every region.
    """
    from xianjie.batch.columns import facts_for
    from xianjie.batch.template import template as made
    from xianjie.cli.installed import asked, chosen_dimensions, regions_of, titles_of
    from xianjie.cli.reports import refuse_existing, write_report
    from xianjie.plugins import discover
    from xianjie.vocabulary.terms import DIMENSIONS, term

    _suffixed(out, (".xlsx",), "OUT.xlsx")
    refuse_existing(out, "OUT.xlsx", overwrite)
    found = discover()
    wanted = [*parted(regions), *(region or [])]
    names = asked(found, wanted, every=not wanted)
    dimensions = chosen_dimensions(dimension or ["eligibility"], tuple(DIMENSIONS))
    facts = facts_for(found.load(regions_of(names)), dimensions, found.vocabulary)
    titles = titles_of(found, names, lang.value)
    of = say(lang.value, "、", ", ").join(titles[name] for name in names)
    about = say(lang.value, "、", ", ").join(term(DIMENSIONS, name, lang.value) for name in dimensions)
    note = say(lang.value, f"适用地区：{of}；维度：{about}。", f"For {of}: {about}.")
    write_report(out, made(found.vocabulary, facts, lang.value, [note]), "OUT.xlsx")
    typer.echo(say(lang.value, f"已写入 {out}", f"written to {out}"), err=True)


@guarded
def check(
    table: Annotated[Path, typer.Argument(metavar="IN", help="填好的表 XLSX CSV / the filled table")],
    regions: ManyRegions = None,
    region: RegionsOption = None,
    every: EveryOption = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="结果写到 .xlsx 或 .csv / where to write the answers")
    ] = None,
    good_rows_only: Annotated[
        bool, typer.Option("--good-rows-only", help="有错的行留下，只判定其余 / answer the good rows, leave the others")
    ] = False,
    marked: Annotated[
        Path | None, typer.Option(metavar="FILE", help="有错时，标出错误的副本写到这里 / a copy with faults marked")
    ] = None,
    as_of: AsOfOption = None,
    due_soon_days: Annotated[
        int, typer.Option(metavar="N", help="提前几天算即将到期 / days that count as due soon")
    ] = 30,
    reading: ReadingsOption = None,
    overwrite: OverwriteOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """核对一张表 / Put a table's cases to regions.

    有一行有错，就整张表都不判定；--good-rows-only 只判定没有错的行。
    One faulty row stops the whole table; with --good-rows-only the other rows are answered.

    退出码 / exit status:
    0 全部有结论 / everything was decided;
    4 有“无法判定”“文本有歧义”，或有留下未判的行 / something is undetermined or ambiguous, or rows were left out;
    2 输入有误，不写结果 / bad input, no answers are written.
    """
    from xianjie.batch.answering import Question
    from xianjie.batch.answering import check as checked
    from xianjie.batch.gathering import Gathered
    from xianjie.batch.intake import intake
    from xianjie.batch.opening import LARGEST
    from xianjie.batch.results import results_csv, results_workbook
    from xianjie.cli.assess import check_readings, settings_of
    from xianjie.cli.installed import asked, regions_of, titles_of
    from xianjie.cli.reports import write_report
    from xianjie.engine.assess import Engine
    from xianjie.plugins import discover
    from xianjie.source import read_bytes

    _places(table, out, marked, overwrite)
    found = discover()
    names = asked(found, [*parted(regions), *(region or [])], every)
    question = Question(
        names, today().toordinal(), given_day(as_of), settings_of(due_soon_days, reading or []), lang.value
    )
    engine = Engine(found.load(regions_of(names)), found.vocabulary)
    try:
        engine.documents.check(names)
        check_readings(engine, question.settings)
        checked(engine, question)
        data = read_bytes(table, LARGEST)
        with _progress(lang.value, "读取", "reading") as tell:
            read = intake(data, str(table), found.vocabulary, tell, lambda: _target_items(found))
        if read.bad:
            _tell_faults(read, lang.value)
            _write_marked(data, read, marked, lang.value)
            if not good_rows_only or not read.good:
                raise typer.Exit(BAD_INPUT)
        gathered = Gathered(read, engine, question, titles_of(found, names, lang.value))
        with _progress(lang.value, "判定", "assessing") as tell:
            undecided = _gather(gathered, engine, read, question, tell)
    finally:
        engine.close()
    if out is not None:
        made = results_csv(gathered) if out.suffix.lower() == ".csv" else results_workbook(gathered)
        write_report(out, made, "--out")
        typer.echo(say(lang.value, f"已写入 {out}", f"written to {out}"), err=True)
    _totals(gathered, lang.value)
    if undecided or gathered.left:
        raise typer.Exit(UNDECIDED)


def _target_items(regions: Regions) -> frozenset[int]:
    """List the numbers of all installed targets; none where a region cannot be loaded, as it may know others."""
    from xianjie.batch.intake import target_items
    from xianjie.errors import PluginError, PolicyError

    try:
        return target_items(regions.load())
    except (PluginError, PolicyError):
        return frozenset()


def _suffixed(path: Path, suffixes: Sequence[str], option: str) -> None:
    if path.suffix.lower() not in suffixes:
        listed = "、".join(suffixes)
        refuse(
            "file-suffix",
            f"文件名须以 {listed} 结尾",
            f"the file's name must end in {' or '.join(suffixes)}",
            option,
        )


def _places(table: Path, out: Path | None, marked: Path | None, overwrite: bool) -> None:
    """Refuse before any work to write over the table itself, over a file that is there, or one file over the other."""
    from xianjie.cli.reports import refuse_existing

    kind = ".csv" if table.suffix.lower() in (".csv", ".txt") else ".xlsx"
    for path, option, suffixes in ((out, "--out", (".xlsx", ".csv")), (marked, "--marked", (kind,))):
        if path is None:
            continue
        _suffixed(path, suffixes, option)
        if path.resolve() == table.resolve() or (out and marked and out.resolve() == marked.resolve()):
            refuse(
                "file-same",
                "输入、结果、标错副本须是三个不同的文件",
                "table, answers and marked copy must be different files",
                option,
            )
        refuse_existing(path, option, overwrite)


@contextmanager
def _progress(lang: str, zh: str, en: str) -> Iterator[Tell]:
    """Show a bar on stderr where that is a terminal."""
    from rich.progress import Progress

    console = stderr_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(say(lang, zh, en), total=None)

        def tell(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield tell


def _tell_faults(read: Intake, lang: str) -> None:
    problems = read.problems()
    for problem in problems[:SHOWN]:
        typer.echo(problem.text(lang), err=True)
    rows, faults = len(read.bad), len(problems)
    more = say(lang, f"，此处列出前 {SHOWN} 处", f"; the first {SHOWN} are listed") if faults > SHOWN else ""
    zh = f"共 {len(read.rows)} 行，{rows} 行有错，{faults} 处{more}"
    en = f"{len(read.rows)} rows, {rows} with faults, {faults} faults{more}"
    typer.echo(say(lang, zh, en), err=True)


def _write_marked(data: bytes, read: Intake, path: Path | None, lang: str) -> None:
    from xianjie.batch.marked import marked
    from xianjie.cli.reports import write_report

    if path is None:
        words = say(lang, "用 --marked 可得到标出错误的副本", "--marked writes a copy with the faults marked")
        typer.echo(words, err=True)
        return
    copy = marked(data, read, lang)
    write_report(path, copy.data, "--marked")
    typer.echo(say(lang, f"已写入 {path}", f"written to {path}"), err=True)
    if copy.lost:
        words = say(lang, "、", ", ").join(copy.lost)
        typer.echo(say(lang, f"副本可能没有保留：{words}", f"the copy may not have kept: {words}"), err=True)


def _gather(gathered: Gathered, engine: Engine, read: Intake, question: Question, tell: Tell) -> bool:
    """Answer and gather; tell whether something is undetermined or ambiguous."""
    from xianjie.batch.answering import answers
    from xianjie.cli.assess import is_undecided, keying

    keyed: Callable[[str], str] = keying() or str
    undecided = False
    found: Iterator[Answered] = answers(engine, read.rows, question, tell, keyed)
    for one in found:
        answer: Mapping[str, Any] | None = one.answer
        undecided = undecided or (answer is not None and is_undecided(answer))
        gathered.add(one)
    return undecided


def _totals(gathered: Gathered, lang: str) -> None:
    from rich.text import Text

    from xianjie.cli.sheet import Sheet

    titles = [say(lang, "维度", "dimension"), say(lang, "判定", "status")]
    titles += (gathered.names[region] for region in gathered.question.regions)
    rows = [
        [Text(dimension), Text(status), *(Text(str(count)) for count in counts)]
        for dimension, status, counts in gathered.total_lines()
    ]
    console = stdout_console()
    console.print(Sheet(titles, rows))
    answered, left = len(gathered.lines), len(gathered.left_rows())
    zh = f"已判定 {answered} 行，未判定 {left} 行" if left else f"已判定 {answered} 行"
    en = f"{answered} rows answered" + (f", {left} left out" if left else "")
    console.print(Text(say(lang, zh, en), "dim"))
