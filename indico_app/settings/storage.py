"""Where uploaded files are kept: in the bucket of the s3 relation, else in PostgreSQL."""

import ipaddress
import json
import re
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from indico_app.settings.environment import SettingsError, quoted, required, split
from indico_app.settings.files import DATA
from indico_app.settings.gathering import each

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
    readers: dict[str, Callable[[Mapping[str, str]], object]] = {
        "s3": _backend,
        "keys": boto_environment,
        "chain": ca_chain,
        **{variable: partial(_refuse, variable) for variable in _UNSUPPORTED},
    }
    made = each(environ, readers)
    return {
        "STORAGE_BACKENDS": {**backends, "s3": made["s3"]},
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
    readers: dict[str, Callable[[Mapping[str, str]], str | None]] = {
        "bucket": _bucket,
        "host": _host,
        "addressing_style": _addressing_style,
    }
    return {name: value for name, value in each(environ, readers).items() if value}


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
    readers: dict[str, Callable[[Mapping[str, str]], str]] = {
        "AWS_ACCESS_KEY_ID": partial(_key, "S3_ACCESS_KEY"),
        "AWS_SECRET_ACCESS_KEY": partial(_key, "S3_SECRET_KEY"),
    }
    if environ.get("S3_REGION"):
        readers["AWS_DEFAULT_REGION"] = _region
    return each(environ, readers)


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


def _backend(environ: Mapping[str, str]) -> str:
    options = bucket(environ) | {"proxy": "nginx"}
    return f"s3:{','.join(f'{name}={value}' for name, value in options.items())}"


def _bucket(environ: Mapping[str, str]) -> str:
    remedy = f"set bucket of {_S3} to the name of a bucket that is there"
    bucket = required(environ, "S3_BUCKET", remedy)
    return _matching("S3_BUCKET", bucket, _BUCKET, "a bucket", remedy)


def _host(environ: Mapping[str, str]) -> str | None:
    endpoint = environ.get("S3_ENDPOINT")
    return _address(endpoint) if endpoint else None


def _addressing_style(environ: Mapping[str, str]) -> str | None:
    variable = "S3_ADDRESSING_STYLE"
    if not (style := environ.get(variable)):
        return None
    known = re.compile("path|virtual")
    remedy = f"set s3-uri-style of {_S3} to path or host"
    return _matching(variable, style, known, "an addressing style", remedy)


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


def _region(environ: Mapping[str, str]) -> str:
    remedy = f"correct the region of {_S3}"
    return _matching("S3_REGION", environ["S3_REGION"], _REGION, "a region", remedy)


def _key(variable: str, environ: Mapping[str, str]) -> str:
    name = variable.removeprefix("S3_").lower().replace("_", "-")
    value = required(environ, variable, f"set {name} of {_S3}")
    if not _KEY.fullmatch(value):
        problem = "has a space or a character that is not ASCII in it"
        raise SettingsError(variable, problem, f"correct {name} of {_S3}")
    return value


def _matching(variable: str, value: str, form: re.Pattern[str], what: str, remedy: str) -> str:
    if not form.fullmatch(value):
        raise SettingsError(variable, f"{quoted(value)} is not {what}", remedy)
    return value


def _refuse(variable: str, environ: Mapping[str, str]) -> None:
    """Refuse a variable that asks for what the plugin cannot do."""
    if environ.get(variable, "").strip("/") not in {"", _UNSUPPORTED[variable]}:
        name = variable.removeprefix("S3_").lower().replace("_", "-")
        remedy = f"give it a bucket of its own and reset {name} of {_S3}"
        raise SettingsError(variable, "is set, which Indico cannot follow", remedy)
