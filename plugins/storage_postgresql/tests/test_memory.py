"""A file of 500 MiB, in a process that may take 64 MiB more than it has."""

import hashlib
import io
import multiprocessing
import os
import resource
from pathlib import Path
from typing import Any, override

from indico.core.db import db
from indico.core.storage import Storage

_MEBIBYTE = 2**20
_SIZE = 500 * _MEBIBYTE
_LIMIT = 64 * _MEBIBYTE
_PATTERN = os.urandom(_MEBIBYTE - 1)


class Large(io.RawIOBase):
    """A stream that nobody holds, of which no two pieces are alike."""

    def __init__(self) -> None:
        self._position = 0

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any, /) -> int:
        start = self._position % len(_PATTERN)
        piece = _PATTERN[start : start + min(len(buffer), _SIZE - self._position)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


def test_large_file_is_stored_and_read_in_little_memory(storage: Storage):
    child = multiprocessing.get_context("fork").Process(target=_store_and_read, args=(storage,))
    child.start()
    child.join()
    assert child.exitcode == 0


def _store_and_read(storage: Storage) -> None:
    db.engine.dispose(close=False)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + _LIMIT
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    assert _is_too_much(2 * _LIMIT)

    md5 = storage.save("large", "video/mp4", "large.mp4", io.BufferedReader(Large()))[1]

    with storage.get_local_path("large") as path, Path(path).open("rb") as opened:
        assert hashlib.file_digest(opened, "md5").hexdigest() == md5
        assert opened.tell() == _SIZE
    storage.delete("large")


def _is_too_much(size: int) -> bool:
    """Whether the limit is there."""
    try:
        bytearray(size)
    except MemoryError:
        return True
    return False
