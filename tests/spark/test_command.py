"""`xianjie population assess --spark`: answers, rejects, summary and manifest are those of one machine, byte for byte.

Through spark-submit one of two workers dies in mid-run, with its executor and all that it was doing.
"""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import pytest
from tests.spark.cluster import PATIENCE, Cluster, until
from tests.spark.data import prints, receipts
from tests.spark.driving import BAD_INPUT, UNDECIDED, assessing, run, submitted

from xianjie.population.job.parts import Part


def without_lock(out: Path) -> dict[str, str]:
    return {name: found for name, found in prints(out).items() if not name.endswith(("/lock", "runs.jsonl"))}


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory, parts: list[Part]) -> Path:
    """Have the command answer the population on one machine."""
    out = tmp_path_factory.mktemp("command") / "out"
    run(assessing(Path(parts[0].path).parent, out), out.parent)
    assert {"manifest.json", "summary.json", "rejects.csv"} <= set(prints(out))
    return out


def failed_tasks(events: Path) -> list[str]:
    """Say for what reasons tasks failed, as Spark's own record of events has it."""
    lines = [line for path in events.rglob("events_*") for line in path.read_text().splitlines()]
    ended = [found for found in map(json.loads, lines) if found["Event"] == "SparkListenerTaskEnd"]
    return [found["Task End Reason"]["Reason"] for found in ended if found["Task End Reason"]["Reason"] != "Success"]


def test_one_of_two_workers_is_killed_and_nothing_is_lost(
    cluster: Cluster, parts: list[Part], one: Path, tmp_path: Path
) -> None:
    out, events, log = tmp_path / "out", tmp_path / "events", tmp_path / "driver.log"
    events.mkdir()
    settings = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": str(events),
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",  # not a part before both executors are there
        "spark.scheduler.maxRegisteredResourcesWaitingTime": "120s",
    }
    command = assessing(Path(parts[0].path).parent, out, "--spark", "submitted")
    with submitted(cluster, command, log, settings) as driver:
        until(lambda: len(receipts(out)) or driver.poll(), "a first part")
        doomed = cluster.workers[0]
        names = doomed.signal(signal.SIGSTOP)  # in mid-part: each of the two executors has one under way
        assert any("deploy.worker.Worker" in name for name in names)
        assert any("CoarseGrainedExecutorBackend" in name for name in names)
        until(lambda: len(receipts(out)) >= len(parts) // 2 or driver.poll(), "half of the parts")
        assert driver.poll() is None, log.read_text()
        doomed.kill()
        assert driver.wait(PATIENCE) == UNDECIDED, log.read_text()
    assert "ExecutorLostFailure" in failed_tasks(events)
    assert without_lock(out) == without_lock(one)


def test_from_the_command_line_with_paths_relative_to_where_one_stands(
    cluster: Cluster, parts: list[Part], tmp_path: Path
) -> None:
    shutil.copy(parts[0].path, tmp_path / "data.parquet")
    run(assessing("data.parquet", "here"), tmp_path)
    run(assessing("data.parquet", "there", "--spark", cluster.url), tmp_path, cluster.settled())
    assert without_lock(tmp_path / "there") == without_lock(tmp_path / "here")


def test_without_a_java_spark_does_not_start_and_nothing_is_answered(parts: list[Part], tmp_path: Path) -> None:
    command = assessing(parts[0].path, "out", "--spark", "local[1]")
    said = run(command, tmp_path, {"JAVA_HOME": str(tmp_path / "nowhere")}, BAD_INPUT)
    assert "[spark-not-started]" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out" / "manifest.json").exists()
