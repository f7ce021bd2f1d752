"""Keeps beat's schedule in Redis, where it outlives the pod.

The schedule says when each periodic task was last sent. Where it is lost, beat takes all of them
for just sent, and what was due while there was no beat would wait for its next turn.
"""

import shelve
from collections.abc import Iterator, MutableMapping
from typing import Any, cast, override

import celery
from indico.core.celery.core import IndicoPersistentScheduler

from indico_app import broker

#: Another version of Celery begins anew: it might not understand what this one has pickled.
KEY = f"beat-schedule:{celery.__version__}"


class RedisScheduler(IndicoPersistentScheduler):
    """Indico's scheduler, but for the place of its shelf."""

    @override
    def _open_schedule(self) -> shelve.Shelf[Any]:
        return shelve.Shelf(RedisHash(str(self.app.conf.broker_url), KEY), writeback=True)

    @property
    @override
    def info(self) -> str:
        """What beat prints of its schedule when it starts."""
        return f"    . db -> {KEY} in Redis"


class RedisHash(MutableMapping[bytes, bytes]):
    """A hash in Redis, as a shelf wants it."""

    def __init__(self, url: str, key: str):
        """Name a hash, which need not be there.

        Args:
            url: Indico's CELERY_BROKER.
            key: its key.
        """
        self._client = broker.connect(url)
        self._key = key

    def __getitem__(self, field: bytes) -> bytes:
        value = cast("bytes | None", self._client.hget(self._key, field))
        if value is None:
            raise KeyError(field)
        return value

    def __setitem__(self, field: bytes, value: bytes) -> None:
        self._client.hset(self._key, field, value)

    def __delitem__(self, field: bytes) -> None:
        if not self._client.hdel(self._key, field):
            raise KeyError(field)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._client.hkeys(self._key))

    def __len__(self) -> int:
        return self._client.hlen(self._key)
