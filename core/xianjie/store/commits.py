"""Group commit: the transactions of several threads share one waiting for the disk, and none returns before its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from xianjie.store.journal import JournalFile
from xianjie.store.refusals import StoreError


class Ticket:
    """One transaction on its way to the disk."""

    __slots__ = ("error", "line", "number", "settled", "undo")

    def __init__(self, number: int, line: bytes, undo: Callable[[], None]) -> None:
        self.number = number
        self.line = line
        self.undo = undo
        self.settled = False
        self.error: StoreError | None = None


class Commits:
    """Transactions that are carried out in memory and not yet on disk, in order.

    `state` guards the memory. The lock of the disk is always taken before it, never after.
    """

    def __init__(self, file: JournalFile, number: int, state: threading.Lock) -> None:
        self.file = file
        self.disk = threading.Lock()
        self._state = state
        self._number = number
        self._pending: deque[Ticket] = deque()

    def next_number(self) -> int:
        """Give the number of the next transaction; under `state`."""
        return self._number + 1

    def add(self, line: bytes, undo: Callable[[], None]) -> None:
        """Queue a transaction; under `state`."""
        self._number += 1
        self._pending.append(Ticket(self._number, line, undo))

    def last(self) -> Ticket | None:
        """Give the last transaction that is not on disk yet, None where all are; under `state`."""
        return self._pending[-1] if self._pending else None

    def settle(self, ticket: Ticket | None) -> None:
        """Wait until a transaction and all before it are on disk; StoreError where they could not be."""
        if ticket is None:
            return
        if not ticket.settled:
            with self.disk:
                if not ticket.settled:
                    self.flush()
        if ticket.error is not None:
            raise StoreError(ticket.error.problems)

    def flush(self) -> None:
        """Bring to disk what is pending; under `disk`."""
        with self._state:
            batch = list(self._pending)
        # a break after the writing may have left some in the queue
        lines = [ticket.line for ticket in batch if ticket.number > self.file.end[1]]
        if lines:
            try:
                self.file.append(b"".join(lines), batch[-1].number)
            except StoreError as error:
                self._fail(error)
                return
        with self._state:
            self._written()

    def _written(self) -> None:
        while self._pending and self._pending[0].number <= self.file.end[1]:
            self._pending.popleft().settled = True

    def _fail(self, error: StoreError) -> None:
        """Undo all that is pending, the last first: the later ones have seen the earlier."""
        with self._state:
            self._written()
            while self._pending:
                ticket = self._pending.pop()
                ticket.undo()
                self._number -= 1
                ticket.error = error
                ticket.settled = True
