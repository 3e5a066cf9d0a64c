"""Run the commands of a page as a shell would, and compare what they print with what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

MARK = "…"
"""In shown output: on a line of its own, lines left out; at the start or the end of a line, the rest of it."""

_SPACED = re.compile(r" {2,}")


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a plain terminal of 80 columns, with this interpreter's commands first."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("XIANJIE", "PYTEST", "FORCE_", "COV_"))
    }
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    return {**kept, "PATH": path, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1", **more}


def run(command: str, folder: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one block of commands in a folder; what it says on stderr comes after what it says on stdout."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=dict(env),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def shows(page: str, real: str) -> str | None:
    """Tell which line of shown output is not in the real one, in order; None where all are there."""
    lines = [line.rstrip() for line in real.splitlines()]
    place, anywhere = 0, False
    for shown in (line.rstrip() for line in page.splitlines()):
        if shown == MARK:
            anywhere = True
            continue
        while place < len(lines) and not _same(shown, lines[place]):
            if not anywhere:
                return shown
            place += 1
        if place == len(lines):
            return shown
        place, anywhere = place + 1, False
    return None if anywhere or not any(lines[place:]) else f"(not shown) {lines[place]}"


def _same(shown: str, real: str) -> bool:
    shown, real = _SPACED.sub("  ", shown), _SPACED.sub("  ", real)  # the width of a column is not what is promised
    if shown.startswith(MARK):
        return real.endswith(shown[1:])
    if shown.endswith(MARK):
        return real.startswith(shown[:-1])
    return shown == real
