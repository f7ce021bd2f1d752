"""Looks whether the workload can run, without booting it: what the charm asks before a start."""

import os
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

import redis

from indico_app import bucket, database
from indico_app.settings import SettingsError, from_environment

_TIMEOUT = 10


class RedisUnavailableError(Exception):
    """Redis does not answer now, and may later; the message says so."""


_MAY_PASS = (
    bucket.BucketUnavailableError,
    database.DatabaseUnavailableError,
    RedisUnavailableError,
)


def preflight(environ: Mapping[str, str]) -> None:
    """Look whether the settings are usable and the servers that Indico needs answer.

    Args:
        environ: the environment that the charm gives its services.

    Raises:
        SettingsError: if the environment is unusable.
        DatabaseUnavailableError: if PostgreSQL does not answer.
        RedisUnavailableError: if Redis does not answer.
        BucketError: if the bucket of the s3 relation cannot be used.
    """
    settings = from_environment(environ)
    with database.connect(str(settings["SQLALCHEMY_DATABASE_URI"])):
        pass
    _ping_redis(str(settings["REDIS_CACHE_URL"]))
    bucket.check(environ)


def _ping_redis(url: str) -> None:
    try:
        redis.Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT).ping()
    except redis.RedisError as exc:
        parts = urlsplit(url)
        raise RedisUnavailableError(
            f"Redis at {parts.hostname}:{parts.port or 6379} cannot be used "
            f"({type(exc).__name__}): check the redis application"
        ) from exc


def main() -> int:
    """Look, and print what is wrong in one line.

    Returns:
        0 if all is well, EX_CONFIG if the operator has to do something, EX_TEMPFAIL if waiting may
        help.
    """
    try:
        preflight(os.environ)
    except _MAY_PASS as exc:
        print(exc, file=sys.stderr)
        return os.EX_TEMPFAIL
    except (SettingsError, bucket.BucketError) as exc:
        print(exc, file=sys.stderr)
        return os.EX_CONFIG
    return 0


if __name__ == "__main__":
    sys.exit(main())
