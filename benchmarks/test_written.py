"""Whole answers for five regions written from forms, beside building the objects and dumping them; in one process.

A case asked again, families that differ, and cases that are random in every fact, which nobody has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from statistics import median
from time import thread_time
from typing import Any

import orjson
import pytest
from benchmarks.test_service import CASES, FIVE
from tests.engine.invented import Inventor

from xianjie.api import installed_engine
from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.errors import InputError
from xianjie.vocabulary import BASE

AS_OF = 739_464  # 2025-08-01
COUNT, ROUNDS = 150, 7
FOUND: list[str] = []


def _given(name: str) -> Callable[[int], dict[str, Any]]:
    return CASES.get(name) or (lambda number: Inventor(number).case())


def cases(name: str, start: int) -> list[Case]:
    """Read some cases; those that contradict themselves are left out."""
    out: list[Case] = []
    while len(out) < COUNT:
        with suppress(InputError):
            out.append(read_case(_given(name)(start), BASE))
        start += 1
    return out


@pytest.fixture(scope="module", autouse=True)
def ratios() -> Iterator[None]:
    """Print what the numbers come to."""
    yield
    print("\n\n" + "\n".join(FOUND))


@pytest.mark.parametrize("name", [*CASES, "random in every fact"])
def test_written(benchmark: Any, name: str) -> None:
    engine = installed_engine().under({})
    found: list[tuple[float, float]] = []

    def turn() -> None:
        asked = cases(name, len(found) * 10_000)
        begun = thread_time()
        for case in asked:
            engine.written(case, FIVE, AS_OF)
        between = thread_time()
        for case in asked:
            orjson.dumps(engine.assess(case, FIVE, AS_OF))
        found.append(((between - begun) / COUNT, (thread_time() - between) / COUNT))

    benchmark.pedantic(turn, rounds=ROUNDS, warmup_rounds=2)
    written, dumped = (median(times) * 1e6 for times in zip(*found[2:], strict=True))
    benchmark.extra_info.update({"written us": round(written), "built and dumped us": round(dumped)})
    FOUND.append(f"{name}: written {written:.0f} us, built and dumped {dumped:.0f} us, {dumped / written:.1f} times")
    engine.close()
