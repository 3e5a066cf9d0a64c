"""A run that is killed, again and again, comes to the same as one that is not."""

from __future__ import annotations

import random
from pathlib import Path

from tests.population.database.killing import rounds


def test_killed_at_random_nothing_is_lost_or_doubled(database: str, tmp_path: Path) -> None:
    assert rounds(database, tmp_path, 5, 20_000, random.SystemRandom().randrange(2**32)) == []
