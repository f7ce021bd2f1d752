"""The networks of a stack with several units: each has its own, and a bridge joins them.

`python3 -m devstack.network NUMBER PROGRAM …` runs a program in the network of a unit. Only root
may make networks. They go with the last process in them; the bridge is the one thing that stays.
"""

import json
import os
import subprocess
import sys
import zlib
from contextlib import suppress

from devstack.errors import DevstackError
from devstack.paths import HOME

#: What everything listens on that is for this machine alone.
LOOPBACK = "127.0.0.1"

_HOST = HOME / "host"
# Two stacks on one machine have bridges and addresses of their own.
_DIGEST = zlib.crc32(str(HOME).encode())
_BRIDGE = f"ds{_DIGEST:08x}"
_SUBNET = f"10.213.{_DIGEST % 256}"

#: What the servers listen on where there are several units.
BRIDGE_ADDRESS = f"{_SUBNET}.1"


def host() -> str:
    """Tell the address that the servers of this stack listen on, which its units can reach."""
    return str(json.loads(_HOST.read_text())) if _HOST.exists() else LOOPBACK


def address(unit: int) -> str:
    """Tell the address of a unit.

    Args:
        unit: its number.

    Returns:
        The machine's own loopback address where the units share the machine's network.
    """
    return LOOPBACK if host() == LOOPBACK else f"{_SUBNET}.{10 + unit}"


def prepare(units: int) -> None:
    """Choose the address of the servers, and make the bridge where there are several units.

    Args:
        units: how many there are.

    Raises:
        DevstackError: if this user may not make networks.
    """
    remove()
    HOME.mkdir(parents=True, exist_ok=True)
    chosen = LOOPBACK if units == 1 else BRIDGE_ADDRESS
    _HOST.write_text(json.dumps(chosen))
    if units == 1:
        return
    try:
        _ip("link", "add", _BRIDGE, "type", "bridge")
        _ip("address", "add", f"{chosen}/24", "dev", _BRIDGE)
        _ip("link", "set", _BRIDGE, "up")
    except (OSError, subprocess.CalledProcessError) as exc:
        raise DevstackError(
            "each of several units needs a network of its own, which only root may make: "
            "run this as root, or without --units"
        ) from exc


def remove() -> None:
    """Remove the bridge, if there is one."""
    with suppress(OSError, subprocess.CalledProcessError):
        _ip("link", "delete", _BRIDGE)


def command(unit: int, program: list[str]) -> list[str]:
    """Make the command line that runs a program in the network of a unit.

    Args:
        unit: the number of the unit.
        program: the program and its arguments.

    Returns:
        The words; the program's own where the units share the machine's network.
    """
    if host() == LOOPBACK:
        return program
    return [sys.executable, "-m", "devstack.network", str(unit), *program]


def main(number: str, *program: str) -> None:
    """Become a program in a new network with two interfaces: its own loopback, and the bridge.

    Args:
        number: the number of the unit.
        program: the program and its arguments.
    """
    machine = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    os.unshare(os.CLONE_NEWNET)
    own = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    link = f"{_BRIDGE}u{number}"
    outside = f"/proc/{os.getpid()}/fd/{machine}"
    _ip("link", "add", "eth0", "type", "veth", "peer", "name", link, "netns", outside)
    _ip("address", "add", f"{address(int(number))}/24", "dev", "eth0")
    _ip("link", "set", "eth0", "up")
    _ip("link", "set", "lo", "up")
    os.setns(machine)
    _ip("link", "set", link, "master", _BRIDGE, "up")
    os.setns(own)
    os.execvp(program[0], program)  # noqa: S606


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
