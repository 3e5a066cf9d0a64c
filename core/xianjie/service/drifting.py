"""Compare a revised text with the one before it: in a process of its own, which ends with the time.

A text can be made so that comparing it takes as long as one likes: one sentence of a million characters, or a hundred
thousand that are all alike. No limit within a thread would end that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xianjie.errors import XianjieError
from xianjie.policy.prepared import Policy
from xianjie.service.proving import Told, outcome, policies_named, wrong
from xianjie.service.state import Service
from xianjie.service.working import apart
from xianjie.sources.drift import Drift, drift
from xianjie.sources.marking import Segments, differing

SECONDS = 30.0
MARKED = 300
"""So many of the sentences that changed are marked within."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How a text drifts; of the changed sentences first told, by their place among them, where the two differ."""

    drift: Drift
    marks: Mapping[int, tuple[Segments, Segments]]


async def compared(service: Service, policy: Policy, old_text: str | None, new_text: str) -> Compared:
    """Compare, and mark what differs.

    Raises InputError where a text cannot be compared, Refused with 503 or 504 where there is no place or no time.
    """
    found = await apart(
        service.proving,
        service.settings.waiting_seconds,
        SECONDS,
        compare_apart,
        f"{policy.region}@{policy.id}",
        policy.sha256,
        service.settings.today().toordinal(),
        old_text,
        new_text,
    )
    if not isinstance(found, Compared):
        outcome(found)
        raise AssertionError("what was wrong was told")
    return found


def compare_apart(reference: str, sha256: str, day: int, old_text: str | None, new_text: str) -> Compared | Told:
    """Compare; an error of ours does not cross processes, what it tells does."""
    try:
        (policy,) = policies_named([reference], [sha256], day)
        found = drift(policy, old_text, new_text)
    except XianjieError as error:
        return "wrong", wrong(error)
    marks = {}
    for place, one in enumerate(found.of("changed")[:MARKED]):
        if one.old is not None and one.new is not None:
            marks[place] = differing(one.old.text, one.new.text)
    return Compared(found, marks)
