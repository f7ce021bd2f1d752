"""Removes old files that Indico has made for a while.

Indico's own task for that, `temp_cleanup`, is run by one worker: the disks of all the other units
would fill up. So each worker cleans its own.
"""

import time
from datetime import timedelta
from typing import Any

from indico_app import failed_mail
from indico_app.settings import DATA

_INTERVAL = 3600  # seconds
#: As Indico's own task has it.
_KEPT = timedelta(days=1)

_due = 0.0


def clean_if_due(client: Any) -> None:
    """Clean, at the first call and then at most once an hour.

    Args:
        client: the connection to Redis.
    """
    global _due  # noqa: PLW0603
    if time.monotonic() >= _due:
        _due = time.monotonic() + _INTERVAL
        clean(client)


def clean(client: Any) -> None:
    """Save the e-mails that could not be sent, and remove all other files that are old.

    Args:
        client: the connection to Redis.
    """
    from indico.util.fs import cleanup_dir  # noqa: PLC0415

    failed_mail.keep(DATA / "tmp", client)
    for name in ("cache", "tmp"):
        cleanup_dir(str(DATA / name), _KEPT, exclude=_is_kept)


def _is_kept(folder: str) -> bool:
    """Fonts are looked for once."""
    return folder == "fontconfig"
