"""Wait until what was written is on the disk, and not only with the system."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def to_disk(handle: int) -> None:
    """Wait until a file's bytes and its length are on disk."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(handle, fcntl.F_FULLFSYNC)  # fsync leaves them in the drive's cache there
    elif hasattr(os, "fdatasync"):
        os.fdatasync(handle)
    else:
        os.fsync(handle)


def folder_to_disk(folder: Path) -> None:
    """Wait until the names in a folder are on disk, where the system can do that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
