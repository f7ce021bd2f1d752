"""Boots Indico with plugins that are new, in a process of its own: would it start with them?"""

import os
import site
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path

from indico_app.boot import boot
from indico_app.resources.packages import GROUP
from indico_app.settings.resources import enabled

_TIMEOUT = 90


class TrialError(Exception):
    """Indico does not start; the message says with which plugin and why."""


def require_start(folder: Path | None, environ: Mapping[str, str]) -> None:
    """Boot Indico once, with the plugins that the environment names.

    Args:
        folder: where the external ones are.
        environ: the environment that the charm gives its services.

    Raises:
        TrialError: if it does not start.
    """
    command = [sys.executable, "-m", __name__, *([folder] if folder else [])]
    try:
        done = subprocess.run(
            command, env=environ, capture_output=True, text=True, check=False, timeout=_TIMEOUT
        )
    except subprocess.TimeoutExpired:
        raise TrialError(f"Indico does not start within {_TIMEOUT} seconds") from None
    if done.returncode:
        raise TrialError((done.stderr.strip().splitlines() or ["Indico does not start"])[-1])


def _culprit(names: Iterable[str]) -> str | None:
    """The plugin that cannot be imported, and why."""
    for entry in entry_points(group=GROUP):
        if entry.name in names:
            try:
                entry.load()
            except Exception as exc:  # noqa: BLE001
                return f"{entry.name}: {_said(exc)}"
    return None


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def main(folders: list[str]) -> int:
    """Boot Indico; if it fails, say why in the last line on standard error.

    Args:
        folders: where external plugins are, besides those that are in place.

    Returns:
        The exit status.
    """
    for folder in folders:
        site.addsitedir(folder)
    names = enabled(os.environ)
    try:
        boot()
    except Exception as exc:  # noqa: BLE001
        reason = _culprit(names) or f"{', '.join(names)}: {_said(exc)}"
        remedy = "correct enabled-plugins or external_plugins"
        print(f"Indico does not start with the plugin {reason}: {remedy}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
