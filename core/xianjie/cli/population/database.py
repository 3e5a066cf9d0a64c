"""`xianjie population assess-table`: put a table of PostgreSQL to regions, and write the answers back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.batch import ManyRegions
from xianjie.cli.edge import given_day, guarded, today
from xianjie.cli.options import AsOfOption, Lang, LangOption, OverlayOption, ReadingsOption, parted, say
from xianjie.cli.population.assess import broken_off, conclude, held, refuse_rejected, usual_workers
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
    StrictOption,
    Wanted,
    WorkersOption,
    asking_of,
)
from xianjie.cli.population.runs import recorded, tell_run
from xianjie.population.memory import keep_freed_memory

if TYPE_CHECKING:
    from xianjie.population.database.assessing import Done
    from xianjie.population.database.sources import Asking
    from xianjie.population.job.asked import Asked
    from xianjie.population.job.parts import Part
    from xianjie.population.job.running import Tell

TableArgument = Annotated[
    str,
    typer.Argument(
        metavar="TABLE",
        help="表或视图，如 模式.表；或写有一条 SELECT 的 .sql 文件 / a table or view, or a .sql file with one SELECT",
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="ADDRESS",
        help="postgresql://用户@主机/库名 或 service=名称，不写密码；默认用 PG… 环境变量 / without a password; "
        "by default the PG… variables tell",
    ),
]
KeyOption = Annotated[
    str | None,
    typer.Option("--key", metavar="A,B", help="不重复的键，默认用主键 / unique columns, by default the primary key"),
]
ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="TABLE", help="结果写到这个（新的）表 / write the answers to this (new) table"),
]
ToDatabaseOption = Annotated[
    str | None,
    typer.Option("--to-database", metavar="ADDRESS", help="结果写到另一个数据库 / write to another database"),
]
FreshOption = Annotated[
    bool, typer.Option("--fresh", help="从头重新读，不接着做 / read all anew, nothing is gone on with")
]


class TableProgress(Progress):
    """Tell also how many rows are read."""

    def read(self, rows: int) -> None:
        """Tell how many rows are read, where it is time."""
        if self.due():
            self.write(say(self.lang, f"已读 {rows:,} 行", f"{rows:,} rows read"))


@guarded
def assess_table(
    table: TableArgument,
    out: OutArgument,
    regions: ManyRegions = None,
    database: DatabaseOption = None,
    key: KeyOption = None,
    to: ToOption = None,
    to_database: ToDatabaseOption = None,
    dimension: DimensionsOption = None,
    mapping: MappingOption = None,
    unrecorded_rest: RestOption = False,
    keep: KeepOption = None,
    division: DivisionOption = None,
    leave_out: LeaveOutOption = None,
    strict: StrictOption = False,
    workers: WorkersOption = None,
    rows_per_part: RowsOption = None,
    overlay: OverlayOption = None,
    as_of: AsOfOption = None,
    due_soon_days: DueSoonOption = 30,
    reading: ReadingsOption = None,
    fresh: FreshOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """成批判定 PostgreSQL 的一个表 / Assess a table of PostgreSQL.

    表在同一时刻的样子读进 OUT，判定后结果留在 OUT；写了 --to 的，也写回数据库：视图 TABLE 用词说明，旁边的
    TABLE_packed、TABLE_rejects、TABLE_legend、TABLE_parts、TABLE_run 是代码、读不进的行、代码的意思、回执和问题。
    The table is read into OUT as it stands at one moment, and answered there; with --to the answers are written back
    as well: a view TABLE in words, and beside it packed codes, rejects, the legend, receipts and the question.

    中断后用同一条命令接着做，每一部分只写入一次；接着读的行是后来的样子，--fresh 从头重新读。
    The same command goes on after whatever broke it off, and each part is written once; rows that are read later are
    as they stand later: --fresh reads all anew.

    密码放在 PGPASSFILE 或服务文件里，不写在命令行 / passwords belong into PGPASSFILE or a service file.

    退出码同 population assess / exit status as of population assess.
    """
    keep_freed_memory()
    from xianjie.population.database.assessing import Place, columns_of
    from xianjie.population.database.assessing import assess_table as run_all
    from xianjie.population.database.connecting import checked_address
    from xianjie.population.database.sources import name_of
    from xianjie.population.job.running import run_parts
    from xianjie.population.job.whole import refuse_folder

    address = checked_address(database)
    there = address if to_database is None else checked_address(to_database)
    place = None if to is None else Place(there, name_of(to))
    source = _source(table, parted([key] if key else None))
    progress = TableProgress(lang.value)
    day = given_day(as_of) or today().toordinal()

    told: dict[str, object] = {}

    def run(asked: Asked, parts: Sequence[Part], folder: Path, tell: Tell) -> None:
        count = workers or usual_workers(len(parts))
        told["workers"] = count
        run_parts(asked, parts, folder, count, tell)

    with asking_of(parted(regions), dimension, day, due_soon_days, reading or [], overlay or []) as asking:
        refuse_folder(out)
        wanted = Wanted(mapping, unrecorded_rest, parted(keep), division)
        question = asking.question(asking.mapped(wanted, columns_of(address, source)), tuple(leave_out or ()))
        with held(out), broken_off(out, lang.value), recorded(out, progress, told):
            most = rows_per_part or asking.usual_rows()
            try:
                done = run_all(question, source, out, progress, run, address, place, most, fresh, strict)
            finally:
                progress.end()
            _tell_moments(done, lang.value)
            refuse_rejected(done.finished, out, strict)
    if place is not None:
        zh, en = (
            f"已写入表 {to}（本次 {done.written} 个部分）",
            f"written to the table {to} ({done.written} parts just now)",
        )
        typer.echo(say(lang.value, zh, en), err=True)
    tell_run(progress, lang.value)
    conclude(done.finished, out, lang.value)


def _source(table: str, key: Sequence[str]) -> Asking:
    from xianjie.population.database.sources import Asking, name_of
    from xianjie.source import read_text

    path = Path(table)
    if path.suffix == ".sql":
        return Asking(query=read_text(path, 1 << 20), key=tuple(key))
    return Asking(name_of(table), key=tuple(key))


def _tell_moments(done: Done, lang: str) -> None:
    """Say so where not all rows were read at the same moment."""
    moments = [stretch.at for stretch in done.reading.stretches]
    if len(moments) > 1:
        zh = f"数据分 {len(moments)} 次读完，不是同一时刻的样子：{moments[0]} 至 {moments[-1]}；--fresh 从头一次读完"
        en = (
            f"the rows were read in {len(moments)} goes, not as they stood at one moment: {moments[0]} to "
            f"{moments[-1]}; --fresh reads all at once"
        )
        typer.echo(say(lang, zh, en), err=True)
