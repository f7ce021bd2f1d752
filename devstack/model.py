"""The Juju model: what all units have in common, what each has for itself, and what each sees.

It is kept in a file. Hooks of several units run at once, each in a process of its own: each takes
what its unit sees before it runs, and gives back what it has changed.
"""

import fcntl
import pickle
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from ops import testing

from devstack import network
from devstack.errors import DevstackError
from devstack.paths import HOME

CONTAINER = "flask-app"
LEADER = 0

_FILE = HOME / "juju.state"
_LOCK = HOME / "juju.lock"
_PEERS = "secret-storage"


@dataclass(frozen=True)
class Hook:
    """A hook or an action.

    Attributes:
        name: what `ops.testing` calls the event.
        relation: the number of the relation that the hook is of, if it is of one.
        action: the name of the action, if it is one.
        params: its parameters.
    """

    name: str
    relation: int | None = None
    action: str = ""
    params: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass
class Model:
    """The facts of the model.

    Attributes:
        shared: what is the same for all units. Its relations have no databags of units.
        units: what each unit's last hook has left behind.
    """

    shared: testing.State
    units: dict[int, testing.State] = field(default_factory=dict[int, testing.State])
    _databags: dict[tuple[int, int], dict[str, str]] = field(
        default_factory=dict[tuple[int, int], dict[str, str]]
    )
    _waiting: dict[int, list[Hook]] = field(default_factory=dict[int, list[Hook]])

    def resize(self, units: int) -> None:
        """Add units, or remove those with the highest numbers."""
        for number in [n for n in self.units if n >= units]:
            del self.units[number]
        container = testing.Container(CONTAINER, can_connect=True)
        for number in range(units):
            self.units.setdefault(number, testing.State(containers={container}))
        self.shared = replace(self.shared, planned_units=units)

    def seen_by(self, number: int) -> testing.State:
        """What a unit sees, its own facts and the shared ones."""
        # The library for ingress asks for the address of the unit on that endpoint.
        bind = testing.BindAddress([testing.Address(network.address(number))])
        return replace(
            self.units[number],
            leader=number == LEADER,
            config=self.shared.config,
            model=self.shared.model,
            networks={testing.Network("ingress", [bind])},
            planned_units=self.shared.planned_units,
            relations={self._relation(r, number) for r in self.shared.relations},
            secrets=self.shared.secrets,
        )

    def absorb(self, number: int, after: testing.State) -> None:
        """Take in what a hook of a unit has left behind; its peers hear of the leader's data."""
        self.units[number] = after
        for relation in after.relations:
            unit_data: Mapping[str, str] = vars(relation)["local_unit_data"]
            self._databags[number, relation.id] = dict(unit_data)
        if number != LEADER:
            return
        self.shared = replace(self.shared, secrets=after.secrets)
        for relation in after.relations:
            self._publish(relation.id, dict(relation.local_app_data))

    def take_waiting(self) -> dict[int, list[Hook]]:
        """The hooks that follow from what other units have done; they are asked for once."""
        taken, self._waiting = self._waiting, {}
        return {number: hooks for number, hooks in taken.items() if number in self.units}

    @property
    def peers(self) -> int:
        """The number of the peer relation."""
        return self.shared.get_relations(_PEERS)[0].id

    def relation(self, endpoint: str) -> testing.Relation | None:
        """The relation of an endpoint with another application, if it has one."""
        found = self.shared.get_relations(endpoint)
        return next((r for r in found if isinstance(r, testing.Relation)), None)

    def require_relation(self, endpoint: str) -> testing.Relation:
        """The same, which has to be there.

        Raises:
            DevstackError: if it is not.
        """
        found = self.relation(endpoint)
        if found is None:
            raise DevstackError(f"indico has no relation on {endpoint}")
        return found

    def relate(self, endpoint: str, application: str) -> int:
        """Add a relation whose databags are empty, and tell its number.

        Those that ops.testing gives begin anew each time.
        """
        number = 1 + max(relation.id for relation in self.shared.relations)
        self.put(testing.Relation(endpoint, application, id=number))
        return number

    def write(
        self,
        endpoint: str,
        app_data: dict[str, str],
        unit_data: dict[str, str],
        secrets: Mapping[str, dict[str, str]],
    ) -> int | None:
        """Write the databags of the other application, and grant its secrets.

        Returns:
            The number of the relation if that has changed them, else None.
        """
        kept = {secret for secret in self.shared.secrets if secret.id not in secrets}
        new = {testing.Secret(content, id=number) for number, content in secrets.items()}
        self.shared = replace(self.shared, secrets={*kept, *new})
        old = self.require_relation(endpoint)
        written = replace(old, remote_app_data=app_data, remote_units_data={0: unit_data})
        self.put(written)
        return None if written == old else old.id

    def put(self, relation: testing.RelationBase) -> None:
        """Add a relation, or put it in the place of the one with its number."""
        kept = {r for r in self.shared.relations if r.id != relation.id}
        self.shared = replace(self.shared, relations={*kept, relation})

    def remove(self, number: int) -> None:
        """Remove a relation."""
        kept = {relation for relation in self.shared.relations if relation.id != number}
        self.shared = replace(self.shared, relations=kept)

    def unit_data(self, endpoint: str) -> dict[int, dict[str, str]]:
        """What each unit has written to its databag of an endpoint's relation."""
        found = self.relation(endpoint)
        return {n: self._databags.get((n, found.id), {}) for n in self.units} if found else {}

    def _relation(self, relation: testing.RelationBase, number: int) -> testing.RelationBase:
        changes: dict[str, Any] = {}
        if (number, relation.id) in self._databags:
            changes["local_unit_data"] = self._databags[number, relation.id]
        if isinstance(relation, testing.PeerRelation):
            others = [other for other in self.units if other != number]
            changes["peers_data"] = {n: self._databags.get((n, relation.id), {}) for n in others}
        return replace(relation, **changes)

    def _publish(self, number: int, data: dict[str, str]) -> None:
        old = next((r for r in self.shared.relations if r.id == number), None)
        if old is None or old.local_app_data == data:
            return
        self.put(replace(old, local_app_data=data))
        if number == self.peers:
            for other in set(self.units) - {LEADER}:
                self._waiting.setdefault(other, []).append(Hook("relation_changed", number))


