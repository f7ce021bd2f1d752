"""A steady load on a site: pages that are read, and logins."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import requests

from devstack.stack import Site

_PAUSE = 0.2
_PATIENCE = 90
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What became of a request.

    Attributes:
        method: GET or POST.
        problem: what was wrong, None if nothing was.
        seconds: how long it took.
    """

    method: str
    problem: str | None
    seconds: float


class Load:
    """Sends requests from when it is entered until it is left.

    Attributes:
        answers: what became of the requests so far.
    """

    def __init__(self, site: Site):
        """Describe the load.

        Args:
            site: where the requests go.
        """
        self.answers: list[Answer] = []
        self._site = site
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(task,))
            for task in (self._read, self._read, self._log_in)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, task: Callable[[requests.Session], None]) -> None:
        while not self._ended.wait(_PAUSE):
            with requests.Session() as session:
                task(session)

    def _read(self, session: requests.Session) -> None:
        self._send(session, "GET", "/", 200)

    def _log_in(self, session: requests.Session) -> None:
        page = self._send(session, "GET", "/login/", 200)
        if token := _TOKEN.search(page):
            form = {
                "identifier": self._site.email,
                "password": self._site.password,
                "_provider": "indico",
                "csrf_token": token[1],
            }
            self._send(session, "POST", "/login/", 302, form)

    def _send(
        self,
        session: requests.Session,
        method: str,
        path: str,
        expected: int,
        form: dict[str, str] | None = None,
    ) -> str:
        begin = time.monotonic()
        try:
            answer = session.request(
                method,
                self._site.url + path,
                data=form,
                allow_redirects=False,
                timeout=_PATIENCE,
            )
        except requests.RequestException as exc:
            self._note(method, type(exc).__name__, begin)
            return ""
        problem = None if answer.status_code == expected else str(answer.status_code)
        self._note(method, problem, begin)
        return answer.text

    def _note(self, method: str, problem: str | None, begin: float) -> None:
        self.answers.append(Answer(method, problem, time.monotonic() - begin))
