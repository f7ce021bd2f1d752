"""Runs programs of the tests where the services run, with the environment that these have."""

from pathlib import Path

import ops

from devstack.unit import CERTIFICATES, Unit


def client() -> ops.pebble.Client:
    """Connect to the unit's Pebble."""
    return ops.pebble.Client(str(Unit(0).socket))


def start(program: str, stdin: str = "", **environment: str) -> ops.pebble.ExecProcess[str]:
    """Run a file of this folder with Python."""
    given = client().get_plan().services["flask"].environment
    return client().exec(
        ["python3", "-c", Path(__file__).with_name(program).read_text()],
        environment={**given, "SSL_CERT_FILE": str(CERTIFICATES), **environment},
        working_dir="/flask/app",
        user="_daemon_",
        stdin=stdin,
        timeout=120,
    )


def run(program: str, stdin: str = "", **environment: str) -> tuple[str, str]:
    """Run a file of this folder to its end; tell what it has printed, and what it has logged."""
    output, log = start(program, stdin, **environment).wait_output()
    return output, log or ""
