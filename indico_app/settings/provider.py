"""What the kinds of identity providers have in common."""

from collections.abc import Mapping
from dataclasses import dataclass

from indico_app.settings.environment import SettingsError, flag, required, split


@dataclass(frozen=True)
class Provider:
    """An identity provider, as flask-multipass is told of it.

    Attributes:
        auth: how it logs users in.
        identity: what it tells about them.
    """

    auth: dict[str, object]
    identity: dict[str, object]


def trust(environ: Mapping[str, str], prefix: str) -> dict[str, object]:
    """Read how far a provider is trusted; by default, Indico checks e-mail addresses itself."""
    return {
        "trusted_email": flag(environ, f"{prefix}_TRUSTED_EMAIL", default=False),
        "moderated": flag(environ, f"{prefix}_MODERATED", default=False),
    }


def web_address(environ: Mapping[str, str], variable: str, remedy: str) -> str:
    """Read the address of something that a provider serves."""
    url = required(environ, variable, remedy)
    parts = split(variable, url, remedy)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(variable, "is not a web address", remedy)
    return url
