"""Where Indico remembers its files: every model that stores one, and the log of mails."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from indico.core.config import config
from indico.core.db import db
from indico.core.storage import StoredFileMixin
from indico.modules.logs.models.entries import (
    AppLogEntry,
    CategoryLogEntry,
    EventLogEntry,
    UserLogEntry,
)
from sqlalchemy import func, text

_LOGS = (AppLogEntry, CategoryLogEntry, EventLogEntry, UserLogEntry)


def models() -> list[Any]:
    """Find the models whose rows each have a file, those of other plugins included."""
    return [model for model in _subclasses(StoredFileMixin) if hasattr(model, "__table__")]


def count() -> dict[str, dict[str, int]]:
    """Count the files and their bytes, by the names of their storages."""
    files, sizes = Counter[str](), Counter[str]()
    for model in models():
        columns = (model.storage_backend, func.count(), func.sum(model.size))
        query = db.session.query(*columns).filter(model.storage_file_id.isnot(None))
        for backend, number, size in query.group_by(model.storage_backend):
            files[backend] += number
            sizes[backend] += int(size or 0)
    return {backend: {"files": files[backend], "bytes": sizes[backend]} for backend in files}


def is_referenced(backend: str, file_id: str) -> bool:
    """Tell whether anything in Indico means a file.

    Args:
        backend: the name of its storage.
        file_id: its name there.
    """
    query = text(f"SELECT {' OR '.join(conditions(':file_id', '= :backend'))}")
    return bool(db.session.execute(query, {"backend": backend, "file_id": file_id}).scalar())


def conditions(name: str, storage: str) -> list[str]:
    """Write the conditions of which one holds if something in Indico means a file.

    Args:
        name: what names the file, in SQL.
        storage: what has to hold for the name of its storage, in SQL that follows it.

    Returns:
        SQL.
    """
    # All that goes into the text are names of tables, and what the caller writes.
    stored = [
        f"SELECT 1 FROM {model.__table__.fullname} AS t "  # noqa: S608
        f"WHERE t.storage_backend {storage} AND t.storage_file_id = {name}"
        for model in models()
    ]
    logged = [
        f"SELECT 1 FROM {log.__table__.fullname} AS t, "  # noqa: S608
        "LATERAL jsonb_path_query((t.data -> 'stored_attachments')::jsonb, '$[*]') AS a "
        f"WHERE a ->> 'storage_backend' {storage} AND a ->> 'storage_file_id' = {name}"
        for log in _LOGS
    ]
    return [f"EXISTS ({query})" for query in (*stored, *logged)]


def backends_but(kind: str) -> list[str]:
    """Find the names that STORAGE_BACKENDS has for other kinds of storage."""
    definitions = config.STORAGE_BACKENDS.items()
    return [name for name, definition in definitions if definition.split(":", 1)[0] != kind]


def _subclasses(cls: type) -> Iterator[type]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
