"""Long work that a page begins: its states, whose it is, what it may take, and that it ends when it is called off."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from xianjie.errors import InputError, Problem
from xianjie.service.logs import make_log
from xianjie.service.problems import Refused
from xianjie.web.jobs import ASKS, PER_OWNER, UNDER_WAY, Elsewhere, Job, Jobs, Progress, State, Work, closing

TITLE = ("试", "try")


def begun(jobs: Jobs, work: Work, owner: str = "li", log: io.BytesIO | None = None, **more: Any) -> Job:
    then, back = "/done/{id}", "/begin/{id}"
    return jobs.start(make_log("info", log or io.BytesIO()), owner, TITLE, work, then, back, **more)


async def ended(job: Job) -> Job:
    for _ in range(500):
        if job.ended:
            return job
        await asyncio.sleep(0.01)
    raise AssertionError("the job does not end")


def giving(value: Any) -> Work:
    async def work(progress: Progress) -> Any:
        progress.step(1, 2, ("一", "one"))
        await asyncio.sleep(0)
        return value

    return work


async def for_ever(progress: Progress) -> None:
    await asyncio.Event().wait()


def run(test: Callable[[Jobs], Awaitable[None]], **more: Any) -> None:
    async def inner() -> None:
        jobs = Jobs(**more)
        async with closing(jobs):
            await test(jobs)

    asyncio.run(inner())


def test_work_is_done_and_its_result_is_its_owners_alone() -> None:
    async def test(jobs: Jobs) -> None:
        job = begun(jobs, giving("found"), left={"typed": "x"})
        assert job.state is State.RUNNING
        assert (job.then, job.back) == (f"/done/{job.id}", f"/begin/{job.id}")
        await ended(job)
        assert jobs.of("li", job.id) is job
        assert (job.state, job.result, job.left) == (State.DONE, "found", {"typed": "x"})
        assert (job.progress.done, job.progress.total, job.progress.phase) == (1, 2, ("一", "one"))
        with pytest.raises(Refused) as refused:
            jobs.of("wang", job.id)
        assert [problem.code for problem in refused.value.problems] == ["job-gone"]

    run(test)


def test_what_is_wrong_is_told_and_what_breaks_is_logged_without_its_words() -> None:
    async def wrong(_: Progress) -> None:
        raise InputError(Problem("x-wrong", "错", "wrong"))

    async def broken(_: Progress) -> None:
        raise ValueError("张三 is in the message")

    async def test(jobs: Jobs) -> None:
        log = io.BytesIO()
        told = await ended(begun(jobs, wrong, log=log))
        assert (told.state, [one.code for one in told.problems]) == (State.FAILED, ["x-wrong"])
        broke = await ended(begun(jobs, broken, log=log))
        assert (broke.state, [one.code for one in broke.problems]) == (State.FAILED, ["service-failed"])
        assert b"ValueError" in log.getvalue()
        assert "张三".encode() not in log.getvalue()

    run(test)


def test_called_off_it_ends_at_once_even_before_it_began() -> None:
    async def test(jobs: Jobs) -> None:
        job = begun(jobs, for_ever)
        jobs.call_off(job)  # its task took no step yet
        assert (await ended(job)).state is State.CANCELLED
        second = begun(jobs, for_ever)
        await asyncio.sleep(0)
        jobs.call_off(second)
        assert (await ended(second)).state is State.CANCELLED
        jobs.call_off(second)  # once more does nothing
        assert jobs.of("li", second.id).result is None

    run(test)


def test_a_thread_learns_at_its_next_step_that_it_was_called_off() -> None:
    reached, left = threading.Event(), threading.Event()

    async def threaded(progress: Progress) -> None:
        def steps() -> None:
            try:
                while True:
                    progress.step(progress.done + 1, 10**9)
                    reached.set()
            finally:
                left.set()

        await asyncio.to_thread(steps)

    async def test(jobs: Jobs) -> None:
        job = begun(jobs, threaded)
        await asyncio.to_thread(reached.wait, 5)
        jobs.call_off(job)
        assert (await ended(job)).state is State.CANCELLED
        assert await asyncio.to_thread(left.wait, 5)

    run(test)


def test_so_much_is_under_way_and_no_more() -> None:
    async def test(jobs: Jobs) -> None:
        mine = [begun(jobs, for_ever) for _ in range(PER_OWNER)]
        with pytest.raises(Refused) as refused:
            begun(jobs, for_ever)
        assert (refused.value.status, refused.value.problems[0].code) == (503, "jobs-many")
        for number in range(UNDER_WAY - PER_OWNER):
            begun(jobs, for_ever, f"other-{number}")
        with pytest.raises(Refused):
            begun(jobs, for_ever, "one-more")
        jobs.call_off(mine[0])
        await ended(mine[0])
        begun(jobs, for_ever)

    run(test)


def test_results_go_with_their_age() -> None:
    async def test(jobs: Jobs) -> None:
        job = await ended(begun(jobs, giving(1)))
        assert jobs.of("li", job.id) is job
        await asyncio.sleep(0.1)
        with pytest.raises(Refused):
            jobs.of("li", job.id)

    run(test, seconds=0.05)


def test_the_oldest_goes_where_there_are_too_many_or_they_weigh_too_much() -> None:
    async def many(jobs: Jobs) -> None:
        made = [await ended(begun(jobs, giving(number))) for number in range(4)]
        assert [job.id in jobs._all for job in made] == [False, True, True, True]
        waiting = begun(jobs, for_ever)
        await ended(begun(jobs, giving(9)))
        assert jobs.of("li", waiting.id) is waiting

    run(many, kept=3)

    async def heavy(jobs: Jobs) -> None:
        made = [await ended(begun(jobs, giving(b"x" * size), weigh=len)) for size in (60, 30, 20)]
        assert [job.id in jobs._all for job in made] == [False, True, True]
        alone = await ended(begun(jobs, giving(b"x" * 1000), weigh=len))  # what ended last stays
        assert list(jobs._all) == [alone.id]

    run(heavy, largest=100)


def test_a_job_of_another_process_is_asked_for_again_and_not_for_ever() -> None:
    async def test(jobs: Jobs) -> None:
        job = await ended(begun(Jobs(), giving(1)))
        for asked in (0, ASKS - 1):
            with pytest.raises(Elsewhere):
                jobs.of("li", job.id, asked)
        with pytest.raises(Refused):
            jobs.of("li", job.id, ASKS)
        for name in ("", ".", "x", f"{jobs._mine}.gone", "../../etc/passwd"):
            with pytest.raises((Refused, Elsewhere)):
                jobs.of("li", name)
        with pytest.raises(Refused):
            jobs.of("li", f"{jobs._mine}.gone")

    run(test)


def test_all_ends_with_the_service() -> None:
    async def test() -> None:
        jobs = Jobs()
        async with closing(jobs):
            running, done = begun(jobs, for_ever), await ended(begun(jobs, giving(1)))
        assert running.state is State.CANCELLED
        assert done.state is State.DONE
        with pytest.raises(Refused):
            jobs.of("li", done.id)

    asyncio.run(test())
