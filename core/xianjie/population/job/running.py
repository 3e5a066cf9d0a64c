"""A population's parts answered by the processes of one machine."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from multiprocessing import connection, get_context, parent_process
from pathlib import Path

from xianjie.errors import InputError, Problem
from xianjie.population.job.asked import Asked
from xianjie.population.job.parts import Part
from xianjie.population.job.receipts import Receipt
from xianjie.population.job.task import assess_part

Tell = Callable[[Receipt], None]
Run = Callable[[Asked, Sequence[Part], Path, Tell], None]
"""What has parts answered: the processes of this machine, or Spark."""

_THREADS = "POLARS_MAX_THREADS"

_UNDER_WAY = 2
"""So many parts are under way at once in a single process."""


def run_parts(asked: Asked, parts: Sequence[Part], out: Path, workers: int, tell: Tell) -> None:
    """Answer parts into the folder `out`; `tell` hears of each part. What is done is not done again.

    A part that cannot be read does not keep the others from being answered; InputError then tells of all such parts.
    OSError where an answer cannot be written, which ends the work.
    """
    problems: list[Problem] = []
    with closing(_done(asked, parts, out, min(workers, len(parts)))) as receipts:
        for done in receipts:
            try:
                tell(done())
            except InputError as error:
                problems += error.problems
            except BrokenProcessPool:
                problems.append(
                    Problem(
                        "population-worker-lost",
                        "一个工作进程中断了，可能是内存不足；已完成的部分都在，再次运行接着做，可减少 --workers",
                        "a worker process was lost, perhaps for want of memory; what is done is kept: run it again, "
                        "perhaps with fewer --workers",
                    )
                )
                break
    if problems:
        raise InputError(problems)


def _done(asked: Asked, parts: Sequence[Part], out: Path, workers: int) -> Generator[Callable[[], Receipt], None, None]:
    """Give what gives the receipt of each part, as they are done."""
    if workers <= 1:
        yield from _overlapping(asked, parts, out)
        return
    with _one_thread_each():
        pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin)
        try:
            with _deaf():
                waiting: list[Future[Receipt]] = [pool.submit(assess_part, asked.text, part, out) for part in parts]
            for future in as_completed(waiting):
                yield future.result
        finally:
            _end(pool)


def _overlapping(asked: Asked, parts: Sequence[Part], out: Path) -> Generator[Callable[[], Receipt], None, None]:
    """Answer parts in this process: while one is counted and written, the next is read and worked out.

    One at a time is worked out, so that no answer is made beside another: Polars keeps some of what it reads (the words
    of categorical columns) for the whole process.
    """
    pool, turn = ThreadPoolExecutor(_UNDER_WAY), threading.Lock()
    try:
        waiting = [pool.submit(assess_part, asked.text, part, out, turn) for part in parts]
        for future in waiting:
            yield future.result
    finally:
        pool.shutdown(cancel_futures=True)


def _end(pool: ProcessPoolExecutor) -> None:
    """End the processes at once: a part that is under way is not waited for.

    The pool's own thread is: a program that ends beside it has it write to a pipe that is closed already.
    """
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that are started meanwhile leave Ctrl-C to this one, from their first moment."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let each process that is started meanwhile compute by one thread; there are as many processes as cores."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = before


def _begin() -> None:
    """Leave Ctrl-C to the parent, and end when it ends, however that comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
