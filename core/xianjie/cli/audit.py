"""`xianjie audit`: examine, list and carry out the audit chain; an anchor tells whether its end was cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import BAD_INPUT, guarded, stdout_console, write_json
from xianjie.cli.opened import opened
from xianjie.cli.options import JsonOption, Lang, LangOption, say
from xianjie.cli.store import StoreOption

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xianjie.records.audit_log import Examined
    from xianjie.store import Entry, Store

_AT_ONCE = 500
AfterOption = Annotated[int, typer.Option("--after", min=0, metavar="N", help="第 N 条之后的 / those after number N")]


def audit_app() -> typer.Typer:
    """Build the family of commands."""
    app = typer.Typer(
        help="审计链：核验、列出、导出 / the audit chain: examine, list, export",
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    for name, command in (("verify", verify), ("list", list_), ("export", export)):
        app.command(name)(command)
    return app


@guarded
def verify(
    anchor: Annotated[
        str | None,
        typer.Option("--anchor", metavar="N:HASH", help="上次另存的锚，看末尾有无截去 / the anchor kept before"),
    ] = None,
    where: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """核验审计链，和它所记的记录 / Examine the audit chain, and the records that it tells of.

    逐条指出被改、被删、被调换的；完好则给出锚，请另存一处。有问题则退出码 2。
    Names every entry and record that was edited, dropped or moved; where all is whole, gives the anchor to be kept
    elsewhere. Exit status 2 where something is wrong.
    """
    from xianjie.errors import XianjieError
    from xianjie.records import audit_log

    noted = None if anchor is None else audit_log.anchor(anchor)
    with opened(where, lang, examining=True) as keeping:
        found = audit_log.examine(keeping.store, keeping.ring, noted, records=True)
    if as_json:
        _as_json(found)
        if found.problems:
            raise typer.Exit(BAD_INPUT)
        return
    if found.problems:
        raise XianjieError(found.problems)
    typer.echo(say(lang.value, f"✓ 完好，共 {found.entries:,} 条", f"✓ whole, {found.entries:,} entries"))
    if found.tip is not None:
        typer.echo(say(lang.value, f"锚 {found.tip}", f"anchor {found.tip}"))


def _as_json(found: Examined) -> None:
    write_json(
        {
            "whole": not found.problems,
            "entries": found.entries,
            "anchor": None if found.tip is None else str(found.tip),
            "problems": [
                {"code": one.code, "zh": one.zh, "en": one.en, "place": str(one.place)} for one in found.problems
            ],
        }
    )


@guarded
def list_(
    after: AfterOption = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="至多几条 / at most so many")] = 50,
    where: StoreOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """列出审计记录 / List entries."""
    with opened(where, lang) as keeping:
        found = [entry for entry, _ in zip(_entries(keeping.store, after), range(limit), strict=False)]
    if found:
        _print(found, lang.value)
    else:
        typer.echo(say(lang.value, "没有记录", "there are no entries"))


@guarded
def export(after: AfterOption = 0, where: StoreOption = None, lang: LangOption = Lang.ZH) -> None:
    """把审计链写到标准输出，每行一条 JSON / Write the chain to stdout, one JSON object a line."""
    import json

    with opened(where, lang) as keeping:
        for entry in _entries(keeping.store, after):
            told = {"seq": entry.seq, "at": entry.at, "body": entry.body, "previous": entry.previous}
            typer.echo(json.dumps({**told, "hash": entry.hash}, ensure_ascii=False))


def _entries(store: Store, after: int) -> Iterator[Entry]:
    from xianjie.records.audit import CHAIN

    while True:
        with store.read() as view:
            several = view.entries(CHAIN, after=after, limit=_AT_ONCE)
        if not several:
            return
        yield from several
        after = several[-1].seq


def _print(entries: Sequence[Entry], lang: str) -> None:
    import datetime as dt

    from rich.text import Text

    from xianjie.cli.sheet import Sheet
    from xianjie.language.calendar import BEIJING
    from xianjie.records.audit import EVENTS

    titles = [
        say(lang, "条", "no."),
        say(lang, "时间", "time"),
        say(lang, "事项", "event"),
        say(lang, "记录", "record"),
        say(lang, "持有人", "holder"),
    ]
    rows = []
    for entry in entries:
        body = entry.body
        words = EVENTS.get(str(body.get("event")), ("?", "?"))
        at = dt.datetime.fromisoformat(entry.at).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
        many = body.get("ids")
        record = body.get("id") or (say(lang, f"{len(many)} 条", f"{len(many)} records") if many else "—")
        rows.append(
            [
                Text(str(entry.seq)),
                Text(at),
                Text(say(lang, *words)),
                Text(f"{body.get('collection')}/{record}"),
                Text(str(body.get("holder"))),
            ]
        )
    stdout_console().print(Sheet(titles, rows))
