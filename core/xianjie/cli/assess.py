"""`xianjie assess`: put cases to regions, and give a matrix with its reasons, or the contract's JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import UNDECIDED, guarded, refuse, stderr_console, stdout_console, today
from xianjie.cli.options import AsOfOption, Lang, LangOption

if TYPE_CHECKING:
    from xianjie.cases import Case
    from xianjie.engine.assess import Engine
    from xianjie.engine.inquiry import Settings
    from xianjie.plugins import Regions

Entry = Mapping[str, Any]

MANY = 20
"""From more cases than this, one line for each case and region is printed instead of matrix and reasons."""
LONG = 50
"""From more cases than this, progress is shown on stderr."""


class EngineChoice(StrEnum):
    """How conditions are decided; what comes out is the same."""

    GENERATED = "generated"
    TREE = "tree"
    RETE = "rete"


@guarded
def assess(
    case: Annotated[
        list[Path],
        typer.Argument(metavar="CASE…", help="个案文件：YAML、JSON、CSV、XLSX，一案或多案 · case files"),
    ],
    region: Annotated[
        list[str] | None,
        typer.Option("--region", "-r", help="地区（拼音或中文，可重复） · region, repeatable"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="全部已安装的地区 · every installed region")] = False,
    as_of: AsOfOption = None,
    due_soon_days: Annotated[
        int,
        typer.Option(
            metavar="N", help="提前几天算“即将到期” · days before the due date that count as due soon"
        ),
    ] = 30,
    reading: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGION:SET=OPTION", help="本单位采用的读法（可重复） · a reading your office settled on"
        ),
    ] = None,
    engine: Annotated[
        EngineChoice, typer.Option(help="推理引擎，结论相同 · engine; the answers are the same")
    ] = EngineChoice.GENERATED,
    as_json: Annotated[
        bool, typer.Option("--json", help="输出 JSON：一案为一个对象，多案为数组 · one object, or an array")
    ] = False,
    as_lines: Annotated[
        bool, typer.Option("--jsonl", help="输出 JSON Lines：每案一行 · one object a line, always")
    ] = False,
    full: Annotated[
        bool,
        typer.Option(
            "--full", help=f"超过 {MANY} 案时仍逐案说明理由 · reasons for more than {MANY} cases too"
        ),
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """判定个案 · Put cases to the regions named.

    退出码 exit status：
    0 全部有结论 · everything was decided；
    4 有“无法判定”或“文本有歧义” · something is undetermined or ambiguous；
    2 输入有误，标准输出为空 · bad input, and nothing on stdout。

    计入 4 的是 · what counts for 4：eligibility.status、每项 services、每项 duties、referral.status、
    referral.simplification.status、每项 incentives（对象的各类别不单独计 · single groups do not）。
    """
    from xianjie.cases.files import read_cases
    from xianjie.cli.installed import asked
    from xianjie.engine.assess import Engine
    from xianjie.plugins import discover

    regions = discover()
    names = asked(regions, region or [], every)
    day = given_day(as_of)
    settings = _settings(due_soon_days, reading or [])
    chosen = Engine(regions.load(names), regions.vocabulary, engine.value)
    try:
        chosen.check_settings(settings)
        cases = [found for path in case for found in read_cases(path, regions.vocabulary)]
        answers = _answers(chosen, cases, names, day, settings, lang.value)
        if as_json or as_lines:
            undecided = _write_json(answers, array=len(cases) > 1 and not as_lines, lines=as_lines)
        else:
            undecided = _show(answers, chosen, regions, lang.value, brief=len(cases) > MANY and not full)
    finally:
        chosen.close()
    if undecided:
        raise typer.Exit(UNDECIDED)


def given_day(text: str | None) -> int | None:
    """Read the date of an option as an ordinal; InputError where there is no such day."""
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text) if len(text) == len("2025-05-01") else None
    except ValueError:
        day = None
    if day is None:
        refuse(
            "date-impossible",
            "没有这一天，日期须如 2025-05-01",
            "no such day; write a date as 2025-05-01",
            "--as-of",
        )
    return day.toordinal()


def _settings(due_soon_days: int, pairs: Sequence[str]) -> Settings:
    from xianjie.engine.inquiry import Settings

    readings: dict[str, str] = {}
    for pair in pairs:
        axis, equals, option = pair.partition("=")
        if not (axis and equals and option):
            refuse(
                "reading-form",
                "读法须写成 地区:读法组=选项，如 tianjin:half-year=rolling",
                "write a reading as region:set=option, such as tianjin:half-year=rolling",
                "--reading",
            )
        if readings.setdefault(axis, option) != option:
            refuse(
                "reading-doubled",
                "同一组读法给了两个选项",
                "two options for one set of readings",
                "--reading",
            )
    return Settings(due_soon_days, readings)


def _answers(
    engine: Engine,
    cases: Sequence[Case],
    regions: Sequence[str],
    day: int | None,
    settings: Settings,
    lang: str,
) -> Iterator[Entry]:
    """Answer case by case, with a bar on stderr where there are many."""
    from rich.progress import Progress

    clock = today().toordinal()
    console = stderr_console()
    hidden = len(cases) <= LONG or not console.is_terminal
    with Progress(console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task("判定" if lang == "zh" else "assessing", total=len(cases))
        for case in cases:
            yield engine.assess(case, regions, day or case.as_of or clock, settings, lang)
            progress.advance(task)


def _write_json(answers: Iterator[Entry], array: bool, lines: bool) -> bool:
    """Write the answers once all of them are there; tell whether anything is undecided."""
    import json
    from tempfile import TemporaryFile

    undecided = False
    with TemporaryFile("w+", encoding="utf-8", newline="\n") as spool:
        for number, answer in enumerate(answers):
            undecided = undecided or is_undecided(answer)
            if lines or array:
                spool.write(("[\n" if number == 0 else ",\n") if array else "")
                json.dump(answer, spool, ensure_ascii=False, allow_nan=False)
                spool.write("\n" if lines else "")
            else:
                json.dump(answer, spool, ensure_ascii=False, indent=2, allow_nan=False)
        spool.write("\n]\n" if array else "" if lines else "\n")
        spool.seek(0)
        while chunk := spool.read(1 << 16):
            typer.echo(chunk, nl=False)
    return undecided


def _show(answers: Iterator[Entry], engine: Engine, regions: Regions, lang: str, brief: bool) -> bool:
    from xianjie.cli.screen import overview, show_answers, summed_up

    names = {key: region.zh if lang == "zh" else region.en for key, region in regions.regions.items()}
    undecided = False

    def watched() -> Iterator[Entry]:
        nonlocal undecided
        for answer in answers:
            undecided = undecided or is_undecided(answer)
            yield answer

    if brief:
        rows = [summed_up(answer, names, lang) for answer in watched()]
        overview(stdout_console(), rows, lang)
    else:
        show_answers(stdout_console(), list(watched()), engine.policies, names, lang)
    return undecided


def is_undecided(answer: Entry) -> bool:
    """Tell whether a status that counts is undetermined or ambiguous; the help of `assess` lists which do."""
    return any(
        status in ("undetermined", "ambiguous")
        for region in answer["regions"].values()
        for status in _counted(region)
    )


def _counted(region: Entry) -> Iterator[str]:
    yield region["eligibility"]["status"]
    for dimension in ("services", "duties", "incentives"):
        yield from (entry["status"] for entry in region.get(dimension) or ())
    referral = region.get("referral")
    if referral is not None:
        yield referral["status"]
        if referral["simplification"] is not None:
            yield referral["simplification"]["status"]
