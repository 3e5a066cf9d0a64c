"""`xianjie drift`: how a revised text drifts from the one that the rules were drawn from, and what hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import given_day, guarded, stdout_console, today, write_json
from xianjie.cli.options import JsonOption, Lang, LangOption, region_names, say

if TYPE_CHECKING:
    from xianjie.cases import Case
    from xianjie.policy.prepared import Policy
    from xianjie.sources.deciding import Decided
    from xianjie.vocabulary import Vocabulary

DRIFTED = 1
"""Exit status where something drifted."""


@guarded
def drift(
    region: Annotated[
        str,
        typer.Argument(
            metavar="REGION",
            help="地区、地区@文件、政策文件 / region, region@document, policy file",
            autocompletion=region_names,
        ),
    ],
    new: Annotated[Path, typer.Argument(metavar="NEWFILE", help="修订后的文本 TXT DOCX PDF HTML / the revised text")],
    old: Annotated[
        Path | None,
        typer.Option("--old", metavar="FILE", help="原来的文本，不写则用已存的原文 / the old text, else your copy"),
    ] = None,
    cases: Annotated[
        list[Path] | None,
        typer.Option("--cases", metavar="FILE", help="个案文件，看哪些由漂移的规则决定，可重复 / case files"),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="地区取哪天的文件；个案没有判定日的也用它 / the day, else today"),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="全部写出 / leave nothing out")] = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """修订文本与原文逐句核对 / Compare a revised text with the one that the rules were drawn from.

    存了原文的（xianjie source add）逐句比对，没有的只按规则的原文指纹核对；只是数字写法不同的不算改动。
    With a copy of the document kept here every sentence is compared; without it, only the rules' anchors.

    退出码 / exit status:
    0 没有漂移 / nothing drifted;
    1 有漂移 / something did;
    2 输入有误 / bad input.
    """
    from xianjie.cli.drift_screen import Screen
    from xianjie.plugins import discover
    from xianjie.reference import resolve
    from xianjie.sources.drift import drift as compared
    from xianjie.sources.extract import read_source

    regions = discover()
    day = given_day(as_of) or today().toordinal()
    policy = resolve(region, regions, day)
    corpus = None if cases is None else _cases(cases, regions.vocabulary)
    revised = read_source(new)
    before, where = _old_text(policy, old, lang.value)
    found = compared(policy, before, revised.text)
    decided = None if corpus is None else _deciding(policy, list(found.touched()), corpus, day)
    if as_json:
        from xianjie.sources.as_json import drift_json

        write_json(drift_json(found, decided))
    else:
        remarks = [say(lang.value, one.zh, one.en) for one in revised.remarks]
        screen = Screen(stdout_console(), policy, lang.value, full)
        screen.show(found, where, [new.name, *remarks], decided, 0 if corpus is None else len(corpus))
    if found.drifted:
        raise typer.Exit(DRIFTED)


def _old_text(policy: Policy, old: Path | None, lang: str) -> tuple[str | None, str]:
    """Find the text to compare with: the file named, else the copy on the shelf; say which it is."""
    from xianjie.home import default_home
    from xianjie.sources.extract import read_source
    from xianjie.sources.shelf import kept

    if old is not None:
        return read_source(old).text, old.name
    copy = kept(default_home(), policy.id)
    if copy is None:
        return None, say(lang, "没有存原文，只按规则的原文指纹核对", "no copy is kept: the rules' anchors alone")
    added = copy.manifest.added
    return copy.text(), say(lang, f"已存的原文（{added} 添加）", f"your copy (added {added})")


def _cases(paths: Sequence[Path], vocabulary: Vocabulary) -> list[Case]:
    """Read every file; InputError with the faults of all of them."""
    from xianjie.cases.files import read_cases
    from xianjie.errors import InputError, Problem

    out: list[Case] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            out += read_cases(path, vocabulary)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return out


def _deciding(policy: Policy, rules: Sequence[str], corpus: Sequence[Case], day: int) -> list[Decided]:
    from xianjie.sources.deciding import cases_deciding

    return cases_deciding(policy, rules, corpus, day)
