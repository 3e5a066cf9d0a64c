"""`xianjie suite`: generate the cases that a policy's rules call for, or tell how well cases guard it against slips."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import given_day, guarded, refuse, stderr_console, stdout_console, today, write_json
from xianjie.cli.options import AsOfOption, JsonOption, Lang, LangOption, say

if TYPE_CHECKING:
    from rich.text import Text

    from xianjie.plugins import Regions
    from xianjie.policy.prepared import Policy
    from xianjie.regression.model import RegressionCase
    from xianjie.suite.model import Suite
    from xianjie.suite.score import Judged, Score

BELOW = 1
"""Exit status where a share is below the least."""
SUFFIX = ".cases.yaml"


@guarded
def suite(
    reference: Annotated[
        str | None,
        typer.Argument(metavar="REF", help="地区、地区@文件、政策文件或改动文件 / region, region@document or file"),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="衡量所有已安装的地区 / the scores of every installed region")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="写到 *.cases.yaml / write to a file")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="覆盖已有的文件 / write over a file")] = False,
    scored: Annotated[
        bool, typer.Option("--score", help="逐处改错，看个案能否发现 / which slips the cases notice")
    ] = False,
    cases: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="衡量这些个案而不是生成的，可重复 / score these cases instead"),
    ] = None,
    least: Annotated[
        float, typer.Option(min=0, max=1, metavar="SHARE", help="至少发现几成 / the least share to pass")
    ] = 0.98,
    timeout: Annotated[
        int, typer.Option(min=1, max=3600, metavar="SECONDS", help="求解每一问的时限 / time for one question")
    ] = 10,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """生成一份政策的个案，或衡量个案 / Generate a policy's cases, or score cases.

    每个条件的每一项、每条边界、每种结论各有个案，期望取自引擎，可作回归个案。
    Cases for each part of each condition, each boundary and each status, with the engine's answers as expectations.

    --score 在政策里逐处改错，看个案能发现几成；求解器证明改了也一样的不计。
    --score puts one slip after another into the policy; those that the solver proves to change nothing do not count.

    退出码 / exit status:
    0 已生成，或不低于 --least / generated, or not below the least share;
    1 低于 --least / below it;
    2 输入有误 / bad input.
    """
    from xianjie.cli.reports import refuse_existing
    from xianjie.plugins import discover
    from xianjie.reference import resolve

    scored = scored or every or bool(cases)
    _check(reference, every, output, scored)
    if output is not None:
        refuse_existing(output, "--output", overwrite)
    regions = discover()
    day = given_day(as_of) or today().toordinal()
    if not scored:
        assert reference is not None
        _generate(resolve(reference, regions, day), reference, regions, day, timeout, output, as_json, lang.value)
        return
    references = list(regions.regions) if every else [str(reference)]
    policies = [resolve(name, regions, day) for name in references]
    given = _read(cases, regions) if cases else None
    found = [_score(policy, given, regions, day, timeout, lang.value) for policy in policies]
    if as_json:
        from xianjie.suite.report import score_json

        write_json({"least": least, "scores": [score_json(score, lang.value) for score in found]})
    else:
        _show(found, regions, lang.value)
    if any(score.share < least for score in found):
        raise typer.Exit(BELOW)


def _check(reference: str | None, every: bool, output: Path | None, scored: bool) -> None:
    if (reference is None) is not every:
        refuse(
            "suite-reference",
            "请写一份政策（REF），或用 --all 衡量所有地区，二者取一",
            "name one policy (REF), or take --all for the scores of every region: one of the two",
            "REF",
        )
    if output is not None and scored:
        refuse(
            "suite-output",
            "--output 写的是生成的个案，不与 --score、--cases、--all 同用",
            "--output is for generated cases and does not go with --score, --cases or --all",
            "--output",
        )
    if output is not None and not output.name.endswith(SUFFIX):
        refuse(
            "suite-suffix",
            f"文件名须以 {SUFFIX} 结尾，这样才会作为回归个案运行",
            f"the file's name ends in {SUFFIX}, so that it is run as regression cases",
            "--output",
        )


# Generating -----------------------------------------------------------------------------------------------------------


def _generate(
    policy: Policy,
    reference: str,
    regions: Regions,
    day: int,
    timeout: int,
    output: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    from xianjie.cli.reports import write_report
    from xianjie.suite.generate import generate
    from xianjie.suite.render import render
    from xianjie.suite.report import suite_json

    made = generate(policy, day, timeout * 1000)
    if output is not None:
        text = render(made, _referred(reference, regions, output))
        write_report(output, text.encode(), "--output")
    if as_json:
        write_json(suite_json(made))
    elif output is None:
        typer.echo(render(made, _referred(reference, regions, None)), nl=False)
    else:
        _tell(made, output, lang)


def _referred(reference: str, regions: Regions, output: Path | None) -> str:
    """Name the policy as the cases name it: a region by its id, a file by its path from the file of cases."""
    from xianjie.reference import is_path, region_of

    head, at, document = reference.partition("@")
    region = region_of(head, regions)
    if region is not None:
        return region + at + document
    if output is None or not is_path(reference):
        return reference
    return os.path.relpath(Path(reference).resolve(), output.resolve().parent)


def _tell(made: Suite, output: Path, lang: str) -> None:
    typer.echo(
        say(
            lang,
            f"{output}：个案 {len(made.entries)} 个；{len(made.unmet)} 项没有个案能够显示，写在文件开头",
            f"{output}: {len(made.entries)} cases; {len(made.unmet)} things that no case can show stand at its head",
        )
    )


# Scoring --------------------------------------------------------------------------------------------------------------


def _read(files: Sequence[Path], regions: Regions) -> list[RegressionCase]:
    from xianjie.regression.read import read_cases_file

    return [case for file in files for case in read_cases_file(file, regions.vocabulary, regions)]


def _score(
    policy: Policy,
    given: Sequence[RegressionCase] | None,
    regions: Regions,
    day: int,
    timeout: int,
    lang: str,
) -> Score:
    """Score the cases given, as far as they are about the policy, or the generated ones."""
    from rich.progress import Progress

    from xianjie.suite.generate import generate
    from xianjie.suite.score import score

    console = stderr_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(say(lang, f"衡量 {policy.id}", f"scoring {policy.id}"), total=None)
        cases = (
            generate(policy, day, timeout * 1000).cases(policy.vocabulary)
            if given is None
            else _about(policy, given, regions)
        )
        return score(
            policy,
            cases,
            day,
            timeout * 1000,
            lambda done, all_: progress.update(task, completed=done, total=all_),
            generated=given is None,
        )


def _about(policy: Policy, given: Sequence[RegressionCase], regions: Regions) -> list[RegressionCase]:
    """Choose the cases that are put to a policy as it stands; InputError where there is none."""
    from xianjie.errors import InputError, Place, Problem
    from xianjie.reference import resolve

    asked: dict[tuple[str, int], str] = {}
    chosen = []
    for case in given:
        key = (case.region, case.as_of)
        if key not in asked:
            asked[key] = resolve(case.region, regions, case.as_of).sha256
        if case.overlay is None and asked[key] == policy.sha256:
            chosen.append(case)
    if not chosen:
        raise InputError(
            Problem(
                "suite-cases-none",
                f"没有一个个案问的是 {policy.id}（带改动的个案不算）",
                f"no case is put to {policy.id} (cases with an overlay do not count)",
                Place(path="--cases"),
            )
        )
    return chosen


# What is shown --------------------------------------------------------------------------------------------------------


def _show(found: Sequence[Score], regions: Regions, lang: str) -> None:
    from xianjie.cli.sheet import Sheet
    from xianjie.cli.typeset import WIDEST, Heading, Prose

    console = stdout_console()
    width = min(console.width, WIDEST)
    console.print(Sheet(*_by_region(found, regions, lang)), width=width)
    if len(found) == 1:
        console.print()
        console.print(Sheet(*_by_kind(found[0], lang)), width=width)
    for score in found:
        left = [*score.of("survivor"), *score.of("not_decided")]
        if left:
            console.print()
            console.print(
                Heading(say(lang, f"{score.policy}：没有发现的", f"{score.policy}: not noticed")), width=width
            )
        for one in left:
            console.print(_left(one, lang), width=width)
    console.print()
    console.print(
        Prose(
            say(
                lang,
                "改错：在政策里改错一处。等价：求解器证明改了也一样，不计。得分：发现 ÷（发现 + 漏过）。",
                "slips: the policy with one thing changed. equal: proved to change no answer, not counted. "
                "score: noticed / (noticed + missed).",
            ),
            "dim",
        ),
        width=width,
    )


def _by_region(found: Sequence[Score], regions: Regions, lang: str) -> tuple[list[str], list[list[Text]]]:
    from rich.text import Text

    titles = [say(lang, "地区", "region"), say(lang, "个案", "cases"), *_COLUMNS[lang], say(lang, "得分", "score")]
    rows = []
    for score in found:
        region = regions.regions.get(score.region)
        name = score.region if region is None else say(lang, region.zh, region.en)
        name += say(lang, "（设想）", " (supposed)") if score.supposed else ""
        share = Text(f"{100 * score.share:.2f}%", "bold")
        rows.append([Text(name), Text(str(score.cases)), *_counts(score, None), share])
    return titles, rows


def _by_kind(score: Score, lang: str) -> tuple[list[str], list[list[Text]]]:
    from rich.text import Text

    from xianjie.suite.mutants import KINDS

    titles = [say(lang, "改错的种类", "kind of slip"), *_COLUMNS[lang]]
    return titles, [[Text(say(lang, *KINDS[kind])), *_counts(score, kind)] for kind in score.kinds]


_COLUMNS = {
    "zh": ("改错", "发现", "等价", "未判定", "漏过"),
    "en": ("slips", "noticed", "equal", "undecided", "missed"),
}


def _counts(score: Score, kind: str | None) -> list[Text]:
    from rich.text import Text

    from xianjie.suite.score import VERDICTS

    counts = [score.count(verdict, kind) for verdict in VERDICTS]
    missed = counts[-1]
    return [
        Text(str(sum(counts))),
        *(Text(str(count), "" if count else "dim") for count in counts[:-1]),
        Text(f"✗ {missed}" if missed else "0", "red" if missed else "dim"),
    ]


def _left(one: Judged, lang: str) -> object:
    """Tell one slip that was not noticed: what was changed where, why no case notices it, and one that would."""
    import json

    from rich.text import Text

    from xianjie.cli.typeset import hanging
    from xianjie.suite.mutants import KINDS

    number = 0 if lang == "zh" else 1
    mark = Text("✗", "red") if one.verdict == "survivor" else Text("?", "yellow")
    body = Text(" · ".join(filter(None, (one.clause, one.rule, KINDS[one.kind][number]))), "bold")
    body.append(f"\n{(one.zh, one.en)[number]}\n{one.why[number]}", "not bold")
    if one.record is not None:
        told = json.dumps(one.record, ensure_ascii=False)
        body.append(say(lang, f"\n能发现的个案：{told}", f"\na case that would: {told}"), "not bold dim")
    return hanging(mark, body)
