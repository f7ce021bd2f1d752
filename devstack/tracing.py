"""Where spans go: a receiver of OpenTelemetry's protocol, in Tempo's place."""

import json
import sys

from devstack.backing import Relation, free_ports
from devstack.paths import HOME

#: What the receiver has received, a line of JSON for each span.
SPANS = HOME / "spans.jsonl"

_PORT = HOME / "otlp.port"


def command() -> list[str]:
    """The command line of the receiver."""
    return [sys.executable, "-m", "devstack.otlp", str(_port()), str(SPANS)]


def relation() -> Relation:
    """What Tempo's charm would write for us."""
    protocol = {"name": "otlp_http", "type": "http"}
    receiver = {"protocol": protocol, "url": f"http://127.0.0.1:{_port()}"}
    return Relation("tempo", app_data={"receivers": json.dumps([receiver])})


def _port() -> int:
    """The receiver's TCP port on 127.0.0.1; the first time, choose."""
    if not _PORT.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        _PORT.write_text(str(free_ports(1)[0]))
    return int(_PORT.read_text())
