"""`xianjie access`: issue, list and revoke API keys on the store itself, as for the first administrator there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import guarded, refuse, stdout_console, write_json
from xianjie.cli.opened import opened
from xianjie.cli.options import JsonOption, Lang, LangOption, say
from xianjie.cli.store import StoreOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xianjie.access import Grant, Principal
    from xianjie.store import Record

_WHO = "command-line"


def access_app() -> typer.Typer:
    """Build the family of commands."""
    app = typer.Typer(
        help="接口密钥：签发、列出、吊销 / API keys: issue, list, revoke",
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    for name, command in (("issue", issue), ("list", list_), ("revoke", revoke)):
        app.command(name)(command)
    return app


@guarded
def issue(
    holder: Annotated[
        str, typer.Option("--holder", metavar="LABEL", help="持有人的代号，不是姓名 / a label, not a name")
    ],
    role: Annotated[
        list[str],
        typer.Option(
            "--role",
            metavar="ROLE@DIVISION",
            help="角色@区划，如 case_worker@8801，全国写 national，可重复 / a role for a division; repeatable",
        ),
    ],
    label: Annotated[str, typer.Option("--label", metavar="TEXT", help="用途 / what it is for")] = "command line",
    organisation: Annotated[
        str | None,
        typer.Option("--organisation", metavar="ID", help="慈善组织用户所属组织的编号 / a charity user's"),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=1, max=366, metavar="N", help="有效天数 / days it is good for")
    ] = 90,
    where: StoreOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """签发接口密钥 / Issue an API key.

    密钥写到标准输出，只此一次，哪里也不保存。服务在用文件夹存储时不能签发：先停下，或用 POST /v1/api-keys。
    The key goes to stdout, once, and is kept nowhere. Not while a service has the folder in use: stop it, or use
    POST /v1/api-keys.
    """
    from xianjie.records.api_keys import Wanted, issue_key

    wanted = Wanted(label, holder, frozenset(_grant(text) for text in role), organisation, days)
    with opened(where, lang, create=True) as keeping, keeping.change(_principal()) as change:
        record, issued = issue_key(change, wanted)
    if as_json:
        write_json({**_described(record), "key": issued.text})
        return
    typer.echo(issued.text)
    ends = issued.record.expires.date().isoformat()
    typer.echo(
        say(
            lang.value,
            f"编号 {record.id}，至 {ends}；密钥不再显示，请妥善保管",
            f"id {record.id}, until {ends}; the key is not shown again: keep it safe",
        ),
        err=True,
    )


@guarded
def list_(where: StoreOption = None, as_json: JsonOption = False, lang: LangOption = Lang.ZH) -> None:
    """列出接口密钥，不含密钥本身 / List the API keys, not the keys themselves."""
    from xianjie.records.api_keys import keys
    from xianjie.records.pages import MOST, Asked

    found: list[Record] = []
    with opened(where, lang) as keeping, keeping.look(_principal()) as desk:
        now = desk.at
        after: str | None = None
        while True:
            page = keys(desk, Asked({}, None, after, MOST))
            found += page.records
            after = page.after
            if after is None:
                break
    if as_json:
        write_json([_described(one) for one in found])
    elif found:
        _print(found, now.isoformat(), lang.value)
    else:
        typer.echo(say(lang.value, "没有接口密钥", "there are no API keys"))


@guarded
def revoke(
    key: Annotated[str, typer.Argument(metavar="ID", help="密钥的编号 / the key's id")],
    where: StoreOption = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """吊销接口密钥，不能撤回 / Revoke an API key, for good."""
    from xianjie.records.api_keys import revoke_key

    if key.startswith("xjk_"):
        refuse("api-key-not-id", "请写编号，不要写密钥本身", "name the id, not the key itself")
    with opened(where, lang) as keeping, keeping.change(_principal()) as change:
        revoke_key(change, key)
    typer.echo(say(lang.value, f"已吊销 {key}", f"{key} is revoked"))


def _principal() -> Principal:
    """Make who works here: whoever has the store and its keys in hand."""
    from xianjie.access import NATIONAL, Grant, Principal, Role

    return Principal(_WHO, _WHO, frozenset({Grant(Role.ADMINISTRATOR, NATIONAL)}))


def _grant(text: str) -> Grant:
    from xianjie.access import Grant, Role, division

    role, _, code = text.partition("@")
    if role not in [one.value for one in Role] or not code:
        known = "、".join(Role)
        refuse(
            "grant-form",
            f"须写作 角色@区划，角色有 {known}",
            f"write ROLE@DIVISION; the roles are {', '.join(Role)}",
            "--role",
        )
    return Grant(Role(role), division(code))


def _described(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        **{name: value for name, value in record.body.items() if name not in ("hash", "within", "id")},
    }


def _print(records: Sequence[Record], now: str, lang: str) -> None:
    from rich.text import Text

    from xianjie.cli.sheet import Sheet

    titles = [
        say(lang, "编号", "id"),
        say(lang, "持有人", "holder"),
        say(lang, "角色@区划", "role@division"),
        say(lang, "至", "until"),
        say(lang, "状态", "state"),
    ]
    rows = []
    for record in records:
        body = record.body
        if body["revoked"] is not None:
            state = say(lang, "× 已吊销", "× revoked")
        elif body["expires"] <= now:
            state = say(lang, "× 已过期", "× expired")
        else:
            state = say(lang, "✓ 有效", "✓ good")
        roles = "\n".join(f"{role}@{code}" for role, code in body["grants"])
        rows.append([Text(record.id), Text(body["holder"]), Text(roles), Text(body["expires"][:10]), Text(state)])
    stdout_console().print(Sheet(titles, rows))
