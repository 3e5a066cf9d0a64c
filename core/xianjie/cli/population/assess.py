"""`xianjie population assess`: put a population to regions, part by part, into a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.batch import ManyRegions, OverwriteOption
from xianjie.cli.edge import UNDECIDED, given_day, guarded, refuse, stdout_console, today
from xianjie.cli.options import AsOfOption, Lang, LangOption, OverlayOption, ReadingsOption, parted, say
from xianjie.cli.population.progress import Progress
from xianjie.cli.population.question import (
    DimensionsOption,
    DivisionOption,
    DueSoonOption,
    KeepOption,
    LeaveOutOption,
    MappingOption,
    OutArgument,
    RestOption,
    RowsOption,
    SourceArgument,
    StrictOption,
    Wanted,
    WorkersOption,
    asking_of,
)
from xianjie.cli.population.runs import recorded, tell_run
from xianjie.cli.population.spark import SparkOption, on_spark
from xianjie.population.memory import keep_freed_memory

if TYPE_CHECKING:
    from xianjie.population.job.asked import Asked
    from xianjie.population.job.manifest import Finished
    from xianjie.population.job.parts import Part
    from xianjie.population.job.running import Run, Tell

BROKEN_OFF = 130
"""Exit status after Ctrl-C."""

ENOUGH = 4
"""From so many parts on, several processes are started: each takes seconds to begin."""
MOST_WORKERS = 8
"""So many processes are started at most unless more are asked for."""
EACH = 700 * 2**20
"""So many bytes a process takes, by which half of the machine's memory is not exceeded unless somebody asks for it."""


class Format(StrEnum):
    """How answers are written."""

    PARQUET = "parquet"
    CSV = "csv"


@guarded
def assess(
    source: SourceArgument,
    out: OutArgument,
    regions: ManyRegions = None,
    dimension: DimensionsOption = None,
    mapping: MappingOption = None,
    unrecorded_rest: RestOption = False,
    keep: KeepOption = None,
    division: DivisionOption = None,
    form: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="结果的格式 parquet csv / form of the answers")
    ] = Format.PARQUET,
    words: Annotated[bool, typer.Option("--words", help="Parquet 也写成词，不写代码 / words in Parquet too")] = False,
    leave_out: LeaveOutOption = None,
    strict: StrictOption = False,
    workers: WorkersOption = None,
    spark: SparkOption = None,
    rows_per_part: RowsOption = None,
    overlay: OverlayOption = None,
    as_of: AsOfOption = None,
    due_soon_days: DueSoonOption = 30,
    reading: ReadingsOption = None,
    overwrite: OverwriteOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """成批判定一个人群 / Assess a whole population.

    结果写到 OUT：answers/ 每行的判定，rejects.csv 读不进的行，summary.json 汇总，最后是 manifest.json。
    中断后（Ctrl-C、断电、磁盘满）用同一条命令接着做；已完成的部分不重做。
    Answers go to OUT: answers/, rejects.csv, summary.json and, last, manifest.json. After Ctrl-C, a power cut or a
    full disk the same command goes on; what is done is not done again.

    退出码 / exit status:
    0 全部有结论 / everything was decided;
    4 有“无法判定”“文本有歧义”，或有读不进的行 / something is undetermined or ambiguous, or rows were put aside;
    2 输入有误，没有 manifest.json / bad input, no manifest is written;
    130 按 Ctrl-C 中断 / broken off by Ctrl-C.
    """
    keep_freed_memory()
    from xianjie.population.job.asked import FORMS
    from xianjie.population.job.sources import find_sources
    from xianjie.population.job.whole import answer, clear, lay_out, refuse_folder

    engine = None if spark is None else on_spark(spark)
    written = FORMS[2] if form is Format.CSV else FORMS[int(words)]
    progress, told = Progress(lang.value), dict[str, object]()
    day = given_day(as_of) or today().toordinal()
    with asking_of(parted(regions), dimension, day, due_soon_days, reading or [], overlay or []) as asking:
        refuse_folder(out, source)
        sources = find_sources(source)
        with held(out), broken_off(out, lang.value), recorded(out, progress, told, spark):
            if overwrite:
                clear(out)
            laid = lay_out(sources, out, rows_per_part or asking.usual_rows(), progress)
            wanted = Wanted(mapping, unrecorded_rest, parted(keep), division)
            question = asking.question(asking.mapped(wanted, laid.schema()), tuple(leave_out or ()), written)
            count = workers or usual_workers(len(laid.parts))
            if engine is None:
                told["workers"] = count
            try:
                done = answer(question, laid, out, engine or on_this_machine(count), progress, strict)
            finally:
                progress.end()
            refuse_rejected(done, out, strict)
    tell_run(progress, lang.value)
    conclude(done, out, lang.value)


