"""Keeps the e-mails that could not be sent where they outlive the pod: in Redis.

Indico tries for five hours to send an e-mail, and then leaves it in a file in its folder for
temporary files, where nothing is kept for longer than a day.
"""

import logging
import pickle
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

logger = logging.getLogger(__name__)

#: How long an e-mail is kept. Nobody wants to get an older one.
KEPT = timedelta(days=30)

_PREFIX = "failed-email-"


def keep(folder: Path, client: Any) -> None:
    """Move the e-mails that Indico has given up from their files to Redis.

    Args:
        folder: Indico's TEMP_DIR.
        client: the connection to Redis.
    """
    for path in folder.glob(f"{_PREFIX}*"):
        try:
            content = path.read_bytes()
            pickle.loads(content)  # noqa: S301
        except (FileNotFoundError, EOFError, pickle.UnpicklingError):
            continue  # Another process keeps it, or is about to.
        client.set(path.name, content, ex=KEPT)
        path.unlink(missing_ok=True)
        logger.error("%s is kept in Redis for %d days, to be sent again.", path.name, KEPT.days)


def names(client: Any) -> list[str]:
    """Tell which e-mails are kept, the oldest first.

    Args:
        client: the connection to Redis.

    Returns:
        Their names, which begin with the day on which they were given up.
    """
    return sorted(key.decode() for key in client.scan_iter(match=f"{_PREFIX}*"))


def resend(name: str, client: Any) -> None:
    """Send an e-mail that is kept, and keep it no longer; where Indico is booted.

    Args:
        name: its name.
        client: the connection to Redis.

    Raises:
        KeyError: if it is not kept, or no longer.
        Exception: what sending it raises, such as an OSError; it is kept then.
    """
    from indico.core.emails import resend_failed_email  # noqa: PLC0415

    content = client.get(name)
    if content is None:
        raise KeyError(name)
    with _file(name, content) as path:
        resend_failed_email(str(path))
    client.delete(name)


@contextmanager
def _file(name: str, content: bytes) -> Generator[Path]:
    """A file such as Indico makes, which it removes when the e-mail has been sent."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        yield path
