"""Moves files from every other storage into one, a few at a time, while the site serves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from indico.core.config import config
from indico.core.db import db
from indico.core.storage import StorageError
from indico.core.storage.backend import get_storage
from indico.util.date_time import now_utc
from sqlalchemy import and_, inspect, select

from indico_storage_postgresql import records
from indico_storage_postgresql.copy import CopyError, File, copy
from indico_storage_postgresql.models.files import moves
from indico_storage_postgresql.references import is_referenced, models

#: How long after a failure the next attempt is made. Servers come back.
_AGAIN = timedelta(minutes=10)
#: A request that has begun before a file was moved may still ask for it at its old place.
GRACE = timedelta(minutes=5)

_BATCH = 100


def move(target: str, *, keep_source: bool) -> Iterator[bool]:
    """Move files, one at each step; only for who has the turn.

    Args:
        target: the name of the storage that they shall be in.
        keep_source: whether they are left where they were, too.

    Yields:
        Whether the file has been moved. What has failed is recorded, and tried again later.
    """
    for model in models():
        while rows := _waiting(model, target):
            for row in rows:
                yield _move(model, row, target, keep_source=keep_source)


def delete_moved(age: timedelta = GRACE) -> None:
    """Delete what has been moved at its old place; only for who has the turn.

    Args:
        age: how long ago it was moved at least.
    """
    for backend, name in records.moved(age):
        if backend in config.STORAGE_BACKENDS and _is_gone(backend, name):
            records.forget(backend, name)
            db.session.commit()


def _is_gone(backend: str, name: str) -> bool:
    if is_referenced(backend, name):
        return True  # It has come back, and is nobody's to delete.
    try:
        get_storage(backend).delete(name)
    except StorageError as exc:
        return isinstance(exc.__cause__, FileNotFoundError)
    return True


def _waiting(model: Any, target: str) -> list[Any]:
    """Find some files of a model that are elsewhere, and have not just failed."""
    backend, name = model.storage_backend, model.storage_file_id
    this = and_(moves.c.storage_backend == backend, moves.c.storage_file_id == name)
    late = moves.c.since_dt > now_utc() - _AGAIN
    failed = select(1).where(this, moves.c.state == records.FAILED, late).exists()
    columns = (backend, name, model.filename, model.content_type, model.md5)
    sources = [other for other in config.STORAGE_BACKENDS if other != target]
    keys = inspect(model).primary_key
    query = db.session.query(*columns, *keys).filter(name.isnot(None), backend.in_(sources))
    found = query.filter(~failed).order_by(*keys).limit(_BATCH).all()
    # No transaction is held while a file is copied.
    db.session.rollback()
    return found


def _move(model: Any, row: Any, target: str, *, keep_source: bool) -> bool:
    backend, name, filename, content_type, md5, *key = row
    file = File(name, filename, content_type, md5)
    replace = not is_referenced(target, name)
    db.session.rollback()
    try:
        saved = copy(file, get_storage(backend), get_storage(target), replace=replace)
    except CopyError as exc:
        return _on_failure(backend, name, str(exc))
    here = [column == value for column, value in zip(inspect(model).primary_key, key, strict=True)]
    same = (*here, model.storage_backend == backend, model.storage_file_id == name)
    values = {"storage_backend": target, "storage_file_id": saved}
    if not db.session.query(model).filter(*same).update(values, synchronize_session=False):
        # It has been deleted or changed meanwhile, and so the copy is nobody's.
        records.record(target, saved, records.MOVED)
        db.session.commit()
        return False
    records.forget(target, saved)
    records.record(backend, name, records.KEPT if keep_source else records.MOVED)
    db.session.commit()
    return True


def _on_failure(backend: str, name: str, error: str) -> bool:
    """Record it, unless the file is not there because it has been deleted meanwhile."""
    if is_referenced(backend, name):
        records.record(backend, name, records.FAILED, error)
        db.session.commit()
    return False
