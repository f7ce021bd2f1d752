"""Juju's part: it keeps the model's state and runs the charm's hooks and actions.

This is the one seam where something stands in for the real thing. `ops.testing` is the controller:
it gives the charm its configuration, relations and leadership from a state that is kept in a file.
The container is real: the charm's Pebble client is connected to the Pebble of the unit.
"""

import fcntl
import logging
import pickle
import shutil
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import replace
from typing import Any

import ops
import scenario.mocking
from ops import testing
from scenario.context import CharmEvents
from scenario.errors import InconsistentScenarioError, UncaughtCharmError

from devstack import unit
from devstack.backing import Relation
from devstack.errors import DevstackError
from devstack.paths import CHARM, HOME, ROOT

APPLICATION, MODEL = "indico", "devstack"

LOG = HOME / "juju.log"

_CONTAINER = "flask-app"
_JUJU_VERSION = "3.6.0"
_STATE = HOME / "juju.state"
_LOCK = HOME / "juju.lock"
#: The charm as Juju would unpack it.
_CHARM = HOME / "charm"

type Event = Callable[[CharmEvents, testing.State], Any]


def deploy() -> None:
    """Deploy the charm: one unit, which is the leader and has no relations but its own."""
    with _hooks() as model:
        model.state = testing.State(
            leader=True,
            model=testing.Model(name=MODEL, type="kubernetes"),
            containers={testing.Container(_CONTAINER, can_connect=True)},
            relations={testing.PeerRelation("secret-storage")},
        )
        model.emit(lambda on, _: on.install())
        model.emit(lambda on, state: on.relation_created(state.get_relations("secret-storage")[0]))
        model.emit(lambda on, _: on.leader_elected())


def start() -> None:
    """Run the hooks of a unit that starts: the charm is given the container."""
    with _hooks() as model:
        container = model.state.get_container(_CONTAINER)
        model.emit(lambda on, _: on.config_changed())
        model.emit(lambda on, _: on.start())
        model.emit(lambda on, _: on.pebble_ready(container))


def integrate(endpoint: str, other: Relation) -> None:
    """Integrate with an application, or tell the charm that its databags have changed.

    Args:
        endpoint: the charm's endpoint.
        other: the other side.
    """
    with _hooks() as model:
        model.grant(other.secrets)
        old = model.relation(endpoint)
        if old is None:
            old = testing.Relation(endpoint, other.application, id=model.next_relation_id())
            model.add(old)
            model.emit(lambda on, _: on.relation_created(old))
            old = model.relation(endpoint) or old
        new = replace(old, remote_app_data=other.app_data, remote_units_data={0: other.unit_data})
        if new == old:
            return
        model.add(new, instead_of=old)
        model.emit(lambda on, _: on.relation_changed(new, remote_unit=0))


def remove_relation(endpoint: str) -> None:
    """Remove the relation of an endpoint.

    Raises:
        DevstackError: if it has none.
    """
    with _hooks() as model:
        related = model.relation(endpoint)
        if related is None:
            raise DevstackError(f"{APPLICATION} has no relation on {endpoint}")
        model.emit(lambda on, _: on.relation_departed(related, remote_unit=0, departing_unit=0))
        related = model.relation(endpoint) or related
        model.emit(lambda on, _: on.relation_broken(related))
        model.remove(related.id)


def config(values: Mapping[str, str | None]) -> None:
    """Change options of the charm.

    Args:
        values: the new values by the options' names; None resets an option to its default.

    Raises:
        DevstackError: if there is no such option, or a value is not of its type.
    """
    with _hooks() as model:
        options = model.options()
        changed = dict(model.state.config)
        for name, value in values.items():
            if name not in options:
                raise DevstackError(f"{APPLICATION} has no option {name}")
            changed.pop(name, None)
            if value is not None:
                changed[name] = _typed(name, value, options[name]["type"])
        model.state = replace(model.state, config=changed)
        model.emit(lambda on, _: on.config_changed())


def options() -> dict[str, Any]:
    """Tell the value of every option, with its default where it is not set."""
    with _hooks() as model:
        defaults = {name: option.get("default") for name, option in model.options().items()}
        return dict(sorted((defaults | dict(model.state.config)).items()))


def run_action(name: str, params: Mapping[str, str]) -> dict[str, Any]:
    """Run an action of the charm.

    Args:
        name: the action's name.
        params: its parameters.

    Returns:
        Its results.

    Raises:
        DevstackError: if there is no such action or parameter, or if the action fails.
    """
    with _hooks() as model:
        actions = model.actions()
        if name not in actions:
            raise DevstackError(
                f"{APPLICATION} has no action {name}: {', '.join(sorted(actions))}"
            )
        try:
            model.emit(lambda on, _: on.action(name, params=dict(params)))
        except testing.ActionFailed as exc:
            raise DevstackError(f"the action failed: {exc.message}") from None
        return dict(model.context.action_results or {})


def update_status() -> None:
    """Run the hook that Juju runs every few minutes."""
    with _hooks() as model:
        model.emit(lambda on, _: on.update_status())


def unit_status() -> ops.StatusBase:
    """Tell the status that the charm has given its unit."""
    if not _STATE.exists():
        raise DevstackError("nothing is deployed: run `devstack up`")
    status = _load().unit_status
    return ops.StatusBase.from_name(status.name, status.message)


