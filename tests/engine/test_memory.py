"""What is remembered stays within its bound, and what is asked for stays longest."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Thread

from xianjie.engine.memory import Kept, Memory

PIECE = "x" * 1000
FEW = 10 * (len(PIECE) + 400)


def asked(kept: Kept[str], key: Hashable) -> bool:
    """Ask for a key, and keep it where it is new; tell whether it was."""
    found = kept.get(key)
    assert found in (None, PIECE)
    return found is None and kept.keep(key, PIECE) == PIECE


def test_what_was_written_is_given_again_and_not_written_again() -> None:
    kept = Kept[str](Memory(FEW))
    assert [asked(kept, "a"), asked(kept, "a"), asked(kept, ("a",))] == [True, False, True]


def test_two_kinds_share_the_bound_and_not_their_things() -> None:
    memory = Memory(FEW)
    first, second = Kept[str](memory), Kept[str](memory)
    assert asked(first, "a")
    assert asked(second, "a")
    for number in range(20):
        asked(second, number)
    assert asked(first, "a")


def test_what_is_asked_for_again_and_again_stays_while_others_pass() -> None:
    kept = Kept[str](Memory(FEW))
    assert asked(kept, "often")
    assert asked(kept, "once")
    for number in range(50):
        assert asked(kept, number)
        assert not asked(kept, "often")
    assert asked(kept, "once")


def test_no_more_is_held_than_allowed() -> None:
    memory = Memory(FEW)
    kept = Kept[str](memory)
    for number in range(100):
        asked(kept, number)
    assert sum(not asked(kept, number) for number in range(90, 100)) < 10
    held = len(memory._young) + len(memory._old)
    assert 3 <= held <= FEW // len(PIECE)


def test_what_is_larger_than_half_is_written_each_time_and_drives_nothing_out() -> None:
    kept = Kept[str](Memory(FEW))
    large = PIECE * 8
    assert asked(kept, "small")
    assert kept.keep("large", large) == large
    assert kept.get("large") is None
    assert not asked(kept, "small")


def test_a_thing_tells_its_own_weight() -> None:
    class Heavy:
        weight = FEW

    kept = Kept[Heavy](Memory(FEW))
    kept.keep("a", Heavy())
    assert kept.get("a") is None


def test_a_key_weighs_too() -> None:
    kept = Kept[str](Memory(FEW))
    assert asked(kept, ("a", 1, frozenset({"b"})))
    assert not asked(kept, ("a", 1, frozenset({"b"})))
    assert asked(kept, frozenset({PIECE * 6}))
    assert asked(kept, frozenset({PIECE * 6}))


def test_everything_can_be_let_go() -> None:
    memory = Memory(FEW)
    kept = Kept[str](memory)
    asked(kept, "a")
    memory.forget()
    assert asked(kept, "a")


def test_threads_share_it() -> None:
    kept = Kept[str](Memory(FEW))
    wrong: list[str] = []

    def work() -> None:
        for number in range(3000):
            whole = f"{number % 30} {PIECE}"
            if (kept.get(number % 30) or kept.keep(number % 30, whole)) != whole:
                wrong.append(whole)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
