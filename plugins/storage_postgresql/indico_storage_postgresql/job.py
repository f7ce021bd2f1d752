"""The order to move files: it stands until it is withdrawn, so that what comes later follows."""

import time
from collections.abc import Callable

from indico.core.config import config
from indico.core.db import db

from indico_storage_postgresql import records, references
from indico_storage_postgresql.move import delete_moved, move
from indico_storage_postgresql.turn import turn

#: Shorter than what a worker is given to end in.
SECONDS = 50


class UnknownStorageError(Exception):
    """There is no storage of a name; the message says which ones there are."""


def order(target: str | None, *, keep_source: bool = False) -> None:
    """Have files moved from now on, by whoever calls `work`.

    Args:
        target: the name of the storage that they shall be in; None if they shall stay.
        keep_source: whether they are left where they were, too.

    Raises:
        UnknownStorageError: if there is no such storage.
    """
    if target is not None and target not in config.STORAGE_BACKENDS:
        known = ", ".join(sorted(config.STORAGE_BACKENDS))
        raise UnknownStorageError(f"there is no storage {target}, only {known}")
    _settings().set_multi({"move_to": target, "keep_source": keep_source})
    records.forget_failures()


def status() -> dict[str, object]:
    """Tell how far it is.

    Returns:
        `moving-to`, empty where nothing is to be moved; `stored`, the files and bytes in each
        storage; `remaining`, the files that are yet to be moved; `unavailable`, those that are in
        no storage that there is; `failed`, how many could not be moved, and `failures`, some of
        them and why.
    """
    stored = references.count()
    target = _settings().get("move_to")
    files = {name: found["files"] for name, found in stored.items()}
    gone = sum(files[name] for name in files.keys() - config.STORAGE_BACKENDS.keys())
    failures = records.failures()
    return {
        "moving-to": target or "",
        "remaining": sum(files.values()) - files.get(target, 0) - gone if target else 0,
        "stored": stored,
        "unavailable": gone,
        "failed": len(failures),
        "failures": "; ".join(
            f"{f['file']} in {f['storage']}: {f['error']}" for f in failures[:10]
        ),
    }


def work(seconds: float = SECONDS, on_file: Callable[[bool], None] = lambda _: None) -> bool:
    """Move files for a while, if that is ordered and nobody else does.

    Args:
        seconds: how long, and until the file that is being moved then is done.
        on_file: is told of each file whether it was moved.

    Returns:
        Whether there is more to be moved now.
    """
    end = time.monotonic() + seconds
    with turn() as mine:
        if not mine:
            return False
        delete_moved()
        target, keep_source = _settings().get("move_to"), _settings().get("keep_source")
        if target not in config.STORAGE_BACKENDS:
            return False
        for moved in move(target, keep_source=keep_source):
            on_file(moved)
            if time.monotonic() > end or _is_withdrawn(target):
                return True
    return False


def _is_withdrawn(target: str) -> bool:
    ordered = _settings().get("move_to")
    db.session.rollback()
    return ordered != target


def _settings():
    from indico_storage_postgresql.plugin import PostgresqlStoragePlugin  # noqa: PLC0415

    return PostgresqlStoragePlugin.settings
