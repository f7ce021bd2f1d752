"""The PostgreSQL database as Indico needs it, apart from Indico's own tables."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg2
import psycopg2.errors
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection

EXTENSIONS = ("pg_trgm", "unaccent")

#: Name the locks that one unit holds while it migrates, and while its application is restarted;
#: any numbers that nobody else uses.
_MIGRATION_LOCK, _RESTART_LOCK = 0x1D1C0, 0x1D1C1

_CONNECT_TIMEOUT = 10


class DatabaseError(Exception):
    """The database cannot be used; the message says why and what to do."""


class DatabaseUnavailableError(DatabaseError):
    """The database does not answer now, and may later."""


@contextmanager
def connect(uri: str) -> Generator[connection]:
    """Connect to the database; every statement is its own transaction.

    Args:
        uri: the connection string, as libpq reads it.

    Yields:
        The connection, which is closed afterwards.

    Raises:
        DatabaseUnavailableError: if no connection can be made.
    """
    try:
        opened = psycopg2.connect(uri, connect_timeout=_CONNECT_TIMEOUT)
    except psycopg2.OperationalError as exc:
        parts = urlsplit(uri)
        reason = str(exc).strip().splitlines()[-1].rpartition(": ")[2] if str(exc).strip() else ""
        raise DatabaseUnavailableError(
            f"PostgreSQL at {parts.hostname}:{parts.port or 5432} cannot be used ({reason}): "
            "check the postgresql application"
        ) from exc
    with closing(opened):
        opened.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        yield opened


@contextmanager
def migration_lock(opened: connection) -> Generator[None]:
    """Wait for the lock that lets one unit at a time migrate, and hold it.

    Args:
        opened: the connection to hold it on; PostgreSQL frees the lock when it closes.
    """
    with opened.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (_MIGRATION_LOCK,))
        yield
        cursor.execute("SELECT pg_advisory_unlock(%s)", (_MIGRATION_LOCK,))


@contextmanager
def restart_lock(opened: connection, seconds: int) -> Generator[None]:
    """Wait for the lock that lets one unit at a time restart its application, and hold it.

    It is a transaction's lock, which holds through a connection pooler too.

    Args:
        opened: the connection to hold it on; PostgreSQL frees the lock when it closes.
        seconds: how long to wait at most.

    Raises:
        DatabaseUnavailableError: if others hold it for longer.
    """
    with opened.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"SET LOCAL lock_timeout = '{seconds}s'")
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_RESTART_LOCK,))
        except psycopg2.errors.LockNotAvailable:
            raise DatabaseUnavailableError(
                f"other units have been restarting for {seconds} seconds: see their statuses"
            ) from None
        yield
        cursor.execute("COMMIT")


def create_extensions(opened: connection) -> None:
    """Create the extensions that Indico needs, where they are missing.

    Both are trusted: https://www.postgresql.org/docs/current/sql-createextension.html says that
    whoever may create in the database may create those.

    Args:
        opened: a connection to the database.

    Raises:
        DatabaseError: if one is missing and this role may not create it.
    """
    missing: list[str] = []
    with opened.cursor() as cursor:
        for name in EXTENSIONS:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = %s", (name,))
            if cursor.fetchone():
                continue
            try:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
            except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.FeatureNotSupported):
                missing.append(name)
    if missing:
        options = " ".join(f"plugin_{name}_enable=true" for name in missing)
        raise DatabaseError(
            f"PostgreSQL lacks {' and '.join(missing)}, which Indico may not create: "
            f"juju config postgresql-k8s {options}"
        )


def is_prepared(opened: connection) -> bool:
    """Tell whether Indico's tables have been made to the end: then its own user is in them.

    Args:
        opened: a connection to the database.
    """
    with opened.cursor() as cursor:
        cursor.execute("SELECT to_regclass('users.users'), to_regclass('alembic_version')")
        if None in (cursor.fetchone() or (None,)):
            return False
        cursor.execute("SELECT 1 FROM users.users LIMIT 1")
        return cursor.fetchone() is not None


def revisions(opened: connection, version_table: str) -> set[str]:
    """Tell how far some tables have been migrated.

    Args:
        opened: a connection to the database.
        version_table: where alembic keeps that.

    Returns:
        The alembic revisions, of which there is one as a rule; none if there is no such table.
    """
    with opened.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", (version_table,))
        if cursor.fetchone() == (None,):
            return set()
        name = sql.Identifier("public", version_table)
        cursor.execute(sql.SQL("SELECT version_num FROM {}").format(name))
        return {str(row[0]) for row in cursor.fetchall()}
