"""What Indico asks of every storage backend, asked of that on the disk too: they agree."""

import hashlib
import io
import os
import uuid
from pathlib import Path

import pytest
from flask import current_app
from indico.core.config import config
from indico.core.db import db
from indico.core.storage import Storage, StorageError
from indico.core.storage.backend import get_storage
from sqlalchemy import text

_MEBIBYTE = 2**20

#: Sizes at which one piece ends and the next one begins.
_SIZES = (0, 1, _MEBIBYTE - 1, _MEBIBYTE, _MEBIBYTE + 1, 3 * _MEBIBYTE)


@pytest.fixture(params=["disk", "postgresql"])
def either(request: pytest.FixtureRequest) -> Storage:
    """Indico's own backend, and that of the plugin."""
    return get_storage(request.param)


def name() -> str:
    return f"event/1/{uuid.uuid4()}/4-paper.pdf"


def save(storage: Storage, content: object, as_name: str | None = None) -> str:
    return storage.save(as_name or name(), "application/pdf", "paper.pdf", content)[0]


def read(storage: Storage, file_id: str) -> bytes:
    with storage.open(file_id) as opened:
        return opened.read()


@pytest.mark.parametrize("size", _SIZES)
def test_saved_file_is_read_as_it_was(either: Storage, size: int):
    content = os.urandom(size)

    file_id, md5 = either.save(name(), "application/pdf", "paper.pdf", io.BytesIO(content))

    assert read(either, file_id) == content
    assert md5 == hashlib.md5(content).hexdigest()
    assert either.getsize(file_id) == size


def test_bytes_are_saved_as_a_stream_is(either: Storage):
    assert read(either, save(either, b"some bytes")) == b"some bytes"


def test_trickling_stream_is_saved_whole(storage: Storage):
    content = os.urandom(2 * _MEBIBYTE + 7)

    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 1234))

    assert read(storage, save(storage, Trickle(content))) == content


def test_dry_run_saves_nothing(either: Storage):
    wanted = name()

    assert either.save(wanted, "text/plain", "a.txt", b"a", dry_run=True) == (wanted, None)

    with pytest.raises(StorageError):
        either.open(wanted)


def test_name_is_given_once(either: Storage):
    file_id = save(either, b"first")

    with pytest.raises(StorageError, match="already exists"):
        save(either, b"second", file_id)

    assert read(either, file_id) == b"first"


def test_deleted_file_is_gone_and_its_name_is_free(either: Storage):
    file_id = save(either, b"first")

    either.delete(file_id)

    for ask in (either.open, either.getsize, either.delete):
        with pytest.raises(StorageError, match=file_id):
            ask(file_id)
    assert read(either, save(either, b"second", file_id)) == b"second"


def test_deleted_file_leaves_no_pieces(storage: Storage):
    before = rows("chunks")
    file_id = save(storage, os.urandom(2 * _MEBIBYTE))
    assert rows("chunks") == before + 2

    storage.delete(file_id)

    assert rows("chunks") == before


@pytest.mark.parametrize(
    ("offset", "length"),
    [(0, 10), (_MEBIBYTE - 5, 10), (_MEBIBYTE, _MEBIBYTE), (5, 2 * _MEBIBYTE), (-7, 100)],
)
def test_part_of_a_file_is_that_part(either: Storage, offset: int, length: int):
    content = os.urandom(3 * _MEBIBYTE + 11)
    with either.open(save(either, content)) as opened:
        opened.seek(offset, os.SEEK_END if offset < 0 else os.SEEK_SET)
        start = opened.tell()

        assert opened.read(length) == content[start : start + length]
        assert opened.tell() == min(start + length, len(content))


def test_upload_that_fails_leaves_nothing(storage: Storage):
    before = rows("files"), rows("chunks")
    wanted = name()

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 2 * _MEBIBYTE:
                raise OSError("the line is dead")
            return super().read(size)

    with pytest.raises(StorageError, match="the line is dead"):
        save(storage, Failing(bytes(4 * _MEBIBYTE)), wanted)

    assert (rows("files"), rows("chunks")) == before
    assert read(storage, save(storage, b"again", wanted)) == b"again"


def test_local_path_holds_the_file_even_when_it_is_deleted(storage: Storage):
    content = os.urandom(_MEBIBYTE + 1)
    file_id = save(storage, content)

    with storage.get_local_path(file_id) as path:
        storage.delete(file_id)
        for cached in Path(config.CACHE_DIR).rglob("*"):
            if cached.is_file():
                cached.unlink()

        assert Path(path).read_bytes() == content
        assert Path(path).read_bytes() == content


def test_sent_file_is_left_to_the_web_server(storage: Storage):
    content = os.urandom(_MEBIBYTE + 1)
    file_id = save(storage, content)

    answers = []
    for _ in range(2):
        with current_app.test_request_context():
            answers.append(storage.send_file(file_id, "application/pdf", "paper – ä.pdf"))

    first, second = (answer.headers for answer in answers)
    # Indico turns this into the header of the web server that it is configured for.
    assert first["X-Sendfile"] == second["X-Sendfile"]
    assert first["ETag"] == second["ETag"]
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"].startswith("inline")
    assert Path(first["X-Sendfile"]).is_relative_to(config.CACHE_DIR)
    assert Path(first["X-Sendfile"]).read_bytes() == content


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE {s}.chunks SET content = substr(content, 2) || 'a' WHERE file_id = '{id}'",
        "DELETE FROM {s}.chunks WHERE file_id = '{id}' AND start > 0",
        "UPDATE {s}.chunks SET content = 'a', sha256 = sha256('a') WHERE file_id = '{id}'",
    ],
)
def test_damaged_file_is_not_given_out(storage: Storage, damage: str):
    file_id = save(storage, os.urandom(2 * _MEBIBYTE))
    number = scalar(f"SELECT id FROM {SCHEMA}.files WHERE name = '{file_id}'")
    with db.engine.begin() as connection:
        connection.execute(text(damage.format(s=SCHEMA, id=number)))

    with pytest.raises(Exception, match=r"not those that were stored|nothing at byte"):
        read(storage, file_id)
    with pytest.raises(StorageError, match=file_id), current_app.test_request_context():
        storage.send_file(file_id, "application/pdf", "paper.pdf")


def test_error_of_the_database_tells_nothing_of_the_file(storage: Storage):
    with pytest.raises(StorageError) as caught:
        storage.save("a\0name", "text/plain", "a.txt", b"a secret of the file")

    assert "secret" not in str(caught.value)


SCHEMA = "plugin_storage_postgresql"


def rows(table: str) -> int:
    return scalar(f"SELECT count(*) FROM {SCHEMA}.{table}")


def scalar(query: str):
    with db.engine.connect() as connection:
        return connection.execute(text(query)).scalar()
