"""Services for the browser: real processes of `xianjie serve`, each with a store and a home of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from tests.service.conftest import Server, start

from xianjie.plugins import discover


@dataclass(frozen=True, slots=True)
class Site:
    """A service that a browser visits: its address, and the process behind it."""

    url: str
    server: Server


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[Site]:
    """Serve from an empty store in a folder until the end of the block; `variables` of its environment."""
    variables = {"XIANJIE_POPULATIONS": str(folder / "populations"), **variables}
    server = start(folder / "log", "--store", str(folder / "store"), "--log-level", "debug", **variables)
    try:
        yield Site(server.url.rstrip("/"), server)
    finally:
        server.stop()


@contextmanager
def standing_still(folder: Path, *more: str) -> Iterator[Site]:
    """Serve with a clock that stands still, as `tests/browser/still.py` does; `more`: `guarded`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, log = f"http://127.0.0.1:{port}", folder / "log"
    command = [sys.executable, "-m", "tests.browser.still", str(folder), str(port), *more]
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdout=errors, stderr=errors, text=True)
    try:
        for _ in range(600):
            try:
                if httpx2.get(f"{url}/livez").status_code == 200:
                    break
            except httpx2.TransportError:
                time.sleep(0.05)
        else:
            raise RuntimeError(log.read_text("utf-8"))
        yield Site(url, Server(url, process, log))
    finally:
        process.terminate()
        process.wait(30)


TOWNS = (
    ("yunlu", "云麓", "Yunlu", "990100"),
    ("hexu", "河墟", "Hexu", "990200"),
    ("songyuan", "松源", "Songyuan", "990300"),
    ("lanwan", "岚湾", "Lanwan", "990400"),
    ("qingdu", "青渡", "Qingdu", "990500"),
)
"""Regions that do not exist: they carry copies of real documents, so that a table of them is as full as a real one."""


def invent_regions(folder: Path) -> None:
    """Write plugins of five invented regions into a folder for PYTHONPATH."""
    known = sorted(discover().regions.values(), key=lambda one: one.id)
    for (name, zh, en, code), one in zip(TOWNS, known, strict=False):
        module = folder / f"xianjie_{name}"
        policies = module / "policies"
        policies.mkdir(parents=True)
        (module / "__init__.py").write_text(_PLUGIN.format(id=name, zh=zh, en=en, code=code), encoding="utf-8")
        for file in (one.folder / "policies").glob("*.yaml"):
            text = file.read_text(encoding="utf-8")
            (policies / file.name).write_text(_moved(text, name, code), encoding="utf-8")
        for file in (one.folder / "policies").glob("*.json"):
            shutil.copy(file, policies)
        told = folder / f"xianjie_{name}-0.1.0.dist-info"
        told.mkdir()
        (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: xianjie-{name}\nVersion: 0.1.0\n", "utf-8")
        (told / "entry_points.txt").write_text(f"[xianjie.regions]\n{name} = xianjie_{name}\n", "utf-8")


_PLUGIN = """from xianjie import Region, hookimpl


@hookimpl
def xianjie_regions() -> list[Region]:
    return [Region.of_package(__name__, id="{id}", zh="{zh}", en="{en}", code="{code}")]
"""


def _moved(text: str, region: str, code: str) -> str:
    """Put a policy file into another region: its own id and its region's, and nothing of what it says."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("id: "):
            lines[number] = f"id: {region}-copy"
        elif line.startswith("region: "):
            lines[number] = f"region: {region}"
        elif line.startswith("  gbt2260: "):
            lines[number] = f'  gbt2260: "{code}"'
    return "\n".join(lines)
