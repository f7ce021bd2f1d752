"""Where uploaded files are kept: in the bucket of the s3 relation, else in PostgreSQL."""

import ipaddress
import json
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress

from indico_app.settings.environment import SettingsError, required, split
from indico_app.settings.files import DATA

_S3 = "the S3 application, such as s3-integrator"
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
_ADDRESS = re.compile(r"https?://[^\s,?#@]+")
_REGION = re.compile(r"(?![0-9]+$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_KEY = re.compile(r"[!-~]+")

#: What the plugin cannot do, with the value that asks for nothing.
_UNSUPPORTED = {"S3_PATH": "", "S3_STORAGE_CLASS": "STANDARD"}


def storage(environ: Mapping[str, str]) -> dict[str, object]:
    """Settings from the s3 relation; files that are elsewhere stay readable.

    Indico remembers of each file in which backend it is. `default` is the disk, where files were
    kept before there was `postgresql`.

    The options of a backend are separated by commas: the README of indico-plugin-storage-s3 3.3.3
    names them. The keys and the region are not among ours: `boto_environment` has them.
    S3_ATTRIBUTES, which are headers for other clients, and S3_API_VERSION, which is old where it
    is not S3v4, are not used.

    Args:
        environ: the environment that the charm gives its services.

    Returns:
        Indico's settings of storage.

    Raises:
        SettingsError: if a variable is missing or unusable. It names the variable.
    """
    backends = {"default": f"fs:{DATA / 'archive'}", "postgresql": "postgresql:"}
    if not s3_related(environ):
        return {"STORAGE_BACKENDS": backends, "ATTACHMENT_STORAGE": "postgresql"}
    boto_environment(environ)
    _refuse_unsupported(environ)
    options = [*(f"{name}={value}" for name, value in bucket(environ).items()), "proxy=nginx"]
    return {
        "STORAGE_BACKENDS": {**backends, "s3": f"s3:{','.join(options)}"},
        "ATTACHMENT_STORAGE": "s3",
    }


def bucket(environ: Mapping[str, str]) -> dict[str, str]:
    """Where the bucket is, by the names that the plugin has for it.

    Args:
        environ: the environment that the charm gives its services.

    Returns:
        `bucket`, its name, with `host` and `addressing_style` where the relation says them;
        nothing where there is no s3 relation.

    Raises:
        SettingsError: if a variable is missing or unusable. It names the variable.
    """
    if not s3_related(environ):
        return {}
    remedy = f"set bucket of {_S3} to the name of a bucket that is there"
    name = required(environ, "S3_BUCKET", remedy)
    found = {"bucket": _matching("S3_BUCKET", name, _BUCKET, "a bucket", remedy)}
    if endpoint := environ.get("S3_ENDPOINT"):
        found["host"] = _address(endpoint)
    if style := environ.get("S3_ADDRESSING_STYLE"):
        known = re.compile("path|virtual")
        remedy = f"set s3-uri-style of {_S3} to path or host"
        _matching("S3_ADDRESSING_STYLE", style, known, "an addressing style", remedy)
        found["addressing_style"] = style
    ca_chain(environ)
    return found


def boto_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What boto3, with which the plugin speaks to S3, reads from the environment.

    The names are in boto3's guide, "Configuration", under "Using environment variables".

    Args:
        environ: the environment that the charm gives its services.

    Returns:
        The variables with the keys and the region, none where there is no s3 relation.

    Raises:
        SettingsError: if a variable is missing or unusable. It names the variable.
    """
    if not s3_related(environ):
        return {}
    found = {
        "AWS_ACCESS_KEY_ID": _key(environ, "S3_ACCESS_KEY"),
        "AWS_SECRET_ACCESS_KEY": _key(environ, "S3_SECRET_KEY"),
    }
    if region := environ.get("S3_REGION"):
        remedy = f"correct the region of {_S3}"
        found["AWS_DEFAULT_REGION"] = _matching("S3_REGION", region, _REGION, "a region", remedy)
    return found


def ca_chain(environ: Mapping[str, str]) -> str:
    """The certificates that S3's is to be checked with, in place of the well-known ones.

    Args:
        environ: the environment that the charm gives its services.

    Returns:
        They, one after the other, as PEM; nothing where the well-known ones are to do.

    Raises:
        SettingsError: if S3_TLS_CA_CHAIN is not a list of certificates.
    """
    variable = "S3_TLS_CA_CHAIN"
    try:
        listed = json.loads(environ.get(variable) or "null") or []
        chain = "".join(f"{certificate.strip()}\n" for certificate in listed)
        if chain:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=chain)
    except (ssl.SSLError, ValueError, TypeError, AttributeError, RecursionError):
        remedy = f"correct tls-ca-chain of {_S3}"
        raise SettingsError(variable, "is not a list of certificates", remedy) from None
    return chain


def s3_related(environ: Mapping[str, str]) -> bool:
    """Tell whether there is an s3 relation.

    Args:
        environ: the environment that the charm gives its services.

    Returns:
        Whether it says anything of S3.
    """
    return any(value for name, value in environ.items() if name.startswith("S3_"))


def _address(endpoint: str) -> str:
    """Write S3's address in one way; the plugin takes one without a scheme for https too."""
    remedy = f"set endpoint of {_S3} to a web address such as https://s3.example.org"
    url = endpoint if "://" in endpoint else f"https://{endpoint}"
    parts = split("S3_ENDPOINT", url, remedy)
    if not _ADDRESS.fullmatch(url) or not parts.hostname or parts.port == 0:
        raise SettingsError("S3_ENDPOINT", "is not the web address of a server", remedy)
    if parts.scheme == "https" and _is_number(parts.hostname):
        problem = "has a number in place of a name, which nginx cannot check a certificate against"
        raise SettingsError("S3_ENDPOINT", problem, remedy)
    return url.rstrip("/")


def _is_number(host: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(host))
    return False


def _key(environ: Mapping[str, str], variable: str) -> str:
    name = variable.removeprefix("S3_").lower().replace("_", "-")
    value = required(environ, variable, f"set {name} of {_S3}")
    if not _KEY.fullmatch(value):
        problem = "has a space or a character that is not ASCII in it"
        raise SettingsError(variable, problem, f"correct {name} of {_S3}")
    return value


def _matching(variable: str, value: str, form: re.Pattern[str], what: str, remedy: str) -> str:
    if not form.fullmatch(value):
        raise SettingsError(variable, f"{value!r} is not {what}", remedy)
    return value


def _refuse_unsupported(environ: Mapping[str, str]) -> None:
    for variable, neutral in _UNSUPPORTED.items():
        if environ.get(variable, "").strip("/") not in {"", neutral}:
            name = variable.removeprefix("S3_").lower().replace("_", "-")
            remedy = f"give it a bucket of its own and reset {name} of {_S3}"
            raise SettingsError(variable, "is set, which Indico cannot follow", remedy)
