"""The log: one JSON object a line, from every Python service."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import yaml
from flask import has_request_context, request

from indico_app.settings import log_level

CONFIGURATION = Path(__file__).with_name("logging.yaml")


class RequestFilter(logging.Filter):
    """Gives each line the identifier under which nginx logs the request that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add `request_id`, and `user_id` where Indico has not, to a record.

        Returns:
            True: every record is kept.
        """
        record.request_id = request.headers.get("X-Request-Id") if has_request_context() else None
        record.user_id = getattr(record, "user_id", None)
        return True


def configuration() -> dict[str, object]:
    """Read what logging.yaml says, for a process that does not boot Indico.

    Returns:
        A dictionary as `logging.config.dictConfig` takes it.
    """
    read = cast("dict[str, object]", yaml.safe_load(CONFIGURATION.read_text()))
    return {**read, "disable_existing_loggers": False}


def set_level(environ: Mapping[str, str]) -> None:
    """Have the loggers of Indico and of what runs it write what the operator wants to read.

    Args:
        environ: the environment that the charm gives its services.

    Raises:
        SettingsError: if the level is none.
    """
    level = log_level(environ)
    for name in ("indico", "celery", "gunicorn.error"):
        logging.getLogger(name).setLevel(level)
