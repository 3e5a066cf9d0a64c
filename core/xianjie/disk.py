"""Write files whole or not at all, and wait until they are on the disk, and not only with the system."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def private_file(path: Path, over: bool = True) -> Iterator[IO[bytes]]:
    """Give a stream whose bytes become a file for its owner alone, all of them or none.

    OSError where it cannot be written, FileExistsError among them where not to write `over` what is there.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            to_disk(stream.fileno())
        if over:
            beside.replace(path)
        else:
            _named(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    folder_to_disk(path.parent)


def _named(beside: Path, path: Path) -> None:
    """Give a file its name; FileExistsError where it is taken."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:  # some memory sticks know no links: take the name first
        path.touch(0o600, exist_ok=False)
        beside.replace(path)


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
