"""Fetches the Charmhub libraries that paas-charm imports, into charm/lib."""

import os
import shutil

from devstack import paths
from devstack.setup.environments import CHARM_LIBS_REQUIREMENTS, UV, environ
from devstack.setup.step import SetupError, execute

FOLDER = paths.CHARM / "lib"

# charmcraft alone would try for four minutes.
_PATIENCE = "30"

_WHEELS = paths.BUILD / "charm-libs"


def fetch() -> None:
    """Fetch them from Charmhub; where it cannot be reached, from wheels on PyPI that carry them.

    No wheel carries those of redis, saml and smtp: `devstack/charm_libs` stands in for them then.
    """
    charmcraft = paths.CHARMCRAFT_ENVIRONMENT / "bin" / "charmcraft"
    env = {**os.environ, "XDG_STATE_HOME": str(paths.BUILD), "XDG_RUNTIME_DIR": str(paths.BUILD)}
    try:
        execute(
            ["timeout", _PATIENCE, charmcraft, "fetch-libs"],
            cwd=paths.CHARM,
            env=env,
            show_failure=False,
        )
    except SetupError:
        print("      Charmhub cannot be reached: taking the libraries from PyPI", flush=True)
        _fetch_from_wheels()


def _fetch_from_wheels() -> None:
    shutil.rmtree(_WHEELS, ignore_errors=True)
    install = [UV, "pip", "install", "--no-deps", "--require-hashes", "--target", _WHEELS]
    execute([*install, "--requirement", CHARM_LIBS_REQUIREMENTS], env=environ())
    for library in sorted(_WHEELS.glob("*/lib/charms")):
        shutil.copytree(library, FOLDER / "charms", dirs_exist_ok=True)
