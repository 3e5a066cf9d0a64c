"""Rings with known keys, for tests; and a person who is invented."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterator

from xianjie.errors import XianjieError
from xianjie.vault.keyring import Purpose, Ring, make_key, make_ring
from xianjie.vault.secret import Secret
from xianjie.vault.suites import Suite

DAY = dt.date(2025, 5, 1)
NAME, NUMBER = "赵无名", "99010119900230123X"  # no province is 99, and February has no 30th: nobody's
PERSON = "p-7hk2"
FIELDS = {"name": NAME, "number": NUMBER, "phone": "无"}


def secret(key_id: str) -> bytes:
    return hashlib.sha256(key_id.encode()).digest()


def ring(*ids: str, suite: Suite = Suite.AES) -> Ring:
    """A ring of keys made of their ids; the last is current for everything."""
    keys = [make_key(one, suite, DAY + dt.timedelta(at), Secret(secret(one))) for at, one in enumerate(ids)]
    return make_ring(keys, dict.fromkeys(Purpose, ids[-1]))


def joined(*rings: Ring) -> Ring:
    """The keys of all rings; current are those of the last."""
    return make_ring([key for one in rings for key in one.keys.values()], rings[-1].current)


def secrets_of(one: Ring) -> Iterator[bytes]:
    """All bytes that must be seen nowhere."""
    for key in one.keys.values():
        yield key.secret.reveal()
        yield from (subkey.reveal() for subkey in key.subkeys.values())


def spellings(value: bytes) -> set[str]:
    """The ways in which bytes could be written in a message."""
    return {
        value.hex(),
        base64.urlsafe_b64encode(value).decode().rstrip("="),
        base64.b64encode(value).decode().rstrip("="),
        base64.b32encode(value).decode().rstrip("="),
        repr(value)[2:-1],
        str(list(value))[1:-1],
    }


def told(error: BaseException) -> str:
    """All that an error says, with what hangs on it: causes, contexts, arguments, attributes, problems."""
    out, waiting, seen = [], [error], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        out += [str(one), repr(one), repr(one.args), repr(getattr(one, "__notes__", ""))]
        out += [repr(getattr(one, name, "")) for name in ("doc", "object", "obj", "filename", "problems", "__dict__")]
        if isinstance(one, XianjieError):
            out += [problem.text(lang) for problem in one.problems for lang in ("zh", "en")]
        waiting += [other for other in (one.__cause__, one.__context__) if other is not None]
    return "\n".join(out)
