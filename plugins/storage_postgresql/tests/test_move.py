"""Files that are moved between storages: none is missing, none has changed, whatever happens."""

import io
import os
import random
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from indico.core.db import db
from indico.core.storage import Storage, StorageError
from indico.core.storage.backend import get_storage
from indico.modules.files.models.files import File
from indico.modules.logs.models.entries import AppLogEntry, AppLogRealm, LogKind

from indico_storage_postgresql import job, move, orphans, records
from indico_storage_postgresql.turn import turn

_NOW = timedelta()


@pytest.fixture(autouse=True)
def clean(app_context: None) -> Iterator[None]:
    yield
    db.session.rollback()
    job.order(None)
    for file in File.query:
        db.session.delete(file)
    db.session.execute("DELETE FROM plugin_storage_postgresql.moves")
    db.session.execute("DELETE FROM plugin_storage_postgresql.files")
    db.session.commit()


def upload(content: bytes, storage: str = "disk") -> File:
    file = File(filename="paper.pdf", content_type="application/pdf")
    file.save(("test",), io.BytesIO(content), backend=storage)
    db.session.add(file)
    db.session.commit()
    return file


def move_all(target: str, *, keep_source: bool = False) -> None:
    job.order(target, keep_source=keep_source)
    while job.work():
        pass
    move.delete_moved(_NOW)


def has(storage: str, name: str) -> bool:
    try:
        get_storage(storage).getsize(name)
    except StorageError:
        return False
    return True


def content_of(file: File) -> bytes:
    db.session.refresh(file)
    with file.open() as opened:
        return opened.read()


@pytest.mark.parametrize(("source", "target"), [("disk", "postgresql"), ("postgresql", "disk")])
def test_moved_file_is_the_same_and_gone_from_where_it_was(source: str, target: str):
    content = os.urandom(2**20 + 1)
    file = upload(content, source)
    name = file.storage_file_id

    move_all(target)

    assert content_of(file) == content
    assert file.storage_backend == target
    assert not has(source, name)


def test_moved_file_stays_for_requests_that_have_begun_before():
    file = upload(b"content")
    name = file.storage_file_id

    job.order("postgresql")
    job.work()
    job.work()

    db.session.refresh(file)
    assert file.storage_backend == "postgresql"
    assert has("disk", name)


def test_kept_source_is_kept_from_every_clearing_up():
    file = upload(b"content", "postgresql")
    name = file.storage_file_id

    move_all("disk", keep_source=True)

    assert orphans.delete(_NOW) == []
    assert content_of(file) == b"content"
    assert file.storage_backend == "disk"
    assert has("postgresql", name)


def test_file_that_is_moved_there_and_back_is_not_deleted():
    file = upload(b"content", "postgresql")
    job.order("disk")
    job.work()

    job.order("postgresql")
    job.work()
    move.delete_moved(_NOW)

    assert content_of(file) == b"content"
    assert file.storage_backend == "postgresql"


def test_file_that_is_not_what_was_uploaded_stays_and_is_named():
    file = upload(b"content")
    path = Path(str(get_storage("disk")).partition(": ")[2].rstrip(">"), file.storage_file_id)
    path.write_bytes(b"another")

    move_all("postgresql")

    (failure,) = records.failures()
    assert failure["file"] == file.storage_file_id
    assert "is not what was uploaded" in failure["error"]
    assert content_of(file) == b"another"
    assert not has("postgresql", file.storage_file_id)
    path.write_bytes(b"content")
    move_all("postgresql")
    assert records.failures() == []
    assert content_of(file) == b"content"
    assert file.storage_backend == "postgresql"


def test_missing_file_does_not_stop_the_others():
    lost, file = upload(b"lost"), upload(b"content")
    get_storage("disk").delete(lost.storage_file_id)

    move_all("postgresql")

    db.session.refresh(file)
    assert file.storage_backend == "postgresql"
    assert [failure["file"] for failure in records.failures()] == [lost.storage_file_id]


def test_copy_that_a_killed_move_has_left_is_taken(storage: Storage):
    file = upload(b"content")
    storage.save(file.storage_file_id, "application/pdf", "paper.pdf", b"content")

    move_all("postgresql")

    assert content_of(file) == b"content"
    assert file.storage_backend == "postgresql"


def test_name_that_is_taken_by_nobodys_file_is_replaced(storage: Storage):
    file = upload(b"content")
    storage.save(file.storage_file_id, "application/pdf", "paper.pdf", b"something else")

    move_all("postgresql")

    assert content_of(file) == b"content"


