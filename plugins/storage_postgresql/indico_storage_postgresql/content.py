"""Files as rows: written in one transaction, read piece by piece, and checked as they are read."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, override
from uuid import UUID, uuid4

from indico.util.date_time import now_utc
from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from indico_storage_postgresql.models.files import chunks, files

#: How many bytes are in memory at once; what is read later may have been written with another.
CHUNK = 2**20


class BrokenFileError(Exception):
    """What the database holds of a file is not what was stored."""


@dataclass(frozen=True)
class Entry:
    """What is known of a stored file.

    Attributes:
        id: names the content, which never changes.
        size: in bytes.
        md5: of the whole content, in hexadecimal.
        created_dt: when it was stored.
    """

    id: UUID
    size: int
    md5: str
    created_dt: datetime


def find(engine: Engine, name: str) -> Entry:
    """Look a file up.

    Args:
        engine: the database.
        name: what the file was stored as.

    Raises:
        FileNotFoundError: if there is none of this name.
    """
    columns = (files.c.id, files.c.size, files.c.md5, files.c.created_dt)
    with engine.connect() as connection:
        row = connection.execute(select(*columns).where(files.c.name == name)).one_or_none()
    if row is None:
        raise FileNotFoundError("there is no such file")
    return Entry(*row)


def write(engine: Engine, name: str, source: BinaryIO) -> str:
    """Store a file: all of it, or nothing if anything goes wrong.

    The transaction is on a connection of its own: whatever becomes of the caller's, no broken file
    is left behind.

    Args:
        engine: the database.
        name: what to store it as; no other file may be stored as this.
        source: gives the content.

    Returns:
        The MD5 checksum of the content, in hexadecimal.
    """
    file_id = uuid4()
    row = {"id": file_id, "name": name, "size": 0, "md5": "", "created_dt": now_utc()}
    with engine.begin() as connection:
        connection.execute(files.insert().values(row))
        size, md5 = _write_chunks(connection, file_id, source)
        complete = files.update().where(files.c.id == file_id).values(size=size, md5=md5)
        connection.execute(complete)
    return md5


def delete(engine: Engine, name: str) -> None:
    """Delete a file.

    Raises:
        FileNotFoundError: if there is none of this name.
    """
    with engine.begin() as connection:
        if not connection.execute(files.delete().where(files.c.name == name)).rowcount:
            raise FileNotFoundError("there is no such file")


def reader(engine: Engine, entry: Entry) -> io.BufferedReader:
    """Open a file.

    Returns:
        A seekable stream. No connection is held between two reads.
    """
    return io.BufferedReader(_Reader(engine, entry))


def _write_chunks(connection: Connection, file_id: UUID, source: BinaryIO) -> tuple[int, str]:
    """Write the content; tell its size and its MD5 checksum."""
    checksum = hashlib.md5(usedforsecurity=False)
    start = 0
    for content in pieces(source):
        checksum.update(content)
        sha256 = hashlib.sha256(content).digest()
        row = {"file_id": file_id, "start": start, "content": content, "sha256": sha256}
        connection.execute(chunks.insert().values(row))
        start += len(content)
    return start, checksum.hexdigest()


def pieces(source: BinaryIO) -> Iterator[bytes]:
    """Cut a stream into pieces of one size, but for the last; reads may give less than asked."""
    while True:
        parts: list[bytes] = []
        lacking = CHUNK
        while lacking and (part := source.read(lacking)):
            parts.append(part)
            lacking -= len(part)
        if parts:
            yield b"".join(parts)
        if lacking:
            return


class _Reader(io.RawIOBase):
    """Reads a file by short queries; what it gives has been checked."""

    def __init__(self, engine: Engine, entry: Entry):
        self._engine = engine
        self._entry = entry
        self._position = 0
        self._start, self._content = 0, b""

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def tell(self) -> int:
        return self._position

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._entry.size}
        position = origin[whence] + offset
        if position < 0:
            raise ValueError("negative seek position")
        self._position = position
        return position

    @override
    def readinto(self, buffer: Any, /) -> int:
        content = self._available()
        length = min(len(buffer), len(content))
        buffer[:length] = content[:length]
        self._position += length
        return length

    def _available(self) -> memoryview:
        """What of the present piece comes next, nothing at the end of the file."""
        if self._position >= self._entry.size:
            return memoryview(b"")
        if not 0 <= self._position - self._start < len(self._content):
            self._start, self._content = self._fetch()
        return memoryview(self._content)[self._position - self._start :]

    def _fetch(self) -> tuple[int, bytes]:
        query = (
            select(chunks.c.start, chunks.c.content, chunks.c.sha256)
            .where(chunks.c.file_id == self._entry.id, chunks.c.start <= self._position)
            .order_by(chunks.c.start.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or self._position >= row.start + len(row.content):
            raise BrokenFileError(f"there is nothing at byte {self._position}")
        if hashlib.sha256(row.content).digest() != bytes(row.sha256):
            raise BrokenFileError(f"the bytes from {row.start} on are not those that were stored")
        return row.start, row.content
