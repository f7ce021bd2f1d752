"""The lock that lets one process at a time move files, or clear up after it."""

from collections.abc import Generator
from contextlib import contextmanager

from indico.core.db import db
from sqlalchemy import text

# Any number that nobody else uses.
_LOCK = 0x1D1C05


@contextmanager
def turn() -> Generator[bool]:
    """Try to get the lock; PostgreSQL frees it when the process ends, however that ends.

    Yields:
        Whether it is ours until the end of the context.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(
            connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), lock=_LOCK).scalar()
        )
        try:
            yield mine
        finally:
            if mine:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), lock=_LOCK)
