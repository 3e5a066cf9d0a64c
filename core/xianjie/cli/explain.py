"""`xianjie explain`: the whole tree behind one region's answer, down to clause and fact."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import given_day, guarded, refuse, stdout_console, today
from xianjie.cli.options import AsOfOption, LabelOption, Lang, LangOption, OverlayOption, SetOption

if TYPE_CHECKING:
    from xianjie.cases import Case


class PartChoice(StrEnum):
    """The parts of an answer."""

    ELIGIBILITY = "eligibility"
    SERVICES = "services"
    DUTIES = "duties"
    REFERRAL = "referral"
    INCENTIVES = "incentives"


@guarded
def explain(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="个案文件 / case file")],
    region: Annotated[str, typer.Option("--region", "-r", metavar="REGION", help="地区，拼音或中文 / region")],
    part: Annotated[
        PartChoice | None,
        typer.Option(metavar="PART", help="eligibility, services, duties, referral, incentives"),
    ] = None,
    label: LabelOption = None,
    as_of: AsOfOption = None,
    overlay: OverlayOption = None,
    set_: SetOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """解释结论的依据 / Explain an answer down to clause and fact."""
    from xianjie.cases.files import read_cases
    from xianjie.cli.installed import chosen, regions_of, titles_of
    from xianjie.cli.originals import originals_of
    from xianjie.cli.supposing import supposed_engine
    from xianjie.cli.tree import Explaining, trees
    from xianjie.engine.assess import Engine
    from xianjie.engine.later import later_words
    from xianjie.plugins import discover

    regions = discover()
    name = chosen(regions, [region])[0]
    day = given_day(as_of)
    engine = Engine(regions.load(regions_of([name])), regions.vocabulary)
    try:
        engine.documents.check([name])
        engine = supposed_engine(engine, regions, overlay or [], set_ or [], [name])
        record = one_case(read_cases(case, regions.vocabulary), label)
        day = day or record.as_of or today().toordinal()
        answer = engine.assess(record, [name], day, lang=lang.value)
        policy = engine.documents.answering(name, day)
    finally:
        engine.close()
    title = titles_of(regions, [name], lang.value)[name]
    later = later_words(record, day, regions.vocabulary, lang.value)
    explaining = Explaining(policy, title, answer, lang.value, name, originals_of(policy, lang.value), later)
    parts = [part.value] if part else [choice.value for choice in PartChoice]
    stdout_console().print(trees(explaining, parts), width=None)


def one_case(cases: Sequence[Case], label: str | None) -> Case:
    """Choose the case: the only one, or the one of that label."""
    if label is None and len(cases) == 1:
        return cases[0]
    labels = [case.label for case in cases if case.label]
    listed = "、".join(labels[:12]) + ("…" if len(labels) > 12 else "")
    if label is None:
        refuse(
            "case-choose",
            f"文件里有 {len(cases)} 个个案，请用 --case 选一个：{listed}",
            f"the file holds {len(cases)} cases; choose one with --case: {listed}",
        )
    found = [case for case in cases if case.label == label]
    if not found:
        refuse("case-unknown", f"文件里没有这个个案；有：{listed}", f"no such case; there are: {listed}", "--case")
    return found[0]
