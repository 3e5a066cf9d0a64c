"""Where the user's own files lie: copies of documents, keys, letterheads, records."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

HOME = "XIANJIE_HOME"
SHELF = "sources"
"""The folder in it with the copies of documents."""


def default_home(environment: Mapping[str, str] | None = None) -> Path:
    """Find the folder of the user's own files: XIANJIE_HOME, else where the system keeps a user's data."""
    given = (os.environ if environment is None else environment).get(HOME)
    if given:
        return Path(given).expanduser()
    from platformdirs import user_data_path

    return user_data_path("xianjie", appauthor=False)
