"""`xianjie keys`: make, list and change the key file that seals names and identity numbers; no secret is ever shown."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xianjie.cli.edge import BAD_INPUT, guarded, refuse, stdout_console, today, write_json
from xianjie.cli.opened import opened
from xianjie.cli.options import JsonOption, Lang, LangOption, say
from xianjie.cli.store import StoreOption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from xianjie.vault import Ring


class SuiteName(StrEnum):
    """The suites, as the vault names them."""

    AES = "aes"
    SM = "sm"


class PurposeName(StrEnum):
    """The purposes, as the vault names them."""

    ENCRYPT = "encrypt"
    LOOKUP = "lookup"
    DECISIONS = "decisions"
    AUDIT = "audit"
    ACCESS = "access"


FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        envvar="XIANJIE_KEYS_FILE",
        help="密钥文件，不写则为本用户的 / the key file; else this user's own",
    ),
]
SuiteOption = Annotated[
    SuiteName,
    typer.Option(
        "--suite", metavar="SUITE", help="aes：AES-256-GCM、HMAC-SHA-256；sm：SM4-GCM、HMAC-SM3 / the algorithms"
    ),
]


def keys_app() -> typer.Typer:
    """Build the family of commands."""
    app = typer.Typer(
        help="密钥文件：姓名和身份证号码用它加密 / the key file that seals names and identity numbers",
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    for name, command in (
        ("new", new),
        ("list", list_),
        ("rotate", rotate),
        ("rekey", rekey),
        ("drop", drop),
        ("check", check),
    ):
        app.command(name)(command)
    return app


@guarded
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="要写的密钥文件 / the key file to write")],
    suite: SuiteOption = SuiteName.AES,
    lang: LangOption = Lang.ZH,
) -> None:
    """生成密钥文件 / Make a key file.

    只有本人可读写，不覆盖已有的文件。丢了它，加密的内容谁也读不出：另存一份在别处。
    Readable by you alone; no file is written over. Without it nobody can read what was sealed: keep a copy elsewhere.
    """
    from xianjie.vault import Suite, new_ring, write_ring

    ring = new_ring(Suite(suite), today())
    write_ring(file, ring)
    typer.echo(
        say(
            lang.value,
            f"已生成 {file}；另存一份在别处，丢失后加密的内容无法恢复",
            f"made {file}; keep a copy elsewhere: without it what was sealed cannot be brought back",
        )
    )


@guarded
def list_(file: FileOption = None, as_json: JsonOption = False, lang: LangOption = Lang.ZH) -> None:
    """列出密钥及其用途，不显示密钥本身 / List the keys and what they are for, not the secrets."""
    ring = _ring(file)
    if as_json:
        write_json(_described(ring))
    else:
        console = stdout_console()
        console.print(_table(ring, lang.value))


@guarded
def rotate(
    file: FileOption = None,
    suite: Annotated[
        SuiteName | None,
        typer.Option("--suite", metavar="SUITE", help="aes sm；换用这套算法，不写则不变 / change to these algorithms"),
    ] = None,
    purpose: Annotated[
        list[PurposeName] | None,
        typer.Option(
            "--purpose",
            metavar="PURPOSE",
            help="encrypt lookup decisions audit access，可重复，不写则全部 / repeatable; else all",
        ),
    ] = None,
    lang: LangOption = Lang.ZH,
) -> None:
    """换上新的密钥，旧的留着解密 / Put a new key in use; the old ones stay, to open what they sealed."""
    from xianjie.vault import Purpose, Suite, rotated, write_ring

    path = _file(file)
    purposes = [Purpose(one) for one in purpose or PurposeName]
    before = _ring(path)
    suite_now = before.using(purposes[0]).suite if suite is None else Suite(suite)
    ring = rotated(before, suite_now, today(), purposes)
    write_ring(path, ring, replace=True)
    key_id = ring.current[purposes[0]]
    typer.echo(
        say(
            lang.value,
            f"已换上 {key_id}，服务重启后使用；旧密钥留着。已存的内容改用新密钥：xianjie keys rekey",
            f"{key_id} is current, for a service from its next start on; the old keys stay. "
            "To bring what is stored to the new key: xianjie keys rekey",
        )
    )


@guarded
def rekey(where: StoreOption = None, as_json: JsonOption = False, lang: LangOption = Lang.ZH) -> None:
    """已存的个人信息改用现用密钥，并说明各密钥还有哪些内容要用 / Bring people's data to the current keys.

    服务在用文件夹存储时，先停下；用 PostgreSQL 时，先以新的密钥文件重启。可以中断，再次执行。
    Then counts what still needs each key. Stop a service that has the folder in use; restart one with PostgreSQL
    first, so that it has the new key file. Can be broken off and begun again.
    """
    from xianjie.access import NATIONAL, Grant, Principal, Role
    from xianjie.records.rekeying import rekey as brought

    who = Principal("command-line", "command-line", frozenset({Grant(Role.ADMINISTRATOR, NATIONAL)}))
    with opened(where, lang) as keeping:
        found = brought(keeping, who)
        ring = keeping.ring
    if as_json:
        counts = {"people": found.people, "changed": found.changed, "erased": found.erased}
        write_json({**counts, "needed": {key: dict(found.needed.get(key, {})) for key in ring.keys}})
        return
    stdout_console().print(_needed_table(ring, found.needed, lang.value))
    typer.echo(
        say(
            lang.value,
            f"{found.people:,} 人中 {found.changed:,} 人改用现用密钥（已删除的 {found.erased:,} 人没有密钥）\n"
            "曾封存审计链、给决定编号的密钥要一直留着；别的密钥，各列都是 0 之后才能 keys drop",
            f"{found.changed:,} of {found.people:,} people were brought to the current keys ({found.erased:,} erased)\n"
            "keep for ever what sealed the audit chain or gave decisions their ids; keys drop another at 0 everywhere",
        )
    )


@guarded
def drop(
    key: Annotated[str, typer.Argument(metavar="KEY", help="换下的密钥的编号 / the id of a retired key")],
    file: FileOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="已确认没有内容还要用它 / nothing that is to be read needs it")
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """去掉换下的密钥 / Drop a retired key.

    此后只有它能解开的内容，包括旧备份里的，谁也读不出。先用 keys rekey 看还有什么要用它。
    曾封存审计链、给决定编号的密钥要一直留着：没有它，那些审计记录无从核对，那些决定不能重新作出。
    What it alone opens, in old backups too, can then be read by nobody: keys rekey tells what needs it. Keep for ever
    what sealed the audit chain or gave decisions their ids: without it neither can be checked.
    """
    from xianjie.vault import without, write_ring

    path = _file(file)
    ring = without(_ring(path), key)
    if not yes:
        refuse(
            "keys-drop-unsure",
            "去掉后，只有它能解开的内容谁也读不出；确认请加 --yes",
            "what it alone opens can then be read by nobody; to do it: --yes",
        )
    write_ring(path, ring, replace=True)
    typer.echo(say(lang.value, "已去掉这个密钥", "the key was dropped"))


@guarded
def check(as_json: JsonOption = False, lang: LangOption = Lang.ZH) -> None:
    """自检两套算法：本机有没有，算得对不对 / Test both suites: are they there, and right.

    有一套不能用，退出码为 2。Exit status 2 where one cannot be used.
    """
    from xianjie.vault import Suite, VaultError, self_test

    codes: dict[Suite, str | None] = {}
    for suite in Suite:
        try:
            self_test(suite)
            codes[suite] = None
        except VaultError as error:
            codes[suite] = error.code
    if as_json:
        write_json({suite.value: {"algorithms": suite.label, "problem": code} for suite, code in codes.items()})
    for suite, code in codes.items():
        if not as_json:
            right = say(lang.value, "自检通过", "as published")
            typer.echo(f"{'✓' if code is None else '✗'} {suite.value:3}  {suite.label:26}  {code or right}")
    if any(codes.values()):
        raise typer.Exit(BAD_INPUT)


def _file(file: Path | None) -> Path:
    """Give the key file that is named, else the one in this user's own folder, which the service takes as well."""
    import os

    from xianjie.home import default_home
    from xianjie.vault.keyfile import INLINE, OWN
    from xianjie.vault.refusals import keys_missing

    own = default_home() / OWN
    if file is None and (os.environ.get(INLINE) or not own.exists()):
        raise keys_missing()
    return file or own


