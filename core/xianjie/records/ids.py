"""Draw ids for records: they say nothing, and hold no run of digits that could be taken for a person's number."""

from __future__ import annotations

import secrets

_LETTERS = "abcdefghijkmnpqrstuvwxyz"
LENGTH = 24
"""110 random bits: nobody guesses one."""


def new_id() -> str:
    """Draw an id."""
    return "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))
