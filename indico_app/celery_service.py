"""Boots Indico in the process that becomes a Celery service."""

import gc


def run(arguments: list[str]) -> None:
    """Boot Indico and hand over to Celery's command line, which ends the process.

    Args:
        arguments: what would follow `indico celery`.

    Raises:
        SettingsError: if the environment is unusable.
    """
    gc.disable()
    from indico.web.flask.app import make_app  # noqa: PLC0415

    application = make_app()
    gc.freeze()
    gc.enable()
    from indico.core.celery.cli import celery_cmd  # noqa: PLC0415

    with application.app_context():
        celery_cmd(arguments)
