"""Boots Indico, which takes seconds: once for each purpose and no more."""

import gc
import os
from typing import TYPE_CHECKING

from indico_app import tracing
from indico_app.log import set_level
from indico_app.settings import DATA

if TYPE_CHECKING:
    from flask import Flask

_FOLDERS = ("archive", "cache", "log", "tmp")


def boot() -> "Flask":
    """Boot Indico in this process.

    Returns:
        Indico's Flask application.

    Raises:
        SettingsError: if the environment is unusable.
    """
    for name in _FOLDERS:
        (DATA / name).mkdir(exist_ok=True)
    # A boot makes a million objects that live for ever. Collecting among them takes a second of
    # five, and freezing them keeps their pages shared between the workers.
    gc.disable()
    from indico.web.flask.app import make_app  # noqa: PLC0415

    application = make_app()
    tracing.instrument(application, os.environ)
    gc.freeze()
    gc.enable()
    set_level(os.environ)
    return application
