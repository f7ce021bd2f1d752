"""Attached files that are kept in S3: the way from the browser to the bucket and back."""

import os
import uuid
from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest
import requests
from playwright.sync_api import Browser, Page

from devstack import backing
from devstack import s3 as server
from tests.functional.stack import (
    Attachment,
    Stack,
    attach_file,
    eventually,
    log_in,
    stack_processes,
)
from tests.functional.uploads import Uploader, uploader

_GUNICORN = "indico_app.app:app"
_MEBIBYTE = 2**20
_LARGE = 200 * _MEBIBYTE
_FILES = 20
_ELSEWHERE = """
    SELECT count(*) FROM attachments.files WHERE storage_backend <> %s AND filename <> 'large.bin'
"""
_IN_S3 = "SELECT count(*) FROM attachments.files WHERE storage_backend = 's3'"


@pytest.fixture(scope="module")
def s3(stack: Stack, attachment: Attachment) -> Iterator[Stack]:
    """The stack, integrated with S3 after a file has been attached; in the end, without again."""
    _change(stack, "integrate", "s3")
    yield stack
    stack.run("run", "migrate-storage", "to=postgresql")
    eventually(lambda: not _count(_IN_S3))
    stack.run("run", "stop-migrate-storage")
    _change(stack, "remove-relation", "s3")


@pytest.fixture(scope="module")
def stored(s3: Stack, browser: Browser) -> Attachment:
    """A file that the administrator has attached to a meeting since."""
    return _attach(s3, browser, "kept in S3 – ä.bin", os.urandom(3 * _MEBIBYTE))


@pytest.fixture(scope="module")
def large(s3: Stack, browser: Browser) -> Iterator[Attachment]:
    """A file too large to go unnoticed in a process's memory, whose content is in the bucket."""
    small = _attach(s3, browser, "large.bin", b"small")
    (key,) = [key for key, content in _objects().items() if content == b"small"]
    _client().put_object(Bucket=backing.BUCKET, Key=key, Body=b"\0" * _LARGE)
    yield Attachment(small.url, b"")
    _client().put_object(Bucket=backing.BUCKET, Key=key, Body=b"small")


def test_attached_file_is_in_the_bucket(stored: Attachment):
    assert stored.content in _objects().values()


def test_stored_file_is_the_same_when_downloaded(s3: Stack, stored: Attachment):
    answer = _get(s3, stored)

    assert answer.status_code == 200
    assert answer.content == stored.content


def test_stored_file_has_the_headers_that_indico_and_s3_give_it(s3: Stack, stored: Attachment):
    headers = _get(s3, stored).headers

    assert headers["Server"] == "nginx"
    assert headers["Content-Type"].startswith("application/octet-stream")
    assert headers["Content-Disposition"].startswith("inline; filename=")
    assert "UTF-8''kept%20in%20S3" in headers["Content-Disposition"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert not {"Access-Control-Allow-Origin", "Location", "X-Accel-Redirect"} & set(headers)
    assert not [name for name in headers if name.lower().startswith("x-amz")]


def test_range_of_a_stored_file_is_that_part(s3: Stack, stored: Attachment):
    answer = _get(s3, stored, Range=f"bytes={_MEBIBYTE}-{_MEBIBYTE + 99}")

    assert answer.status_code == 206
    assert answer.content == stored.content[_MEBIBYTE : _MEBIBYTE + 100]
    total = len(stored.content)
    assert answer.headers["Content-Range"] == f"bytes {_MEBIBYTE}-{_MEBIBYTE + 99}/{total}"


def test_stored_file_that_the_browser_has_is_not_sent_again(s3: Stack, stored: Attachment):
    tag = _get(s3, stored).headers["ETag"]

    assert _get(s3, stored, **{"If-None-Match": tag}).status_code == 304


def test_bucket_is_not_reachable_around_indico(s3: Stack, stored: Attachment):
    inside = f"/.xsf/s3/http/127.0.0.1:{backing.load().s3_port}/{backing.BUCKET}/"

    assert requests.get(s3.site.url + inside, timeout=10).status_code == 404


def test_file_attached_before_is_still_there(s3: Stack, attachment: Attachment):
    assert _get(s3, attachment).content == attachment.content


def test_download_of_a_large_file_is_held_by_nobody(s3: Stack, large: Attachment):
    _get(s3, large, Range="bytes=0-0")
    before = _memory()
    size, most = 0, before

    with requests.get(s3.site.url + large.url, stream=True, timeout=60) as answer:
        for chunk in answer.iter_content(10 * _MEBIBYTE):
            size += len(chunk)
            most = max(most, _memory())

    assert size == _LARGE
    assert most - before < _LARGE / 10


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("bucket=no/bucket", "S3_BUCKET 'no/bucket' is not a bucket"),
        ("bucket=elsewhere", "S3 bucket 'elsewhere' cannot be used (NoSuchBucket): make it"),
        ("path=indico", "S3_PATH is set, which Indico cannot follow"),
        ("endpoint=ftp://elsewhere", "S3_ENDPOINT is not the web address of a server"),
    ],
)
def test_unusable_relation_is_named_and_the_site_goes_on(s3: Stack, value: str, words: str):
    s3.run("integrate", "s3", value)

    assert s3.has_status("blocked", words)
    assert s3.serves()
    s3.run("integrate", "s3")
    eventually(lambda: s3.has_status("active") and s3.serves())


