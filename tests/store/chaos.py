"""Kill a process that writes, and look whether all it acknowledged is there: `python -m tests.store.chaos [rounds]`.

The same is done to stock TinyDB when the tests run, to see that this finds a store that loses something.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

from tests.store.layouts import AT, small_layout
from tinydb import TinyDB, where

from xianjie.errors import XianjieError
from xianjie.store.embedded import EmbeddedStore

THREADS = 4
SNAPSHOT_AFTER = 40_000
"""Bytes; so small that snapshots are written while the process is killed."""

EACH = 25
"""Kills on one store, one after the other."""

Kind: TypeAlias = Literal["ours", "stock"]
Insert: TypeAlias = Callable[[str, int], None]
"""Write number n of a thread, and return when it is safe."""


def insert_into_ours(folder: Path) -> Insert:
    """Write a record, a link of the chain, and the thread's counter, in one transaction."""
    store = EmbeddedStore(folder, small_layout(), snapshot_after=SNAPSHOT_AFTER)

    def insert(thread: str, number: int) -> None:
        with store.transaction() as t:
            t.insert("notes", f"{thread}-{number}", {"kind": thread, "code": f"{thread}-{number}", "text": "x" * 200})
            t.append("audit", {"id": f"{thread}-{number}"}, AT)
            counter = t.get("notes", f"counter-{thread}")
            if counter is None:
                t.insert("notes", f"counter-{thread}", {"number": number})
            else:
                t.replace("notes", f"counter-{thread}", {"number": number}, counter.version)

    return insert


def insert_into_stock(folder: Path) -> Insert:
    """Write a document as TinyDB's own documentation shows."""
    folder.mkdir(parents=True, exist_ok=True)
    database = TinyDB(folder / "db.json")

    def insert(thread: str, number: int) -> None:
        database.insert({"kind": thread, "number": number, "text": "x" * 200})

    return insert


def child(kind: Kind, folder: Path, run: str) -> None:
    """Write from several threads without end, and tell each write that is acknowledged."""
    insert = insert_into_ours(folder) if kind == "ours" else insert_into_stock(folder)

    def work(thread: str) -> None:
        number = 0
        while True:
            insert(thread, number)
            os.write(1, f"{thread} {number}\n".encode())
            number += 1

    for name in range(THREADS):
        threading.Thread(target=work, args=(f"{run}t{name}",)).start()


def killed(kind: Kind, folder: Path, run: str, after: float) -> dict[str, int]:
    """Run the child, kill it some seconds after its first write; give the last acknowledged number of each thread."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.store.chaos", "child", kind, str(folder), run]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        time.sleep(after)
        process.kill()
        told = first + process.stdout.read()
        assert first or kind == "stock", process.stderr.read().decode()
    last: dict[str, int] = {}
    for line in told.decode().splitlines():
        thread, number = line.split()
        last[thread] = max(int(number), last.get(thread, -1))
    return last


def lost_by_ours(folder: Path, last: dict[str, int]) -> list[str]:
    """Say what is not there of what was acknowledged, or does not fit together."""
    faults = []
    try:
        store = EmbeddedStore(folder, small_layout())
    except XianjieError as error:
        return [str(error)]
    with store:
        faults += [problem.text("en") for problem in store.verify().problems]
        with store.read() as view:
            linked = set()
            after = 0
            while links := view.entries("audit", after=after, limit=10_000):
                linked |= {link.body["id"] for link in links}
                after = links[-1].seq
            for thread, number in last.items():
                count = view.count("notes", {"kind": thread})
                if count not in (number + 1, number + 2):  # one may have been written and not yet acknowledged
                    faults.append(f"{thread}: {number + 1} acknowledged, {count} there")
                counter = view.get("notes", f"counter-{thread}")
                if counter is None or counter.body["number"] != count - 1:
                    faults.append(f"{thread}: the counter is not that of {count} transactions")
                for one in range(count):
                    if view.get("notes", f"{thread}-{one}") is None or f"{thread}-{one}" not in linked:
                        faults.append(f"{thread}-{one} is gone, or not in the chain")
    return faults


def lost_by_stock(folder: Path, last: dict[str, int]) -> list[str]:
    """Say what is not there of what was acknowledged."""
    try:
        with TinyDB(folder / "db.json") as database:
            return [
                f"{thread}: {number + 1} acknowledged, {there} there"
                for thread, number in last.items()
                if (there := database.count(where("kind") == thread)) < number + 1
            ]
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        return [f"the file cannot be read: {type(error).__name__}"]


def rounds(kind: Kind, folder: Path, count: int, seed: int, tell: Callable[[int], None] | None = None) -> list[str]:
    """Kill and look, again and again on one store; stop at the first round that lost something."""
    chance = random.Random(seed)
    for number in range(count):
        last = killed(kind, folder, f"r{number}", chance.uniform(0, 0.15))
        faults = (lost_by_ours if kind == "ours" else lost_by_stock)(folder, last)
        if faults:
            return [f"seed {seed}, round {number}: {fault}" for fault in faults]
        if tell is not None:
            tell(sum(last.values()) + len(last))
    return []


def main() -> int:
    """Kill as often as is asked for; print what was lost."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(2**32)
    done = written = 0

    def tell(acknowledged: int) -> None:
        nonlocal done, written
        done += 1
        written += acknowledged
        sys.stderr.write(f"\r{done:,} / {count:,} kills, {written:,} acknowledged writes ")

    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, count, EACH):
            kills = min(EACH, count - start)
            faults += rounds("ours", Path(folder) / f"store-{start}", kills, seed + start, tell)
    sys.stderr.write("\n")
    sys.stdout.write(f"{count:,} kills, seed {seed}, {written:,} acknowledged writes: {len(faults)} faults\n")
    for fault in faults:
        sys.stdout.write(fault + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        with contextlib.suppress(KeyboardInterrupt):
            child("ours" if sys.argv[2] == "ours" else "stock", Path(sys.argv[3]), sys.argv[4])
    else:
        raise SystemExit(main())
