"""Which servers Indico reaches without the proxy."""

from collections.abc import Mapping
from urllib.parse import urlsplit

#: Itself, and whatever else has a name of the cluster's.
_NEAR = ("localhost", "127.0.0.1", "::1", ".svc", ".cluster.local")
#: nginx goes to S3 without a proxy in any case, and spans are sent all the time.
_DIRECT = ("S3_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def no_proxy(environ: Mapping[str, str]) -> dict[str, str]:
    """Work out the hosts that no proxy is asked for.

    Python's urllib, and requests with it, reads the variables:
    https://docs.python.org/3/library/urllib.request.html#urllib.request.getproxies

    Args:
        environ: the environment that the charm gives its services.

    Returns:
        The variables NO_PROXY and no_proxy, none where there is no proxy.
    """
    if not (environ.get("HTTP_PROXY") or environ.get("HTTPS_PROXY")):
        return {}
    given = [host.strip() for host in environ.get("NO_PROXY", "").split(",")]
    direct = [_host(environ.get(variable, "")) for variable in _DIRECT]
    hosts = ",".join(dict.fromkeys(filter(None, [*given, *_NEAR, *direct])))
    return {"NO_PROXY": hosts, "no_proxy": hosts}


def _host(address: str) -> str:
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
