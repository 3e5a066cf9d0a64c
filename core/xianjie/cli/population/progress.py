"""How far a population is: a line on stderr that is written over on a screen, else one every ten seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from xianjie.cli.options import say

if TYPE_CHECKING:
    from xianjie.population.job.receipts import Receipt

OFTEN, SELDOM = 0.2, 10.0
"""Seconds between two lines on a screen, and elsewhere."""


class Progress:
    """Tell rows done, rows a second and the time that is left."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.screen = sys.stderr.isatty()
        self.rows = self.done = self.new = self.parts = 0
        self.started = self.told = self.last = time.monotonic()

    def reading(self, name: str) -> None:
        """Tell that a table is being read."""
        typer.echo(say(self.lang, f"读入 {name}", f"reading {name}"), err=True)

    def again(self, names: Sequence[str]) -> None:
        """Tell which files have changed."""
        more = say(self.lang, f" 等 {len(names)} 个", f" and others, {len(names)} in all") if len(names) > 3 else ""
        listed = say(self.lang, "、", ", ").join(names[:3]) + more
        zh, en = f"上次以来变了、重做的文件：{listed}", f"changed since the last run, done again: {listed}"
        typer.echo(say(self.lang, zh, en), err=True)

    def begin(self, rows: int, done: int) -> None:
        """Tell how many rows there are, and how many were done before."""
        self.rows, self.done = rows, done
        self.started = self.told = self.last = time.monotonic()
        if done and done == rows:
            zh, en = (
                f"数据和提问都没有变：{rows:,} 行都已判定，不再重做",
                f"nothing changed: all {rows:,} rows are done",
            )
            typer.echo(say(self.lang, zh, en), err=True)
        elif done:
            zh, en = f"接着做：{rows:,} 行中已完成 {done:,} 行", f"going on: {done:,} of {rows:,} rows are done"
            typer.echo(say(self.lang, zh, en), err=True)

    def part(self, receipt: Receipt) -> None:
        """Take a part that is done; tell of it where it is time."""
        self.done += receipt.part.rows
        self.new += receipt.part.rows
        self.parts += 1
        self.last = time.monotonic()
        if not self.due():
            return
        rate = self.new / max(self.told - self.started, 0.001)
        left = int((self.rows - self.done) / max(rate, 1))
        zh = f"{self.done:,} / {self.rows:,} 行，每秒 {rate:,.0f} 行，还需 {_time(left)}"
        en = f"{self.done:,} of {self.rows:,} rows, {rate:,.0f} rows/s, {_time(left)} left"
        self.write(say(self.lang, zh, en))

    @property
    def answering(self) -> float:
        """Give the seconds from the beginning to the last part that is done; never nought."""
        return max(self.last - self.started, 0.001)

    def due(self) -> bool:
        """Tell whether it is time for another line; then the time is noted."""
        now = time.monotonic()
        if now - self.told < (OFTEN if self.screen else SELDOM):
            return False
        self.told = now
        return True

    def write(self, line: str) -> None:
        """Write a line; on a screen the next is written over it."""
        typer.echo(f"\r\x1b[2K{line}" if self.screen else line, nl=not self.screen, err=True)

    def end(self) -> None:
        """Clear the line."""
        if self.screen:
            typer.echo("\r\x1b[2K", nl=False, err=True)


def _time(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
