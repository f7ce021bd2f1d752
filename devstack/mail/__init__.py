"""The mail servers that a user can ask for: with STARTTLS, with TLS, and each with a login."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import trustme

from devstack import network
from devstack.backing import Relation, free_ports
from devstack.paths import HOME

#: Whom the servers with TLS let in.
USER = "indico"

#: The certificate that the units of this stack trust, as they do those of the system.
AUTHORITY = HOME / "mail-ca.pem"

_LOCAL = "localhost"
_SECRET = "secret:d0mail000000000000c0"  # noqa: S105
_KEY = HOME / "mail.pem"
_RECORD = HOME / "mail.json"


@dataclass(frozen=True)
class Mail:
    """Where the servers with TLS are, and how to log in.

    Attributes:
        starttls_port: the TCP port of the one with STARTTLS.
        tls_port: that of the one with TLS from the start.
        password: the password of USER.
    """

    starttls_port: int
    tls_port: int
    password: str

    @property
    def key(self) -> Path:
        """The file with their private key and their certificate."""
        return _KEY

    def relation(self, plain: Relation, values: Mapping[str, str]) -> Relation:
        """Fill in what the smtp-integrator charm would have been told besides.

        Args:
            plain: the relation with the server without TLS.
            values: what the user wants to be in the databag.

        Returns:
            The relation with these, with the host and the port of the server that they mean, and
            with the login, whose password is a secret.
        """
        ports = {"starttls": self.starttls_port, "tls": self.tls_port}
        found: dict[str, str] = {}
        if port := ports.get(values.get("transport_security", "none")):
            found |= {"host": _name(), "port": str(port)}
        if values.get("auth_type") == "plain":
            found |= {"user": USER, "password_id": _SECRET}
        secrets = {_SECRET: {"password": self.password}}
        return replace(plain.with_values(found | dict(values)), secrets=secrets)


def load() -> Mail:
    """Read where the servers of this stack are; the first time, choose, and make a certificate."""
    if not _RECORD.exists():
        starttls, tls = free_ports(2)
        _RECORD.parent.mkdir(parents=True, exist_ok=True)
        _make_certificate()
        _RECORD.touch(0o600)
        _RECORD.write_text(json.dumps(asdict(Mail(starttls, tls, secrets.token_urlsafe(16)))))
    return Mail(**json.loads(_RECORD.read_text()))


def _name() -> str:
    """What the certificate calls the servers, where the units reach them."""
    return _LOCAL if network.host() == network.LOOPBACK else network.host()


def _make_certificate() -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(AUTHORITY))
    _KEY.touch(0o600)
    issued = authority.issue_cert(_LOCAL, network.BRIDGE_ADDRESS)
    issued.private_key_and_cert_chain_pem.write_to_path(str(_KEY))
