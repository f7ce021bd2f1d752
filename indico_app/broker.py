"""A connection to the Redis that is Celery's broker, for what has to outlive a pod."""

import functools
from typing import Any

import redis

_TIMEOUT = 10


@functools.cache
def connect(url: str) -> Any:
    """Connect when something is first asked, once for each process.

    Args:
        url: Indico's CELERY_BROKER.

    Returns:
        A client, whose answers are bytes. Where there is no answer within seconds, it raises
        `redis.RedisError`.
    """
    return redis.Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)
