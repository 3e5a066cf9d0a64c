"""Take the text out of a file that somebody sent: in a process of its own, which ends with the time.

A file can be made so that reading it takes as long as one likes; no limit within a thread would end that.
"""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.errors import InputError, Problem
from xianjie.service.state import Service
from xianjie.service.working import apart
from xianjie.sources.extract import Extracted, extract

SECONDS = 30.0


async def extracted(service: Service, data: bytes, name: str) -> Extracted:
    """Give the text of a file; InputError where it cannot be read, Refused with 503 or 504 where there is no time."""
    found = await apart(service.proving, service.settings.waiting_seconds, SECONDS, read_apart, data, name)
    if isinstance(found, Extracted):
        return found
    raise InputError(found)


def read_apart(data: bytes, name: str) -> Extracted | Sequence[Problem]:
    """Read a file; an error of ours does not cross processes, what it tells does."""
    try:
        return extract(data, name)
    except InputError as error:
        return error.problems
