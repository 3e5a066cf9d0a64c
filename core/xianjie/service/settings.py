"""The settings of a service: how much it takes, how long it works, and who it listens to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from xianjie.access import Rate
from xianjie.service.clock import today
from xianjie.service.door.provider import Provider
from xianjie.service.running.address import LOOPBACK

MB = 1024 * 1024
DRAINING = 3.0
"""Seconds for which a service that others reach still takes requests once it is told to stop."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Set bounds and edges; sizes are in bytes, times in seconds.

    `hosts` are the names under which clients may call (None: any), against pages that rebind a name to this machine.
    `rate`: how often one principal may ask; `failure_rate`: how often one address may be refused as not known.
    `key_seconds`: how long a key that was found good is taken for good without another look. `provider`: whose tokens
    are taken beside keys (None: nobody's).
    `storing`: how many requests are at the store at once. `proving`: how many differences and questions are worked on
    at once, each in a process of its own. `draining_seconds`: how long a service that is told to stop still takes
    requests, and says at `/readyz` that it is going. `home`: where the user's own copies of documents are (None: where
    the system keeps a user's data). `populations`: the folder whose sub-folders are finished populations (None: none).
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
    draining_seconds: float = 0.0
    home: Path | None = None
    populations: Path | None = None
    rate: Rate = field(default_factory=lambda: Rate(600, 60, 200))
    failure_rate: Rate = field(default_factory=lambda: Rate(10, 60, 20))
    key_seconds: float = 5.0
    provider: Provider | None = None
    today: Callable[[], dt.date] = today
