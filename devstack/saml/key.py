"""The key that the identity provider signs with, and the certificate that it is known by."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from devstack.paths import HOME

_FILE = HOME / "saml.pem"
_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "identity provider")])


@dataclass(frozen=True)
class Key:
    """A private key with its certificate.

    Attributes:
        pem: both, as PEM.
        certificate: the certificate, as a line of Base64.
    """

    pem: str
    certificate: str


def make_key() -> Key:
    """Make a key, with a certificate for as long as anybody may keep a stack."""
    private = rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(_NAME, _NAME, private.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=3650))
    certificate = builder.sign(private, hashes.SHA256())
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return _key((pem + certificate.public_bytes(serialization.Encoding.PEM)).decode())


def load_key() -> Key:
    """Read the key of this stack; the first time, make it."""
    if not _FILE.exists():
        _FILE.parent.mkdir(parents=True, exist_ok=True)
        _FILE.touch(0o600)
        _FILE.write_text(make_key().pem)
    return _key(_FILE.read_text())


def _key(pem: str) -> Key:
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return Key(pem, b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode())
