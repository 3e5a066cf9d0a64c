"""`xianjie store`: examine what is kept, carry it from one store to another, and write it out in short."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, NoReturn

import typer

from xianjie.cli.edge import BAD_INPUT, guarded, refuse, stdout_console, write_json
from xianjie.cli.options import JsonOption, Lang, LangOption, say
from xianjie.disk import private_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xianjie.store import Seal, Store

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="WHERE",
        envvar="XIANJIE_DATABASE_URL",
        help="存储所在：文件夹，或 postgresql://… / the store: a folder, or postgresql://…",
    ),
]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="导出文件 NDJSON / the export")]


def store_app() -> typer.Typer:
    """Build the family of commands."""
    app = typer.Typer(
        help="核对、导出、导入、压缩存储 / examine, export, import and compact the store",
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    for name, command in (("verify", verify), ("export", export_), ("import", import__), ("compact", compact)):
        app.command(name)(command)
    return app


@guarded
def verify(where: StoreOption = None, as_json: JsonOption = False, lang: LangOption = Lang.ZH) -> None:
    """核对存储：文件、链、唯一值、索引 / Examine files, chains, unique values and indexes.

    完好则退出码 0；有问题则逐条列出，退出码 2。Exit status 0 where all is whole, else 2.
    """
    from xianjie.errors import XianjieError

    with _opened(where, lang, seals=_seals()) as store:
        found = store.verify()
    if as_json:
        both = {"problems": found.problems, "remarks": found.remarks}
        write_json(
            {
                "records": dict(found.records),
                "entries": dict(found.entries),
                **{
                    name: [{"code": one.code, "zh": one.zh, "en": one.en, "place": str(one.place)} for one in many]
                    for name, many in both.items()
                },
            }
        )
        if found.problems:
            raise typer.Exit(BAD_INPUT)
        return
    if found.problems:
        raise XianjieError(found.problems)
    _table({**found.records, **{f"chain:{name}": count for name, count in found.entries.items()}}, lang)
    for remark in found.remarks:
        typer.echo(remark.text(lang.value), err=True)
    typer.echo(say(lang.value, "✓ 完好", "✓ whole"))


@guarded
def export_(file: FileArgument, where: StoreOption = None, lang: LangOption = Lang.ZH) -> None:
    """导出全部内容到文件 / Write everything to a file.

    文件只有本人可读，不覆盖已有的文件。内容含个人信息的密文，请妥善保管。
    For you alone to read; no file is overwritten.
    """
    from xianjie.store import export

    _not_there(file)
    with _opened(where, lang) as store:
        counts = _written(file, lambda stream: export(store, stream))
    _table(counts, lang)
    typer.echo(say(lang.value, f"已导出到 {file}", f"written to {file}"))


@guarded
def import__(file: FileArgument, where: StoreOption = None, lang: LangOption = Lang.ZH) -> None:
    """把导出的内容读入空的存储 / Read an export into an empty store, all of it or nothing."""
    from xianjie.store import import_

    try:
        stream = file.open("rb")
    except OSError as error:
        _unreadable(file, error)
    with stream, _opened(where, lang, create=True) as store:
        counts = import_(store, stream, str(file))
    _table(counts, lang)
    typer.echo(say(lang.value, "已导入", "imported"))


@guarded
def compact(
    where: StoreOption = None,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget", help="不留旧文件，其中还有已删除的内容 / keep no older files, where erased data stands"
        ),
    ] = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """把现状写成快照，开始新的日志 / Write the state as a snapshot and begin a new journal."""
    with _opened(where, lang) as store:
        store.compact(forget)
    typer.echo(say(lang.value, "已压缩", "compacted"))


def _seals() -> Sequence[Seal]:
    """Give the seals of the keys that are at hand, so that the entries of chains can be checked, and the plain one."""
    from xianjie.home import default_home
    from xianjie.store import Seal, plain_seal
    from xianjie.vault import audit_seals, own_ring

    ring = own_ring(os.environ, default_home())
    return [*(Seal(name, hash) for name, hash in (audit_seals(ring) if ring else ())), plain_seal()]


def _opened(where: str | None, lang: Lang, create: bool = False, seals: Sequence[Seal] | None = None) -> Store:
    from xianjie.home import default_home
    from xianjie.store import open_store

    store = open_store(where or default_home() / "store", seals=seals, create=create)
    for remark in store.remarks:
        typer.echo(remark.text(lang.value), err=True)
    return store


def _table(counts: Mapping[str, int], lang: Lang) -> None:
    from rich.text import Text

    from xianjie.cli.sheet import Sheet

    rows = [[Text(name), Text(f"{count:,}")] for name, count in sorted(counts.items()) if count]
    titles = [say(lang.value, "集合或链", "collection or chain"), say(lang.value, "条数", "how many")]
    if rows:
        stdout_console().print(Sheet(titles, rows))
    else:
        typer.echo(say(lang.value, "空的存储", "the store is empty"))


def _written(file: Path, write: Callable[[IO[bytes]], Mapping[str, int]]) -> Mapping[str, int]:
    """Write a file for its owner alone, whole or not at all."""
    try:
        with private_file(file, over=False) as stream:
            counts = write(stream)
    except FileExistsError:
        _there(file)  # meanwhile
    except OSError as error:
        _unwritable(file, error)
    return counts


def _not_there(file: Path) -> None:
    if file.exists():
        _there(file)


def _there(file: Path) -> NoReturn:
    refuse("file-exists", "文件已存在，请换一个名字", "the file is there already: take another name", str(file))


def _unwritable(file: Path, error: OSError) -> NoReturn:
    reason = error.strerror or type(error).__name__
    refuse("file-unwritable", f"无法写入：{reason}", f"cannot be written: {reason}", str(file))


def _unreadable(file: Path, error: OSError) -> NoReturn:
    reason = error.strerror or type(error).__name__
    refuse("file-unreadable", f"无法读取这个文件：{reason}", f"this file cannot be read: {reason}", str(file))
