"""Indico's cache in Redis, which also holds what is no cache: sessions, tokens and locks."""

from typing import cast

import redis
from flask import current_app
from indico.core.config import config

#: The scopes whose values Indico works out again; `make_scoped_cache` is called with their names.
#: Everything else, such as who is logged in, exists nowhere but there.
_DERIVED = (
    "group-membership",
    "latex-pdfs",
    "legacy-http-api",
    "memoize",
    "notices",
    "roombooking",
)


def clear() -> int:
    """Forget what Indico can work out again.

    Returns:
        How many values have been forgotten.
    """
    prefix = current_app.config["CACHE_KEY_PREFIX"]
    with redis.Redis.from_url(config.REDIS_CACHE_URL) as client:
        keys = [
            key for scope in _DERIVED for key in client.scan_iter(f"{prefix}{scope}/*", count=1000)
        ]
        return cast(int, client.unlink(*keys)) if keys else 0
