"""Without the library that it calls with, the client says what to install."""

from __future__ import annotations

import subprocess
import sys

WITHOUT = """
import sys
from importlib.machinery import PathFinder
found = PathFinder.find_spec
PathFinder.find_spec = lambda name, *more: None if name == "httpx2" else found(name, *more)
import xianjie.client
"""


def test_without_httpx2_it_says_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ModuleNotFoundError: xianjie.client 需要 httpx2：pip install 'xianjie[client]'" in done.stderr
