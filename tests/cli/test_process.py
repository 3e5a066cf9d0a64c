"""Tests of the installed command as a process: start-up, streams, encodings, exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from xianjie import Answer, __version__

from .conftest import DECIDED, OPEN, Write

HEAVY = ("pydantic", "ruamel", "durable", "openpyxl", "python_calamine", "pluggy", "xianjie.policy", "xianjie.engine")


def _run(*args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from xianjie.cli import main; main()", *args]
    return subprocess.run(command, capture_output=True, env={**os.environ, **env}, timeout=120)


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from xianjie.cli import main\n"
        "sys.argv = ['xianjie', '--help']\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert done.stderr.decode().strip() == "[]"


def test_help_names_every_command() -> None:
    done = _run("--help", COLUMNS="80")
    assert done.returncode == 0
    text = done.stdout.decode()
    for command in ("assess", "explain", "regions", "rules", "coverage", "lint", "schema", "new-region"):
        assert command in text
        assert _run(command, "--help").returncode == 0


def test_what_must_be_installed_for_a_command_is_told() -> None:
    script = (
        "import sys; sys.modules['polars'] = None; sys.argv = "
        "['xianjie', 'population', 'generate', 'people.parquet', '--rows', '1']; from xianjie.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "pip install 'xianjie[population]' [extra-missing]" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_version() -> None:
    assert _run("--version").stdout.decode().strip() == f"xianjie {__version__}"


def test_json_is_utf8_whatever_the_locale(write: Write) -> None:
    done = _run("assess", write(OPEN), "-r", "tianjin", "--json", PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 4
    assert done.stderr == b""
    Answer.model_validate(json.loads(done.stdout.decode("utf-8")))


def test_exit_statuses(write: Write, tmp_path: Path) -> None:
    assert _run("assess", write(DECIDED), "-r", "tianjin").returncode == 0
    assert _run("assess", write(OPEN), "-r", "tianjin").returncode == 4
    missing = _run("assess", str(tmp_path / "none.yaml"), "-r", "tianjin")
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert "[file-missing]" in missing.stderr.decode()
    usage = _run("assess", "--due-soon-days", "many", write(DECIDED))
    assert (usage.returncode, usage.stdout) == (2, b"")
    assert _run("nothing").returncode == 2


def test_no_progress_bar_away_from_a_terminal(write: Write) -> None:
    done = _run("assess", write([{**DECIDED, "case": f"E-{n}"} for n in range(51)]), "-r", "tianjin", "--jsonl")
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == 51


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_progress_bar_on_a_terminal(write: Write, tmp_path: Path) -> None:
    import pty

    path = write([{**DECIDED, "case": f"E-{n}"} for n in range(51)])
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from xianjie.cli import main; main()", "assess", path, "-r", "tianjin", "--jsonl"]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    answers = tmp_path / "answers.jsonl"
    with answers.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=theirs, env=env) as process:
        os.close(theirs)
        told = b""
        try:
            while chunk := os.read(ours, 4096):
                told += chunk
        except OSError:  # the terminal's other end was closed
            pass
        finally:
            os.close(ours)
        assert process.wait(60) == 0
    assert "判定".encode() in told
    assert len(answers.read_text(encoding="utf-8").splitlines()) == 51
