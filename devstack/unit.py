"""The container of a unit: a root that looks like the rock, and the real Pebble in it."""

import shutil
from pathlib import Path

from devstack import rock, sandbox
from devstack.paths import BIN, CELERY_EXPORTER_ENVIRONMENT, HOME, PLUGINS, ROCK_ENVIRONMENT
from devstack.sandbox import Mount

#: The folder of unit 0, and its Pebble's socket on the machine.
UNIT = HOME / "unit-0"
SOCKET = UNIT / "pebble" / ".pebble.socket"

_PEBBLE = Path("/var/lib/pebble/default")

#: What of the unit's root is kept on the machine, by its place in the root.
_WRITABLE = {
    Path("/flask"): UNIT / "flask",
    Path("/tmp"): UNIT / "tmp",  # noqa: S108
    Path("/var/log"): UNIT / "log",
    _PEBBLE: UNIT / "pebble",
}

#: The programs of Python packages that the plan or an operator calls, in the rock's /bin.
_SCRIPTS = ("celery", "gunicorn", "indico")

#: The machine's programs that the rock has in /bin too, where its base has them.
_SYSTEM = ("bash", "cat", "env", "sh")


def prepare() -> None:
    """Lay out what the unit's root is made of; a new pod has nothing of an earlier one's."""
    for target, folder in _WRITABLE.items():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if target == Path("/tmp"):  # noqa: S108
            folder.chmod(0o1777)
    for folder in rock.owned_folders():
        shutil.rmtree(UNIT / folder, ignore_errors=True)
        sandbox.own(UNIT / folder)
    layers = UNIT / "pebble" / "layers"
    layers.mkdir()
    (layers / "001-indico-app.yaml").write_text(rock.layer())
    (UNIT / "statsd-mapping.conf").write_text(rock.statsd_mapping())
    _write_bin(UNIT / "bin")
    sandbox.write_accounts(UNIT / "accounts")


def command() -> list[str]:
    """Make the command line of the unit's Pebble, run as Kubernetes would: it starts nothing.

    Returns:
        Its words.
    """
    return sandbox.command(
        ["/bin/pebble", "run", "--create-dirs", "--hold"],
        _mounts(),
        UNIT / "accounts",
        environment={"PEBBLE": str(_PEBBLE)},
        as_user=False,
    )


def _mounts() -> list[Mount]:
    return [
        Mount(UNIT / "bin", Path("/bin")),
        Mount(UNIT / "statsd-mapping.conf", Path("/statsd-mapping.conf")),
        Mount(CELERY_EXPORTER_ENVIRONMENT, Path("/opt/celery-exporter")),
        *(Mount(source, target, writable=True) for target, source in _WRITABLE.items()),
        *(Mount(UNIT / path, "/" / path, writable=True) for path in rock.owned_folders()),
        *(Mount(source, "/" / target) for target, source in rock.files().items()),
        # These come last: the checkout may lie below a folder that is mounted above, such as /tmp.
        *(Mount(path, path) for path in _environment_roots()),
    ]


def _environment_roots() -> list[Path]:
    """The folders that are at their own paths: Python's environments, programs and plugins."""
    base = Path((ROCK_ENVIRONMENT / "bin" / "python3").resolve()).parents[1]
    roots = [ROCK_ENVIRONMENT, BIN, PLUGINS]
    return roots if base.is_relative_to("/usr") else [*roots, base]


def _write_bin(folder: Path) -> None:
    """Fill /bin as the rock has it: its interpreter and programs under the names of the plan."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    python = folder / "python3"
    python.write_text(f'#!/usr/bin/sh\nexec {ROCK_ENVIRONMENT}/bin/python3 "$@"\n')
    python.chmod(0o755)
    for name in _SCRIPTS:
        (folder / name).symlink_to(ROCK_ENVIRONMENT / "bin" / name)
    for name in _SYSTEM:
        (folder / name).symlink_to(Path("/usr/bin", name))
    for program in BIN.iterdir():
        (folder / program.name).symlink_to(program)
