"""`xianjie population generate`: invent a population and write it to files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from xianjie.cli.batch import ManyRegions, OverwriteOption
from xianjie.cli.edge import given_day, guarded, refuse, stdout_console, today, write_json
from xianjie.cli.options import AsOfOption, JsonOption, Lang, LangOption, parted, say

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,9})?)(%?)")
_MOST_DIVISIONS = 3_000


@guarded
def generate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="写到 .parquet、.csv 或 .arrow / where to, by its ending")],
    rows: Annotated[int, typer.Option(min=1, max=10**10, metavar="N", help="行数 / how many rows")],
    seed: Annotated[
        int, typer.Option(min=0, max=2**32, metavar="N", help="种子，同种子同数据 / same seed, same rows")
    ] = 1,
    regions: ManyRegions = None,
    divisions: Annotated[
        int, typer.Option(min=1, max=_MOST_DIVISIONS, metavar="N", help="几个（虚构的）区划 / invented divisions")
    ] = 20,
    dirty: Annotated[str, typer.Option(metavar="SHARE", help="出错的行，如 0.1% / share of faulty rows")] = "0",
    unknown: Annotated[str, typer.Option(metavar="SHARE", help="没有记录的值，如 5% / share of unknown values")] = "5%",
    table: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A,B", help="people referrals organisations ledgers duties targets，默认人 / people by default"
        ),
    ] = None,
    ledgers: Annotated[
        bool, typer.Option("--ledgers", help="一行一册台账，即 --table ledgers / a ledger a row")
    ] = False,
    files: Annotated[int, typer.Option(min=1, max=100_000, metavar="N", help="分成几个文件 / so many files")] = 1,
    in_chinese: Annotated[
        bool, typer.Option("--chinese", help="写成“是”“从未”等，如手填的表 / as people fill in sheets")
    ] = False,
    overwrite: OverwriteOption = False,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """生成虚构的人群数据 / Invent a population.

    先有家庭，再有人；身份、救助随收入、年龄、伤病而来，门槛和期限两边的个案特意多。全是虚构，不按任何真实数字校准。
    Households first; classes and aid follow from income, age and illness; limits and windows are crowded on both
    sides. All is invented, calibrated to no real figure.

    --regions 说明按哪些地区的门槛（默认全部）；--dirty 另写一份错误清单 OUT.dirty.parquet。
    --regions names the regions whose limits are crowded (all by default); with --dirty a list of the faults lies
    beside, in OUT.dirty.parquet.
    """
    from xianjie.cli.installed import asked
    from xianjie.cli.reports import refuse_existing
    from xianjie.plugins import discover
    from xianjie.population.generating.inventing import Invention
    from xianjie.population.generating.writing import truth_path, write_population

    shares = {name: _share(text, f"--{name}") for name, text in (("dirty", dirty), ("unknown", unknown))}
    tables = _tables(parted(table) or (["ledgers"] if ledgers else ["people"]))
    for path in (out, *([truth_path(out)] if shares["dirty"] else [])):
        refuse_existing(path, "OUT", overwrite)
    found = discover()
    day = given_day(as_of) or today().toordinal()
    names = asked(found, parted(regions), every=not regions)
    invention = Invention(
        rows,
        seed,
        day,
        tables,
        divisions,
        shares["unknown"],
        shares["dirty"],
        _limits(names, day),
        in_chinese,
        found.vocabulary,
    )
    written = write_population(invention, out, files)
    faulty = str(written.truth) if written.truth else None
    if as_json:
        write_json({"out": str(out), "rows": rows, "files": files, "columns": len(invention.specs), "dirty": faulty})
        return
    console = stdout_console()
    zh = f"已写 {rows:,} 行，{files} 个文件：{out}（虚构数据）"
    en = f"{rows:,} rows written, {files} file(s): {out} (invented)"
    console.print(say(lang, zh, en))
    if faulty:
        console.print(say(lang, f"其中的错误见 {faulty}", f"its faults are listed in {faulty}"))


def _limits(names: list[str], day: int) -> dict[str, list[int]]:
    from xianjie.cli.installed import regions_of
    from xianjie.engine.assess import Engine
    from xianjie.plugins import discover
    from xianjie.population.answering import answering_policies
    from xianjie.population.generating.limits import limits_of

    found = discover()
    engine = Engine(found.load(regions_of(names)), found.vocabulary)
    try:
        return limits_of(list(answering_policies(engine, names, day).values()), day)
    finally:
        engine.close()


def _share(text: str, option: str) -> float:
    found = _SHARE.fullmatch(text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else -1.0
    if not 0 <= share < 1:
        refuse("share-form", "须是 0 到 1 之间的比例，如 0.1% 或 0.001", "write a share such as 0.1% or 0.001", option)
    return share


def _tables(names: list[str]) -> tuple[str, ...]:
    from xianjie.population.generating.inventing import TABLES

    if unknown := [name for name in names if name not in TABLES]:
        listed = "、".join(TABLES)
        refuse("table-unknown", f"没有这种表；可用：{listed}", f"no such table; known: {', '.join(TABLES)}", unknown[0])
    return tuple(dict.fromkeys(names))
