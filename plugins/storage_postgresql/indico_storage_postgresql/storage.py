"""The storage backend: what Indico asks of a place for files, answered by rows of a database."""

from collections.abc import Generator
from contextlib import contextmanager
from os import getpid
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO, override

from indico.core.config import config
from indico.core.db import db
from indico.core.storage import Storage, StorageError
from indico.web.flask.util import send_file
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from indico_storage_postgresql import content
from indico_storage_postgresql.cache import Cache

_DEFAULT_CACHE = "1024"
_MEGABYTE = 2**20


class PostgresqlStorage(Storage):
    """Files in the tables of this plugin, and what of them was asked for lately on the disk.

    The data of a backend may have `cache`: the size of the cache in MB, which is 1024 unless it is
    given, such as `postgresql:cache=500`.
    """

    name = "postgresql"
    simple_data = False

    def __init__(self, data: str):
        size = self._parse_data(data).get("cache", _DEFAULT_CACHE)
        self._cache = Cache(Path(config.CACHE_DIR, "storage_postgresql"), int(size) * _MEGABYTE)

    @override
    def open(self, file_id: str) -> BinaryIO:
        """Open a file: a seekable stream, of which one piece at a time is in memory."""
        with _errors("open", file_id):
            return content.reader(db.engine, content.find(db.engine, file_id))

    @override
    @contextmanager
    def get_local_path(self, file_id: str) -> Generator[str]:
        """Give a file a path, which is good until the end of the context."""
        with _errors("open", file_id):
            opened = self._cached(file_id).open("rb")
        with opened:
            # The cache may drop the file meanwhile; this path stays, for other programs too.
            yield f"/proc/{getpid()}/fd/{opened.fileno()}"

    @override
    def save(
        self, name: str, content_type: str, filename: str, fileobj: Any, *, dry_run: bool = False
    ) -> tuple[str, str | None]:
        """Store a file; it is there to stay when this returns, and not at all when this raises."""
        if dry_run:
            return name, None
        with _errors("save", name):
            return name, content.write(db.engine, name, self._ensure_fileobj(fileobj))

    @override
    def delete(self, file_id: str) -> None:
        """Delete a file, at once and for ever."""
        with _errors("delete", file_id):
            content.delete(db.engine, file_id)

    @override
    def getsize(self, file_id: str) -> int:
        """Tell the size of a file in bytes."""
        with _errors("get size of", file_id):
            return content.find(db.engine, file_id).size

    @override
    def send_file(
        self, file_id: str, content_type: str, filename: str, inline: bool = True
    ) -> Any:
        """Answer with a file, which the web server sends from the cache where Indico lets it."""
        with _errors("send", file_id):
            return send_file(filename, str(self._cached(file_id)), content_type, inline=inline)

    def _cached(self, file_id: str) -> Path:
        entry = content.find(db.engine, file_id)

        def fill(target: BinaryIO) -> None:
            with content.reader(db.engine, entry) as source:
                copyfileobj(source, target, content.CHUNK)

        return self._cache.path(str(entry.id), entry.size, entry.created_dt.timestamp(), fill)


@contextmanager
def _errors(verb: str, file_id: str) -> Generator[None]:
    """Turn whatever goes wrong into Indico's error.

    The message of an error of SQLAlchemy's is left out: it may hold a part of the file.
    """
    try:
        yield
    except IntegrityError as exc:
        reason = "a file with this name already exists"
        raise StorageError(f'Could not {verb} "{file_id}": {reason}') from exc.orig
    except SQLAlchemyError as exc:
        reason = getattr(exc, "orig", None) or type(exc).__name__
        raise StorageError(f'Could not {verb} "{file_id}": {reason}') from None
    except Exception as exc:
        raise StorageError(f'Could not {verb} "{file_id}": {exc}') from exc
