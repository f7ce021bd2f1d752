"""A load balancer in traefik's place: for a site on another port, and for several units."""

import json
from collections.abc import Mapping

from devstack import network
from devstack.backing import Relation
from devstack.paths import HOME

_CONFIGURATION = HOME / "haproxy.cfg"

_TEMPLATE = """\
defaults
    mode http
    timeout connect 5s
    timeout client 15m
    timeout server 15m

frontend site
    bind 127.0.0.1:{port}
    bind [::1]:{port}
    default_backend indico

backend indico
"""

# One failure takes a server out and one success brings it back, as with traefik.
_HEALTH_CHECK = """\
    option httpchk
    http-check send meth GET uri {path}
    timeout check {timeout}
    default-server check inter {interval} fall 1 rise 1
"""

# The library leaves out what is as traefik would have it.
_DEFAULTS = {"interval": "30s", "timeout": "5s"}


def command() -> list[str]:
    """Make the command line that serves what `configure` has said."""
    return ["haproxy", "-f", str(_CONFIGURATION)]


def configure_one(port: int, target: int) -> None:
    """Send everything that comes to one port to another port of this machine.

    Args:
        port: where users come.
        target: where nginx listens.
    """
    servers = f"    server indico-0 {network.LOOPBACK}:{target}\n"
    _CONFIGURATION.write_text(_TEMPLATE.format(port=port) + servers)


def configure(
    port: int, app_data: Mapping[str, str], units: Mapping[int, Mapping[str, str]]
) -> None:
    """Share what comes to a port out to units, as these have asked the ingress to.

    https://charmhub.io/traefik-k8s/libraries/ingress, version 2, has the databags' keys.

    Args:
        port: where users come.
        app_data: the application's databag.
        units: the units' databags, by their numbers.
    """
    target = json.loads(app_data["port"])
    text = _TEMPLATE.format(port=port)
    if check := json.loads(app_data.get("healthcheck_params", "null")):
        text += _HEALTH_CHECK.format(**(_DEFAULTS | check))
    for number, databag in sorted(units.items()):
        text += f"    server indico-{number} {json.loads(databag['ip'])}:{target}\n"
    _CONFIGURATION.write_text(text)


def relation(url: str) -> Relation:
    """Say what traefik would say of the site, on the ingress relation.

    Args:
        url: where users come.

    Returns:
        The other side of the relation.
    """
    return Relation("traefik-k8s", app_data={"ingress": json.dumps({"url": f"{url}/"})})
