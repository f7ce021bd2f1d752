"""Fetches external plugins and the customization: `python3 -m indico_app.resources [--refresh]`.

The charm runs this before each start. It changes nothing unless all of it works.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from indico_app.resources import packages, store, trial
from indico_app.resources.checkout import Checkout
from indico_app.resources.packages import Packages
from indico_app.resources.resource import FetchError, Resource
from indico_app.settings import SettingsError, from_environment
from indico_app.settings.plugins import ALWAYS
from indico_app.settings.resources import FOLDER, enabled, external, sources

_TRIED = FOLDER / "tried"


def prepare(environ: Mapping[str, str], *, refresh: bool) -> dict[str, object]:
    """Fetch what is not there, and put it in place once Indico starts with it.

    Args:
        environ: the environment that the charm gives its services.
        refresh: whether to fetch again what is there.

    Returns:
        Whether something has `changed`, and what is there.

    Raises:
        SettingsError: if the environment is unusable.
        FetchError: if something cannot be fetched.
        TrialError: if Indico does not start with it.
    """
    from_environment(environ)
    with store.locked():
        folders: dict[Resource, Path] = {}
        try:
            for resource in _wanted(environ):
                folders[resource] = resource.bring(environ, refresh=refresh)
            _require_start(environ, folders)
        except BaseException:
            for folder in _news(folders):
                shutil.rmtree(folder)
            raise
        changed = bool(_news(folders))
        for resource, folder in folders.items():
            resource.put(folder)
        store.clean(folders)
    return {"changed": changed, **{r.option: r.content(r.link) for r in folders}}


def _wanted(environ: Mapping[str, str]) -> Iterable[Resource]:
    if packaged := external(environ):
        yield Packages(packaged)
    if own := sources(environ):
        yield Checkout(own)


def _news(folders: Mapping[Resource, Path]) -> list[Path]:
    return [folder for resource, folder in folders.items() if folder != resource.link.resolve()]


def _require_start(environ: Mapping[str, str], folders: Mapping[Resource, Path]) -> None:
    """Boot Indico, if that was not done with these plugins."""
    folder = next((f for r, f in folders.items() if isinstance(r, Packages)), None)
    names = enabled(environ)
    _check_installed(names, folder)
    tried = f"{folder} {' '.join(names)}"
    if names and not (_TRIED.exists() and _TRIED.read_text() == tried):
        print("Indico starts once, to see whether it does with the plugins", flush=True)
        trial.require_start(folder, environ)
        _TRIED.write_text(tried)


def _check_installed(names: list[str], folder: Path | None) -> None:
    brought = packages.plugins_in(folder)
    known = sorted({*packages.own_plugins(), *brought} - ALWAYS)
    for name in names:
        if name not in {*known, *ALWAYS}:
            raise SettingsError(
                "FLASK_ENABLED_PLUGINS",
                f"{name!r} is not installed",
                f"use some of {', '.join(known)}",
            )
    if brought and not brought.keys() & set(names):
        remedy = f"set it to those that Indico is to load of {', '.join(brought)}"
        raise SettingsError("FLASK_ENABLED_PLUGINS", "has none of external_plugins", remedy)


def main(arguments: list[str]) -> int:
    """Fetch; on failure, the last line on standard error says why.

    Args:
        arguments: `--refresh`, or nothing.

    Returns:
        The exit status.
    """
    try:
        print(json.dumps(prepare(os.environ, refresh="--refresh" in arguments)))
    except (SettingsError, FetchError, trial.TrialError) as exc:
        print(exc, file=sys.stderr)
        return 1
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
