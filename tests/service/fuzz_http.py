"""Put schemathesis and hostile bodies to a real server on this machine: `python -m tests.service.fuzz_http 10000`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.service import hostile
from tests.service.conftest import start

ROOT = Path(__file__).parents[2]
PROVING = ("/v1/differences", "/v1/questions")
_CASES = re.compile(r"Test cases:\s+(\d+) generated")


def run_schemathesis(url: str, examples: int, folder: Path, *options: str) -> tuple[int, str]:
    """Run it over the OpenAPI document of a server; give its exit status and what it said."""
    command = [
        *(
            str(Path(sys.executable).with_name("st")),
            "--config-file",
            str(Path(__file__).with_name("schemathesis.toml")),
        ),
        *("run", f"{url}/openapi.json", "--checks", "all", "-n", str(examples), "--no-color", *options),
    ]
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.service.openapi_hooks", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


def without_proofs() -> list[str]:
    """Leave out what takes seconds a request."""
    return [option for path in PROVING for option in ("--exclude-path", path)]


def only_proofs() -> list[str]:
    """Take nothing but what takes seconds a request."""
    return ["--phases", "examples,fuzzing", *(one for path in PROVING for one in ("--include-path", path))]


def requests_of(told: str) -> int:
    """Read how many requests were made."""
    found = _CASES.search(told)
    return int(found[1]) if found else 0


def main(arguments: Sequence[str]) -> int:
    """Run for as long as so many requests take; give the exit status."""
    wanted = int(arguments[0]) if arguments else 10_000
    folder = Path(tempfile.mkdtemp())
    server = start(folder / "log", "--log-level", "warning")
    made = failed = 0
    with server.client() as client:
        operations = sum(len(methods) for methods in client.get("/openapi.json").json()["paths"].values())
    for examples, options in ((max(wanted // operations, 5), without_proofs()), (5, only_proofs())):
        status, told = run_schemathesis(server.url, examples, folder, *options)
        made += requests_of(told)
        failed = failed or status
        sys.stdout.write(told)
    alive = server.alive()
    server.stop()
    log = (folder / "log").read_text("utf-8")
    sys.stdout.write(f"\n{made} requests, alive: {alive}\n{log}")
    hostile.main(wanted)
    # that keys were made, and that a request was no HTTP at all, is told and is no fault
    return int(bool(failed) or not alive or made < wanted or '"level":"error"' in log or "Traceback" in log)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
