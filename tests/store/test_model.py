"""Whatever is done to a store, in whatever order, it holds what a dictionary would hold; so it does after reopening."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.store.layouts import AT, code_of, small_layout

from xianjie.store import Record, Store, StoreError, Transaction, open_store

IDS = st.sampled_from(["a", "B", "a-1", "a.1", "Z9"])
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "code": st.sampled_from([1, True, "1", None]),
        "kind": st.sampled_from(["x", "y", 0, False]),
        "place": st.one_of(st.none(), st.fixed_dictionaries({"division": st.sampled_from(["42", "33"])})),
        "more": st.recursive(
            st.one_of(
                st.none(),
                st.booleans(),
                st.integers(-(2**63), 2**63 - 1),
                st.floats(allow_nan=False, allow_infinity=False),
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
            ),
            lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("ab"), inner)),
            max_leaves=4,
        ),
    },
)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), IDS, BODIES),
        st.tuples(st.just("replace"), IDS, BODIES, st.integers(-1, 1)),
        st.tuples(st.just("delete"), IDS, st.integers(-1, 1)),
        st.tuples(st.just("append"), BODIES),
    ),
    min_size=1,
    max_size=6,
)


def same(one: Any, other: Any) -> bool:
    """Compare JSON: 1 is not true, and the keys keep their order."""
    return repr(one) == repr(other)


class Model:
    """What a store should hold."""

    def __init__(self) -> None:
        self.notes: dict[str, tuple[int, dict[str, Any]]] = {}
        self.audit: list[dict[str, Any]] = []

    def copy(self) -> Model:
        other = Model()
        other.notes, other.audit = dict(self.notes), list(self.audit)
        return other

    def refusal(self, change: Any) -> str | None:
        """Say why a change is refused."""
        match change:
            case ["insert", id, body]:
                return "store-duplicate" if id in self.notes or self._taken(id, body) else None
            case ["replace", id, body, off]:
                if id not in self.notes:
                    return "store-missing"
                if off:
                    return "store-conflict"
                return "store-duplicate" if self._taken(id, body) else None
            case ["delete", id, off]:
                return "store-missing" if id not in self.notes else "store-conflict" if off else None
        return None

    def _taken(self, id: str, body: dict[str, Any]) -> bool:
        code = body.get("code")
        return code is not None and any(
            other != id and same(held.get("code"), code) for other, (_, held) in self.notes.items()
        )

    def apply(self, change: Any) -> None:
        match change:
            case ["insert", id, body]:
                self.notes[id] = (1, body)
            case ["replace", id, body, _]:
                self.notes[id] = (self.notes[id][0] + 1, body)
            case ["delete", id, _]:
                del self.notes[id]
            case ["append", body]:
                self.audit.append(body)

    def found(self, where: dict[str, Any]) -> list[Record]:
        def value(body: Any, path: str) -> Any:
            for step in path.split("."):
                body = body.get(step) if isinstance(body, dict) else None
            return body

        return [
            Record("notes", id, version, body)
            for id, (version, body) in sorted(self.notes.items())
            if all(same(value(body, path), wanted) for path, wanted in where.items())
        ]


class Machine(RuleBasedStateMachine):
    """Do the same to a store and to the model."""

    opening: Callable[[], Store]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.store = type(self).opening()

    @rule(changes=CHANGES, fails=st.booleans())
    def change(self, changes: list[Any], fails: bool) -> None:
        """Carry out a transaction, which may end in an exception."""
        after = self.model.copy()
        try:
            with self.store.transaction() as t:
                for change in changes:
                    self._one(t, after, change)
                    assert [one.id for one in t.find("notes")] == sorted(after.notes)
                if fails:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            return
        self.model = after

    def _one(self, t: Transaction, model: Model, change: Any) -> None:
        expected = model.refusal(change)
        version = model.notes.get(change[1], (1, {}))[0] if change[0] != "append" else 0
        refusal = None
        try:
            match change:
                case ["insert", id, body]:
                    t.insert("notes", id, body)
                case ["replace", id, body, off]:
                    t.replace("notes", id, body, version + off)
                case ["delete", id, off]:
                    t.delete("notes", id, version + off)
                case ["append", body]:
                    t.append("audit", body, AT)
        except StoreError as error:
            refusal = code_of(error)
        assert refusal == expected
        if refusal is None:
            model.apply(change)

    @rule()
    def reopen(self) -> None:
        """Close the store and open it again."""
        self.store.close()
        self.store = type(self).opening()

    @rule(forget=st.booleans())
    def compact(self, forget: bool) -> None:
        """Write the state out in short."""
        self.store.compact(forget)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        """Compare everything."""
        with self.store.read() as view:
            for where in ({}, {"kind": "x"}, {"kind": 0}, {"code": 1}, {"kind": "x", "place.division": "42"}):
                wanted = self.model.found(where)
                assert same(list(view.find("notes", where)), wanted)
                assert view.count("notes", where) == len(wanted)
            assert same([one.body for one in view.entries("audit")], self.model.audit)
        assert self.store.verify().problems == ()

    def teardown(self) -> None:
        """Let the store go."""
        self.store.close()


SMALL = settings(max_examples=15, stateful_step_count=10, deadline=None)


def test_the_embedded_store_is_a_dictionary(tmp_path: Path) -> None:
    class Embedded(Machine):
        @staticmethod
        def opening() -> Store:
            return open_store(folders[-1], small_layout())

        def __init__(self) -> None:
            folders.append(Path(tempfile.mkdtemp(dir=tmp_path)))
            super().__init__()

        def teardown(self) -> None:
            super().teardown()
            shutil.rmtree(folders.pop())

    folders: list[Path] = []
    run_state_machine_as_test(Embedded, settings=SMALL)


def test_postgres_is_a_dictionary(database: str, request: pytest.FixtureRequest) -> None:
    class Postgres(Machine):
        @staticmethod
        def opening() -> Store:
            return open_store(database, small_layout())

        def __init__(self) -> None:
            super().__init__()
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute("TRUNCATE xianjie_records, xianjie_keys, xianjie_entries")

    run_state_machine_as_test(Postgres, settings=settings(SMALL, max_examples=6))
