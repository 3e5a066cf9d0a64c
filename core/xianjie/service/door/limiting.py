"""Hold a bucket for each asker: how often somebody may ask, told in headers, in a bounded room of memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping

from xianjie.access import Bucket, Rate, Taken, full, take
from xianjie.service.problems import Refused, refuse

MOST = 20_000
"""So many askers are remembered; who has not asked for longest is forgotten first, which gives them a full bucket."""


class Limiter:
    """Count what is asked, by name. `ticks` gives nanoseconds that do not go back."""

    def __init__(self, policy: str, rate: Rate, ticks: Callable[[], int], most: int = MOST) -> None:
        self.policy, self.rate = policy, rate
        self._ticks, self._most = ticks, most
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._alone = threading.Lock()

    def __len__(self) -> int:
        """Tell how many are remembered."""
        return len(self._buckets)

    def take(self, name: str) -> Taken:
        """Take one token of somebody's, if it is there."""
        with self._alone:
            at = self._ticks()
            bucket = self._buckets.get(name)
            taken = take(self.rate, bucket or full(self.rate, at), at)
            self._buckets[name] = taken.bucket
            self._buckets.move_to_end(name)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            return taken

    def wait(self, name: str) -> int:
        """Tell how many nanoseconds until somebody has a token again, 0 where there is one now; none is taken."""
        with self._alone:
            bucket = self._buckets.get(name)
            return 0 if bucket is None else take(self.rate, bucket, self._ticks()).retry_after or 0

    def headers(self, taken: Taken) -> Mapping[str, str]:
        """Tell the rate and what is left of it, as draft-ietf-httpapi-ratelimit-headers (-10) writes it."""
        return {
            "ratelimit-policy": f'"{self.policy}";q={self.rate.tokens};w={self.rate.seconds}',
            "ratelimit": f'"{self.policy}";r={taken.remaining};t={_seconds(self._until_full(taken))}',
        }

    def _until_full(self, taken: Taken) -> int:
        lacking = self.rate.burst * self.rate.cost - taken.bucket.level
        return -(-lacking // self.rate.tokens)


def too_often(wait: int, headers: Mapping[str, str] | None = None) -> Refused:
    """Make the refusal of who asks too often; `wait` in nanoseconds."""
    refused = refuse(429, "rate-exceeded", "请求过于频繁，请稍后再试", "too many requests: try again later")
    refused.headers.update({**(headers or {}), "retry-after": str(max(1, _seconds(wait)))})
    return refused


def _seconds(nanoseconds: int) -> int:
    return -(-nanoseconds // 1_000_000_000)