def new(name: str) -> None:
    """Make a model with an application that has no units and no relations but its own."""
    HOME.mkdir(parents=True, exist_ok=True)
    _save(
        Model(
            testing.State(
                model=testing.Model(name=name, type="kubernetes"),
                relations={testing.PeerRelation(_PEERS)},
            )
        )
    )


def exists() -> bool:
    """Tell whether there is a model."""
    return _FILE.exists()


def load() -> Model:
    """Read the model as it is now.

    Raises:
        DevstackError: if there is none, or none that can be read.
    """
    if not exists():
        raise DevstackError("nothing is deployed: run `devstack up`")
    try:
        # The stack wrote this file itself, below its own folder.
        loaded = pickle.loads(_FILE.read_bytes())  # noqa: S301
    except Exception as exc:
        raise _unreadable() from exc
    if not isinstance(loaded, Model):
        raise _unreadable()
    return loaded


@contextmanager
def changing() -> Generator[Model]:
    """Hold the lock of the model for a moment, and keep what is changed in it."""
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        model = load()
        yield model
        _save(model)


def _save(model: Model) -> None:
    """Write the model at once, for those who only read it do not ask for the lock."""
    written = _FILE.with_suffix(".new")
    written.write_bytes(pickle.dumps(model))
    written.replace(_FILE)


def _unreadable() -> DevstackError:
    return DevstackError(
        "the state of the model cannot be read: start anew with `devstack up --reset`"
    )
