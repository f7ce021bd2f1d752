"""Runs the charm's hooks and actions.

This is the one seam where something stands in for the real thing. `ops.testing` is the controller:
it gives the charm its configuration, relations and leadership from the model. The container is
real: the charm's Pebble client is connected to the Pebble of the unit.
"""

import fcntl
import importlib
import logging
import multiprocessing
import shutil
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir
from pathlib import Path
from typing import Any

import ops
import scenario.mocking
from ops import testing
from scenario.context import CharmEvents
from scenario.errors import InconsistentScenarioError, UncaughtCharmError

from devstack import model
from devstack.errors import DevstackError
from devstack.model import Hook
from devstack.paths import CHARM, HOME, ROOT
from devstack.unit import Unit

APPLICATION = "indico"

LOG = HOME / "juju.log"

_JUJU_VERSION = "3.6.0"

type _Context = testing.Context[ops.CharmBase]


def run_everywhere(*hooks: Hook) -> None:
    """Run hooks on all units at once, and whatever hooks follow from that.

    Args:
        hooks: what each unit runs, one after the other.

    Raises:
        DevstackError: if the charm raises an error.
    """
    if hooks:
        run(dict.fromkeys(model.load().units, hooks))


def run(hooks: Mapping[int, Sequence[Hook]]) -> None:
    """Run hooks, those of different units at once, and whatever hooks follow from that.

    Args:
        hooks: what each unit runs, one after the other, by the number of the unit.

    Raises:
        DevstackError: if the charm raises an error.
    """
    while hooks:
        if len(hooks) == 1:
            for unit, own in hooks.items():
                run_on(unit, own)
        else:
            _run_in_processes(hooks)
        with model.changing() as changed:
            hooks = changed.take_waiting()


def run_on(unit: int, hooks: Sequence[Hook]) -> dict[str, Any]:
    """Run hooks on one unit, which runs one at a time.

    Args:
        unit: its number.
        hooks: what it runs, one after the other.

    Returns:
        The results of the last one, if it is an action.

    Raises:
        DevstackError: if the charm raises an error, or the action fails.
    """
    results: dict[str, Any] = {}
    folder = Unit(unit).folder
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "hook.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        charm = _unpack(folder / "charm")
        for hook in hooks:
            results = _run_one(unit, hook, charm)
    return results


def charm_spec() -> Any:
    """Read what charmcraft.yaml says, with the extension expanded: `config`, `actions`, `meta`."""
    with _context(0, CHARM) as context:
        return vars(context)["_charm_spec"]


def import_libraries() -> None:
    """Import what the charm is built on, and nothing of the charm: that may change."""
    for folder in (ROOT / "devstack" / "charm_libs", CHARM / "lib", CHARM / "src"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    # paas-charm warns of the libraries of relations that this charm does not have.
    logging.getLogger("paas_charm").addHandler(logging.NullHandler())
    importlib.import_module("paas_charm.flask")


def _run_in_processes(hooks: Mapping[int, Sequence[Hook]]) -> None:
    import_libraries()
    # A process with threads must not be forked; others save each hook a second of imports.
    method = "fork" if threading.active_count() == 1 else "spawn"
    with ProcessPoolExecutor(len(hooks), multiprocessing.get_context(method)) as pool:
        running = [pool.submit(run_on, unit, own) for unit, own in hooks.items()]
    for ended in running:
        ended.result()


def _run_one(unit: int, hook: Hook, charm: Path) -> dict[str, Any]:
    with model.changing() as current:
        state = current.seen_by(unit)
    with _context(unit, charm) as context, chdir(charm):
        try:
            after = context.run(_event(hook, context.on, state), state)
        except testing.ActionFailed as exc:
            raise DevstackError(f"the action failed: {exc.message}") from None
        except InconsistentScenarioError as exc:
            raise DevstackError(str(exc).strip().splitlines()[-1]) from None
        except UncaughtCharmError as exc:
            raise DevstackError(f"the charm raised an error, see {LOG}: {exc}") from None
        finally:
            _log(unit, hook, context)
    with model.changing() as current:
        current.absorb(unit, after)
    return dict(context.action_results or {})


def _event(hook: Hook, on: CharmEvents, state: testing.State) -> Any:
    if hook.action:
        return on.action(hook.action, params=dict(hook.params))
    if hook.name == "pebble_ready":
        return on.pebble_ready(state.get_container(model.CONTAINER))
    if hook.relation is None:
        return getattr(on, hook.name)()
    relation = state.get_relation(hook.relation)
    event = getattr(on, hook.name)
    return event(relation, remote_unit=0) if hook.name in _OF_REMOTE_UNITS else event(relation)


#: The hooks that Juju runs for another unit: all others have one, and our own hear of the leader.
_OF_REMOTE_UNITS = ("relation_changed", "relation_departed")


def _unpack(folder: Path) -> Path:
    """Lay the charm out as Juju would; it writes there."""
    ignored = shutil.ignore_patterns("lib", "__pycache__", "cos_merged")
    shutil.copytree(CHARM, folder, ignore=ignored, dirs_exist_ok=True)
    return folder


def _context(unit: int, charm: Path) -> _Context:
    return testing.Context(
        _charm_type(unit),
        charm_root=charm,
        juju_version=_JUJU_VERSION,
        app_name=APPLICATION,
        unit_id=unit,
    )


def _charm_type(unit: int) -> type[ops.CharmBase]:
    """Import the charm as Juju does, connected to the real Pebble of the unit."""
    import_libraries()
    from charm import IndicoCharm  # noqa: PLC0415

    _connect_pebble(unit)
    return IndicoCharm


def _connect_pebble(unit: int) -> None:
    """Give the charm the unit's Pebble instead of a simulated one: the seam, in its whole."""

    def get_pebble(_backend: object, _socket_path: str) -> ops.pebble.Client:
        return ops.pebble.Client(str(Unit(unit).socket))

    backend: Any = vars(scenario.mocking)["_MockModelBackend"]
    backend.get_pebble = get_pebble


def _log(unit: int, hook: Hook, context: _Context) -> None:
    with LOG.open("a") as log:
        for line in context.juju_log:
            print(
                f"{line.level}: {APPLICATION}/{unit} {hook.action or hook.name}: {line.message}",
                file=log,
            )
