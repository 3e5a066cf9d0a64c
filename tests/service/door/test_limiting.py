"""How often somebody may ask, and that what is remembered of it is bounded."""

from __future__ import annotations

from tests.service.let_in import SECOND, Ticks

from xianjie.access import Rate
from xianjie.service.door.limiting import Limiter, too_often


def test_each_asker_has_their_own_tokens_and_they_come_back() -> None:
    ticks = Ticks()
    limiter = Limiter("principal", Rate(60, 60, 2), ticks)
    assert [limiter.take("a").allowed for _ in range(3)] == [True, True, False]
    assert limiter.take("b").allowed
    assert limiter.wait("a") == SECOND
    ticks.pass_seconds(0.999)
    assert not limiter.take("a").allowed
    ticks.pass_seconds(0.001)
    assert limiter.wait("a") == 0
    assert limiter.take("a").allowed


def test_looking_takes_nothing_and_remembers_nobody() -> None:
    limiter = Limiter("principal", Rate(1, 60, 1), Ticks())
    for _ in range(5):
        assert limiter.wait("a") == 0
    assert len(limiter) == 0
    assert limiter.take("a").allowed


def test_the_headers_tell_the_rate_and_what_is_left() -> None:
    limiter = Limiter("principal", Rate(600, 60, 200), Ticks())
    assert limiter.headers(limiter.take("a")) == {
        "ratelimit-policy": '"principal";q=600;w=60',
        "ratelimit": '"principal";r=199;t=1',
    }
    for _ in range(199):
        taken = limiter.take("a")
    assert limiter.headers(taken)["ratelimit"] == '"principal";r=0;t=20'


def test_a_refusal_says_when_to_come_back_and_never_at_once() -> None:
    for wait, told in ((1, "1"), (SECOND, "1"), (SECOND + 1, "2"), (0, "1")):
        refused = too_often(wait, {"ratelimit": "x"})
        assert (refused.status, refused.headers) == (429, {"ratelimit": "x", "retry-after": told})


def test_only_so_many_are_remembered_those_who_asked_last() -> None:
    limiter = Limiter("address", Rate(1, 60, 1), Ticks(), most=3)
    for name in ("a", "b", "c", "a", "d"):
        limiter.take(name)
    assert len(limiter) == 3
    assert not limiter.take("a").allowed
    assert limiter.take("b").allowed  # it was forgotten, and begins anew
