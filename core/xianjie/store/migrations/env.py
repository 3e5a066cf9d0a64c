"""Run the migrations on the connection that is handed over, within its transaction; Alembic executes this file."""

from __future__ import annotations

from alembic import context

from xianjie.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
