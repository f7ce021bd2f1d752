"""Where things are in the checkout. Set-up uses this too: it imports nothing but Python's own."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

CHARM = ROOT / "charm"

#: Indico plugins of ours, each in a folder of its own.
PLUGINS = ROOT / "plugins"

#: What set-up makes. It can be thrown away and made again.
BUILD = ROOT / ".build"
BIN = BUILD / "bin"
ROCK_ENVIRONMENT = BUILD / "rock"
CELERY_EXPORTER_ENVIRONMENT = BUILD / "celery-exporter"
CHARMCRAFT_ENVIRONMENT = BUILD / "charmcraft"

#: What the tests of the plugins need besides, for the rock's Python.
PLUGIN_TESTS = BUILD / "plugin-tests"

#: The environment of the charm, the development stack and the tests.
DEVELOPMENT_ENVIRONMENT = ROOT / ".venv"

#: What a running stack keeps: its databases, its Juju state, the file systems of its units.
HOME = Path(os.environ.get("DEVSTACK_HOME", ROOT / ".devstack")).resolve()

#: A variable that every process of a running stack has, with HOME as its value, and no other has.
MARK = "DEVSTACK_MACHINE"
