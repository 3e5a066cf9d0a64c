"""Hold bytes that must not be seen: not in a repr, a message, a pickle or a copy."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import NoReturn, SupportsIndex


class Secret:
    """Hold secret bytes, compared in constant time. `reveal` gives them, to compute with them at once."""

    __slots__ = ("reveal",)
    __hash__ = None  # type: ignore[assignment]  # a hash table compares in a time that depends on the bytes

    def __init__(self, value: bytes) -> None:
        data = bytes(value)
        self.reveal: Callable[[], bytes] = lambda: data  # in no attribute that a tool would show

    def __repr__(self) -> str:
        """Write nothing of them, not even how many."""
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        """Compare in constant time."""
        return isinstance(other, Secret) and hmac.compare_digest(self.reveal(), other.reveal())

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        """Refuse: neither pickles nor copies are made of a secret."""
        raise TypeError("a secret is neither pickled nor copied")
