"""`xianjie assess`: put cases to regions, and give a matrix with its reasons, or the contract's JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import UNDECIDED, given_day, guarded, refuse, stderr_console, stdout_console, today
from xianjie.cli.options import (
    AsOfOption,
    DocxOption,
    Lang,
    LangOption,
    OverlayOption,
    ReadingsOption,
    RegionsOption,
    SetOption,
    say,
)
from xianjie.errors import InputError, Problem

if TYPE_CHECKING:
    from xianjie.cases import Case
    from xianjie.cli.screen import Screen
    from xianjie.engine.assess import Engine
    from xianjie.engine.inquiry import Settings
    from xianjie.vocabulary import Vocabulary

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
    case: Annotated[list[Path], typer.Argument(metavar="CASE", help="个案文件 YAML JSON CSV XLSX / case files")],
    region: RegionsOption = None,
    every: Annotated[bool, typer.Option("--all", help="全部地区 / every installed region")] = False,
    as_of: AsOfOption = None,
    due_soon_days: Annotated[
        int, typer.Option(metavar="N", help="提前几天算即将到期 / days that count as due soon")
    ] = 30,
    reading: ReadingsOption = None,
    overlay: OverlayOption = None,
    set_: SetOption = None,
    engine: Annotated[
        EngineChoice,
        typer.Option(metavar="ENGINE", help="推理引擎，结论相同 / generated, tree, rete: the same answers"),
    ] = EngineChoice.GENERATED,
    exact: Annotated[
        bool,
        typer.Option("--exact", help="穷尽核对“无法判定”的各项 / is what is undetermined settled all the same?"),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="输出 JSON，多案为数组 / JSON: one object, or an array")
    ] = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="每案一行 JSON / one JSON object a line")] = False,
    docx: DocxOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="覆盖已有的文件 / write over a file")] = False,
    full: Annotated[
        bool, typer.Option("--full", help=f"全部写出，超过 {MANY} 案也逐案说明 / leave nothing out")
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """判定个案 / Put cases to the regions named.

    退出码 / exit status:
    0 全部有结论 / everything was decided;
    4 有“无法判定”或“文本有歧义” / something is undetermined or ambiguous;
    2 输入有误，标准输出为空 / bad input, nothing on stdout.

    计入 4 的状态 / what counts for 4: eligibility.status, services[], duties[], referral.status,
    referral.simplification.status, incentives[]. --exact 不改变结论和退出码 / --exact changes neither.
    """
    from xianjie.cli.installed import asked, regions_of, titles_of
    from xianjie.cli.screen import Screen
    from xianjie.cli.supposing import supposed_engine
    from xianjie.engine.assess import Engine
    from xianjie.engine.later import later_words
    from xianjie.plugins import discover

    if docx is not None:
        from xianjie.cli.reports import refuse_existing

        refuse_existing(docx, "--docx", overwrite)
    regions = discover()
    names = asked(regions, region or [], every)
    day = given_day(as_of)
    settings = settings_of(due_soon_days, reading or [])
    chosen = Engine(regions.load(regions_of(names)), regions.vocabulary, engine.value)
    try:
        chosen.documents.check(names)
        chosen = supposed_engine(chosen, regions, overlay or [], set_ or [], names)
        check_readings(chosen, settings)
        chosen.check_settings(settings)
        cases = cases_in(case, regions.vocabulary)
        if docx is not None and len(cases) != 1:
            refuse(
                "paper-single",
                f"共有 {len(cases)} 个个案，一份文书只写一个",
                f"there are {len(cases)} cases; one paper takes one",
                "--docx",
            )
        answers = _answers(chosen, cases, names, day, settings, lang.value)
        if exact:
            from xianjie.cli.exactly import checked_exactly

            answers = checked_exactly(answers, cases, chosen, settings)
        answers = _keyed(answers)
        if docx is not None:
            answers = _on_paper(answers, cases, docx, chosen, titles_of(regions, names, lang.value), lang.value)
        if as_json or as_lines:
            undecided = _write_json(answers, array=len(cases) > 1 and not as_lines, lines=as_lines)
        else:
            clocked = frozenset(number for number, one in enumerate(cases) if not (day or one.as_of))
            titles = titles_of(regions, names, lang.value)
            clock = today().toordinal()
            said = (later_words(one, day or one.as_of or clock, regions.vocabulary, lang.value) for one in cases)
            later = {number: words for number, words in enumerate(said) if words}
            screen = Screen(stdout_console(), chosen.documents.by_sha256(), titles, lang.value, clocked, full, later)
            undecided = _show(answers, screen, brief=len(cases) > MANY and not full)
    finally:
        chosen.close()
    if undecided:
        raise typer.Exit(UNDECIDED)


def settings_of(due_soon_days: int, pairs: Sequence[str]) -> Settings:
    """Read the settings of a command; InputError where a reading is not well formed."""
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


def check_readings(engine: Engine, settings: Settings) -> None:
    """Refuse a reading that the regions asked do not know, and name those that there are."""
    known = {
        f"{policy.region}:{axis}={option.id}"
        for policy in engine.documents.every()
        for axis, model in policy.file.readings.items()
        for option in model.options
    }
    for axis, option in settings.readings.items():
        pair = f"{axis}={option}"
        if pair in known or pair in {one.partition(":")[2] for one in known}:
            continue
        listed = sorted(known)
        zh = f"没有这组读法或这个选项；可用：{'、'.join(listed)}" if listed else "所选地区没有可选的读法"
        en = f"no such reading; known: {', '.join(listed)}" if listed else "the regions asked have no readings"
        refuse("reading-unknown", zh, en, "--reading")


def cases_in(paths: Sequence[Path], vocabulary: Vocabulary) -> list[Case]:
    """Read every file; InputError with the faults of all of them."""
    from xianjie.cases.files import read_cases

    cases: list[Case] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            cases += read_cases(path, vocabulary)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return cases


def _answers(
    engine: Engine,
    cases: Sequence[Case],
    regions: Sequence[str],
    day: int | None,
    settings: Settings,
    lang: str,
) -> Iterator[dict[str, Any]]:
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


def keying() -> Callable[[str], str] | None:
    """Give what makes ids as this user's service does, where it has run and so has keys; None: bare digests."""
    import os

    from xianjie.home import default_home

    home = default_home()
    if not (os.environ.get("XIANJIE_KEYS_FILE") or os.environ.get("XIANJIE_KEYS") or (home / "keys.json").exists()):
        return None
    from xianjie.vault import decision_id, own_ring

    ring = own_ring(os.environ, home)
    return None if ring is None else lambda digest: decision_id(ring, digest)


