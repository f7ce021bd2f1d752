"""A SAML identity provider."""

from devstack.saml.key import Key, load_key, make_key
from devstack.saml.response import Claim, entity_id, response

__all__ = ["REDIRECT", "Claim", "Key", "entity_id", "load_key", "make_key", "response"]

#: The binding by which users come to log in.
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
