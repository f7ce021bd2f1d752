"""Boots Indico in the process that becomes a Celery service."""

import os

from indico_app.boot import boot
from indico_app.settings import log_level


def run(arguments: list[str]) -> None:
    """Boot Indico and hand over to Celery's command line, which ends the process.

    Args:
        arguments: what would follow `indico celery`.

    Raises:
        SettingsError: if the environment is unusable.
    """
    application = boot()
    from indico.core.celery.cli import celery_cmd  # noqa: PLC0415

    with application.app_context():
        celery_cmd([*arguments, "--loglevel", log_level(os.environ)])
