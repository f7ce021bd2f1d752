"""The command line of the development stack, in Juju's words."""

import json
import os
import signal
import subprocess
import sys
from enum import Enum
from typing import Any

import click
import ops
from rich.console import Console
from rich.table import Table

from devstack import juju, machine, stack
from devstack.errors import DevstackError, NotActiveError
from devstack.paths import BIN
from devstack.unit import Unit

_console = Console(soft_wrap=True)
_LINES_OF_LOG = "100"
_unit = click.option("--unit", default=0, show_default=True, help="The number of the unit.")


class _Group(click.Group):
    """Turns the stack's errors into one line each."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DevstackError as exc:
            raise click.ClickException(str(exc)) from exc


@click.group(cls=_Group)
def main() -> None:
    """Run the Indico charm and its rock on this machine, without Kubernetes."""


@main.command()
@click.option("--port", default=stack.NGINX_PORT, show_default=True, help="Where the site is.")
@click.option("--units", default=1, show_default=True, help="How many units; several need root.")
@click.option("--reset", is_flag=True, help="Throw away what an earlier stack has stored.")
@click.option("--detach", is_flag=True, help="Come back when the site answers.")
def up(port: int, units: int, *, reset: bool, detach: bool) -> None:
    """Start everything; Ctrl-C ends it."""
    if machine.is_up():
        raise DevstackError("the stack is up already: `devstack status` shows it")
    if reset:
        stack.reset()
    try:
        _start(port, units)
    except NotActiveError as exc:
        if detach:
            raise
        _console.print(f"{exc}\nThe stack goes on trying; `devstack status` shows how it goes.")
    except BaseException:
        stack.down()
        raise
    if detach:
        return
    _console.print("Ctrl-C ends everything; the data is kept.")
    _wait_for_the_end()
    with _console.status("ending everything …"):
        stack.down()


@main.command()
def down() -> None:
    """End everything; the data is kept."""
    with _console.status("ending everything …"):
        stack.down()


@main.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@_unit
def status(form: str, unit: int) -> None:
    """Show the units, and the services and the checks of one."""
    current = _status(unit)
    if form == "json":
        print(json.dumps(current, indent=2))
    else:
        _print_status(current)


@main.command()
@click.argument("values", nargs=-1, metavar="[KEY=VALUE]…")
@click.option("--reset", multiple=True, metavar="KEY", help="Set an option to its default.")
def config(values: tuple[str, ...], reset: tuple[str, ...]) -> None:
    """Show the charm's options, or change some and run config-changed."""
    changes: dict[str, str | None] = dict.fromkeys(reset)
    changes |= _pairs(values)
    if changes:
        _require_up()
        juju.config(changes)
        _print_unit_status()
        return
    for name, value in juju.options().items():
        print(f"{name}={'' if value is None else value}")


@main.command()
@click.argument("endpoint")
@click.argument("values", nargs=-1, metavar="[KEY=VALUE]…")
def integrate(endpoint: str, values: tuple[str, ...]) -> None:
    """Integrate with a server of the stack, or change what its databag says."""
    _require_up()
    stack.integrate(endpoint, _pairs(values))
    _print_unit_status()


@main.command()
@click.argument("endpoint")
def remove_relation(endpoint: str) -> None:
    """Remove the relation of an endpoint."""
    _require_up()
    juju.remove_relation(endpoint)
    _print_unit_status()


@main.command()
@click.argument("action")
@click.argument("params", nargs=-1, metavar="[KEY=VALUE]…")
@_unit
def run(action: str, params: tuple[str, ...], unit: int) -> None:
    """Run an action of the charm."""
    _require_up()
    for name, value in juju.run_action(action, _pairs(params), unit).items():
        print(f"{name}: {value}")


@main.command()
@click.option("-f", "--follow", is_flag=True, help="Go on as more is written.")
@click.argument("service", required=False)
@_unit
def logs(service: str | None, unit: int, *, follow: bool) -> None:
    """Show what the services of a unit have written."""
    _require_up()
    juju.require_unit(unit)
    command = [str(BIN / "pebble"), "logs", "-n", _LINES_OF_LOG]
    command += ["--follow"] if follow else []
    command += [service] if service else []
    env = {**os.environ, "PEBBLE": str(Unit(unit).socket.parent)}
    sys.exit(subprocess.run(command, env=env, check=False).returncode)


def _start(port: int, units: int) -> None:
    with _console.status("starting …") as display:
        site = stack.up(port, units, lambda step: _progress(display, step))
    _print_status(_status(juju.LEADER))
    _console.print(f"\n[bold]{site.url}[/]   log in as {site.email}, password {site.password}")


def _progress(display: Any, step: str) -> None:
    display.update(step)
    if not _console.is_terminal:
        print(step, flush=True)


def _wait_for_the_end() -> None:
    def end(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        signal.pause()
    except KeyboardInterrupt:
        return


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    for word in words:
        if "=" not in word:
            raise DevstackError(f"'{word}' is not of the form key=value")
    return dict(word.split("=", 1) for word in words)


def _require_up() -> None:
    if not machine.is_up():
        raise DevstackError("the stack is down: run `devstack up`")


def _status(unit: int) -> dict[str, Any]:
    _require_up()
    juju.require_unit(unit)
    site = stack.site()
    client = ops.pebble.Client(str(Unit(unit).socket))
    services = [
        {"name": s.name, "startup": _word(s.startup), "current": _word(s.current)}
        for s in _ask(client.get_services)
    ]
    checks = [
        {
            "name": c.name,
            "level": _word(c.level),
            "status": _word(c.status),
            "failures": c.failures or 0,
        }
        for c in _ask(client.get_checks)
    ]
    return {
        "url": site.url if site else None,
        "unit": _charm_status(unit),
        "units": {f"{juju.APPLICATION}/{n}": _charm_status(n) for n in juju.units()},
        "services": services,
        "checks": checks,
    }


def _charm_status(unit: int) -> dict[str, str]:
    charm = juju.unit_status(unit)
    return {"status": charm.name, "message": charm.message}


def _ask(question: Any) -> list[Any]:
    """Ask the unit's Pebble, which may be gone."""
    try:
        return question()
    except ops.pebble.ConnectionError:
        return []


def _word(value: Enum | str) -> str:
    return str(value.value) if isinstance(value, Enum) else value


def _print_unit_status() -> None:
    for unit in juju.units():
        charm = juju.unit_status(unit)
        print(f"{juju.APPLICATION}/{unit}  {charm.name}  {charm.message}".rstrip())


def _print_status(current: dict[str, Any]) -> None:
    _print_unit_status()
    table = Table("Service", "Startup", "Current", box=None)
    for service in current["services"]:
        table.add_row(service["name"], service["startup"], service["current"])
    checks = Table("Check", "Level", "Status", "Failures", box=None)
    for check in current["checks"]:
        checks.add_row(check["name"], check["level"], check["status"], str(check["failures"]))
    _console.print(table, checks, sep="\n")
