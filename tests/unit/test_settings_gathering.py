"""All that is wrong with an environment is named at once, in one line."""

import pytest

from indico_app.settings import SettingsError, from_environment
from indico_app.settings.environment import option
from indico_app.settings.gathering import summary
from tests.unit.environment import ENVIRONMENT

UNUSABLE = {
    "POSTGRESQL_DB_CONNECT_STRING": "mysql://pg/indico",
    "REDIS_DB_CONNECT_STRING": "http://redis",
    "FLASK_SITE_URL": "ftp://indico.example.org",
    "FLASK_SECRET_KEY": "short",
    "FLASK_ENABLE_ROOMBOOKING": "perhaps",
    "FLASK_INDICO_SUPPORT_EMAIL": "support",
    "FLASK_INDICO_NO_REPLY_EMAIL": "nobody",
    "FLASK_OAUTH_CLIENT_ID": "",
    "FLASK_OAUTH_CLIENT_SECRET": "",
    "FLASK_OAUTH_JWKS_URL": "ftp://idp",
    "SAML_ENTITY_ID": "",
    "SAML_SIGNING_CERTIFICATE": "none",
    "FLASK_LOCAL_IDENTITIES": "perhaps",
    "S3_ACCESS_KEY": "a key",
    "S3_SECRET_KEY": "",
    "S3_BUCKET": "!",
    "S3_ENDPOINT": "s3://s3",
    "S3_REGION": "!",
    "S3_PATH": "indico/",
    "S3_TLS_CA_CHAIN": "[",
    "SMTP_PORT": "0",
    "SMTP_TRANSPORT_SECURITY": "magic",
    "FLASK_DEFAULT_TIMEZONE": "Mars/Base",
    "FLASK_SESSION_LIFETIME": "-1",
    "FLASK_LOG_LEVEL": "loud",
    "FLASK_CELERY_CONCURRENCY": "-1",
    "FLASK_INDICO_SETTINGS": "{HELP_ULR: /help}",
}


def problems(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        from_environment(environ)
    return {problem.variable: str(problem) for problem in caught.value.problems}


def test_every_unusable_variable_is_named_at_once():
    named = problems(ENVIRONMENT | {"SMTP_HOST": "smtp"} | UNUSABLE)

    assert named.keys() >= UNUSABLE.keys()
    assert all(text.startswith(option(variable)) for variable, text in named.items())


def test_what_nothing_runs_without_comes_first():
    first, second, *_ = problems({"FLASK_LOG_LEVEL": "loud"})

    assert (first, second) == ("POSTGRESQL_DB_CONNECT_STRING", "REDIS_DB_CONNECT_STRING")


def test_variable_that_several_settings_need_is_named_once():
    environ = ENVIRONMENT | {"FLASK_SITE_URL": "ftp://indico.example.org"}

    with pytest.raises(SettingsError) as caught:
        from_environment(environ)

    assert len(caught.value.problems) == 1


def test_message_of_several_is_one_bounded_line():
    with pytest.raises(SettingsError) as caught:
        from_environment({**ENVIRONMENT, **UNUSABLE, "FLASK_SITE_URL": "https://" + "x" * 10_000})

    message = str(caught.value)
    assert message.startswith("POSTGRESQL_DB_CONNECT_STRING names no PostgreSQL database")
    assert message.endswith("more: see the log of the unit")
    assert len(message) < 450
    assert len(message.splitlines()) == 1


def test_problem_that_is_too_long_is_cut_off():
    assert len(summary(["x" * 1000])) < 450


def test_problems_that_fit_are_all_shown():
    assert summary(["one", "two"]) == "one; two"
