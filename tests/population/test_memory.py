"""Freed memory is kept for the next part, unless somebody said otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from xianjie.population.memory import SETTING, keep_freed_memory


def test_what_somebody_set_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "narenas:1")
    keep_freed_memory()
    assert os.environ[SETTING] == "narenas:1"


@pytest.mark.parametrize(("module", "command"), [("assess", "assess"), ("database", "assess-table")])
def test_the_commands_say_it_before_polars_is_loaded(module: str, command: str) -> None:
    program = f"""
import os, sys
import xianjie.cli.population.{module} as module
from xianjie.population.memory import SETTING
assert SETTING not in os.environ
said = module.keep_freed_memory
def heard():
    assert "polars" not in sys.modules
    said()
    assert "muzzy" in os.environ[SETTING]
    sys.stdout.write("heard")
module.keep_freed_memory = heard
from xianjie.cli import main
main()
"""
    arguments = ["population", command, "nothing.parquet", "nowhere", "--regions", "hubei"]
    around = {name: value for name, value in os.environ.items() if name != SETTING}
    line = [sys.executable, "-c", program, *arguments]
    found = subprocess.run(line, capture_output=True, text=True, check=False, env=around)
    assert found.stdout.startswith("heard"), found.stderr
