"""The site: its address, whom to write to, and what it offers."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult

from indico_app.settings.environment import SettingsError, email, flag, quoted, required, split
from indico_app.settings.gathering import each

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SHORTEST_KEY = 16
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?|[0-9a-f:.]*:[0-9a-f:.]*")


def site(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the charm's own options."""
    made = each(
        environ,
        {
            "BASE_URL": lambda environ: base_url(environ).geturl(),
            "SECRET_KEY": _secret_key,
            "ENABLE_ROOMBOOKING": lambda environ: flag(environ, "FLASK_ENABLE_ROOMBOOKING"),
            "SUPPORT_EMAIL": _support_email,
            "PUBLIC_SUPPORT_EMAIL": _public_support_email,
            "NO_REPLY_EMAIL": _no_reply_email,
        },
    )
    return {**made, "USE_PROXY": True}


def _secret_key(environ: Mapping[str, str]) -> str:
    """Indico starts with no key that is shorter (indico.web.flask.app.configure_app)."""
    variable = "FLASK_SECRET_KEY"
    key = required(environ, variable, "wait for the charm to make one")
    if len(key) < _SHORTEST_KEY:
        remedy = f"use at least {_SHORTEST_KEY} random characters"
        raise SettingsError(variable, "is too short", remedy)
    return key


def base_url(environ: Mapping[str, str]) -> SplitResult:
    """Where users reach the site: what the operator says, else what the charm knows."""
    variable = "FLASK_SITE_URL" if environ.get("FLASK_SITE_URL") else "FLASK_BASE_URL"
    url = required(environ, variable, "wait for the charm to set it")
    remedy = "set site_url to a web address of its own, such as https://indico.example.org"
    parts = split(variable, url, remedy)
    if "@" in parts.netloc:
        raise SettingsError(variable, "has a user or a password in it", remedy)
    host = parts.hostname or ""
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host) or parts.port == 0:
        raise SettingsError(variable, f"{quoted(url)} is not a web address", remedy)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(
            variable, f"{quoted(url)} has more than a scheme, a host and a port", remedy
        )
    host = f"[{host}]" if ":" in host else host
    if parts.port not in {None, _DEFAULT_PORTS[parts.scheme]}:
        host = f"{host}:{parts.port}"
    return SplitResult(parts.scheme, host, "", "", "")


def _support_email(environ: Mapping[str, str]) -> str:
    return _address(environ, "FLASK_INDICO_SUPPORT_EMAIL", _at_host("support"))


def _public_support_email(environ: Mapping[str, str]) -> str:
    return _address(environ, "FLASK_INDICO_PUBLIC_SUPPORT_EMAIL", _support_email)


def _no_reply_email(environ: Mapping[str, str]) -> str:
    return _address(environ, "FLASK_INDICO_NO_REPLY_EMAIL", _at_host("noreply"))


def _address(
    environ: Mapping[str, str], variable: str, default: Callable[[Mapping[str, str]], str]
) -> str:
    """Read an address; what it is by default is asked only where it is not set."""
    return email(environ, variable, "" if environ.get(variable) else default(environ))


def _at_host(user: str) -> Callable[[Mapping[str, str]], str]:
    return lambda environ: f"{user}@{base_url(environ).hostname}"
