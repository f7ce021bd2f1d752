"""The cache: what it keeps, what it drops, and what many processes make of it."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from indico_storage_postgresql.cache import Cache

_TIME = 1_700_000_000


def fill(content: bytes, target: BinaryIO) -> None:
    target.write(content)


def put(cache: Cache, key: str, content: bytes, last_used: float = 0) -> Path:
    path = cache.path(key, len(content), _TIME, partial(fill, content))
    if last_used:
        os.utime(path, (time.time() - last_used, _TIME))
    return path


def kept(cache: Cache) -> set[str]:
    return {path.name for path in cache.folder.iterdir()}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", 100)


def test_file_is_filled_once(cache: Cache):
    put(cache, "a", b"content")

    path = cache.path("a", 7, _TIME, lambda _: pytest.fail("it was there"))

    assert path.read_bytes() == b"content"


def test_time_of_a_file_is_the_same_after_it_was_used(cache: Cache):
    times = {put(cache, "a", b"content").stat().st_mtime for _ in range(2)}

    assert times == {_TIME}


def test_file_of_another_size_is_filled_again(cache: Cache):
    put(cache, "a", b"cut off")

    assert put(cache, "a", b"not cut off").read_bytes() == b"not cut off"


def test_what_was_not_used_the_longest_makes_room(cache: Cache):
    for number in (3, 1, 2):
        put(cache, str(number), bytes(30), last_used=1000 * number)

    put(cache, "new", bytes(60))

    assert kept(cache) == {"1", "new"}


def test_what_was_just_used_stays(cache: Cache):
    put(cache, "a", bytes(90))

    put(cache, "b", bytes(90))

    assert kept(cache) == {"a", "b"}


def test_file_larger_than_the_cache_is_there_until_the_next(cache: Cache):
    assert put(cache, "large", bytes(500), last_used=100).stat().st_size == 500

    put(cache, "small", bytes(10))

    assert kept(cache) == {"small"}


def test_failure_leaves_nothing(cache: Cache):
    def fail(target: BinaryIO) -> None:
        target.write(b"some")
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        cache.path("a", 7, _TIME, fail)

    assert kept(cache) == set()


def test_part_of_a_killed_process_is_dropped_and_that_of_a_living_one_is_not(cache: Cache):
    put(cache, "a", b"content")
    for part, age in (("old.part", 7200), ("new.part", 100)):
        (cache.folder / part).write_bytes(bytes(200))
        os.utime(cache.folder / part, (time.time() - age,) * 2)

    put(cache, "b", b"content")

    assert kept(cache) == {"a", "b", "new.part"}


def test_many_at_once_get_the_whole_file(cache: Cache):
    contents = {str(number): os.urandom(50) for number in range(5)}

    def get(number: int) -> bool:
        key = str(number % 5)
        return put(cache, key, contents[key]).read_bytes() == contents[key]

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(get, range(200)))
