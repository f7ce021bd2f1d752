"""What the action show-config shows: no secret, whatever the environment holds."""

from typing import Any
from urllib.parse import quote

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from indico_app.settings import SettingsError, from_environment
from indico_app.settings.known import SETTINGS
from indico_operations.masking import HIDDEN, masked
from tests.unit.environment import ENVIRONMENT, settings

MARK = "s3kr1t"
DEFAULTS = {name: setting.default for name, setting in SETTINGS.items()}
PIECES = st.text(st.characters(codec="utf-8"), max_size=6)
SECRETS = st.tuples(PIECES, PIECES).map(MARK.join)


def environment(**secrets: str) -> dict[str, str]:
    """An environment that is full of secrets; those that are named say other than MARK."""

    def secret(name: str) -> str:
        return secrets.get(name, MARK)

    more = {
        "HELP_URL": f"https://example.org/?key={quote(secret('help'))}",
        "LOGO_URL": f"https://{quote(secret('logo'), safe='')}@example.org/logo.svg",
        "PLUGIN_PAYMENT_KEYS": {secret("plugin"): [secret("plugin")]},
        "SMTP_LOGIN": secret("login"),
        "SMTP_PASSWORD": secret("mail"),
    }
    return ENVIRONMENT | {
        "FLASK_INDICO_SETTINGS": str(yaml.safe_dump(more)),
        "FLASK_SECRET_KEY": f"a key of sixteen characters {secret('cookies')}",
        "FLASK_SENTRY_DSN": f"https://{quote(secret('sentry'), safe='')}@sentry.example.org/1",
        "POSTGRESQL_DB_CONNECT_STRING": f"postgresql://i:{secret('postgresql')}@pg:5432/indico",
        "REDIS_DB_CONNECT_STRING": f"redis://:{secret('redis')}@redis:6379",
        "S3_ACCESS_KEY": secret("s3_id"),
        "S3_BUCKET": "indico",
        "S3_SECRET_KEY": secret("s3"),
        **{f"FLASK_OAUTH_{name}": value for name, value in _oauth(secret("oauth")).items()},
    }


NAMES = [
    "cookies",
    "help",
    "login",
    "logo",
    "mail",
    "oauth",
    "plugin",
    "postgresql",
    "redis",
    "s3",
    "s3_id",
    "sentry",
]


def _oauth(secret: str) -> dict[str, str]:
    return {
        "ACCESS_TOKEN_URL": "https://idp.example.org/token",
        "API_BASE_URL": "https://idp.example.org",
        "AUTHORIZE_URL": "https://idp.example.org/login",
        "CLIENT_ID": "indico",
        "CLIENT_KWARGS": '{"scope": "openid"}',
        "CLIENT_SECRET": secret,
        "JWKS_URL": "https://idp.example.org/jwks",
        "USER_URL": "https://idp.example.org/user",
    }


@given(st.sampled_from(NAMES), SECRETS)
@example("postgresql", f"1/{MARK}")
@example("redis", f"1#{MARK}")
def test_no_secret_is_shown(name: str, secret: str):
    try:
        made = from_environment(environment(**{name: secret}))
    except SettingsError:
        return  # No service runs with it.
    assert MARK not in repr(masked(made, DEFAULTS))


def test_secrets_are_in_the_settings_that_are_masked():
    assert repr(from_environment(environment())).count(MARK) >= len(NAMES)


def test_what_is_no_secret_is_shown():
    shown: Any = masked(settings(FLASK_ENABLE_ROOMBOOKING="true"), DEFAULTS)

    assert shown["BASE_URL"] == "http://indico.model:8080"
    assert shown["ENABLE_ROOMBOOKING"] is True
    assert shown["SQLALCHEMY_DATABASE_URI"] == f"postgresql://{HIDDEN}@pg:5432/indico"
    assert shown["REDIS_CACHE_URL"] == f"redis://{HIDDEN}@redis:6379/0"
    assert shown["PLUGINS"] == ["operations", "storage_postgresql"]
    assert set(shown["STORAGE_BACKENDS"].values()) == {HIDDEN}


def test_setting_that_is_unknown_is_hidden():
    assert masked({"NEW_IN_INDICO": "text"}, {}) == {"NEW_IN_INDICO": HIDDEN}
