"""Reach PostgreSQL as libpq does: by an address without a password, a service file, PGPASSFILE and PG… variables.

What the driver reports may repeat an address, a password or a value: only its SQLSTATE comes through.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from xianjie.population.database.refusals import (
    DatabaseError,
    bad_address,
    bad_query,
    denied,
    encoded_otherwise,
    failed,
    full,
    held,
    lost,
    password_told,
    unavailable,
    unknown_table,
)

Connection = psycopg.Connection[tuple[object, ...]]

SECRETS = ("password", "sslpassword", "oauth_client_secret")
PATIENCE = 10.0
"""Seconds to wait for a lock: the server takes a moment to notice that its client was killed."""

_NOTICED = 2
"""Seconds after which the server looks whether its client is still there."""


def checked_address(address: str | None) -> str:
    """Read an address as somebody wrote it in a command; empty where none is given, for the PG… variables to tell.

    Raises DatabaseError `database-address`, and `database-password` where it holds a secret.
    """
    try:
        found = conninfo_to_dict(address or "")
    except psycopg.ProgrammingError:
        raise bad_address() from None
    if any(found.get(name) for name in SECRETS):
        raise password_told()
    return address or ""


@contextlib.contextmanager
def connected(address: str) -> Iterator[Connection]:
    """Connect, each statement its own transaction unless one is begun. Raises DatabaseError, for statements as well."""
    try:
        info = make_conninfo(address, **_defaults(address))
        connection = psycopg.connect(info, autocommit=True)
    except psycopg.ProgrammingError:
        raise bad_address() from None
    except psycopg.Error as error:
        raise unavailable(_reason(error)) from None
    with mapping(), connection:
        if connection.execute("SHOW server_encoding").fetchone() == ("SQL_ASCII",):
            raise encoded_otherwise()
        connection.execute("SET client_encoding = 'UTF8'")
        connection.execute("SET datestyle = 'ISO, YMD'")
        connection.execute("SET TIME ZONE 8")  # Beijing's, whatever the role's is
        with contextlib.suppress(psycopg.Error):  # a server older than 14 does not know it
            connection.execute(sql.SQL("SET client_connection_check_interval = {}").format(f"{_NOTICED}s"))
        yield connection


def _defaults(address: str) -> dict[str, str]:
    ours = {
        "application_name": "xianjie",
        "connect_timeout": "10",
        "keepalives_idle": "30",
        "keepalives_interval": "10",
        "keepalives_count": "3",
    }
    given = conninfo_to_dict(address)
    return {name: value for name, value in ours.items() if name not in given}


@contextlib.contextmanager
def mapping() -> Iterator[None]:
    """Raise DatabaseError for the driver's errors."""
    try:
        yield
    except psycopg.Error as error:
        raise mapped(error) from None


def mapped(error: psycopg.Error) -> DatabaseError:
    """Give our error for the driver's, by its SQLSTATE."""
    state = error.sqlstate
    match state:
        case None:
            return lost(_reason(error)) if isinstance(error, psycopg.OperationalError) else failed(_reason(error))
        case "42501":
            return denied()
        case "42P01" | "3F000":
            return unknown_table()
        case "42601" | "42703" | "42702" | "42701" | "42883" | "25006":
            return bad_query()
        case "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04":
            return lost(_reason(error))
        case _ if state.startswith("08"):
            return lost(_reason(error))
        case _ if state.startswith("53"):
            return full()
        case _:
            return failed(_reason(error))


def _reason(error: psycopg.Error) -> str:
    return f"SQLSTATE {error.sqlstate}" if error.sqlstate else type(error).__name__


def lock(connection: Connection, what: str) -> None:
    """Hold a name for this connection alone, as long as it lasts. Raises DatabaseError `database-held`."""
    number = int.from_bytes(hashlib.sha256(f"xianjie {what}".encode()).digest()[:8], signed=True)
    until = time.monotonic() + PATIENCE
    while connection.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone() != (True,):
        if time.monotonic() > until:
            raise held()
        time.sleep(0.1)
