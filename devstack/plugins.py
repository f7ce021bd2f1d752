"""Runs the tests of the Indico plugins: `python3 -m devstack.plugins [ARGUMENT]…`.

They run in the rock's Python, with a PostgreSQL that is there for them alone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress

# The stack's modules read this when they are imported.
os.environ["DEVSTACK_HOME"] = tempfile.mkdtemp(prefix="plugins-")

import psycopg

from devstack import backing, machine
from devstack.paths import HOME, PLUGIN_TESTS, PLUGINS, ROCK_ENVIRONMENT


def main(arguments: list[str]) -> int:
    """Run the tests.

    Args:
        arguments: what pytest is given; all the plugins' tests unless there are any.

    Returns:
        pytest's exit status.
    """
    # The plugins' modules are not below the root of the checkout, and its configuration of pytest
    # is for another Python.
    options = ["--rootdir", PLUGINS, "-c", os.devnull, "-p", "no:cacheprovider", "-ra"]
    chosen = arguments or sorted(PLUGINS.glob("*/tests"))
    pytest = [ROCK_ENVIRONMENT / "bin" / "python3", "-m", "pytest"]
    with _database() as uri:
        env = {
            **os.environ,
            "PYTHONPATH": str(PLUGIN_TESTS),
            # Indico brings fixtures of its own, which want more packages than there are.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "INDICO_TEST_DATABASE_URI": uri,
        }
        return subprocess.run([*pytest, *options, *chosen], env=env, check=False).returncode


@contextmanager
def _database() -> Generator[str]:
    """Run PostgreSQL, with an empty database of Indico's."""
    servers = backing.load()
    machine.start({"postgresql": servers.services()["postgresql"]})
    try:
        machine.start_services("postgresql")
        machine.wait_for(lambda: _provisioned(servers), "PostgreSQL", seconds=60)
        data = servers.relations()["postgresql"].app_data
        yield "postgresql://{username}:{password}@{endpoints}/{database}".format_map(data)
    finally:
        machine.stop()
        shutil.rmtree(HOME)


def _provisioned(servers: backing.Backing) -> bool:
    with suppress(psycopg.OperationalError):
        servers.provision()
        return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
