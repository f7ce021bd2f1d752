"""Uploads without S3: they are in PostgreSQL, and outlive everything that can be killed."""

import hashlib
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import requests
from playwright.sync_api import Browser

from devstack import backing
from devstack.unit import Unit
from tests.functional.stack import Attachment, Stack, eventually, stack_processes
from tests.functional.uploads import Uploader, uploader

_MEBIBYTE = 2**20
_GUNICORN = "indico_app.app:app"
_CONTENT = random.Random(6).randbytes(24 * _MEBIBYTE)

_FILES = """
    SELECT files.name, files.size, files.md5, meant.size, meant.md5
    FROM plugin_storage_postgresql.files LEFT JOIN attachments.files AS meant
    ON meant.storage_file_id = files.name AND meant.storage_backend = 'postgresql'
"""
_BROKEN = """
    SELECT meant.storage_file_id FROM attachments.files AS meant
    WHERE meant.storage_backend = 'postgresql' AND NOT EXISTS (
        SELECT FROM plugin_storage_postgresql.files WHERE files.name = meant.storage_file_id)
"""
_CHUNKS = """
    SELECT content FROM plugin_storage_postgresql.chunks JOIN plugin_storage_postgresql.files
    ON files.id = file_id WHERE files.name = %s ORDER BY start
"""


@pytest.fixture(scope="module")
def uploads(stack: Stack, browser: Browser, attachment: Attachment) -> Uploader:
    return uploader(stack, browser, attachment)


def test_status_says_where_uploads_are(stack: Stack, attachment: Attachment):
    assert stack.has_status("active", "uploads are stored in PostgreSQL", "integrate s3")
    assert attachment.content in _stored().values()
    assert not [p for p in (Unit(0).folder / "srv/indico/archive").rglob("*") if p.is_file()]


def test_file_is_sent_by_nginx_in_whole_and_in_part(stack: Stack, attachment: Attachment):
    first, again = _get(stack, attachment), _get(stack, attachment)
    part = _get(stack, attachment, Range=f"bytes={_MEBIBYTE - 5}-{_MEBIBYTE + 4}")

    assert first.content == again.content == attachment.content
    assert first.headers["ETag"] == again.headers["ETag"] == part.headers["ETag"]
    assert part.status_code == 206
    assert part.content == attachment.content[_MEBIBYTE - 5 : _MEBIBYTE + 5]
    tag = {"If-None-Match": first.headers["ETag"]}
    assert _get(stack, attachment, **tag).status_code == 304


def test_lost_cache_is_filled_again(stack: Stack, attachment: Attachment):
    before = _get(stack, attachment).headers["ETag"]
    (cached,) = [p for p in _cache() if p.read_bytes() == attachment.content]
    cached.unlink()

    answer = _get(stack, attachment)

    assert answer.content == attachment.content
    assert answer.headers["ETag"] == before


def _kill_gunicorn() -> None:
    for process in stack_processes(_GUNICORN):
        process.kill()


def _kill_postgresql() -> None:
    # The first is the server; what it has just started looks like it for a moment.
    stack_processes("bin/postgres -D")[0].kill()


@pytest.mark.slow
@pytest.mark.parametrize("kill", [_kill_gunicorn, _kill_postgresql])
def test_upload_that_is_killed_leaves_the_whole_file_or_nothing(
    stack: Stack, uploads: Uploader, attachment: Attachment, kill: Callable[[], None]
):
    chance = random.Random(6)
    outcomes = Counter[bool]()
    uploads.upload("warm-up.bin", _CONTENT)
    started = time.monotonic()
    uploads.upload("usual.bin", _CONTENT)
    usual = time.monotonic() - started
    with ThreadPoolExecutor(1) as pool:
        for number in range(3):
            upload = pool.submit(uploads.upload, f"{number}.bin", _CONTENT)
            time.sleep(chance.uniform(0.1, 1) * usual)
            kill()
            outcomes[upload.exception() is None] += 1
            eventually(stack.serves)

    assert outcomes.total() == 3
    stored = _stored()
    assert set(stored.values()) <= {attachment.content, _CONTENT, *_others(stored)}
    # Each of Indico's processes fails once on a connection that PostgreSQL has dropped.
    eventually(lambda: uploads.downloads(attachment))


def _others(stored: dict[str, bytes]) -> set[bytes]:
    """What other tests have attached, which is less."""
    return {content for content in stored.values() if len(content) < len(_CONTENT) / 2}


def _get(stack: Stack, attached: Attachment, **headers: str) -> requests.Response:
    return requests.get(stack.site.url + attached.url, headers=headers, timeout=30)


def _cache() -> list[Path]:
    return [
        p
        for p in (Unit(0).folder / "srv/indico/cache/storage_postgresql").iterdir()
        if p.is_file()
    ]


def _stored() -> dict[str, bytes]:
    """What is in the database; each file has been looked at, and nothing means one that is not."""
    with psycopg.connect(backing.load().superuser_dsn("indico")) as connection:
        assert connection.execute(_BROKEN).fetchall() == []
        found: dict[str, bytes] = {}
        for name, size, md5, meant_size, meant_md5 in connection.execute(_FILES).fetchall():
            chunks = connection.execute(_CHUNKS, (name,)).fetchall()
            found[name] = b"".join(bytes(content) for (content,) in chunks)
            known = (len(found[name]), hashlib.md5(found[name]).hexdigest())  # noqa: S324
            assert known == (size, md5)
            assert (meant_size, meant_md5) in {known, (None, None)}
        return found
