"""The options that commands share, with their bilingual help."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """The languages of the output."""

    ZH = "zh"
    EN = "en"


def region_names(incomplete: str) -> list[str]:
    """Complete a region's id in the shell."""
    from importlib.metadata import entry_points

    names = entry_points(group="xianjie.regions").names
    return sorted(name for name in names if name.startswith(incomplete))


LangOption = Annotated[
    Lang, typer.Option("--lang", metavar="LANG", envvar="XIANJIE_LANG", help="语言 zh en / language of the output")
]
DocxOption = Annotated[Path | None, typer.Option(metavar="FILE", help="写成 Word 文书 / write a Word document")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / give JSON")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="判定日，不写则用个案的，再无则今天 / date of evaluation"),
]
RegionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        "-r",
        metavar="REGION",
        help="地区，拼音或中文，或 地区@文件编号，可重复 / region, or region@document; repeatable",
        autocompletion=region_names,
    ),
]


OverlayOption = Annotated[
    list[Path] | None,
    typer.Option("--overlay", metavar="FILE", help="设想的改动（overlay 文件），可重复 / suppose these changes"),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="设想的数值 [地区:]数值=值，可重复 / suppose a parameter's value: [region:]parameter=value",
    ),
]


ReadingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--reading",
        metavar="READING",
        help="采用的读法 region:set=option，可重复 / a reading your office settled on",
    ),
]
LabelOption = Annotated[
    str | None,
    typer.Option("--case", metavar="LABEL", help="文件有多案时，选哪一案 / which case of the file"),
]
TimeoutOption = Annotated[
    int, typer.Option("--timeout", min=1, max=3600, metavar="SECONDS", help="每一问的时限 / time for one question")
]
RegionArgument = Annotated[
    str, typer.Argument(metavar="REGION", help="地区，拼音或中文 / region", autocompletion=region_names)
]


def parted(given: Sequence[str] | None) -> list[str]:
    """Give the words of an option that takes several, with commas between, and can stand several times."""
    return [word.strip() for text in given or () for word in text.replace("，", ",").split(",") if word.strip()]


def say(lang: str, zh: str, en: str) -> str:
    """Choose a sentence by language."""
    return zh if lang == "zh" else en
