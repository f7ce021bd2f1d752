"""What the tests have Indico fetch: an index of packages on this machine, and a git repository."""

import os
import subprocess
import threading
import zipfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import override

from devstack import sandbox

_WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


class _Handler(SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def index(folder: Path) -> Generator[str]:
    """Serve wheels below folders with the packages' names, as PyPI's simple index does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def wheel(
    folder: Path, name: str, version: str, files: dict[str, str], *, needs: Iterable[str] = ()
) -> None:
    """Add a wheel to an index."""
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {n}" for n in needs)]
    target = folder / name / f"{stem}-py3-none-any.whl"
    target.parent.mkdir(exist_ok=True)
    content = {
        **files,
        f"{stem}.dist-info/METADATA": "\n".join(["Metadata-Version: 2.1", *metadata, ""]),
        f"{stem}.dist-info/WHEEL": _WHEEL,
        f"{stem}.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in content.items():
            archive.writestr(path.replace("{info}", f"{stem}.dist-info"), text)


def plugin(folder: Path, name: str, code: str, *, needs: Iterable[str] = ()) -> None:
    """Add a package with one plugin to an index; its code has ThePlugin."""
    files = {
        f"indico_{name}/__init__.py": code,
        "{info}/entry_points.txt": f"[indico.plugins]\n{name} = indico_{name}:ThePlugin\n",
    }
    wheel(folder, f"indico-plugin-{name}", "1.0", files, needs=["indico>=3.3,<4", *needs])


class Repository:
    """A git repository that belongs to the user of the unit."""

    def __init__(self, folder: Path):
        self._folder = sandbox.own(folder)
        self._git("init", "--quiet", "--initial-branch=main")

    def commit(self, files: dict[str, str]) -> str:
        """Commit files to its branch main; tell the commit."""
        for name, text in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self._git("add", ".")
        self._git("-c", "user.name=me", "-c", "user.email=me@x", "commit", "--quiet", "-m", "x")
        for path in self._folder.rglob("*"):
            os.chown(path, sandbox.user_id(), -1)
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *words: str) -> str:
        trusted = ["-c", f"safe.directory={self._folder}"]
        done = subprocess.run(
            ["git", *trusted, *words],
            cwd=self._folder,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout
