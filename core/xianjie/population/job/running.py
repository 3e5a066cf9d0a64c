"""A population's parts answered by the processes of one machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from xianjie.population.job.asked import Asked
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt
from xianjie.population.job.task import assess_part

Tell = Callable[[Receipt], None]


def run_parts(asked: Asked, parts: Sequence[Part], out: Path, workers: int, tell: Tell) -> None:
    """Answer parts into the folder `out`; `tell` hears of each part. What is done is not done again."""
    if workers == 1:
        for part in parts:
            tell(assess_part(asked.text, part, out))
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for done in as_completed([pool.submit(assess_part, asked.text, part, out) for part in parts]):
            tell(done.result())
