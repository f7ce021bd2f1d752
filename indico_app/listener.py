"""The socket at which nginx reaches the application, and which outlives gunicorn.

nginx's launcher holds it and lends it to gunicorn. While gunicorn is replaced, connections wait
in the kernel's queue for the next one, and none is refused. Nobody waits where nobody may come:
before the first gunicorn is there, and once there has been none for long, connections are closed,
and nginx says that Indico is starting.
"""

import fcntl
import os
import select
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

#: Seconds that connections wait for the next gunicorn, from the moment when the last one has gone.
PATIENCE = 30.0

_APPLICATION, _CONTROL = "application.sock", "control.sock"
_BACKLOG = 2048
_INTERVAL = 1.0


class Holder:
    """Holds the socket, and lends it to whoever asks; the borrower has it until it ends."""

    def __init__(self, folder: Path, patience: float = PATIENCE):
        """Open the socket anew.

        Args:
            folder: where `application.sock` and `control.sock` are made.
            patience: seconds that connections wait for the next borrower.
        """
        self._application = _listen(folder / _APPLICATION)
        self._control = _listen(folder / _CONTROL)
        self._borrowers: set[socket.socket] = set()
        self._patience = patience
        self._end_of_patience = 0.0

    def serve(self) -> None:
        """Lend the socket, for ever."""
        while True:
            watched = [self._control, *self._borrowers]
            if self._is_out_of_patience():
                watched.append(self._application)
            for ready in select.select(watched, [], [], _INTERVAL)[0]:
                # Whoever it was may be gone already.
                with suppress(OSError):
                    self._attend_to(ready)

    def give_up(self) -> None:
        """Let nobody wait any more: there will be no next borrower."""
        self._patience = self._end_of_patience = 0.0

    def _is_out_of_patience(self) -> bool:
        return not self._borrowers and time.monotonic() >= self._end_of_patience

    def _attend_to(self, ready: socket.socket) -> None:
        if ready is self._control:
            borrower, _ = self._control.accept()
            self._borrowers.add(borrower)
            socket.send_fds(borrower, [b"\n"], [self._application.fileno()])
        elif ready is self._application:
            self._application.accept()[0].close()
        else:
            self._borrowers.remove(ready)
            ready.close()
            self._end_of_patience = time.monotonic() + self._patience


def borrow(folder: Path) -> int:
    """Borrow the socket for as long as this process and its children live.

    When the holder ends, nobody comes to this socket any more: this process is sent SIGTERM.

    Args:
        folder: where the holder has made `control.sock`.

    Returns:
        The descriptor of the socket, which listens.

    Raises:
        OSError: if nobody holds it.
    """
    control = socket.socket(socket.AF_UNIX)
    control.connect(str(folder / _CONTROL))
    _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    # The connection lasts as long as its descriptor, which nobody closes.
    descriptor = control.detach()
    signal.signal(signal.SIGIO, lambda _number, _frame: os.kill(os.getpid(), signal.SIGTERM))
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)
    return descriptors[0]


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    opened = socket.socket(socket.AF_UNIX)
    opened.bind(str(path))
    opened.listen(_BACKLOG)
    opened.settimeout(0)
    return opened
