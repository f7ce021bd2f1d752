"""Runs the Celery exporter, which has an environment of its own, as one Pebble service."""

import os
import sys

from indico_app.settings import from_environment

_PYTHON = "/opt/celery-exporter/bin/python3"
# The exporter reads the options that it is not given from CE_… variables only when it is started
# like this; its own script does not.
_START = "from src.cli import cli; cli(auto_envvar_prefix='CE')"


def main(arguments: list[str]) -> None:
    """Become the exporter; the broker's URL may hold a password and stays off the command line.

    Args:
        arguments: the exporter's options, without `--broker-url`.

    Raises:
        SettingsError: if the environment is unusable.
    """
    broker = str(from_environment(os.environ)["CELERY_BROKER"])
    environ = {**os.environ, "CE_BROKER_URL": broker}
    os.execve(_PYTHON, [_PYTHON, "-c", _START, *arguments], environ)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
