"""The OpenID Connect provider, as the oauth relation describes it."""

import json
from collections.abc import Mapping
from functools import partial

from indico_app.settings.environment import SettingsError, quoted, required
from indico_app.settings.gathering import each
from indico_app.settings.provider import Provider, trust, web_address

# paas-charm names the variables after the charm's endpoint, which is "oauth".
_PREFIX = "FLASK_OAUTH"
_RELATION = (
    "CLIENT_ID",
    "CLIENT_SECRET",
    "API_BASE_URL",
    "AUTHORIZE_URL",
    "ACCESS_TOKEN_URL",
    "USER_URL",
    "CLIENT_KWARGS",
    "JWKS_URL",
)
_REMEDY = "check the application that the charm is integrated with on oauth"
_TIMEOUT = 10


def oauth(environ: Mapping[str, str]) -> Provider | None:
    """Settings from the oauth relation.

    Args:
        environ: the environment.

    Returns:
        The provider, None where there is no relation.

    Raises:
        SettingsError: if a variable is missing or unusable.
    """
    if not any(f"{_PREFIX}_{name}" in environ for name in _RELATION):
        return None
    title = environ.get(f"{_PREFIX}_TITLE") or "OpenID Connect"
    auth: dict[str, object] = {
        "type": "authlib",
        "title": title,
        "request_timeout": _TIMEOUT,
        # The ID token is checked all the same; it need not hold names and addresses.
        "use_id_token": False,
        **each(environ, {"callback_uri": _callback, "authlib_args": _authlib}),
    }
    identity: dict[str, object] = {
        "type": "authlib",
        "title": title,
        "identifier_field": "sub",
        "mapping": {"first_name": "given_name", "last_name": "family_name"},
        **trust(environ, _PREFIX),
    }
    return Provider(auth, identity)


def _authlib(environ: Mapping[str, str]) -> dict[str, object]:
    """What authlib's `OAuth.register` is given: all addresses, so that none is looked up."""
    addresses = {
        "issuer": "API_BASE_URL",
        "authorize_url": "AUTHORIZE_URL",
        "access_token_url": "ACCESS_TOKEN_URL",
        "userinfo_endpoint": "USER_URL",
        "jwks_uri": "JWKS_URL",
    }
    secrets = {"client_id": "CLIENT_ID", "client_secret": "CLIENT_SECRET"}
    return each(
        environ,
        {
            **{name: partial(_required, variable) for name, variable in secrets.items()},
            **{name: partial(_address, variable) for name, variable in addresses.items()},
            "client_kwargs": _client_kwargs,
        },
    )


def _required(name: str, environ: Mapping[str, str]) -> str:
    return required(environ, f"{_PREFIX}_{name}", _REMEDY)


def _address(name: str, environ: Mapping[str, str]) -> str:
    return web_address(environ, f"{_PREFIX}_{name}", _REMEDY)


def _client_kwargs(environ: Mapping[str, str]) -> dict[str, object]:
    return {
        "scope": _scope(environ),
        "code_challenge_method": "S256",
        "default_timeout": _TIMEOUT,
    }


def _scope(environ: Mapping[str, str]) -> str:
    variable = f"{_PREFIX}_CLIENT_KWARGS"
    try:
        scope = str(json.loads(required(environ, variable, _REMEDY))["scope"])
    except (ValueError, LookupError, TypeError, RecursionError) as exc:
        if isinstance(exc, SettingsError):
            raise
        raise SettingsError(variable, "names no scope", _REMEDY) from None
    if "openid" not in scope.split():
        raise SettingsError(
            f"{_PREFIX}_SCOPES",
            "does not have openid in it",
            "use one such as openid profile email",
        )
    return scope


def _callback(environ: Mapping[str, str]) -> str:
    """The path that the charm has told the provider to send users back to."""
    variable = f"{_PREFIX}_REDIRECT_PATH"
    path = environ.get(variable) or "/multipass/authlib/oauth"
    callback = f"/{path.lstrip('/')}"
    if callback == "/" or not callback.isascii() or set(callback) & set(' ?#<>"\\'):
        raise SettingsError(variable, f"{quoted(path)} is not a path", "reset it")
    return callback
