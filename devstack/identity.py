"""The identity providers whose users can log in: one of OpenID Connect, one of SAML, both real."""

import json
import secrets
import sys
from dataclasses import asdict, dataclass

from devstack import network, saml
from devstack.backing import Relation, free_ports
from devstack.paths import HOME

_RECORD = HOME / "identity.json"
_CLIENT_ID = "indico"
#: Juju's numbers of secrets look like this.
_SECRET = "secret:d0idc0000000000000c0"  # noqa: S105


@dataclass(frozen=True)
class User:
    """Somebody whom the identity providers know.

    Attributes:
        name: what they log in as.
        email: their e-mail address.
        first_name: their first name.
        last_name: their last name.
    """

    name: str
    email: str
    first_name: str
    last_name: str


#: Everybody whom the identity providers know. They log in by saying who they are.
USERS = (
    User("alice", "alice@example.org", "Alice", "Adams"),
    User("bob", "bob@example.org", "Bob", "Brown"),
)


@dataclass(frozen=True)
class Identity:
    """Where the identity providers are.

    Attributes:
        oidc_port: the OpenID Connect provider's TCP port.
        saml_port: the SAML provider's.
        client_id: who Indico is to the OpenID Connect provider.
        client_secret: what it proves it by.
    """

    oidc_port: int
    saml_port: int
    client_id: str
    client_secret: str

    def relations(self) -> dict[str, Relation]:
        """What the charms of these providers would write for us, by our endpoints."""
        return {"oauth": self._oauth(), "saml": self._saml()}

    def services(self, site: str) -> dict[str, list[str]]:
        """The command lines of the providers.

        Args:
            site: the address of the site that they log users in to.

        Returns:
            The words of each, by the name of its service.
        """
        python = [sys.executable, "-m"]
        return {
            "oidc": [*python, "devstack.oidc", f"{site}/multipass/authlib/oauth"],
            "saml": [*python, "devstack.saml", str(self.saml_port), site],
        }

    def _oauth(self) -> Relation:
        issuer = f"http://{network.host()}:{self.oidc_port}"
        databag = {
            "issuer_url": issuer,
            "authorization_endpoint": f"{issuer}/oauth2/authorize",
            "token_endpoint": f"{issuer}/oauth2/token",
            "introspection_endpoint": f"{issuer}/oauth2/introspect",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_endpoint": f"{issuer}/jwks",
            "scope": "openid profile email",
            "client_id": self.client_id,
            "client_secret_id": _SECRET,
        }
        return Relation(
            "hydra", app_data=databag, secrets={_SECRET: {"secret": self.client_secret}}
        )

    def _saml(self) -> Relation:
        provider = f"http://{network.host()}:{self.saml_port}"
        databag = {
            "entity_id": saml.entity_id(self.saml_port),
            "metadata_url": f"{provider}/metadata",
            "x509certs": saml.load_key().certificate,
            "single_sign_on_service_redirect_url": f"{provider}/login",
            "single_sign_on_service_redirect_binding": saml.REDIRECT,
        }
        return Relation("saml-integrator", app_data=databag)


def load() -> Identity:
    """Read where the providers of this stack are; the first time, choose."""
    if not _RECORD.exists():
        oidc, saml_port = free_ports(2)
        chosen = Identity(oidc, saml_port, _CLIENT_ID, secrets.token_urlsafe(16))
        _RECORD.parent.mkdir(parents=True, exist_ok=True)
        _RECORD.touch(0o600)
        _RECORD.write_text(json.dumps(asdict(chosen)))
    return Identity(**json.loads(_RECORD.read_text()))
