"""The whole stack, up and down."""

import json
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass

import ops
import psycopg

from devstack import backing, identity, ingress, juju, machine, mail, model, network
from devstack.errors import DevstackError, NotActiveError
from devstack.paths import HOME
from devstack.unit import Unit

#: Where nginx listens, by the plan.
NGINX_PORT = 8080

#: Every port that the plan's services listen on.
PLAN_PORTS = {
    NGINX_PORT: "nginx",
    9080: "nginx's stub_status",
    9102: "statsd-exporter",
    9113: "nginx-prometheus-exporter",
    9125: "statsd-exporter",
    9808: "celery-exporter-scheduler",
}

_ADMINISTRATOR = "admin@example.org"
_RECORD = HOME / "stack.json"

type Progress = Callable[[str], None]


@dataclass(frozen=True)
class Site:
    """How to use the site.

    Attributes:
        url: its address.
        email: the administrator's login.
        password: the administrator's password.
    """

    url: str
    email: str
    password: str


def up(port: int, units: int, progress: Progress) -> Site:
    """Start everything, and wait until the site answers.

    Args:
        port: where the site is to be.
        units: how many units there are to be.
        progress: is told what is going on.

    Returns:
        How to use the site.

    Raises:
        DevstackError: if something does not start.
        NotActiveError: if everything runs but the charm waits for something.
    """
    _check_ports({port: "the site"} if units > 1 else {port: "the site", **PLAN_PORTS}, port)
    _check_sandbox()
    network.prepare(units)
    progress("making the databases")
    servers = backing.load()
    containers = [Unit(number) for number in range(units)]
    for container in containers:
        container.prepare()
    machine.start(_services(servers, port, containers))
    progress("starting PostgreSQL, Redis, mail and S3")
    machine.start_services(*machine.SERVERS)
    machine.wait_for(lambda: _answers(servers), "the servers", seconds=60)
    servers.provision()
    progress("running the charm's hooks: deploy, integrate, config")
    _deploy(servers, units, _url(port))
    progress("starting the unit and migrating its database (the first time takes a minute)")
    for container in containers:
        machine.start_services(container.name)
        machine.wait_for(container.socket.is_socket, "the unit's Pebble", seconds=20)
    juju.start()
    _start_ingress(port, units)
    machine.start_services("agent")
    _require_active()
    site = _site(port, progress)
    progress("waiting for the site to answer")
    machine.wait_for(lambda: _serves(site.url), "the site", seconds=300)
    return site


def down() -> None:
    """End everything; what is stored stays."""
    machine.stop()
    network.remove()


def reset() -> None:
    """Throw away everything that a stack that is down has stored."""
    shutil.rmtree(HOME, ignore_errors=True)


def integrate(endpoint: str, values: dict[str, str]) -> None:
    """Integrate the charm with a server of this stack.

    Args:
        endpoint: the charm's endpoint.
        values: what the other application's databag says otherwise than it would.

    Raises:
        DevstackError: if the stack has nothing for this endpoint.
    """
    relations = backing.load().relations() | identity.load().relations()
    if known := site():
        relations["ingress"] = ingress.relation(known.url)
    if endpoint not in relations:
        raise DevstackError(f"nothing here for {endpoint}: {', '.join(sorted(relations))}")
    if endpoint == "smtp":
        related = mail.load().relation(relations[endpoint], values)
    else:
        related = relations[endpoint].with_values(values)
    juju.integrate({endpoint: related})


def site() -> Site | None:
    """Tell how to use the site, None if it has never been up."""
    return Site(**json.loads(_RECORD.read_text())) if _RECORD.exists() else None


def _services(servers: backing.Backing, port: int, containers: list[Unit]) -> dict[str, list[str]]:
    return {
        **servers.services(),
        **identity.load().services(_url(port)),
        **{container.name: container.command() for container in containers},
        "ingress": ingress.command(),
        "agent": [sys.executable, "-m", "devstack.agent"],
    }


def _start_ingress(port: int, units: int) -> None:
    """Share the traffic out to the units, as they ask the ingress to; one needs none."""
    if units > 1:
        asked = model.load()
        related = asked.require_relation("ingress")
        ingress.configure(port, dict(related.local_app_data), asked.unit_data("ingress"))
    elif port != NGINX_PORT:
        ingress.configure_one(port, NGINX_PORT)
    else:
        return
    machine.start_services("ingress")


def _deploy(servers: backing.Backing, units: int, url: str) -> None:
    juju.deploy(units)
    others = {e: r for e, r in servers.relations().items() if e not in backing.OPTIONAL}
    if units > 1:
        others["ingress"] = ingress.relation(url)
    juju.integrate(others)
    earlier = site()
    if juju.options()["site_url"] in {None, earlier.url if earlier else None}:
        juju.config({"site_url": url})


def _site(port: int, progress: Progress) -> Site:
    """The site, with an administrator; one is made the first time."""
    known = site()
    if known is None:
        progress("making an administrator")
        made = juju.run_action("add-admin", {"email": _ADMINISTRATOR})
        known = Site(_url(port), made["email"], made["password"])
    known = Site(_url(port), known.email, known.password)
    _RECORD.touch(0o600)
    _RECORD.write_text(json.dumps(asdict(known)))
    return known


def _url(port: int) -> str:
    return f"http://localhost:{port}"


def _require_active() -> None:
    for number in juju.units():
        status = juju.unit_status(number)
        if not isinstance(status, ops.ActiveStatus):
            raise NotActiveError(f"unit {number} is {status.name}: {status.message}")


def _check_ports(wanted: Mapping[int, str], port: int) -> None:
    if wanted[port] != "the site" and port != NGINX_PORT:
        raise DevstackError(f"port {port} is for {PLAN_PORTS[port]}: choose another one")
    for number, service in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", number))
            except PermissionError:
                raise DevstackError(
                    f"port {number} is for root alone: choose one above 1023 with --port"
                ) from None
            except OSError:
                raise DevstackError(
                    f"port {number}, which is for {service}, is in use: end what uses it "
                    f"(`ss -lptn sport = :{number}` names it)"
                ) from None


def _check_sandbox() -> None:
    if not shutil.which("bwrap"):
        raise DevstackError("bubblewrap is not installed: run `python3 -m devstack.setup run`")
    trial = ["bwrap", "--ro-bind", "/", "/", "--unshare-pid", "true"]
    tried = subprocess.run(trial, capture_output=True, text=True, check=False)
    if tried.returncode:
        raise DevstackError(
            f"bubblewrap may not make a sandbox here ({tried.stderr.strip()}): run this as "
            "root, or let users make user namespaces"
        )


def _answers(servers: backing.Backing) -> bool:
    for port in (servers.redis_port, servers.mail_port, servers.s3_port):
        with socket.socket() as probe:
            if probe.connect_ex((network.host(), port)):
                return False
    with suppress(psycopg.OperationalError):
        servers.provision()
        return True
    return False


def _serves(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
            return answer.status == 200
    except OSError:
        return False
