"""Measures the storages from inside a unit: benchmarks/storage.py runs this there.

Reads a JSON object with the data of the S3 storage from the command line; prints one with seconds
and bytes.
"""

# Indico's models get their attributes when they are mapped, which no type checker sees.
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false, reportOptionalMemberAccess=false

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from indico_app.boot import boot
from indico_app.settings import DATA

#: The sizes of the files in bytes, and how many of them are stored: a page, a paper, a film.
_WORKLOADS = {"page": (100_000, 50), "paper": (5_000_000, 10), "film": (200_000_000, 1)}


def main(s3: str) -> None:
    """Measure each storage with each workload."""
    with boot().app_context():
        from indico.core.storage.backend import FileSystemStorage  # noqa: PLC0415
        from indico_storage_s3.storage import S3Storage  # noqa: PLC0415

        from indico_storage_postgresql.storage import PostgresqlStorage  # noqa: PLC0415

        storages = {
            "disk": FileSystemStorage(str(DATA / "tmp" / "benchmark")),
            "postgresql": PostgresqlStorage(""),
            "s3": S3Storage(s3),
        }
        found = {
            workload: {name: _measure(storage, *sizes) for name, storage in storages.items()}
            for workload, sizes in _WORKLOADS.items()
        }
    print(json.dumps(found))


def _measure(storage: Any, size: int, number: int) -> dict[str, float]:
    from indico_storage_postgresql.copy import checksum  # noqa: PLC0415

    contents = [os.urandom(size) for _ in range(number)]
    names = [f"benchmark/{os.urandom(8).hex()}" for _ in contents]
    before = _database_size()

    def write() -> None:
        for name, content in zip(names, contents, strict=True):
            storage.save(name, "application/pdf", "paper.pdf", content)

    written = _seconds(write)
    growth = _database_size() - before
    read = _seconds(lambda: [checksum(storage, name) for name in names])
    for name in names:
        storage.delete(name)
    return {"write": written, "read": read, "growth": growth / (size * number)}


def _seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def _database_size() -> int:
    from indico.core.db import db  # noqa: PLC0415

    query = "SELECT pg_total_relation_size('plugin_storage_postgresql.chunks')"
    return db.engine.execute(query).scalar()


if __name__ == "__main__":
    main(sys.argv[1])
