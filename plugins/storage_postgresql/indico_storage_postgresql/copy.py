"""Copies a file from one storage into another, and makes sure that it is the same there."""

import hashlib
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from indico.core.storage import Storage, StorageError

from indico_storage_postgresql.content import CHUNK


class CopyError(Exception):
    """A file cannot be copied; the message says why."""


@dataclass(frozen=True)
class File:
    """What Indico remembers of a file.

    Attributes:
        name: what it is stored as.
        filename: what its user calls it.
        content_type: its media type.
        md5: the MD5 checksum of its content, in hexadecimal.
    """

    name: str
    filename: str
    content_type: str
    md5: str


def copy(file: File, source: Storage, target: Storage, *, replace: bool) -> str:
    """Copy a file, under the same name.

    Args:
        file: the file.
        source: where it is.
        target: where it shall be. A copy that is there already, whole, is taken for it.
        replace: whether something else that has its name there may be thrown away.

    Returns:
        What the copy is stored as; it has been read back, and is the same.

    Raises:
        CopyError: if it cannot be read or written, or is not what was uploaded.
    """
    try:
        there = checksum(target, file.name) if _exists(target, file.name) else None
        if there == file.md5:
            return file.name
        if there is not None:
            _throw_away(target, file.name, replace=replace)
        return _copy(file, source, target)
    except CopyError:
        raise
    except Exception as exc:
        raise CopyError(str(exc) or type(exc).__name__) from exc


@contextmanager
def stream(storage: Storage, name: str) -> Generator[BinaryIO]:
    """Open a file, so that never all of it is in memory.

    Args:
        storage: where it is. Indico's plugin for S3 would read a file as a whole, so its client is
            asked in its place.
        name: what it is stored as.

    Raises:
        StorageError: if it cannot be read.
    """
    bucket: Any = getattr(storage, "bucket_name", None)
    if bucket is None:
        with storage.open(name) as opened:
            yield opened
        return
    client: Any = getattr(storage, "client", None)
    try:
        body: Any = client.get_object(Bucket=bucket, Key=name)["Body"]
    except Exception as exc:
        raise StorageError(f'Could not open "{name}": {exc}') from exc
    with closing(body):
        yield body


def _copy(file: File, source: Storage, target: Storage) -> str:
    with stream(source, file.name) as opened:
        saved, _ = target.save(file.name, file.content_type, file.filename, opened)
    if (there := checksum(target, saved)) != file.md5:
        target.delete(saved)
        raise CopyError(f"the content is not what was uploaded: its MD5 checksum is {there}")
    return saved


def _throw_away(target: Storage, name: str, *, replace: bool) -> None:
    if not replace:
        raise CopyError("another file has its name there")
    target.delete(name)


def _exists(storage: Storage, name: str) -> bool:
    try:
        storage.getsize(name)
    except StorageError:
        return False
    return True


def checksum(storage: Storage, name: str) -> str:
    """Work out the MD5 checksum of a file, in hexadecimal."""
    found = hashlib.md5(usedforsecurity=False)
    with stream(storage, name) as opened:
        while content := opened.read(CHUNK):
            found.update(content)
    return found.hexdigest()
