"""A population's parts answered by Spark's executors: it schedules the names of files and never moves a row."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from xianjie.errors import InputError, Problem
from xianjie.population.job.asked import Asked
from xianjie.population.job.durable import BESIDE
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt
from xianjie.population.job.running import Tell
from xianjie.population.spark.executing import answering, collecting, refusal

OFTEN = 0.2
"""Seconds between two looks at what the executors have reported."""


def run_on_spark(asked: Asked, parts: Sequence[Part], out: Path, spark: SparkSession, tell: Tell) -> None:
    """Answer parts into the folder `out`, which every executor sees under this path; `tell` hears of each part once.

    What is done is not done again. A part whose executor is lost is done by another. A part that cannot be read does
    not keep the others from being answered; InputError then tells of all such parts. It ends the work where an executor
    has other policies or another version, or does not see the folder, and where Spark gives up; OSError where an answer
    cannot be written.
    """
    if not parts:
        return
    context = spark.sparkContext
    group = f"xianjie-{token_hex(8)}"
    reports = context.accumulator([], collecting())
    waiting = {part.name for part in parts}
    problems: dict[Problem, None] = {}

    with _marked(out.resolve()) as mark, ThreadPoolExecutor(1) as pool:
        work = answering(asked.text, out.resolve(), mark, reports)
        texts = [json.dumps(part.as_json(), ensure_ascii=False) for part in parts]

        def done() -> None:
            context.setJobGroup(group, "xianjie population", interruptOnCancel=True)
            context.parallelize(texts, len(texts)).foreachPartition(work)

        job = pool.submit(done)
        seen = 0
        try:
            while not job.done() or seen < len(reports.value):
                if seen == len(reports.value):
                    wait([job], OFTEN)
                    continue
                report = reports.value[seen]
                seen += 1
                if found := refusal(report):
                    if found.part is None:
                        raise InputError(found.problems)
                    waiting.discard(found.part)
                    problems.update(dict.fromkeys(found.problems))  # it may have been tried twice
                    continue
                receipt = Receipt.read(report)
                if receipt.part.name in waiting:
                    waiting.remove(receipt.part.name)
                    tell(receipt)
        finally:
            if not job.done():
                context.cancelJobGroup(group)
        _settle(job)
    if waiting:
        raise _failed()
    if problems:
        raise InputError(list(problems))


@contextmanager
def _marked(out: Path) -> Iterator[str]:
    """Leave a file in a folder, by which others see that it is the same folder; gives its name."""
    folder = out / "receipts"
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / f".spark-{token_hex(8)}{BESIDE}"
    mark.touch()
    try:
        yield str(mark.relative_to(out))
    finally:
        mark.unlink(missing_ok=True)


def _settle(job: Future[None]) -> None:
    """Give a failed job's error the form it would have on one machine."""
    try:
        job.result()
    except (Py4JError, PySparkException) as error:
        if found := re.search(r"Error: \[Errno (\d+)\]", str(error)):
            raise OSError(int(found[1]), os.strerror(int(found[1]))) from error
        raise _failed() from error


def _failed() -> InputError:
    return InputError(
        Problem(
            "spark-failed",
            "Spark 没有做完，原因见 Spark 的日志；已完成的部分都在，可再次运行接着做",
            "Spark did not finish, its log says why; what is done is kept, run it again to go on",
        )
    )
