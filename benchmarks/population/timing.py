"""Time by the clock, and the time of all cores together, which others on the machine leave nearly as it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

ROUNDS = 3


class Spent(NamedTuple):
    """The least seconds of the rounds: by the clock, and of all cores together."""

    clock: float
    cores: float


def timed(benchmark: Any, work: Callable[[], T]) -> tuple[T, Spent]:
    """Run a piece of work some rounds, after one to warm up; gives what the last round gave."""
    cores: list[float] = []

    def run() -> T:
        before = time.process_time()
        out = work()
        cores.append(time.process_time() - before)
        return out

    out: T = benchmark.pedantic(run, rounds=ROUNDS, warmup_rounds=1)
    return out, Spent(benchmark.stats.stats.min, min(cores))
