"""Make bodies that mean harm, each surely wrong: from a seed, as many as are wanted.

`python -m tests.service.hostile 10000` sends them to a real server, and tells how much memory it came to hold.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from xianjie.vocabulary import BASE, FactType

MARK = "张三110101199003071234"
"""What every hostile body holds somewhere; no answer and no log may hold it."""

_HOLE = "@@hole@@"
_FLAGS = [spec.name for spec in BASE.facts if spec.type is FactType.BOOL and spec.record == "person"]


def bodies(count: int, seed: int = 20250801) -> Iterator[tuple[str, bytes]]:
    """Give the name of a kind and a body of it, so many times."""
    draw = random.Random(seed)
    kinds = list(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        yield kind, KINDS[kind](draw)


def _question(draw: random.Random) -> dict[str, Any]:
    person: dict[str, Any] = {name.partition(".")[2]: draw.random() < 0.5 for name in draw.sample(_FLAGS, 5)}
    return {
        "case": {
            "case": "E-1",
            "person": person,
            "household": {"size": draw.randint(1, 9), "annual_income": draw.randint(0, 10**6)},
            "aid": {"received": True, "exit_date": "never", "special_programmes": []},
            "referral": {"direction": "forward", "events": [{"event": "informed", "on": "2025-01-02"}]},
            "ledgers": [{"kind": "supply", "level": "county", "last_updated": "2025-01-02"}],
            "provenance": {"aid.received": {"by": "经办人员", "note": MARK[:2]}},
        },
        "regions": draw.sample(["hubei", "tianjin", "jinhua", "shanxi", "shanghai"], draw.randint(1, 5)),
        "as_of": "2025-08-01",
    }


_VALUES = (
    ("case", "case"),
    ("case", "person"),
    ("case", "household", "size"),
    ("case", "household", "annual_income"),
    ("case", "aid", "received"),
    ("case", "aid", "exit_date"),
    ("case", "aid", "special_programmes"),
    ("case", "referral", "events", 0, "on"),
    ("case", "ledgers", 0, "kind"),
    ("case", "provenance", "aid.received", "note"),
    ("case",),
    ("regions",),
    ("as_of",),
    ("settings",),
    ("lang",),
)
_RECORDS = (
    (),
    ("case",),
    ("case", "person"),
    ("case", "aid"),
    ("case", "referral"),
    ("case", "referral", "events", 0),
    ("case", "ledgers", 0),
    ("case", "provenance"),
    ("case", "provenance", "aid.received"),
)


def _inside(question: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        question = question[step]
    return question


def _with(draw: random.Random, raw: str | bytes) -> bytes:
    """Put raw JSON, or what is none, in the place of a value."""
    question, path = _question(draw), draw.choice(_VALUES)
    _inside(question, path[:-1])[path[-1]] = _HOLE
    before, after = json.dumps(question, ensure_ascii=draw.random() < 0.5).split(f'"{_HOLE}"')
    return before.encode() + (raw if isinstance(raw, bytes) else raw.encode()) + after.encode()


def _with_key(draw: random.Random, key: str) -> bytes:
    """Put a key that nobody knows into a record, beside what is good."""
    question = _question(draw)
    _inside(question, draw.choice(_RECORDS))[key] = draw.choice([1, None, {}, [], MARK, True])
    return json.dumps(question).encode()


def _deep(draw: random.Random) -> bytes:
    depth = draw.choice([65, 100, 900, 1100, 20_000])
    if draw.random() < 0.5:
        return _with(draw, "[" * depth + "]" * depth)
    return _with(draw, '{"a":' * depth + "1" + "}" * depth)


def _unclosed(draw: random.Random) -> bytes:
    whole = json.dumps(_question(draw)).encode()
    return whole[: draw.randrange(len(whole) - 1)] if draw.random() < 0.5 else b'{"case":' * draw.choice([1, 50_000])


def _doubled(draw: random.Random) -> bytes:
    question = _question(draw)
    record = _inside(question, draw.choice(_RECORDS))
    record[_HOLE] = record[_HOLE + "2"] = 1
    return json.dumps(question).replace(f"{_HOLE}2", "k").replace(_HOLE, "k").encode()


def _wide(draw: random.Random) -> bytes:
    kind = draw.randrange(3)
    if kind == 0:
        return _with(draw, "[" + "1," * 120_000 + "1]")
    if kind == 1:
        return _with(draw, "{" + ",".join(f'"k{n}":1' for n in range(60_000)) + "}")
    return _with(draw, "[" + "{}," * 250_000 + "{}]")


def _noise(draw: random.Random) -> bytes:
    return bytes(draw.randrange(256) for _ in range(draw.randrange(1, 400))) + b"\x00"


def _type(draw: random.Random) -> bytes:
    question = _question(draw)
    path, wrong = draw.choice(
        [
            (("case", "person", "orphan"), draw.choice([0, 1, "true", "是", MARK, [], {}, 0.5])),
            (("case", "household", "size"), draw.choice([0, -1, 1.5, "3", True, 10**10, MARK, [3]])),
            (("case", "household", "annual_income"), draw.choice([-1, 0.001, 10**16, "1e5", "１２", True, MARK, {}])),
            (("case", "aid", "exit_date"), draw.choice(["2025-02-30", "Never", 20250101, "２０２５-01-01", MARK, []])),
            (
                ("case", "aid", "special_programmes"),
                draw.choice([[1], "a", {}, [""], [MARK], ["x" * 300], ["a"] * 300]),
            ),
            (("case", "referral", "direction"), draw.choice(["Forward", "", 1, MARK])),
            (
                ("case", "referral", "events"),
                draw.choice([{}, [1], [{"event": MARK}], [{}], [{"event": "informed"}] * 300]),
            ),
            (("case", "ledgers"), draw.choice([{}, 1, [1], [{}] * 2001, MARK])),
            (("case", "targets"), [{"item": 1, "additions": {draw.choice(["20255", "x", MARK]): 1}}]),
            (("regions",), draw.choice([[], "hubei", [MARK], [1], None, ["hubei"] * 51, ["../x"], ["hubei@" + MARK]])),
            (
                ("settings",),
                draw.choice([1, {"due_soon_days": 4000}, {"readings": {MARK: "x"}}, {"overlay": {"overlay": MARK}}]),
            ),
            (("as_of",), draw.choice(["2025-08-32", "tomorrow", MARK, 1, "0000-01-01", "2025-08-01T00:00:00"])),
            (("lang",), draw.choice(["ZH", "fr", 1, MARK])),
        ]
    )
    _inside(question, path[:-1])[path[-1]] = wrong
    return json.dumps(question).encode()


def _label(draw: random.Random) -> bytes:
    """A citizen's number where a label stands, in whatever digits."""
    number = draw.choice(["110101199003071234", "11010119900307123X", "１１０１０１１９９００３０７１２３４", MARK])
    question = _question(draw)
    record, key = draw.choice([((), "case"), ((), "household_ref"), (("provenance", "aid.received"), "note")])
    _inside(question["case"], record)[key] = f"x {number}"
    return json.dumps(question).encode()


