"""`xianjie population show`: one row of an assessed population, with reasons, by the engine of single cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import guarded, stdout_console, write_json
from xianjie.cli.options import JsonOption, Lang, LangOption, say

if TYPE_CHECKING:
    from xianjie.engine.assess import Engine
    from xianjie.population.job.rows import Row


@guarded
def show(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="结果文件夹 / the answers' folder")],
    row: Annotated[int, typer.Option(min=0, metavar="N", help="行号，见结果的 row 一列 / the row's number")],
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """逐条说明一行的判定 / Tell one row's answers with their reasons.

    从原来的数据读回这一行的事实，交给逐案判定的引擎，再与结果文件里存下的比较；不同就不给出判定，退出码 2。
    The row's facts are read from the data again and put to the engine that answers single cases; that is compared with
    what the answers' file keeps of the row, and where they differ no answer is given: exit status 2.
    """
    from xianjie.cli.installed import regions_of, titles_of
    from xianjie.cli.screen import Screen
    from xianjie.engine.assess import Engine
    from xianjie.plugins import discover
    from xianjie.population.job.agreeing import asked_in_full, check_kept
    from xianjie.population.job.asked import SUPPOSED, supposing_engine
    from xianjie.population.job.rows import row_of_population

    found = row_of_population(out, row)
    full = replace(found, case=asked_in_full(found.case, found.asked.dimensions))
    regions = discover()
    names = found.asked.regions
    plain = [name for name in names if not name.endswith(SUPPOSED)]
    supposed = [name.removesuffix(SUPPOSED) for name in names if name.endswith(SUPPOSED)]
    told: list[tuple[Engine, dict[str, Any]]] = []
    kept: dict[str, Any] = {}
    engine = Engine(regions.load(regions_of([name.rstrip(SUPPOSED) for name in names])), regions.vocabulary)
    try:
        for listed, mark in ((plain, ""), (supposed, SUPPOSED)):
            if listed:
                one = supposing_engine(engine, found.asked.supposed) if mark else engine
                told.append((one, _answer(one, listed, found, lang.value)))
                whole = _answer(one, listed, full, lang.value)["regions"]
                kept.update({name + mark: answer for name, answer in whole.items()})
    finally:
        engine.close()
    check_kept(found, out, kept)
    typer.echo(_agreement(found, lang.value), err=True)
    if as_json:
        write_json([answer for _, answer in told])
        return
    typer.echo(_head(found, row, lang.value), err=True)
    for one, answer in told:
        titles = titles_of(regions, list(answer["regions"]), lang.value)
        Screen(stdout_console(), one.documents.by_sha256(), titles, lang.value).show([answer])


def _answer(engine: Engine, names: list[str], found: Row, lang: str) -> dict[str, Any]:
    return engine.assess(found.case, names, found.asked.as_of, found.asked.settings, lang)


def _agreement(found: Row, lang: str) -> str:
    from xianjie.vocabulary.terms import DIMENSIONS

    regions, dimensions = found.asked.regions, found.asked.dimensions
    return say(
        lang,
        f"与存下的判定一致：{len(regions)} 个地区的{'、'.join(DIMENSIONS[name][0] for name in dimensions)}",
        f"as it is kept, in {', '.join(DIMENSIONS[name][1] for name in dimensions)} (regions: {len(regions)})",
    )


def _head(found: Row, number: int, lang: str) -> str:
    kept = "".join(f"，{name} {value}" for name, value in found.kept.items())
    beside = "".join(f", {name} {value}" for name, value in found.kept.items())
    return say(
        lang,
        f"行 {number}：{found.file} 第 {found.at} 行{kept}",
        f"row {number}: {found.file}, row {found.at}{beside}",
    )
