"""The Python environments, made by uv from the locked requirements."""

import os
import shutil
import sys
from pathlib import Path

from devstack import paths
from devstack.setup import python
from devstack.setup.step import SetupError, execute

TOOLS = paths.BUILD / "tools"
UV = TOOLS / "bin" / "uv"

LAUNCHER = paths.DEVELOPMENT_ENVIRONMENT / "bin" / "devstack"

_REQUIREMENTS = paths.ROOT / "requirements"
SETUP_REQUIREMENTS = _REQUIREMENTS / "setup.txt"
DEVELOPMENT_REQUIREMENTS = _REQUIREMENTS / "dev.txt"
ROCK_REQUIREMENTS = paths.ROOT / "requirements.txt"
PLUGIN_PROJECTS = sorted(paths.PLUGINS.glob("*/pyproject.toml"))
ROCK_COMPRESSION = paths.ROOT / "indico_app" / "nginx" / "compress.py"
CELERY_EXPORTER_REQUIREMENTS = _REQUIREMENTS / "celery-exporter.txt"
CHARMCRAFT_REQUIREMENTS = _REQUIREMENTS / "charmcraft.txt"
CHARM_LIBS_REQUIREMENTS = _REQUIREMENTS / "charm-libs.txt"
PLUGIN_TESTS_REQUIREMENTS = _REQUIREMENTS / "plugins.txt"


def environ() -> dict[str, str]:
    """The environment that uv is run in: the system's certificates, a compiler that is there."""
    return {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_NO_CONFIG": "1", "CC": "gcc"}


def make_tools() -> None:
    """Install uv, and Go for where the machine has none."""
    execute([sys.executable, "-m", "venv", "--clear", TOOLS])
    pip = [TOOLS / "bin" / "python3", "-m", "pip", "install", "--require-hashes"]
    execute([*pip, "--requirement", SETUP_REQUIREMENTS])


def make_development() -> None:
    """Make the environment of the charm, the stack and the tests, with a `devstack` command."""
    _make(paths.DEVELOPMENT_ENVIRONMENT, DEVELOPMENT_REQUIREMENTS, "--require-hashes")
    LAUNCHER.write_text(
        f"#!{paths.DEVELOPMENT_ENVIRONMENT}/bin/python3\n"
        "import sys\n"
        f"sys.path.insert(0, {str(paths.ROOT)!r})\n"
        "from devstack.cli import main\n"
        # Hooks run in processes that import this file.
        "if __name__ == '__main__':\n"
        "    main()\n"
    )
    LAUNCHER.chmod(0o755)


def make_rock() -> None:
    """Make what the rock's Python is made of: Indico, with its static files compressed.

    A change of the plugins is in effect without another set-up.
    """
    _make(paths.ROCK_ENVIRONMENT, ROCK_REQUIREMENTS)
    editable = [word for plugin in PLUGIN_PROJECTS for word in ("--editable", plugin.parent)]
    install = [UV, "pip", "install", "--no-deps", "--python", paths.ROCK_ENVIRONMENT]
    execute([*install, *editable], env=environ())
    (static,) = paths.ROCK_ENVIRONMENT.glob("lib/python3.12/site-packages/indico/web/static")
    python = paths.ROCK_ENVIRONMENT / "bin" / "python3"
    execute([python, "-m", "indico_app.nginx.compress", static])


def make_plugin_tests() -> None:
    """Make a folder with the test runner, for the rock's Python: the rock itself has none."""
    shutil.rmtree(paths.PLUGIN_TESTS, ignore_errors=True)
    install = [UV, "pip", "install", "--require-hashes", "--target", paths.PLUGIN_TESTS]
    python = paths.ROCK_ENVIRONMENT / "bin" / "python3"
    execute(
        [*install, "--python", python, "--requirement", PLUGIN_TESTS_REQUIREMENTS], env=environ()
    )


def make_celery_exporter() -> None:
    """Make the environment of the Celery exporter."""
    _make(paths.CELERY_EXPORTER_ENVIRONMENT, CELERY_EXPORTER_REQUIREMENTS, "--require-hashes")


def make_charmcraft() -> None:
    """Make the environment of charmcraft."""
    _make(paths.CHARMCRAFT_ENVIRONMENT, CHARMCRAFT_REQUIREMENTS, "--require-hashes")


def _make(environment: Path, requirements: Path, *options: str) -> None:
    execute(
        [UV, "venv", "--quiet", "--clear", "--python", _interpreter(), environment], env=environ()
    )
    sync = [UV, "pip", "sync", "--compile-bytecode", "--python", environment / "bin" / "python3"]
    execute([*sync, *options, requirements], env=environ())


def _interpreter() -> Path:
    """A Python that fits, downloaded by uv only where the machine has none."""
    if found := python.find():
        return found
    managed = paths.BUILD / "python"
    version = ".".join(str(part) for part in python.MINIMUM)
    request = f">={version},<3.13"
    try:
        execute([UV, "python", "install", "--install-dir", managed, request], env=environ())
    except SetupError as exc:
        raise SetupError(
            f"Indico needs CPython {version} or newer 3.12 with its headers, and none is here nor "
            "can be downloaded: install one, for example python3.12-dev"
        ) from exc
    return next(managed.glob("*/bin/python3.12"))
