"""Say in our words what the database's driver reports, which may repeat an address, a password or a value."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from xianjie.store.refusals import StoreError, busy, duplicate, full, unavailable


@contextlib.contextmanager
def mapping() -> Iterator[None]:
    """Raise StoreError for the driver's errors."""
    try:
        yield
    except SQLAlchemyError as error:
        raise mapped(error) from None


def mapped(error: SQLAlchemyError) -> StoreError:
    """Give our error for the driver's, by its SQLSTATE."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    match state:
        case "53100":
            return full(None)
        case "55P03" | "40001" | "40P01":
            return busy()
        case "23505":
            return duplicate("PostgreSQL", None)
        case str():
            return unavailable(f"SQLSTATE {state}")
    return busy() if isinstance(error, PoolTimeoutError) else unavailable(type(error).__name__)
