"""The record of a population's runs: a line of JSON for each, begun when the run begins and ended when it ends.

A run that is killed leaves its line without an end; the next run ends it. Times are the caller's. Nothing in it is of
anybody, and neither the manifest nor any digest depends on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xianjie.disk import folder_to_disk, to_disk
from xianjie.population.job.durable import write_text

FILE = "runs.jsonl"

Told = Mapping[str, object]

CUT_OFF: Told = {"outcome": "cut_off"}
"""What is said of a run that did not come to say how it ended."""


def begin(out: Path, told: Told) -> None:
    """Begin a run's line with what is known by then, one thing at least. Raises OSError."""
    path = out / FILE
    _end_cut_off(path)
    _append(path, json.dumps(told).removesuffix("}") + ", ")
    folder_to_disk(out)


def end(out: Path, told: Told) -> None:
    """End the line that was begun. Raises OSError."""
    _append(out / FILE, json.dumps(told).removeprefix("{") + "\n")


def _append(path: Path, text: str) -> None:
    with path.open("ab") as stream:
        stream.write(text.encode())
        stream.flush()
        to_disk(stream.fileno())


def _end_cut_off(path: Path) -> None:
    """End the last line, where a run left it without its end."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    before, line_end, line = text.rpartition("\n")
    if line:
        write_text(path, before + line_end + json.dumps({**_entries(line), **CUT_OFF}) + "\n")


def _entries(line: str) -> dict[str, Any]:
    """Read as many entries of a line as are whole."""
    at = len(line)
    while (at := line.rfind(",", 0, at)) > 0:
        try:
            found = json.loads(line[:at] + "}")
        except ValueError:
            continue
        return found if isinstance(found, dict) else {}
    return {}
