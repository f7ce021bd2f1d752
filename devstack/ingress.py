"""A load balancer in traefik's place, for a site on another port than nginx's own."""

import json
from pathlib import Path

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
    server indico-0 127.0.0.1:{target}
"""


def command(port: int, target: int) -> list[str]:
    """Write the configuration that forwards one port to another.

    Args:
        port: where users come.
        target: where nginx listens.

    Returns:
        The command line that serves it.
    """
    Path(_CONFIGURATION).write_text(_TEMPLATE.format(port=port, target=target))
    return ["haproxy", "-f", str(_CONFIGURATION)]


def relation(url: str) -> Relation:
    """Say what traefik would say of the site, on the ingress relation.

    Args:
        url: where users come.

    Returns:
        The other side of the relation.
    """
    return Relation("traefik-k8s", app_data={"ingress": json.dumps({"url": f"{url}/"})})
