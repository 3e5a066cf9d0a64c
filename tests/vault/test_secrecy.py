"""Keys, names and numbers are in no repr, message, pickle or copy: everything the vault has is asked for."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from tests.vault.rings import DAY, FIELDS, NAME, NUMBER, PERSON, ring, secrets_of, spellings, told

from xianjie.errors import XianjieError
from xianjie.vault import (
    IdentityNumber,
    Purpose,
    Secret,
    Spot,
    Suite,
    Tagger,
    parsed,
    person_key,
    sealed_person,
)

from xianjie.vault import audit_seals, changed_person, identity_number, lookup, new_ring, opened, rekeyed, written  # isort: skip

RING = ring("k-a", "k-b")
BODY = sealed_person(RING, PERSON, FIELDS)
KEY = person_key(RING, PERSON, BODY)
SPOT = Spot("persons", PERSON, "name")
LONG_NUMBER = re.compile(r"\d{15}")


def forbidden() -> set[str]:
    found = {NAME, NUMBER, NUMBER[:17], NUMBER.lower()}
    for secret in [*secrets_of(RING), KEY.root.reveal()]:
        found |= spellings(secret)
    return found


def holders() -> Iterator[Any]:
    yield from (RING, KEY, KEY.root, Tagger(RING, Purpose.LOOKUP), audit_seals(RING), RING.using(Purpose.ENCRYPT))
    yield from (rekeyed(RING, PERSON, BODY), identity_number(NUMBER), new_ring(Suite.SM, DAY))


def shown(value: Any) -> Iterator[str]:
    yield from (repr(value), str(value), f"{value}", f"{value!r:>10}", "{}".format(value), repr([value]))  # noqa: UP032
    for name in dir(value):
        if not name.startswith("__"):
            yield repr(getattr(value, name))


@pytest.mark.parametrize("value", list(holders()), ids=lambda value: type(value).__name__)
def test_nothing_secret_is_in_what_is_shown(value: Any) -> None:
    is_number = isinstance(value, IdentityNumber)  # its text is its attribute: that alone is not shown
    text = "".join(islice(shown(value), 6 if is_number else None))
    for secret in forbidden():
        assert secret not in text


@pytest.mark.parametrize(
    "value", [RING, KEY, KEY.root, Tagger(RING, Purpose.LOOKUP)], ids=lambda one: type(one).__name__
)
def test_no_pickle_and_no_copy_is_made_of_a_secret(value: Any) -> None:
    makers: list[Callable[[Any], object]] = [pickle.dumps, copy.deepcopy]
    if dataclasses.is_dataclass(value):
        makers.append(dataclasses.asdict)
    for make in makers:
        with pytest.raises(TypeError) as raised:
            make(value)
        for secret in forbidden():
            assert secret not in told(raised.value)
    with pytest.raises(TypeError):
        copy.copy(KEY.root)


def test_a_secret_is_compared_and_not_hashed() -> None:
    assert Secret(b"a") == Secret(b"a") != Secret(b"b")
    assert Secret(b"a") != b"a"
    with pytest.raises(TypeError):
        hash(Secret(b"a"))
    with pytest.raises(TypeError):
        vars(Secret(b"a"))


def attempts() -> Iterator[Callable[[], object]]:
    """Calls that fail, with secrets and people in their arguments."""
    yield lambda: KEY.open(SPOT, NAME)
    yield lambda: KEY.open(SPOT, BODY["number"])
    yield lambda: KEY.open(Spot("persons", NUMBER, NAME), BODY["name"])
    yield lambda: KEY.seal(SPOT, NAME + "\ud800")
    yield lambda: KEY.seal(SPOT, NUMBER * 10_000)
    yield lambda: opened(RING, NUMBER, BODY, "name")
    yield lambda: opened(RING, PERSON, {**BODY, "data_key": f"w1.aes.k-b.{NUMBER}"}, "name")
    yield lambda: opened(RING, PERSON, {**BODY, "data_key": f"w1.aes.{NUMBER}.AAAA"}, "name")
    yield lambda: opened(RING, PERSON, {**BODY, "data_key": f"w1.aes.k{NUMBER[:17]}.AAAA"}, "name")
    yield lambda: opened(RING, PERSON, {**BODY, "data_key": NAME}, "name")
    yield lambda: opened(RING, PERSON, {"name": NAME}, "name")
    yield lambda: opened(ring("k-z"), PERSON, BODY, "name")
    yield lambda: sealed_person(RING, PERSON, {"name": "\0", "number": NUMBER})
    yield lambda: changed_person(RING, PERSON, BODY, {"number": NUMBER + "\ud800"})
    yield lambda: lookup(RING, "name", NAME + "\udfff")
    yield lambda: identity_number(NUMBER + "\0")
    yield lambda: RING.named(NUMBER)
    yield lambda: RING.named(NAME)
    yield lambda: parsed(written(RING)[:-3])
    yield lambda: parsed(written(RING).replace('"suite": "aes"', '"suite": "des"'))
    yield lambda: parsed(written(RING).replace("k-a", NUMBER))
    yield lambda: parsed(written(RING).replace("k-a", NAME))


@pytest.mark.parametrize("attempt", list(attempts()), ids=range(len(list(attempts()))))
def test_nothing_secret_is_in_what_an_error_says(attempt: Callable[[], object]) -> None:
    with pytest.raises(XianjieError) as raised:
        attempt()
    text = told(raised.value)
    for secret in forbidden():
        assert secret not in text
    assert not LONG_NUMBER.search(text)


def test_the_walk_would_notice() -> None:
    error = XianjieError([])
    error.__context__ = ValueError(NUMBER)
    assert NUMBER in told(error)
    assert NUMBER in told(UnicodeEncodeError("utf-8", NUMBER, 0, 1, "x"))
    assert RING.named("k-a").secret.reveal().hex() in forbidden()
