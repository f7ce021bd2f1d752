"""When nginx is well, and when a container has to be restarted for its sake."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from indico_app.nginx.check import problem

NOBODY = "http://127.0.0.1:9"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()


@pytest.fixture
def answering() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Answer) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_nginx_that_has_not_been_started_is_no_problem(tmp_path: Path):
    assert problem(tmp_path, NOBODY) is None


def test_nginx_that_answers_is_no_problem(tmp_path: Path, answering: str):
    (tmp_path / "nginx.pid").touch()

    assert problem(tmp_path, answering) is None


def test_nginx_that_is_gone_is_a_problem(tmp_path: Path):
    (tmp_path / "nginx.pid").touch()

    assert "nginx does not answer" in str(problem(tmp_path, NOBODY))