def _keyed(answers: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    keyed = keying()
    for answer in answers:
        yield answer if keyed is None else {**answer, "decision_id": keyed(answer["decision_id"])}


def _on_paper(
    answers: Iterator[dict[str, Any]],
    cases: Sequence[Case],
    path: Path,
    engine: Engine,
    names: Mapping[str, str],
    lang: str,
) -> Iterator[dict[str, Any]]:
    """Write the answer to each case, of which there is one, as a Word document as well."""
    from xianjie.cli.reports import write_report
    from xianjie.home import default_home
    from xianjie.papers import decision_paper

    for answer, case in zip(answers, cases, strict=True):
        paper = decision_paper(answer, case, engine.documents.by_sha256(), names, lang, default_home())
        write_report(path, paper, "--docx")
        typer.echo(say(lang, f"已写入 {path}", f"written to {path}"), err=True)
        yield answer


def _write_json(answers: Iterator[Entry], array: bool, lines: bool) -> bool:
    """Write the answers once all of them are there; tell whether anything is undecided.

    One answer is the very bytes that the service gives, unless a person looks on: then it is indented.
    """
    import sys
    from tempfile import TemporaryFile

    from xianjie.service.wire import answer_bytes

    undecided = False
    readable = not array and not lines and sys.stdout.isatty()
    with TemporaryFile() as spool:
        for number, answer in enumerate(answers):
            undecided = undecided or is_undecided(answer)
            spool.write((b"[\n" if number == 0 else b",\n") if array else b"")
            written = answer_bytes(answer, readable)
            spool.write(written.removesuffix(b"\n") if array else written)
        spool.write(b"\n]\n" if array else b"")
        spool.seek(0)
        while chunk := spool.read(1 << 16):
            typer.echo(chunk, nl=False)
    return undecided


def _show(answers: Iterator[Entry], screen: Screen, brief: bool) -> bool:
    undecided = False

    def watched() -> Iterator[Entry]:
        nonlocal undecided
        for answer in answers:
            undecided = undecided or is_undecided(answer)
            yield answer

    if brief:
        screen.overview([screen.summed_up(answer) for answer in watched()])
    else:
        screen.show(list(watched()))
    return undecided


def is_undecided(answer: Entry) -> bool:
    """Tell whether a status that counts is undetermined or ambiguous; the help of `assess` lists which do."""
    return any(
        status in ("undetermined", "ambiguous") for region in answer["regions"].values() for status in _counted(region)
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
