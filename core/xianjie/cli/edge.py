"""The edge of the process: errors become lines on stderr and exit status 2; consoles are made; the clock is read."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import typer

from xianjie.errors import InputError, Place, Problem, XianjieError
from xianjie.language.calendar import BEIJING

if TYPE_CHECKING:
    from rich.console import Console

P = ParamSpec("P")

UNDECIDED = 4
"""Exit status where something is undetermined or ambiguous."""
BAD_INPUT = 2
"""Exit status where the input, a policy or a plugin is at fault."""


EXTRAS = {"polars": "population", "matplotlib": "population", "pyspark": "spark", "pyarrow": "spark", "pandas": "spark"}
"""The extra that brings a library which xianjie does without."""


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors of a command into lines on stderr and exit status 2."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except XianjieError as error:
            tell(error, str(kwargs.get("lang") or "zh"))
            raise typer.Exit(BAD_INPUT) from None
        except ModuleNotFoundError as error:
            extra = EXTRAS.get((error.name or "").partition(".")[0])
            if extra is None:
                raise
            tell(InputError(_wanting(extra)), str(kwargs.get("lang") or "zh"))
            raise typer.Exit(BAD_INPUT) from None

    return run


def tell(error: XianjieError, lang: str) -> None:
    """Write every problem on its own line on stderr, in the order of the file."""
    for problem in sorted(error.problems, key=_order):
        typer.echo(problem.text(lang), err=True)


def _wanting(extra: str) -> Problem:
    return Problem(
        "extra-missing",
        f"这个命令要先安装：pip install 'xianjie[{extra}]'",
        f"for this command install first: pip install 'xianjie[{extra}]'",
    )


def _order(problem: Problem) -> tuple[str, int, int]:
    place = problem.place
    return place.file or "", place.line or 0, place.column or 0


def refuse(code: str, zh: str, en: str, path: str | None = None) -> NoReturn:
    """Raise InputError for an argument."""
    raise InputError(Problem(code, zh, en, Place(path=path)))


def stdout_console() -> Console:
    """Make the console of the output; colour follows the terminal and NO_COLOR."""
    return _console(stderr=False)


def stderr_console() -> Console:
    """Make the console of progress and warnings."""
    return _console(stderr=True)


def _console(stderr: bool) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def write_json(value: Any) -> None:
    """Write one JSON document with Chinese as it is."""
    import json

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def today() -> dt.date:
    """Read the clock: the day in Beijing."""
    return dt.datetime.now(BEIJING).date()


def given_day(text: str | None) -> int | None:
    """Read the date of an option as an ordinal; InputError where there is no such day."""
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text) if len(text) == len("2025-05-01") else None
    except ValueError:
        day = None
    if day is None:
        refuse(
            "date-impossible",
            "没有这一天，日期须如 2025-05-01",
            "no such day; write a date as 2025-05-01",
            "--as-of",
        )
    return day.toordinal()
