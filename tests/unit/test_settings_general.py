"""The options that are each one setting of Indico's."""

import pytest

from indico_app.settings.environment import option, quoted
from tests.unit.environment import refused, settings

_USABLE: list[tuple[str, str, str, object]] = [
    ("FLASK_DEFAULT_TIMEZONE", "Europe/Zurich", "DEFAULT_TIMEZONE", "Europe/Zurich"),
    ("FLASK_DEFAULT_LOCALE", "fr_FR", "DEFAULT_LOCALE", "fr_FR"),
    ("FLASK_SESSION_LIFETIME", "0", "SESSION_LIFETIME", 0),
    ("FLASK_LOCAL_REGISTRATION", "false", "LOCAL_REGISTRATION", False),
    ("FLASK_MAX_UPLOAD_FILE_SIZE", "1024", "MAX_UPLOAD_FILE_SIZE", 1024),
    ("FLASK_MAX_UPLOAD_FILES_TOTAL_SIZE", "50", "MAX_UPLOAD_FILES_TOTAL_SIZE", 50),
    ("FLASK_SIGNUP_RATE_LIMIT", "1/hour", "SIGNUP_RATE_LIMIT", "1/hour"),
    ("FLASK_FAILED_LOGIN_RATE_LIMIT", "5 PER 2 Days", "FAILED_LOGIN_RATE_LIMIT", "5 PER 2 Days"),
    ("FLASK_SENTRY_DSN", "https://k@s.example.org/1", "SENTRY_DSN", "https://k@s.example.org/1"),
    ("FLASK_SMTP_SENDER_FALLBACK", "a@example.org", "SMTP_SENDER_FALLBACK", "a@example.org"),
]

_UNUSABLE = [
    ("FLASK_DEFAULT_TIMEZONE", ["Europe/Zuerich", "../UTC", "localtime", "utc", "UTC "]),
    ("FLASK_DEFAULT_LOCALE", ["en", "fr-FR", "xx_XX", "fr_FR.UTF-8"]),
    ("FLASK_SESSION_LIFETIME", ["-1", "1.5", "a day", "٢٥", "1000000000", "9" * 5000]),
    ("FLASK_LOCAL_REGISTRATION", ["perhaps", "1"]),
    ("FLASK_MAX_UPLOAD_FILE_SIZE", ["1025", "-1", "1G"]),
    ("FLASK_MAX_UPLOAD_FILES_TOTAL_SIZE", ["1025", "-1", "1G"]),
    ("FLASK_SIGNUP_RATE_LIMIT", ["often", "2 per week", "0 per day", "2 per hour;", "2 hour"]),
    ("FLASK_FAILED_LOGIN_RATE_LIMIT", ["5", "5 per 0 days", "5 per day\n", "٢ per day"]),
    ("FLASK_SMTP_SENDER_FALLBACK", ["nobody", "Me <me@example.org>"]),
]


@pytest.mark.parametrize(("variable", "value", "setting", "expected"), _USABLE)
def test_option_becomes_its_setting(variable: str, value: str, setting: str, expected: object):
    assert settings(**{variable: value})[setting] == expected


@pytest.mark.parametrize(("variable", "setting"), [(v, s) for v, _, s, _ in _USABLE])
def test_option_that_is_empty_leaves_it_to_indico(variable: str, setting: str):
    assert setting not in settings(**{variable: ""})


@pytest.mark.parametrize(
    ("variable", "value"), [(variable, v) for variable, values in _UNUSABLE for v in values]
)
def test_option_unusable_is_named_with_a_remedy(variable: str, value: str):
    error = refused(**{variable: value})

    assert error.variable == variable
    assert str(error).startswith(f"{option(variable)} {quoted(value)}")
    assert ": use " in str(error)


def test_allowed_senders_are_a_set():
    made = settings(
        FLASK_SMTP_ALLOWED_SENDERS="*@example.org, me@example.com",
        FLASK_SMTP_SENDER_FALLBACK="indico@example.org",
    )

    assert made["SMTP_ALLOWED_SENDERS"] == {"*@example.org", "me@example.com"}
    assert made["SMTP_SENDER_FALLBACK"] == "indico@example.org"


def test_allowed_senders_need_a_fallback():
    error = refused(FLASK_SMTP_ALLOWED_SENDERS="*@example.org")

    assert error.variable == "FLASK_SMTP_SENDER_FALLBACK"
    assert str(error).startswith("smtp-sender-fallback is not set: set it to the address that")
    assert "smtp-allowed-senders" in str(error)


@pytest.mark.parametrize("senders", [",", "a@example.org,", "a@example.org b@example.org", "<a>"])
def test_allowed_senders_unusable_are_named(senders: str):
    error = refused(
        FLASK_SMTP_ALLOWED_SENDERS=senders, FLASK_SMTP_SENDER_FALLBACK="indico@example.org"
    )

    assert str(error).startswith(f"smtp-allowed-senders {senders!r} is not a list of addresses")


@pytest.mark.parametrize(
    "dsn",
    [
        "k3y",
        "ftp://k3y@sentry.example.org/1",
        "https://sentry.example.org/1?k3y",
        "https://k3y@sentry.example.org",
        "https://k3y@sentry.example.org/project",
        "https://k3y@/1",
        "https://k3y@sentry.example.org:port/1",
        "https://k3y@[sentry/1",
    ],
)
def test_sentry_dsn_unusable_keeps_its_key(dsn: str):
    error = refused(FLASK_SENTRY_DSN=dsn)

    assert error.variable == "FLASK_SENTRY_DSN"
    assert str(error).startswith("sentry-dsn is not a ")
    assert "copy the one that Sentry shows" in str(error)
    assert "k3y" not in str(error)


def test_secret_key_too_short_is_named_and_kept():
    error = refused(FLASK_SECRET_KEY="fifteen letters")

    assert str(error) == "flask-secret-key is too short: use at least 16 random characters"


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("FLASK_SITE_URL", "site_url"),
        ("FLASK_ENABLE_ROOMBOOKING", "enable_roombooking"),
        ("FLASK_EXTERNAL_PLUGINS", "external_plugins"),
        ("FLASK_MAX_UPLOAD_FILE_SIZE", "max-upload-file-size"),
        ("FLASK_INDICO_SETTINGS", "indico-settings"),
        ("FLASK_BASE_URL", "FLASK_BASE_URL"),
        ("SMTP_PORT", "SMTP_PORT"),
    ],
)
def test_variable_is_known_by_its_option(variable: str, name: str):
    assert option(variable) == name
