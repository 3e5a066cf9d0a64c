"""What an executor does with rows that Spark hands it in batches: answer them, or tell which are at fault.

The function is shipped as it stands, so it imports nothing of xianjie before it runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Mapper = Callable[[Iterator[Any]], Iterator[Any]]

AT_ONCE = 131_072
"""Rows that are gathered before they are answered: Spark's batches are too small to be worth a plan each."""


def mapping(asked_text: str, columns: Sequence[str], kept: Sequence[str], rejected: bool) -> Mapper:
    """Make what `mapInArrow` runs over batches whose columns are `columns`, under whatever names, then the kept ones.

    It gives the kept columns, then the answer's columns; where `rejected`, one row for each fault: column and code.
    """
    at_once = AT_ONCE

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        from pyspark import TaskContext

        context = TaskContext.get()
        os.environ.setdefault("POLARS_MAX_THREADS", str(context.cpus()) if context else "1")
        import pyarrow

        from xianjie.population.spark.tables import answered_table

        waiting: list[Any] = []
        for batch in batches:
            waiting.append(batch)
            if sum(len(one) for one in waiting) >= at_once:
                yield from answered_table(pyarrow.Table.from_batches(waiting), asked_text, columns, kept, rejected)
                waiting = []
        if waiting:
            yield from answered_table(pyarrow.Table.from_batches(waiting), asked_text, columns, kept, rejected)

    return run
