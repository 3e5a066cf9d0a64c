"""What holds for all tests: nobody's own files are read, and none are written beside them."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from xianjie.plugins import AMENDMENTS
from xianjie.policy.documents import load_documents as whole
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import Vocabulary


def pytest_configure() -> None:
    """Have the collector look seldom, as the service does: among so many tests it took a third of the time."""
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_finish() -> None:
    """Spare the collector the tests themselves."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def home_of_its_own() -> Iterator[None]:
    """Give the session a home that is empty."""
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XIANJIE_HOME", os.path.join(home, "xianjie"))
        yield


@pytest.fixture(scope="session", autouse=True)
def documents_read_once() -> Iterator[None]:
    """Give a region's documents again where its files hold the same bytes: hundreds of tests load the five regions."""
    kept: dict[tuple[object, ...], list[Policy]] = {}

    def load_documents(files: Sequence[Path], vocabulary: Vocabulary) -> list[Policy]:
        try:
            key = (vocabulary, *((file, file.read_bytes()) for file in files))
        except OSError:
            return whole(files, vocabulary)
        if key not in kept:
            if len(kept) > 40:
                kept.clear()
            kept[key] = whole(files, vocabulary)
        return list(kept[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xianjie.plugins.load_documents", load_documents)
        yield


@pytest.fixture(autouse=True)
def no_amendments_of_another_test() -> Iterator[None]:
    """Forget where `serve`, run within a test, has published amendments looked for."""
    yield
    os.environ.pop(AMENDMENTS, None)
