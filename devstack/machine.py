"""The machine that the model runs on: one Pebble that supervises servers, unit and agent."""

import json
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import ops
import psutil

from devstack.errors import DevstackError
from devstack.paths import BIN, HOME, MARK, ROOT

#: What a unit needs before it may start.
SERVERS = ("postgresql", "redis", "mail", "s3", "oidc", "saml", "otlp")

_FOLDER = HOME / "machine"
_SOCKET = _FOLDER / ".pebble.socket"
_LOG = HOME / "machine.log"
# A unit may take five minutes to finish what its worker does.
_KILL_DELAY = "330s"
_LONGEST_STOP = 340.0


def client() -> ops.pebble.Client:
    """Connect to the machine's Pebble."""
    return ops.pebble.Client(str(_SOCKET))


def is_up() -> bool:
    """Tell whether the machine's Pebble answers."""
    try:
        client().get_system_info()
    except (ops.pebble.ConnectionError, ops.pebble.APIError):
        return False
    return True


def start(services: Mapping[str, list[str]]) -> None:
    """Start the machine's Pebble, which starts nothing yet.

    Args:
        services: the command lines of everything that runs on the machine, by name.

    Raises:
        DevstackError: if it does not come up.
    """
    if len(str(_SOCKET)) > 100:
        raise DevstackError(
            f"{HOME} is too long for a socket: set DEVSTACK_HOME to a shorter path"
        )
    layers = _FOLDER / "layers"
    layers.mkdir(parents=True, exist_ok=True)
    (layers / "001-machine.yaml").write_text(json.dumps({"services": _plan(services)}))
    env = {**os.environ, "PEBBLE": str(_FOLDER), MARK: str(HOME)}
    with _LOG.open("a") as log:
        subprocess.Popen(
            [BIN / "pebble", "run", "--hold", "--verbose"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    wait_for(is_up, "the machine's Pebble", seconds=20)


def start_services(*names: str) -> None:
    """Start services of the machine.

    Raises:
        DevstackError: if one ends at once.
    """
    try:
        client().start_services(names)
    except ops.pebble.ChangeError as exc:
        raise DevstackError(f"{' and '.join(names)} cannot be started, see {_LOG}: {exc}") from exc


def stop() -> None:
    """End everything that the machine runs: first what needs the servers, then these."""
    # Pebble itself ends all at once, and a Celery worker does not end while its Redis is gone.
    with suppress(ops.pebble.Error):
        running = [service.name for service in client().get_services() if service.is_running()]
        others = [name for name in running if name not in SERVERS]
        if others:
            client().stop_services(others, timeout=_LONGEST_STOP)
    for process in _processes():
        with suppress(psutil.NoSuchProcess):
            if process.environ().get("PEBBLE") == str(_FOLDER) and process.name() == "pebble":
                process.terminate()
                process.wait()
    # Whatever is left has lost the Pebble that would have ended it.
    for process in _processes():
        with suppress(psutil.NoSuchProcess):
            process.kill()


def wait_for(condition: Callable[[], bool], what: str, seconds: float) -> None:
    """Wait until a condition holds.

    Args:
        condition: tells whether it does.
        what: what is waited for, for the error.
        seconds: how long to wait.

    Raises:
        DevstackError: if it does not hold in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise DevstackError(f"{what} did not come up within {seconds:.0f} s: see {_LOG}")
        time.sleep(0.1)


def _plan(services: Mapping[str, list[str]]) -> dict[str, dict[str, object]]:
    return {
        name: {
            "override": "replace",
            "command": shlex.join(command),
            "after": [] if name in SERVERS else list(SERVERS),
            "kill-delay": _KILL_DELAY,
        }
        for name, command in services.items()
    }


def _processes() -> list[psutil.Process]:
    """Every process that belongs to this stack, by a variable that all of them have."""
    return [p for p in psutil.process_iter() if _belongs(p)]


def _belongs(process: psutil.Process) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return process.environ().get(MARK) == str(HOME)
    except psutil.Error:
        return False
