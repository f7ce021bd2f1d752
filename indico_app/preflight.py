"""Looks whether the workload can run, without booting it: what the charm asks before a start."""

import os
import sys
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

import redis

from indico_app import bucket, database
from indico_app.settings import SettingsError, from_environment
from indico_app.settings.gathering import summary

_TIMEOUT = 10


class RedisUnavailableError(Exception):
    """Redis does not answer now, and may later; the message says so."""


class ServersUnavailableError(Exception):
    """Servers do not answer now, and may later; the arguments say so, one for each."""


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
        ServersUnavailableError: if PostgreSQL, Redis or S3 does not answer.
        BucketError: if the bucket of the s3 relation cannot be used.
    """
    settings = from_environment(environ)
    problems: list[str] = []
    for ask in (
        partial(_ask_postgresql, str(settings["SQLALCHEMY_DATABASE_URI"])),
        partial(_ask_redis, str(settings["REDIS_CACHE_URL"])),
        partial(bucket.check, environ),
    ):
        try:
            ask()
        except _MAY_PASS as exc:
            problems.append(str(exc))
    if problems:
        raise ServersUnavailableError(*problems)


def _ask_postgresql(url: str) -> None:
    with database.connect(url):
        pass


def _ask_redis(url: str) -> None:
    try:
        redis.Redis.from_url(url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT).ping()
    except redis.RedisError as exc:
        parts = urlsplit(url)
        raise RedisUnavailableError(
            f"Redis at {parts.hostname}:{parts.port or 6379} cannot be used "
            f"({type(exc).__name__}): check the redis application"
        ) from exc


def main() -> int:
    """Look, and print what is wrong: a line for each problem, and then one for the status.

    Returns:
        0 if all is well, EX_CONFIG if the operator has to do something, EX_TEMPFAIL if waiting may
        help.
    """
    try:
        preflight(os.environ)
    except SettingsError as exc:
        _print([str(problem) for problem in exc.problems])
        return os.EX_CONFIG
    except bucket.BucketError as exc:
        _print([str(exc)])
        return os.EX_CONFIG
    except ServersUnavailableError as exc:
        _print([*exc.args])
        return os.EX_TEMPFAIL
    return 0


def _print(problems: list[str]) -> None:
    for line in [*problems, summary(problems)] if len(problems) > 1 else problems:
        print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
