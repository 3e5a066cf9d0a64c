"""`xianjie check`: run regression cases, and show in a table what the documents no longer answer as expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.assess import LONG, EngineChoice
from xianjie.cli.edge import guarded, refuse, stderr_console, stdout_console, write_json
from xianjie.cli.options import JsonOption, Lang, LangOption, say
from xianjie.cli.reports import write_report
from xianjie.errors import InputError, Place, Problem

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from xianjie.plugins import Regions
    from xianjie.regression.model import RegressionCase
    from xianjie.regression.run import Engines, Result

FAILED = 1
"""Exit status where some case does not hold."""


@guarded
def check(
    target: Annotated[
        list[str], typer.Argument(metavar="FILE", help="个案文件、文件夹或地区 / files of cases, folders, regions")
    ],
    engine: Annotated[
        EngineChoice,
        typer.Option(metavar="ENGINE", help="推理引擎，结论相同 / generated, tree, rete: the same answers"),
    ] = EngineChoice.GENERATED,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="另写 JUnit 报告 .xml / write a JUnit report beside")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """运行回归个案 / Run regression cases.

    FILE / what to run:
    *.cases.yaml .xlsx .csv 个案文件 / a file of cases;
    文件夹 / a folder that holds some;
    地区 / a region, for the cases that its plugin brings.

    退出码 / exit status:
    0 全部符合 / every case holds;
    1 有不符 / some do not;
    2 输入有误，一个也没有运行 / bad input, nothing was run.
    """
    from time import perf_counter

    from xianjie.plugins import discover
    from xianjie.regression.report import described
    from xianjie.regression.report import junit as junit_report
    from xianjie.regression.run import Engines

    if junit is not None and junit.suffix.lower() != ".xml":
        refuse("junit-suffix", "JUnit 报告的文件名须以 .xml 结尾", "a JUnit report is called .xml", "--junit")
    regions = discover()
    cases = _cases(_files(target, regions), regions)
    engines = Engines(regions, engine.value)
    timed: list[tuple[Result, float]] = []
    try:
        engines.check(cases)
        before = perf_counter()
        for result in _results(cases, engines, lang.value):
            now = perf_counter()
            timed.append((result, now - before))
            before = now
    finally:
        engines.close()
    names = {one.id: say(lang, one.zh, one.en) for one in regions.regions.values()}
    if junit is not None:
        write_report(junit, junit_report(timed, names, regions.vocabulary, lang.value), "--junit")
    results = [result for result, _ in timed]
    failed = sum(not result.holds for result in results)
    if as_json:
        counts = {"cases": len(results), "held": len(results) - failed, "failed": failed}
        write_json({**counts, "results": [described(result, lang.value) for result in results]})
    else:
        _show(results, names, regions, lang.value)
    if failed:
        raise typer.Exit(FAILED)


# What is asked for -------------------------------------------------------------------------------------------------


def _files(targets: Sequence[str], regions: Regions) -> list[Path]:
    """List the files meant, each once; InputError where a target means none."""
    from xianjie.cli.installed import chosen
    from xianjie.reference import is_path, region_of
    from xianjie.regression.files import case_files_in

    found: dict[Path, Path] = {}
    for target in targets:
        region = region_of(target, regions)
        if region is None and not is_path(target) and not Path(target).exists():
            chosen(regions, [target])  # says which region is nearest
        files = case_files_in(Path(target)) if region is None else regions.regions[region].case_files()
        if not files:
            zh, en = "这个地区的插件没有带个案", "the region's plugin brings no cases"
            raise InputError(Problem("region-without-cases", zh, en, Place(target)))
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _cases(files: Sequence[Path], regions: Regions) -> list[RegressionCase]:
    """Read every file; InputError with the faults of all of them."""
    from xianjie.regression.files import near
    from xianjie.regression.read import read_cases_file

    cases: list[RegressionCase] = []
    problems: list[Problem] = []
    for file in files:
        try:
            cases += read_cases_file(near(file), regions.vocabulary, regions)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return cases


def _results(cases: Sequence[RegressionCase], engines: Engines, lang: str) -> Iterator[Result]:
    """Run case by case, with a bar on stderr where there are many."""
    from rich.progress import Progress

    from xianjie.regression.run import run

    console = stderr_console()
    hidden = len(cases) <= LONG or not console.is_terminal
    with Progress(console=console, transient=True, disable=hidden) as progress:
        task = progress.add_task(say(lang, "运行个案", "running cases"), total=len(cases))
        for case in cases:
            yield run(case, engines.of(case), lang)
            progress.advance(task)


# What is shown -----------------------------------------------------------------------------------------------------


def _show(results: Sequence[Result], names: dict[str, str], regions: Regions, lang: str) -> None:
    from xianjie.cli.typeset import WIDEST, Prose

    console = stdout_console()
    width = min(console.width, WIDEST)
    for result in results:
        if not result.holds:
            for part in _failure(result, names.get(result.case.region, result.case.region), regions, lang):
                console.print(part, width=width)
            console.print()
    console.print(Prose(_summary(results, names, lang)), width=width)


def _failure(result: Result, region: str, regions: Regions, lang: str) -> Iterator[RenderableType]:
    """Tell one case that does not hold: which it is, a table of what differs, and what the answer rests on."""
    from rich.text import Text

    from xianjie.cli.sheet import Sheet
    from xianjie.cli.typeset import Heading, hanging, indented
    from xianjie.regression.tell import cited, ground_text, supposition, told

    case = result.case
    yield Heading(Text("✗ ", "red").append(case.name, "bold default"))
    place = replace(case.place, path=None, column=None)
    day = say(lang, f"判定日 {result.as_of}", f"as of {result.as_of}")
    about = [region, day, supposition(result, lang), str(place), case.note or ""]
    yield indented(Text(" · ".join(part for part in about if part), "dim"), 2)
    titles = [say(lang, "位置", "path"), say(lang, "应为", "expected"), say(lang, "实为", "found")]
    titles.append(say(lang, "条款", "clause"))
    rows = []
    for one in result.differences:
        path, wanted, found = told(one, regions.vocabulary, lang)
        clause = "\n".join(dict.fromkeys(cited(ground, lang) for ground in one.grounds))
        rows.append([Text(path), Text(wanted), Text(found, "bold"), Text(clause)])
    yield Sheet(titles, rows)
    mark = Text(say(lang, "依据", "because"), "dim")
    for words in dict.fromkeys(ground_text(ground, lang) for one in result.differences for ground in one.grounds):
        yield hanging(mark, Text(words, "dim"), 0, 6 if lang == "zh" else 9)


def _summary(results: Sequence[Result], names: dict[str, str], lang: str) -> Text:
    from rich.text import Text

    failed = sum(not result.holds for result in results)
    counts: dict[str, int] = {}
    for result in results:
        counts[result.case.region] = counts.get(result.case.region, 0) + 1
    listed = say(lang, "、", ", ").join(f"{names.get(region, region)} {number}" for region, number in counts.items())
    if failed:
        held = len(results) - failed
        words = say(lang, f"✗ {failed} 个不符，{held} 个符合", f"✗ {failed} failed, {held} held")
        return Text(words, "red").append(say(lang, f"（共 {len(results)} 个：{listed}）", f" ({listed})"), "default")
    words = say(lang, f"✓ {len(results)} 个个案全部符合", f"✓ all {len(results)} cases hold")
    return Text(words, "green").append(say(lang, f"（{listed}）", f" ({listed})"), "default")
