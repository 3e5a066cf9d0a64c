"""`xianjie source`: keep the user's own copies of the documents, and show the sentences behind the rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from xianjie.cli.edge import guarded, refuse, stdout_console, today, write_json
from xianjie.cli.options import JsonOption, Lang, LangOption, RegionArgument, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from xianjie.plugins import Regions
    from xianjie.policy.prepared import Policy

PolicyOption = Annotated[
    str | None,
    typer.Option("--policy", metavar="ID", help="地区有几份文件时，是哪一份 / which document of the region"),
]


def source_app() -> typer.Typer:
    """Build the family of commands."""
    app = typer.Typer(
        help="保存文件原文的副本，看规则背后的原句 / your copies of the documents, and the sentences behind rules",
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    for name, command in (("add", add), ("list", list_), ("show", show), ("remove", remove)):
        app.command(name)(command)
    return app


@guarded
def add(
    region: RegionArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="文件原文 TXT DOCX PDF HTML / the document")],
    policy_id: PolicyOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="换掉已存的副本 / take the place of another copy")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="没有一条规则的原句也存 / keep it though it holds no rule's sentence")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """保存一份文件的原文 / Keep a copy of a document.

    副本只存在本机（XIANJIE_HOME，或系统的用户数据文件夹），只有本人可读，不联网。
    The copy stays on this machine, readable by you alone.
    """
    from xianjie.cli.source_screen import in_short, summed_up
    from xianjie.home import default_home
    from xianjie.sources import shelf

    _, policy = _policy(region, policy_id)
    added = shelf.add(default_home(), policy, file, today(), replace, anyway)
    described = in_short(policy.id, added.copy, policy)
    if as_json:
        write_json({"outcome": added.outcome, **described})
        return
    outcomes = {
        "added": ("已保存原文", "the document is kept"),
        "same": ("已有同样的副本，未改动", "the same copy is kept already"),
        "replaced": ("已换掉原来的副本", "kept in place of the other"),
    }
    _print(summed_up(policy, described, say(lang.value, *outcomes[added.outcome]), lang.value))


@guarded
def list_(as_json: JsonOption = False, lang: LangOption = Lang.ZH) -> None:
    """列出已存的原文 / List the copies that are kept."""
    from xianjie.cli.source_screen import in_short, table
    from xianjie.errors import XianjieError
    from xianjie.home import default_home
    from xianjie.plugins import discover
    from xianjie.sources import shelf

    home = default_home()
    policies = {policy.id: policy for policy in discover().load()}
    described: list[dict[str, Any]] = []
    for name in shelf.listed(home):
        try:
            copy = shelf.kept(home, name)
            if copy is not None:
                described.append(in_short(name, copy, policies.get(name)))
        except XianjieError as error:
            described.append({"policy": name, "problem": error.problems[0].code})
    if as_json:
        write_json(described)
        return
    _print([table(described, lang.value)])


@guarded
def show(
    region: RegionArgument,
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="规则编号，不写则列出全文 / a rule's id, else all")
    ] = None,
    policy_id: PolicyOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """看原文，或一条规则背后的原句 / Show a document with its rules, or the sentence behind one rule."""
    from xianjie.cli.rules import no_such_rule
    from xianjie.cli.source_screen import one_rule, whole_document
    from xianjie.home import default_home
    from xianjie.sources import shelf
    from xianjie.sources.clauses import outline
    from xianjie.sources.found import locate

    _, policy = _policy(region, policy_id)
    copy = shelf.kept(default_home(), policy.id)
    if copy is None:
        _none_kept(policy)
    text = outline(copy.text())
    found = locate(policy, text)
    if rule is not None:
        one = next((item for item in found if item.rule == rule), None)
        if one is None:
            no_such_rule(policy, rule, "RULE")
        found = (one,)
    if as_json:
        from xianjie.sources.as_json import found_json, outline_json

        write_json({"policy": policy.id, **(outline_json(text, found) if rule is None else found_json(found[0]))})
    elif rule is not None:
        _print(one_rule(policy, found[0], lang.value))
    else:
        _print(whole_document(policy, text, found, lang.value))


@guarded
def remove(
    region: Annotated[str, typer.Argument(metavar="REGION", help="地区，或文件编号 / region, or a document's id")],
    policy_id: PolicyOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """删除已存的副本 / Remove a copy."""
    from xianjie.home import default_home
    from xianjie.sources import shelf

    home = default_home()
    # a document whose region is no longer installed is removed by its own id
    name = region if policy_id is None and region in shelf.listed(home) else _policy(region, policy_id)[1].id
    if not shelf.remove(home, name):
        _nothing_to_remove(name)
    typer.echo(say(lang.value, f"已删除 {name} 的副本", f"removed the copy of {name}"))


def _policy(region: str, policy_id: str | None) -> tuple[Regions, Policy]:
    """Find the document: the newest of the region, or the one named."""
    from xianjie.cli.installed import one_policy

    return one_policy(region if policy_id is None else f"{region.partition('@')[0]}@{policy_id}")


def _none_kept(policy: Policy) -> NoReturn:
    refuse(
        "source-none",
        f"没有存 {policy.id} 的原文；先运行 xianjie source add {policy.region} FILE",
        f"no copy of {policy.id} is kept; run xianjie source add {policy.region} FILE first",
    )


def _nothing_to_remove(name: str) -> NoReturn:
    refuse("source-none", f"没有存 {name} 的原文", f"no copy of {name} is kept")


def _print(lines: Iterable[RenderableType]) -> None:
    from xianjie.cli.typeset import WIDEST

    console = stdout_console()
    for line in lines:
        console.print(line, width=min(console.width, WIDEST))
