"""Sends again what could not be sent; `indico_app.failed_mail` of the rock keeps it."""

# No type checker sees the attributes of a scoped session.
# pyright: reportAttributeAccessIssue=false

import logging
from collections.abc import Callable
from pathlib import Path

from indico.core.config import config
from indico.core.db import db

from indico_app import broker, failed_mail

logger = logging.getLogger(__name__)

#: After so many failures in a row the mail server is taken not to accept any.
_PATIENCE = 3


def resend(say: Callable[[str], None]) -> dict[str, int]:
    """Send the e-mails that Indico has given up, the oldest first.

    Args:
        say: is told of each that has been tried.

    Returns:
        How many were `sent`, and how many are still `kept`.
    """
    client = broker.connect(config.CELERY_BROKER)
    failed_mail.keep(Path(config.TEMP_DIR), client)
    names = failed_mail.names(client)
    sent = failures = 0
    for number, name in enumerate(names, 1):
        if _is_sent(name, client):
            sent, failures = sent + 1, 0
        else:
            failures += 1
        say(f"{number} of {len(names)}: {'failed' if failures else 'sent'}")
        if failures == _PATIENCE:
            break
    return {"sent": sent, "kept": len(failed_mail.names(client))}


def _is_sent(name: str, client: object) -> bool:
    try:
        failed_mail.resend(name, client)
    except Exception:
        logger.exception("%s cannot be sent.", name)
        db.session.rollback()
        return False
    return True
