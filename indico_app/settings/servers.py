"""PostgreSQL and Redis, as their relations describe them."""

from collections.abc import Mapping

from indico_app.settings.environment import SettingsError, required, split

_CACHE_DATABASE, _BROKER_DATABASE = 0, 1


def database(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the postgresql relation; what the connection string says of TLS is kept."""
    variable = "POSTGRESQL_DB_CONNECT_STRING"
    remedy = "integrate the charm with postgresql"
    parts = split(variable, required(environ, variable, remedy), remedy)
    if parts.scheme not in {"postgres", "postgresql"} or not (
        parts.hostname and parts.path.strip("/")
    ):
        raise SettingsError(variable, "names no PostgreSQL database", remedy)
    return {
        "SQLALCHEMY_DATABASE_URI": parts._replace(scheme="postgresql").geturl(),
        # A process serves one request at a time unless it is given threads: what it keeps is
        # little, and what it may open beyond that is closed after use.
        "SQLALCHEMY_POOL_SIZE": 2,
        "SQLALCHEMY_MAX_OVERFLOW": 30,
    }


def redis(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the redis relation: one server, with a database for each of its purposes."""
    variable = "REDIS_DB_CONNECT_STRING"
    remedy = "integrate the charm with redis"
    parts = split(variable, required(environ, variable, remedy), remedy)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise SettingsError(variable, "names no Redis server", remedy)
    return {
        "REDIS_CACHE_URL": parts._replace(path=f"/{_CACHE_DATABASE}").geturl(),
        "CELERY_BROKER": parts._replace(path=f"/{_BROKER_DATABASE}").geturl(),
        "CELERY_CONFIG": {
            # The Celery exporter counts these events.
            "worker_send_task_events": True,
            "task_send_sent_event": True,
            # A task counts as done when it is done, not when it is taken: indico_app/unacked.py.
            "task_acks_late": True,
            "task_reject_on_worker_lost": True,
            "worker_prefetch_multiplier": 1,
            # The files of a pod are lost with it. What has been sent is written down at once, or
            # else it would be sent again by the next beat.
            "beat_scheduler": "indico_app.beat_schedule:RedisScheduler",
            "beat_sync_every": 1,
        },
    }