def test_server_that_is_away_is_named_and_the_site_goes_on(s3: Stack):
    s3.run("integrate", "s3", "endpoint=http://localhost:1")

    assert s3.has_status("waiting", "S3 bucket 'indico': localhost:1 cannot be reached")
    assert s3.serves()
    s3.run("integrate", "s3")
    eventually(lambda: s3.has_status("active") and s3.serves())


@pytest.mark.slow
def test_files_are_moved_there_and_back_with_kills_and_uploads(
    s3: Stack, browser: Browser, attachment: Attachment, stored: Attachment
):
    uploads = uploader(s3, browser, attachment)
    known = [attachment, stored, *(_upload(uploads) for _ in range(_FILES))]
    for target in ("postgresql", "s3"):
        s3.run("run", "migrate-storage", f"to={target}")
        for _ in range(3):
            known += [_upload(uploads) for _ in range(3)]
            for process in stack_processes("indico_app.worker"):
                process.kill()
        eventually(lambda to=target: not _elsewhere(to), seconds=120)

        assert [attached.url for attached in known if not uploads.downloads(attached)] == []
    s3.run("run", "stop-migrate-storage")


@pytest.mark.slow
def test_removed_relation_is_not_silent(s3: Stack, browser: Browser, attachment: Attachment):
    kept = _upload(uploader(s3, browser, attachment))
    assert not s3.has_status("active", "files in")

    _change(s3, "remove-relation", "s3")

    assert s3.has_status("active", "files in s3 cannot be read: integrate s3 again")
    assert s3.has_status("active", "run migrate-storage to=postgresql before you remove it")
    _change(s3, "integrate", "s3")
    assert _get(s3, kept).content == kept.content
    assert not s3.has_status("active", "cannot be read")


def _upload(uploads: Uploader) -> Attachment:
    return uploads.upload(f"{uuid.uuid4()}.bin", os.urandom(200_000))


def _elsewhere(target: str) -> int:
    """How many files are not where they shall be, but for that which is not what was uploaded."""
    return _count(_ELSEWHERE, target)


def _count(query: LiteralString, *values: str) -> int:
    with psycopg.connect(backing.load().superuser_dsn("indico")) as connection:
        row = connection.execute(query, values).fetchone()
    assert row
    return row[0]


def _change(stack: Stack, *command: str) -> None:
    """Run a command that restarts gunicorn, and wait until the new one serves."""
    old = stack_processes(_GUNICORN)[0]
    stack.run(*command)
    eventually(lambda: not old.is_running() and stack.serves())
    eventually(lambda: stack.has_status("active"))


def _attach(stack: Stack, browser: Browser, name: str, content: bytes) -> Attachment:
    context = browser.new_context(base_url=stack.site.url)
    page: Page = context.new_page()
    log_in(page, stack.site)
    attached = attach_file(page, name, content)
    context.close()
    return attached


def _get(stack: Stack, attached: Attachment, **headers: str) -> requests.Response:
    return requests.get(stack.site.url + attached.url, headers=headers, timeout=30)


def _client():
    return server.client(backing.load().s3_port)


def _objects() -> dict[str, bytes]:
    """What is in the bucket."""
    found = _client().list_objects_v2(Bucket=backing.BUCKET).get("Contents", [])
    keys = [entry["Key"] for entry in found]
    return {k: _client().get_object(Bucket=backing.BUCKET, Key=k)["Body"].read() for k in keys}


def _memory() -> int:
    """The memory of gunicorn and of nginx, in bytes."""
    # nginx writes its title over its environment, by which its processes could be found.
    nginx = stack_processes("indico_app.nginx")[0].children(recursive=True)
    assert any("nginx: worker" in " ".join(process.cmdline()) for process in nginx)
    return sum(p.memory_info().rss for p in [*stack_processes(_GUNICORN), *nginx])