def refuse_rejected(done: Finished, out: Path, strict: bool) -> None:
    """Raise InputError where rows were put aside and it is strict."""
    if strict and done.rejected:
        refuse(
            "population-rejected",
            f"{done.rejected:,} 行读不进，逐行见 rejects.csv；没有写 manifest.json",
            f"{done.rejected:,} rows were put aside, rejects.csv lists them; no manifest.json was written",
            str(out / "rejects.csv"),
        )


def conclude(done: Finished, out: Path, lang: str) -> None:
    """Show what came of it, and end the command with the status that says so."""
    show(done, out, lang)
    if done.rejected or done.undecided:
        raise typer.Exit(UNDECIDED)


def usual_workers(parts: int) -> int:
    """Say how many processes are started where nobody says it: as many as cores; one for a few parts, or two cores.

    Two cores are kept busy by the threads of one process, which was measured to take less time than two processes.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 1 if parts < ENOUGH or cores <= 2 else min(cores, MOST_WORKERS, max(1, memory() // 2 // EACH))


def memory() -> int:
    """Give the machine's memory in bytes; more than any has where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 2**60


def on_this_machine(workers: int) -> Run:
    """Give what answers parts by processes of this machine."""

    def run(asked: Asked, parts: Sequence[Part], out: Path, tell: Tell) -> None:
        from xianjie.population.job.running import run_parts

        run_parts(asked, parts, out, workers, tell)

    return run


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Hold the folder for this process alone; InputError where another has it, or it cannot be made."""
    from xianjie.store.lock import FolderLock
    from xianjie.store.refusals import StoreError

    folder = out / "receipts"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        zh, en = f"建不了文件夹：{error.strerror}", f"the folder cannot be made: {error.strerror}"
        refuse("folder-unwritable", zh, en, str(out))
    try:
        lock = FolderLock(folder)
    except StoreError as error:
        if error.problems[0].code != "store-locked":
            raise
        refuse(
            "population-held",
            "另一个进程正在写这个文件夹，请等它结束",
            "another process is writing to this folder: wait until it ends",
            str(out),
        )
    try:
        yield
    finally:
        lock.release()


@contextmanager
def broken_off(out: Path, lang: str) -> Iterator[None]:
    """Say how to go on after Ctrl-C and where nothing can be written."""
    try:
        yield
    except KeyboardInterrupt:
        zh, en = "已中断；用同一条命令接着做", "broken off; the same command goes on"
        typer.echo("\n" + say(lang, zh, en), err=True)
        raise typer.Exit(BROKEN_OFF) from None
    except OSError as error:
        refuse(
            "population-unwritable",
            f"写不进去：{error.strerror}；已完成的部分都在，处理后用同一条命令接着做",
            f"cannot be written: {error.strerror}; what is done is kept, mend it and run the same command to go on",
            str(out),
        )


def show(done: Finished, out: Path, lang: str) -> None:
    """Show the counts, and say where the answers are."""
    from rich.text import Text

    from xianjie.cli.population.summary import sheet
    from xianjie.population.summary.tables import statuses

    console = stdout_console()
    for table in statuses(done.summary):
        if table.rows:
            console.print(sheet(table, True, lang))
    zh = f"已判定 {done.answered:,} 行" + (f"，读不进 {done.rejected:,} 行，见 rejects.csv" if done.rejected else "")
    en = f"{done.answered:,} rows answered" + (
        f", {done.rejected:,} put aside, see rejects.csv" if done.rejected else ""
    )
    console.print(Text(say(lang, zh, en), "dim"))
    typer.echo(say(lang, f"已写入 {out}", f"written to {out}"), err=True)
