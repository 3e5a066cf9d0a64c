"""Kill a job at random moments, go on with it, and compare what it leaves with a run that nothing disturbed.

`python -m tests.population.job.kill 20` (`make kill-population`): twenty kills, of the main process or of its whole
group, half and half; after each no worker is left.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from tests.population.job.data import as_text, contents, people

ROWS, PER_PART = 400_000, 4_000
PATIENCE = 10.0


def command(given: Path, out: Path, workers: int = 2, per_part: int = PER_PART) -> list[str]:
    options = ["--as-of", "2025-08-01", "--keep", "id", "--division", "县", "--rows-per-part", str(per_part)]
    start = [sys.executable, "-c", "from xianjie.cli import main; main()", "population", "assess"]
    return [
        *start,
        str(given),
        str(out),
        "--regions",
        "tianjin,hubei",
        "--unrecorded-rest",
        *options,
        "--workers",
        str(workers),
    ]


def begin(
    given: Path, out: Path, workers: int = 2, per_part: int = PER_PART, stderr: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command(given, out, workers, per_part), start_new_session=True, stdout=-3, stderr=stderr)


def parts_done(out: Path) -> int:
    return len(list((out / "receipts").glob("part-*.json")))


def wait_for(done: int, out: Path, job: subprocess.Popen[bytes]) -> None:
    """Wait until so many parts are done, or the job is."""
    while job.poll() is None and parts_done(out) < done:
        time.sleep(0.01)


def kill(job: subprocess.Popen[bytes], group: bool) -> None:
    """Kill the main process or its group; every process that it had started must end as well."""
    try:
        children = psutil.Process(job.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        children = []
    if group:
        os.killpg(job.pid, signal.SIGKILL)
    else:
        job.kill()
    job.wait()
    _, alive = psutil.wait_procs(children, PATIENCE)
    assert not alive, f"{len(alive)} workers outlive their parent"


def main(kills: int, seed: int) -> None:
    draw = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="xianjie-kill-"))
    given = folder / "in"
    given.mkdir()
    as_text(people(ROWS // 2), range(0, ROWS // 2, 1_001)).write_csv(given / "a.csv")
    as_text(people(ROWS // 2, ROWS // 2), range(5, ROWS // 2, 777)).write_csv(given / "b.csv")
    subprocess.run(command(given, folder / "whole"), stdout=-3, stderr=-3, check=False)
    wanted = contents(folder / "whole")
    parts = parts_done(folder / "whole")
    sys.stdout.write(f"{len(wanted)} files of {parts} parts\n")
    for number in range(kills):
        out = folder / f"out-{number}"
        group, after = number % 2 == 1, draw.randrange(parts)
        times = 0
        for _ in range(draw.randrange(1, 4)):
            job = begin(given, out)
            wait_for(min(parts, after), out, job)
            time.sleep(draw.random() * 0.3)
            if job.poll() is None:
                kill(job, group)
                times += 1
            after += draw.randrange(1, 6)
        before = parts_done(out)
        last = subprocess.run(command(given, out), stdout=-3, stderr=subprocess.PIPE, check=False)
        assert last.returncode == 4, last.stderr.decode()
        found = contents(out)
        assert found == wanted, sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
        how = "group" if group else "main"
        sys.stdout.write(f"{number + 1}: killed {times} times ({how}), went on from {before} parts: the same\n")
        shutil.rmtree(out)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
