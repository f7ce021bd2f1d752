"""A mail server that keeps what it is sent: `python3 -m devstack.mail PORT MAILDIR`."""

import signal
import sys
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from devstack import network


def main(port: str, maildir: str) -> None:
    """Serve until told to end.

    Args:
        port: the TCP port.
        maildir: the folder that becomes a Maildir.
    """
    Path(maildir).parent.mkdir(parents=True, exist_ok=True)
    ended = threading.Event()
    controller = Controller(Mailbox(Path(maildir)), hostname=network.host(), port=int(port))
    controller.start()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: ended.set())
    ended.wait()
    controller.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