def test_name_that_is_taken_by_somebodys_file_is_left_alone(storage: Storage):
    file, other = upload(b"content"), upload(b"another's", "postgresql")
    other.storage_file_id = file.storage_file_id
    storage.save(file.storage_file_id, "application/pdf", "paper.pdf", b"another's")
    db.session.commit()

    move_all("postgresql")

    assert content_of(file) == b"content"
    assert content_of(other) == b"another's"
    assert [failure["error"] for failure in records.failures()] == [
        "another file has its name there"
    ]


def test_file_that_is_deleted_meanwhile_leaves_nothing(watched: Any):
    file = upload(b"content", "watched")
    number, name = file.id, file.storage_file_id

    def delete() -> None:
        with db.engine.begin() as connection:
            connection.execute("DELETE FROM indico.files WHERE id = %s", (number,))

    watched.on_open = delete

    move_all("postgresql")

    assert not has("postgresql", name)
    assert records.failures() == []


def test_withdrawn_order_stops_and_can_be_given_again(watched: Any):
    files = [upload(b"content", "watched") for _ in range(3)]
    watched.on_open = lambda: job.order(None)

    move_all("postgresql")
    assert job.status()["stored"] == {
        "postgresql": {"files": 1, "bytes": 7},
        "watched": {"files": 2, "bytes": 14},
    }

    watched.on_open = lambda: None
    move_all("postgresql")
    assert {content_of(file) for file in files} == {b"content"}
    assert job.status()["stored"] == {"postgresql": {"files": 3, "bytes": 21}}


def test_file_that_is_uploaded_later_follows():
    move_all("postgresql")
    file = upload(b"content")

    job.work()

    assert content_of(file) == b"content"
    assert file.storage_backend == "postgresql"


def test_only_one_moves_at_a_time():
    upload(b"content")
    job.order("postgresql")

    with turn() as mine:
        assert mine
        assert not job.work()
        assert orphans.delete(_NOW) == []

    assert job.status()["stored"] == {"disk": {"files": 1, "bytes": 7}}


def test_unknown_storage_is_refused():
    with pytest.raises(job.UnknownStorageError, match="no storage s3, only disk, postgresql"):
        job.order("s3")


def test_files_in_a_storage_that_has_gone_are_counted():
    file = upload(b"content")
    file.storage_backend = "s3"
    db.session.commit()

    assert job.status()["unavailable"] == 1
    move_all("postgresql")
    assert job.status()["unavailable"] == 1


def test_orphan_is_deleted_and_what_is_meant_is_not(storage: Storage):
    meant, mailed = upload(b"content", "postgresql"), "emails/1"
    for name in (mailed, "orphan"):
        storage.save(name, "text/plain", "a.txt", b"content")
    stored = {"storage_backend": "postgresql", "storage_file_id": mailed}
    entry = AppLogEntry(
        realm=AppLogRealm.system,
        kind=LogKind.other,
        module="test",
        type="email",
        summary="A mail",
        data={"stored_attachments": [stored]},
        meta={},
    )
    db.session.add(entry)
    db.session.commit()

    assert orphans.find() == []
    assert orphans.delete() == []
    assert orphans.find(_NOW) == ["orphan"]
    assert orphans.delete(_NOW) == ["orphan"]

    assert has("postgresql", mailed)
    assert content_of(meant) == b"content"
    db.session.delete(entry)
    db.session.commit()


def test_file_of_a_storage_that_has_had_another_name_is_no_orphan():
    file = upload(b"content", "postgresql")
    file.storage_backend = "files"
    db.session.commit()

    assert orphans.delete(_NOW) == []


def test_killed_and_resumed_move_loses_nothing():
    chance = random.Random(6)
    for _ in range(40):
        upload(os.urandom(300_000))
    contents = {file.id: content_of(file) for file in File.query}
    db.session.rollback()
    kills = 0
    for target in ("postgresql", "disk"):
        job.order(target)
        while _elsewhere(target):
            kills += _kill_move(chance.uniform(0.01, 0.15))
    db.session.rollback()

    assert kills >= 5
    assert {file.id: content_of(file) for file in File.query} == contents
    assert records.failures() == []


def _elsewhere(target: str) -> int:
    found = File.query.filter(File.storage_backend != target).count()
    db.session.rollback()
    return found


def _kill_move(seconds: float) -> bool:
    """Move files in a process of its own, and kill it; tell whether it was killed."""
    child = os.fork()
    if not child:
        db.session.remove()
        db.engine.dispose(close=False)
        job.work()
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
