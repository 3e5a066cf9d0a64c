"""What the tests of the records share: an embedded store with keys, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.records.setting import kept

from xianjie.records.desk import Keeping


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Keeping]:
    with kept(tmp_path / "kept") as made:
        yield made
