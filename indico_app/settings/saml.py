"""The SAML identity provider, as the saml relation describes it."""

import binascii
from base64 import b64decode
from collections.abc import Mapping

from indico_app.settings.environment import SettingsError, required
from indico_app.settings.gathering import each
from indico_app.settings.provider import Provider, trust, web_address
from indico_app.settings.site import base_url

_PREFIX = "FLASK_SAML"
_RELATION = (
    "SAML_ENTITY_ID",
    "SAML_METADATA_URL",
    "SAML_SINGLE_SIGN_ON_REDIRECT_URL",
    "SAML_SIGNING_CERTIFICATE",
)
_REMEDY = "check the application that the charm is integrated with on saml"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
# The attributes that hold what Indico wants to know, unless an option names others.
_ATTRIBUTES = {"email": "email", "first_name": "givenName", "last_name": "sn"}


def saml(environ: Mapping[str, str]) -> Provider | None:
    """Settings from the saml relation.

    Args:
        environ: the environment.

    Returns:
        The provider, None where there is no relation.

    Raises:
        SettingsError: if a variable is missing or unusable.
    """
    if not any(name in environ for name in _RELATION):
        return None
    title = environ.get(f"{_PREFIX}_TITLE") or "SAML"
    auth: dict[str, object] = {"type": "saml", "title": title, "saml_config": _config(environ)}
    mapping = {
        field: environ.get(f"{_PREFIX}_{field.upper()}_ATTRIBUTE") or default
        for field, default in _ATTRIBUTES.items()
    }
    identity = {"type": "saml", "title": title, "mapping": mapping, **trust(environ, _PREFIX)}
    return Provider(auth, identity)


def _config(environ: Mapping[str, str]) -> dict[str, object]:
    """What python3-saml is told: strict, it checks the audience, the time and the recipient."""
    return {
        "strict": True,
        **each(environ, {"sp": _service_provider, "idp": _identity_provider}),
        "security": {
            "wantAssertionsSigned": True,
            "rejectDeprecatedAlgorithm": True,
            # How the provider makes sure who somebody is, is its own business.
            "requestedAuthnContext": False,
        },
    }


def _service_provider(environ: Mapping[str, str]) -> dict[str, object]:
    """Who Indico is to the provider, and the audience that it must be addressed as."""
    return {"entityId": f"{base_url(environ).geturl()}/multipass/saml/saml/metadata"}


def _identity_provider(environ: Mapping[str, str]) -> dict[str, object]:
    return each(
        environ,
        {
            "entityId": lambda environ: required(environ, "SAML_ENTITY_ID", _REMEDY),
            "x509cert": _certificate,
            "singleSignOnService": _sign_on,
        },
    )


def _sign_on(environ: Mapping[str, str]) -> dict[str, str]:
    url = web_address(
        environ,
        "SAML_SINGLE_SIGN_ON_REDIRECT_URL",
        f"{_REMEDY}: its provider has to offer the binding HTTP-Redirect",
    )
    return {"url": url, "binding": _REDIRECT}


def _certificate(environ: Mapping[str, str]) -> str:
    """The one certificate that assertions may be signed with, as a line of Base64."""
    variable = "SAML_SIGNING_CERTIFICATE"
    lines = required(environ, variable, _REMEDY).strip().splitlines()
    text = "".join(line.strip() for line in lines if not line.startswith("-----"))
    try:
        der = b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        der = b""
    # An ASN.1 sequence, which is all that can be told without a library for it.
    if not der.startswith(b"\x30"):
        raise SettingsError(variable, "is not a certificate", _REMEDY)
    return text
