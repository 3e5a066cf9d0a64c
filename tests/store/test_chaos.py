"""A killed process loses nothing it acknowledged; and the same harness finds what stock TinyDB loses.

`make chaos` kills three hundred times.
"""

from __future__ import annotations

from pathlib import Path

from tests.store.chaos import rounds


def test_twelve_kills_lose_nothing(tmp_path: Path) -> None:
    assert rounds("ours", tmp_path / "store", 12, seed=20261121) == []


def test_the_same_kills_find_what_stock_tinydb_loses(tmp_path: Path) -> None:
    assert rounds("stock", tmp_path / "store", 12, seed=20261121) != []
