"""Runs nginx as one Pebble service: `python3 -m indico_app.nginx`."""

import os
import signal
import subprocess
import sys
import threading

from indico_app.listener import Holder
from indico_app.nginx import CONFIGURATION, PREFIX, prefix, s3

#: Seconds between two looks at the certificates of the s3 relation, which come while nginx runs.
_INTERVAL = 5


def main() -> int:
    """Run nginx until it ends, however it or this process is ended.

    Pebble says SIGTERM to the whole process group, which nginx takes for "drop everything", and
    its pipes belong to root, so that nginx cannot open /dev/stdout. So nginx gets a session and a
    pipe of its own, SIGQUIT for SIGTERM, and dies with this process.

    Returns:
        nginx's exit status.
    """
    prefix.prepare()
    holder = Holder(PREFIX)
    threading.Thread(target=holder.serve, daemon=True).start()
    log = subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True)
    nginx = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", "nginx", "-p", PREFIX, "-c", CONFIGURATION],
        stdout=log.stdin,
        start_new_session=True,
    )

    def finish(_signal: int, _frame: object) -> None:
        holder.give_up()
        nginx.send_signal(signal.SIGQUIT)

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGHUP, lambda _signal, _frame: nginx.send_signal(signal.SIGHUP))
    signal.signal(signal.SIGALRM, lambda _signal, _frame: _reload_if_changed(nginx))
    signal.setitimer(signal.ITIMER_REAL, _INTERVAL, _INTERVAL)
    status = nginx.wait()
    _end_session(nginx.pid)
    return status


def _reload_if_changed(nginx: subprocess.Popen[bytes]) -> None:
    if s3.prepare():
        nginx.send_signal(signal.SIGHUP)


def _end_session(leader: int) -> None:
    """End the workers that a killed nginx leaves behind, which would keep its port."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    sys.exit(main())
