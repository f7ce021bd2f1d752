"""Takes this unit's turn to be restarted: `python3 -m indico_app.turn SECONDS`, run by the charm.

It waits until no other unit is being restarted, and until the load balancer sends nothing here any
more; then it writes a line. When it is told by another line that the application has been started
anew, or when whoever was to tell it is gone, it waits until the application answers and the load
balancer has this unit back. SECONDS is how long the load balancer takes to notice.
"""

import os
import signal
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from indico_app.database import DatabaseError, connect, restart_lock
from indico_app.nginx import PREFIX

PING = "http://127.0.0.1:8080/ping"

#: nginx takes this unit for one that is to get no requests while this path leads anywhere.
_DRAINING = PREFIX / "draining"

_LONGEST_WAIT, _LONGEST_TURN, _LONGEST_START = 900, 600, 180


def main(seconds: float) -> None:
    """Take a turn.

    Args:
        seconds: how long the load balancer takes to notice.

    Raises:
        DatabaseError: if it is not this unit's turn for long.
        TimeoutError: if the application does not answer for long.
    """
    uri = os.environ["POSTGRESQL_DB_CONNECT_STRING"]
    with connect(uri) as connection, restart_lock(connection, _LONGEST_WAIT):
        # However this ends, the lock and the flag are gone with this process.
        signal.alarm(_LONGEST_TURN)
        with _draining(_DRAINING):
            time.sleep(seconds)
            print("now", flush=True)
            sys.stdin.readline()
            _wait_for(PING, _LONGEST_START)
        time.sleep(seconds)


@contextmanager
def _draining(flag: Path) -> Generator[None]:
    """Tell nginx, by a link that leads to this process and so nowhere once it has ended."""
    flag.unlink(missing_ok=True)
    flag.symlink_to(f"/proc/{os.getpid()}")
    try:
        yield
    finally:
        flag.unlink()


def _wait_for(url: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=seconds):  # noqa: S310
                return
        except OSError:
            if time.monotonic() > end:
                raise TimeoutError(
                    f"Indico has not answered for {seconds} seconds since its restart: "
                    "see the log of flask"
                ) from None
        time.sleep(0.2)


if __name__ == "__main__":
    try:
        main(float(sys.argv[1]))
    except (DatabaseError, TimeoutError) as exc:
        sys.exit(str(exc))
