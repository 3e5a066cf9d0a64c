"""The settings of a service: how much it takes, how long it works, and who it listens to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from xianjie.service.clock import today

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Set bounds and edges; sizes are in bytes, times in seconds.

    `hosts` are the names under which clients may call (None: any), against pages that rebind a name to this machine.
    `decision_key`: with it, a decision's id is keyed, so that it cannot be guessed back from the few facts of a case.
    `storing`: how many requests are at the store at once. `proving`: how many differences and questions are worked on
    at once, each in a process of its own.
    """

    hosts: tuple[str, ...] | None = LOOPBACK
    largest_body: int = MB
    largest_batch: int = 64 * MB
    largest_overlay: int = 64 * 1024
    most_cases: int = 10_000
    batches: int = 2
    threads: int = 2
    proving: int = 1
    storing: int = 16
    proving_seconds: float = 60.0
    waiting_seconds: float = 10.0
    body_seconds: float = 30.0
    decision_key: bytes | None = None
    today: Callable[[], dt.date] = today
