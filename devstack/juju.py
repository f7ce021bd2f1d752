"""Juju's part, in the words of its commands: each changes the model and runs the hooks of that."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ops

from devstack import hooks, model
from devstack.backing import Relation
from devstack.errors import DevstackError
from devstack.hooks import APPLICATION
from devstack.model import LEADER, Hook

MODEL = "devstack"


def deploy(units: int) -> None:
    """Deploy the charm, or bring it to another number of units.

    Args:
        units: how many; unit 0 is the leader.
    """
    if not model.exists():
        model.new(MODEL)
    with model.changing() as changed:
        added = set(range(units)) - set(changed.units)
        changed.resize(units)
        relations = sorted(relation.id for relation in changed.shared.relations)
    created = [Hook("relation_created", relation) for relation in relations]
    elected = {LEADER: [Hook("leader_elected")]}
    hooks.run({n: [Hook("install"), *created, *elected.get(n, [])] for n in added})


def start() -> None:
    """Run the hooks of units that start: the charm is given their containers."""
    hooks.run_everywhere(Hook("config_changed"), Hook("start"), Hook("pebble_ready"))


def integrate(others: Mapping[str, Relation]) -> None:
    """Integrate with applications, or tell the charm that their databags have changed.

    Args:
        others: the other sides, by the charm's endpoints.
    """
    with model.changing() as changed:
        created = [
            changed.relate(endpoint, other.application)
            for endpoint, other in others.items()
            if changed.relation(endpoint) is None
        ]
    hooks.run_everywhere(*(Hook("relation_created", number) for number in created))
    with model.changing() as changed:
        written = [
            changed.write(endpoint, other.app_data, other.unit_data, other.secrets)
            for endpoint, other in others.items()
        ]
    hooks.run_everywhere(*(Hook("relation_changed", number) for number in written if number))


def remove_relation(endpoint: str) -> None:
    """Remove the relation of an endpoint.

    Raises:
        DevstackError: if it has none.
    """
    number = model.load().require_relation(endpoint).id
    hooks.run_everywhere(Hook("relation_departed", number), Hook("relation_broken", number))
    with model.changing() as changed:
        changed.remove(number)


def config(values: Mapping[str, str | None]) -> None:
    """Change options of the charm.

    Args:
        values: the new values by the options' names; None resets an option to its default.

    Raises:
        DevstackError: if there is no such option, or a value is not of its type.
    """
    known = _options()
    with model.changing() as changed:
        new = dict(changed.shared.config)
        for name, value in values.items():
            if name not in known:
                raise DevstackError(f"{APPLICATION} has no option {name}")
            new.pop(name, None)
            if value is not None:
                new[name] = _typed(name, value, known[name]["type"])
        changed.shared = replace(changed.shared, config=new)
    hooks.run_everywhere(Hook("config_changed"))


def options() -> dict[str, Any]:
    """Tell the value of every option, with its default where it is not set."""
    defaults = {name: option.get("default") for name, option in _options().items()}
    values = dict(model.load().shared.config) if model.exists() else {}
    return dict(sorted((defaults | values).items()))


def run_action(name: str, params: Mapping[str, str], unit: int = LEADER) -> dict[str, Any]:
    """Run an action of the charm.

    Args:
        name: the action's name.
        params: its parameters.
        unit: the number of the unit that runs it.

    Returns:
        Its results.

    Raises:
        DevstackError: if there is no such action, parameter or unit, or if the action fails.
    """
    actions = hooks.charm_spec().actions or {}
    if name not in actions:
        raise DevstackError(f"{APPLICATION} has no action {name}: {', '.join(sorted(actions))}")
    require_unit(unit)
    results = hooks.run_on(unit, [Hook("action", action=name, params=params)])
    with model.changing() as changed:
        following = changed.take_waiting()
    hooks.run(following)
    return results


def update_status() -> None:
    """Run the hook that Juju runs every few minutes."""
    hooks.run_everywhere(Hook("update_status"))


def units() -> list[int]:
    """Tell the numbers of the units."""
    return sorted(model.load().units)


def require_unit(unit: int) -> None:
    """Refuse the number of a unit that is not there.

    Raises:
        DevstackError: if it is not.
    """
    if unit not in units():
        raise DevstackError(f"{APPLICATION} has no unit {unit}")


def unit_status(unit: int = LEADER) -> ops.StatusBase:
    """Tell the status that the charm has given a unit."""
    status = model.load().units[unit].unit_status
    return ops.StatusBase.from_name(status.name, status.message)


def _options() -> Mapping[str, Any]:
    """The options of the charm, the extension's included."""
    return (hooks.charm_spec().config or {}).get("options", {})


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
