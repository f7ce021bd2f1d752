"""The site: its address, whom to write to, and what it offers."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult

from indico_app.settings.environment import SettingsError, email, flag, required, split

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SHORTEST_KEY = 16
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?|[0-9a-f:.]*:[0-9a-f:.]*")


def site(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the charm's own options."""
    address = base_url(environ)
    return {
        "BASE_URL": address.geturl(),
        "SECRET_KEY": _secret_key(environ),
        "USE_PROXY": True,
        "ENABLE_ROOMBOOKING": flag(environ, "FLASK_ENABLE_ROOMBOOKING", default=False),
        **_addresses(environ, str(address.hostname)),
    }


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
        raise SettingsError(variable, f"{url!r} is not a web address", remedy)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(variable, f"{url!r} has more than a scheme, a host and a port", remedy)
    host = f"[{host}]" if ":" in host else host
    if parts.port not in {None, _DEFAULT_PORTS[parts.scheme]}:
        host = f"{host}:{parts.port}"
    return SplitResult(parts.scheme, host, "", "", "")


def _addresses(environ: Mapping[str, str], host: str) -> dict[str, object]:
    support = email(environ, "FLASK_INDICO_SUPPORT_EMAIL", f"support@{host}")
    return {
        "SUPPORT_EMAIL": support,
        "PUBLIC_SUPPORT_EMAIL": email(environ, "FLASK_INDICO_PUBLIC_SUPPORT_EMAIL", support),
        "NO_REPLY_EMAIL": email(environ, "FLASK_INDICO_NO_REPLY_EMAIL", f"noreply@{host}"),
    }
