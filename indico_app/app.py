"""The WSGI application that gunicorn serves: Indico, booted once and shared by all workers."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from indico_app.boot import boot
from indico_app.settings import from_environment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class AnswerPings:
    """A WSGI application that lets `/ping` through under any host name.

    Indico answers 404 where the host is not that of its BASE_URL, and a Pebble check can name no
    host. `/ping` tells nothing but that the application runs.
    """

    def __init__(self, application: "WSGIApplication", base_url: str):
        """Wrap an application.

        Args:
            application: the application to pass every request to.
            base_url: Indico's BASE_URL, whose host and scheme a ping is given.
        """
        self._application = application
        parts = urlsplit(base_url)
        self._address = {
            "wsgi.url_scheme": parts.scheme,
            "HTTP_HOST": parts.netloc,
            "HTTP_X_FORWARDED_PROTO": parts.scheme,
            "HTTP_X_FORWARDED_HOST": parts.netloc,
        }

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 describes."""
        if environ.get("PATH_INFO") == "/ping":
            environ = environ | self._address
        return self._application(environ, start_response)


def create_app() -> "WSGIApplication":
    """Boot Indico from the environment.

    Under gunicorn's `--check-config`, which the charm runs before each start, the settings are
    all that needs looking at: Indico is not booted.

    Raises:
        SettingsError: if the environment is unusable.
    """
    base_url = str(from_environment(os.environ)["BASE_URL"])
    if "--check-config" in sys.argv:
        return lambda _environ, _start_response: ()
    return AnswerPings(boot(), base_url)


app = create_app()
