"""The options that commands share, with their bilingual help."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Lang(StrEnum):
    """The languages of the output."""

    ZH = "zh"
    EN = "en"


LangOption = Annotated[
    Lang,
    typer.Option(
        "--lang", envvar="XIANJIE_LANG", help="输出语言 · language of the output", show_default=True
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON · give JSON")]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="判定日，如 2025-05-01；不写则用个案的，再无则用北京时间今天 · date of evaluation",
    ),
]


def say(lang: str, zh: str, en: str) -> str:
    """Choose a sentence by language."""
    return zh if lang == "zh" else en
