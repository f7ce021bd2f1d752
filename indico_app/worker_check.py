"""The Pebble check of the Celery worker."""

import sys
import time
from pathlib import Path

from indico_app.heartbeat import HEARTBEAT

#: A heartbeat is sent every two seconds; this many without one means that the worker is stuck.
PATIENCE = 20


def problem(heartbeat: Path, now: float) -> str | None:
    """Tell what is wrong with the worker.

    Args:
        heartbeat: the file that the worker touches.
        now: the time, in seconds since the epoch.

    Returns:
        One line that says what is wrong, None if nothing is.
    """
    if not heartbeat.exists():
        return "the Celery worker has not started yet: see the logs of celery-worker"
    silence = now - heartbeat.stat().st_mtime
    if silence > PATIENCE:
        return f"no heartbeat of the Celery worker for {silence:.0f} s: is Redis there?"
    return None


if __name__ == "__main__":
    sys.exit(problem(HEARTBEAT, time.time()))
