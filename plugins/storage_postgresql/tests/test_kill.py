"""Uploads that are killed at random moments: each is there as a whole, or not at all."""

import hashlib
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from indico.core.db import db
from indico.core.storage import Storage, StorageError
from sqlalchemy import text

_CONTENT = os.urandom(4 * 2**20)
_MD5 = hashlib.md5(_CONTENT).hexdigest()
_KILLS = 30
_SAVING = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'INSERT INTO plugin_storage%'"


def test_killed_process_leaves_the_whole_file_or_nothing(storage: Storage):
    outcomes = _kill(storage, _in_a_process)

    assert outcomes.total() == _KILLS
    assert outcomes["none"] > 5
    assert outcomes["whole"] > 5


def test_killed_connection_leaves_the_whole_file_or_nothing(storage: Storage):
    outcomes = _kill(storage, _in_a_thread)

    assert outcomes.total() == _KILLS
    assert outcomes["none"] > 5
    assert outcomes["whole"] > 5


def _kill(storage: Storage, upload: Callable[[Storage, str, float], None]) -> Counter[str]:
    """Kill uploads, at moments from before their beginning to after their end; count."""
    chance = random.Random(6)
    started = time.monotonic()
    _save(storage, "warm up" + uuid.uuid4().hex)
    usual = time.monotonic() - started
    outcomes = Counter[str]()
    for _ in range(_KILLS):
        name = uuid.uuid4().hex
        upload(storage, name, chance.uniform(0, 1.6 * usual))
        outcomes[_outcome(storage, name)] += 1
    print(outcomes)
    return outcomes


def _save(storage: Storage, name: str) -> None:
    storage.save(name, "application/pdf", "paper.pdf", _CONTENT)


def _in_a_process(storage: Storage, name: str, seconds: float) -> None:
    child = os.fork()
    if not child:
        db.engine.dispose(close=False)
        _save(storage, name)
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    # PostgreSQL may still be at what it was told last.
    while _connections(_SAVING):
        time.sleep(0.01)


def _in_a_thread(storage: Storage, name: str, seconds: float) -> None:
    app = _app()

    def save() -> None:
        with app.app_context(), suppress(StorageError):
            _save(storage, name)

    thread = threading.Thread(target=save)
    thread.start()
    time.sleep(seconds)
    _connections(_SAVING.replace("SELECT pid", "SELECT pg_terminate_backend(pid)"))
    thread.join()


def _outcome(storage: Storage, name: str) -> str:
    try:
        with storage.open(name) as opened:
            md5 = hashlib.file_digest(opened, "md5").hexdigest()
    except StorageError:
        return "none"
    assert md5 == _MD5
    return "whole"


def _connections(query: str) -> list[object]:
    with db.engine.connect() as connection:
        mine = " AND pid != pg_backend_pid() AND state != 'idle'"
        return list(connection.execute(text(query + mine)))


def _app():
    from flask import current_app  # noqa: PLC0415

    return current_app._get_current_object()  # noqa: SLF001
