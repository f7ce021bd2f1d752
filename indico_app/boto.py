"""Prepares a process for boto3, with which Indico's plugin speaks to S3."""

from collections.abc import MutableMapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from indico_app.settings import DATA
from indico_app.settings.storage import boto_environment, ca_chain

#: Where boto3 and nginx find the certificates of the s3 relation. All processes write the same.
CA_BUNDLE = DATA / "s3-ca.pem"

_CONFIGURATION = Path(__file__).with_name("boto.conf")


def prepare(environ: MutableMapping[str, str]) -> None:
    """Put what boto3 reads into the environment, where there is an s3 relation.

    Args:
        environ: the environment of this process.

    Raises:
        SettingsError: if a variable of the relation is unusable.
    """
    if variables := boto_environment(environ):
        environ.update(variables, AWS_CONFIG_FILE=str(_CONFIGURATION))
    if chain := ca_chain(environ) if variables else "":
        _write(chain)
        environ["AWS_CA_BUNDLE"] = str(CA_BUNDLE)
    else:
        CA_BUNDLE.unlink(missing_ok=True)


def _write(chain: str) -> None:
    """Write the certificates at one stroke: another process may be reading them."""
    if CA_BUNDLE.exists() and CA_BUNDLE.read_text() == chain:
        return
    with NamedTemporaryFile("w", dir=CA_BUNDLE.parent, delete=False) as new:
        new.write(chain)
    written = Path(new.name)
    written.chmod(0o644)
    written.replace(CA_BUNDLE)
