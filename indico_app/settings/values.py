"""Turns YAML values into those that Indico expects, each by the name and kind of its setting."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from indico_app.settings.general import LARGEST_NUMBER, is_rate_limit
from indico_app.settings.known import LOCALES, SETTINGS

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_CRONTAB_FIELDS = {"minute", "hour", "day_of_week", "day_of_month", "month_of_year"}
_PATTERNS = {"_URL": "url", "_URI": "url", "_RATE_LIMIT": "rate limit"}


def convert(name: str, value: object) -> object:
    """Turn a value into what Indico expects of a setting.

    Args:
        name: one of Indico's settings.
        value: a plain YAML value.

    Returns:
        The value as Indico's own configuration file would have it.

    Raises:
        ValueError: if it cannot be turned. The message says what is wanted and repeats no value.
    """
    if value is None and SETTINGS[name].default is None:
        return None
    pattern = next((kind for end, kind in _PATTERNS.items() if name.endswith(end)), None)
    wanted, read = _SPECIAL.get(name) or _KINDS[pattern or SETTINGS[name].kind]
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"wants {wanted}") from None


def _require(condition: object) -> None:
    if not condition:
        raise ValueError


def _flag(value: Any) -> bool:
    _require(isinstance(value, bool))
    return value


def _number(value: Any, least: int = 0) -> int:
    _require(isinstance(value, int) and not isinstance(value, bool))
    _require(least <= value <= LARGEST_NUMBER)
    return value


def _text(value: Any) -> str:
    _require(isinstance(value, str) and value.isprintable())
    return value


def _csp(value: Any) -> bool | str:
    return value if value == "report-only" else _flag(value)


def _level(value: Any) -> str:
    _require(value in _LEVELS)
    return value


def _url(value: Any) -> str:
    _require(not re.search(r"\s", _text(value)))
    _require(urlsplit(value).scheme in {"", "http", "https"})
    return value


def _rate_limit(value: Any) -> str | None:
    _require(value is None or is_rate_limit(_text(value)))
    return value


def _set(value: Any) -> set[str]:
    _require(isinstance(value, list))
    return {_text(item) for item in value}


def _locales(value: Any) -> set[str]:
    _require(_set(value) <= LOCALES)
    return set(value)


def _server(value: Any) -> tuple[str, int]:
    host, port = value
    _require(
        isinstance(value, list) and re.fullmatch(r"[^\s/@]+", host) and 0 < _number(port) < 2**16
    )
    return _text(host), port


def _mapping[K, V](
    key: Callable[[Any], K], item: Callable[[Any], V]
) -> Callable[[Any], dict[K, V]]:
    def read(value: Any) -> dict[K, V]:
        _require(isinstance(value, dict))
        return {key(k): item(v) for k, v in value.items()}

    return read


def _country(value: Any) -> object:
    if isinstance(value, dict):
        return _mapping(_text, _text)(value)
    return None if value is None else _text(value)


def _language(value: Any) -> tuple[str, str] | None:
    if value is None:
        return None
    language, territory = value
    _require(isinstance(value, list))
    return _text(language), _text(territory)


def _schedule(value: Any) -> object:
    if value is None or value is False:
        return None
    if isinstance(value, dict):
        return _crontab(**_mapping(_text, str)(value))
    return timedelta(seconds=_number(value, least=1))


def _crontab(**fields: str) -> object:
    """Make what indico.conf would; only those who want one wait for Celery to be imported."""
    from celery.schedules import ParseException, crontab  # noqa: PLC0415

    _require("minute" in fields and fields.keys() <= _CRONTAB_FIELDS)
    try:
        return crontab(**fields)
    except ParseException:
        raise ValueError from None


_KINDS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "bool": ("true or false", _flag),
    "int": (f"a whole number from 0 to {LARGEST_NUMBER}", _number),
    "str": ("a line of text", _text),
    "set": ("a list of lines of text", _set),
    "url": ("a web address", _url),
    "rate limit": ("a rate limit such as '3 per minute', or null for none", _rate_limit),
}

_SPECIAL: dict[str, tuple[str, Callable[[Any], object]]] = {
    "ALLOWED_LANGUAGES": (f"a list of some of {', '.join(sorted(LOCALES))}", _locales),
    "CATEGORY_CLEANUP": (
        "a mapping of numbers of categories to days",
        _mapping(_number, _number),
    ),
    "CSP_ENABLED": ("true, false or report-only", _csp),
    "CUSTOM_COUNTRIES": (
        "a mapping of codes to a name, null or a mapping of locales to names",
        _mapping(_text, _country),
    ),
    "CUSTOM_LANGUAGES": (
        "a mapping of locales to a list of language and territory, or to null",
        _mapping(_text, _language),
    ),
    "LOCAL_PASSWORD_MIN_LENGTH": ("a number from 8 on", lambda value: _number(value, least=8)),
    "SCHEDULED_TASK_OVERRIDE": (
        "a mapping of tasks to false, the seconds between two runs, or the fields of a crontab",
        _mapping(_text, _schedule),
    ),
    "SENTRY_LOGGING_LEVEL": (f"one of {', '.join(_LEVELS)}", _level),
    "SMTP_SERVER": ("a list of a host and a port", _server),
    "SMTP_TIMEOUT": ("a number of seconds", lambda value: _number(value, least=1)),
}