def _ring(file: Path | None) -> Ring:
    import os

    from xianjie.home import default_home
    from xianjie.vault import own_ring, read_ring
    from xianjie.vault.refusals import keys_missing

    if file is not None:
        return read_ring(file, os.environ.get("CREDENTIALS_DIRECTORY"))
    found = own_ring(os.environ, default_home())
    if found is None:
        raise keys_missing()
    return found


def _described(ring: Ring) -> list[dict[str, Any]]:
    return [
        {
            "id": key.id,
            "suite": key.suite.value,
            "created": key.created.isoformat(),
            "current_for": [purpose.value for purpose, used in ring.current.items() if used == key.id],
        }
        for key in ring.keys.values()
    ]


def _needed_table(ring: Ring, needed: Mapping[str, Mapping[str, int]], lang: str) -> RenderableType:
    from rich.text import Text

    from xianjie.cli.sheet import Sheet

    kinds = {
        "persons": say(lang, "个人", "people"),
        "idempotency_keys": say(lang, "重试的答复", "retries"),
        "api_keys": say(lang, "接口密钥", "API keys"),
        "audit": say(lang, "审计链", "audit chain"),
    }
    titles = (say(lang, "密钥", "key"), *kinds.values())
    rows = [[Text(key), *(Text(f"{needed.get(key, {}).get(kind, 0):,}") for kind in kinds)] for key in ring.keys]
    return Sheet(titles, rows)


def _table(ring: Ring, lang: str) -> RenderableType:
    from rich.text import Text

    from xianjie.cli.sheet import Sheet

    purposes = {
        "encrypt": say(lang, "加密", "encrypt"),
        "lookup": say(lang, "查找", "lookup"),
        "decisions": say(lang, "决定编号", "decisions"),
        "audit": say(lang, "审计链", "audit"),
        "access": say(lang, "接口密钥", "access"),
    }
    retired = say(lang, "只解密", "opens only")
    titles = (
        say(lang, "编号", "id"),
        say(lang, "算法", "suite"),
        say(lang, "生成日", "made"),
        say(lang, "现用于", "current for"),
    )
    rows = [
        [
            Text(one["id"]),
            Text(one["suite"]),
            Text(one["created"]),
            Text(say(lang, "、", ", ").join(purposes[name] for name in one["current_for"]) or retired),
        ]
        for one in _described(ring)
    ]
    return Sheet(titles, rows)
