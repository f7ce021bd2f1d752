"""Who may log in: users of identity providers, and those whose password Indico keeps itself."""

from collections.abc import Mapping

from indico_app.settings.environment import SettingsError, flag
from indico_app.settings.gathering import each
from indico_app.settings.oauth import oauth
from indico_app.settings.provider import Provider
from indico_app.settings.saml import saml

_SYNCED_FIELDS = ("first_name", "last_name")


def identity(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the relations with identity providers, and from the options about them.

    Args:
        environ: the environment; paas-charm's `generate_oauth_env` and `generate_saml_env` name
            the variables of the relations.

    Returns:
        The providers, each of which both logs users in and tells who they are.

    Raises:
        SettingsError: if a variable is missing or unusable, or nobody could log in.
    """
    found = each(environ, {"oauth": oauth, "saml": saml, "local": _local})
    providers = {name: made for name, made in found.items() if isinstance(made, Provider)}
    local = bool(found["local"])
    if not (local or providers):
        raise SettingsError(
            "FLASK_LOCAL_IDENTITIES",
            "is false and there is no identity provider, so that nobody could log in",
            "integrate the charm with oauth or saml, or set it to true",
        )
    # Indico takes users' names from one provider only.
    for provider in list(providers.values())[:1]:
        provider.identity["synced_fields"] = _SYNCED_FIELDS
    return {
        "AUTH_PROVIDERS": {name: provider.auth for name, provider in providers.items()},
        "IDENTITY_PROVIDERS": {name: provider.identity for name, provider in providers.items()},
        "PROVIDER_MAP": {name: name for name in providers},
        "LOCAL_IDENTITIES": local,
    }


def _local(environ: Mapping[str, str]) -> bool:
    return flag(environ, "FLASK_LOCAL_IDENTITIES", default=True)
