"""How many requests a second the service answers, beside an endpoint that only parses; and a batch beside single cases.

Bounded load on loopback: 16 clients, one worker, one run for all of it.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
import psutil
import pytest
from benchmarks.http_load import Measured, load, post_once

from xianjie.errors import InputError
from xianjie.policy.yaml_tree import YamlTree
from xianjie.vocabulary import BASE, FactType

CLIENTS = 16
REQUESTS = 1600
BATCH = 1000
ROUNDS = 5
FIVE = ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"]

Benchmark = Any
FOUND: list[str] = []
ALIKE = ("a person and a household", "a whole family, every dimension")
"""Cases of which every body is the same: what is asked again costs next to nothing, beside families that differ."""


def _family() -> dict[str, Any]:
    path = Path("examples/cases/hubei-family.yaml")
    family: dict[str, Any] = YamlTree(path.read_text("utf-8"), str(path), InputError, dates=False).value
    return family


def _person() -> dict[str, Any]:
    return {name: _family()[name] for name in ("person", "household", "aid")}


def _differing(number: int) -> dict[str, Any]:
    """Make one of many families that share their kind, and neither label, sums nor single circumstances."""
    r, family = random.Random(number), _family()
    family["case"] = f"E-{number:05}"
    family["household"] |= {"size": r.randrange(1, 7), "annual_income": r.randrange(200_000)}
    family["person"] |= {spec.short: r.random() < 0.3 for spec in r.sample(FLAGS, 6)}
    return family


FLAGS = [spec for spec in BASE.of_record("person") if spec.type is FactType.BOOL]
CASES: dict[str, Callable[[int], dict[str, Any]]] = {
    "a person and a household": lambda _: _person(),
    "a whole family, every dimension": lambda _: _family(),
    "families that all differ": _differing,
}


def question(case: dict[str, Any]) -> bytes:
    return json.dumps({"case": case, "regions": FIVE, "as_of": "2025-08-01"}, ensure_ascii=False).encode()


def questions(name: str, start: int = 0, count: int = BATCH) -> list[bytes]:
    """Write bodies; of families that differ each is another one."""
    if name in ALIKE:
        return [question(CASES[name](0))]
    return [question(CASES[name](number)) for number in range(start, start + count)]


@dataclass(frozen=True, slots=True)
class Server:
    """The service in a process of its own."""

    port: int
    process: psutil.Process

    def load(self, path: str, bodies: Sequence[bytes], clients: int, requests: int) -> Measured:
        """Put load on it, and count the CPU time that it took."""
        before = self.process.cpu_times()
        return self._with_cpu(load(self.port, path, bodies, clients, requests), before, requests)

    def batch(self, bodies: Sequence[bytes]) -> Measured:
        """Send one batch."""
        before, begun = self.process.cpu_times(), time.perf_counter()
        answered = post_once(self.port, "/v1/assessments/batch", b"\n".join(bodies), "application/x-ndjson")
        seconds = time.perf_counter() - begun
        assert answered == len(bodies)
        return self._with_cpu(Measured(len(bodies) / seconds, (seconds,)), before, len(bodies))

    def _with_cpu(self, found: Measured, before: Any, count: int) -> Measured:
        after = self.process.cpu_times()
        return replace(found, cpu=(after.user + after.system - before.user - before.system) / count)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the service, its log going to a file."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    env = {**os.environ, "XIANJIE_HOME": str(log.parent / "home")}
    command = [sys.executable, "-m", "benchmarks.http_server", str(number)]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stderr=stream, env=env)
    for _ in range(1000):
        try:
            if httpx2.get(f"http://127.0.0.1:{number}/readyz").status_code == 200:
                break
        except httpx2.TransportError:
            time.sleep(0.05)
    yield Server(number, psutil.Process(process.pid))
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module", autouse=True)
def ratios() -> Iterator[None]:
    """Print what the numbers come to, after the module's benchmarks ran."""
    yield
    print("\n\n" + "\n".join(FOUND))


def interleaved(benchmark: Benchmark, runs: dict[str, Callable[[int], Measured]]) -> dict[str, list[Measured]]:
    """Let several loads take turns, so that the rest of the machine disturbs them alike; give each one's rounds."""
    found: dict[str, list[Measured]] = {name: [] for name in runs}

    def turn() -> None:
        for name, run in runs.items():
            found[name].append(run(len(found[name])))

    benchmark.pedantic(turn, rounds=ROUNDS, warmup_rounds=1)
    for name, measured in found.items():
        del measured[0]  # the warm-up
        benchmark.extra_info[f"{name} a second"] = round(median(one.rate for one in measured))
        benchmark.extra_info[f"{name} server CPU us"] = round(median(one.cpu for one in measured) * 1e6)
    return found


def share(left: list[Measured], right: list[Measured]) -> float:
    """Give the median over the rounds of one load's rate beside another's."""
    return median(one.rate / other.rate for one, other in zip(left, right, strict=True))


@pytest.mark.parametrize("name", CASES)
def test_single_cases(benchmark: Benchmark, server: Server, name: str) -> None:
    """16 clients: bodies only taken in, only parsed, answered."""
    paths = {"taken": "/take", "parsed": "/parse", "answered": "/v1/assessments"}

    def run(path: str) -> Callable[[int], Measured]:
        return lambda turn: server.load(path, questions(name, turn * REQUESTS, REQUESTS), CLIENTS, REQUESTS)

    found = interleaved(benchmark, {what: run(path) for what, path in paths.items()})
    rate = share(found["answered"], found["parsed"])
    work = median(one.cpu for one in found["parsed"]) / median(one.cpu for one in found["answered"])
    tail = median(one.percentile(0.99) / one.percentile(0.5) for one in found["answered"])
    FOUND.append(
        f"{name}: answered / only parsed {rate:.2f} (wanted 0.65; by the server's CPU time {work:.2f}), "
        f"p99 / p50 {tail:.1f} (at most 3)"
    )


@pytest.mark.parametrize("name", CASES)
def test_batch(benchmark: Benchmark, server: Server, name: str) -> None:
    """A batch, beside one client who waits for each answer before the next question."""

    def batch(turn: int) -> Measured:
        bodies = questions(name, 10**6 + turn * BATCH)
        return server.batch(bodies * (BATCH // len(bodies)))

    def one_by_one(turn: int) -> Measured:
        count = REQUESTS // 8
        return server.load("/v1/assessments", questions(name, 2 * 10**6 + turn * count, count), 1, count)

    found = interleaved(benchmark, {"batch": batch, "one by one": one_by_one})
    FOUND.append(f"{name}: batch / one by one {share(found['batch'], found['one by one']):.1f} (wanted 20)")
