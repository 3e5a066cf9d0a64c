"""`xianjie new-region`: write the distribution of a new region, whole or not at all."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import guarded, refuse
from xianjie.cli.options import Lang, LangOption, say
from xianjie.errors import InputError, Place, Problem

if TYPE_CHECKING:
    from xianjie.cli.scaffold_files import NewRegion

_ID = re.compile(r"[a-z]{2,40}")
_ZH = re.compile(r"[\u4e00-\u9fff]{1,20}")
_EN = re.compile(r"[A-Za-z][A-Za-z' -]{0,39}")
_CODE = re.compile(r"[1-9][0-9]{5}")


@guarded
def new_region(
    id: Annotated[str, typer.Argument(metavar="ID", help="地区的拼音 / the region in pinyin")],
    zh: Annotated[str, typer.Option(metavar="NAME", help="中文名 / Chinese name")],
    en: Annotated[str, typer.Option(metavar="NAME", help="英文名 / English name")],
    code: Annotated[str, typer.Option(metavar="CODE", help="GB/T 2260 代码，六位 / six digits")],
    into: Annotated[Path, typer.Option(metavar="DIR", help="放在哪个文件夹 / where to put it")] = Path("."),
    lang: LangOption = Lang.ZH,
) -> None:
    """新建一个地区插件 / Write the distribution of a new region."""
    from xianjie.cli.scaffold_files import NewRegion, policy_path

    region = NewRegion(id, zh, en, code)
    _check(region)
    folder = into / f"xianjie-{id}"
    _refuse_taken(region, folder)
    write_region(region, folder)
    typer.echo(say(lang, f"已建立 {folder}", f"made {folder}"))
    typer.echo(say(lang, "下一步：", "next:"))
    typer.echo(f"  pip install -e {folder}")
    typer.echo(f"  xianjie lint {folder / policy_path(region)}")


_RULES = (
    (_ID, "id", "ID", "须是小写拼音，如 shaanxi", "must be pinyin in small letters, such as shaanxi"),
    (_ZH, "zh", "--zh", "须是汉字，如 陕西", "must be in Chinese characters, such as 陕西"),
    (_EN, "en", "--en", "须是拉丁字母，如 Shaanxi", "must be in Latin letters, such as Shaanxi"),
    (_CODE, "code", "--code", "须是六位数字，如 610000", "must be six digits, such as 610000"),
)
"""What each argument must look like: pattern, field, where it is given, and the sentence that says so."""


def _check(region: NewRegion) -> None:
    problems = [
        Problem(f"region-{field}", zh, en, Place(path=path))
        for pattern, field, path, zh, en in _RULES
        if not pattern.fullmatch(getattr(region, field))
    ]
    if problems:
        raise InputError(problems)


def _refuse_taken(region: NewRegion, folder: Path) -> None:
    from xianjie.plugins import discover

    if region.id in discover().regions:
        refuse("region-installed", "这个地区已经安装", "a region of this id is installed already", "ID")
    if folder.exists() or folder.is_symlink():
        zh, en, place = "文件夹已存在，请换个位置", "the folder is there already", Place(str(folder))
        raise InputError(Problem("folder-exists", zh, en, place))
    if not folder.parent.is_dir():
        zh, en, place = "没有这个文件夹", "there is no such folder", Place(str(folder.parent), path="--into")
        raise InputError(Problem("folder-missing", zh, en, place))


def write_region(region: NewRegion, folder: Path) -> None:
    """Write the files beside their place, check that the policy loads, and move the whole there.

    Raises InputError where the folder cannot be written.
    """
    import json

    from xianjie.cli.scaffold_files import files_of, policy_path
    from xianjie.cli.schema import schema_of
    from xianjie.policy.load import read_policy
    from xianjie.vocabulary import BASE

    files = files_of(region)
    read_policy(files[policy_path(region)], policy_path(region), BASE)
    schema = f"xianjie_{region.id}/policies/policy.schema.json"
    files[schema] = json.dumps(schema_of("policy"), ensure_ascii=False, indent=2) + "\n"
    workshop: Path | None = None
    try:
        workshop = Path(mkdtemp(prefix=".xianjie-", dir=folder.parent))
        made = workshop / folder.name
        for name, text in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        made.rename(folder)
    except OSError as error:
        raise InputError(
            Problem(
                "folder-unwritable",
                f"无法写入：{error.strerror}",
                f"cannot write: {error.strerror}",
                Place(str(folder.parent)),
            )
        ) from error
    finally:
        if workshop is not None:
            shutil.rmtree(workshop, ignore_errors=True)
