"""The socket that outlives gunicorn, with processes that can be killed."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

_HOLD = """
import sys
from pathlib import Path
from indico_app.listener import Holder
Holder(Path(sys.argv[1]), float(sys.argv[2])).serve()
"""

_BORROW = """
import socket, sys
from pathlib import Path
from indico_app.listener import borrow
listener = socket.socket(fileno=borrow(Path(sys.argv[1])))
listener.setblocking(True)
print("there", flush=True)
while True:
    listener.accept()[0].sendall(b"hello")
"""


@contextmanager
def running(program: str, *arguments: object) -> Generator[subprocess.Popen[str]]:
    words = [sys.executable, "-c", program, *(str(word) for word in arguments)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def holder(folder: Path, patience: float = 30) -> Generator[subprocess.Popen[str]]:
    with running(_HOLD, folder, patience) as process:
        end = time.monotonic() + 20
        while not (folder / "control.sock").exists():
            assert time.monotonic() < end
            time.sleep(0.01)
        yield process


@contextmanager
def borrower(folder: Path) -> Generator[subprocess.Popen[str]]:
    with running(_BORROW, folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        yield process


@contextmanager
def connected(folder: Path) -> Generator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(20)
        client.connect(str(folder / "application.sock"))
        yield client


def test_connection_waits_for_the_next_borrower(tmp_path: Path):
    with holder(tmp_path):
        with borrower(tmp_path):
            pass
        with connected(tmp_path) as client, borrower(tmp_path):
            assert client.recv(5) == b"hello"


def test_connection_before_the_first_borrower_is_closed(tmp_path: Path):
    with holder(tmp_path), connected(tmp_path) as client:
        assert client.recv(5) == b""


def test_connection_that_has_waited_for_long_is_closed(tmp_path: Path):
    with holder(tmp_path, patience=0.2):
        with borrower(tmp_path):
            pass
        with connected(tmp_path) as client:
            assert client.recv(5) == b""
        with borrower(tmp_path), connected(tmp_path) as client:
            assert client.recv(5) == b"hello"


def test_borrower_ends_with_the_holder(tmp_path: Path):
    with holder(tmp_path) as held, borrower(tmp_path) as borrowing:
        held.kill()

        assert borrowing.wait(20) == -signal.SIGTERM


def test_nothing_can_be_borrowed_where_there_is_no_holder(tmp_path: Path):
    with running(_BORROW, tmp_path) as borrowing:
        assert borrowing.wait(20) == 1


def test_second_holder_takes_over(tmp_path: Path):
    with holder(tmp_path):
        pass
    (tmp_path / "control.sock").unlink()
    with holder(tmp_path), borrower(tmp_path), connected(tmp_path) as client:
        assert client.recv(5) == b"hello"
