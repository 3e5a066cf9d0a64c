"""How long Polars keeps memory that it is done with; to be said before Polars is loaded."""

from __future__ import annotations

import os

SETTING = "_RJEM_MALLOC_CONF"
"""Where jemalloc, which Polars brings along on Linux and macOS, looks for what it is to do."""


def keep_freed_memory() -> None:
    """Have Polars keep freed memory for two seconds rather than half a one: the next part takes it again.

    To get it anew from the system takes a tenth of a job's time. What somebody set is left as it is.
    """
    os.environ.setdefault(SETTING, "dirty_decay_ms:2000,muzzy_decay_ms:-1")
