"""Parts answered by processes: the same answers, no process outlives its parent, and a lost one is told."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pytest
from tests.population.job.data import Silent, assessed, contents, people
from tests.population.job.kill import begin, kill, parts_done, wait_for

from xianjie.errors import InputError
from xianjie.population.compiler.policies import Compiled
from xianjie.population.job import task
from xianjie.population.job.asked import Asked
from xianjie.population.job.parts import Part
from xianjie.population.job.running import Tell, run_parts


def by_two(asked: Asked, parts: Sequence[Part], out: Path, tell: Tell) -> None:
    run_parts(asked, parts, out, 2, tell)


def test_two_processes_leave_what_one_leaves_and_a_bad_file_stops_neither(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        people(300, number * 300).write_parquet(folder / f"{number}.parquet")
    assessed(folder, tmp_path / "one")
    before = os.environ.get("POLARS_MAX_THREADS")
    assessed(folder, tmp_path / "two", run=by_two)
    assert os.environ.get("POLARS_MAX_THREADS") == before
    assert contents(tmp_path / "two") == contents(tmp_path / "one")


def by_one(asked: Asked, parts: Sequence[Part], out: Path, tell: Tell) -> None:
    run_parts(asked, parts, out, 1, tell)


def test_in_one_process_a_part_is_worked_out_while_another_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, written = task.answered, task._written
    under_way, most, second = [0], [0], threading.Event()

    def watched(asked: Asked, part: Part, compiled: Compiled, beside: Sequence[int]) -> Any:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        found = answered(asked, part, compiled, beside)
        time.sleep(0.02)
        under_way[0] -= 1
        if part.number == 1:
            second.set()
        return found

    def waiting(frame: pl.DataFrame, path: Path) -> str:
        if path.stem.endswith("000000"):
            assert second.wait(60), "the second part waits for the first to be written"
        return written(frame, path)

    path = tmp_path / "in.parquet"
    people(600).write_parquet(path)
    assessed(path, tmp_path / "plain", most=60)
    monkeypatch.setattr(task, "answered", watched)
    monkeypatch.setattr(task, "_written", waiting)
    assessed(path, tmp_path / "out", run=by_one, most=60)
    assert most == [1]
    assert contents(tmp_path / "out") == contents(tmp_path / "plain")


def test_a_process_that_is_lost_is_told_and_what_is_done_is_kept(tmp_path: Path) -> None:
    path, out = tmp_path / "in.parquet", tmp_path / "out"
    people(4_000).write_parquet(path)
    heard = Silent()
    here = psutil.Process()

    def one_dies() -> None:
        while not heard.parts:
            time.sleep(0.01)
        workers = [child for child in here.children() if "spawn_main" in " ".join(child.cmdline())]
        os.kill(workers[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=one_dies)
    killer.start()
    with pytest.raises(InputError, match="population-worker-lost"):
        assessed(path, out, run=by_two, telling=heard, most=20)
    killer.join()
    assert 0 < parts_done(out) < 200
    done = assessed(path, out, most=20, telling=(again := Silent()))
    assert done.answered == 4_000
    assert again.before > 0


@pytest.mark.parametrize("group", [False, True])
def test_no_process_outlives_its_parent(tmp_path: Path, group: bool) -> None:
    path, out = tmp_path / "in.parquet", tmp_path / "out"
    people(400_000).write_parquet(path, row_group_size=1_000)
    job = begin(path, out, per_part=1_000)
    wait_for(2, out, job)
    assert job.poll() is None
    kill(job, group)
    assert 0 < parts_done(out) < 400
    assert not (out / "manifest.json").exists()
