"""Finds a Python that Indico runs on."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

#: Indico needs at least this, and no newer minor version (`requires-python` of its package).
MINIMUM = (3, 12, 2)

_QUESTION = """
import pathlib, sys, sysconfig
print(*sys.version_info[:3], pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())
"""


def find() -> Path | None:
    """Look for a CPython 3.12 that is new enough and has the headers that psycopg2 is built with.

    Returns:
        The first that fits, in the order of PATH, uv's own, pyenv's, and then anything below /usr
        and /opt; None if there is none.
    """
    return next((path for path in _candidates() if _fits(path)), None)


def _candidates() -> Iterator[Path]:
    if on_path := shutil.which("python3.12"):
        yield Path(on_path)
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share"))
    yield from sorted(data.glob("uv/python/*/bin/python3.12"))
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv"))
    yield from sorted(pyenv.glob("versions/*/bin/python3.12"), reverse=True)
    for folder in (Path("/usr"), Path("/opt")):
        yield from sorted(folder.glob("**/bin/python3.12"))


def _fits(python: Path) -> bool:
    answer = subprocess.run(
        [python, "-c", _QUESTION], capture_output=True, text=True, check=False
    ).stdout.split()
    if len(answer) != 4 or answer[3] != "True":
        return False
    version = tuple(int(part) for part in answer[:3])
    return MINIMUM <= version < (3, 13)
