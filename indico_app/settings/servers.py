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
    return {"SQLALCHEMY_DATABASE_URI": parts._replace(scheme="postgresql").geturl()}


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
        # The Celery exporter counts these events.
        "CELERY_CONFIG": {"worker_send_task_events": True, "task_send_sent_event": True},
    }
