"""The options that are each one setting of Indico's, with what each of them may say."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from indico_app.settings.environment import (
    SettingsError,
    email,
    flag,
    number,
    option,
    quoted,
    required,
    split,
)
from indico_app.settings.gathering import each
from indico_app.settings.known import LOCALES, TIMEZONES

#: nginx lets no larger upload through: its `client_max_body_size`, in megabytes.
LARGEST_UPLOAD = 1024

#: The largest number that is worth a setting; as seconds, some thirty years.
LARGEST_NUMBER = 10**9 - 1

# What the library `limits` can parse, but for what would lock everybody out or not fit in Redis.
_LIMIT = (
    r"\s*[1-9][0-9]{0,5}\s*(/|per)\s*([1-9][0-9]{0,2})?\s*(second|minute|hour|day|month|year)s?\s*"
)
_RATE_LIMIT = re.compile(rf"{_LIMIT}([,;|]{_LIMIT})*", re.ASCII | re.IGNORECASE)
_SENDER = re.compile(r"[^\s<>,;\"]+")

_ALLOWED_SENDERS = "FLASK_SMTP_ALLOWED_SENDERS"
_SENDER_FALLBACK = "FLASK_SMTP_SENDER_FALLBACK"

type _Reader = Callable[[Mapping[str, str], str], object]


def general(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the options that are given; Indico has a default for each of the others."""
    return each(
        environ,
        {
            setting: partial(_read, variable, read)
            for setting, (variable, read) in _READERS.items()
            if environ.get(variable) or _is_wanting(environ, variable)
        },
    )


def _read(variable: str, read: _Reader, environ: Mapping[str, str]) -> object:
    return read(environ, variable)


def _is_wanting(environ: Mapping[str, str], variable: str) -> bool:
    return variable == _SENDER_FALLBACK and bool(environ.get(_ALLOWED_SENDERS))


def is_rate_limit(text: str) -> bool:
    """Tell whether a text is a rate limit, as `limits.parse_many` has them."""
    return bool(_RATE_LIMIT.fullmatch(text)) and text.isprintable()


def _timezone(environ: Mapping[str, str], variable: str) -> str:
    if environ[variable] not in TIMEZONES:
        problem = f"{quoted(environ[variable])} is not a time zone"
        raise SettingsError(variable, problem, "use one such as UTC or Europe/Zurich")
    return environ[variable]


def _locale(environ: Mapping[str, str], variable: str) -> str:
    if environ[variable] not in LOCALES:
        problem = f"{quoted(environ[variable])} is not a locale of Indico's"
        raise SettingsError(variable, problem, f"use one of {', '.join(sorted(LOCALES))}")
    return environ[variable]


def _number(largest: int) -> _Reader:
    return partial(number, default=0, minimum=0, maximum=largest)


def _rate_limit(environ: Mapping[str, str], variable: str) -> str:
    if not is_rate_limit(environ[variable]):
        problem = f"{quoted(environ[variable])} is not a rate limit"
        raise SettingsError(variable, problem, "use one such as '2 per hour; 5 per day'")
    return environ[variable]


def _senders(environ: Mapping[str, str], variable: str) -> set[str]:
    senders = {sender.strip() for sender in environ[variable].split(",")}
    if not all(_SENDER.fullmatch(sender) for sender in senders):
        problem = f"{quoted(environ[variable])} is not a list of addresses"
        raise SettingsError(variable, problem, "use one such as *@example.org,me@example.com")
    return senders


def _fallback(environ: Mapping[str, str], variable: str) -> str:
    remedy = "set it to the address that sends what smtp-allowed-senders does not allow"
    required(environ, variable, remedy)
    return email(environ, variable, "")


def _sentry_dsn(environ: Mapping[str, str], variable: str) -> str:
    """Read what `sentry_sdk.utils.Dsn` can take; it holds a key, which no message repeats."""
    dsn, remedy = environ[variable], "copy the one that Sentry shows for your project"
    parts = split(variable, dsn, remedy)
    project = parts.path.rpartition("/")[2]
    if not (
        re.fullmatch(r"https?", parts.scheme)
        and (parts.username and parts.hostname)
        and re.fullmatch(r"[0-9]{1,20}", project)
        and re.fullmatch(r"\S+", dsn)
    ):
        raise SettingsError(variable, "is not a DSN of Sentry's", remedy)
    return dsn


_READERS: dict[str, tuple[str, _Reader]] = {
    "DEFAULT_TIMEZONE": ("FLASK_DEFAULT_TIMEZONE", _timezone),
    "DEFAULT_LOCALE": ("FLASK_DEFAULT_LOCALE", _locale),
    "SESSION_LIFETIME": ("FLASK_SESSION_LIFETIME", _number(LARGEST_NUMBER)),
    "LOCAL_REGISTRATION": ("FLASK_LOCAL_REGISTRATION", flag),
    "MAX_UPLOAD_FILE_SIZE": ("FLASK_MAX_UPLOAD_FILE_SIZE", _number(LARGEST_UPLOAD)),
    "MAX_UPLOAD_FILES_TOTAL_SIZE": (
        "FLASK_MAX_UPLOAD_FILES_TOTAL_SIZE",
        _number(LARGEST_UPLOAD),
    ),
    "SIGNUP_RATE_LIMIT": ("FLASK_SIGNUP_RATE_LIMIT", _rate_limit),
    "FAILED_LOGIN_RATE_LIMIT": ("FLASK_FAILED_LOGIN_RATE_LIMIT", _rate_limit),
    "SMTP_ALLOWED_SENDERS": (_ALLOWED_SENDERS, _senders),
    "SMTP_SENDER_FALLBACK": (_SENDER_FALLBACK, _fallback),
    "SENTRY_DSN": ("FLASK_SENTRY_DSN", _sentry_dsn),
}

#: The option that each of these settings has.
OPTIONS = {setting: option(variable) for setting, (variable, _) in _READERS.items()}
