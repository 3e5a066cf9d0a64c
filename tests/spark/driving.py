"""Commands run as an office runs them: on one machine, by Spark from the command line, or through spark-submit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from tests.spark.cluster import PATIENCE, SETTINGS, Cluster, dying_with_parent
from tests.spark.data import AS_OF, DIMENSIONS, FIVE, KEPT

from xianjie.language.calendar import iso

DRIVER = Path(__file__).parents[2] / "examples" / "spark" / "driver.py"
UNDECIDED, BAD_INPUT = 4, 2


def assessing(data: Path | str, out: Path | str, *more: str) -> list[str]:
    """Write the command that assesses a population."""
    dimensions = [word for name in DIMENSIONS for word in ("--dimension", name)]
    along = ["--keep", ",".join(KEPT), "--division", "division", "--rows-per-part", "10000"]
    where = ["--regions", ",".join(FIVE), "--as-of", iso(AS_OF)]
    return ["population", "assess", str(data), str(out), *where, *dimensions, *along, *more]


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None, status: int = UNDECIDED
) -> str:
    """Run a command in a folder; gives what it said on standard error."""
    done = subprocess.run(
        [sys.executable, str(DRIVER), *arguments],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        timeout=PATIENCE * 2,
        check=False,
    )
    assert done.returncode == status, done.stderr.decode()
    return done.stderr.decode()


@contextmanager
def submitted(
    cluster: Cluster, arguments: Sequence[str], log: Path, settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Submit a command to a cluster, what it says going to `log`."""
    conf = [word for name, value in {**SETTINGS, **settings}.items() for word in ("--conf", f"{name}={value}")]
    submit = str(Path(cluster.environment["SPARK_HOME"]) / "bin" / "spark-submit")
    with log.open("wb") as file:
        process = subprocess.Popen(
            [submit, "--master", cluster.url, *conf, str(DRIVER), *arguments],
            env={**os.environ, **cluster.environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_parent,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
        process.wait(PATIENCE)
