"""The charm, unpacked as Juju would, and the states in which the stories of its tests begin."""

import shutil
from pathlib import Path

import pytest
import yaml
from ops import testing

from charm import IndicoCharm
from devstack.paths import CHARM
from tests.unit import deployment
from tests.unit.deployment import Context, container

# Most of a simulated hook is reading plans; libyaml reads the same ten times as fast.
yaml.SafeLoader, yaml.SafeDumper = yaml.CSafeLoader, yaml.CSafeDumper  # type: ignore[misc]


@pytest.fixture
def charm_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The charm's folder, which its hooks run in and write to."""
    root = tmp_path / "charm"
    shutil.copytree(CHARM, root, ignore=shutil.ignore_patterns("lib", "__pycache__"))
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def context(charm_root: Path) -> Context:
    """Unit 0 of the charm."""
    return testing.Context(IndicoCharm, charm_root=charm_root, app_name="indico")


@pytest.fixture
def deployed(tmp_path: Path) -> testing.State:
    """A leader whose relations are there and whose container has just come up."""
    kept = tmp_path / "kept"
    kept.mkdir()
    return deployment.deployed(kept)


@pytest.fixture
def active(context: Context, deployed: testing.State) -> testing.State:
    """The same unit after its pebble-ready hook, whose programs are forgotten."""
    state = context.run(context.on.pebble_ready(container(deployed)), deployed)
    context.exec_history.clear()
    return state
