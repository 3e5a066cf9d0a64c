"""A process stands by for the solver: before anybody asks, and again after one was ended; none is left over."""

from __future__ import annotations

import asyncio
import io
import json
import math
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import anyio
import anyio.to_process
import psutil
import pytest
from anyio import CapacityLimiter
from tests.service.conftest import TODAY, kept

from xianjie.api import installed_engine
from xianjie.errors import PluginError, Problem
from xianjie.plugins import Regions
from xianjie.service import proving
from xianjie.service.app import create_app
from xianjie.service.logs import make_log
from xianjie.service.problems import Refused
from xianjie.service.proving import find_changes, get_ready
from xianjie.service.settings import ServiceSettings
from xianjie.service.standing_by import standing_by
from xianjie.service.state import Service
from xianjie.service.working import Places, apart

DAY = TODAY.toordinal()
SOON = 30.0


def processes() -> set[int]:
    return {child.pid for child in psutil.Process().children() if "to_process" in " ".join(child.cmdline())}


async def until(wanted: Callable[[], bool]) -> None:
    with anyio.fail_after(SOON):
        while not wanted():
            await anyio.sleep(0.02)


@asynccontextmanager
async def one_standing_by(service: Service) -> AsyncIterator[None]:
    task = asyncio.create_task(standing_by(service))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def told(said: io.BytesIO, event: str) -> list[dict[str, Any]]:
    return [one for one in map(json.loads, said.getvalue().decode().splitlines()) if one["event"] == event]


def test_it_answers_as_a_fresh_process_does_and_the_next_one_is_there_when_it_was_ended(
    tmp_path: Path, regions: Regions
) -> None:
    said, before = io.BytesIO(), processes()
    policy = installed_engine().documents.answering("tianjin", DAY)
    asked: Any = ({"person": {"elderly": True}}, "tianjin", policy.sha256, DAY, "eligibility", {}, 10_000)

    async def run() -> tuple[Any, Any]:
        async with one_standing_by(service):
            await until(lambda: len(told(said, "solver ready")) == 1)
            places, (first,) = service.proving, processes() - before
            assert places.free.borrowed_tokens == 0
            answers = [await apart(places, math.inf, SOON, find_changes, *asked) for _ in range(2)]
            assert await apart(places, math.inf, SOON, os.getpid) == first  # it was asked, and stays
            with pytest.raises(Refused) as refused:
                await apart(places, math.inf, 0.05, time.sleep, 30)
            assert refused.value.status == 504
            await until(lambda: len(told(said, "solver ready")) == 2)
            (second,) = processes() - before
            assert second != first
            assert places.free.borrowed_tokens == 0
            return answers, await apart(places, math.inf, SOON, find_changes, *asked)

    with kept(tmp_path / "store") as keeping:
        app = create_app(keeping, ServiceSettings(today=lambda: TODAY), regions, make_log("debug", said))
        service = cast(Service, app.state.service)
        answers, afterwards = anyio.run(run)
    fresh = find_changes(*asked)
    assert fresh[0] == "done"
    assert fresh[1]["outcome"] == "found"
    assert [*answers, afterwards] == [fresh] * 3


def test_what_is_called_off_leaves_no_process_and_no_place_taken() -> None:
    before = processes()

    async def run() -> None:
        places = Places(CapacityLimiter(1))
        for seconds in (0.0, 0.01, 0.05, 0.1, 0.3):  # before it is begun, while it starts, and while it works
            with anyio.move_on_after(seconds):
                await apart(places, math.inf, SOON, time.sleep, 30)
            assert places.free.borrowed_tokens == 0
        assert places.lost.is_set()
        await apart(places, math.inf, SOON, os.getpid)  # what was started in vain is used
        await until(lambda: len(processes() - before) == 1)

    anyio.run(run)


def test_where_work_is_done_nothing_is_lost() -> None:
    async def run() -> None:
        places = Places(CapacityLimiter(1))
        assert await apart(places, math.inf, SOON, os.getpid) != os.getpid()
        assert not places.lost.is_set()

    anyio.run(run)


def test_documents_that_cannot_be_read_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing() -> Any:
        raise PluginError(Problem("region-broken", "坏了", "broken"))

    assert get_ready(DAY) == ("done", list(installed_engine().documents.timelines))
    monkeypatch.setattr(proving, "installed_engine", refusing)
    word, found = get_ready(DAY)
    assert (word, [one.code for one in found["problems"]]) == ("wrong", ["region-broken"])
