"""Hold a store's folder for one process alone: a lock that the system lets go of when the process ends."""

from __future__ import annotations

import contextlib
import os
import sys
import weakref
from pathlib import Path

from xianjie.store.refusals import locked, unreadable

_LOCKED_BYTE = 1 << 30
"""On Windows a locked byte cannot be read by others: one far behind the process id is locked."""


class FolderLock:
    """The lock of one folder; StoreError `store-locked`, with the holder's process id, where it is held already."""

    def __init__(self, folder: Path) -> None:
        try:
            self._number: int | None = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise unreadable(str(folder), error.strerror or type(error).__name__) from None
        try:
            taken = _taken(self._number)
            if taken:
                os.ftruncate(self._number, 0)
                os.lseek(self._number, 0, os.SEEK_SET)
                os.write(self._number, f"{os.getpid()}\n".encode())
        except OSError as error:
            self.release()
            raise unreadable(str(folder), error.strerror or type(error).__name__) from None
        if not taken:
            pid = _holder(self._number)
            self.release()
            raise locked(str(folder), pid)
        if hasattr(os, "register_at_fork"):
            # a forked child would hold the lock on after we end: it closes its copy
            ours = weakref.ref(self)
            os.register_at_fork(after_in_child=lambda: _close(ours()))

    def release(self) -> None:
        """Let go; a second time does nothing."""
        number, self._number = self._number, None
        if number is not None:
            os.close(number)


def _close(lock: FolderLock | None) -> None:
    if lock is not None:
        with contextlib.suppress(OSError):
            lock.release()


if sys.platform == "win32":
    import msvcrt

    def _taken(number: int) -> bool:
        os.lseek(number, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(number: int) -> bool:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _holder(number: int) -> int | None:
    """Read whose lock it is; None where it is not written (yet)."""
    try:
        os.lseek(number, 0, os.SEEK_SET)
        return int(os.read(number, 20))
    except (OSError, ValueError):
        return None
