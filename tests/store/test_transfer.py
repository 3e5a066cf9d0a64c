"""Exports carry everything from either store to either, and an import takes all of a whole file or nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.store.layouts import AT, code_of, small_layout

from xianjie.errors import XianjieError
from xianjie.store import Store, export, import_, open_store


def fill(store: Store, count: int = 1_203) -> None:
    with store.transaction() as t:
        for number in range(count):
            t.insert("notes", f"N-{number}", {"kind": "a", "code": number, "x": [1e22, -0.0, "衔接\n\u2028"]})
            t.append("audit", {"n": number}, AT)
        t.replace("notes", "N-7", {"code": 7, "now": None}, 1)
        t.delete("notes", "N-8", 1)
        t.insert("decisions", "D-1", {"case": "c"})


def exported(store: Store) -> bytes:
    stream = io.BytesIO()
    export(store, stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give a whole export."""
    with open_store(tmp_path_factory.mktemp("full"), small_layout()) as store:
        fill(store)
        return exported(store)


def test_the_first_line_counts_and_the_last_line_hashes(whole: bytes) -> None:
    lines = whole.splitlines()
    assert json.loads(lines[0]) == {
        "format": "xianjie-export",
        "version": 1,
        "counts": {"chain:audit": 1_203, "decisions": 1, "notes": 1_202},
    }
    assert list(json.loads(lines[-1])) == ["sha256"]
    assert len(lines) == 1_203 + 1 + 1_202 + 2


def test_there_and_back_again_changes_no_byte(whole: bytes, tmp_path: Path, database: str) -> None:
    assert load(tmp_path / "a", whole) == whole
    assert load(database, load(tmp_path / "b", whole)) == whole
    assert load(tmp_path / "c", load(database, whole, empty=False)) == whole


def load(where: str | Path, data: bytes, empty: bool = True) -> bytes:
    with open_store(where, small_layout()) as store:
        if empty:
            counts = import_(store, io.BytesIO(data), "file")
            assert counts == json.loads(data.splitlines()[0])["counts"]
            assert store.verify().problems == ()
        return exported(store)


def test_a_store_goes_on_after_an_import(whole: bytes, opened: Callable[[], Store]) -> None:
    with opened() as store:
        import_(store, io.BytesIO(whole), "file")
    with opened() as store:
        with store.transaction() as t:
            assert t.replace("notes", "N-7", {}, 2).version == 3
            assert t.append("audit", {}, AT).seq == 1_204
            with pytest.raises(XianjieError, match="store-duplicate"):
                t.insert("notes", "new", {"code": 9})
        assert store.verify().problems == ()


def test_an_empty_store_is_exported_and_imported(opened: Callable[[], Store], tmp_path: Path) -> None:
    with opened() as store:
        data = exported(store)
        assert len(data.splitlines()) == 2
        assert import_(store, io.BytesIO(data), "file") == {}


def test_only_an_empty_store_takes_an_import(whole: bytes, store: Store) -> None:
    with store.transaction() as t:
        t.append("other", {}, AT)
    with pytest.raises(XianjieError) as raised:
        import_(store, io.BytesIO(whole), "file")
    assert code_of(raised.value) == "store-not-empty"


def sealed_again(lines: list[bytes]) -> bytes:
    """Put a hash that fits on the last line."""
    import hashlib

    body = b"".join(line + b"\n" for line in lines[:-1])
    return body + json.dumps({"sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n"


def edited(line: bytes, number: int, value: object) -> bytes:
    part = json.loads(line)
    part[number] = value
    return json.dumps(part).encode()


DAMAGE: dict[str, tuple[str, Callable[[list[bytes]], bytes]]] = {
    "empty": ("store-export-broken", lambda _: b""),
    "no header": ("store-export-broken", lambda lines: b"\n".join(lines[1:])),
    "no last line": ("store-export-broken", lambda lines: b"\n".join(lines[:-1]) + b"\n"),
    "cut": ("store-export-broken", lambda lines: b"\n".join(lines)[:-100]),
    "cut early": ("store-export-broken", lambda lines: b"\n".join(lines)[:1000]),
    "a line gone": ("store-export-broken", lambda lines: b"\n".join(lines[:5] + lines[6:])),
    "a line gone, sealed again": ("store-export-broken", lambda lines: sealed_again(lines[:5] + lines[6:])),
    "two lines swapped": (
        "store-export-broken",
        lambda lines: b"\n".join([*lines[:5], lines[6], lines[5], *lines[7:]]),
    ),
    "a byte edited": ("store-export-broken", lambda lines: b"\n".join(lines).replace(b'"kind":"a"', b'"kind":"b"', 1)),
    "something behind": ("store-export-broken", lambda lines: b"\n".join(lines) + b"\n{}\n"),
    "an unknown collection": (
        "store-export-broken",
        lambda lines: sealed_again([lines[0], edited(lines[1], 1, "nothing"), *lines[2:]]),
    ),
    "version 0": ("store-export-broken", lambda lines: sealed_again([lines[0], edited(lines[1], 3, 0), *lines[2:]])),
    "no object": ("store-export-broken", lambda lines: sealed_again([lines[0], edited(lines[1], 4, []), *lines[2:]])),
    "no record": ("store-export-broken", lambda lines: sealed_again([lines[0], b"[]", *lines[2:]])),
    "binary": ("store-export-broken", lambda _: b"\xff\xfe\x00"),
    "deep": ("store-export-broken", lambda _: b"[" * 100_000),
    "a later version": (
        "store-version",
        lambda lines: sealed_again([lines[0].replace(b'"version":1', b'"version":2'), *lines[1:]]),
    ),
    "a link gone": (
        "store-export-broken",
        lambda lines: sealed_again([lines[0].replace(b"1203", b"1202"), *lines[1:-4], *lines[-3:]]),
    ),
    "an id twice": (
        "store-duplicate",
        lambda lines: sealed_again([lines[0], *lines[1:3], edited(lines[3], 2, "N-0"), *lines[4:]]),
    ),
    "a unique value twice": (
        "store-duplicate",
        lambda lines: sealed_again([lines[0], *lines[1:3], edited(lines[3], 4, {"code": 0}), *lines[4:]]),
    ),
    "an unsafe id": (
        "store-value",
        lambda lines: sealed_again([lines[0], edited(lines[1], 2, "a b"), *lines[2:]]),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_is_not_whole_leaves_the_store_empty(whole: bytes, store: Store, damage: str) -> None:
    code, edit = DAMAGE[damage]
    with pytest.raises(XianjieError) as raised:
        import_(store, io.BytesIO(edit(whole.splitlines())), "file")
    assert code_of(raised.value) == code
    assert "衔接" not in str(raised.value)
    with store.read() as view:
        assert view.count("notes") == view.count("decisions") == 0
        assert view.tip("audit") is None
    assert store.verify().problems == ()
