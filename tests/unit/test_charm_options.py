"""Every option of the charm's reaches the workload; the framework drops some names silently."""

import json
from dataclasses import replace
from typing import Any

import yaml
from ops import testing

from devstack.examples import EXAMPLES
from devstack.paths import CHARM
from indico_app.settings.environment import option
from tests.unit.deployment import Context, environment

_CHARM: Any = yaml.safe_load((CHARM / "charmcraft.yaml").read_text())
OPTIONS: dict[str, dict[str, Any]] = _CHARM["config"]["options"]
_VALUES = {
    option(variable): (variable, values[1])
    for variable, values in EXAMPLES.items()
    if option(variable) in OPTIONS
}

# The charm asks the provider for them; the workload is told by the relation what it got.
_OF_THE_CHARM_ALONE = {"oauth-scopes"}


def test_every_option_is_read():
    assert _VALUES.keys() == OPTIONS.keys() - _OF_THE_CHARM_ALONE


def test_every_option_reaches_the_services(context: Context, active: testing.State):
    config = {name: _typed(name, value) for name, (_, value) in _VALUES.items()}

    state = context.run(context.on.config_changed(), replace(active, config=config))

    given = environment(state)
    assert {variable: given.get(variable) for variable, _ in _VALUES.values()} == dict(
        _VALUES.values()
    )


def _typed(name: str, value: str) -> Any:
    return value if OPTIONS[name]["type"] == "string" else json.loads(value)
