"""Long work that a page begins: how far it is, what came of it, and calling it off.

A job is held in the memory of the process that does it, and so is what comes of it: nothing of it is written anywhere,
and it is gone with the process, or a while after its end. Where several processes serve, another one that is asked for
it has the browser ask again over a new connection (`Elsewhere`), until the right one answers.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from xianjie.errors import Problem, XianjieError
from xianjie.service.logs import Log, told_exception
from xianjie.service.problems import Refused, refuse

MB = 1024 * 1024
PER_OWNER = 3
"""How many jobs of one person are under way at once; a fourth is refused."""
UNDER_WAY = 12
KEPT = 48
"""How many jobs are held, those that have ended among them; the oldest of these goes first."""
LARGEST = 256 * MB
"""Bytes of all that came of jobs, as far as they tell their weight."""
SECONDS = 1800.0
"""How long after its end what came of a job can be had."""
ASKS = 15
"""How often a browser asks again for a job that another process may hold; they follow at most 20 redirects."""
ASKED = "ask"


class State(StrEnum):
    """Where a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class CalledOff(Exception):  # noqa: N818 - not an error: it leaves work that nobody wants any more
    """Leave work that was called off; the work lets it through."""


class Progress:
    """What work tells of itself, from whatever thread it is in."""

    __slots__ = ("called_off", "done", "phase", "total")

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        self.phase: tuple[str, str] | None = None
        self.called_off = False

    def step(self, done: int, total: int | None = None, phase: tuple[str, str] | None = None) -> None:
        """Tell how much is done, of how much (None: as before), and what is being done now (zh, en).

        Raises CalledOff where the work was called off: call it often, a few times a second.
        """
        self.done = done
        self.total = self.total if total is None else total
        self.phase = phase or self.phase
        if self.called_off:
            raise CalledOff


Work = Callable[[Progress], Awaitable[Any]]


@dataclass(slots=True, eq=False)
class Job:
    """Work under way or ended. `then` is the page that shows what came of it, `back` the one where it was begun.

    `owner` names the person who began it, however they logged in: nobody else is told of it. `result` is what the work
    gave, `problems` what was wrong where it failed. `left` is what whoever began it kept beside it, as what was typed.
    """

    id: str
    owner: str
    title: tuple[str, str]
    then: str
    back: str
    left: Any = None
    state: State = State.RUNNING
    progress: Progress = field(default_factory=Progress)
    result: Any = None
    weight: int = 0
    problems: tuple[Problem, ...] = ()
    task: asyncio.Task[None] | None = None

    @property
    def ended(self) -> bool:
        """Tell whether nothing is done any more."""
        return self.state is not State.RUNNING


class Elsewhere(Exception):  # noqa: N818 - not an error: the browser is to ask again
    """Tell that another process may hold a job."""


class Jobs:
    """The jobs of this process. All of it runs in the event loop; only `Progress` is for other threads."""

    def __init__(self, seconds: float = SECONDS, kept: int = KEPT, largest: int = LARGEST) -> None:
        self._seconds, self._most, self._largest = seconds, kept, largest
        self._mine = secrets.token_urlsafe(6).replace("-", "0").replace("_", "1")
        self._all: OrderedDict[str, Job] = OrderedDict()

    def start(
        self,
        log: Log,
        owner: str,
        title: tuple[str, str],
        work: Work,
        then: str,
        back: str,
        left: Any = None,
        weigh: Callable[[Any], int] = lambda _: 0,
    ) -> Job:
        """Begin work, and give its job at once; `{id}` in `then` and `back` is put in.

        The work is awaited in a task of its own: heavy parts of it go through `service.working` (`in_thread`, `apart`).
        It tells how far it is by its Progress, and XianjieError from it becomes the job's problems. `weigh` gives the
        bytes of the result. Raises Refused with 503 where too much is under way.
        """
        running = [job for job in self._all.values() if not job.ended]
        if len(running) >= UNDER_WAY or sum(job.owner == owner for job in running) >= PER_OWNER:
            zh = "正在进行的长任务过多，请等其中一项做完或取消后再试"
            en = "too much long work is under way: wait for some to end, or call it off"
            raise refuse(503, "jobs-many", zh, en, retry_after="10")
        name = f"{self._mine}.{secrets.token_urlsafe(18)}"
        job = Job(name, owner, title, then.replace("{id}", name), back.replace("{id}", name), left)
        self._all[name] = job
        job.task = asyncio.create_task(self._run(log, job, work, weigh))
        job.task.add_done_callback(lambda _: self._settle(job))
        return job

    def of(self, owner: str, name: str, asked: int = 0) -> Job:
        """Find a job of somebody's.

        Raises Elsewhere where another process may hold it, and Refused with 404 `job-gone` where it is held no more, or
        is another's. `asked` is how often that was tried already.
        """
        job = self._all.get(name)
        if job is not None and job.owner == owner:
            return job
        mine, dot, _ = name.partition(".")
        if dot and mine != self._mine and asked < ASKS:
            raise Elsewhere
        zh = "这项任务已不在：结果只保留半小时，服务重启后也不再有。请从头再做一次"
        en = "the work is held no more: its result stays for half an hour, and not over a restart. Please begin it anew"
        raise refuse(404, "job-gone", zh, en)

    def call_off(self, job: Job) -> None:
        """Call work off: its task is cancelled, and threads learn it at their next step."""
        job.progress.called_off = True
        if job.task is not None:
            job.task.cancel()

    def drop(self, job: Job) -> None:
        """Forget a job and what came of it, before its time."""
        self.call_off(job)
        self._all.pop(job.id, None)

    async def close(self) -> None:
        """Call everything off, as the service ends."""
        tasks = [job.task for job in self._all.values() if job.task is not None]
        for job in list(self._all.values()):
            self.drop(job)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, log: Log, job: Job, work: Work, weigh: Callable[[Any], int]) -> None:
        try:
            result = await work(job.progress)
            job.weight = weigh(result)
            job.result, job.state = result, State.DONE
        except (CalledOff, asyncio.CancelledError):
            job.state = State.CANCELLED
        except XianjieError as error:
            job.problems = tuple(error.problems)
            job.state = State.FAILED
            if not isinstance(error, Refused):
                log.info("job refused", codes=[problem.code for problem in error.problems])
        except Exception as error:  # noqa: BLE001 - nobody awaits the task: what broke is told on the page and logged
            job.problems = (Problem("service-failed", "服务出错", "the service failed"),)
            job.state = State.FAILED
            log.error("job failed", **told_exception(error))

    def _settle(self, job: Job) -> None:
        """Hold what came of a job for a while; the oldest goes where there are too many, or they weigh too much."""
        if not job.ended:  # called off before it took its first step
            job.state = State.CANCELLED
        job.task = None
        if job.id not in self._all:
            return
        self._all.move_to_end(job.id)
        asyncio.get_running_loop().call_later(self._seconds, self._all.pop, job.id, None)
        ended = [job for job in self._all.values() if job.ended]
        weight = sum(job.weight for job in ended)
        for job in ended[:-1]:  # what ended last stays, whatever it weighs
            if len(self._all) <= self._most and weight <= self._largest:
                break
            weight -= job.weight
            del self._all[job.id]


@asynccontextmanager
async def closing(jobs: Jobs) -> AsyncGenerator[None, None]:
    """Call everything off at the end of the block."""
    try:
        yield
    finally:
        await jobs.close()
