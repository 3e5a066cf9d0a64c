"""What every store promises, put to both: the folder and PostgreSQL."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from tests.store.layouts import AT, Open, code_of

from xianjie.errors import InternalError, XianjieError
from xianjie.store import Record, Store, StoreError, Transaction


def refused(code: str) -> Any:
    """Expect an error with this code."""
    return pytest.raises(XianjieError, match=rf"\[{code}\]")


def put(store: Store, id: str, **body: Any) -> Record:
    with store.transaction() as t:
        return t.insert("notes", id, body)


def ids(store: Store, **more: Any) -> list[str]:
    with store.read() as view:
        return [one.id for one in view.find("notes", **more)]


def test_a_record_is_kept_changed_and_removed(store: Store, opened: Open) -> None:
    assert put(store, "N-1", kind="a", text="一") == Record("notes", "N-1", 1, {"kind": "a", "text": "一"})
    with store.transaction() as t:
        assert t.replace("notes", "N-1", {"kind": "b"}, 1) == Record("notes", "N-1", 2, {"kind": "b"})
    store.close()
    with opened() as again:
        with again.read() as view:
            assert view.get("notes", "N-1") == Record("notes", "N-1", 2, {"kind": "b"})
            assert view.get("notes", "N-2") is None
        with again.transaction() as t:
            t.delete("notes", "N-1", 2)
            assert t.get("notes", "N-1") is None
        assert ids(again) == []
        assert put(again, "N-1", kind="c").version == 1


VALUES = [
    None,
    True,
    0,
    -1,
    2**63 - 1,
    -(2**63),
    0.1,
    1e22,
    1e-7,
    -0.0,
    1.0,
    5e-324,
    1.7976931348623157e308,
    "",
    "衔接 𠮷 \u2028 \x7f \x01 \\u0000",
    [],
    {},
    [[1, [2]], {"": {"a b": None}}],
    {"z": 1, "a": 2},
]


def test_every_value_of_json_comes_back_as_it_was(store: Store, opened: Open) -> None:
    put(store, "N-1", values=VALUES)
    store.close()
    with opened() as again, again.read() as view:
        found = view.get("notes", "N-1")
    assert found is not None
    assert repr(found.body["values"]) == repr([*VALUES[:-1], found.body["values"][-1]])
    assert found.body["values"] == VALUES


def by_number(_: object, count: Iterator[int] = itertools.count()) -> str:  # noqa: B008
    """Name a case by a number: pytest would write its value."""
    return str(next(count))


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (math.nan, "x"),
        (math.inf, "x"),
        (2**63, "x"),
        (-(2**63) - 1, "x"),
        (10**5000, "x"),
        ("half \ud800", "x"),
        ("nul \0", "x"),
        ({"nul \0": 1}, "x"),
        ({1: 1}, "x"),
        ({"a": [0, {"b": {1}}]}, "x.a[1].b"),
        (b"bytes", "x"),
        (dt.date(2026, 1, 1), "x"),
        (nested(64), "x" + "[0]" * 63),
    ],
    ids=by_number,
)
def test_what_is_no_json_is_refused_and_changes_nothing(store: Store, value: Any, path: str) -> None:
    with store.transaction() as t:
        with refused("store-value") as raised:
            t.insert("notes", "N-1", {"x": value})
        assert raised.value.problems[0].place.path == path
        with refused("store-value"):
            t.append("audit", {"x": value}, AT)
        t.insert("notes", "N-2", {"x": nested(62)})
    assert ids(store) == ["N-2"]


def test_a_body_is_an_object(store: Store) -> None:
    with store.transaction() as t, refused("store-value"):
        t.insert("notes", "N-1", [1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "id",
    ["", "a" * 101, "-a", "a b", "a/b", "张三", "a\n", "a\0", "\ud800", "11010119900307123X", "x-110101199003071231"],
)
def test_an_unsafe_id_is_refused(store: Store, id: str) -> None:
    with store.transaction() as t, refused("store-value") as raised:
        t.insert("notes", id, {})
    assert not id or id not in str(raised.value)
    with store.read() as view:
        assert view.get("notes", id) is None
        with refused("store-value"):
            view.find("notes", after=id)


@pytest.mark.parametrize(
    "id", ["a", "a" * 100, "0.A_b:c@d-e", "123456789012345678", "110101199013071231", "1101011990030712311"]
)
def test_a_safe_id_is_taken(store: Store, id: str) -> None:
    assert put(store, id).id == id


def test_what_is_handed_out_or_in_is_a_copy(store: Store) -> None:
    body: dict[str, Any] = {"list": [1], "kind": "a"}
    with store.transaction() as t:
        handed = t.insert("notes", "N-1", body)
        body["list"].append(2)
        handed.body["list"].append(3)
        linked = t.append("audit", body, AT)
        linked.body["list"].append(4)
        first = t.get("notes", "N-1")
        assert first is not None
        first.body["list"].append(5)
    with store.read() as view:
        again = view.get("notes", "N-1")
        assert again is not None
        assert again.body["list"] == [1]
        (entry,) = view.entries("audit")
        assert entry.body["list"] == [1, 2]
    assert store.verify().problems == ()


def test_versions_guard_against_lost_updates(store: Store) -> None:
    put(store, "N-1")
    with store.transaction() as t:
        for version in (0, 2):
            with refused("store-conflict"):
                t.replace("notes", "N-1", {"x": 1}, version)
            with refused("store-conflict"):
                t.delete("notes", "N-1", version)
        with refused("store-missing"):
            t.replace("notes", "N-2", {}, 1)
        with refused("store-missing"):
            t.delete("notes", "N-2", 1)
        with refused("store-missing"):
            t.delete("notes", "no id", 1)
    with store.read() as view:
        assert view.get("notes", "N-1") == Record("notes", "N-1", 1, {})


def test_ids_and_unique_values_are_taken_once(store: Store) -> None:
    put(store, "N-1", code="x")
    with store.transaction() as t:
        with refused("store-duplicate"):
            t.insert("notes", "N-1", {})
        with refused("store-duplicate") as raised:
            t.insert("notes", "N-2", {"code": "x"})
        assert raised.value.problems[0].place.path == "code"
        t.insert("notes", "N-2", {"code": 1})
        t.insert("notes", "N-3", {"code": "1"})
        t.insert("notes", "N-4", {"code": True})
        t.insert("notes", "N-5", {"code": None})
        t.insert("notes", "N-6", {})
        with refused("store-duplicate"):
            t.replace("notes", "N-6", {"code": 1}, 1)
        t.replace("notes", "N-1", {"code": "x"}, 1)
        t.replace("notes", "N-1", {"code": "y"}, 2)
        t.insert("notes", "N-7", {"code": "x"})
        t.delete("notes", "N-7", 1)
        t.insert("notes", "N-8", {"code": "x"})
    with store.read() as view:
        assert [one.id for one in view.find("notes", {"code": "x"})] == ["N-8"]
        assert [one.id for one in view.find("notes", {"code": 1})] == ["N-2"]
        assert [one.id for one in view.find("notes", {"code": True})] == ["N-4"]
    assert store.verify().problems == ()


def test_records_are_found_by_their_values_page_by_page(store: Store) -> None:
    with store.transaction() as t:
        for number in range(9, -1, -1):
            place = {"division": "420102"} if number % 2 else "nowhere"
            t.insert("notes", f"N-{number}", {"kind": "ab"[number // 5], "place": place})
        t.insert("notes", "a-1", {})
    every = [f"N-{number}" for number in range(10)]
    assert ids(store) == [*every, "a-1"]
    assert ids(store, limit=3) == every[:3]
    assert ids(store, limit=3, after="N-2") == every[3:6]
    assert ids(store, after="N-3x") == [*every[4:], "a-1"]
    assert ids(store, after="a-1") == []
    assert ids(store, limit=0) == ids(store, limit=-1) == []
    assert ids(store, where={"kind": "a"}) == every[:5]
    assert ids(store, where={"kind": "a", "place.division": "420102"}) == ["N-1", "N-3"]
    assert ids(store, where={"kind": "a", "place.division": "420102"}, after="N-1", limit=1) == ["N-3"]
    assert ids(store, where={"kind": "c"}) == ids(store, where={"kind": 1}) == []
    with store.read() as view:
        assert view.count("notes") == 11
        assert view.count("notes", {"kind": "b"}) == 5
        assert view.count("notes", {"kind": "b", "place.division": "420102"}) == 3
        assert view.count("decisions") == 0


@pytest.mark.parametrize("value", [1.5, [1], {"a": 1}, "x" * 2000, "x\0", "\ud800"], ids=by_number)
def test_what_is_looked_up_by_is_plain_and_short(store: Store, value: Any) -> None:
    with store.transaction() as t:
        with refused("store-value"):
            t.insert("notes", "N-1", {"kind": value})
        with refused("store-value"):
            t.find("notes", {"kind": value})
        t.insert("notes", "N-2", {"kind": "x" * 1998})
    assert ids(store, where={"kind": "x" * 1998}) == ["N-2"]


def test_what_is_not_declared_is_a_defect_of_the_caller(store: Store) -> None:
    with store.transaction() as t:
        for wrong in (
            lambda: t.get("nothing", "N-1"),
            lambda: t.find("nothing"),
            lambda: t.insert("nothing", "N-1", {}),
            lambda: t.find("notes", {"text": 1}),
            lambda: t.find("notes", {"kind": None}),
            lambda: t.append("nothing", {}, AT),
            lambda: t.entries("nothing"),
            lambda: t.append("audit", {}, dt.datetime(2026, 1, 1)),
        ):
            with pytest.raises(InternalError):
                wrong()


def test_what_only_grows_is_not_changed(store: Store) -> None:
    with store.transaction() as t:
        t.insert("decisions", "D-1", {"case": "c"})
        with refused("store-append-only"):
            t.replace("decisions", "D-1", {}, 1)
        with refused("store-append-only"):
            t.delete("decisions", "D-1", 1)


def test_a_chain_grows_link_by_link(store: Store, opened: Open) -> None:
    with store.transaction() as t:
        assert t.tip("audit") is None
        first = t.append("audit", {"what": 1}, AT)
        second = t.append("audit", {"what": 2}, AT)
        other = t.append("other", {"what": 1}, AT)
    assert (first.seq, first.at, first.previous) == (1, "2026-03-01T01:30:00.000000Z", "")
    assert (second.seq, second.previous) == (2, first.hash)
    assert other.previous == "" != other.hash != first.hash
    store.close()
    with opened() as again, again.transaction() as t:
        third = t.append("audit", {"what": 3}, AT)
        assert t.tip("audit") == third
        assert t.entries("audit") == [first, second, third]
        assert t.entries("audit", after=1, limit=1) == [second]
        assert t.entries("audit", after=-5, limit=1) == [first]
        assert t.entries("audit", after=3) == []


def test_an_exception_leaves_nothing_behind(store: Store) -> None:
    put(store, "N-1", code="x")
    put(store, "N-2", kind="k")

    def fail(t: Transaction) -> None:
        t.insert("notes", "N-3", {"code": "y"})
        t.replace("notes", "N-1", {"code": "z"}, 1)
        t.delete("notes", "N-2", 1)
        t.insert("notes", "N-2", {"kind": "other"})
        t.append("audit", {}, AT)
        assert [one.id for one in t.find("notes", {"code": "z"})] == ["N-1"]
        assert t.get("notes", "N-2") == Record("notes", "N-2", 1, {"kind": "other"})
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"), store.transaction() as t:
        fail(t)
    with store.read() as view:
        assert view.find("notes") == [
            Record("notes", "N-1", 1, {"code": "x"}),
            Record("notes", "N-2", 1, {"kind": "k"}),
        ]
        assert view.find("notes", {"code": "z"}) == view.find("notes", {"kind": "other"}) == []
        assert view.tip("audit") is None
    with store.transaction() as t:
        assert t.append("audit", {}, AT).seq == 1
    assert store.verify().problems == ()


def test_a_block_is_used_while_it_is_open(store: Store) -> None:
    with store.transaction() as t:
        pass
    with store.read() as view:
        pass
    for late in (lambda: t.insert("notes", "N-1", {}), lambda: t.append("audit", {}, AT), lambda: view.find("notes")):
        with pytest.raises(InternalError):
            late()
    store.close()
    store.close()
    for closed in (store.transaction, store.read):
        with pytest.raises(InternalError), closed():
            pass


def test_threads_lose_no_update_and_fork_no_chain(store: Store) -> None:
    put(store, "N-1", count=0)
    failures: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for number in range(20):
                with store.transaction() as t:
                    found = t.get("notes", "N-1")
                    assert found is not None
                    t.replace("notes", "N-1", {"count": found.body["count"] + 1}, found.version)
                    t.append("audit", {"by": name, "number": number}, AT)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with store.read() as view:
        found = view.get("notes", "N-1")
        assert found is not None
        assert (found.version, found.body["count"]) == (161, 160)
        links = view.entries("audit", limit=1000)
    assert [entry.seq for entry in links] == list(range(1, 161))
    for name in range(8):
        assert [entry.body["number"] for entry in links if entry.body["by"] == name] == list(range(20))
    verified = store.verify()
    assert (verified.problems, verified.entries["audit"]) == ((), 160)


def test_a_view_is_of_one_state(store: Store) -> None:
    put(store, "N-1")
    seen: list[int] = []
    started, done = threading.Event(), threading.Event()

    def write() -> None:
        started.set()
        put(store, "N-2")
        done.set()

    writer = threading.Thread(target=write)
    with store.read() as view:
        seen.append(view.count("notes"))
        writer.start()
        started.wait()
        done.wait(0.1)
        seen.append(view.count("notes"))
    writer.join()
    assert seen == [1, 1]
    assert ids(store) == ["N-1", "N-2"]


def test_compacting_changes_nothing_that_is_seen(store: Store, opened: Open) -> None:
    put(store, "N-1", code="x")
    with store.transaction() as t:
        t.append("audit", {}, AT)
    before = store.verify()
    store.compact()
    put(store, "N-2", code="y")
    store.compact(forget=True)
    store.compact()
    put(store, "N-3", code="z")
    store.close()
    with opened() as again:
        assert ids(again) == ["N-1", "N-2", "N-3"]
        after = again.verify()
        assert after.problems == ()
        assert after.entries == before.entries
        with again.transaction() as t, pytest.raises(StoreError) as raised:
            t.insert("notes", "N-4", {"code": "x"})
        assert code_of(raised.value) == "store-duplicate"
