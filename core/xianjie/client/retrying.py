"""When to try again, and how long to wait before: exponential, with full jitter, and never earlier than is asked for.

After M. Brooker, "Exponential backoff and jitter" (AWS Architecture Blog, 2015).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

AGAIN = frozenset({429, 502, 503, 504})
GIVEN_UP = "work-too-long"


@dataclass(frozen=True, slots=True)
class Retrying:
    """Try `tries` times at most. Times are in seconds.

    The wait before the n-th retry is drawn between 0 and `first` × 2ⁿ⁻¹, up to `longest`. A service that asks for a
    longer wait gets it, up to `patience`; beyond that the call fails at once.
    """

    tries: int = 4
    first: float = 0.2
    longest: float = 10.0
    patience: float = 60.0
    draw: Callable[[float, float], float] = random.uniform

    def wait(self, failed: int, asked: float | None = None) -> float | None:
        """Tell how long to wait after so many failures; None: give up."""
        if failed >= self.tries:
            return None
        drawn = self.draw(0.0, min(self.longest, self.first * 2.0 ** (failed - 1)))
        if asked is None:
            return drawn
        return None if asked > self.patience else asked + drawn


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After: seconds, or a date, which is held against the reply's own Date, so that no clock is needed."""
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:6])
    try:
        until, date = parsedate_to_datetime(told), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - date).total_seconds())
    except (ValueError, TypeError, IndexError):
        return None
