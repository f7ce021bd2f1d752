"""The folder that keeps what was fetched: its lock, and what of it is used."""

import fcntl
import json
import shutil
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from indico_app.resources.resource import Resource
from indico_app.settings.resources import FOLDER

_USED = FOLDER / "used.json"


@contextmanager
def locked() -> Generator[None]:
    """Hold its lock: nothing is fetched twice at the same moment."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def clean(resources: Iterable[Resource]) -> None:
    """Remove what is used no more.

    Args:
        resources: what is used from now on. What was used before is kept, for it may still run.
    """
    used = {path.name for r in resources for path in (r.link, r.link.resolve())}
    before: set[str] = set(json.loads(_USED.read_text()) if _USED.exists() else [])
    if used == before:
        return
    kept = used | before
    for path in FOLDER.glob("*-*"):
        if path.name not in kept:
            path.unlink() if path.is_symlink() else shutil.rmtree(path)
    _USED.write_text(json.dumps(sorted(used)))
