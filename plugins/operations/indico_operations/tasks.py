"""Locks of background tasks, which a killed worker may leave behind for a day."""

import redis
from click import ClickException
from flask import current_app
from indico.core.celery.util import unlock_task
from indico.core.config import config


def locked() -> list[str]:
    """Tell which tasks are locked: they run, or were running when their worker was killed."""
    # indico.core.celery.util keeps one value for each of them in this scope.
    prefix = f"{current_app.config['CACHE_KEY_PREFIX']}task-locks/"
    with redis.Redis.from_url(config.REDIS_CACHE_URL, decode_responses=True) as client:
        return sorted(key.removeprefix(prefix) for key in client.scan_iter(f"{prefix}*"))


def unlock(name: str) -> None:
    """Let a task run again.

    Args:
        name: the task's name, as `locked` tells it.

    Raises:
        ClickException: if it is not locked; names those that are.
    """
    if not unlock_task(name):
        names = ", ".join(locked()) or "none is"
        raise ClickException(f"{name!r} is not locked: use one that is ({names})")
