"""Files on the disk, for nginx to send and for programs to open; the oldest make room."""

import os
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

#: A file that was asked for this many seconds ago may be about to be opened.
_IN_USE = 60
#: A file that nobody has written to for so many seconds has been given up.
_ABANDONED = 3600

_PART = ".part"


@dataclass(frozen=True)
class Cache:
    """A folder that any number of processes use at once.

    Attributes:
        folder: where the files are. It is made when it is needed.
        limit: how many bytes are kept; one file may be larger, and is not kept for long.
    """

    folder: Path
    limit: int

    def path(self, key: str, size: int, time_: float, fill: Callable[[BinaryIO], None]) -> Path:
        """Give a file a path.

        Args:
            key: names the content; another content has another key.
            size: its size in bytes.
            time_: the time that the file is to have, in seconds since the epoch. It is the same in
                all caches: servers tell browsers by it whether a file has changed.
            fill: writes the content, where the cache does not have it.

        Returns:
            The path, which is good for a minute at least.
        """
        path = self.folder / key
        if not self._has(path, size, time_):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._make_room(size)
            self._fill(path, time_, fill)
        return path

    @staticmethod
    def _has(path: Path, size: int, time_: float) -> bool:
        """Look for a file, and keep others from deleting it now."""
        try:
            os.utime(path, (time.time(), time_))
            return path.stat().st_size == size
        except FileNotFoundError:
            return False

    def _fill(self, path: Path, time_: float, fill: Callable[[BinaryIO], None]) -> None:
        """Write beside the path, so that the file is there in its whole or not at all."""
        part = NamedTemporaryFile(dir=self.folder, suffix=_PART, delete=False)  # noqa: SIM115
        try:
            with part:
                fill(part)
            Path(part.name).chmod(0o640)
            Path(part.name).replace(path)
            os.utime(path, (time.time(), time_))
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise

    def _make_room(self, size: int) -> None:
        """Delete what has not been asked for the longest, until another file fits."""
        now = time.time()
        found = list(self._files())
        room = self.limit - size - sum(stat.st_size for stat, _ in found)
        for stat, path in sorted(found, key=lambda item: item[0].st_atime):
            if path.suffix == _PART:
                goes = now - stat.st_mtime > _ABANDONED
            else:
                goes = room < 0 and now - stat.st_atime > _IN_USE
            if goes:
                path.unlink(missing_ok=True)
                room += stat.st_size

    def _files(self) -> Generator[tuple[os.stat_result, Path]]:
        """Everything in the folder, but for what another process has taken away meanwhile."""
        for entry in os.scandir(self.folder):
            with suppress(FileNotFoundError):
                yield entry.stat(), Path(entry.path)
