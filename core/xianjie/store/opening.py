"""Choose the store by where it is: a database's address, or a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xianjie.store.chains import Seal
from xianjie.store.collections import Layout
from xianjie.store.interface import Store

DATABASE_URL = "XIANJIE_DATABASE_URL"
"""The variable of the environment that names the store."""


def open_store(
    where: str | Path, layout: Layout | None = None, seals: Sequence[Seal] | None = None, create: bool = True
) -> Store:
    """Open PostgreSQL where `where` is an address such as postgresql://…, else the embedded store in that folder.

    `seals` seal and check the chains, the first one new entries. Without `create`, there must be a store already.
    Raises StoreError.
    """
    if isinstance(where, str) and "://" in where:
        from xianjie.store.postgres import PostgresStore

        return PostgresStore(where, layout, seals, create)
    from xianjie.store.embedded import EmbeddedStore

    return EmbeddedStore(Path(where).expanduser(), layout, seals, create)
