"""Installs external plugins with uv, beside the rock's own packages and never over them."""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import override

from uv import find_uv_bin

from indico_app.resources.program import git_environment, run, without_user
from indico_app.resources.resource import FetchError, Resource
from indico_app.settings.resources import External

#: The group of entry points by which Indico finds plugins.
GROUP = "indico.plugins"

_CONSTRAINTS = "constraints.txt"


class Packages(Resource):
    """Packages and what they need, as far as the rock does not have it."""

    option = "external_plugins"

    def __init__(self, wanted: External):
        self._wanted = wanted
        self.link = wanted.link

    @override
    def current(self) -> bool:
        """Tell whether they are installed beside the packages that this rock has."""
        record = self.link / _CONSTRAINTS
        return record.exists() and record.read_text() == _constraints()

    @override
    def fill(self, folder: Path, environ: Mapping[str, str]) -> None:
        constraints = folder / _CONSTRAINTS
        constraints.write_text(_constraints())
        # An address may hold a password: it goes into a file that nobody else can read.
        requirements = folder / "requirements.txt"
        requirements.touch(0o600)
        requirements.write_text("\n".join(map(_for_uv, self._wanted.requirements)) + "\n")
        pretended = [_pretend(found, folder) for found in _installed()]
        command = [
            find_uv_bin(),
            "--quiet",
            "pip",
            "install",
            "--target",
            folder,
            "--python",
            sys.executable,
        ]
        options = ["--constraints", constraints, "--requirements", requirements]
        run([*command, *options, "--compile-bytecode"], environ, self._uv_environment())
        for path in pretended:
            shutil.rmtree(path)
        requirements.unlink()
        _check_names(folder)

    @override
    def content(self, folder: Path) -> str:
        """Tell the packages and their versions, and the commits of those that git has fetched."""
        found = distributions(path=[str(folder)])
        return ", ".join(sorted(f"{d.name} {d.version}{_commit(d)}" for d in found))

    def _uv_environment(self) -> dict[str, str]:
        words = " ".join(self._wanted.requirements).split()
        return {
            **git_environment(word for word in words if word.startswith("git+")),
            **({"UV_DEFAULT_INDEX": self._wanted.index} if self._wanted.index else {}),
            "NO_COLOR": "1",
            "UV_NO_CACHE": "1",
            "UV_NO_CONFIG": "1",
            "UV_NO_PROGRESS": "1",
            "UV_PYTHON_DOWNLOADS": "never",
        }


def plugins(found: Iterable[Distribution]) -> dict[str, str]:
    """Tell which plugins packages have.

    Args:
        found: the packages.

    Returns:
        The name and version of the package, by the plugin's name.
    """
    return {
        entry.name: f"{package.name} {package.version}"
        for package in found
        for entry in package.entry_points.select(group=GROUP)
    }


def plugins_in(folder: Path | None) -> dict[str, str]:
    """Tell which plugins a folder of packages has, as `plugins` does."""
    return plugins(distributions(path=[str(folder)])) if folder else {}


def own_plugins() -> dict[str, str]:
    """Tell which plugins the rock has, as `plugins` does."""
    return plugins(_installed())


def _installed() -> list[Distribution]:
    """The rock's own packages; of several with one name, the one that Python finds."""
    return list({found.name.lower(): found for found in reversed([*distributions()])}.values())


def _constraints() -> str:
    return "".join(sorted(f"{found.name}=={found.version}\n" for found in _installed()))


def _for_uv(requirement: str) -> str:
    """What uv reads: it would pass the user of a repository on in git's command line."""
    return without_user(requirement) if "git+" in requirement else requirement


def _pretend(found: Distribution, folder: Path) -> Path:
    """Let uv see a package of the rock in the folder, so that it does not install it there."""
    path = folder / f"{found.name.replace('-', '_')}-{found.version}.dist-info"
    path.mkdir()
    (path / "METADATA").write_text(found.read_text("METADATA") or "")
    return path


def _commit(found: Distribution) -> str:
    """The commit that a package was made of, as packaging.python.org has it in direct_url.json."""
    direct = json.loads(found.read_text("direct_url.json") or "{}")
    commit = direct.get("vcs_info", {}).get("commit_id", "")
    return f" {commit}" if commit else ""


def _check_names(folder: Path) -> None:
    own = own_plugins()
    for name, package in plugins_in(folder).items():
        if name in own:
            raise FetchError(f"{package} brings a plugin {name}, which the rock has: leave it out")
