"""The tables in PostgreSQL, and how a database comes to have them: Alembic's migrations, under a lock.

Bodies are `json`, not `jsonb`: jsonb rewrites numbers, so that 1e22 would come back as another value than was hashed.
What records are looked up by stands in a table beside, written as JSON, so that 1, "1" and true differ there as well.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.engine import URL

from xianjie.store.refusals import encoding, newer
from xianjie.store.values import written

PATIENCE = "10s"
"""How long a transaction waits for the others."""
IDLE = "60s"
"""How long a transaction may do nothing before the server ends it: all others wait for it."""
VERSION_TABLE = "xianjie_schema"
MIGRATING = 0x7869616E6A6901
"""The advisory lock of migrations."""
WRITING = 0x7869616E6A6902
"""The advisory lock of transactions."""

metadata = MetaData()
_TEXT = String(collation="C")  # ids are ordered as Python orders them

records = Table(
    "xianjie_records",
    metadata,
    Column("collection", _TEXT, primary_key=True),
    Column("id", _TEXT, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("body", JSON(none_as_null=True), nullable=False),
)
keys = Table(
    "xianjie_keys",
    metadata,
    Column("collection", _TEXT, primary_key=True),
    Column("path", _TEXT, primary_key=True),
    Column("key", _TEXT, primary_key=True),
    Column("id", _TEXT, primary_key=True),
    Column("single", Boolean, nullable=False),
)
entries = Table(
    "xianjie_entries",
    metadata,
    Column("chain", _TEXT, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", _TEXT, nullable=False),
    Column("body", JSON(none_as_null=True), nullable=False),
    Column("previous", _TEXT, nullable=False),
    Column("hash", _TEXT, nullable=False),
)
facts = Table(
    "xianjie_facts",
    metadata,
    Column("name", _TEXT, primary_key=True),
    Column("value", _TEXT, nullable=False),
)
"""What the store notes of itself: for which layout the keys were made."""


def engine_for(url: URL) -> Engine:
    """Make the engine; a connection that the server has dropped is noticed before it is used."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=5,
        max_overflow=10,
        pool_timeout=30,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "xianjie"},
        json_serializer=written,
        json_deserializer=json.loads,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.autocommit = True
        connection.execute(
            "SELECT set_config('lock_timeout', %s, false),"
            " set_config('idle_in_transaction_session_timeout', %s, false),"
            " CASE WHEN current_setting('synchronous_commit') = 'off'"  # what is acknowledged must be on disk
            " THEN set_config('synchronous_commit', 'on', false) END",
            (PATIENCE, IDLE),
        )
        connection.autocommit = False

    return engine


def migrate(connection: Connection, create: bool) -> bool:
    """Bring the tables up to this version, in the caller's transaction; False where there are none and none is wanted.

    Several processes may come at once: they wait for each other. StoreError `store-version` for a newer schema,
    `store-encoding` for a database that does not hold every character.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
    if connection.scalar(text("SHOW server_encoding")) != "UTF8":
        raise encoding()
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    heads = set(MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads())
    if not heads <= known:
        raise newer(None)
    if not heads and not create:
        return False
    if heads != set(scripts.get_heads()):
        command.upgrade(config, "head")
    return True
