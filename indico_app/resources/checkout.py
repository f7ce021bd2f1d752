"""Fetches the site's own templates, styles and scripts with git."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import override

from indico_app.resources.program import git_environment, run, without_user
from indico_app.resources.resource import Resource
from indico_app.settings.resources import Sources

_COMMIT = ".commit"


class Checkout(Resource):
    """The files of a branch, tag or commit."""

    option = "customization_sources_url"

    def __init__(self, wanted: Sources):
        self._wanted = wanted
        self.link = wanted.link

    @override
    def current(self) -> bool:
        return (self.link / _COMMIT).exists()

    @override
    def fill(self, folder: Path, environ: Mapping[str, str]) -> None:
        extra = git_environment([self._wanted.url])
        git = ["git", "-C", folder]
        run([*git, "init", "--quiet"], environ, extra)
        source = [without_user(self._wanted.url), self._wanted.ref]
        run([*git, "fetch", "--quiet", "--depth=1", "--no-tags", *source], environ, extra)
        run([*git, "checkout", "--quiet", "--detach", "FETCH_HEAD"], environ, extra)
        (folder / _COMMIT).write_text(run([*git, "rev-parse", "HEAD"], environ, extra).strip())
        shutil.rmtree(folder / ".git")

    @override
    def content(self, folder: Path) -> str:
        return (folder / _COMMIT).read_text()
