"""Indico's settings, worked out from environment variables and from nothing else."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

#: Where Indico keeps its files. The rock makes it; everything below is made when it is needed.
DATA = Path("/srv/indico")

#: What nginx calls DATA when Indico asks it to send a file; nginx.conf has the other half.
X_ACCEL_LOCATION = "/.xsf/indico"

_DEFAULT_PORTS = {"http": 80, "https": 443}
_CACHE_DATABASE, _BROKER_DATABASE = 0, 1
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?|[0-9a-f:.]*:[0-9a-f:.]*")
_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")


class SettingsError(ValueError):
    """An environment variable from which no setting can be made.

    Attributes:
        variable: the name of the variable.
    """

    def __init__(self, variable: str, problem: str, remedy: str):
        """Say what is wrong with a variable and how to put it right.

        Args:
            variable: the name of the variable.
            problem: what is wrong, as the rest of a sentence that begins with the option.
            remedy: what the operator should do, as an imperative. No secret belongs in either.
        """
        super().__init__(f"{_option(variable)} {problem}: {remedy}")
        self.variable = variable


def from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    """Work out Indico's settings.

    Args:
        environ: the environment that the charm gives its services: `FLASK_…` for its options and
            `POSTGRESQL_…`, `REDIS_…` and `SMTP_…` for its relations, as paas-charm names them.

    Returns:
        Indico's settings by their upper-case names, as in `indico.core.config.DEFAULTS`.

    Raises:
        SettingsError: if a variable is missing or unusable. It names the variable.
    """
    base_url = _base_url(environ)
    return {
        "BASE_URL": base_url.geturl(),
        "SECRET_KEY": _required(environ, "FLASK_SECRET_KEY", "wait for the charm to make one"),
        "USE_PROXY": True,
        "ENABLE_ROOMBOOKING": _flag(environ, "FLASK_ENABLE_ROOMBOOKING", default=False),
        **_files(),
        **_logging(),
        **_database(environ),
        **_redis(environ),
        **_addresses(environ, str(base_url.hostname)),
        **_smtp(environ),
    }


def _base_url(environ: Mapping[str, str]) -> SplitResult:
    """Where users reach the site: what the operator says, else what the charm knows."""
    variable = "FLASK_SITE_URL" if environ.get("FLASK_SITE_URL") else "FLASK_BASE_URL"
    url = _required(environ, variable, "wait for the charm to set it")
    remedy = "set site_url to a web address of its own, such as https://indico.example.org"
    parts = _split(variable, url, remedy)
    if "@" in parts.netloc:
        raise SettingsError(variable, "has a user or a password in it", remedy)
    host = parts.hostname or ""
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host) or parts.port == 0:
        raise SettingsError(variable, f"{url!r} is not a web address", remedy)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(variable, f"{url!r} has more than a scheme, a host and a port", remedy)
    host = f"[{host}]" if ":" in host else host
    if parts.port not in {None, _DEFAULT_PORTS[parts.scheme]}:
        host = f"{host}:{parts.port}"
    return SplitResult(parts.scheme, host, "", "", "")


def _files() -> dict[str, object]:
    return {
        "CACHE_DIR": str(DATA / "cache"),
        "TEMP_DIR": str(DATA / "tmp"),
        "STORAGE_BACKENDS": {"default": f"fs:{DATA / 'archive'}"},
        "ATTACHMENT_STORAGE": "default",
        "STATIC_FILE_METHOD": ("xaccelredirect", {str(DATA): X_ACCEL_LOCATION}),
    }


def _logging() -> dict[str, object]:
    return {
        "LOG_DIR": str(DATA / "log"),
        "LOGGING_CONFIG_FILE": str(Path(__file__).with_name("logging.yaml")),
    }


def _database(environ: Mapping[str, str]) -> dict[str, object]:
    variable = "POSTGRESQL_DB_CONNECT_STRING"
    remedy = "integrate the charm with postgresql"
    parts = _split(variable, _required(environ, variable, remedy), remedy)
    if parts.scheme not in {"postgres", "postgresql"} or not (
        parts.hostname and parts.path.strip("/")
    ):
        raise SettingsError(variable, "names no PostgreSQL database", remedy)
    return {"SQLALCHEMY_DATABASE_URI": parts._replace(scheme="postgresql").geturl()}


def _redis(environ: Mapping[str, str]) -> dict[str, object]:
    """One Redis serves two purposes, each in a logical database of its own."""
    variable = "REDIS_DB_CONNECT_STRING"
    remedy = "integrate the charm with redis"
    parts = _split(variable, _required(environ, variable, remedy), remedy)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise SettingsError(variable, "names no Redis server", remedy)
    return {
        "REDIS_CACHE_URL": parts._replace(path=f"/{_CACHE_DATABASE}").geturl(),
        "CELERY_BROKER": parts._replace(path=f"/{_BROKER_DATABASE}").geturl(),
        # The Celery exporter counts these events.
        "CELERY_CONFIG": {"worker_send_task_events": True, "task_send_sent_event": True},
    }


def _addresses(environ: Mapping[str, str], host: str) -> dict[str, object]:
    support = _email(environ, "FLASK_INDICO_SUPPORT_EMAIL", f"support@{host}")
    return {
        "SUPPORT_EMAIL": support,
        "PUBLIC_SUPPORT_EMAIL": _email(environ, "FLASK_INDICO_PUBLIC_SUPPORT_EMAIL", support),
        "NO_REPLY_EMAIL": _email(environ, "FLASK_INDICO_NO_REPLY_EMAIL", f"noreply@{host}"),
    }


def _smtp(environ: Mapping[str, str]) -> dict[str, object]:
    if not environ.get("SMTP_HOST"):
        return {}
    security = environ.get("SMTP_TRANSPORT_SECURITY", "none")
    if security not in {"none", "starttls", "tls"}:
        raise SettingsError(
            "SMTP_TRANSPORT_SECURITY", f"{security!r} is unknown", "use none, starttls or tls"
        )
    return {
        "SMTP_SERVER": (environ["SMTP_HOST"], _port(environ, "SMTP_PORT", 25)),
        "SMTP_LOGIN": environ.get("SMTP_USER"),
        "SMTP_PASSWORD": environ.get("SMTP_PASSWORD"),
        "SMTP_USE_TLS": security == "starttls",
        "SMTP_USE_SSL": security == "tls",
    }


def _option(variable: str) -> str:
    """The name that an operator knows a variable by: its option, for those that have one."""
    return variable.removeprefix("FLASK_").lower() if variable.startswith("FLASK_") else variable


def _required(environ: Mapping[str, str], variable: str, remedy: str) -> str:
    if value := environ.get(variable):
        return value
    raise SettingsError(variable, "is not set", remedy)


def _split(variable: str, url: str, remedy: str) -> SplitResult:
    """Take a URL apart; its text may hold a password, so that no message repeats it."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        raise SettingsError(variable, "is not a URL", remedy) from None
    return parts


def _flag(environ: Mapping[str, str], variable: str, *, default: bool) -> bool:
    """Read a flag, which paas-charm writes as JSON."""
    value = (environ.get(variable) or str(default)).lower()
    if value not in {"true", "false"}:
        raise SettingsError(variable, f"{value!r} is not a flag", "use true or false")
    return value == "true"


def _port(environ: Mapping[str, str], variable: str, default: int) -> int:
    value = environ.get(variable) or str(default)
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 0 < int(value) < 2**16:
        raise SettingsError(variable, f"{value!r} is not a port", "use a number from 1 to 65535")
    return int(value)


def _email(environ: Mapping[str, str], variable: str, default: str) -> str:
    value = environ.get(variable) or default
    if not _EMAIL.fullmatch(value):
        raise SettingsError(
            variable, f"{value!r} is not an e-mail address", "use one such as indico@example.org"
        )
    return value
