"""How the processes run that Indico's settings say nothing of."""

from collections.abc import Mapping

from indico_app.settings.environment import choice, number
from indico_app.settings.gathering import each

_LEVELS = ("debug", "info", "warning", "error")
_MOST_TASKS = 100


def processes(environ: Mapping[str, str]) -> dict[str, object]:
    """Look whether what is not Indico's to know is usable; none of its settings is made of it."""
    each(environ, {"log-level": log_level, "celery-concurrency": celery_concurrency})
    return {}


def log_level(environ: Mapping[str, str]) -> str:
    """Read how much is logged: a level of Python's `logging`, in capital letters."""
    return choice(environ, "FLASK_LOG_LEVEL", _LEVELS, "info").upper()


def celery_concurrency(environ: Mapping[str, str]) -> int | None:
    """Read how many tasks a worker runs at once; None where its container's size decides."""
    variable = "FLASK_CELERY_CONCURRENCY"
    return number(environ, variable, 0, minimum=0, maximum=_MOST_TASKS) or None