KINDS: dict[str, Callable[[random.Random], bytes]] = {
    "deep": _deep,
    "huge number": lambda draw: _with(
        draw, draw.choice(["1e999", "-1e999", "9" * 400, "1e400000", "0." + "1" * 1000, "-" + "8" * 100_000, "1" * 41])
    ),
    "not a number": lambda draw: _with(
        draw, draw.choice(["NaN", "Infinity", "-Infinity", "nan", "0x10", "01", "1.", "+1"])
    ),
    "half a character": lambda draw: _with(
        draw, draw.choice(['"\\ud800"', '"\\udfff\\ud800"', '{"\\udc00": 1}', '["\\ud83d"]'])
    ),
    "no character": lambda draw: _with(
        draw, draw.choice([b'"a\x00b"', b'"\\u0000"', b'"\\u001b[2J"', b'{"\\u0000": 1}', b"\x00"])
    ),
    "no UTF-8": lambda draw: _with(
        draw, draw.choice([b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', b'"\xf5\x80\x80\x80"'])
    ),
    "other encoding": lambda draw: json.dumps(_question(draw)).encode(draw.choice(["utf-16", "utf-32", "utf-16-le"])),
    "special key": lambda draw: _with_key(
        draw,
        draw.choice(["$s", "$m", "label", "chart", "__proto__", "constructor", "__class__", "", " ", MARK, "a" * 5000]),
    ),
    "doubled key": _doubled,
    "unclosed": _unclosed,
    "wide": _wide,
    "noise": _noise,
    "wrong type": _type,
    "personal label": _label,
    "trailing": lambda draw: json.dumps(_question(draw)).encode() + draw.choice([b"x", b"{}", b",", b"\x00", b"]"]),
    "long text": lambda draw: _with(
        draw, '"' + draw.choice("a张\\")[:1].replace("\\", "\\\\") * draw.choice([101_000, 900_000]) + '"'
    ),
}
"""The kinds of hostile bodies, each with what makes one."""

OF_ASSESSMENTS = frozenset({"wrong type", "personal label", "long text"})
"""The kinds that are wrong for an assessment only."""

ASSESSMENTS = "/v1/assessments"
_PARAMETER = re.compile(r"\{[a-z_]+\}")


def taking_bodies(document: Any) -> list[tuple[str, str]]:
    """List every operation of an OpenAPI document that takes a body, as method and path."""
    return [
        (method.upper(), _PARAMETER.sub("x", path))
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if "requestBody" in one
    ]


def headers() -> dict[str, str]:
    """Give a head that every operation takes."""
    return {"content-type": "application/json", "if-match": '"1"', "idempotency-key": "k"}


TOO_LONG = '{"case": {"case": "' + "a" * (10 * 1024 * 1024) + '"}}'


def main(count: int) -> None:
    """Send so many hostile bodies to a server on this machine, which is to refuse each and to live on."""
    import httpx2
    from tests.service.conftest import start

    folder = Path(tempfile.mkdtemp())
    server = start(folder / "log")
    process = psutil.Process(server.process.pid)
    statuses: Counter[tuple[str, int]] = Counter()
    before = most = process.memory_info().rss
    with httpx2.Client(base_url=server.url, timeout=60) as client:
        operations = taking_bodies(client.get("/openapi.json").json())
        for number, (kind, body) in enumerate(bodies(count)):
            elsewhere = operations[number % len(operations)]
            method, path = ("POST", ASSESSMENTS) if number % 2 or kind in OF_ASSESSMENTS else elsewhere
            answer = client.request(method, path, content=body, headers=headers())
            statuses[kind, answer.status_code] += 1
            assert 400 <= answer.status_code < 500, (path, kind, answer.status_code, body[:300])
            assert MARK not in answer.text, (kind, answer.text)
            if number % 100 == 0:
                most = max(most, process.memory_info().rss)
    assert server.alive()
    server.stop()
    assert MARK[2:] not in (folder / "log").read_text("utf-8")
    for (kind, status), times in sorted(statuses.items()):
        print(f"{kind:20} {status} {times:6}")  # noqa: T201
    print(f"memory {before >> 20} MB before, {most >> 20} MB at most")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
