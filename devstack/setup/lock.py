"""Locks every requirement file: `python3 -m devstack.setup.lock`."""

import sys
from pathlib import Path

from devstack.paths import ROOT
from devstack.setup.environments import UV, environ
from devstack.setup.python import MINIMUM
from devstack.setup.step import SetupError, execute

_PYTHON = ".".join(str(part) for part in MINIMUM)

#: Set-up starts on whatever Python a machine has.
_OLDEST_PYTHON = "3.11"

_HASHES = ("--generate-hashes",)


def main() -> int:
    """Compile the files in place; no address of a registry ends up in one.

    Returns:
        The exit status.
    """
    try:
        # rockcraft looks for a plain line in the rock's.
        _compile(ROOT / "requirements.in", "--no-annotate")
        _compile(ROOT / "charm" / "requirements.in", *_HASHES)
        for name in ("celery-exporter", "charmcraft", "dev", "plugins"):
            _compile(ROOT / "requirements" / f"{name}.in", *_HASHES)
        _compile(ROOT / "requirements" / "charm-libs.in", *_HASHES, "--no-deps")
        _compile(ROOT / "requirements" / "setup.in", *_HASHES, python=_OLDEST_PYTHON)
    except SetupError as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


def _compile(source: Path, *options: str, python: str = _PYTHON) -> None:
    target = source.with_suffix(".txt")
    command = [UV, "pip", "compile", "--universal", "--no-emit-index-url", "--no-header"]
    execute(
        [*command, "--python-version", python, *options, source.relative_to(ROOT), "-o", target],
        env=environ(),
    )


if __name__ == "__main__":
    sys.exit(main())
