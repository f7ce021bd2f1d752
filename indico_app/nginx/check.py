"""The Pebble check of nginx: `python3 -m indico_app.nginx.check`."""

import sys
import urllib.request
from pathlib import Path

from indico_app.nginx import PREFIX

STATUS = "http://127.0.0.1:9080/stub_status"

_TIMEOUT = 3


def problem(prefix: Path, url: str) -> str | None:
    """Tell what is wrong with nginx.

    Args:
        prefix: nginx's prefix. It has a PID file from nginx's start until nginx ends in order:
            what the charm has not started yet, or has stopped, is no reason to restart anything.
        url: what nginx answers without asking anybody.

    Returns:
        One line that says what is wrong, None if nothing is.
    """
    if not (prefix / "nginx.pid").exists():
        return None
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT):  # noqa: S310
            return None
    except OSError as exc:
        return f"nginx does not answer: {exc}"


if __name__ == "__main__":
    sys.exit(problem(PREFIX, STATUS))
