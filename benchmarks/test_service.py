"""How many requests a second the service answers, beside an endpoint that only parses; and a batch beside single cases.

Bounded load on loopback: 16 clients, one worker, one run for all of it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from benchmarks.http_load import Measured, load, post_once

from xianjie.errors import InputError
from xianjie.policy.yaml_tree import YamlTree

CLIENTS = 16
REQUESTS = 1600
BATCH = 1000
ROUNDS = 3
FIVE = ["hubei", "jinhua", "shanghai", "shanxi", "tianjin"]

Benchmark = Any
FOUND: dict[str, Measured] = {}


def _family() -> dict[str, Any]:
    path = Path("examples/cases/hubei-family.yaml")
    family: dict[str, Any] = YamlTree(path.read_text("utf-8"), str(path), InputError, dates=False).value
    return family


def _person() -> dict[str, Any]:
    return {name: _family()[name] for name in ("person", "household", "aid")}


CASES = {"a person and a household": _person, "a whole family, every dimension": _family}


def question(case: dict[str, Any]) -> bytes:
    return json.dumps({"case": case, "regions": FIVE, "as_of": "2025-08-01"}, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run the service in a process of its own, its log going to a file."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    env = {**os.environ, "XIANJIE_HOME": str(log.parent / "home")}
    command = [sys.executable, "-m", "benchmarks.http_server", str(number)]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stderr=stream, env=env)
    for _ in range(200):
        try:
            if httpx2.get(f"http://127.0.0.1:{number}/readyz").status_code == 200:
                break
        except httpx2.TransportError:
            time.sleep(0.05)
    yield number
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module", autouse=True)
def ratios() -> Iterator[None]:
    """Print what the numbers come to, after the module's benchmarks ran."""
    yield
    lines = []
    for name in CASES:
        answered, parsed = (FOUND.get(f"{what} {name}") for what in ("answered", "parsed"))
        if answered and parsed:
            tail = answered.percentile(0.99) / answered.percentile(0.5)
            share = answered.rate / parsed.rate
            lines.append(f"{name}: answered / only parsed {share:.2f} (wanted 0.65), p99 / p50 {tail:.1f} (at most 3)")
        batch, one = (FOUND.get(f"{what} {name}") for what in ("batch", "one by one"))
        if batch and one:
            lines.append(f"{name}: batch / one by one {batch.rate / one.rate:.1f} (wanted 20)")
    print("\n\n" + "\n".join(lines))


def measure(benchmark: Benchmark, name: str, run: Any) -> None:
    """Take the best of some rounds, which the rest of the machine disturbs least."""
    found: list[Measured] = []
    benchmark.pedantic(lambda: found.append(run()), rounds=ROUNDS, warmup_rounds=1)
    best = max(found, key=lambda one: one.rate)
    benchmark.extra_info["a second"] = round(best.rate)
    benchmark.extra_info["p50 ms"] = round(best.percentile(0.5) * 1e3, 2)
    benchmark.extra_info["p99 ms"] = round(best.percentile(0.99) * 1e3, 2)
    FOUND[name] = best


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("what", "path"), [("taken", "/take"), ("parsed", "/parse"), ("answered", "/v1/assessments")])
def test_single_cases(benchmark: Benchmark, port: int, name: str, what: str, path: str) -> None:
    body = question(CASES[name]())
    measure(benchmark, f"{what} {name}", lambda: load(port, path, body, CLIENTS, REQUESTS))


@pytest.mark.parametrize("name", CASES)
def test_one_by_one(benchmark: Benchmark, port: int, name: str) -> None:
    """One client, who waits for each answer before the next question."""
    body = question(CASES[name]())
    measure(benchmark, f"one by one {name}", lambda: load(port, "/v1/assessments", body, 1, REQUESTS // 8))


@pytest.mark.parametrize("name", CASES)
def test_batch(benchmark: Benchmark, port: int, name: str) -> None:
    lines = b"\n".join([question(CASES[name]())] * BATCH)

    def run() -> Measured:
        begun = time.perf_counter()
        answered = post_once(port, "/v1/assessments/batch", lines, "application/x-ndjson")
        seconds = time.perf_counter() - begun
        assert answered == BATCH
        return Measured(BATCH / seconds, (seconds,))

    measure(benchmark, f"batch {name}", run)
