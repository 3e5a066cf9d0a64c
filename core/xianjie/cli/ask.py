"""`xianjie ask`: the smallest set of further facts that decides a case in several regions, the best question first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import UNDECIDED, given_day, guarded, refuse, stdout_console, today, write_json
from xianjie.cli.options import (
    AsOfOption,
    JsonOption,
    LabelOption,
    Lang,
    LangOption,
    OverlayOption,
    ReadingsOption,
    RegionsOption,
    SetOption,
    TimeoutOption,
)

if TYPE_CHECKING:
    from xianjie.cases import Case
    from xianjie.vocabulary import Vocabulary

DIMENSIONS = ("eligibility", "services", "referral", "incentives")
EVERYTHING = "all"


@guarded
def ask(
    case: Annotated[
        Path | None,
        typer.Argument(metavar="CASE", help="个案文件，不写则什么都还没有记录 / case file; none: nothing known"),
    ] = None,
    region: RegionsOption = None,
    every: Annotated[bool, typer.Option("--all", help="全部地区 / every installed region")] = False,
    dimension: Annotated[
        list[str] | None,
        typer.Option(
            "--dimension",
            "-d",
            metavar="DIMENSION",
            help="eligibility（默认）services referral incentives all，可重复 / dimension, repeatable",
        ),
    ] = None,
    direction: Annotated[
        str | None,
        typer.Option(metavar="DIRECTION", help="转介方向 forward reverse community_report / direction of referral"),
    ] = None,
    label: LabelOption = None,
    as_of: AsOfOption = None,
    reading: ReadingsOption = None,
    overlay: OverlayOption = None,
    set_: SetOption = None,
    timeout: TimeoutOption = 10,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """还要问哪些事实，各地才都有结论 / Ask for the fewest further facts that decide all regions named.

    退出码 / exit status:
    0 已有结论，或已求得最小的一组问题 / decided already, or a smallest set was found;
    4 没有求得 / none was found;
    2 输入有误，标准输出为空 / bad input, nothing on stdout.
    """
    from xianjie.cli.ask_screen import AskScreen
    from xianjie.cli.assess import check_readings, settings_of
    from xianjie.cli.installed import asked, regions_of, titles_of
    from xianjie.cli.supposing import supposed_engine
    from xianjie.engine.assess import Engine
    from xianjie.plugins import discover
    from xianjie.proof.ask import State
    from xianjie.proof.ask import ask as questions_for
    from xianjie.proof.plain import questions_data

    regions = discover()
    names = asked(regions, region or [], every)
    settings = settings_of(30, reading or [])
    engine = Engine(regions.load(regions_of(names)), regions.vocabulary)
    try:
        engine.documents.check(names)
        engine = supposed_engine(engine, regions, overlay or [], set_ or [], names)
        check_readings(engine, settings)
        record = _directed(case_of(case, label, regions.vocabulary), direction)
        day = given_day(as_of) or record.as_of or today().toordinal()
        engine.documents.check_supposed(names, day)
        policies = [engine.documents.answering(name, day) for name in names]
    finally:
        engine.close()
    keys, passed_over = _keys(dimension, record)
    found = questions_for(
        record, policies, day, keys, [settings.chosen(policy.region) for policy in policies], timeout * 1000
    )
    data: dict[str, Any] = {
        "case": record.label,
        "dimensions": list(keys),
        "passed_over": list(passed_over),
        **questions_data(found, names),
    }
    if as_json:
        write_json(data)
    else:
        titles = titles_of(regions, names, lang.value)
        AskScreen(stdout_console(), regions.vocabulary, policies, titles, lang.value).show(data)
    if found.state not in (State.DECIDED, State.FOUND):
        raise typer.Exit(UNDECIDED)


def case_of(path: Path | None, label: str | None, vocabulary: Vocabulary) -> Case:
    """Read the one case that a command is about; without a file, a case in which nothing is recorded."""
    from xianjie.cases.files import read_cases
    from xianjie.cases.read import read_case
    from xianjie.cli.explain import one_case

    if path is None:
        return read_case({}, vocabulary)
    return one_case(read_cases(path, vocabulary), label)


def _directed(case: Case, direction: str | None) -> Case:
    """Record the direction of referral that an option gives."""
    from xianjie.proof.ask import DIRECTION
    from xianjie.proof.filling import filled
    from xianjie.vocabulary import BASE

    words = BASE[DIRECTION].words
    if direction is None:
        return case
    if direction not in words:
        listed = "、".join(f"{word}（{zh}）" for word, (zh, _) in words.items())
        refuse(
            "direction-unknown",
            f"没有这个转介方向；可用：{listed}",
            f"no such direction; known: {', '.join(words)}",
            "--direction",
        )
    if case.facts.get(DIRECTION, direction) != direction:
        refuse("direction-other", "个案写的是另一个方向", "the case says another direction", "--direction")
    return filled(case, {DIRECTION: direction})


def _keys(given: Sequence[str] | None, case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the dimensions asked for; second, those that `all` passes over because the case has no direction."""
    from xianjie.cli.installed import chosen_dimensions
    from xianjie.proof.ask import DIRECTION

    names = list(given or ("eligibility",))
    if EVERYTHING not in names:
        return tuple(chosen_dimensions(names, DIMENSIONS)), ()
    passed_over = () if DIRECTION in case.facts else ("referral",)
    return tuple(name for name in DIMENSIONS if name not in passed_over), passed_over
