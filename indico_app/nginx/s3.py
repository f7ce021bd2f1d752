"""What nginx needs to fetch files from S3 and does not look for by itself."""

from pathlib import Path

import certifi

from indico_app.boto import CA_BUNDLE
from indico_app.nginx import PREFIX

_NAMESERVERS = Path("/etc/resolv.conf")


def prepare() -> bool:
    """Write the nameservers and the certificates that s3.conf and s3_proxy.conf include.

    Returns:
        Whether they are others than before.
    """
    return any(
        [
            _write("resolver.conf", resolver(_read(_NAMESERVERS))),
            _write("trusted.pem", _read(CA_BUNDLE) or _read(Path(certifi.where()))),
        ]
    )


def resolver(resolv_conf: str) -> str:
    """Make the directive that tells nginx the machine's nameservers.

    Args:
        resolv_conf: the text of /etc/resolv.conf; resolv.conf(5) has its form.

    Returns:
        The directive; this machine stands in where there are no nameservers, as in resolv.conf(5).
    """
    words = [line.split() for line in resolv_conf.splitlines()]
    found = [w[1].partition("%")[0] for w in words if w[:1] == ["nameserver"] and len(w) > 1]
    addresses = [f"[{address}]" if ":" in address else address for address in found]
    return f"resolver {' '.join(addresses or ['127.0.0.1'])};\n"


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def _write(name: str, text: str) -> bool:
    path = PREFIX / name
    if _read(path) == text:
        return False
    path.write_text(text)
    return True