def deployed() -> bool:
    """Tell whether the charm has been deployed."""
    return _STATE.exists()


class _Model:
    """A model whose lock is held: its state, and the way to run hooks on it."""

    def __init__(self, state: testing.State):
        self.state = state
        self.context = self._new_context()

    def emit(self, event: Event) -> None:
        """Run one hook or action, and keep what it leaves behind."""
        self.context = self._new_context()
        try:
            with chdir(_CHARM):
                self.state = self.context.run(event(self.context.on, self.state), self.state)
        except InconsistentScenarioError as exc:
            raise DevstackError(str(exc).strip().splitlines()[-1]) from exc
        except UncaughtCharmError as exc:
            raise DevstackError(f"the charm raised an error, see {LOG}: {exc}") from exc
        finally:
            self._log()
        self._save()

    def options(self) -> Mapping[str, Any]:
        """The options of the charm, the extension's included."""
        spec = _charm_spec(self.context).config or {}
        return spec.get("options", {})

    def actions(self) -> Mapping[str, Any]:
        """The actions of the charm, the extension's included."""
        return _charm_spec(self.context).actions or {}

    def relation(self, endpoint: str) -> testing.Relation | None:
        """The relation of an endpoint, if it has one."""
        found = self.state.get_relations(endpoint)
        return next((r for r in found if isinstance(r, testing.Relation)), None)

    def next_relation_id(self) -> int:
        """A number that no relation has: those that ops.testing gives begin anew each time."""
        return 1 + max(relation.id for relation in self.state.relations)

    def add(self, relation: testing.RelationBase, instead_of: Any = None) -> None:
        """Add a relation, or put it in the place of another."""
        if instead_of:
            self.remove(instead_of.id)
        self.state = replace(self.state, relations=frozenset({*self.state.relations, relation}))

    def remove(self, number: int) -> None:
        """Remove a relation."""
        kept = frozenset(r for r in self.state.relations if r.id != number)
        self.state = replace(self.state, relations=kept)
        self._save()

    def grant(self, secrets: Mapping[str, dict[str, str]]) -> None:
        """Give the charm secrets of another application, by their numbers."""
        kept = {secret for secret in self.state.secrets if secret.id not in secrets}
        new = {testing.Secret(content, id=number) for number, content in secrets.items()}
        self.state = replace(self.state, secrets=frozenset({*kept, *new}))

    def _save(self) -> None:
        """Write the state at once, for those who only read it do not ask for the lock."""
        new = _STATE.with_suffix(".new")
        new.write_bytes(pickle.dumps(self.state))
        new.replace(_STATE)

    def _log(self) -> None:
        with LOG.open("a") as log:
            for line in self.context.juju_log:
                print(f"{line.level}: {line.message}", file=log)

    @staticmethod
    def _new_context() -> testing.Context[ops.CharmBase]:
        return testing.Context(
            _charm_type(), charm_root=_CHARM, juju_version=_JUJU_VERSION, app_name=APPLICATION
        )


@contextmanager
def _hooks() -> Generator[_Model]:
    """Hold the lock of the model: like Juju, run one hook at a time."""
    HOME.mkdir(parents=True, exist_ok=True)
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ignored = shutil.ignore_patterns("lib", "__pycache__", "cos_merged")
        shutil.copytree(CHARM, _CHARM, ignore=ignored, dirs_exist_ok=True)
        yield _Model(_load() if _STATE.exists() else testing.State())


def _load() -> testing.State:
    try:
        # The stack wrote this file itself, below its own folder.
        return pickle.loads(_STATE.read_bytes())  # noqa: S301
    except Exception as exc:
        raise DevstackError(
            "the state of the model cannot be read: start anew with `devstack up --reset`"
        ) from exc


def _charm_type() -> type[ops.CharmBase]:
    """Import the charm as Juju does, connected to the real Pebble of the unit."""
    for folder in (ROOT / "devstack" / "charm_libs", CHARM / "lib", CHARM / "src"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    # paas-charm warns of the libraries of relations that this charm does not have.
    logging.getLogger("paas_charm").addHandler(logging.NullHandler())
    from charm import IndicoCharm  # noqa: PLC0415

    _connect_pebble()
    return IndicoCharm


def _connect_pebble() -> None:
    """Give the charm the unit's Pebble instead of a simulated one: the seam, in its whole."""

    def get_pebble(_backend: object, _socket_path: str) -> ops.pebble.Client:
        return ops.pebble.Client(str(unit.SOCKET))

    backend: Any = vars(scenario.mocking)["_MockModelBackend"]
    backend.get_pebble = get_pebble


def _charm_spec(context: testing.Context[ops.CharmBase]) -> Any:
    """What the context has read from charmcraft.yaml, with the extension expanded."""
    return vars(context)["_charm_spec"]


def _typed(name: str, value: str, type_name: str) -> str | int | float | bool:
    """Read an option's value as `juju config` does."""
    flags = {"true": True, "false": False}
    try:
        match type_name:
            case "boolean":
                return flags[value.lower()]
            case "int":
                return int(value)
            case "float":
                return float(value)
            case _:
                return value
    except (KeyError, ValueError):
        raise DevstackError(f"{name} is of type {type_name}: '{value}' is not") from None
