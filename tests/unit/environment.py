"""The least environment that settings can be made of, and what is made of changes to it."""

import pytest

from indico_app.settings import SettingsError, from_environment

ENVIRONMENT = {
    "FLASK_BASE_URL": "http://indico.model:8080",
    "FLASK_SECRET_KEY": "a key of sixteen characters or more",
    "POSTGRESQL_DB_CONNECT_STRING": "postgresql://indico:s3cr3t@pg:5432/indico",
    "REDIS_DB_CONNECT_STRING": "redis://:s3cr3t@redis:6379",
}


def settings(**changes: str) -> dict[str, object]:
    return from_environment(ENVIRONMENT | changes)


def refused(**changes: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        settings(**changes)
    return caught.value
