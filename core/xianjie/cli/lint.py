"""`xianjie lint`: load policy files, tell every fault with its place, then what a careful author would still mend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import guarded
from xianjie.cli.options import Lang, LangOption, say
from xianjie.errors import InputError, Problem, XianjieError

if TYPE_CHECKING:
    from xianjie.plugins import Regions
    from xianjie.policy.prepared import Policy


@guarded
def lint(
    target: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|REGION", help="政策文件、overlay 文件或地区，可多个 / policy or overlay files, or regions"
        ),
    ],
    lang: LangOption = Lang.ZH,
) -> None:
    """检查政策文件和 overlay 文件 / Check policy files and overlay files.

    有错误时逐条列出，退出码 2；没有错误时列出提醒，退出码 0。
    Faults are listed with exit status 2; where there are none, warnings are, with exit status 0.
    """
    from xianjie.plugins import discover

    regions = discover()
    policies: list[Policy] = []
    problems: dict[Problem, None] = {}
    for name in target:
        try:
            policies += _loaded(name, regions)
        except XianjieError as error:
            problems.update(dict.fromkeys(error.problems))
    if problems:
        raise InputError(list(problems))
    _tell(policies, lang.value)


def _loaded(name: str, regions: Regions) -> list[Policy]:
    """Load a policy or an overlay by its file or by reference, or all documents of a region."""
    from xianjie.cli.installed import chosen
    from xianjie.reference import is_path, region_of, resolve

    region = region_of(name, regions)
    if region is not None:
        return regions.load([region])
    if not is_path(name) and "@" not in name:
        chosen(regions, [name])  # says which region is nearest
    return [resolve(name, regions)]


def _tell(policies: Sequence[Policy], lang: str) -> None:
    from xianjie.cli.lint_warnings import warnings_of

    for policy in policies:
        found = warnings_of(policy)
        name = Path(policy.source).name
        if policy.overlays:  # what the base itself leaves unfinished is told of the base
            found = [problem for problem in found if problem.place.file != policy.source]
            name = policy.overlays[-1].id
        for problem in found:
            typer.echo(problem.text(lang))
        number = len(found)
        rules = len(policy.rules())
        if number:
            typer.echo(say(lang, f"{name}：无错误，提醒 {number} 条", f"{name}: no faults, {number} warnings"))
        else:
            typer.echo(say(lang, f"{name}：无错误，{rules} 条规则", f"{name}: no faults, {rules} rules"))
