"""What has to be remembered of files that are moved, at the places that they are moved from."""

from datetime import timedelta

from indico.core.db import db
from indico.util.date_time import now_utc
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from indico_storage_postgresql.models.files import moves

MOVED, KEPT, FAILED = "moved", "kept", "failed"


def record(backend: str, name: str, state: str, error: str | None = None) -> None:
    """Remember what has become of a file, as a part of the session's transaction.

    Args:
        backend: the name of the storage that it was to be moved from.
        name: what it is stored as there.
        state: one of the above.
        error: why it could not be moved.
    """
    values = {"state": state, "since_dt": now_utc(), "error": error}
    row = {"storage_backend": backend, "storage_file_id": name, **values}
    statement = insert(moves).values(row)
    db.session.execute(statement.on_conflict_do_update(constraint=moves.primary_key, set_=values))


def forget(backend: str, name: str) -> None:
    """Forget what there was to remember, as a part of the session's transaction."""
    this = (moves.c.storage_backend == backend, moves.c.storage_file_id == name)
    db.session.execute(delete(moves).where(*this))


def forget_failures() -> None:
    """Let everything be tried again at once."""
    db.session.execute(delete(moves).where(moves.c.state == FAILED))
    db.session.commit()


def moved(age: timedelta) -> list[tuple[str, str]]:
    """Find what can be deleted at its old place: its storage, and its name there.

    Args:
        age: how long ago it was moved at least.
    """
    columns = (moves.c.storage_backend, moves.c.storage_file_id)
    old = moves.c.since_dt <= now_utc() - age
    query = select(*columns).where(moves.c.state == MOVED, old)
    return [(backend, name) for backend, name in db.session.execute(query)]


def failures() -> list[dict[str, str]]:
    """Tell what could not be moved, and why."""
    columns = (moves.c.storage_backend, moves.c.storage_file_id, moves.c.error)
    query = select(*columns).where(moves.c.state == FAILED).order_by(*columns)
    keys = ("storage", "file", "error")
    return [dict(zip(keys, row, strict=True)) for row in db.session.execute(query)]
