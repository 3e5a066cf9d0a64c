"""Limit rates by a token bucket, in whole numbers and without a clock: the time is given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """Allow `tokens` in every `seconds`, and up to `burst` at once; all at least 1."""

    tokens: int
    seconds: int
    burst: int

    def __post_init__(self) -> None:
        """Check the numbers."""
        if min(self.tokens, self.seconds, self.burst) < 1:
            raise ValueError("a rate is of whole numbers from 1")

    @property
    def cost(self) -> int:
        """Give what one token is worth: in every nanosecond `tokens` parts of it flow back."""
        return self.seconds * 1_000_000_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """How much there was (in parts of a token) at a time (in nanoseconds of a clock that does not go back)."""

    level: int
    at: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The bucket afterwards, and whether the tokens were there.

    `remaining`: whole tokens left. `retry_after`: nanoseconds until they will be there, 0 where they were, None where
    the bucket never holds so many.
    """

    bucket: Bucket
    allowed: bool
    remaining: int
    retry_after: int | None


def full(rate: Rate, at: int) -> Bucket:
    """Give the bucket of somebody who has not asked yet."""
    return Bucket(rate.burst * rate.cost, at)


def take(rate: Rate, bucket: Bucket, at: int, tokens: int = 1) -> Taken:
    """Take tokens out if they are there; nothing is taken where they are not. A time before the last counts as it."""
    now = max(at, bucket.at)
    level = min(rate.burst * rate.cost, bucket.level + (now - bucket.at) * rate.tokens)
    wanted = tokens * rate.cost
    if wanted <= level:
        return Taken(Bucket(level - wanted, now), True, (level - wanted) // rate.cost, 0)
    wait = None if tokens > rate.burst else -((level - wanted) // rate.tokens)
    return Taken(Bucket(level, now), False, level // rate.cost, wait)
