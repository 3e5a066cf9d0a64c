"""What holds for all tests: nobody's own files are read, and none are written beside them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest

from xianjie.plugins import AMENDMENTS


@pytest.fixture(scope="session", autouse=True)
def home_of_its_own() -> Iterator[None]:
    """Give the session a home that is empty."""
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XIANJIE_HOME", os.path.join(home, "xianjie"))
        yield


@pytest.fixture(autouse=True)
def no_amendments_of_another_test() -> Iterator[None]:
    """Forget where `serve`, run within a test, has published amendments looked for."""
    yield
    os.environ.pop(AMENDMENTS, None)
