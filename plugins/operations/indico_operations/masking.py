"""Shows settings without the secrets in them.

What is shown is listed, and what is not is hidden: so is a setting that is forgotten here, or new.
"""

from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

#: What stands for what is not shown.
HIDDEN = "***"

#: Settings whose text is shown; of an address, without what may be a password or a key.
_SHOWN = {
    "ALLOWED_LANGUAGES",
    "ATTACHMENT_STORAGE",
    "BASE_URL",
    "CACHE_DIR",
    "CATEGORY_CLEANUP",
    "CELERY_BROKER",
    "CHECKIN_APP_URL",
    "COMMUNITY_HUB_URL",
    "CSP_DIRECTIVES",
    "CSP_ENABLED",
    "CSP_SCRIPT_SOURCES",
    "CUSTOMIZATION_DIR",
    "CUSTOM_COUNTRIES",
    "CUSTOM_LANGUAGES",
    "DEFAULT_LOCALE",
    "DEFAULT_TIMEZONE",
    "EMAIL_BACKEND",
    "EMAIL_LOG_STORAGE",
    "EXTERNAL_REGISTRATION_URL",
    "FAILED_LOGIN_RATE_LIMIT",
    "FAVICON_URL",
    "HELP_URL",
    "LATEX_RATE_LIMIT",
    "LOGGING_CONFIG_FILE",
    "LOGIN_LOGO_URL",
    "LOGO_URL",
    "LOG_DIR",
    "MATERIAL_PACKAGE_RATE_LIMIT",
    "NO_REPLY_EMAIL",
    "PLUGINS",
    "PROVIDER_MAP",
    "PUBLIC_SUPPORT_EMAIL",
    "REDIS_CACHE_URL",
    "SCHEDULED_TASK_OVERRIDE",
    "SENTRY_ENVIRONMENT",
    "SENTRY_LOGGING_LEVEL",
    "SIGNUP_RATE_LIMIT",
    "SMTP_ALLOWED_SENDERS",
    "SMTP_SENDER_FALLBACK",
    "SMTP_SERVER",
    "SQLALCHEMY_DATABASE_URI",
    "STATIC_FILE_METHOD",
    "STATIC_SITE_STORAGE",
    "SUPPORT_EMAIL",
    "SYSTEM_NOTICES_URL",
    "TEMP_DIR",
    "WALLET_LOGO_URL",
    "WORKER_NAME",
    "XELATEX_PATH",
}

#: Settings that name things, and say of each what may be a secret.
_NAMES = {"AUTH_PROVIDERS", "IDENTITY_PROVIDERS", "STORAGE_BACKENDS"}


def masked(settings: Mapping[str, object], defaults: Mapping[str, object]) -> dict[str, object]:
    """Show settings.

    Args:
        settings: Indico's settings and those of its plugins.
        defaults: the defaults of Indico's own. Where one is a number or a flag, so is what may be
            set.

    Returns:
        The settings as JSON has them; HIDDEN stands for what may be a secret.
    """
    return {name: _masked(name, value, defaults.get(name)) for name, value in settings.items()}


def _masked(name: str, value: object, default: object) -> object:
    if value is None or (isinstance(value, int) and isinstance(default, int)):
        return value
    if name in _SHOWN:
        return _shown(value)
    if name in _NAMES and isinstance(value, Mapping):
        return dict.fromkeys(map(str, cast("Mapping[object, object]", value)), HIDDEN)
    return HIDDEN


def _shown(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            items = cast("Mapping[object, object]", value).items()
            return {_text(str(key)): _shown(inner) for key, inner in items}
        case list() | tuple():
            return [_shown(inner) for inner in cast("list[object]", value)]
        case set() | frozenset():
            return sorted(_text(str(inner)) for inner in cast("set[object]", value))
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    """The text; of an address, neither the user nor what stands behind the path."""
    if "://" not in text:
        return text
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return HIDDEN
    if text.count("@") != parts.netloc.count("@"):
        return HIDDEN  # A password that is not escaped makes parts of itself look like others.
    user = f"{HIDDEN}@" if "@" in parts.netloc else ""
    rest = f"?{HIDDEN}" if parts.query or parts.fragment else ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{user}{host}{f':{port}' if port else ''}{parts.path}{rest}"
