"""Every option of the charm's reaches the workload; the framework drops some names silently."""

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from ops import testing

from devstack.examples import EXAMPLES
from devstack.paths import CHARM
from indico_app.settings.environment import option
from tests.unit.deployment import Context, environment, started

_CHARM: Any = yaml.safe_load((CHARM / "charmcraft.yaml").read_text())
_OPTIONS: dict[str, dict[str, Any]] = _CHARM["config"]["options"]
_VALUES = {
    option(variable): (variable, values[1])
    for variable, values in EXAMPLES.items()
    if option(variable) in _OPTIONS
}

# The charm asks the provider for them; the workload is told by the relation what it got.
_OF_THE_CHARM_ALONE = {"oauth-scopes"}


def test_every_option_is_read():
    assert _VALUES.keys() == _OPTIONS.keys() - _OF_THE_CHARM_ALONE


def test_every_option_reaches_the_services(context: Context, active: testing.State):
    config = {name: _typed(name, value) for name, (_, value) in _VALUES.items()}

    state = context.run(context.on.config_changed(), replace(active, config=config))

    given = environment(state)
    assert {variable: given.get(variable) for variable, _ in _VALUES.values()} == dict(
        _VALUES.values()
    )


@pytest.mark.parametrize("asked", ["gevent", "eventlet"])
def test_worker_class_that_indico_does_not_run_under_is_refused(
    context: Context, active: testing.State, asked: str
):
    config = {"webserver-worker-class": asked}

    state = context.run(context.on.config_changed(), replace(active, config=config))

    assert state.unit_status == testing.BlockedStatus(
        f"webserver-worker-class {asked!r} is nothing for Indico: "
        "juju config indico --reset webserver-worker-class"
    )
    assert started(state) == started(active)


def test_worker_class_that_is_the_default_is_taken(context: Context, active: testing.State):
    config = {"webserver-worker-class": "sync"}

    state = context.run(context.on.config_changed(), replace(active, config=config))

    assert state.unit_status == testing.ActiveStatus()


def _typed(name: str, value: str) -> Any:
    return value if _OPTIONS[name]["type"] == "string" else json.loads(value)
